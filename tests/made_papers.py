"""Papers with names, numbers and addresses on them, drawn from a seed as their offices print them, and taken as a
scanner or a phone takes them. `made(kind, seed)` gives a picture and what stands on it; the same seed the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from device_drivers.families.readers.zone import check_digit
from hall_daemon.matters.formats import USCC_LETTERS
from tests.made_pages import MM, lit, noisy, on_a_table

SANS, SERIF = (
    Path("/usr/share/fonts/opentype/noto", name) for name in ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc")
)
MONO: Final = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华文建国志海波宁宇婷浩欣怡梓涵子轩雨晨思远家豪佳琪"
# Outside GB 2312, as many names are: no recogniser of ours has learnt them.
RARE: Final = "䶮喆堃玥珺焜翀犇龘靐婳嫄晞昇淼槿甯祎彧赟"
_PLACES: Final = (
    ("重庆市", "渝中区"), ("江苏省南京市", "玄武区"), ("浙江省杭州市", "西湖区"), ("四川省成都市", "武侯区"),
    ("湖北省武汉市", "江岸区"), ("广东省深圳市", "南山区"), ("北京市", "海淀区"), ("山东省济南市", "历下区"),
)
_STREETS: Final = ("民权路", "人民路", "解放街", "建设大道", "文化路", "中山北路", "和平街", "学府路")
_SHOPS: Final = ("小吃店", "面馆", "便利店", "餐饮有限公司", "贸易有限公司", "水果店", "理发店", "文具店")
_MARKS: Final = ("老码头", "幸福里", "好滋味", "鑫达", "永兴", "金色年华", "百家", "乐购", "东方", "天元")
_PROVINCES: Final = ("500103", "320102", "330106", "510107", "420102", "440305", "110108", "370102")
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class Made(NamedTuple):
    """`said`: by kind of fact, as a form holds it; days are ISO."""

    image: Image.Image
    said: Mapping[str, str]


def person_name(rng: random.Random, *, rare: bool = False) -> str:
    given = "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))
    return rng.choice(SURNAMES) + (given[:-1] + rng.choice(RARE) if rare else given)


def id_number(rng: random.Random, born: str) -> str:
    first = f"{rng.choice(_PROVINCES)}{born.replace('-', '')}{rng.randrange(1000):03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(first, _ID_WEIGHTS, strict=True)) % 11
    return first + "10X98765432"[rest]


def uscc(rng: random.Random) -> str:
    letters = USCC_LETTERS
    first = "9" + rng.choice("12") + rng.choice(_PROVINCES) + rng.choice(("MA", "00", "56")) + "".join(
        rng.choice(letters) for _ in range(7)
    )
    rest = sum(USCC_LETTERS.index(each) * weight for each, weight in zip(first, _USCC_WEIGHTS, strict=True)) % 31
    return first + letters[(31 - rest) % 31]


def address(rng: random.Random) -> str:
    number, house, room = rng.randrange(1, 300), rng.randrange(1, 30), rng.randrange(101, 3000)
    return f"{''.join(rng.choice(_PLACES))}{rng.choice(_STREETS)}{number}号{house}栋{room}室"


def day(rng: random.Random, first: int, last: int) -> str:
    return f"{rng.randrange(first, last)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"


class _Sheet:
    def __init__(self, width_mm: float, height_mm: float, dpi: int, paper: tuple[int, int, int]) -> None:
        self.dpi = dpi
        self.image = Image.new("RGB", (self.px(width_mm), self.px(height_mm)), paper)
        self.draw = ImageDraw.Draw(self.image)

    def px(self, mm: float) -> int:
        return round(mm * self.dpi / MM)

    def put(
        self, x_mm: float, y_mm: float, points: float, text: str, font: Path = SANS,
        ink: tuple[int, int, int] = (20, 20, 20),
    ) -> None:
        drawn = ImageFont.truetype(font, max(6, round(points * self.dpi / 72)))
        self.draw.text((self.px(x_mm), self.px(y_mm)), text, font=drawn, fill=ink)


def _id_card(rng: random.Random, *, rare: bool) -> Made:
    born = day(rng, 1950, 2006)
    said = {"name": person_name(rng, rare=rare), "born": born, "home": address(rng), "id_number": id_number(rng, born)}
    sheet, blue = _Sheet(85.6, 54, 300, (226, 229, 231)), (60, 90, 150)
    year, month, date = (str(int(part)) for part in born.split("-"))
    rows = (
        ("姓 名", said["name"]), ("性 别", f"{rng.choice('男女')}    民 族  汉"),
        ("出 生", f"{year} 年 {month} 月 {date} 日"),
        ("住 址", said["home"][:11]), ("", said["home"][11:22]), ("", said["home"][22:]),
    )
    for at, (label, text) in enumerate(rows):
        y = 6 + at * (7.2 if at < 4 else 6.6)
        sheet.put(5, y, 7, label, ink=blue)
        sheet.put(16, y - 0.4, 8, text)
    sheet.put(5, 47, 7, "公民身份号码", ink=blue)
    sheet.put(27, 46.6, 10, said["id_number"])
    sheet.draw.ellipse((sheet.px(62), sheet.px(8), sheet.px(81), sheet.px(36)), fill=(170, 140, 120))
    return Made(sheet.image, said)


def _card_back(rng: random.Random, *, rare: bool) -> Made:
    begins, years = day(rng, 2010, 2025), rng.choice((10, 20))
    until = f"{int(begins[:4]) + years}{begins[4:]}"
    sheet, blue = _Sheet(85.6, 54, 300, (226, 229, 231)), (60, 90, 150)
    sheet.put(28, 8, 14, "中华人民共和国")
    sheet.put(28, 18, 18, "居民身份证")
    sheet.put(14, 36, 7, "签发机关", ink=blue)
    sheet.put(30, 35.6, 8, f"{rng.choice(_PLACES)[1]}公安分局")
    sheet.put(14, 44, 7, "有效期限", ink=blue)
    sheet.put(30, 43.6, 8, f"{begins.replace('-', '.')}-{until.replace('-', '.')}")
    return Made(sheet.image, {"until": until})


def _licence(rng: random.Random, *, rare: bool) -> Made:
    place = rng.choice(_PLACES)
    said = {
        "uscc": uscc(rng), "title": place[1] + rng.choice(_MARKS) + rng.choice(_SHOPS),
        "name": person_name(rng, rare=rare), "premises": address(rng), "day": day(rng, 2005, 2026),
    }
    sheet = _Sheet(210, 297, rng.choice((150, 200)), (255, 255, 253))
    sheet.draw.rectangle(
        (sheet.px(12), sheet.px(12), sheet.px(198), sheet.px(285)), outline=(150, 110, 40), width=sheet.px(2)
    )
    sheet.put(70, 40, 36, "营 业 执 照", SERIF)
    sheet.put(28, 75, 14, f"统一社会信用代码 {said['uscc']}", SERIF)
    year, month, date = said["day"].split("-")
    rows = (
        ("名称", said["title"]), ("类型", "个体工商户"), (rng.choice(("经营者", "法定代表人")), said["name"]),
        (rng.choice(("经营场所", "住所")), said["premises"]), ("成立日期", f"{year}年{month}月{date}日"),
        ("经营范围", "餐饮服务；食品销售（依法须经批准的项目，经批准后方可开展）"),
    )
    for at, (label, text) in enumerate(rows):
        sheet.put(28, 95 + at * 14, 12, label, SERIF, (90, 60, 20))
        sheet.put(60, 94.6 + at * 14, 13, text, SERIF)
    sheet.draw.ellipse(
        (sheet.px(130), sheet.px(220), sheet.px(170), sheet.px(260)), outline=(200, 30, 30), width=sheet.px(1)
    )
    return Made(sheet.image, said)


def zone(rng: random.Random) -> tuple[str, str, str, str]:
    """Two lines of a passport, its number and its end."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    number = rng.choice("EGDP") + rng.choice("ABCDEFGHJK0123456789") + f"{rng.randrange(10**7):07d}"
    born, ends = day(rng, 1950, 2000), day(rng, 2027, 2036)
    names = "<<".join("".join(rng.choice(letters) for _ in range(rng.randrange(3, 9))) for _ in range(2))
    short = [each.replace("-", "")[2:] for each in (born, ends)]
    optional = "<" * 14
    second = (
        f"{number}{check_digit(number)}CHN{short[0]}{check_digit(short[0])}{rng.choice('MF')}{short[1]}"
        f"{check_digit(short[1])}{optional}<"
    )
    last = check_digit(second[:10] + second[13:20] + second[21:43])
    return f"P<CHN{names}".ljust(44, "<")[:44], second + last, number, ends


def _passport(rng: random.Random, *, rare: bool) -> Made:
    first, second, number, ends = zone(rng)
    sheet = _Sheet(125, 88, 300, (236, 235, 226))
    sheet.put(8, 6, 8, "护照 PASSPORT")
    sheet.put(45, 18, 8, f"姓名/Name  {person_name(rng)}")
    sheet.put(45, 30, 8, f"护照号码/Passport No.  {number}")
    for at, line in enumerate((first, second)):
        sheet.put(4, 70 + at * 7, 10.4, line, MONO)
    return Made(sheet.image, {"document": number, "expires": ends})


_DRAWN: Final[Mapping[str, Callable[..., Made]]] = {
    "id card": _id_card, "its back": _card_back, "licence": _licence, "passport": _passport,
}
KINDS: Final = tuple(_DRAWN)


def made(kind: str, seed: int, *, rare: bool = False) -> Made:
    """`rare`: the name has a character that no recogniser of ours knows."""
    rng = random.Random(f"{kind} {seed}")
    paper = _DRAWN[kind](rng, rare=rare)
    return Made(taken(rng, paper.image), paper.said)


def said_on(kind: str, seed: int) -> Mapping[str, str]:
    """What stands on that paper, without a picture being taken of it."""
    return _DRAWN[kind](random.Random(f"{kind} {seed}"), rare=False).said


def taken(rng: random.Random, image: Image.Image) -> Image.Image:
    """A scan, or a photo with some care, as tests.made_pages.good has them."""
    if rng.random() < 0.5:
        scan = image.rotate(rng.uniform(-1, 1), Image.Resampling.BICUBIC, fillcolor="white")
        return noisy(rng, scan.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.8))), rng.uniform(0, 4))
    photo = on_a_table(rng, image, rng.uniform(0.8, 0.95), rng.uniform(-2, 2))
    photo = lit(rng, photo, rng.uniform(0.6, 1.0)).filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.9)))
    return noisy(rng, photo, rng.uniform(1, 5))

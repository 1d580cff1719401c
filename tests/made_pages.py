"""Pictures of papers made from a seed, as a scanner or a phone would take them: good ones, and ones nobody can read.

`good(seed)` and `unreadable(kind, seed)` give a picture; the same seed gives the same one. Text is Chinese where this
machine has such a font, Latin else.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

_FONTS = tuple(
    Path(folder, name)
    for folder, name in (
        ("/usr/share/fonts/opentype/noto", "NotoSansCJK-Regular.ttc"),
        ("/usr/share/fonts/opentype/noto", "NotoSerifCJK-Regular.ttc"),
        ("/usr/share/fonts/truetype/wqy", "wqy-microhei.ttc"),
    )
)
_ZH = (
    "申请人应当如实提交有关材料和反映真实情况并对其申请材料实质内容的真实性负责行政机关不得要求申请人提交与其申请的"
    "事项无关的技术资料和其他材料本人承诺所填写的各项内容真实有效如有虚假愿承担相应的法律责任经营场所住所法定代表人姓名"
    "统一社会信用代码注册资本成立日期营业期限经营范围登记机关年月日食品销售餐饮服务单位食堂热食类制售冷食类制售"
)
_EN = "the applicant shall submit true papers and answer for what they say of place name date and kind of business "
MM = 25.4


def _font(rng: random.Random, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    there = [path for path in _FONTS if path.exists()]
    return ImageFont.truetype(rng.choice(there), size) if there else ImageFont.load_default(size)


def _words(rng: random.Random, count: int) -> str:
    if not any(path.exists() for path in _FONTS) or rng.random() < 0.15:
        at = rng.randrange(len(_EN))
        return (_EN * 3)[at : at + count * 2]
    said = "".join(rng.choice(_ZH) for _ in range(count))
    return said if rng.random() < 0.5 else f"{said[: count // 2]}{rng.randrange(10**9)}{said[count // 2 + 4 :]}"


class _Sheet:
    """White paper of so many mm at so many dpi, and a pen."""

    def __init__(self, rng: random.Random, width_mm: float, height_mm: float, dpi: int, paper: int) -> None:
        self.rng, self.dpi = rng, dpi
        self.ink = rng.randrange(0, 70)
        self.image = Image.new("RGB", (self.px(width_mm), self.px(height_mm)), (paper, paper, paper - paper // 50))
        self.draw = ImageDraw.Draw(self.image)

    def px(self, mm: float) -> int:
        return round(mm * self.dpi / MM)

    def line(self, x_mm: float, y_mm: float, points: float, text: str) -> None:
        font = _font(self.rng, max(6, round(points * self.dpi / 72)))
        room = self.image.width - self.px(x_mm) - self.px(14 if self.image.width > self.px(100) else 4)
        while text and font.getlength(text) > room:
            text = text[: int(len(text) * room / font.getlength(text))]
        self.draw.text((self.px(x_mm), self.px(y_mm)), text, font=font, fill=(self.ink,) * 3)

    def seal(self, x_mm: float, y_mm: float) -> None:
        x, y, r = self.px(x_mm), self.px(y_mm), self.px(20)
        self.draw.ellipse((x - r, y - r, x + r, y + r), outline=(200, 30, 30), width=self.px(1))


def _dense(sheet: _Sheet) -> None:
    points = sheet.rng.choice((10.5, 12, 14))
    step = points * 0.3528 * sheet.rng.uniform(1.4, 2.0)
    y = 25.0
    sheet.line(60, 14, 18, _words(sheet.rng, 10))
    while y < 297 - 28:
        count = round(165 / (points * 0.3528))
        sheet.line(22, y, points, _words(sheet.rng, count if sheet.rng.random() < 0.85 else count // 2))
        y += step


def _letter(sheet: _Sheet) -> None:
    sheet.line(50, 30, 22, _words(sheet.rng, 8))
    for at in range(sheet.rng.randrange(3, 9)):
        sheet.line(25, 60 + at * 9, 14, _words(sheet.rng, sheet.rng.randrange(15, 30)))
    sheet.line(120, 200, 14, _words(sheet.rng, 9))
    sheet.seal(150, 205)


def _form(sheet: _Sheet) -> None:
    sheet.line(60, 15, 20, _words(sheet.rng, 9))
    rows = sheet.rng.randrange(12, 24)
    high = 250 / rows
    for at in range(rows + 1):
        y = sheet.px(32 + at * high)
        sheet.draw.line((sheet.px(18), y, sheet.px(192), y), fill=(40, 40, 40), width=max(1, sheet.px(0.3)))
    for x in (18, 60, 110, 140, 192):
        edges = (sheet.px(x), sheet.px(32), sheet.px(x), sheet.px(282))
        sheet.draw.line(edges, fill=(40, 40, 40), width=max(1, sheet.px(0.3)))
    for at in range(rows):
        for x, count in ((20, 7), (62, 10), (112, 5), (142, 10)):
            if sheet.rng.random() < 0.85:
                sheet.line(x, 33 + at * high, 11, _words(sheet.rng, count))


def _licence(sheet: _Sheet) -> None:
    edge = (sheet.px(12), sheet.px(12), sheet.px(198), sheet.px(285))
    sheet.draw.rectangle(edge, outline=(150, 110, 40), width=sheet.px(2))
    sheet.line(70, 40, 36, _words(sheet.rng, 4))
    for at in range(8):
        sheet.line(28, 90 + at * 16, 15, _words(sheet.rng, sheet.rng.randrange(12, 24)))
    sheet.seal(150, 240)


A4: tuple[Callable[[_Sheet], None], ...] = (_dense, _letter, _form, _licence)


def page(rng: random.Random, paper: int = 255) -> Image.Image:
    """An A4 page, upright, whole and sharp."""
    sheet = _Sheet(rng, 210, 297, rng.choice((150, 170, 200)), paper)
    rng.choice(A4)(sheet)
    return sheet.image


def card(rng: random.Random) -> Image.Image:
    """An identity card, 85.6 × 54 mm at 300 dpi."""
    sheet = _Sheet(rng, 85.6, 54, 300, 225)
    for at in range(5):
        sheet.line(5, 6 + at * 8, 9, _words(rng, rng.randrange(5, 12)))
    sheet.line(20, 46, 10, f"{rng.randrange(10**17):017d}X")
    box = (sheet.px(58), sheet.px(8), sheet.px(80), sheet.px(38))
    sheet.draw.ellipse(box, fill=(170, 140, 120))
    return sheet.image


# -- how it is taken ------------------------------------------------------------------------------


def noisy(rng: random.Random, image: Image.Image, deviation: float) -> Image.Image:
    """Noise of a sensor, the same in each channel."""
    if deviation <= 0:
        return image
    random_bytes = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height))
    # Bytes that are all alike have a deviation of 74; four of them averaged look normal enough.
    layers = [random_bytes] + [
        ImageChops.offset(random_bytes, rng.randrange(3, image.width - 3), rng.randrange(3, image.height - 3))
        for _ in range(3)
    ]
    pair = (ImageChops.add(layers[0], layers[1], 2), ImageChops.add(layers[2], layers[3], 2))
    mean = ImageChops.add(*pair, 2)
    scaled = mean.point([max(0, min(255, round(128 + (value - 127.5) * deviation / 36.8))) for value in range(256)])
    return Image.merge("RGB", [ImageChops.add(channel, scaled, 1, -128) for channel in image.split()])


def lit(rng: random.Random, image: Image.Image, darkest: float) -> Image.Image:
    """Light from one side: the other one has `darkest` of it."""
    ramp = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270)))
    ramp = ramp.point([round(255 * (darkest + (1 - darkest) * value / 255)) for value in range(256)])
    return ImageChops.multiply(image, ramp.resize(image.size).convert("RGB"))


def on_a_table(rng: random.Random, image: Image.Image, share: float = 0.86, turn: float = 0.0) -> Image.Image:
    """Photographed: the page lies on something darker, slightly askew, its corners a little out of square."""
    width, height = round(image.width / share), round(image.height / share)
    shade = rng.randrange(40, 150)
    table = Image.new("RGB", (width, height), (shade, max(0, shade - 15), max(0, shade - 30)))
    table = noisy(rng, table, 4)
    around_x, around_y = (width - image.width) // 2, (height - image.height) // 2
    jitter = [rng.uniform(-0.015, 0.015) for _ in range(8)]
    corners = [
        (around_x + jitter[0] * width, around_y + jitter[1] * height),
        (around_x + jitter[2] * width, around_y + image.height + jitter[3] * height),
        (around_x + image.width + jitter[4] * width, around_y + image.height + jitter[5] * height),
        (around_x + image.width + jitter[6] * width, around_y + jitter[7] * height),
    ]
    radians = math.radians(turn)
    corners = [
        (
            width / 2 + (x - width / 2) * math.cos(radians) - (y - height / 2) * math.sin(radians),
            height / 2 + (x - width / 2) * math.sin(radians) + (y - height / 2) * math.cos(radians),
        )
        for x, y in corners
    ]
    where = [(0, 0), (0, image.height), (image.width, image.height), (image.width, 0)]
    factors = _perspective(corners, where)
    flat = image.transform((width, height), Image.Transform.PERSPECTIVE, factors, Image.Resampling.BICUBIC)
    mask = Image.new("L", image.size, 255)
    mask = mask.transform((width, height), Image.Transform.PERSPECTIVE, factors, Image.Resampling.BILINEAR)
    table.paste(flat, mask=mask)
    return table


def _perspective(seen: list[tuple[float, float]], real: list[tuple[float, float]]) -> list[float]:
    """The eight factors that lead from where a corner is seen to where it is on the page (Gauss)."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(seen, real, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(8):
            if other != at:
                factor = rows[other][at]
                rows[other] = [value - factor * mine for value, mine in zip(rows[other], rows[at], strict=True)]
    return [row[8] for row in rows]


def good(seed: int) -> Image.Image:
    """Anybody can read it: scanned, or photographed with some care."""
    rng = random.Random(f"good {seed}")
    if rng.random() < 0.15:
        return noisy(rng, card(rng).filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.7))), rng.uniform(0, 4))
    if rng.random() < 0.45:
        scan = page(rng, rng.randrange(235, 256))
        scan = scan.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor="white")
        return noisy(rng, scan.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.8))), rng.uniform(0, 4))
    photo = on_a_table(rng, page(rng, rng.randrange(200, 245)), rng.uniform(0.8, 0.95), rng.uniform(-3, 3))
    photo = lit(rng, photo, rng.uniform(0.6, 1.0))
    return noisy(rng, photo.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.9))), rng.uniform(1, 6))


# -- what nobody can read -------------------------------------------------------------------------


def _taken(rng: random.Random) -> Image.Image:
    if rng.random() < 0.5:
        return page(rng, rng.randrange(235, 256))
    return lit(rng, on_a_table(rng, page(rng, rng.randrange(200, 245)), rng.uniform(0.8, 0.95)), rng.uniform(0.7, 1.0))


def _blurred(rng: random.Random) -> Image.Image:
    image = _taken(rng)
    if rng.random() < 0.3:  # the hand moved
        far = rng.randrange(10, 20)
        for step in (1, 2, 4, 8):
            if step <= far:
                image = Image.blend(image, ImageChops.offset(image, step, step // 2), 0.5)
        image = image.filter(ImageFilter.GaussianBlur(2.2))
    else:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(3.0, 8.0)))
    return noisy(rng, image, rng.uniform(0, 5))


def _moved(rng: random.Random) -> Image.Image:
    """The hand moved by 16 px, which is 2 mm and more, while it was taken; across that the lines are still sharp."""
    image = _taken(rng)
    across, down = rng.choice(((1, 0), (0, 1), (1, 1), (1, -1)))
    for step in (1, 2, 4, 8):
        image = Image.blend(image, ImageChops.offset(image, step * across, step * down), 0.5)
    return noisy(rng, image.filter(ImageFilter.GaussianBlur(0.8)), rng.uniform(0, 5))


def _noise(rng: random.Random) -> Image.Image:
    image = ImageEnhance.Contrast(_taken(rng)).enhance(rng.uniform(0.4, 0.8))
    return noisy(rng, image.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 1.5))), rng.uniform(55, 90))


def _glare(rng: random.Random) -> Image.Image:
    """A lamp in a laminated page or a card: a spot where nothing is left."""
    image = card(rng) if rng.random() < 0.5 else _taken_photo(rng)
    spot = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(spot)
    for _ in range(rng.randrange(1, 3)):
        x, y = (round(side * rng.uniform(0.3, 0.7)) for side in image.size)
        rx, ry = (round(side * rng.uniform(0.18, 0.3)) for side in image.size)
        pen.ellipse((x - rx, y - ry, x + rx, y + ry), fill=255)
    spot = spot.filter(ImageFilter.GaussianBlur(min(image.size) * 0.03))
    white = Image.new("RGB", image.size, "white")
    return noisy(rng, Image.composite(white, image, spot), rng.uniform(0, 3))


def _taken_photo(rng: random.Random) -> Image.Image:
    photo = on_a_table(rng, page(rng, rng.randrange(190, 225)), rng.uniform(0.85, 0.95))
    return lit(rng, photo, rng.uniform(0.75, 1.0))


def _cropped(rng: random.Random) -> Image.Image:
    """A side, or two of them, with text on it is missing."""
    sheet = _Sheet(rng, 210, 297, rng.choice((150, 170, 200)), rng.randrange(215, 256))
    rng.choice((_dense, _form))(sheet)
    image = sheet.image
    left, top, right, bottom = 0, 0, image.width, image.height
    for side in rng.sample(range(4), rng.randrange(1, 3)):
        share = rng.uniform(0.2, 0.4)
        left, top = (round(image.width * share), top) if side == 0 else (left, top)
        right = round(image.width * (1 - share)) if side == 1 else right
        top = round(image.height * share) if side == 2 else top
        bottom = round(image.height * (1 - share)) if side == 3 else bottom
    image = image.crop((left, top, right, bottom))
    return noisy(rng, image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.7))), rng.uniform(0, 4))


def _dark(rng: random.Random) -> Image.Image:
    image = ImageEnhance.Brightness(_taken(rng)).enhance(rng.uniform(0.08, 0.22))
    return noisy(rng, image, rng.uniform(2, 6))


def _skewed(rng: random.Random) -> Image.Image:
    turn = rng.choice((-1, 1)) * rng.uniform(13, 25)
    if rng.random() < 0.5:
        image = page(rng, 255).rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
        return noisy(rng, image, rng.uniform(0, 3))
    return noisy(rng, on_a_table(rng, page(rng, rng.randrange(205, 245)), 0.7, turn), rng.uniform(1, 4))


def _nothing(rng: random.Random) -> Image.Image:
    """A wall, a table, a sheet without a word."""
    size = rng.choice(((1240, 1754), (1600, 1200), (2000, 1500)))
    shade = rng.randrange(60, 250)
    plain = lit(rng, Image.new("RGB", size, (shade, shade, shade - 20)), rng.uniform(0.5, 1))
    return noisy(rng, plain, rng.uniform(0, 5))


UNREADABLE: Mapping[str, Callable[[random.Random], Image.Image]] = {
    "blurred": _blurred, "moved": _moved, "noise": _noise, "glare": _glare, "cropped": _cropped, "dark": _dark,
    "skewed": _skewed, "nothing": _nothing,
}


def unreadable(kind: str, seed: int) -> Image.Image:
    return UNREADABLE[kind](random.Random(f"{kind} {seed}"))

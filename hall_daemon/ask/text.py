"""A question as it was typed, made comparable: one width, small letters, simplified, within a bound. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# What a person asks at once. The rest is not read.
MOST_CHARACTERS = 200

# Traditional characters that stand in questions to a hall, each before its simplified form.
_TRADITIONAL = (
    "證证執执業业營营醫医療疗險险養养駕驾駛驶離离異异開开辦办個个體体戶户過过產产權权動动轉转買买賣卖無无備备案案就就領领換换補补遺遗"
    "護护請请問问麼么嗎吗錢钱費费時时間间幾几點点樓楼號号門门裡里裏里這这邊边對对錯错還还沒没會会來来去去說说話话誰谁愛爱國国學学"
    "車车馬马飯饭館馆餐餐飲饮許许營营經经濟济稅税務务租租賃赁圓圆單单雙双貸贷款款積积資资註注冊册設设機机構构處处長长東东西西電电腦脑"
    "網网線线頁页聯联繫系絡络鄉乡鎮镇區区縣县農农村村舊旧損损壞坏斷断條条檢检測测試试驗验聽听視视覺觉輪轮椅椅導导幫帮協协議议書书"
    "歲岁頭头髮发臉脸腳脚藥药診诊檔档查查詢询屬属結结婚婚離离孫孙兒儿媽妈爺爷闆板廚厨滷卤麵面醬酱雞鸡魚鱼攤摊鋪铺貨货價价貴贵賬账"
    "優优惠惠歡欢樂乐遊游園园鐵铁乘乘運运輸输達达進进遲迟遠远選选適适邏逻隊队陽阳陰阴雖虽難难響响頻频題题額额願愿類类顯显風风飛飞"
    "齊齐齡龄龍龙"
)
_SIMPLE = {ord(a): b for a, b in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
_MARKUP = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,200}>")
_BETWEEN = re.compile("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_WORD = re.compile(r"[a-z][a-z'’]*|[0-9]+")
# What may be somebody's: runs of digits as in numbers of cards and phones, addresses of mail, and a name after the
# words that introduce one.
_DIGITS = re.compile(r"\d(?:[\s-]?\d){4,}[xX]?")
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NAMED = re.compile(
    rf"(我叫|我是|名叫|叫做|姓名[是为:]?|名字[是叫为:]?|本人|my name is|i am|i'm)\s*"
    rf"([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|[a-z]+(?: [a-z]+)?)",
)
_TITLED = re.compile(rf"[{_SURNAMES}](?:[\u4e00-\u9fff]{{1,2}})?(先生|女士|小姐|师傅|老师|大爷|大妈|阿姨|同志)")
_SOMEBODY = re.compile(
    r"(邻居|同事|老板|前妻|前夫|儿子|女儿|丈夫|妻子|老公|老婆|朋友|房东)"
    rf"([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[的家在有名和,。 ]|$)"
)
LEFT_OUT = "…"


class Word(NamedTuple):
    """A run of letters or digits: where it is in the text."""

    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """One width, small letters, simplified, spaces once, at most so many characters."""
    cut = text[: 4 * MOST_CHARACTERS]
    shown = unicodedata.normalize("NFKC", _MARKUP.sub(" ", cut)).lower().translate(_SIMPLE).replace("’", "'")
    return " ".join("".join(c if c.isprintable() else " " for c in shown).split())[:MOST_CHARACTERS]


def closed_up(text: str) -> str:
    """A plain question without spaces between Chinese characters."""
    return _BETWEEN.sub("", text)


def has_markup(text: str) -> bool:
    """Whether it has tags: nobody who asks a hall writes them."""
    return _MARKUP.search(text) is not None


def words(text: str) -> list[Word]:
    """Of a plain text: what is written in letters or digits."""
    return [Word(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]


def without_person(text: str) -> str:
    """A plain question without what may be somebody's: five digits and more, addresses of mail, what follows words that
    introduce a name, and a surname with a title."""
    text = _MAIL.sub(LEFT_OUT, _DIGITS.sub(LEFT_OUT, text))
    text = _NAMED.sub(lambda found: found.group(1) + LEFT_OUT, text)
    text = _SOMEBODY.sub(lambda found: found.group(1) + LEFT_OUT, text)
    return _TITLED.sub(lambda found: LEFT_OUT + found.group(1), text)


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003134f"

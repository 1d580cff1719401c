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


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003134f"

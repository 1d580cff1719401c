"""What the hall writes and says, as the configuration words it: strips, voice, slips, notices."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hall_daemon.config.section import Section

# What a window is called is read out and stands on its strip; the voice takes these characters and no more.
_HANZI = r"\u4e00-\u9fff\u3007"
Label = Annotated[
    str, Meta(pattern=rf"^[{_HANZI}A-Za-z0-9 -]{{1,12}}$", description="1 to 12 letters, digits or Hanzi")
]
_SAID_ZH = rf"^[{_HANZI}A-Za-z0-9 ，。、；：！？（）《》“”·,.;:!?()'{{}}-]+$"
_SAID_EN = r"^[A-Za-z0-9 ,.;:!?()'{}-]+$"

# What {names} a text may hold; `holds` is checked when the file is read.
_SCREEN = {"holds": ("number", "window", "reason", "waiting")}
_BOARD = {"holds": ("number", "window", "place")}
_VOICE = {"holds": ("number", "window")}
_SLIP = {
    "holds": (
        "hall", "hall_en", "number", "service", "service_en", "queue", "queue_en", "class", "class_en",
        "ahead", "wait", "wait_en", "date", "time", "url",
    )
}
_RANGE = {"holds": ("low", "high")}
_NOTICE = {"holds": ("hall", "opens", "closes", "waiting", "windows_open")}

ScreenLine = Annotated[str, Meta(max_length=80, extra=_SCREEN)]
BoardLine = Annotated[str, Meta(min_length=1, max_length=80, extra=_BOARD)]
VoiceZh = Annotated[
    str, Meta(max_length=80, pattern=_SAID_ZH, extra=_VOICE, description="words, digits and plain punctuation")
]
VoiceEn = Annotated[
    str, Meta(max_length=80, pattern=_SAID_EN, extra=_VOICE, description="English words and plain punctuation")
]
SlipLine = Annotated[str, Meta(max_length=120, extra=_SLIP)]
SlipLayout = Annotated[tuple[SlipLine, ...], Meta(max_length=40)]
SlipLines = Annotated[tuple[SlipLine, ...], Meta(max_length=16)]
RangeLine = Annotated[str, Meta(min_length=1, max_length=80, extra=_RANGE)]


NoticeLine = Annotated[str, Meta(min_length=1, max_length=60, extra=_NOTICE)]


class NeededNotice(Section, frozen=True):
    """A sentence, in the languages that have to be there."""

    zh: NoticeLine
    en: NoticeLine


Notice = Annotated[dict[str, NoticeLine], Meta(description="a table with zh, en", extra={"needed": NeededNotice})]


class ScreenWords(Section, frozen=True):
    """Window strips. Keep them short: a strip shows 8 Hanzi, longer text scrolls."""

    called: ScreenLine = "请{number}号办理"
    serving: ScreenLine = "正在办理{number}"
    idle: ScreenLine = "等候叫号"
    paused: ScreenLine = "暂停 {reason}"
    closed: ScreenLine = "窗口关闭"


class VoiceWords(Section, frozen=True, kw_only=True):
    """`languages` are said one after the other; a call older than `stale_s` is not said any more."""

    zh: VoiceZh = "请{number}号到{window}号窗口办理业务"
    en: VoiceEn = "Number {number}, please go to Window {window}"
    languages: Annotated[tuple[Literal["zh", "en"], ...], Meta(min_length=1, max_length=2)] = ("zh",)
    one: Literal["一", "幺"] = "一"
    times: Annotated[int, Meta(ge=1, le=5)] = 2
    stale_s: Annotated[int, Meta(ge=1, le=600)] = 30


class SlipWords(Section, frozen=True, kw_only=True):
    """A slip: title, the number in large, lines, the QR code of the ticket's page, footer; or as `layout` says, line by
    line, with marks: see docs/configuration.md."""

    title: SlipLine = "{hall}"
    lines: SlipLines = ("{service}", "前面还有 {ahead} 人", "预计等候 {wait}", "取号时间 {date} {time}")
    footer: SlipLines = ("扫码查看排队进度", "过号请联系工作人员")
    reprint: Annotated[str, Meta(max_length=20)] = "补打"
    layout: SlipLayout = ()
    wait: RangeLine = "{low}–{high} 分钟"
    wait_en: RangeLine = "{low}–{high} min"


class Wording(Section, frozen=True):
    screen: ScreenWords = ScreenWords()
    voice: VoiceWords = VoiceWords()
    slip: SlipWords = SlipWords()

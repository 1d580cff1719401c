"""What a hall says aloud: template, ticket number and window become words for a voice.

Pure, standard library only; knows no device. A number is read digit by digit, never as a sum of
money. What is said is public broadcast, so characters are allow-listed and lengths are bounded.
"""

from __future__ import annotations

import re
import string
import unicodedata
from typing import Final, Literal

Language = Literal["zh", "en"]
One = Literal["一", "幺"]

MAX_TEXT: Final = 120  # characters; about half a minute of Mandarin
MAX_FIELD: Final = 12  # characters of a ticket number or a window's name
PLACEHOLDERS: Final = ("number", "window")

_LANGUAGE_NAMES: Final[dict[Language, str]] = {"zh": "Chinese", "en": "English"}
_DIGITS: Final = "零一二三四五六七八九"
_HANZI: Final = r"\u4e00-\u9fff\u3007"
_ALLOWED: Final[dict[Language, re.Pattern[str]]] = {
    "zh": re.compile(rf"[{_HANZI}A-Za-z0-9 ，。、；：！？（）《》“”·,.;:!?()'-]"),
    "en": re.compile(r"[A-Za-z0-9 ,.;:!?()'-]"),
}
_FIELD: Final = re.compile(rf"[{_HANZI}A-Za-z0-9 -]{{1,{MAX_FIELD}}}")
_PIECE: Final = re.compile(rf"[A-Za-z]|[0-9]+|[{_HANZI}]+")
_TICKET_IN_TEXT: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,3}[0-9]{1,6}(?![A-Za-z0-9])")
# A leading zero or five digits and more: a number that is spelled, not counted.
_SPELLED_IN_TEXT: Final = re.compile(r"(?<![A-Za-z0-9])(?:0[0-9]+|[0-9]{5,})(?![A-Za-z0-9])")


class BadAnnouncement(ValueError):
    """A template, number or text that must not be broadcast. The message says what to change."""


def spoken_number(number: str, *, language: Language = "zh", one: One = "一") -> str:
    """A ticket number as it is read out: letters as letters, then digit by digit.

    `A023` gives `A零二三` in Chinese (`one` chooses how 1 is said) and `A 0 2 3` in English.
    """
    return _joined([_spelled(piece, language, one) for piece in _pieces("number", number)], language)


def spoken_window(window: str, *, language: Language = "zh", one: One = "一") -> str:
    """A window's name as it is read out: `12` is counted (十二), `A3` and `103` are spelled."""
    pieces = _pieces("window", window)
    return _joined([_counted(piece, language) or _spelled(piece, language, one) for piece in pieces], language)


def call_text(template: str, *, number: str, window: str, language: Language = "zh", one: One = "一") -> str:
    """The sentence of a call: `请{number}号到{window}号窗口办理业务`. Raises BadAnnouncement."""
    check_template(template)
    filled = template.format(
        number=spoken_number(number, language=language, one=one),
        window=spoken_window(window, language=language, one=one),
    )
    return _broadcastable(filled, language)


def spoken_text(text: str, *, language: Language = "zh", one: One = "一") -> str:
    """Free text as it is read out: ticket numbers inside it are spelled. Raises BadAnnouncement."""

    def spell(found: re.Match[str]) -> str:
        return spoken_number(found[0], language=language, one=one)

    spelled = _TICKET_IN_TEXT.sub(spell, _plain(text))
    # A long run of digits is a telephone number: longer than a field, so spelled here.
    spelled = _SPELLED_IN_TEXT.sub(lambda found: _spelled(found[0], language, one), spelled)
    return _broadcastable(spelled, language)


def check_template(template: str) -> None:
    """Raise BadAnnouncement unless every placeholder of `template` is a plain `{number}` or `{window}`."""
    known = " and ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise BadAnnouncement(f"call template {template!r}: {error}; it may use {known}") from error
    for _, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            shown = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            raise BadAnnouncement(f"call template {template!r}: unknown placeholder {{{shown}}}; it may use {known}")


def _pieces(field: str, value: str) -> list[str]:
    """Letters one by one, runs of digits, runs of Hanzi."""
    plain = _plain(value)
    if not _FIELD.fullmatch(plain) or not (pieces := _PIECE.findall(plain)):
        raise BadAnnouncement(
            f"{field} {value!r} cannot be read out: use 1 to {MAX_FIELD} letters, digits or Hanzi, for example A023"
        )
    return pieces


def _spelled(piece: str, language: Language, one: One) -> str:
    if not piece.isascii() or not piece.isdigit():
        return piece.upper()
    if language == "en":
        return " ".join(piece)
    return "".join(one if digit == "1" else _DIGITS[int(digit)] for digit in piece)


def _counted(piece: str, language: Language) -> str | None:
    """1..99 as one counts, or None for what is spelled."""
    if not re.fullmatch(r"[1-9][0-9]?", piece):
        return None
    if language == "en":
        return piece
    tens, units = divmod(int(piece), 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[units] if units else "")


def _joined(pieces: list[str], language: Language) -> str:
    """English words stand apart; in Chinese only letters do, or a voice reads AB as a word."""
    if language == "en":
        return " ".join(pieces)
    return re.sub(r"(?<=[A-Z])(?=[A-Z])", " ", "".join(pieces))


def _plain(text: str) -> str:
    """Full-width letters and digits become ASCII, white space becomes one space."""
    narrow = "".join(_narrow(char) for char in text)
    return " ".join(narrow.split())


def _narrow(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if folded.isascii() and folded.isalnum() else char


def _broadcastable(text: str, language: Language) -> str:
    plain = _plain(text)
    if not any(char.isalnum() for char in plain):
        raise BadAnnouncement("there is nothing to say: the text has no words")
    if len(plain) > MAX_TEXT:
        raise BadAnnouncement(f"the text has {len(plain)} characters; at most {MAX_TEXT} are said")
    for char in plain:
        if not _ALLOWED[language].fullmatch(char):
            raise BadAnnouncement(
                f"the character {char!r} (U+{ord(char):04X}) is not said in {_LANGUAGE_NAMES[language]}; "
                "use words, digits and plain punctuation"
            )
    return plain

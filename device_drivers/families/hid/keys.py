"""Key codes of linux/input-event-codes.h: what they are called here, and what a US keyboard types with them. Pure.

Scanners are keyboards with a US layout as delivered. Hanzi cannot be typed so.
"""

from __future__ import annotations

from typing import Final

LEFT_SHIFT, RIGHT_SHIFT = 42, 54
ENTERS: Final = frozenset((28, 96))

_PLAIN: Final = {
    **dict(zip(range(2, 14), "1234567890-=", strict=True)),
    **dict(zip(range(16, 28), "qwertyuiop[]", strict=True)),
    **dict(zip(range(30, 42), "asdfghjkl;'`", strict=True)),
    **dict(zip(range(43, 54), "\\zxcvbnm,./", strict=True)),
    57: " ",
}
_SHIFTED: Final = dict(zip("1234567890-=[];'`\\,./", '!@#$%^&*()_+{}:"~|<>?', strict=True))
_KEYPAD: Final = {
    71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+", 79: "1", 80: "2", 81: "3", 82: "0",
    83: ".", 55: "*", 98: "/",
}
_NAMED: Final = {
    1: "esc", 14: "backspace", 15: "tab", 28: "enter", 96: "kp_enter", 69: "num_lock", LEFT_SHIFT: "shift",
    RIGHT_SHIFT: "shift", 102: "home", 103: "up", 104: "page_up", 105: "left", 106: "right", 107: "end", 108: "down",
    109: "page_down", 110: "insert", 111: "delete",
    **{code: f"f{n}" for n, code in enumerate((*range(59, 69), 87, 88), 1)},
}
# What each key is called: what it types, or its name.
NAMES: Final[dict[int, str]] = {**_PLAIN, **{code: f"kp_{c}" for code, c in _KEYPAD.items()}, **_NAMED}
CODES: Final[dict[str, int]] = {name: code for code, name in NAMES.items()}
DIGITS: Final[dict[int, str]] = {code: c for code, c in (_PLAIN | _KEYPAD).items() if c.isdigit()}


def typed(code: int, *, shift: bool) -> str:
    """The character of a key, "" for a key without one."""
    plain = _PLAIN.get(code) or _KEYPAD.get(code, "")
    return _SHIFTED.get(plain, plain.upper()) if shift and code in _PLAIN else plain


def strokes(text: str) -> list[tuple[int, bool]]:
    """(key, with shift) for each character that a US keyboard has; others are left out, as a scanner does."""
    back = {typed(code, shift=shift): (code, shift) for shift in (True, False) for code in _PLAIN}
    return [back[character] for character in text if character in back]

"""The colours of the pages: what is read stands out by 7 : 1 from what it stands on, lines and marks by 3 : 1; in every
theme, and for whoever asks their device for more contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

BASE = Path(__file__).parents[3] / "hall_daemon" / "pages" / "shared" / "base.css"
READ = [
    *(("ink", ground) for ground in ("ground", "card", "sunk", "tint")),
    *(("quiet", ground) for ground in ("ground", "card", "sunk")),
    ("ink-tint", "tint"), ("ink-tint", "sunk"),
    ("on-accent", "accent"), ("on-accent", "good"), ("on-accent", "bad"), ("on-now", "now"),
    ("on-off", "off"), ("ok", "ok-bg"), ("warn", "warn-bg"), ("bad", "bad-bg"), ("good", "card"), ("bad", "card"),
    ("pale", "head"), ("accent", "ground"),
]
LINES = [("line", ground) for ground in ("ground", "card", "sunk")] + [
    ("focus", "ground"), ("focus", "card"), ("bar", "head"), ("bad-line", "card"), ("warn-line", "warn-bg"),
    ("ok-line", "card"),
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


def lightness(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs_of_rules() -> set[tuple[str, str]]:
    """What a rule of any page sets on what."""
    found: set[tuple[str, str]] = set()
    for style in BASE.parents[1].glob("*/*.css"):
        rules = re.findall(r"\{([^{}]*)\}", style.read_text(encoding="utf-8"))
        for rule in rules if style.name != "screen.css" else ():
            on, ground = (re.search(rf"(?<![-\w]){of}: var\(--([\w-]+)\)", rule) for of in ("color", "background"))
            if on and ground:
                found.add((on[1], ground[1]))
    return found


@pytest.mark.parametrize("look", ["", "more contrast", "song", "jiang"])
def test_everything_on_a_page_can_be_read(look: str) -> None:
    css = BASE.read_text(encoding="utf-8")
    plain, high = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert colours(plain).keys() == colours(high).keys(), "a colour is missing in one of the two"
    looks = {"": plain, "more contrast": high, **dict(re.findall(r":root\[data-theme=(\w+)\] \{(.*?)\}", css))}
    shown = colours(plain) | colours(looks[look])
    for least, pairs in ((7.0, [*READ, *pairs_of_rules()]), (3.0, LINES)):
        for on, ground in pairs:
            assert contrast(shown[on], shown[ground]) >= least, (on, ground)


def test_pages_name_no_colour_of_their_own_that_more_contrast_could_not_change() -> None:
    """But for bars of pictures, and what stays dark on white paper."""
    allowed = {"#fff", "#16202a", "#ffb000", "#8fb8e2", "#4fb078", "#27496f", "#d3dbe5", "#3d4855", "#5d6b7a"}
    for style in BASE.parents[1].glob("*/*.css"):
        if style.name not in ("base.css", "screen.css"):
            rules = re.sub(r"[^{}]*\{", "", style.read_text(encoding="utf-8"))
            assert set(re.findall(r"#[0-9a-f]{3,6}\b", rules)) <= allowed, style.name

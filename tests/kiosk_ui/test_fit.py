"""Nothing is cut off: every page in every language and look, on an upright and on a wide screen, and in a language
of longer sentences. Sizes are those that hands and eyes need."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtGui import QColor

from hall_daemon.wire.kiosks import Theme
from kiosk_ui.samples import gallery
from kiosk_ui.state import Assist, Language
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import THEMES, Look, plate
from tests.kiosk_ui import screens
from tests.kiosk_ui.screens import (
    LANGUAGES,
    LOOKS,
    PSEUDO,
    Open,
    emptiest,
    faults,
    lay,
    measured,
    page_of,
    show,
    torn,
    unread,
)

# A kiosk's own screen in every mode and language; others in the modes and the language that need most room.
SWEPT = [
    *(("upright", look, language) for look in LOOKS for language in LANGUAGES),
    ("wide", "plain", "en"), ("wide", "large", "en"), ("wide", "senior", "en"), ("wide", "low", "zh"),
    ("hd", "senior", "en"),
]
# No band without a word, a key or a code may be higher than this part of a page: in 长辈模式, and else.
FILLED = {
    ("upright", "senior", "zh"): 0.3, ("upright", "plain", "zh"): 0.33, ("upright", "plain", "en"): 0.33,
}
# Lists that have one or two rows here; with more they fill it.
SHORT_LISTS = {"41-rows", "49-languages"}


@pytest.mark.parametrize(("screen", "look", "language"), SWEPT)
def test_every_page(open_window: Open, screen: str, look: str, language: Language) -> None:
    """Nothing cut off; targets 20 mm, what the page is for 25 mm, 5 mm between them; capitals 5 mm, 7.3 mm in large
    print; the number 30 mm; every control with a name of its own; low reach has all of them in the lower half. No word
    is broken, and the room is used."""
    window = open_window(screen)
    most = FILLED.get((screen, look, language))
    put = show if language == "zh" else lay  # how a page is painted is the same in every language
    wrong: dict[str, list[str]] = {}
    for name, state in gallery():
        page = page_of(state, screen, LANGUAGES, language, LOOKS[look])
        put(window, page)
        found = [*faults(window), *measured(window, page, screen, LOOKS[look]), *torn(window)]
        if most and (name not in SHORT_LISTS or look == "senior") and (empty := emptiest(window)) > most:
            found.append(f"empty: {empty:.2f}")
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize(("look", "language"), [("plain", "zh"), ("plain", "en"), ("large", "zh"), ("low", "zh")])
def test_longer_sentences_fit(open_window: Open, look: str, language: Language) -> None:
    """Two fifths more letters; English is longer by more than that already."""
    window = open_window("upright")
    wrong: dict[str, list[str]] = {}
    for name, state in gallery():
        lay(window, page_of(state, "upright", PSEUDO, language, LOOKS[look]))
        if found := faults(window):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_read_on_what_they_stand_on(open_window: Open, theme: Theme) -> None:
    """As painted, of some pages; `python -m tests.bench kiosk_pages` looks at all of them in every mode."""
    window = open_window("upright")
    for name, state in list(gallery())[5::11]:
        for look in ("plain", "contrast"):
            page = page_of(state, "upright", LANGUAGES, "zh", LOOKS[look])
            show(window, replace(page, theme=theme))
            assert list(unread(window)) == [], f"{name} {look}"


def test_words_that_are_not_read_are_seen(open_window: Open) -> None:
    window = open_window("upright")
    show(window, page_of(next(gallery())[1], "upright", LANGUAGES, "zh", Assist()))
    title = window.findChild(Label, "title")
    assert title is not None
    title._colour = QColor("#9a9a9a")
    assert [said.partition(":")[0] for said in unread(window)] == ["faint"]


def test_plates_of_queues_are_read() -> None:
    for letter in "ABCDEFGHZ":
        assert (1.0 + 0.05) / (screens.luminance(plate(letter)) + 0.05) >= 7, letter


def contrast(look: Look, one: str, other: str) -> float:
    return screens.contrast(look.colour(one), look.colour(other))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("assist", [Assist(), Assist(contrast=True)])
def test_contrast(assist: Assist, theme: Theme) -> None:
    """Text 7 : 1 on what it stands on, pressed or not; borders and signs 3 : 1."""
    look = Look(px_per_mm=4.0, width_px=1080, height_px=1920, assist=assist, language="zh", theme=theme)
    texts = [
        ("ink", "ground"), ("ink", "card"), ("ink", "sunk"), ("ink", "card_down"), ("soft", "ground"), ("soft", "card"),
        ("soft", "sunk"), ("soft", "card_down"), ("on_deep", "deep"), ("on_deep", "deep2"), ("pale", "deep"),
        ("on_primary", "primary"), ("on_primary", "primary_down"), ("ink_tint", "tint"), ("on_now", "now"),
        ("now", "deep"), ("ok", "ok_bg"), ("ok", "card"), ("on_done", "done"), ("warn", "warn_bg"), ("bad", "bad_bg"),
        ("bad", "card"), ("on_off", "off"), ("on_help", "help"),
    ]
    assert {pair: round(contrast(look, *pair), 1) for pair in texts if contrast(look, *pair) < 7} == {}
    others = [
        ("line", "ground"), ("line", "card"), ("line", "sunk"), ("warn_line", "ground"), ("ok_line", "ground"),
        ("help_line", "ground"), ("primary", "ground"), ("primary", "tint" if not assist.contrast else "ground"),
        ("focus", "ground"), ("solid", "card"), ("open", "deep2"),
    ]
    assert {pair: round(contrast(look, *pair), 1) for pair in others if contrast(look, *pair) < 3} == {}

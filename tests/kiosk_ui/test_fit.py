"""Nothing is cut off: every page in every language and look, on an upright and on a wide screen, and in a language
of longer sentences. Sizes are those that hands and eyes need."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QRect
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QAbstractButton

from kiosk_ui.state import Assist, Language
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import Look
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.halls import SENIOR, gallery
from tests.kiosk_ui.screens import LANGUAGES, LOOKS, PSEUDO, SCREENS, Open, area, faults, page_of, show, visible


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits(open_window: Open, screen: str, look: str, language: Language) -> None:
    window = open_window(screen)
    wrong: dict[str, list[str]] = {}
    for name, state in gallery():
        show(window, page_of(state, screen, LANGUAGES, language, LOOKS[look]))
        if found := faults(window):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_longer_sentences_fit(open_window: Open, screen: str, language: Language) -> None:
    window = open_window(screen)
    wrong: dict[str, list[str]] = {}
    for name, state in gallery():
        show(window, page_of(state, screen, PSEUDO, language, Assist()))
        if found := faults(window):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("look", LOOKS)
def test_hands_and_eyes(open_window: Open, screen: str, look: str) -> None:
    """Targets 20 mm, what the page is for 25 mm, 5 mm between them; capitals 5 mm, 7.3 mm in large print; the
    number 30 mm."""
    window = open_window(screen)
    scale = SCREENS[screen][1] / SCREENS[screen][0][0]
    scale = min(scale, SCREENS[screen][2] / SCREENS[screen][0][1])
    capitals_mm = 7.3 if LOOKS[look].large else 5.0
    for name, state in gallery():
        page = page_of(state, screen, LANGUAGES, "en", LOOKS[look])
        show(window, page)
        primary = page.actions[0].name if page.actions else ""
        for button in visible(window, QAbstractButton):
            smallest = min(button.width(), button.height()) / scale
            assert smallest >= (25 if button.objectName() in (primary, "stay") else 20), (name, button.objectName())
        for label in visible(window, Label):
            capital = QFontMetricsF(label.font()).capHeight() / scale
            assert capital >= (30 if label.objectName() in ("number", "countdown-seconds") else capitals_mm), name
        assert gaps(window) >= 5 * scale - 1, name


def gaps(window: KioskWindow) -> float:
    """The smallest distance between two buttons, in pixels."""
    areas = [area(button, window) for button in visible(window, Touch) if button.objectName() != "stay"]
    return min((apart(one, other) for at, one in enumerate(areas) for other in areas[at + 1 :]), default=1e9)


def apart(one: QRect, other: QRect) -> float:
    across = max(one.left() - other.right(), other.left() - one.right())
    down = max(one.top() - other.bottom(), other.top() - one.bottom())
    return max(across, down)


@pytest.mark.parametrize("screen", SCREENS)
def test_low_reach_has_all_controls_in_the_lower_half(open_window: Open, screen: str) -> None:
    window = open_window(screen)
    for name, state in gallery():
        for look in (Assist(low=True), SENIOR):
            show(window, page_of(state, screen, LANGUAGES, "en", look))
            high = [b.objectName() for b in visible(window, Touch) if area(b, window).top() < window.height() // 2]
            assert high == [], name


def test_every_control_has_a_name(open_window: Open) -> None:
    window = open_window("upright")
    for name, state in gallery():
        show(window, page_of(state, "upright", LANGUAGES, "zh", Assist()))
        buttons = visible(window, QAbstractButton)
        assert all(button.objectName() and button.accessibleName() for button in buttons), name
        names = [button.objectName() for button in buttons]
        assert len(names) == len(set(names)), name


def luminance(look: Look, name: str) -> float:
    colour = look.colour(name)
    channels = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(look: Look, one: str, other: str) -> float:
    light, dark = sorted((luminance(look, one), luminance(look, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("assist", [Assist(), Assist(contrast=True)])
def test_contrast(assist: Assist) -> None:
    """Text 7 : 1 on what it stands on, pressed or not; borders and signs 3 : 1."""
    look = Look(px_per_mm=4.0, width_px=1080, height_px=1920, assist=assist, language="zh")
    texts = [
        ("text", "ground"), ("text", "card"), ("text", "card_down"), ("text", "letter"), ("text", "key_down"),
        ("soft", "ground"), ("soft", "card"), ("soft", "card_down"), ("on_band", "band"), ("on_primary", "primary"),
        ("on_primary", "primary_down"), ("on_on", "on"), ("on_on", "primary_down"), ("on_warn", "warn"),
        ("on_good", "good"), ("on_off", "off"),
    ]
    assert {pair: round(contrast(look, *pair), 1) for pair in texts if contrast(look, *pair) < 7} == {}
    others = [
        ("line", "ground"), ("line", "card"), ("warn_line", "ground"), ("good_line", "ground"), ("primary", "card"),
        ("warn_line", "card"), ("primary", "ground"),
    ]
    assert {pair: round(contrast(look, *pair), 1) for pair in others if contrast(look, *pair) < 3} == {}

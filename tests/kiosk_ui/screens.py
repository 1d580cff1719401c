"""Screens, windows and what can be measured on them: for tests of how the kiosk's pages look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msgspec import structs
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QWidget

from kiosk_ui import words
from kiosk_ui.presenters import present
from kiosk_ui.presenters.page import Page
from kiosk_ui.samples import SENIOR, shown_as
from kiosk_ui.state import Assist, Language, State
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.qr import QrCode
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.pseudo import pseudo

UPRIGHT = ((268, 476), 1080, 1920)
WIDE = ((338, 270), 1280, 1024)
HD = ((476, 268), 1920, 1080)
SCREENS = {"upright": UPRIGHT, "wide": WIDE, "hd": HD}
LOOKS = {
    "plain": Assist(), "large": Assist(large=True), "contrast": Assist(contrast=True), "low": Assist(low=True),
    "senior": SENIOR,
}
LANGUAGES = words.load()
PSEUDO: dict[Language, words.Words] = {
    language: words.Words(language, pseudo(words.read(language)), pseudo({"": spoken.name})[""])
    for language, spoken in LANGUAGES.items()
}
Open = Callable[[str], KioskWindow]


def page_of(state: State, screen: str, texts: dict[Language, words.Words], language: Language, look: Assist) -> Page:
    state = replace(state, settings=structs.replace(state.settings, screen_mm=SCREENS[screen][0]))
    return present(shown_as(state, language=language, assist=look), texts)


def show(window: KioskWindow, page: Page) -> None:
    window.show_page(page)
    QApplication.processEvents()


def visible(window: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [widget for widget in window.findChildren(kind) if widget.isVisibleTo(window)]


def area(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def faults(window: KioskWindow) -> list[str]:
    """Words that are cut off, widgets outside of the window or of what holds them, buttons over each other."""
    found = [f"cut: {label.text()}" for label in visible(window, Label) if isinstance(label, Label) and label.clipped()]
    for widget in [*visible(window, Label), *visible(window, Touch), *visible(window, QrCode)]:
        holder = widget.parentWidget()
        if holder is not None and not holder.rect().contains(widget.geometry()):
            found.append(f"sticks out: {widget.objectName()} {widget.accessibleName()}")
    buttons = [button for button in visible(window, Touch) if button.objectName() != "stay"]
    for at, one in enumerate(buttons):
        found += [
            f"over each other: {one.objectName()} {other.objectName()}"
            for other in buttons[at + 1 :]
            if area(one, window).intersects(area(other, window))
        ]
    return found


def luminance(colour: QColor) -> float:
    channels = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)

"""Screens, windows and what can be measured on them: for tests of how the kiosk's pages look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from msgspec import structs
from PyQt6.QtCore import QEvent, QPoint, QRect
from PyQt6.QtGui import QColor, QFontMetricsF, QImage
from PyQt6.QtWidgets import QAbstractButton, QApplication, QWidget

from kiosk_ui import words
from kiosk_ui.presenters import present
from kiosk_ui.presenters.page import Page
from kiosk_ui.samples import SENIOR, shown_as
from kiosk_ui.state import Assist, Language, State
from kiosk_ui.widgets.countdown import CountdownVeil
from kiosk_ui.widgets.icons import Sign
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.picture import PagePicture
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


def lay(window: KioskWindow, page: Page) -> None:
    """As `show`, but not painted: enough where sizes and places are looked at."""
    window.show_page(page)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


def visible(window: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [widget for widget in window.findChildren(kind) if widget.isVisibleTo(window)]


def area(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def faults(window: KioskWindow) -> list[str]:
    """Words that are cut off, widgets outside of the window or of what holds them, buttons over each other."""
    labels = visible(window, Label)
    found = [f"cut: {label.text()}" for label in labels if isinstance(label, Label) and label.clipped()]
    for widget in [*labels, *visible(window, Touch), *visible(window, QrCode)]:
        holder = widget.parentWidget()
        if holder is not None and not holder.rect().contains(widget.geometry()):
            found.append(f"sticks out: {widget.objectName()} {widget.accessibleName()}")
    found += [
        f"over each other: {one} {other}"
        for (one, here), (other, there) in combinations(keys(window), 2) if here.intersects(there)
    ]
    return found


def keys(window: KioskWindow) -> list[tuple[str, QRect]]:
    """Every key of the page and where it is; what is over the page is none."""
    return [
        (touch.objectName(), area(touch, window)) for touch in visible(window, Touch) if touch.objectName() != "stay"
    ]


def measured(window: KioskWindow, page: Page, screen: str, look: Assist) -> Iterator[str]:
    """What is too small, too near to something, too high up, or has no name."""
    scale = min(SCREENS[screen][1] / SCREENS[screen][0][0], SCREENS[screen][2] / SCREENS[screen][0][1])
    primary = {page.actions[0].name if page.actions else "", "stay"}
    buttons = visible(window, QAbstractButton)
    for button in buttons:
        smallest = min(button.width(), button.height()) / scale
        if smallest < (25 if button.objectName() in primary else 20):
            yield f"small: {button.objectName()} {smallest:.1f} mm"
        if not (button.objectName() and button.accessibleName()):
            yield f"no name: {button.objectName()} {button.accessibleName()}"
        if look.low and button.objectName() != "stay" and area(button, window).top() < window.height() // 2:
            yield f"high up: {button.objectName()}"
    names = [button.objectName() for button in buttons]
    if len(names) != len(set(names)):
        yield f"two of a name: {names}"
    for label in visible(window, Label):
        capital = QFontMetricsF(label.font()).capHeight() / scale
        if capital < (30 if label.objectName() == "number" else 7.3 if look.large else 5.0):
            yield f"small: {label.objectName()} {capital:.1f} mm"
    if (nearest := gaps(window)) < 5 * scale - 1:
        yield f"near: {nearest / scale:.1f} mm"


def gaps(window: KioskWindow) -> float:
    """The smallest distance between two buttons, in pixels."""
    return min((apart(one, other) for (_, one), (_, other) in combinations(keys(window), 2)), default=1e9)


def apart(one: QRect, other: QRect) -> float:
    across = max(one.left() - other.right(), other.left() - one.right())
    down = max(one.top() - other.bottom(), other.top() - one.bottom())
    return max(across, down)


def torn(window: KioskWindow) -> Iterator[str]:
    """Words of Latin letters that go on in the next line."""
    for label in visible(window, Label):
        assert isinstance(label, Label)
        lines = [line.replace("\u2060", "") for line in label.broken(label.width())]
        for one, other in pairwise(lines):
            letters = re.search(r"[A-Za-z]$", one) and re.match(r"[A-Za-z]", other)
            if letters and one.split()[-1] + other.split()[0] in label.text():
                yield f"torn: {one}|{other}"


def emptiest(window: KioskWindow) -> float:
    """The highest band of the page in which there is nothing to read or to touch, in parts of its height."""
    taken = [(area(widget, window).top(), area(widget, window).bottom()) for kind in (Touch, QrCode, Sign, PagePicture)
        for widget in visible(window, kind)]
    field = window.findChild(QWidget, "field")  # of what is typed: empty, it is there all the same
    if field is not None:
        taken.append((area(field, window).top(), area(field, window).bottom()))
    for label in visible(window, Label):
        if isinstance(label, Label) and label.text().strip():
            middle = area(label, window).center().y()
            half = label.heightForWidth(label.width()) // 2
            taken.append((middle - half, middle + half))
    highest, reached = 0, 0
    for top, bottom in sorted(taken):
        highest = max(highest, top - reached)
        reached = max(reached, bottom)
    return max(highest, window.height() - reached) / window.height()


# So finely it is looked at what a text stands on, across and down.
_GRID = 16, 8
TEXT_CONTRAST = 7.0


def unread(window: KioskWindow) -> Iterator[str]:
    """Words that are too faint on what they stand on, as it is painted: its most frequent colour, or the next one
    where that is the words' own."""
    image, veil = window.grab().toImage(), window.findChild(CountdownVeil)
    for label in visible(veil or window, Label):
        assert isinstance(label, Label)
        if not label.text().strip():
            continue
        ground = _ground(image, area(label, window), label.ink)
        if ground is not None and contrast(label.ink, ground) < TEXT_CONTRAST:
            yield f"faint: {label.text()} {contrast(label.ink, ground):.1f}"


def _ground(image: QImage, where: QRect, ink: QColor) -> QColor | None:
    across, down = _GRID
    where = where.intersected(image.rect())
    if where.isEmpty():
        return None
    seen = Counter(
        image.pixel(where.left() + where.width() * x // across, where.top() + where.height() * y // down)
        for x in range(across) for y in range(down)
    )
    others = [rgb for rgb, _ in seen.most_common() if rgb != ink.rgb()]
    return QColor(others[0]) if others else None


def luminance(colour: QColor) -> float:
    channels = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)

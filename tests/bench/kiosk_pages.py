"""Every page of the kiosk in every mode, theme and language, and in languages of longer sentences: what is wrong.

Nothing is timed. What was found is said on standard error, page by page.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from kiosk_ui.samples import gallery
from kiosk_ui.state import Assist
from kiosk_ui.widgets.look import THEMES
from kiosk_ui.widgets.window import KioskWindow
from tests.bench.table import Figure
from tests.kiosk_ui.screens import LANGUAGES, LOOKS, PSEUDO, SCREENS, faults, measured, page_of, show, unread

_MODES: Mapping[str, Assist] = {**LOOKS, "spoken": Assist(spoken=True)}
# What is said of a fault, and the figure that counts it.
_FIGURES = {
    "no name": "kiosk pages: controls without a name",
    "two of a name": "kiosk pages: controls without a name of their own",
    "small": "kiosk pages: targets or letters that are too small",
    "near": "kiosk pages: targets too near to each other",
    "high up": "kiosk pages: keys in the upper half in low reach",
    "faint": "kiosk pages: texts under the contrast",
    "cut": "kiosk pages: texts that are cut off",
    "sticks out": "kiosk pages: things that stick out",
    "over each other": "kiosk pages: keys over each other",
    "longer": "kiosk pages: texts that are cut off at two fifths more",
}


def run(folder: Path) -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["kiosk-pages"])
    counted: Counter[str] = Counter()
    pages = 0
    for screen in SCREENS:
        _, width, height = SCREENS[screen]
        window = KioskWindow(closable=True)
        window.resize(width, height)
        window.show()
        for where, found in _looked_at(window, screen):
            pages += 1
            for said in found:
                print(f"{where}: {said}", file=sys.stderr)
                counted[said.partition(":")[0]] += 1
        window.close()
    application.processEvents()
    note = f"{pages:,} pages looked at"
    return [Figure(what, counted[fault], "", "", None, "<= 0", note) for fault, what in _FIGURES.items()]


def _looked_at(window: KioskWindow, screen: str) -> Iterator[tuple[str, list[str]]]:
    for name, state in gallery():
        for mode, assist in _MODES.items():
            for language in LANGUAGES:
                where = f"{screen} {mode} {language} {name}"
                page = page_of(state, screen, LANGUAGES, language, assist)
                show(window, page)
                found = [*faults(window), *measured(window, page, screen, assist)]
                if screen == "upright":
                    for theme in THEMES if not assist.contrast else ("qing",):
                        show(window, replace(page, theme=theme))
                        found += unread(window)
                yield where, found
                if screen == "upright":
                    show(window, replace(page, countdown=None))  # a sheet over a page stays with the words it came with
                    show(window, page_of(state, screen, PSEUDO, language, assist))
                    yield f"{where} +40 %", [f"longer: {said}" for said in faults(window)]

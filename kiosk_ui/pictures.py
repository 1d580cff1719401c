"""A picture of every page in every mode and language, without a hall and a screen: `hall kiosk --screenshots DIR`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import structs
from PyQt6.QtWidgets import QApplication

from hall_daemon.wire.kiosks import SCREEN_MM
from kiosk_ui import samples
from kiosk_ui.presenters import present
from kiosk_ui.state import Assist, Language
from kiosk_ui.widgets.window import KioskWindow
from kiosk_ui.words import Words

# As many pixels as an upright panel of 1080 has.
PX_PER_MM = 4.03
MODES = {
    "plain": Assist(), "large": Assist(large=True), "contrast": Assist(contrast=True), "low": Assist(low=True),
    "spoken": Assist(spoken=True), "senior": Assist(large=True, contrast=True, low=True, spoken=True),
}
_CLOCK = datetime(2026, 11, 30, 9, 42, tzinfo=UTC)


def take(folder: Path, languages: Mapping[Language, Words], overrides: Mapping[str, Any]) -> int:
    """Write `MODE-LANGUAGE-PAGE.png` of all into `folder`, which is made; how many there are. `overrides` are settings
    of the kiosk, as its theme. Raises OSError where they cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    width_mm, height_mm = overrides.get("screen_mm") or SCREEN_MM
    window = KioskWindow(closable=True)
    window.resize(round(width_mm * PX_PER_MM), round(height_mm * PX_PER_MM))
    window.show()
    taken = 0
    for name, sample in samples.gallery():
        settings = structs.replace(sample.settings, **overrides)
        state = replace(sample, settings=settings, clock=_CLOCK)
        for mode, assist in MODES.items():
            for language in languages:
                window.show_page(present(samples.shown_as(state, language=language, assist=assist), languages))
                QApplication.processEvents()
                file = folder / f"{mode}-{language}-{name}.png"
                if not window.grab().save(str(file)):
                    raise OSError(f"{file} cannot be written")
                taken += 1
    window.close()
    return taken

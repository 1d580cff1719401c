"""Modes in which a printer reads what comes: how characters look, and the next QR code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """What ESC @ resets. `size` is GS ! and ESC !, `hanzi_size` FS !, the larger one counts for Hanzi."""

    hanzi: bool
    size: int = 1
    hanzi_size: int = 1
    bold: bool = False
    underline: bool = False

    @property
    def drawn_size(self) -> int:
        return max(self.size, self.hanzi_size) if self.hanzi else self.size


@dataclass(frozen=True, slots=True)
class QrSetting:
    """What the commands before a QR code set, and the data they stored."""

    model: int = 2
    module: int = 3
    level: str = "L"
    data: bytes = b""

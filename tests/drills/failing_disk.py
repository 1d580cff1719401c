"""A disk that fails when told, under the data folder of a stand: a shim in C (io_faults.c) that the daemon is started
with. Skips where there is no C compiler."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.drills import disk_record
from tests.drills.stand import Stand

SOURCE = Path(__file__).with_name("io_faults.c")


class FailingDisk:
    """`files`: how the names of those begin that fail, in the data folder; all of them where it is empty."""

    def __init__(self, stand: Stand, files: str = "") -> None:
        if lacks := disk_record.missing():
            pytest.skip(lacks)
        self._order = stand.folder / "io-fault"
        shim = disk_record.shim(stand.folder, SOURCE)
        self.env: Mapping[str, str] = {
            "LD_PRELOAD": str(shim), "IO_FAULT": str(self._order), "IO_FAULT_FILES": f"{stand.data}/{files}",
        }

    def order(self, calls: str, how: str, argument: int) -> None:
        """See io_faults.c. It holds from the next call on."""
        partial = self._order.with_suffix(".part")
        partial.write_text(f"{calls} {how} {argument}", encoding="ascii")
        partial.replace(self._order)

    def heal(self) -> None:
        self._order.unlink(missing_ok=True)

    @property
    def done(self) -> bool:
        """Whether the order was carried out."""
        return not self._order.exists()

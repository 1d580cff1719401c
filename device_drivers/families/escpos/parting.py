"""Keeps one slip apart from the next: what may still lie uncut under the head, and what is sent because of it.

Sans-IO part of the printer's link. A printer that is told to forget (CLEAR_BUFFER) forgets what is in its buffer; what
is on paper stays on paper, and without a cut the next slip would begin there.
"""

from __future__ import annotations

from typing import Literal

from device_drivers.families.escpos.commands import CLEARED, longest_command
from device_drivers.families.escpos.encode import encode_parting, longest_block
from device_drivers.families.escpos.profile import PrinterProfile


class Parting:
    """`broken`: a slip broke off and is to be marked and cut. `clears`: the printer knows CLEAR_BUFFER."""

    def __init__(self, profile: PrinterProfile) -> None:
        self.clears = False
        self._profile = profile
        # What may lie uncut: nothing, nobody knows (as when this program has just begun), a slip that broke off.
        self._uncut: Literal["", "maybe", "broken"] = "maybe"
        self._block = 0  # bytes of the longest command of the last slip, 0 when that was another life's
        self._gave_up = False  # and whether the printer forgot the rest is not known yet
        self._begun = b""  # of CLEARED, whose rest has not come yet

    @property
    def broken(self) -> bool:
        return self._uncut == "broken"

    def before(self, slip: bytes) -> bytes:
        """What goes before `slip` (bytes; none: nothing but the mark), which is sent now."""
        uncut, self._uncut = self._uncut, ""
        block, self._block = self._block, longest_command(slip)
        if not uncut:
            return b""
        drain = max(block, self._block) or longest_block(self._profile)
        return encode_parting(self._profile, drain, void=uncut == "broken")

    def broke_off(self) -> None:
        self._uncut = "broken"

    def gave_up(self, *, marks_again: bool) -> None:
        """The printer is being told to forget. A slip that it forgets ends where it is; one that it does not forget
        comes out whole, later. `marks_again` is False for a mark that nobody confirmed: it is not printed for ever."""
        self._uncut = "maybe"
        self._gave_up = marks_again

    def lost(self, *, sending: bool) -> None:
        """The line is gone, `sending`: with a slip under way."""
        if sending:
            self._uncut = "broken"
        self._gave_up, self._begun = False, b""

    def hear(self, data: bytes) -> tuple[bytes, bool]:
        """`data` without the answer to CLEAR_BUFFER, which may come in pieces, and whether it came."""
        data, self._begun = self._begun + data, b""
        cleared = CLEARED in data
        if cleared:
            data = data.replace(CLEARED, b"")
            self.clears = True
            if self._gave_up:
                self._uncut, self._gave_up = "broken", False
        size = next((size for size in (2, 1) if data.endswith(CLEARED[:size])), 0)
        self._begun = CLEARED[:size]
        return data.removesuffix(self._begun), cleared

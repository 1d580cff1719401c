"""Number boards."""

from __future__ import annotations

from device_drivers.kinds.number_board.kind import KIND

__all__ = ["KIND"]

"""Number boards."""

from device_drivers.kinds.number_board.kind import KIND as KIND

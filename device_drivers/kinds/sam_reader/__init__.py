"""SAM_V readers of ID cards."""

from device_drivers.kinds.sam_reader.kind import KIND as KIND

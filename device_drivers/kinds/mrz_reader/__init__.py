"""Readers of the machine-readable zone of passports and cards."""

from device_drivers.kinds.mrz_reader.kind import KIND as KIND

"""Pads whose frames the configuration describes."""

from device_drivers.kinds.frame_pad.kind import KIND as KIND

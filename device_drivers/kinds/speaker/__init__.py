"""The voice of a hall."""

from device_drivers.kinds.speaker.kind import KIND as KIND

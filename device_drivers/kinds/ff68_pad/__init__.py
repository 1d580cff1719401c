"""FF 68 caller pads and evaluators."""

from device_drivers.kinds.ff68_pad.kind import KIND as KIND

"""FF 68 caller pads and evaluators."""

from __future__ import annotations

from device_drivers.kinds.ff68_pad.kind import KIND

__all__ = ["KIND"]

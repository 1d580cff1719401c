"""The voice of a hall."""

from __future__ import annotations

from device_drivers.kinds.speaker.kind import KIND

__all__ = ["KIND"]

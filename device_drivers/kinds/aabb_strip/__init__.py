"""AA-BB window strips."""

from __future__ import annotations

from device_drivers.kinds.aabb_strip.kind import KIND

__all__ = ["KIND"]

"""AA-BB window strips."""

from device_drivers.kinds.aabb_strip.kind import KIND as KIND

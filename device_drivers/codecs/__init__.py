"""Wire formats by name, for installers and tests. Pure: bytes and fields, nothing else."""

from __future__ import annotations

from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded

__all__ = ["PROTOCOLS", "BrokenFrame", "Codec", "Decoded"]

PROTOCOLS: dict[str, Codec] = {}

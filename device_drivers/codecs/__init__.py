"""Wire formats by name, for installers and tests: each is called as its kind of device, or begins with that.

Pure: bytes and fields, nothing else.
"""

from __future__ import annotations

from device_drivers.codecs.aabb_strip import AABB_STRIP, AABB_STRIP_SUMFF
from device_drivers.codecs.codec import BrokenFrame, Codec, Decoded
from device_drivers.codecs.escpos_frames import ESCPOS, ESCPOS_STATUS
from device_drivers.codecs.keypad_ff68 import KEYPAD_FF68

__all__ = ["OLD_NAMES", "PROTOCOLS", "BrokenFrame", "Codec", "Decoded"]

PROTOCOLS: dict[str, Codec] = {
    codec.name: codec for codec in (AABB_STRIP, AABB_STRIP_SUMFF, KEYPAD_FF68, ESCPOS, ESCPOS_STATUS)
}
# What the first releases and published vectors call them.
_OLD = ("aabb_strip", "aabb_strip_sumff", "keypad_ff68", "escpos", "escpos_status")
OLD_NAMES = dict(zip(_OLD, PROTOCOLS, strict=True))

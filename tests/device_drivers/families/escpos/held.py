"""What a decoder holds, which has a bound whatever it is sent."""

from __future__ import annotations

from device_drivers.families.escpos.decode import EscposDecoder


def held_bytes(decoder: EscposDecoder) -> int:
    """Of a command that has begun, of a line without its end, of a QR code that is not printed yet."""
    return len(decoder._held) + decoder._line_bytes + len(decoder._qr.data)

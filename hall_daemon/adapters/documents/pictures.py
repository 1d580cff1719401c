"""A JPEG or PNG made into a JPEG anew, in the child: nothing of what was sent is left but what can be seen.

The decoder is chosen by the first bytes, so a file that is two things at once is the one it begins as; its size is read
before a pixel is. No second frame is ever looked at.
"""

from __future__ import annotations

import io
import struct

from PIL import Image, JpegImagePlugin, PngImagePlugin

from hall_daemon.adapters.documents.refused import Refused

SIDE = 2400
MOST_PIXELS = 100_000_000
# Where a picture's `info` holds what its page carries as text.
TEXT = "text of the page"
QUALITY = 80
_ORIENTATION = 0x0112
_TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,), 3: (Image.Transpose.ROTATE_180,), 4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,), 6: (Image.Transpose.ROTATE_270,), 7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
# What broken files make Pillow raise, beside its own mistakes.
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, OverflowError,
    struct.error, Image.DecompressionBombError,
)


def jpeg_picture(data: bytes) -> Image.Image:
    """Raises Refused."""
    image = _opened(JpegImagePlugin.JpegImageFile, data)
    # Decoded at a half, a quarter or an eighth, where that is still enough.
    image.draft("RGB", (SIDE, SIDE))
    return image


def png_picture(data: bytes) -> Image.Image:
    """Raises Refused."""
    image = _opened(PngImagePlugin.PngImageFile, data)
    if getattr(image, "n_frames", 1) > 1:
        raise Refused("animated")
    return image


def _opened(kind: type[Image.Image], data: bytes) -> Image.Image:
    try:
        image = kind(io.BytesIO(data))  # type: ignore[call-arg]
    except _BROKEN as error:
        raise Refused("damaged") from error
    if image.width * image.height > MOST_PIXELS:
        raise Refused("too_many_pixels")
    return image


def upright(image: Image.Image) -> Image.Image:
    """In RGB or grey on white, at most SIDE long, as whoever took it saw it. Raises Refused."""
    turns = _turns(image)
    try:
        image.load()
        plain = _plain(image)
    except MemoryError as error:
        raise Refused("too_hard") from error
    except _BROKEN as error:
        raise Refused("damaged") from error
    plain.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    for turn in turns:
        plain = plain.transpose(turn)
    return plain


def as_jpeg(image: Image.Image) -> bytes:
    """Without any word about where, when and by what it was taken."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _turns(image: Image.Image) -> tuple[Image.Transpose, ...]:
    try:
        return _TURNS.get(int(image.getexif().get(_ORIENTATION, 1)), ())
    except _BROKEN:
        return ()  # what it says of itself is broken, not the picture


def _plain(image: Image.Image) -> Image.Image:
    mode = image.mode
    if mode.startswith(("I", "F")):  # 16 bits and more: convert("L") would cut off instead of scale
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in image.info or mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        white.alpha_composite(seen)
        return white.convert("RGB")
    if mode in ("L", "RGB"):
        return image
    return image.convert("L" if mode == "1" else "RGB")

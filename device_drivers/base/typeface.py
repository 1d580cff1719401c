"""Text as dots, by the system's FreeType and one of its fonts: for printers that have no Hanzi of their own.

`libfreetype.so.6` is asked through ctypes (its ABI has stood since 2000); nothing is loaded before a face is opened.
One thread at a time.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Final, NamedTuple

_LIBRARY = "libfreetype.so.6"
# FT_LOAD_RENDER | FT_LOAD_TARGET_MONO
_LOAD: Final = 0x4 | (2 << 16)
_KEPT_GLYPHS = 2048


class NoTypeface(OSError):
    """There is no FreeType, or the file is no font. The message says which."""


class _Generic(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("finalizer", ctypes.c_void_p))


class _Bitmap(ctypes.Structure):
    _fields_ = (
        ("rows", ctypes.c_uint), ("width", ctypes.c_uint), ("pitch", ctypes.c_int), ("buffer", ctypes.c_void_p),
        ("num_grays", ctypes.c_ushort), ("pixel_mode", ctypes.c_ubyte), ("palette_mode", ctypes.c_ubyte),
        ("palette", ctypes.c_void_p),
    )


class _Slot(ctypes.Structure):
    _fields_ = (
        ("library", ctypes.c_void_p), ("face", ctypes.c_void_p), ("next", ctypes.c_void_p),
        ("glyph_index", ctypes.c_uint), ("generic", _Generic), ("metrics", ctypes.c_long * 8),
        ("linear_hori_advance", ctypes.c_long), ("linear_vert_advance", ctypes.c_long),
        ("advance", ctypes.c_long * 2), ("format", ctypes.c_int), ("bitmap", _Bitmap),
        ("bitmap_left", ctypes.c_int), ("bitmap_top", ctypes.c_int),
    )


class _Face(ctypes.Structure):
    _fields_ = (
        ("num_faces", ctypes.c_long), ("face_index", ctypes.c_long), ("face_flags", ctypes.c_long),
        ("style_flags", ctypes.c_long), ("num_glyphs", ctypes.c_long), ("family_name", ctypes.c_char_p),
        ("style_name", ctypes.c_char_p), ("num_fixed_sizes", ctypes.c_int), ("available_sizes", ctypes.c_void_p),
        ("num_charmaps", ctypes.c_int), ("charmaps", ctypes.c_void_p), ("generic", _Generic),
        ("bbox", ctypes.c_long * 4), ("units_per_em", ctypes.c_ushort), ("ascender", ctypes.c_short),
        ("descender", ctypes.c_short), ("height", ctypes.c_short), ("max_advance_width", ctypes.c_short),
        ("max_advance_height", ctypes.c_short), ("underline_position", ctypes.c_short),
        ("underline_thickness", ctypes.c_short), ("glyph", ctypes.POINTER(_Slot)),
    )


class _Glyph(NamedTuple):
    """`rows` of `1` and `0`; where its upper left corner lies; how far the next one stands."""

    rows: tuple[str, ...]
    left: int
    top: int
    advance: int


class Typeface:
    """One font file."""

    def __init__(self, path: str) -> None:
        """Raises NoTypeface."""
        try:
            self._ft = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise NoTypeface(f"there is no {_LIBRARY}: install the system package libfreetype6") from error
        library, face = ctypes.c_void_p(), ctypes.POINTER(_Face)()
        self._ft.FT_Load_Char.argtypes = (ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int32)
        if self._ft.FT_Init_FreeType(ctypes.byref(library)):
            raise NoTypeface(f"{_LIBRARY} does not start")
        if self._ft.FT_New_Face(library, path.encode(), ctypes.c_long(0), ctypes.byref(face)):
            raise NoTypeface(f"{path} is no font that can be read: name a .ttf, .otf or .ttc")
        self._face = face
        self._size = 0
        self._glyph = lru_cache(_KEPT_GLYPHS)(self._load)

    def draw(self, text: str, cell_px: int) -> tuple[str, ...]:
        """A line of text, `cell_px` dots high: rows of `1` (black) and `0`, as wide as it is."""
        glyphs = [self._glyph(character, cell_px) for character in text]
        width = max(1, sum(glyph.advance for glyph in glyphs))
        dots = [bytearray(b"0" * width) for _ in range(cell_px)]
        pen = 0
        for glyph in glyphs:
            for at, row in enumerate(glyph.rows):
                y = glyph.top + at
                if 0 <= y < cell_px:
                    for x, dot in enumerate(row, pen + glyph.left):
                        if dot == "1" and 0 <= x < width:
                            dots[y][x] = ord("1")
            pen += glyph.advance
        return tuple(row.decode("ascii") for row in dots)

    def _load(self, character: str, cell_px: int) -> _Glyph:
        """Seven eighths of a cell is the em, so that ascenders and descenders fit."""
        size = max(1, cell_px * 7 // 8)
        if size != self._size:
            self._ft.FT_Set_Pixel_Sizes(self._face, 0, size)
            self._size = size
        if self._ft.FT_Load_Char(self._face, ord(character), _LOAD):
            return _Glyph((), 0, 0, size)
        slot = self._face.contents.glyph.contents
        bitmap = slot.bitmap
        data = ctypes.string_at(bitmap.buffer, bitmap.rows * abs(bitmap.pitch)) if bitmap.buffer else b""
        rows = tuple(
            "".join(f"{byte:08b}" for byte in data[at : at + abs(bitmap.pitch)])[: bitmap.width]
            for at in range(0, len(data), abs(bitmap.pitch) or 1)
        )
        baseline = cell_px * 13 // 16
        return _Glyph(rows, slot.bitmap_left, baseline - slot.bitmap_top, slot.advance[0] >> 6)

"""Files made from a seed to break, or to get past, whatever opens a paper; each with the answers that are right.

`hostile(seed)` gives one of FAMILIES with random details; the same seed gives the same file.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from PIL import Image

from tests.made_pages import card

ACCEPTED = ""


class Hostile(NamedTuple):
    """`answers`: each reason that is right for it, "" for being accepted."""

    family: str
    data: bytes
    answers: tuple[str, ...]


def jpeg(rng: random.Random, **more: object) -> bytes:
    file = io.BytesIO()
    card(rng).save(file, "JPEG", quality=80, **more)
    return file.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, pixels: bytes, depth: int = 8, colour: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")


def pdf(contents: list[bytes], catalog: str = "", box: str = "0 0 595 842", more: tuple[bytes, ...] = ()) -> bytes:
    """A PDF of so many pages; `more` are further objects, numbered from 3 + 2 × pages on."""
    pages = len(contents)
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
    ]
    for at, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents {4 + 2 * at} 0 R "
            "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>".encode()
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >> stream\n%b\nendstream" % (len(content), content))
    objects += more
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n".encode()
    return data + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (len(objects) + 1, table, trailer)


WORDS = zlib.compress(b"BT /F 24 Tf 60 700 Td (a page of a contract with words on it) Tj ET\n" * 3)


def _truncated(rng: random.Random) -> Hostile:
    whole = jpeg(rng)
    return Hostile("truncated", whole[: rng.randrange(30, len(whole) * 3 // 4)], ("damaged",))


def _flipped(rng: random.Random) -> Hostile:
    whole = bytearray(rng.choice((jpeg(rng), pdf([WORDS]), png(200, 200, zlib.compress(bytes(201 * 200))))))
    for _ in range(rng.randrange(1, 60)):
        whole[rng.randrange(12, len(whole))] = rng.randrange(256)
    return Hostile("flipped", bytes(whole), (ACCEPTED, "damaged", "too_hard", "too_many_pixels", "locked", "animated"))


def _wrong_type(rng: random.Random) -> Hostile:
    begins = (b"PK\x03\x04", b"GIF89a", b"BM", b"<html><script>", b"\x00\x00\x00\x18ftypheic", b"%!PS", b"II*\0", b"MZ")
    return Hostile("wrong type", rng.choice(begins) + rng.randbytes(rng.randrange(2000)), ("wrong_type",))


def _polyglot(rng: random.Random) -> Hostile:
    """Two things at once: it is what it begins as, and of the other nothing is left."""
    tail = rng.choice((b"PK\x03\x04canary-of-a-zip", b"<script>alert('canary')</script>", pdf([WORDS])))
    return Hostile("polyglot", jpeg(rng) + tail, (ACCEPTED,))


def _huge_png(rng: random.Random) -> Hostile:
    side = rng.choice((30_000, 65_000, 2**31 - 1))
    return Hostile("huge", png(side, side, zlib.compress(bytes(1000))), ("too_many_pixels", "damaged"))


def _deflate_bomb(rng: random.Random) -> Hostile:
    """A few KB that are hundreds of MB."""
    row = zlib.compress(bytes(300_000_000), 9)
    return Hostile("deflate bomb", png(9_000, 9_000, row), (ACCEPTED, "damaged", "too_hard"))


def _content_bomb(rng: random.Random) -> Hostile:
    """A page that is drawn for ever: its content is 400 MB of strokes."""
    stroke = b"0 0 m 595 842 l 300 100 l S\n"
    return Hostile("content bomb", pdf([zlib.compress(stroke * 14_000_000, 1)]), (ACCEPTED, "too_hard", "damaged"))


def _form_bomb(rng: random.Random) -> Hostile:
    """Forms that draw forms that draw forms: ten times ten times ten…"""
    levels = rng.randrange(7, 10)
    first = 5
    more = []
    for at in range(levels):
        inner = f"/X << /N {first + at + 1} 0 R >>" if at < levels - 1 else ""
        drawn = b"/N Do " * 10 if inner else b"0 0 300 300 re f "
        resources = f"/Resources << {inner.replace('/X', '/XObject')} >>"
        head = f"<< /Type /XObject /Subtype /Form /BBox [0 0 600 900] {resources} /Length {len(drawn)} >> stream\n"
        more.append(head.encode() + drawn + b"\nendstream")
    data = pdf([zlib.compress(b"/N Do")], more=tuple(more)).replace(
        b"/Resources << /Font", b"/Resources << /XObject << /N 5 0 R >> /Font", 1
    )
    return Hostile("form bomb", data, (ACCEPTED, "too_hard", "damaged"))


def _script(rng: random.Random) -> Hostile:
    """It would like to run, to open, to send."""
    action = rng.choice((
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\); this.submitForm\\('http://127.0.0.1:1/'\\)) >>",
        "/OpenAction << /S /Launch /F (/bin/sh) >>",
        "/AA << /O << /S /URI /URI (http://127.0.0.1:1/canary) >> >>",
    ))
    return Hostile("script", pdf([WORDS], action), (ACCEPTED,))


def _many_pages(rng: random.Random) -> Hostile:
    return Hostile("many pages", pdf([WORDS] * rng.choice((31, 500, 5000))), ("too_many_pages",))


def _large_page(rng: random.Random) -> Hostile:
    box = rng.choice(("0 0 14400 14400", "0 0 1 14400", "0 0 0 0", "-9e9 -9e9 9e9 9e9", "0 0 0.001 0.001"))
    return Hostile("large page", pdf([WORDS], box=box), (ACCEPTED, "damaged", "too_hard"))


def _loops(rng: random.Random) -> Hostile:
    data = pdf([WORDS]).replace(b"/Kids [3 0 R]", rng.choice((b"/Kids [2 0 R]", b"/Kids [9 0 R]", b"/Kids [1 0 R]")))
    return Hostile("loops", data, (ACCEPTED, "damaged", "too_hard"))


def _animated(rng: random.Random) -> Hostile:
    frames = [Image.new("L", (300, 200), shade) for shade in range(0, 250, 50)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:], duration=100)
    return Hostile("animated", file.getvalue(), ("animated",))


def _odd_modes(rng: random.Random) -> Hostile:
    mode, kind = rng.choice((
        ("CMYK", "JPEG"), ("L", "JPEG"), ("I;16", "PNG"), ("1", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("LA", "PNG"),
    ))
    image = card(rng).convert("L").convert("I").point(lambda v: v * 256).convert("I;16") if mode == "I;16" else (
        card(rng).convert(mode)
    )
    file = io.BytesIO()
    image.save(file, kind)
    return Hostile(f"{mode} {kind}", file.getvalue(), (ACCEPTED,))


def _broken_exif(rng: random.Random) -> Hostile:
    """Metadata of random bytes, and a word that must not come out again."""
    exif = b"Exif\0\0" + rng.choice((b"II*\0", b"MM\0*")) + rng.randbytes(rng.randrange(4, 400)) + b"canary-of-a-place"
    return Hostile("broken exif", jpeg(rng, exif=exif), (ACCEPTED,))


def _tiny(rng: random.Random) -> Hostile:
    file = io.BytesIO()
    Image.new("RGB", (rng.choice((1, 2, 3, 17)), rng.choice((1, 2, 5000))), "white").save(file, "PNG")
    return Hostile("tiny", file.getvalue(), (ACCEPTED,))


def _noise(rng: random.Random) -> Hostile:
    begin = rng.choice((b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n"))
    return Hostile("random bytes", begin + rng.randbytes(rng.randrange(50_000)), ("damaged", "too_hard", "locked"))


def _edges(rng: random.Random) -> Hostile:
    data, why = rng.choice(((b"", "empty_file"), (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "too_large")))
    return Hostile("size", data, (why,))


FAMILIES: Mapping[str, Callable[[random.Random], Hostile]] = {
    made.__name__.strip("_"): made
    for made in (
        _truncated, _flipped, _wrong_type, _polyglot, _huge_png, _deflate_bomb, _content_bomb, _form_bomb, _script,
        _many_pages, _large_page, _loops, _animated, _odd_modes, _broken_exif, _tiny, _noise, _edges,
    )
}
# What takes seconds and much memory to make or to look at.
HEAVY = frozenset({"deflate_bomb", "content_bomb", "form_bomb"})


def hostile(seed: int) -> Hostile:
    rng = random.Random(f"hostile {seed}")
    # The heavy ones are one in forty.
    names = [name for name in FAMILIES for _ in range(1 if name in HEAVY else 8)]
    return FAMILIES[rng.choice(names)](rng)


def of_family(name: str, seed: int) -> Hostile:
    return FAMILIES[name](random.Random(f"{name} {seed}"))

"""The document child: one file on stdin, its pages as new JPEGs on stdout, then it ends.

Never imported by the daemon, which has children forked (fork_server). Everything that it needs is imported and the file
is read before it locks itself in; from then on there is no file, no network, no other
process for it, only time and memory that run out. What was sent is never written anywhere.

It says, as often as needed: length of a JSON head (4 bytes, big endian), the head, and the picture that it announces.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from PIL import Image, TiffImagePlugin  # noqa: F401 (what a photo says of itself is read by the latter)

from device_drivers.events import LARGEST_PAGE
from hall_daemon.adapters.documents.locks import cpu_until, lock_down
from hall_daemon.adapters.documents.machine import facts_of
from hall_daemon.adapters.documents.measure import measured
from hall_daemon.adapters.documents.pictures import TEXT, as_jpeg, jpeg_picture, png_picture, upright
from hall_daemon.adapters.documents.refused import Refused
from hall_daemon.matters.facts import Fact
from hall_daemon.matters.pictures import Measures

MOST_BYTES = LARGEST_PAGE
PAGE_CPU_S = 10.0
Opener = Callable[[bytes], Iterator[Image.Image]]
_PICTURES: Mapping[bytes, Callable[[bytes], Image.Image]] = {
    b"\xff\xd8\xff": jpeg_picture, b"\x89PNG\r\n\x1a\n": png_picture,
}


def opener_of(data: bytes) -> Opener:
    """What makes pictures of it, by its first bytes, loaded. Raises Refused."""
    if not data:
        raise Refused("empty_file")
    if len(data) > MOST_BYTES:
        raise Refused("too_large")
    if data.startswith(b"%PDF-"):
        from hall_daemon.adapters.documents.pdf import pdf_pictures  # a third of the start, for PDFs alone

        return pdf_pictures
    for begin, picture in _PICTURES.items():
        if data.startswith(begin):
            return lambda whole: iter((picture(whole),))
    raise Refused("wrong_type")


def pages_of(data: bytes, opener: Opener, today: int) -> Iterator[tuple[bytes, Measures, tuple[Fact, ...]]]:
    """Each page as JPEG, with what was measured of it and what a machine can read. Raises Refused."""
    cpu_until(PAGE_CPU_S)
    for drawn in opener(data):
        page = upright(drawn)
        yield as_jpeg(page), measured(page), facts_of(page, str(drawn.info.get(TEXT, "")), today)
        cpu_until(PAGE_CPU_S)


def prepare() -> None:
    """Once in a process."""
    Image.MAX_IMAGE_PIXELS = None  # sizes are looked at by us, before anything is decoded
    warnings.simplefilter("ignore")  # they would be shown with the line of their source, which is a file
    Image.preinit()  # what saving would look for on the disk


def look() -> None:
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    today = date.today().toordinal() - date(1970, 1, 1).toordinal()  # noqa: DTZ011 (a day more or less is all one)
    why = ""
    locks: tuple[str, ...] = ()
    try:
        opener = opener_of(data)
        locks = lock_down()
        for jpeg, found, facts in pages_of(data, opener, today):
            _say({"size": len(jpeg), "measures": found, "facts": facts}, jpeg)
    except Refused as refused:
        why = refused.why
    except MemoryError:
        why = "too_hard"
    _say({"ended": True, "why": why, "locks": locks})


def _say(head: Mapping[str, object], picture: bytes = b"") -> None:
    said = json.dumps(head).encode()
    sys.stdout.buffer.write(len(said).to_bytes(4, "big") + said + picture)
    sys.stdout.buffer.flush()

"""The child that reads the letters of one page with Debian's tesseract: a page and what is looked for on stdin, what
was found on stdout, then it ends. Its text goes no further than this process.

Forked by fork_server, as its siblings that open files; it and the programs that it starts are locked in before they see
the picture, which reaches them through a pipe, and have only what is idle of a CPU. They are there before the picture
is: this child itself can start nothing any more.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple, NoReturn

from PIL import Image, ImageOps

from hall_daemon.adapters.documents.locks import cpu_until, die_with, lock_down, lock_program
from hall_daemon.adapters.documents.pictures import jpeg_picture, upright
from hall_daemon.adapters.documents.refused import Refused
from hall_daemon.adapters.documents.tesseract import CHINESE, FOLDERS, LATIN, PROGRAM, SHARE
from hall_daemon.adapters.documents.zone_print import looks_like_zone, zone_facts
from hall_daemon.adapters.system.stepping_back import step_back
from hall_daemon.matters.facts import LONGEST_TEXT, MOST_FACTS
from hall_daemon.matters.printed import Line, Wanted, labelled, numbers_printed, seen_of

MOST_LABELLED = 20
_CPU_S = 40.0
_MOST_PAGE = 4 * 1024 * 1024
_MOST_SAID = 2 * 1024 * 1024
_MOST_LINES = 400
_LENGTH = 4
# Letters of a page narrower than this are too small: it is a card, or was photographed from afar.
_NARROW = 1500
_ZONE = "-c", "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_TABLE = "-c", "tessedit_create_tsv=1"


class _Row(NamedTuple):
    """A line of the page and where it is, in pixels from the top."""

    line: Line
    top: int
    bottom: int


class _Reader:
    """The program, which waits for a picture."""

    def __init__(self, language: str, options: Sequence[str]) -> None:
        words = (PROGRAM, "stdin", "stdout", "-l", language, "--psm", "6", "--dpi", "300", *options)
        us = os.getpid()
        (stdin, self._into), (self._out, stdout) = os.pipe(), os.pipe()
        self._pid = os.fork()
        if not self._pid:
            _become(words, stdin, stdout, us)
        os.close(stdin)
        os.close(stdout)

    def read(self, page: Image.Image) -> str:
        """What it says of it. Raises OSError where it was killed or gave up."""
        with open(self._into, "wb") as into, contextlib.suppress(BrokenPipeError):
            into.write(b"P5 %d %d 255\n" % page.size + page.tobytes())
        with open(self._out, "rb") as out:
            said = out.read(_MOST_SAID)
        _, status = os.waitpid(self._pid, 0)
        if status:
            raise ChildProcessError("the recogniser did not end well")
        return said.decode(errors="replace")


def look() -> None:
    """What recogniser.py asks."""
    asked = sys.stdin.buffer.read(_MOST_PAGE)
    length = int.from_bytes(asked[:_LENGTH], "big")
    head, jpeg = json.loads(asked[_LENGTH : _LENGTH + length]), asked[_LENGTH + length :]
    _be_idle()
    letters, zone = _Reader(CHINESE, _TABLE), _Reader(LATIN, _ZONE)
    said: dict[str, object] = {}
    lock_down(fonts=())
    cpu_until(_CPU_S)
    try:
        said |= _found(jpeg, head, letters, zone)
    except (OSError, MemoryError, Refused):
        said["failed"] = True
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()


def _found(jpeg: bytes, head: Mapping[str, object], letters: _Reader, zone: _Reader) -> dict[str, object]:
    page = _prepared(upright(jpeg_picture(jpeg)))
    rows = _rows(letters.read(page))
    lines = [row.line for row in rows]
    today, wanted = head["today"], head["wanted"]
    assert isinstance(today, int)
    facts = numbers_printed(lines, today)
    if band := _zone_band(rows, page.height):
        read_well = zone.read(page.crop((0, band[0], page.width, band[1]))).splitlines()
        facts += zone_facts(read_well) or zone_facts([line.text for line in lines])
    found: dict[str, object] = {"facts": facts[:MOST_FACTS]}
    if isinstance(wanted, list):
        return found | {"seen": seen_of(lines, [Wanted(*each) for each in wanted])}
    return found | {"labelled": [(each.label, each.value) for each in labelled(lines)[:MOST_LABELLED]]}


def _prepared(page: Image.Image) -> Image.Image:
    grey = ImageOps.autocontrast(page.convert("L"), cutoff=1)
    if grey.width >= _NARROW:
        return grey
    return grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)


def _rows(table: str) -> list[_Row]:
    """Of tesseract's table: a row a word, of a line those that have block, paragraph and line in common."""
    words: dict[tuple[str, ...], list[tuple[int, int, int, str]]] = {}
    for each in table[: _MOST_SAID // 2].splitlines()[1:]:
        cells = each.split("\t", 11)
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        with contextlib.suppress(ValueError):
            top, height, sure = int(cells[7]), int(cells[9]), int(float(cells[10]))
            words.setdefault(tuple(cells[2:5]), []).append((top, top + height, sure, cells[11].strip()))
    rows, left = [], LONGEST_TEXT
    for line in list(words.values())[:_MOST_LINES]:
        text = " ".join(word for *_, word in line)[:left]
        each_sure = tuple(sure for _, _, sure, word in line for _ in range(len(word) + 1))[: len(text)]
        left -= len(text)
        rows.append(_Row(Line(text, each_sure), min(top for top, *_ in line), max(bottom for _, bottom, *_ in line)))
    return rows


def _zone_band(rows: Sequence[_Row], height: int) -> tuple[int, int] | None:
    """From where to where the zone of a passport stands, with some room around it."""
    of_zone = [row for row in rows if looks_like_zone(row.line.text)]
    if len(of_zone) < 2:
        return None
    room = max(row.bottom - row.top for row in of_zone)
    return max(0, min(row.top for row in of_zone) - room), min(height, max(row.bottom for row in of_zone) + room)


def _be_idle() -> None:
    """Whatever else wants a CPU has it: somebody waits for that, and nobody for this."""
    step_back(19)
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _become(words: Sequence[str], stdin: int, stdout: int, parent: int) -> NoReturn:
    try:
        die_with(parent)
        os.dup2(stdin, 0)
        os.dup2(stdout, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        program = shutil.which(words[0])
        if program is not None:
            program = os.path.realpath(program)
            lock_program(program, [str(SHARE / folder) for folder in FOLDERS])
            # One thread: it may start none. No configuration of anybody's is read.
            os.execve(program, list(words), {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"})  # noqa: S606 (found, and named by us)
    finally:
        os._exit(1)

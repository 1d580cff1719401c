"""What a paper costs to be made anew and judged, and how often the verdict is right on pages made from a seed."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

from PIL import Image

from hall_daemon.adapters.documents.measure import measured
from hall_daemon.adapters.documents.pictures import as_jpeg, jpeg_picture, upright
from hall_daemon.adapters.system import child_process
from hall_daemon.matters.pictures import marks
from tests.bench.table import Figure
from tests.made_pages import UNREADABLE, good, page, unreadable

ROUNDS = 7
# Of the verdict; other seeds than those by which limits were looked for.
FIRST, EACH_KIND, GOOD = 50_000, 20, 140


def run(folder: Path) -> list[Figure]:
    photo, pdf = io.BytesIO(), io.BytesIO()
    good(3).save(photo, "JPEG", quality=90)
    page(random.Random(3)).save(pdf, "PDF", resolution=200)
    return [
        *_cost("photo", folder / "paper", photo.getvalue()), *_cost("PDF page", folder / "paper", pdf.getvalue()),
        *_verdicts(),
    ]


# Forked by a small process, as in the hall: what a child has at most is counted from there on.
_FORKS = """
import os, sys, time
import hall_daemon.adapters.documents.pdf
from hall_daemon.adapters.documents import worker
worker.prepare()
ours, theirs = os.pipe()
began = time.monotonic()
child = os.fork()
if not child:
    os.dup2(os.open(sys.argv[1], os.O_RDONLY), 0)
    os.dup2(theirs, 1)
    worker.look()
    os._exit(0)
os.close(theirs)
said = open(ours, "rb").read()
_, status, used = os.wait4(child, 0)
assert b'"why": ""' in said
print(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def _cost(what: str, paper: Path, data: bytes) -> list[Figure]:
    paper.write_bytes(data)
    rounds = []
    for _ in range(ROUNDS):
        child = child_process.start((sys.executable, "-c", _FORKS, str(paper)))
        rounds.append(tuple(map(float, child.communicate()[0].split())))
    took, computed, memory = zip(*rounds, strict=True)
    return [
        Figure(f"A4 {what}: re-made, judged on one core", min(computed), "s", limit="<= 1", note=f"{min(took):.2f} s"),
        Figure(f"A4 {what}: memory of the child", max(memory), "MB", limit="<= 120"),
    ]


def told(image: Image.Image) -> tuple[str, ...]:
    """As the child has it: sent as a photo, made anew, measured."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88)
    again = upright(jpeg_picture(file.getvalue()))
    assert as_jpeg(again).startswith(b"\xff\xd8")
    return marks(measured(again))


def _verdicts() -> list[Figure]:
    seeds = range(FIRST, FIRST + EACH_KIND)
    missed = {kind: sum(not told(unreadable(kind, seed)) for seed in seeds) for kind in UNREADABLE}
    false = sum(bool(told(good(seed))) for seed in range(FIRST, FIRST + GOOD))
    share = 1 - sum(missed.values()) / (EACH_KIND * len(UNREADABLE))
    kinds = ", ".join(f"{kind} {count}" for kind, count in missed.items() if count)
    return [
        Figure("unreadable pages that are told", 100 * share, "%", limit=">= 95", note=kinds and f"missed: {kinds}"),
        Figure("good pages that are told", 100 * false / GOOD, "%", limit="<= 2"),
    ]

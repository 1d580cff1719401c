"""What a paper costs to be made anew and judged, and how often the verdict is right on pages made from a seed."""

from __future__ import annotations

import io
import os
import random
import subprocess
import time
from pathlib import Path

from PIL import Image

from hall_daemon.adapters.documents.measure import measured
from hall_daemon.adapters.documents.pictures import as_jpeg, jpeg_picture, upright
from hall_daemon.adapters.documents.reader import WORKER
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
    return [*_cost("photo", photo.getvalue()), *_cost("PDF page", pdf.getvalue()), *_verdicts()]


def _cost(what: str, data: bytes) -> list[Figure]:
    took, computed, memory = [], [], []
    for _ in range(ROUNDS):
        began = time.monotonic()
        child = child_process.start(WORKER[3:], stdin=subprocess.PIPE)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(data)
        child.stdin.close()
        assert b'"why": ""' in child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
        child.stdout.close()
        took.append(time.monotonic() - began)
        computed.append(used.ru_utime + used.ru_stime)
        memory.append(used.ru_maxrss / 1024)
    return [
        Figure(f"A4 {what}: re-made and judged", min(took), "s", limit="<= 1", note=f"{min(computed):.2f} s computing"),
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

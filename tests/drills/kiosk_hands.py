"""The kiosk under hands that mean no good, and a person who is found nowhere after 1,000 visits.

Touches and keys without sense fall on a full-screen window: it never leaves the full screen, nothing is raised. Then
the kiosk's own program runs before a hall of its own, and the same made-up person comes again and again
(`kiosk_person`); afterwards the bytes of what both programs wrote are searched for what that person typed: files,
pages of databases that are free again, logs, the journal, topics, slips.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hall_daemon.rehearsal.credentials import provide
from tests.drills.canary_person import CANARIES
from tests.drills.harness import Counted, Drill, Run
from tests.drills.invariants import Retained
from tests.drills.stand import ROOT, Hall, Stand

TOUCHES, SESSIONS = 100_000, 1000
# So many in a process of their own.
_TOUCHES_EACH, _SESSIONS_EACH = 5000, 50
_SCREEN = {
    "name": "panel", "x": 0, "y": 0, "width": 540, "height": 960, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
}
_ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
# Whoever does not move is gone after eleven seconds; one kiosk may draw as often as the drill likes.
_TAIL = """
[services.food-permit]
name = {{ zh = "食品", en = "Food" }}
queue = "a"

[windows.3]
label = "3"
yes = ["food-permit"]

[kiosks.kiosk-1]
printer = "printer-1"
idle_s = 10
assist_idle_s = 10
countdown_s = 1

[matters]
guides = "{root}/config/guides"
forms = "{root}/config/forms"
dictionary = "{root}/config/dictionary.toml"
notices = "{root}/config/notices.toml"

[matters.groups]
business = {{ zh = "企业", en = "Business" }}

[reviews]
calendar = "{root}/config/calendar"
most_each = 1000
"""


def attack(run: Run, touches: int = TOUCHES, sessions: int = SESSIONS) -> Counted:
    counted: Counter[str] = Counter()
    environ = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={_panel(run.folder)}"}
    for at in range(0, touches, _TOUCHES_EACH):
        each = min(_TOUCHES_EACH, touches - at)
        seed = str(run.seed * 1000 + at)
        log = run.folder / f"touches-{seed}.log"
        _lived("tests.kiosk_ui.test_random_touches", str(each), seed, env=environ, log=log)
        counted["touches"] += each
        if run.over:
            break
    with _hall(run.folder) as (stand, hall, credential):
        for at in range(0, sessions, _SESSIONS_EACH):
            each = min(_SESSIONS_EACH, sessions - at)
            counted += Counter(_visited(run.folder, hall, credential, environ, (each, run.seed * 1000 + at)))
            counted["sessions"] += each
            if run.over:
                break
        with Retained(*stand.broker, secret=stand.hall_secret) as retained:
            told = {**retained.by_topic(), "slips": "\n".join(stand.slips()).encode()}
            told["events"] = json.dumps(retained.events, ensure_ascii=False).encode()
    searched = look_for(CANARIES, run.folder, told)
    return {**counted, "searched": f"{searched / 1e6:.1f} MB"}


def look_for(canaries: tuple[str, ...], folder: Path, told: dict[str, bytes]) -> int:
    """Bytes that were searched. Raises AssertionError where one of them is."""
    wanted = {canary.encode(encoding) for canary in canaries for encoding in _ENCODINGS}
    wanted |= {json.dumps(canary).strip('"').encode() for canary in canaries}
    searched = 0
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, data in {**files, **told}.items():
        found = [each for each in wanted if each in data]
        assert found == [], f"{name} has {found}"
        searched += len(data)
    return searched


def _panel(folder: Path) -> Path:
    """A screen of the shape of a kiosk's, that nobody sees."""
    file = folder / "panel.json"
    file.write_text(json.dumps({"screens": [_SCREEN]}))
    return file


@contextmanager
def _hall(folder: Path) -> Iterator[tuple[Stand, Hall, Path]]:
    (folder / "hall").mkdir()
    with Stand(folder / "hall", tail=_TAIL.format(root=ROOT)) as stand:
        credential = folder / "credential"
        credential.write_text(provide(stand.data, {"kiosk-1": ("kiosk", ())})["kiosk-1"])
        with stand.hall() as hall:
            hall.open("1")
            yield stand, hall, credential


def _visited(
    folder: Path, hall: Hall, credential: Path, environ: dict[str, str], who: tuple[int, int]
) -> dict[str, Any]:
    """A kiosk with so many visits, and folders of its own for whatever it might write."""
    home = folder / f"kiosk-{who[1]}"
    home.mkdir()
    own = {name: str(home) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    arguments = (*map(str, who), "--url", hall.http, "--kiosk", "kiosk-1", "--credential", str(credential))
    said = _lived("tests.drills.kiosk_person", *arguments, env={**environ, **own}, log=home / "kiosk.log")
    done: dict[str, Any] = json.loads(said.splitlines()[-1])
    return done


def _lived(module: str, *arguments: str, env: dict[str, str], log: Path) -> str:
    """What a program said, once it ended well."""
    with log.open("wb") as wrong:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE,
            stderr=wrong, check=False,
        )
    said = log.read_text(encoding="utf-8")
    assert done.returncode == 0, f"exit {done.returncode}: {said[-2000:]}"
    assert "Traceback" not in said, said[-2000:]
    return done.stdout


DRILL = Drill(
    name="kiosk_hands",
    does="hands that mean no good at the kiosk, and a person who is found nowhere afterwards",
    faults=(),
    share=11,
    attack=attack,
)

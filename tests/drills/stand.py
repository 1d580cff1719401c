"""A whole hall to injure: the daemon as a process of its own, real bytes over ptys, a broker, and its log in a file.

Two windows with a strip and a pad each, one ticket printer, one service, no hours. `Stand` lasts for a drill, a
`Hall` for one start of the daemon. Everything waits on a condition with a bound; nothing sleeps.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from hall_daemon.config import Settings, load
from hall_daemon.rehearsal.credentials import WHOLE_DAY, provide
from hall_daemon.rehearsal.hall_client import bearer
from hall_daemon.rehearsal.launch import free_ports

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 90.0
GONE_WITHIN_S = 15.0
WINDOWS = ("1", "2")
PRINTER = "printer-1"

_CONFIG = """
[hall]
id = "drill"
name = {{ zh = "演练大厅", en = "Drill hall" }}

[queues.a]
name = {{ zh = "甲", en = "A" }}
prefix = "A"

[services.one]
name = {{ zh = "事项", en = "One" }}
queue = "a"

[policy]
recall_lock_s = 0

[pause_reasons]
break = {{ zh = "短暂休息", en = "Short break" }}

[windows.1]
label = "1"
yes = ["one"]
screens = ["strip-1"]
pads = ["pad-1"]

[windows.2]
label = "2"
yes = ["one"]
screens = ["strip-2"]
pads = ["pad-2"]

[devices.strips]
kind = "aabb-strip"
line = {{ kind = "serial", port = "{lines}/strips", baud = 9600 }}
screens = [{{ id = "strip-1", address = 1, cells = 16 }}, {{ id = "strip-2", address = 2, cells = 16 }}]
refresh_s = {refresh_s}

[devices.pads]
kind = "ff68-pad"
line = {{ kind = "serial", port = "{lines}/pads", baud = 9600 }}
pads = [{{ id = "pad-1", address = 1 }}, {{ id = "pad-2", address = 2 }}]

[devices.printer-1]
kind = "escpos-printer"
line = {{ kind = "serial", port = "{lines}/printer-1", baud = 115200 }}
profile = "58mm"
cutter = "partial"
poll_s = 0.5

[data]
min_free_mb = {min_free_mb}

[log]
level = "info"

[http]
port = {http}

[public]
port = {public}

[mqtt]
mode = "{mqtt}"
port = {broker}

[access]
pads_without_login = ["1", "2"]
"""


def crowd_credential(data: Path) -> str:
    """For one program that plays everybody, the desk of pre-reviews too."""
    return provide(data, {"crowd": ("tool", (*WHOLE_DAY, "apply", "review"))})["crowd"]


def wait_until(condition: Callable[[], Any], within_s: float, what: str) -> Any:
    """What `condition` gives once it is true. AssertionError names `what` when that takes longer."""
    give_up_at = time.monotonic() + within_s
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < give_up_at, f"not within {within_s:g} s: {what}"
        pause.wait(0.02)
    return found


def process_file(pid: int | str, name: str) -> str:
    """What the kernel says of a process in `/proc/PID/name`, words apart; nothing of one that ends while asked."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


class Stand:
    """Files, ports and simulated devices of one drill. `tail` is more of hall.toml, where
    `{lines}` is the folder of ports, `more` its devices on the bench."""

    def __init__(
        self,
        folder: Path,
        *,
        mqtt: str = "supervised",
        ms_per_line: int = 0,
        min_free_mb: int = 1,
        refresh_s: float = 120,
        tail: str = "",
        more: Sequence[dict[str, object]] = (),
    ) -> None:
        self.folder = folder
        self.config = folder / "hall.toml"
        self.data = folder / "data"
        self.halls: list[Hall] = []
        self.credential = ""
        self.ports = free_ports(3)
        http, public, broker = self.ports
        lines = folder / "lines"
        text = _CONFIG.format(
            lines=lines, http=http, public=public, broker=broker, mqtt=mqtt, min_free_mb=min_free_mb,
            refresh_s=refresh_s,
        )
        self.config.write_text(text + tail.replace("{lines}", str(lines)), encoding="utf-8")
        strips = [{"id": f"strip-{n}", "address": n, "cells": 16} for n in (1, 2)]
        pads = [{"id": f"pad-{n}", "address": n} for n in (1, 2)]
        devices: list[dict[str, object]] = [
            {"id": "strips", "kind": "aabb-strip", "screens": strips},
            {"id": "pads", "kind": "ff68-pad", "pads": pads},
            {"id": "printer-1", "kind": "escpos-printer", "ms_per_line": ms_per_line},
            *more,
        ]
        seed = int(os.environ.get("DRILL_SEED", "1"))
        self.bench = Bench(parse_bench({"seed": seed, "devices": devices}), lines)

    def __enter__(self) -> Stand:
        self.bench.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.bench.stop()

    def prove_yourself(self, user: int | None = None) -> None:
        """A credential for whoever drives the hall, before its first start; its files belong to `user`."""
        if self.credential:
            return
        self.credential = crowd_credential(self.data)
        if user is not None:
            for path in (self.data, *self.data.iterdir()):
                os.chown(path, user, user)

    @property
    def settings(self) -> Settings:
        return load(self.config)

    @property
    def hall_secret(self) -> Path:
        """The file with the hall's password at its own broker."""
        return self.data / "broker" / "secret"

    @property
    def broker(self) -> tuple[str, int]:
        return "127.0.0.1", self.ports[2]

    def words(self, *more: str) -> list[str]:
        """The daemon's command line."""
        return [
            sys.executable, "-m", "hall_daemon.cli", "run",
            "--config", str(self.config), "--data", str(self.data), *more,
        ]

    def hall(self, *more: str, **how: Any) -> Hall:
        """One start of the daemon, `more` words on its command line; see Hall for `how`."""
        hall = Hall(self, self.words(*more), self.folder / f"log-{len(self.halls) + 1}.txt", **how)
        self.halls.append(hall)
        return hall

    # -- what people see -----------------------------------------------------------------------------

    def strip(self, window: str) -> str:
        """The words on the strip of a window, "" when it is dark."""
        (shown,) = (s for s in self.bench.shown("strips")["screens"] if s["id"] == f"strip-{window}")
        return shown["text"] or ""

    def pad(self, window: str) -> dict[str, Any]:
        (shown,) = (pad for pad in self.bench.shown("pads")["pads"] if pad["id"] == f"pad-{window}")
        return dict(shown)

    def press(self, window: str, key: str) -> None:
        self.bench.press("pads", f"pad-{window}", key)

    def slips(self) -> list[str]:
        """The lines of every slip that was cut, oldest first, one text each."""
        newest_first = self.bench.shown("printer-1")["slips"]
        return [
            "\n".join(item["text"] for item in slip["items"] if item["kind"] == "text")
            for slip in sorted(newest_first, key=lambda slip: slip["n"])
        ]


@dataclass
class Hall:
    """`with stand.hall() as hall:` a running daemon; on the way out it is stopped and its exit code is `code`.

    `user` runs it as that user; `before` runs in the child before the program does.
    """

    stand: Stand
    words: list[str]
    log: Path
    user: int | None = None
    before: Callable[[], None] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    code: int | None = None
    ready: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Hall:
        self.launch()
        try:
            self.wait_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.code is None:
            self.process.terminate()
            try:
                self.wait()
            except subprocess.TimeoutExpired:
                self.kill()
                raise
            if kind is None:
                assert self.code == 0, f"exit {self.code} when stopped: {self.said()}"

    def launch(self) -> None:
        self.stand.prove_yourself(self.user)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.words, stdout=subprocess.PIPE, stderr=log, cwd=ROOT, env={**os.environ, **self.env},
                user=self.user, group=self.user, extra_groups=None if self.user is None else (),
                preexec_fn=self.before,
            )

    def wait_ready(self, within_s: float = READY_WITHIN_S) -> None:
        """Read the line that says where everything is. RuntimeError when the daemon ends instead."""
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], within_s)
        line = self.process.stdout.readline() if readable else b""
        if not line:
            raise RuntimeError(f"the daemon is not ready: {self.said()}")
        self.ready = json.loads(line)

    def wait(self, within_s: float = GONE_WITHIN_S) -> int:
        self.code = self.process.wait(within_s)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.code

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.wait()

    # -- its doors -----------------------------------------------------------------------------------

    @property
    def http(self) -> str:
        return str(self.ready["http"])

    @property
    def public(self) -> str:
        return str(self.ready["public"])

    def post(self, path: str, body: Mapping[str, object] | None = None, **headers: str) -> requests.Response:
        proof = bearer(self.stand.credential)
        return requests.post(f"{self.http}/api/v1/{path}", json=body or {}, headers=proof | headers, timeout=10)

    def get(self, path: str) -> Any:
        answer = requests.get(f"{self.http}/api/v1/{path}", headers=bearer(self.stand.credential), timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def draw(self, printer: str = "") -> str:
        """A number."""
        answer = self.post("tickets", {"service": "one", "printer": printer})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    def open(self, *windows: str) -> None:
        for window in windows or WINDOWS:
            assert self.post(f"windows/{window}/open", {"staff": f"clerk-{window}"}).status_code == 200

    def window(self, window: str, key: str) -> dict[str, Any]:
        """Press a key of a window's staff page; what it did."""
        answer = self.post(f"windows/{window}/{key}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def health(self) -> dict[str, str]:
        """Every part's words."""
        answer = requests.get(f"{self.http}/healthz", headers=bearer(self.stand.credential), timeout=10)
        return dict(answer.json()["checks"])

    def web(self) -> requests.Session:
        """Connections of somebody who may do all that a day brings."""
        session = requests.Session()
        session.headers.update(bearer(self.stand.credential))
        return session

    def said(self, words: str = "") -> list[str]:
        """Lines of its log with these words."""
        return [line for line in self.log.read_text(encoding="utf-8").splitlines() if words in line]

    def children(self, name: str = "") -> list[int]:
        """Its child processes, those of that name."""
        own = self.process.pid
        tasks = [task.name for task in Path(f"/proc/{own}/task").iterdir()]
        pids = [pid for task in tasks for pid in process_file(own, f"task/{task}/children").split()]
        return [int(pid) for pid in pids if not name or process_file(pid, "comm").strip() == name]

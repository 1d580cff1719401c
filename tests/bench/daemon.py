"""A daemon of its own process for a benchmark, and what the machine says of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import requests

from hall_daemon.rehearsal.credentials import crowd_credential
from hall_daemon.rehearsal.hall_client import bearer
from hall_daemon.rehearsal.launch import free_ports

WINDOWS = 8

_HEAD = """
[hall]
id = "bench"
name = { zh = "测试大厅", en = "Bench" }

[queues.a]
name = { zh = "甲", en = "A" }
prefix = "A"

[services.one]
name = { zh = "事项", en = "One" }
queue = "a"

[policy]
recall_lock_s = 0

[log]
level = "warning"

[http]
port = {http}

[public]
port = {public}

[mqtt]
mode = "{mqtt}"
port = {broker}
"""


def write_config(path: Path, *, mqtt: str = "supervised", tail: str = "", windows: str | None = None) -> None:
    """A hall with one queue, eight windows and no hours: numbers at any time. Ports are free ones."""
    http, public, broker = free_ports(3)
    text = _HEAD.replace("{http}", str(http)).replace("{public}", str(public)).replace("{broker}", str(broker))
    if windows is None:
        windows = "".join(f'\n[windows.{n}]\nlabel = "{n}"\nyes = ["one"]\n' for n in range(1, WINDOWS + 1))
    path.write_text(text.replace("{mqtt}", mqtt) + windows + tail, encoding="utf-8")


class Daemon:
    """`with Daemon(config, data) as hall:` a running hall; `started_s` from exec to the line that says ready."""

    def __init__(self, config: Path, data: Path) -> None:
        self._words = [sys.executable, "-m", "hall_daemon.cli", "run", "--config", str(config), "--data", str(data)]
        self.started_s = 0.0
        self.http = self.public = ""
        self.proof = bearer(crowd_credential(data))
        self.mqtt: tuple[str, int] | None = None

    def web(self) -> requests.Session:
        """Connections of somebody who may do all that a day brings."""
        session = requests.Session()
        session.headers.update(self.proof)
        return session

    def __enter__(self) -> Daemon:
        begun = time.perf_counter()
        self.process = subprocess.Popen(self._words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the daemon did not start: exit {self.process.wait(10)}")
        self.started_s = time.perf_counter() - begun
        ready = json.loads(line)
        self.http, self.public = ready["http"], ready["public"]
        if ready["mqtt"]:
            self.mqtt = ready["mqtt"]["host"], ready["mqtt"]["port"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.http.removeprefix("http://").partition(":")
        return host, int(port)

    def memory_mb(self) -> float:
        """Resident memory."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

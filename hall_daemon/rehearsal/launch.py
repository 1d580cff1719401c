"""The processes of a rehearsal: started in order, watched, and all of them gone when we go, however that happens.

Each child is a real program of its own with its words in a log file. The kernel ends it when we die; a Ctrl-C of the
terminal reaches only us, and we stop them in order. Main thread only: a child is tied to the thread that started it.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hall_daemon.adapters.system import child_process

LAST_LINES = 15
STOP_S = 2.0  # for all of them together, then they are killed
LEAST_S = 0.2  # that each of them has at least
KILL_S = 5.0
# Below those that Linux gives to outgoing connections (net.ipv4.ip_local_port_range begins at 32768).
_LISTENED_ON = range(20_000, 32_000)
_PORT_TRIES = 200


class StartFailed(Exception):
    """A program did not start or ended by itself; the message holds its last words. `code`: its exit code."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Child:
    """One program. `ready` is what it said on its first line, if it was asked to say something."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log
        self.ready: dict[str, Any] = {}

    @property
    def pid(self) -> int:
        return self.process.pid

    def last_words(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        except OSError:
            lines = []
        return "\n".join(f"    {line}" for line in lines) or "    (it said nothing)"


class Company:
    """The children, in the order of their start. Use it as a context manager: leaving it stops everything."""

    def __init__(self, logs: Path) -> None:
        self.children: list[Child] = []
        self._logs = logs
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Company:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, ready_within_s: float = 0.0
    ) -> Child:
        """Start a program; with `ready_within_s` wait for its line of JSON. Raises StartFailed."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as words:
            try:
                process = child_process.start(
                    command,
                    ended_by="TERM",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE if ready_within_s else words,
                    stderr=words,
                    env={**os.environ, **(env or {})},
                )
            except OSError as error:
                raise StartFailed(f"{name} cannot be started: {error}") from error
        child = Child(name, process, log)
        self.children.append(child)
        if ready_within_s:
            child.ready = self._wait_ready(child, ready_within_s)
        return child

    def dead(self) -> Child | None:
        """A child that ended by itself."""
        return next((child for child in self.children if child.process.poll() is not None), None)

    def check(self) -> None:
        """Raises StartFailed with the last words of a child that ended by itself."""
        dead = self.dead()
        if dead is not None:
            code = dead.process.returncode
            why = f"{dead.name} ended by itself with exit code {code}; its last words:\n{dead.last_words()}"
            raise StartFailed(why, code)

    def stop(self, timeout_s: float = STOP_S) -> None:
        """End all, the last one first: the hall before its hardware. Who does not go in time is killed."""
        give_up_at = time.monotonic() + timeout_s
        while self.children:
            left_s = give_up_at - time.monotonic()
            self.end(self.children[-1], max(LEAST_S, left_s - LEAST_S * (len(self.children) - 1)))

    def end(self, child: Child, timeout_s: float) -> int:
        """Stop one child in good order and say its exit code; it is killed when it does not end in time."""
        self._signal(child, signal.SIGTERM)
        try:
            code = child.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._signal(child, signal.SIGKILL)
            code = child.process.wait(KILL_S)
        if child.process.stdout is not None:
            child.process.stdout.close()
        self.children.remove(child)
        return code

    def _wait_ready(self, child: Child, within_s: float) -> dict[str, Any]:
        stdout = child.process.stdout
        assert stdout is not None
        said = b""
        give_up_at = time.monotonic() + within_s
        while b"\n" not in said:
            left_s = give_up_at - time.monotonic()
            if left_s <= 0:
                raise StartFailed(f"{child.name} was not ready within {within_s:g} s; its words:\n{child.last_words()}")
            if select.select([stdout], [], [], left_s)[0]:
                piece = os.read(stdout.fileno(), 65_536)
                if not piece:
                    code = child.process.wait(within_s)
                    why = f"{child.name} ended at once with exit code {code}; its last words:\n{child.last_words()}"
                    raise StartFailed(why, code)
                said += piece
        answer: dict[str, Any] = json.loads(said.partition(b"\n")[0])
        return answer

    def _signal(self, child: Child, number: signal.Signals) -> None:
        if child.process.poll() is None:
            child.process.send_signal(number)


def free_port(wished: int = 0, taken: Sequence[int] = ()) -> int:
    """`wished` when it is free on this machine, else any free port that no outgoing connection is given by the kernel
    meanwhile: a child listens seconds later. Raises StartFailed."""
    for port in (wished, *(secrets.choice(_LISTENED_ON) for _ in range(_PORT_TRIES))):
        if not port or port in taken:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StartFailed("there is no free port on 127.0.0.1")


def free_ports(count: int) -> list[int]:
    """`count` ports for programs that listen later, no two alike; see free_port."""
    ports: list[int] = []
    for _ in range(count):
        ports.append(free_port(taken=ports))
    return ports

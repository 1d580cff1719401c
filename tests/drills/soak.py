"""The real daemon as fast as it goes: numbers, event streams and a broker that is killed; memory and descriptors flat.

Flat means, over the last two thirds of the samples, by least squares: no descriptor is gained, and a ticket costs no
more memory than what the hall keeps of one until its day ends.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import struct
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from hall_daemon.rehearsal.hall_client import bearer
from tests.drills.harness import Counted, Drill, Run
from tests.drills.invariants import assert_sound
from tests.drills.stand import WINDOWS, Hall, Stand, process_file, wait_until
from tests.hall_daemon.adapters.http.raw import TIMEOUT_S

TICKETS, STREAMS, KILLS = 25_000, 2000, 200
LAPS = 100
# Left open by a phone that went away without a word, at most so many at once.
LEFT = 20
BACK_S = 30.0
QUIET_S = 20.0
# A sample may fall into the end of a connection; beyond that a descriptor that stays is a leak.
FILES = 3.0
# A ticket of today is in two halls, in the pages of MQTT and in the ledger's and the voice's folds, its events in the
# ring of the follower until that is full: twice what was measured (3.4 KB). A mosquitto that is killed begins anew
# and keeps its page.
TICKET_KB = {"daemon": 7.0, "mosquitto": 2.5}
# Where nothing grows by tickets, by allocator noise only.
NOISE_KB = 6000.0


class Sample(NamedTuple):
    """`kb`: resident memory by process; `files`: the descriptors of each."""

    tickets: int
    kb: dict[str, float]
    files: dict[str, float]


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Least squares: how much of y for one of x."""
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0


def gained(samples: Sequence[Sample], of: str, process: str) -> tuple[float, float]:
    """What the last two thirds gained, by their slope, and for how many tickets. A process that was started again
    meanwhile counts from its own samples: mosquitto begins anew each time."""
    last = samples[len(samples) // 3 :]
    xs = [float(sample.tickets) for sample in last]
    tickets = xs[-1] - xs[0]
    return slope(xs, [getattr(sample, of)[process] for sample in last]) * tickets, tickets


@dataclass
class Soak:
    stand: Stand
    hall: Hall
    told: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    streams: int = 0
    kills: int = 0
    _left: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(*self._address(self.hall.http), timeout=TIMEOUT_S)

    def _address(self, url: str) -> tuple[str, int]:
        host, _, port = url.removeprefix("http://").partition(":")
        return host, int(port)

    def post(self, path: str, body: dict[str, object] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **bearer(self.hall.stand.credential)}
        self._connection.request("POST", f"/api/v1/{path}", json.dumps(body or {}), headers)
        answer = self._connection.getresponse()
        said = json.loads(answer.read())
        assert answer.status in (200, 201), said
        return dict(said)

    def tickets(self, n: int) -> None:
        """Drawn, called, served."""
        for at in range(n):
            self.told.append(self.post("tickets", {"service": "one"})["number"])
            for key in ("call-next", "start", "finish"):
                self.post(f"windows/{WINDOWS[at % 2]}/{key}")

    def stream(self, leave: bool) -> None:
        """Opened until it has said something; closed, or left as a phone leaves that is switched off."""
        where, path = ((self.hall.http, "/api/v1/events"), (self.hall.public, "/api/v1/stream"))[self.streams % 2]
        sock = socket.create_connection(self._address(where), timeout=TIMEOUT_S)
        head = {"Host": where.removeprefix("http://"), **bearer(self.hall.stand.credential)}
        lines = "".join(f"{name}: {text}\r\n" for name, text in head.items())
        sock.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        heard = sock.recv(4096)
        assert heard.startswith(b"HTTP/1.1 200"), heard[:200]
        self.streams += 1
        if leave and len(self._left) < LEFT:
            self._left.append(sock)
            return
        if self.streams % 3 == 0:
            # Without a good-bye.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    def kill_broker(self) -> None:
        (pid,) = wait_until(lambda: self.hall.children("mosquitto"), BACK_S, "a broker")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.hall.children("mosquitto") not in ([pid], []), BACK_S, "another broker")
        wait_until(lambda: self.hall.health()["mqtt"] == "ok", BACK_S, "mqtt again")
        self.kills += 1

    def sample(self) -> None:
        """With nothing of ours open but the one connection."""
        self._leave_none()
        own = self.hall.process.pid
        # What was just closed is closed at the other end a moment later; the first sample may have some of it too.
        usual = min((each.files["daemon"] for each in self.samples), default=1e9)
        calm = threading.Event()
        for _ in range(int(QUIET_S / 0.1)):
            if _files(own) <= usual:
                break
            calm.wait(0.1)
        pids = {"daemon": own, "mosquitto": self.hall.children("mosquitto")[0]}
        kb = {name: _kb(pid) for name, pid in pids.items()}
        self.samples.append(Sample(len(self.told), kb, {name: _files(pid) for name, pid in pids.items()}))

    def _leave_none(self) -> None:
        while self._left:
            self._left.pop().close()

    def close(self) -> None:
        self._leave_none()
        self._connection.close()

    def assert_flat(self) -> Counted:
        found: dict[str, int | str] = {}
        for process in ("daemon", "mosquitto"):
            files, tickets = gained(self.samples, "files", process)
            kb, _ = gained(self.samples, "kb", process)
            assert files < FILES, f"{process} gained {files:.1f} descriptors: {[s.files for s in self.samples]}"
            most = NOISE_KB + TICKET_KB[process] * tickets
            assert kb < most, f"{process} gained {kb:.0f} KB with {tickets:.0f} tickets, more than {most:.0f}"
            found[f"{process} descriptors"] = f"{files:+.1f}"
            found[f"{process} KB a ticket"] = f"{kb / max(1.0, tickets):.2f}"
            found[f"{process} MB at last"] = f"{self.samples[-1].kb[process] / 1024:.0f}"
        return found


def _kb(pid: int) -> float:
    fields = dict(line.split(":", 1) for line in process_file(pid, "status").splitlines() if ":" in line)
    return float(fields["VmRSS"].split()[0])


def _files(pid: int) -> float:
    return float(len(list(Path(f"/proc/{pid}/fd").iterdir())))


def attack(run: Run, laps: int = LAPS, tickets: int = TICKETS, streams: int = STREAMS, kills: int = KILLS) -> Counted:
    """In so many laps, or as many as the minutes allow; at least ten, for a slope."""
    with Stand(run.folder) as stand, stand.hall() as hall, closing(Soak(stand, hall)) as soak:
        hall.open()
        for lap in range(laps):
            soak.tickets(tickets // laps)
            for n in range(streams // laps):
                soak.stream(leave=n % 4 == 0)
            while soak.kills * laps < kills * (lap + 1):
                soak.kill_broker()
            soak.sample()
            if run.over and lap >= 9:
                break
        counted = soak.assert_flat()
        assert_sound(stand.data, stand.settings, soak.told)
    return {"tickets": len(soak.told), "streams": soak.streams, "broker kills": soak.kills, **counted}


DRILL = Drill(
    name="soak",
    does="25,000 tickets, 2,000 streams, 200 brokers: memory and descriptors flat",
    faults=("F13", "F25"),
    share=13,
    attack=attack,
)

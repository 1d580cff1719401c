"""What a check may look at: files below a root (a recorded tree in tests), and questions to programs and the hall."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from device_drivers.lines.options import LINE_KINDS
from device_drivers.options import Table, read_options
from hall_daemon.config import Settings

HALL_USER = "hall"
UNIT = "etc/systemd/system/hall-daemon.service"
_MAX_BYTES = 4 * 1024 * 1024
_LISTENS = "0A"


class Unseen(Exception):
    """Something cannot be looked at here; `code` names the words that say why."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class User(NamedTuple):
    name: str
    uid: int
    gids: frozenset[int]


class Plugged(NamedTuple):
    """Where the kernel lists what is plugged in, by names that stay, and the group whose it is."""

    folder: str
    group: str


PLUGGED = {
    "serial": Plugged("/dev/serial/by-id/", "dialout"),
    "evdev": Plugged("/dev/input/by-id/", "input"),
    "file": Plugged("/dev/usb/", "lp"),
}


class Port(NamedTuple):
    """`line`: a key of PLUGGED. `shared`: other devices are on it too, and say so."""

    device: str
    path: str
    line: str
    shared: bool

    @property
    def facts(self) -> dict[str, str]:
        """As the words call them."""
        return {"device": self.device, "port": self.path, **PLUGGED[self.line]._asdict()}


class Process(NamedTuple):
    pid: int
    command: str


# What a broker answers to somebody without an account.
Greeting = Literal["accepted", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`root`: "/" but for recorded trees. `project`: where our own units and lists of packages lie. `run`: standard
    output of a program, raises Unseen. `ask`: (status, JSON) of the hall that runs, raises Unseen. `greet`: a broker
    without an account at host and port, raises OSError. `connect`: a host and port that takes a connection, raises
    OSError. `packages`: name -> version of what is installed for Python. `backup`: where the copies are, if somebody
    said so."""

    settings: Settings
    root: Path
    project: Path
    now: datetime
    run: Callable[[Sequence[str]], str]
    ask: Callable[[str], Any]
    greet: Callable[[str, int], Greeting]
    connect: Callable[[str, int], None]
    packages: Mapping[str, str]
    backup: Path | None = None

    def at(self, path: str | Path) -> Path:
        """Where a path of that machine is. One that a recorded configuration says beside itself is there already."""
        return Path(path) if Path(path).is_relative_to(self.root) else self.root / str(path).lstrip("/")

    @property
    def data(self) -> Path:
        return self.at(self.settings.data_dir)

    def must_be_here(self) -> None:
        """What this very program is says nothing of a machine that was recorded. Raises Unseen."""
        if self.root != Path("/"):
            raise Unseen("recorded")

    def text(self, path: str | Path) -> str:
        with self.at(path).open("rb") as file:
            return file.read(_MAX_BYTES).decode(errors="replace")

    def text_whole(self, path: str) -> str:
        """Of a file that may be larger, as dpkg's list is."""
        return self.at(path).read_text(encoding="utf-8", errors="replace")

    def real(self, path: str) -> str:
        """Where links lead, as a path of that machine."""
        found = os.path.realpath(self.at(path))
        root = os.path.realpath(self.root)
        return found if root == "/" else "/" + os.path.relpath(found, root) if found.startswith(root + "/") else found

    def lines_of(self, kind: str) -> Iterator[tuple[str, Table]]:
        """(device, options of its line), of lines of a kind."""
        for spec in self.settings.devices:
            if spec.line is not None and spec.line.kind == kind:
                yield spec.id, read_options(LINE_KINDS[kind].options, spec.line.options, spec.id, "line.")

    def ports(self) -> list[Port]:
        """Of lines that are a file of the kernel."""
        return [
            Port(device, str(getattr(options, "port", "")), kind, bool(getattr(options, "shared", False)))
            for kind in PLUGGED for device, options in self.lines_of(kind)
        ]

    def ports_there(self) -> list[Port]:
        """Of these, the ones that are plugged in."""
        return [port for port in self.ports() if self.at(port.path).exists()]

    def processes(self, named: Collection[str] = ()) -> list[Process]:
        """Those whose command is one of `named`; all without."""
        found = []
        for pid in sorted(int(name) for name in os.listdir(self.at("/proc")) if name.isdecimal()):
            try:
                command = self.text(f"/proc/{pid}/comm").strip()
            except OSError:  # ended meanwhile
                continue
            if not named or command in named:
                found.append(Process(pid, command))
        return found

    def sees_everybody(self) -> bool:
        """Whether open files of all processes can be looked at."""
        for process in self.processes():
            try:
                os.listdir(self.at(f"/proc/{process.pid}/fd"))
            except PermissionError:
                return False
            except OSError:  # ended meanwhile
                continue
        return True

    def user(self) -> User:
        """Whom the hall runs as: the unit's user where it is installed, else whoever asks."""
        rows = {row[0]: row for row in (line.split(":") for line in self.text("/etc/passwd").splitlines()) if row[3:]}
        row = rows.get(HALL_USER) or next((row for row in rows.values() if row[2] == str(os.getuid())), None)
        if row is None:
            raise Unseen("no_user", user=HALL_USER)
        gids = {int(row[3])}
        for line in self.text("/etc/group").splitlines():
            name, _, gid, members = (line.split(":") + [""] * 3)[:4]
            if row[0] in members.split(",") or (row[0] == HALL_USER and name in self.unit_groups()):
                gids.add(int(gid))
        return User(row[0], int(row[2]), frozenset(gids))

    def unit_groups(self) -> frozenset[str]:
        """Groups that the installed unit gives."""
        path = self.at(UNIT)
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        key = "SupplementaryGroups="
        rows = (line.removeprefix(key) for line in text.splitlines() if line.startswith(key))
        return frozenset(name for row in rows for name in row.split())

    def listeners(self, port: int) -> set[int]:
        """Inodes of sockets that listen on a TCP port."""
        found = set()
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            if not self.at(table).exists():
                continue
            for row in (line.split() for line in self.text(table).splitlines()[1:]):
                if len(row) > 9 and row[3] == _LISTENS and int(row[1].rpartition(":")[2], 16) == port:
                    found.add(int(row[9]))
        return found

    def owner(self, inodes: Collection[int]) -> Process | None:
        """Who has one of these sockets; None where nobody is seen."""
        wanted = {f"socket:[{inode}]" for inode in inodes}
        for process in self.processes():
            folder = self.at(f"/proc/{process.pid}/fd")
            try:
                if any(os.readlink(folder / name) in wanted for name in os.listdir(folder)):
                    return process
            except OSError:  # ended meanwhile, or not ours to look into
                continue
        return None

    def hall_pid(self) -> int:
        """The hall that runs on the data folder, by its lock. Raises Unseen."""
        try:
            said = self.text(self.settings.data_dir / "lock").strip()
        except FileNotFoundError:
            said = ""
        if not said.isdecimal() or not self.at(f"/proc/{said}").exists():
            raise Unseen("no_hall")
        return int(said)


def may(found: os.stat_result, user: User) -> str:
    """What a user may do with a file, of "rw"."""
    if user.uid == 0:
        return "rw"
    bits = found.st_mode
    shift = 6 if found.st_uid == user.uid else 3 if found.st_gid in user.gids else 0
    allowed = bits >> shift
    return "".join(word for word, bit in (("r", stat.S_IROTH), ("w", stat.S_IWOTH)) if allowed & bit)

"""The hall's own broker: a supervised mosquitto, a cable and not a store.

Writes its files anew at every start, starts it, watches it from one thread, `broker`, and starts it again when it
ends. It dies with us. It keeps nothing on disk: every retained state is published again by the hall. The hall has
an account with a fresh secret; everybody else may read hall/# and write nothing.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import logging
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from device_drivers.base.backoff import Backoff
from device_drivers.ports import Health
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.adapters.system import child_process
from hall_daemon.adapters.system.child_process import Child
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.system.wake import Wake

_LOGGER = logging.getLogger(__name__)

HALL_USER = "hall"
READY_S = 5.0
FIRST_RETRY_S = 0.2
LAST_RETRY_S = 2.0  # phones and screens wait for it
STABLE_S = 60.0
PORT_TRIES = 5
SBIN = "/usr/sbin:/usr/local/sbin:/sbin"

# Seen in mosquitto 2.0.11: the default queue of 1000 lost 156 of 5000 in a burst; without TCP_NODELAY a QoS 1
# message sometimes takes 40 ms. Everything has a bound: clients, message size, how long an absent one is kept for.
CONFIG = """\
# Written by the hall at every start. Changes here are lost: see [mqtt] in the hall's own configuration.
listener {port} {host}
allow_anonymous {anonymous}
password_file {passwords}
acl_file {rights}
persistence false
set_tcp_nodelay true
max_queued_messages 20000
max_inflight_messages 200
max_packet_size 262144
persistent_client_expiration 1d
connection_messages false
log_dest stderr
log_type error
log_type warning
"""
RIGHTS = f"""\
# Written by the hall at every start.
topic read hall/#

user {HALL_USER}
topic readwrite #
"""


class BrokerFailed(Exception):
    """Our broker cannot run; the message says what to do."""


class PortTaken(BrokerFailed):
    """… because its address or port is not to be had."""


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """`folder` is ours alone. Port 0 is a free one. `anonymous` None: only when nobody but this machine can reach
    it. `reader` is a further account (name, file with its password) that may read, for screens and phones."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 0
    anonymous: bool | None = None
    reader: tuple[str, Path] | None = None

    @property
    def lets_anybody(self) -> bool:
        """Whether a client without an account may read."""
        return _is_loopback(self.host) if self.anonymous is None else self.anonymous


class Broker:
    """`start` raises BrokerFailed when it cannot run at all; later ends are mended and shown in `health`."""

    def __init__(self, settings: BrokerSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.port = settings.port
        self.pid: int | None = None  # of the running mosquitto, for drills
        self._settings = settings
        self._monotonic = monotonic
        self._program: tuple[str, ...] = ()
        self._said: deque[str] = deque(maxlen=20)
        self._restarts = 0
        self._files: tuple[int, ...] = ()
        self._again = Backoff(FIRST_RETRY_S, LAST_RETRY_S, STABLE_S)
        self._life = Life("broker", "mosquitto", monotonic)
        self._wake = Wake()
        self._first: threading.Event = threading.Event()
        self._failure: BrokerFailed | None = None
        self._thread = OwnedThread("broker", self._watch, self._life, rouse=self._wake.rouse)

    @property
    def address(self) -> BrokerAddress:
        """How the hall itself connects."""
        host = self._settings.host
        wildcard = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
        secret = self._settings.folder / "secret"
        return BrokerAddress(wildcard.get(host, host), self.port, HALL_USER, secret)

    def start(self) -> None:
        """Returns once it takes connections. Raises BrokerFailed."""
        try:
            self._program = _programs()
            self._write_files()
        except BrokerFailed as failure:
            self._life.note("alert", str(failure))
            self._wake.close()
            raise
        self._thread.start()
        self._first.wait()
        if self._failure is not None:
            self.stop()
            raise self._failure

    def stop(self, timeout_s: float = 3.0) -> None:
        if self._thread.stop(timeout_s):
            if self._failure is None and self._life.state != "alert":
                self._life.note("stopped")
            self._wake.close()

    def health(self) -> Health:
        alive_s = self._monotonic() if self._life.state == "ready" else None
        return self._life.health(alive_s, {"restarts": self._restarts})

    # -- the thread ------------------------------------------------------------------------------

    def _watch(self) -> None:
        """The first time it says by `_first` whether it stands; begun again, it starts a child on the same port."""
        child: Child | None = None
        try:
            child = self._next_child("its thread ended") if self._first.is_set() else self._try_first_child()
            while child is not None:
                while not self._thread.stopping and not self._hear(child, None):
                    pass
                why, child = self._end(child), None
                if not self._thread.stopping:
                    _LOGGER.warning("broker: mosquitto ended (%s); starting it again", why)
                child = self._next_child(why)
        finally:
            if child is not None:
                self._end(child)
            if self._thread.stopping:
                self._close_files()

    def _try_first_child(self) -> Child | None:
        """None, and `_failure`, when it cannot be started: then nobody shall try again."""
        try:
            return self._first_child()
        except (BrokerFailed, OSError) as error:
            failure = error if isinstance(error, BrokerFailed) else BrokerFailed(f"mosquitto does not start ({error})")
            self._life.note("alert", str(failure))
            self._failure = failure
            self._thread.stopping = True
            return None
        finally:
            self._first.set()

    def _first_child(self) -> Child:
        for _ in range(PORT_TRIES):
            self.port = self._free_port()
            self._open_files()
            child = self._spawn()
            if self._comes_up(child):
                self._life.note("ready", self._where())
                return child
            why = self._end(child)
            self._close_files()
            if self._settings.port:
                break
        raise BrokerFailed(f"mosquitto does not start ({why}): {' / '.join(self._said) or 'it said nothing'}")

    def _next_child(self, why: str) -> Child | None:
        """Start it again until it stands, with back-off; None when we stop."""
        while not self._stops():
            held_s = self._life.ready_s
            self._life.note("disconnected", why)
            self._wake.sleep(self._again.after(held_s), self._stops, self._monotonic)
            if self._stops():
                break
            self._restarts += 1
            try:
                child = self._spawn()
            except OSError as error:
                why = str(error)
                continue
            if self._comes_up(child):
                _LOGGER.warning("broker: mosquitto is back on port %d", self.port)
                self._life.note("ready", self._where())
                return child
            why = self._end(child)
        return None

    def _spawn(self) -> Child:
        account = _account()
        rights, passwords, config = self._files
        child = child_process.start(
            (*self._program, "-c", f"/dev/fd/{config}"),
            cwd="/",
            env={"PATH": os.environ.get("PATH", SBIN), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(rights, passwords, config),
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=() if account else None,
        )
        self.pid = child.pid
        return child

    def _comes_up(self, child: Child) -> bool:
        """Wait until it takes connections; False when it ended, was slow, or we stop."""
        give_up_at = self._monotonic() + READY_S
        while self._monotonic() < give_up_at and not self._thread.stopping:
            try:
                socket.create_connection((self.address.host, self.port), timeout=1.0).close()
            except OSError:
                if self._hear(child, 0.02):
                    return False
            else:
                # Somebody else may have taken the port in between; then ours ends at once.
                return not self._hear(child, 0.0)
        return False

    def _hear(self, child: Child, timeout_s: float | None) -> bool:
        """Wait for words of the child, at most so long; True when it closed its mouth, which is its end."""
        assert child.stderr is not None
        if child.stderr.fileno() not in self._wake.wait(timeout_s, child.stderr.fileno()):
            return False
        heard = os.read(child.stderr.fileno(), 65_536)
        for line in heard.decode(errors="replace").splitlines():
            # Each begins with the time, which the log has as well.
            words = line.split(": ", 1)[-1].strip()
            self._said.append(words)
            _LOGGER.warning("broker: %s", words[:500])
        return not heard

    def _end(self, child: Child) -> str:
        self.pid = None
        return child_process.end(child, ends_s=0.0 if self._stops() else 0.2, goes_s=1.5)

    def _stops(self) -> bool:
        return self._thread.stopping

    # -- files and ports -------------------------------------------------------------------------

    def _write_files(self) -> None:
        settings = self._settings
        try:
            settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            secret = secrets.token_urlsafe(32)
            accounts = {HALL_USER: secret}
            if settings.reader is not None:
                name, file = settings.reader
                accounts[name] = (file.read_text().splitlines() or [""])[0]
            _write(settings.folder / "secret", secret + "\n")
            lines = (f"{name}:{_hashed(password)}\n" for name, password in accounts.items())
            _write(settings.folder / "passwords", "".join(lines))
            rights = RIGHTS
            if settings.reader is not None:
                rights += f"\nuser {settings.reader[0]}\ntopic read hall/#\n"
            _write(settings.folder / "rights", rights)
        except OSError as error:
            raise BrokerFailed(
                f"the broker's file {error.filename} cannot be used ({error.strerror}); "
                "let the hall's user write its data folder and read mqtt.password_file"
            ) from error
        if not self._settings.lets_anybody and settings.reader is None:
            _LOGGER.warning(
                "broker: listens on %s and lets nobody read; set mqtt.username and mqtt.password_file", settings.host
            )

    def _free_port(self) -> int:
        """The port to listen on, after a look whether it is free. Raises PortTaken."""
        host, port = self._settings.host, self._settings.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise PortTaken(
                    f"port {port} at {host} is not to be had ({error.strerror}); set another mqtt.port, or stop what "
                    f"has it (`ss -ltnp 'sport = :{port}'` names it; Debian starts a mosquitto of its own: "
                    "`systemctl disable --now mosquitto`)"
                ) from error
            return int(probe.getsockname()[1])

    def _open_files(self) -> None:
        """Open what mosquitto reads: as another user it may not be able to reach the folder, but /dev/fd it can."""
        rights, passwords = (os.open(self._settings.folder / name, os.O_RDONLY) for name in ("rights", "passwords"))
        text = CONFIG.format(
            port=self.port,
            host=self._settings.host,
            anonymous=str(self._settings.lets_anybody).lower(),
            passwords=f"/dev/fd/{passwords}",
            rights=f"/dev/fd/{rights}",
        )
        self._files = (rights, passwords)
        path = self._settings.folder / "mosquitto.conf"
        _write(path, text)
        self._files = (rights, passwords, os.open(path, os.O_RDONLY))

    def _close_files(self) -> None:
        files, self._files = self._files, ()
        for file in files:
            os.close(file)

    def _where(self) -> str:
        return f"listens on {self._settings.host}:{self.port}"


def _programs() -> tuple[str, ...]:
    """mosquitto behind setpriv, which has the kernel end it when we end. (mosquitto's own change of user
    would forget that wish, so it is started as its user.)"""
    path = f"{os.environ.get('PATH', '')}:{SBIN}"
    mosquitto, setpriv = shutil.which("mosquitto", path=path), shutil.which("setpriv", path=path)
    if mosquitto is None:
        raise BrokerFailed(
            "mosquitto is not installed; `apt-get install mosquitto`, or set mqtt.mode = \"external\" and name a broker"
        )
    if setpriv is None:
        raise BrokerFailed("setpriv is not installed; `apt-get install util-linux`")
    return (setpriv, "--pdeathsig", "TERM", mosquitto)


def _account() -> pwd.struct_passwd | None:
    """Whom mosquitto runs as: its own user when we are root, else us (None)."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("mosquitto")
    except KeyError:
        return pwd.getpwnam("nobody")


def _write(path: Path, text: str) -> None:
    """Write a file that only mosquitto's user (and root) may read."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        account = _account()
        if account is not None:
            os.fchown(handle, account.pw_uid, account.pw_gid)


def _hashed(password: str) -> str:
    """A password as mosquitto 2 keeps it: $7$ rounds $ salt $ PBKDF2-HMAC-SHA512."""
    salt, rounds = os.urandom(12), 1000
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 64)
    return f"$7${rounds}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

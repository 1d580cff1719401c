"""The hall's own broker: a supervised mosquitto, a cable and not a store.

Writes its files anew at every start, starts it, watches it from one thread, `broker`, and starts it again when it
ends. It dies with us. It keeps nothing on disk: every retained state is published again by the hall. The hall has
an account with a fresh secret, each machine its own; who may do what is in access_list.py. What changes there, and
renewed certificates, are given to it as it runs (SIGHUP): nobody's session ends for it but that of whoever is out.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from device_drivers.base.backoff import Backoff
from device_drivers.base.child import Child, end
from device_drivers.ports import Health
from hall_daemon.adapters.mqtt.broker_files import BrokerFailed, BrokerFiles, BrokerSettings, account
from hall_daemon.adapters.mqtt.session import BrokerAddress
from hall_daemon.adapters.system import child_process
from hall_daemon.adapters.system.life import Life
from hall_daemon.adapters.system.owned_thread import OwnedThread
from hall_daemon.adapters.system.wake import Wake
from hall_daemon.staff.account import HALL_USER

_LOGGER = logging.getLogger(__name__)

READY_S = 5.0
FIRST_RETRY_S = 0.2
LAST_RETRY_S = 1.0  # phones and screens wait for it
STABLE_S = 5.0  # what stood so long was killed; it is no program that cannot run
PORT_TRIES = 5
SBIN = "/usr/sbin:/usr/local/sbin:/sbin"

class PortTaken(BrokerFailed):
    """… because its address or port is not to be had."""


class Broker:
    """`start` raises BrokerFailed when it cannot run at all; later ends are mended and shown in `health`."""

    def __init__(self, settings: BrokerSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.port = settings.port
        self.pid: int | None = None  # of the running mosquitto, for drills
        self._settings = settings
        self._monotonic = monotonic
        self._program = ""
        self._said: deque[str] = deque(maxlen=20)
        self._restarts = 0
        self._trouble = ""
        self._files = BrokerFiles(settings)
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
        return BrokerAddress(wildcard.get(host, host), self.port, HALL_USER, self._files.secret)

    def start(self) -> None:
        """Returns once it takes connections. Raises BrokerFailed."""
        try:
            self._program = _program()
            self._files.write()
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

    def look(self) -> None:
        """Once a second: whether accounts or certificates have changed."""
        self._wake.rouse()

    def end_mute(self) -> None:
        """It takes connections and answers none, as whoever speaks with it found: end it, so that it starts again."""
        if (pid := self.pid) is not None:
            _LOGGER.error("broker: mosquitto answers nobody; ending it")
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

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
                    self._refresh(child)
                why, child = self._end(child), None
                if not self._thread.stopping:
                    _LOGGER.warning("broker: mosquitto ended (%s); starting it again", why)
                child = self._next_child(why)
        finally:
            if child is not None:
                self._end(child)
            if self._thread.stopping:
                self._files.close()

    def _refresh(self, child: Child) -> None:
        """Have it read what has changed. What cannot be used leaves what was, and is tried again."""
        trouble = ""
        for what, renew in (("accounts", self._files.renew_accounts), ("certificate", self._files.renew_certificate)):
            try:
                if renew():
                    child.send_signal(signal.SIGHUP)
            except (OSError, ValueError) as error:
                trouble = f"{what} not renewed, the one before stays: {error}"
        if trouble != self._trouble:
            self._trouble = trouble
            _LOGGER.warning("broker: %s", trouble or "accounts and certificate are as they should be again")
            self._life.note(*(("alert", trouble) if trouble else ("ready", self._where())))

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
            self._files.open(self.port)
            child = self._spawn()
            if self._comes_up(child):
                self._life.note("ready", self._where())
                return child
            why = self._end(child)
            self._files.close()
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
        self._said.clear()
        user = account()
        files = self._files.handles
        child = child_process.start(
            (self._program, "-c", f"/dev/fd/{files[-1]}"),
            ended_by="TERM",
            cwd="/",  # its own change of user would forget who ends it, so it is started as its user
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=files,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=() if user else None,
        )
        self.pid = child.pid
        return child

    def _comes_up(self, child: Child) -> bool:
        """Wait until it takes connections and SIGHUP; False when it ended, was slow, or we stop."""
        give_up_at = self._monotonic() + READY_S
        while self._monotonic() < give_up_at and not self._thread.stopping:
            try:
                socket.create_connection((self.address.host, self.port), timeout=1.0).close()
            except OSError:
                if self._hear(child, 0.02):
                    return False
            else:
                # Somebody else may have taken the port in between; then ours ends at once.
                caught = _is_caught(child.pid, signal.SIGHUP)
                if caught or self._hear(child, 0.02):
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
            if words not in self._said:  # whoever knocks at an open port over and over fills no log
                self._said.append(words)
                _LOGGER.warning("broker: %s", words[:500])
        return not heard

    def _end(self, child: Child) -> str:
        self.pid = None
        return end(child, ends_s=0.0 if self._stops() else 0.2, goes_s=1.5)

    def _stops(self) -> bool:
        return self._thread.stopping

    # -- its port --------------------------------------------------------------------------------

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

    def _where(self) -> str:
        settings, said = self._settings, f"listens on {self._settings.host}:{self.port}"
        if settings.tls is not None:
            said += f", with TLS on {settings.tls.host}:{settings.tls.port}"
        return said if settings.phones is None else f"{said}, websockets on {settings.host}:{settings.phones}"


def _is_caught(pid: int, sent: signal.Signals) -> bool:
    """Whether a process handles the signal. mosquitto listens a moment before, when it would still be its end."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    mask = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(mask, 16) >> (sent - 1) & 1)


def _program() -> str:
    path = f"{os.environ.get('PATH', '')}:{SBIN}"
    if program := shutil.which("mosquitto", path=path):
        return program
    raise BrokerFailed(
        "mosquitto is not installed; `apt-get install mosquitto`, or set mqtt.mode = \"external\" and name a broker"
    )

"""What mosquitto reads: its configuration, who may do what, and accounts; the hall's secret is new at every start."""

from __future__ import annotations

import ipaddress
import logging
import os
import pwd
import secrets
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hall_daemon.adapters.mqtt.access_list import access_list, logins
from hall_daemon.config.settings import Mqtt
from hall_daemon.staff.account import HALL_USER, Machine
from hall_daemon.staff.mqtt_login import PASSWORD_ROUNDS, SALT_BYTES, login_line

_LOGGER = logging.getLogger(__name__)

# Seen in mosquitto 2.0.11: the default queue of 1000 lost 156 of 5000 in a burst; without TCP_NODELAY a QoS 1
# message sometimes takes 40 ms. Everything has a bound: clients, message size, how long an absent one is kept for.
CONFIG = """\
# Written by the hall at every start. Changes here are lost: see [mqtt] in the hall's own configuration.
per_listener_settings true
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
LISTENER = """\

listener {port} {host}
allow_anonymous {anonymous}
password_file {passwords}
acl_file {rights}
"""
# Phones come and go; many of them must not take the machines' places.
PHONES = "protocol websockets\nmax_connections 500\n"
# What mosquitto reads again when it is told to, each given as an open file.
PASSWORDS, RIGHTS, CERT, KEY = "passwords", "rights", "cert", "key"


class BrokerFailed(Exception):
    """Our broker cannot run; the message says what to do."""


@dataclass(frozen=True, slots=True)
class TlsListener:
    """Where machines elsewhere connect. The files may be renewed while the broker runs."""

    host: str
    port: int
    cert_file: Path
    key_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """`folder` is ours alone. Port 0 is a free one. `anonymous` None: only when nobody but this machine can reach
    it. `reader` is a further account (name, file with its password) that may read everything. `hall`: the id of whose
    topics the machines may read, `+` for any. `phones`: a port for websockets, where everybody reads what is public."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 0
    anonymous: bool | None = None
    reader: tuple[str, Path] | None = None
    hall: str = "+"
    machines: Callable[[], Mapping[str, Machine]] = dict
    tls: TlsListener | None = None
    phones: int | None = None

    @classmethod
    def of(cls, said: Mqtt, folder: Path, hall: str, machines: Callable[[], Mapping[str, Machine]]) -> BrokerSettings:
        """As the configuration says it."""
        tls = said.tls_port and TlsListener(said.tls_host, said.tls_port, Path(said.cert_file), Path(said.key_file))
        return cls(
            folder=folder, host=said.host, port=said.port, anonymous=False if said.anonymous == "nobody" else None,
            reader=(said.username, Path(said.password_file)) if said.username and said.password_file else None,
            hall=hall, machines=machines, tls=tls or None, phones=said.websocket_port,
        )

    @property
    def lets_anybody(self) -> bool:
        """Whether a client without an account may read what is public at `host`."""
        return _is_loopback(self.host) if self.anonymous is None else self.anonymous


class BrokerFiles:
    """The files in the broker's folder, open while a mosquitto runs. One thread uses them."""

    def __init__(self, settings: BrokerSettings) -> None:
        self._settings = settings
        self._open: tuple[int, ...] = ()
        self._own = ""
        self._machines: Mapping[str, Machine] | None = None
        self._pair: tuple[tuple[int, ...], ...] = ()
        self._written: dict[str, str] = {}

    @property
    def secret(self) -> Path:
        """Holds the password of HALL_USER."""
        return self._settings.folder / "secret"

    @property
    def handles(self) -> tuple[int, ...]:
        """Descriptors that mosquitto is given; the last one is its configuration's."""
        return self._open

    def write(self) -> None:
        """Raises BrokerFailed."""
        settings = self._settings
        try:
            settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            secret = secrets.token_urlsafe(32)
            own = [login_line(HALL_USER, secret, os.urandom(SALT_BYTES), PASSWORD_ROUNDS)]
            if settings.reader is not None:
                name, file = settings.reader
                password = (file.read_text().splitlines() or [""])[0]
                own.append(login_line(name, password, os.urandom(SALT_BYTES), PASSWORD_ROUNDS))
            self._own = "".join(f"{line}\n" for line in own)
            _write(self.secret, secret + "\n")
            self._written.clear()
            self._machines, self._pair = None, ()
            self.renew_accounts()
            self.renew_certificate()
        except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
            path, why = getattr(error, "filename", None), getattr(error, "strerror", None) or error
            raise BrokerFailed(
                f"the broker's file {path or 'of mqtt.cert_file and mqtt.key_file'} cannot be used ({why}); "
                "let the hall's user write its data folder and read what [mqtt] names"
            ) from error
        if not settings.lets_anybody and settings.reader is None and settings.tls is None and not self._machines:
            _LOGGER.warning(
                "broker: listens on %s and lets nobody read; give a machine a credential (hall machine add), or set "
                "mqtt.username and mqtt.password_file", settings.host
            )

    def renew_accounts(self) -> bool:
        """Write anew what has changed, in the files that mosquitto holds open; whether it has to read them. Raises
        OSError for a disk that takes nothing; then it is to be tried again."""
        settings, machines = self._settings, self._settings.machines()
        if machines is self._machines:
            return False
        known = sorted(machines.values(), key=lambda each: each.id)
        readers = () if settings.reader is None else (settings.reader[0],)
        changed = self._put({
            PASSWORDS: self._own + logins(known, (HALL_USER, *readers)),
            RIGHTS: access_list(settings.hall, known, writers={HALL_USER: ("#",)}, readers=readers),
        })
        self._machines = machines
        return changed

    def renew_certificate(self) -> bool:
        """The same, when both files have changed and fit each other. Raises OSError or ValueError for files that cannot
        be used, and leaves what was."""
        tls = self._settings.tls
        if tls is None:
            return False
        stats = [file.stat() for file in (tls.cert_file, tls.key_file)]
        pair = tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in stats)
        if pair == self._pair:
            return False
        texts = {CERT: tls.cert_file.read_text(), KEY: tls.key_file.read_text()}
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.cert_file, tls.key_file, password="")
        changed = self._put(texts)
        self._pair = pair
        return changed

    def open(self, port: int) -> None:
        """Open what mosquitto reads: as another user it may not be able to reach the folder, but /dev/fd it can."""
        settings = self._settings
        files = {name: os.open(settings.folder / name, os.O_RDONLY) for name in self._written}
        self._open = tuple(files.values())
        paths = {name: f"/dev/fd/{file}" for name, file in files.items()}

        def listener(host: str, port: int, anonymous: bool) -> str:
            return LISTENER.format(
                port=port, host=host, anonymous=str(anonymous).lower(), passwords=paths[PASSWORDS], rights=paths[RIGHTS]
            )

        text = CONFIG + listener(settings.host, port, settings.lets_anybody)
        if settings.tls is not None:
            text += listener(settings.tls.host, settings.tls.port, False)
            text += f"certfile {paths[CERT]}\nkeyfile {paths[KEY]}\n"
        if settings.phones is not None:
            text += listener(settings.host, settings.phones, True) + PHONES
        path = settings.folder / "mosquitto.conf"
        _write(path, text)
        self._open = (*self._open, os.open(path, os.O_RDONLY))

    def close(self) -> None:
        files, self._open = self._open, ()
        for file in files:
            os.close(file)

    def _put(self, texts: Mapping[str, str]) -> bool:
        """Whether any is other than it was. A file that stands is written in place: mosquitto holds it open."""
        changed = {name: text for name, text in texts.items() if text != self._written.get(name)}
        for name, text in changed.items():
            path = self._settings.folder / name
            if name in self._written:
                path.write_text(text)
            else:
                _write(path, text)
            self._written[name] = text
        return bool(changed)


def account() -> pwd.struct_passwd | None:
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
        user = account()
        if user is not None:
            os.fchown(handle, user.pw_uid, user.pw_gid)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

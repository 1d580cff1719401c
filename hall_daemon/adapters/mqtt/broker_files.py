"""What mosquitto reads: its configuration, who may do what, and accounts with a secret made anew at every start."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import logging
import os
import pwd
import secrets
from dataclasses import dataclass
from pathlib import Path

_LOGGER = logging.getLogger(__name__)

HALL_USER = "hall"

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


class BrokerFiles:
    """The files in the broker's folder, open while a mosquitto runs."""

    def __init__(self, settings: BrokerSettings) -> None:
        self._settings = settings
        self._open: tuple[int, ...] = ()

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
            accounts = {HALL_USER: secret}
            if settings.reader is not None:
                name, file = settings.reader
                accounts[name] = (file.read_text().splitlines() or [""])[0]
            _write(self.secret, secret + "\n")
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
        if not settings.lets_anybody and settings.reader is None:
            _LOGGER.warning(
                "broker: listens on %s and lets nobody read; set mqtt.username and mqtt.password_file", settings.host
            )

    def open(self, port: int) -> None:
        """Open what mosquitto reads: as another user it may not be able to reach the folder, but /dev/fd it can."""
        rights, passwords = (os.open(self._settings.folder / name, os.O_RDONLY) for name in ("rights", "passwords"))
        text = CONFIG.format(
            port=port,
            host=self._settings.host,
            anonymous=str(self._settings.lets_anybody).lower(),
            passwords=f"/dev/fd/{passwords}",
            rights=f"/dev/fd/{rights}",
        )
        self._open = (rights, passwords)
        path = self._settings.folder / "mosquitto.conf"
        _write(path, text)
        self._open = (rights, passwords, os.open(path, os.O_RDONLY))

    def close(self) -> None:
        files, self._open = self._open, ()
        for file in files:
            os.close(file)


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

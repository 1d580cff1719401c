"""A serial port over Telnet (RFC 2217), as ser2net hands one on: the rate and parity stand here, not at the other end.

What is between the bytes is Telnet's: an IAC of ours is doubled, commands of the other end are taken out. Driver's
thread only.
"""

from __future__ import annotations

import contextlib
import select
import time
from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import WriteTimeoutS
from device_drivers.lines.serial_port import Baud
from device_drivers.lines.tcp import TcpLine, TcpOptions
from device_drivers.options import Table

_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_BINARY, _GO_AHEAD, _COM_PORT = 0, 3, 44
_BAUD, _BITS, _PARITY, _STOPBITS, _CONTROL, _PURGE = 1, 2, 3, 4, 5, 12
# What the other end says of a setting has a number of its own.
_ANSWERS = 100
_PARITIES = {"N": 1, "O": 2, "E": 3}
_NO_FLOW_CONTROL, _DTR_OFF, _BOTH_WAYS = 1, 9, 3
_AT_ONCE, _ANSWER_S = 1024, 3.0
# A command that never ends is no Telnet.
_LONGEST = 256


class Rfc2217Options(Table, frozen=True, kw_only=True):
    """`host` and `port` of ser2net or a serial server; the rest as of a serial port."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)]
    baud: Baud = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    write_timeout_s: WriteTimeoutS = 2.0


class Telnet:
    """What comes from the other end: its bytes, and its commands taken out of them. No I/O."""

    def __init__(self) -> None:
        self._command = bytearray()
        self._refused: set[bytes] = set()
        self.answers: dict[int, bytes] = {}  # of the port's settings
        self.replies = b""  # for the other end, whoever sends takes them

    def feed(self, data: bytes) -> bytes:
        """Returns the bytes that are the port's."""
        out = bytearray()
        for byte in data:
            if not self._command and byte != _IAC:
                out.append(byte)
                continue
            self._command.append(byte)
            if self._command == bytes((_IAC, _IAC)):
                out.append(_IAC)
                self._command.clear()
            elif self._whole():
                self._obey(bytes(self._command))
                self._command.clear()
        return bytes(out)

    def _whole(self) -> bool:
        said = self._command
        if len(said) < 2 or len(said) > _LONGEST:
            return len(said) > _LONGEST
        if said[1] == _SB:
            return said[-2:] == bytes((_IAC, _SE)) and len(said) > 3
        return len(said) == (3 if said[1] in (_WILL, _WONT, _DO, _DONT) else 2)

    def _obey(self, said: bytes) -> None:
        """What we have not offered ourselves is refused, once; a setting's answer is kept."""
        ours = (_BINARY, _GO_AHEAD, _COM_PORT)
        if said[1] == _SB and len(said) > 5 and said[2] == _COM_PORT:
            self.answers[said[3]] = said[4:-2].replace(bytes((_IAC, _IAC)), bytes((_IAC,)))
        elif said[1] in (_WILL, _DO) and said[2] not in ours and said not in self._refused:
            self._refused.add(said)
            self.replies += bytes((_IAC, _DONT if said[1] == _WILL else _WONT, said[2]))


def doubled(data: bytes) -> bytes:
    return data.replace(bytes((_IAC,)), bytes((_IAC, _IAC)))


def wishes(options: Rfc2217Options) -> Mapping[int, bytes]:
    """Setting -> what it shall be."""
    return {
        _BAUD: options.baud.to_bytes(4, "big"), _BITS: bytes((options.bits,)),
        _PARITY: bytes((_PARITIES[options.parity],)), _STOPBITS: bytes((options.stopbits,)),
    }


class Rfc2217Line(TcpLine):
    def __init__(self, name: str, options: Rfc2217Options) -> None:
        super().__init__(name, TcpOptions(options.host, options.port, options.write_timeout_s))
        self._options = options
        self._telnet = Telnet()
        self._half = False  # of a doubled byte one is sent

    def _open_descriptor(self) -> int:
        fd = super()._open_descriptor()
        self._telnet, self._half = Telnet(), False
        try:
            self._settle(fd)
        except OSError as error:
            self._close_descriptor()
            raise self._gone(error) from error
        except LinkDown:
            self._close_descriptor()
            raise
        return fd

    def _settle(self, fd: int) -> None:
        """Both ends agree on Telnet's binary way, then the port gets its settings. Raises LinkDown, OSError."""
        assert self._socket is not None
        offers = ((_WILL, _BINARY), (_DO, _BINARY), (_WILL, _GO_AHEAD), (_DO, _GO_AHEAD), (_WILL, _COM_PORT))
        wanted = wishes(self._options)
        settings = {**wanted, _CONTROL: bytes((_NO_FLOW_CONTROL,))}
        self._socket.sendall(b"".join(bytes((_IAC, *offer)) for offer in offers) + b"".join(
            _setting(which, value) for which, value in (*settings.items(), (_CONTROL, bytes((_DTR_OFF,))))
        ))
        poll, ends_s = select.poll(), time.monotonic() + _ANSWER_S
        poll.register(fd, select.POLLIN)
        while not {which + _ANSWERS for which in wanted} <= self._telnet.answers.keys():
            left_s = ends_s - time.monotonic()
            data = self._socket.recv(_AT_ONCE) if left_s > 0 and poll.poll(left_s * 1000) else b""
            if not data:
                raise self._no_port()
            self._telnet.feed(data)  # what was in the port before is nobody's
            self._reply()
        for which, value in wanted.items():
            if self._telnet.answers[which + _ANSWERS] != value:
                raise LinkDown(
                    f"{self.name}: {self.host}:{self.port} does not take these settings: check baud and parity",
                    "port_settings",
                )
        self._socket.sendall(_setting(_PURGE, bytes((_BOTH_WAYS,))))

    def _no_port(self) -> LinkDown:
        where = f"{self.host}:{self.port}"
        said = f"{self.name}: {where} does not speak RFC 2217: ser2net wants telnet(rfc2217) in its accepter"
        return LinkDown(said, "no_rfc2217", where=where)

    def _reply(self) -> None:
        assert self._socket is not None
        replies, self._telnet.replies = self._telnet.replies, b""
        if replies:
            with contextlib.suppress(BlockingIOError):
                self._socket.send(replies)

    def _take(self, limit: int) -> bytes:
        assert self._socket is not None
        raw = self._socket.recv(limit)
        data = self._telnet.feed(raw)
        self._reply()
        if raw and not data:
            raise BlockingIOError  # commands alone
        return data

    def _put(self, data: memoryview) -> int:
        """Of a doubled byte the second half may wait for the next time: then the byte is not taken yet."""
        assert self._socket is not None
        part = bytes(data[:_AT_ONCE])
        before = int(self._half)
        sent = before + self._socket.send(doubled(part)[before:])
        taken = covered = 0
        for byte in part:
            width = 2 if byte == _IAC else 1
            if covered + width > sent:
                break
            covered += width
            taken += 1
        self._half = sent > covered
        if not taken:
            raise BlockingIOError
        return taken


def _setting(which: int, value: bytes) -> bytes:
    return bytes((_IAC, _SB, _COM_PORT, which)) + doubled(value) + bytes((_IAC, _SE))

"""TLS over TCP: a broker of devices that does not talk in the clear, as its own authority vouches for it.

Certificates are read at every connection, so that new ones need no restart. Driver's thread only.
"""

from __future__ import annotations

import ssl
from typing import Annotated

from msgspec import Meta

from device_drivers.errors import LinkDown
from device_drivers.lines.descriptor import DescriptorLine, WriteTimeoutS
from device_drivers.lines.tcp import connected
from device_drivers.options import Table

# A small processor takes a while for its key.
_HANDSHAKE_S = 5.0

_File = Annotated[str, Meta(max_length=4096, pattern="^(/.*)?$", description="a path that begins with /")]


class TlsOptions(Table, frozen=True, kw_only=True):
    """`ca_file` vouches for the other end, "" leaves that to the authorities of the system; `cert_file` and `key_file`
    are ours, where it asks who we are. `server_name`: the name in its certificate, by default the host."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 8883
    ca_file: _File = ""
    cert_file: _File = ""
    key_file: _File = ""
    server_name: Annotated[str, Meta(max_length=253)] = ""
    write_timeout_s: WriteTimeoutS = 2.0


class TlsLine(DescriptorLine):
    def __init__(self, name: str, options: TlsOptions) -> None:
        super().__init__(name, options.write_timeout_s)
        self._options = options
        self._where = f"{options.host}:{options.port}"
        self._socket: ssl.SSLSocket | None = None

    def _open_descriptor(self) -> int:
        context = self._context()
        plain = connected(self.name, self._options.host, self._options.port)
        try:
            plain.settimeout(_HANDSHAKE_S)
            name = self._options.server_name or self._options.host
            self._socket = context.wrap_socket(plain, server_hostname=name)
        except ssl.SSLCertVerificationError as error:
            raise self._distrusted(error.verify_message) from error
        except TimeoutError as error:
            said = f"{self.name}: {self._where} does not answer in TLS: check that the port speaks it"
            raise LinkDown(said, "host_silent", where=self._where) from error
        except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
            raise self._distrusted(getattr(error, "reason", None) or str(error)) from error
        finally:
            if self._socket is None:
                plain.close()
        self._socket.setblocking(False)
        return self._socket.fileno()

    def _context(self) -> ssl.SSLContext:
        options = self._options
        try:
            context = ssl.create_default_context(cafile=options.ca_file or None)
            if options.cert_file:
                context.load_cert_chain(options.cert_file, options.key_file or None)
        except (OSError, ValueError) as error:
            files = ", ".join(file for file in (options.ca_file, options.cert_file, options.key_file) if file)
            raise LinkDown(f"{self.name}: {files} cannot be used ({error})", "tls_files", files=files) from error
        return context

    def _distrusted(self, why: str) -> LinkDown:
        said = f"{self.name}: no TLS with {self._where} ({why}): check ca_file, the name in its certificate, the port"
        return LinkDown(said, "tls_refused", where=self._where)

    def _close_descriptor(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _buffered(self) -> bool:
        return self._socket is not None and self._socket.pending() > 0

    def _take(self, limit: int) -> bytes:
        assert self._socket is not None
        try:
            return self._socket.recv(limit)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            raise BlockingIOError from error  # half a record
        except ssl.SSLZeroReturnError:
            return b""

    def _put(self, data: memoryview) -> int:
        assert self._socket is not None
        try:
            return self._socket.send(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            raise BlockingIOError from error

    def _why_silent(self) -> str:
        return f"{self._where} closed the connection"

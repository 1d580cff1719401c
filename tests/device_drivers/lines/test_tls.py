"""A TLS line against a listener of our own, with an authority of its own."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device_drivers.errors import LinkDown
from device_drivers.lines.tls import TlsLine, TlsOptions
from hall_daemon.adapters.system.local_ca import CA_CERT, HALL_CERT, HALL_KEY
from tests.hall_daemon.adapters.certificates import authority, self_signed

MANY = bytes(range(256)) * 1200


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = authority(tmp_path_factory.mktemp("authority"), "broker.hall")
    authority(folder / "other", "broker.hall")
    return folder


@contextmanager
def echo(files: Path, *, asks: Path | None = None) -> Iterator[int]:
    """Whoever shakes hands gets back what it says; the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / HALL_CERT, files / HALL_KEY)
    if asks is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(asks)

    def serve() -> None:
        while True:
            try:
                plain, _ = server.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as peer:
                    while data := peer.recv(65_536):
                        peer.sendall(data)
            except OSError:
                continue

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def line(port: int, **more: str) -> TlsLine:
    return TlsLine("line-screens", TlsOptions(host="127.0.0.1", port=port, **more))  # type: ignore[arg-type]


def heard(wire: TlsLine, count: int) -> bytes:
    """So many bytes; what TLS says to TLS is read and gives none."""
    got = b""
    give_up_at = time.monotonic() + 60
    while len(got) < count and time.monotonic() < give_up_at:
        got += wire.read(10.0)
    return got


def test_bytes_go_both_ways_more_than_a_record_holds(files: Path) -> None:
    with echo(files) as port:
        wire = line(port, ca_file=str(files / CA_CERT))
        wire.open()
        assert wire.read(0.0) == b""
        for at in range(0, len(MANY), 30_720):
            part = MANY[at : at + 30_720]
            wire.write(part)
            assert heard(wire, len(part)) == part
        wire.cancel_read()
        assert wire.read(60.0) == b""
        wire.close()
        with pytest.raises(LinkDown, match="is not open"):
            wire.write(b"x")


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({}, "tls_refused", "check ca_file"),
        ({"ca_file": "other"}, "tls_refused", "check ca_file"),
        ({"ca_file": ".", "server_name": "someone.else"}, "tls_refused", "someone.else"),
        ({"ca_file": "nowhere"}, "tls_files", "cannot be used"),
    ],
)
def test_whom_nobody_vouches_for_is_not_talked_to(files: Path, more: dict[str, str], code: str, words: str) -> None:
    if "ca_file" in more:
        more = {**more, "ca_file": str(files / more["ca_file"] / CA_CERT)}
    with echo(files) as port, pytest.raises(LinkDown, match=words) as refused:
        line(port, **more).open()
    assert refused.value.code == code


def test_the_name_in_the_certificate_may_be_said(files: Path) -> None:
    with echo(files) as port:
        wire = line(port, ca_file=str(files / CA_CERT), server_name="broker.hall")
        wire.open()
        wire.close()


def test_a_broker_that_asks_who_comes_is_shown_our_certificate(files: Path, tmp_path: Path) -> None:
    ours = tmp_path / "hall.crt"
    key = self_signed(ours)
    with echo(files, asks=ours) as port:
        wire = line(port, ca_file=str(files / CA_CERT), cert_file=str(ours), key_file=str(key))
        wire.open()
        wire.write(b"hello")
        assert heard(wire, 5) == b"hello"
        wire.close()
        stranger = line(port, ca_file=str(files / CA_CERT))
        with pytest.raises(LinkDown):  # with TLS 1.3 it is told only when it reads
            stranger.open()
            heard(stranger, 1)
        stranger.close()


def test_a_port_that_does_not_speak_it_is_said(files: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        def refuse() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        with pytest.raises(LinkDown, match="no TLS with") as refused:
            line(server.getsockname()[1], ca_file=str(files / CA_CERT)).open()
        thread.join(10)
    assert refused.value.code == "tls_refused"

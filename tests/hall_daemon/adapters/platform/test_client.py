"""The platform over HTTP: who it is, who we are, and answers that are none."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from hall_daemon.adapters.platform.client import HttpPlatform
from hall_daemon.adapters.platform.port import Away, NotTaken
from hall_daemon.adapters.system.local_ca import CA_CERT, HALL_CERT, HALL_KEY
from hall_daemon.config.settings import Platform
from hall_daemon.rehearsal.city_platform import FLOOD, CityPlatform, Fault
from hall_daemon.rehearsal.city_server import CityServer
from tests.hall_daemon.adapters.certificates import authority
from tests.hall_daemon.adapters.platform.rig import SECRET, TASK, WORDS, Rig, first


@pytest.fixture
def said(tmp_path: Path) -> Platform:
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    return Platform(url="http://127.0.0.1:1", app="hall-1", secret_file=str(secret), answer_s=5.0)


def code(said: Platform, **changes: object) -> str:
    """Why guides cannot be asked for, "" when they can."""
    try:
        HttpPlatform(msgspec.structs.replace(said, **changes), WORDS).guides([TASK])
    except (Away, NotTaken) as no:
        return no.code
    return ""


def test_only_a_platform_that_proves_itself_is_spoken_to(said: Platform, tmp_path: Path) -> None:
    folder = authority(tmp_path / "tls")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / HALL_CERT, folder / HALL_KEY)
    platform = CityPlatform(WORDS, "hall-1", SECRET, time.time)
    with CityServer(platform, tls=tls) as server:
        assert code(said, url=server.url, ca_file=str(folder / CA_CERT)) == ""
        assert code(said, url=server.url) == "certificate"
        assert code(said, url=server.url.replace("https", "http")) == "connection"
    assert platform.count == 1


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("error", "http_500"), ("lost", "connection"), ("double", "bad_signature"), ("forged", "bad_signature"),
        ("stranger", "credential_refused"), ("half", "answer_broken"), ("redirect", "redirected"),
        ("flood", "answer_too_large"), ("nonsense", "not_json"), ("delay", ""),
    ],
)
def test_what_is_no_answer(rig: Rig, said: Platform, fault: Fault, why: str) -> None:
    rig.platform.now_s = time.time
    rig.platform.fault = first(1, fault)
    assert code(said, url=rig.url) == why
    assert rig.platform.count == 1  # nobody followed it anywhere, nobody asked twice
    assert code(said, url=rig.url) == ""


def test_who_has_no_secret_or_another_one(rig: Rig, said: Platform, tmp_path: Path) -> None:
    rig.platform.now_s = time.time
    for words in (b"", b"short"):
        (tmp_path / "other").write_bytes(words)
        assert code(said, url=rig.url, secret_file=str(tmp_path / "other")) == "no_credential"
    assert code(said, url=rig.url, secret_file=str(tmp_path / "none")) == "no_credential"
    assert rig.platform.count == 0
    (tmp_path / "other").write_bytes(b"another secret altogether")
    assert code(said, url=rig.url, secret_file=str(tmp_path / "other")) == "credential_refused"
    rig.platform.now_s = lambda: time.time() + 3600
    assert code(said, url=rig.url) == "credential_refused"


def test_a_secret_is_a_credential_of_the_service_where_no_file_is_named(
    rig: Rig, said: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.platform.now_s = time.time
    (tmp_path / "hall-platform").write_bytes(SECRET)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert code(said, url=rig.url, secret_file="") == ""


@contextmanager
def speaking(answer: bytes, again: bytes = b"") -> Iterator[str]:
    """A server that says this to whoever comes, then `again` for as long as it is heard."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while not ended.is_set():
                    there, _ = server.accept()
                    with there:
                        there.recv(65_536)
                        there.sendall(answer)
                        while again and not ended.wait(0.01):
                            there.sendall(again)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
    thread.join(60)


@pytest.mark.parametrize(
    ("answer", "again", "why"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b".", "answer_too_slow"),
        (b"", b"", "connection"),
        (b"SSH-2.0-OpenSSH\r\n", b"", "connection"),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n", b"", "http_503"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"", "bad_signature"),
        (b"HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\n{}", b"", "bad_signature"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n", b"x" * FLOOD, "answer_too_large"),
    ],
)
def test_strangers_on_the_wire(said: Platform, answer: bytes, again: bytes, why: str) -> None:
    with speaking(answer, again) as url:
        assert code(said, url=url, connect_s=0.3, answer_s=0.3 if why == "answer_too_slow" else 30.0) == why


def test_the_body_of_a_refusal_is_read_by_nobody(rig: Rig, said: Platform) -> None:
    """It may repeat a person: only a word that can be none is kept."""
    rig.platform.now_s = time.time
    rig.platform._take = lambda key, body: (422, {"code": "欧阳样例 13800000000", "message": "x"})  # type: ignore[method-assign]
    with pytest.raises(NotTaken) as no:
        HttpPlatform(msgspec.structs.replace(said, url=rig.url), WORDS).send("k", {})
    assert no.value.code == "http_422"

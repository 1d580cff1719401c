"""HTTPS: what is spoken and what is not, its cookies and headers, streams, a certificate that changes meanwhile."""

from __future__ import annotations

import http.client
import logging
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from hall_daemon.adapters.http import STAFF_LIMITS
from hall_daemon.adapters.system.certificate import BadCertificate, Certificate
from hall_daemon.adapters.system.local_ca import CA_CERT, HALL_CERT, HALL_KEY, renew
from hall_daemon.web import server
from tests.hall_daemon.adapters.certificates import authority, believer, certificate
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall
from tests.hall_daemon.adapters.http.raw import EventReader
from tests.hall_daemon.adapters.http.test_streams import dropped, eventually, issue


class Served(NamedTuple):
    hall: LiveHall
    files: Path
    certificate: Certificate
    trust: ssl.SSLContext

    def connection(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self.hall.staff.port, context=self.trust, timeout=10)

    def handshake(self, context: ssl.SSLContext, name: str = "localhost") -> tuple[str | None, bytes | None]:
        """Version, and the certificate that was shown."""
        plain = socket.create_connection(("127.0.0.1", self.hall.staff.port), 10)
        with plain, context.wrap_socket(plain, server_hostname=name) as secure:
            return secure.version(), secure.getpeercert(binary_form=True)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    files = authority(tmp_path / "tls")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files / CA_CERT))
    monkeypatch.setattr(server, "HANDSHAKE_S", 1.0)
    own = certificate(files)
    with live_hall(tmp_path / "hall", tls=own.context) as hall:
        yield Served(hall, files, own, believer(files))


def shown(cert_file: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(cert_file.read_text(encoding="ascii"))


def test_a_reply_in_one_write_and_one_in_two_say_the_same(served: Served) -> None:
    """The way of a press writes past uvicorn; under TLS it must not write past the cipher."""
    whole, apart = (ask(served.hall.staff.url + "/api/v1/hall", timeout=5) for ask in (requests.get, requests.head))
    assert whole.status_code == apart.status_code == 200
    assert whole.headers.keys() == apart.headers.keys()
    assert whole.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert whole.json()["queues"]


def test_many_requests_on_one_connection(served: Served) -> None:
    with closing(served.connection()) as connection:
        for n in range(20):
            body, headers = '{"service": "idcard"}', {"content-type": "application/json", "idempotency-key": f"k{n}"}
            connection.request("POST", "/api/v1/tickets", body, headers)
            answer = connection.getresponse()
            assert (answer.status, b"number" in answer.read()) == (201, True)


def test_by_http_nothing_is_said_of_https(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall") as hall:
        assert "Strict-Transport-Security" not in requests.get(hall.staff.url + "/healthz", timeout=5).headers


def test_a_session_s_cookie_never_goes_by_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = authority(tmp_path / "tls")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files / CA_CERT))
    with live_hall(tmp_path / "hall", gated=True, tls=certificate(files).context) as hall:
        _, code = hall.accounts.roster.invite("1001", ["window"], by="")
        body = {"code": code, "password": "Weather-4711-ok"}
        answer = requests.post(hall.staff.url + "/api/v1/invitation", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        assert "; Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_tls_is_not_spoken(served: Served, newest: ssl.TLSVersion) -> None:
    old = believer(served.files)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, newest
    with pytest.raises(OSError):
        served.handshake(old)


@pytest.mark.parametrize("ciphers", ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "NULL"])
def test_weak_ciphers_are_not_spoken(served: Served, ciphers: str) -> None:
    weak = believer(served.files)
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with pytest.raises(OSError):
        served.handshake(weak)


def test_tls_1_2_and_1_3_are_spoken(served: Served) -> None:
    assert served.handshake(served.trust)[0] == "TLSv1.3"
    older = believer(served.files)
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    assert served.handshake(older)[0] == "TLSv1.2"


def test_a_client_that_does_not_know_the_authority_or_means_another_host_stays_away(served: Served) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        served.handshake(ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        served.handshake(served.trust, "another.example")


def test_plain_http_garbage_and_silence_get_nothing_and_cost_no_log(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for said in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", os.urandom(300), b"\x16\x03\x01\x40\x00" + bytes(90)):
        with socket.create_connection(("127.0.0.1", served.hall.staff.port), 10) as plain:
            plain.sendall(said)
            with closing(plain.makefile("rb")) as answer:
                try:
                    assert b"HTTP" not in answer.read()
                except ConnectionError:
                    pass
    with socket.create_connection(("127.0.0.1", served.hall.staff.port), 20) as silent:
        assert silent.recv(1) == b""  # it is closed, after HANDSHAKE_S
    assert requests.get(served.hall.staff.url + "/healthz", timeout=5).status_code == 200
    assert caplog.text == ""


def test_a_renewed_certificate_is_taken_and_streams_go_on(served: Served) -> None:
    before, key = shown(served.files / HALL_CERT), (served.files / HALL_KEY).read_bytes()
    with EventReader(served.hall.staff.port, "/api/v1/events?after=0", tls=served.trust) as stream, closing(
        served.connection()
    ) as kept:
        seq = next(iter(stream)).id
        kept.request("GET", "/healthz")
        assert kept.getresponse().read()
        renew(served.files, (), datetime.now(UTC), new_key=True)
        assert served.handshake(served.trust)[1] == before
        served.certificate.look()
        assert served.handshake(served.trust)[1] == shown(served.files / HALL_CERT) != before
        assert (served.files / HALL_KEY).read_bytes() != key
        kept.request("GET", "/healthz")
        assert kept.getresponse().status == 200
        issue(served.hall, 1)
        assert next(event.id for event in stream if event.kind == "TicketIssued") > (seq or 0)
    assert served.certificate.trouble == ""


@pytest.mark.parametrize(("name", "content"), [
    (HALL_CERT, b""), (HALL_CERT, b"-----BEGIN CERTIFICATE-----\nMIIB"), (HALL_KEY, b"no key"), (HALL_CERT, None),
    (HALL_KEY, None), (HALL_KEY, "another's"),
])
def test_a_broken_new_file_keeps_the_old_one_and_is_said_until_it_is_mended(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, content: bytes | str | None
) -> None:
    path = served.files / name
    whole, before = path.read_bytes(), shown(served.files / HALL_CERT)
    if content is None:
        path.unlink()
    else:
        other = authority(tmp_path / "other") / name
        path.write_bytes(other.read_bytes() if isinstance(content, str) else content)
    for _ in range(3):
        served.certificate.look()
    assert served.certificate.trouble.endswith("the certificate before is still used")
    assert str(path) in served.certificate.trouble
    assert caplog.text.count("still used") == 1
    assert served.handshake(served.trust)[1] == before
    path.write_bytes(whole)
    served.certificate.look()
    assert served.certificate.trouble == ""
    assert served.handshake(served.trust)[1] == before


def test_a_hall_does_not_begin_with_what_is_no_certificate(tmp_path: Path) -> None:
    with pytest.raises(BadCertificate, match=r"\[http\] cert_file .*No such file"):
        certificate(tmp_path)


def test_a_stream_that_nobody_reads_is_cut_and_one_that_is_read_ends_in_good_order(tmp_path: Path) -> None:
    files = authority(tmp_path / "tls")
    limits = STAFF_LIMITS._replace(stall_s=0.3, stream_buffer_bytes=4096)
    with live_hall(tmp_path / "hall", tls=certificate(files).context, staff_limits=limits) as hall:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REQUESTS_CA_BUNDLE", str(files / CA_CERT))
            stuck = EventReader(
                hall.staff.port, "/api/v1/events?after=0", receive_buffer=4096, tls=believer(files)
            )
            issue(hall, 2000)
            eventually(lambda: dropped(hall) == 1)
            stuck.close()
        with EventReader(hall.staff.port, f"/api/v1/events?after={hall.core.seq - 1}", tls=believer(files)) as read:
            stream = iter(read)
            assert next(stream).id == hall.core.seq
            hall.staff.stop()
            assert list(stream) == []

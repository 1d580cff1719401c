"""An authority of a hall's own, and what is said of certificates before anybody relies on them."""

from __future__ import annotations

import shutil
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from device_drivers.base import atomic
from hall_daemon.adapters.system import local_ca
from hall_daemon.adapters.system.certificate import doubts, facts_of, trusting
from hall_daemon.adapters.system.local_ca import (
    CA_CERT,
    CA_KEY,
    HALL_CERT,
    HALL_DAYS,
    HALL_KEY,
    BadAuthority,
    make_authority,
    renew,
)
from tests.hall_daemon.adapters.certificates import authority, believer, certificate
from tests.hall_daemon.cli.words import hall

NOW = datetime.now(UTC)


def said(folder: Path, *hosts: str, days: float = 0) -> list[tuple[str, str, str]]:
    return list(doubts(str(folder / HALL_CERT), str(folder / HALL_KEY), hosts, NOW + timedelta(days=days)))


def believes(trust: ssl.SSLContext, files: Path, name: str) -> bool:
    """Whether a client does, shown by a handshake over a pair of sockets."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    theirs.settimeout(10)

    def serve() -> None:
        try:
            certificate(files).context.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    server = threading.Thread(target=serve)
    server.start()
    try:
        trust.wrap_socket(ours, server_hostname=name).close()
    except ssl.SSLCertVerificationError:
        return False
    finally:
        ours.close()
        server.join(10)
    return True


def test_keys_are_ours_alone_and_the_desks_need_nothing_secret(tmp_path: Path) -> None:
    files = authority(tmp_path / "tls", "hall.example")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files.iterdir()}
    assert modes == {CA_CERT: 0o644, CA_KEY: 0o600, HALL_CERT: 0o644, HALL_KEY: 0o600}
    assert b"PRIVATE" not in (files / CA_CERT).read_bytes() + (files / HALL_CERT).read_bytes()


@pytest.mark.parametrize(("name", "good"), [
    ("hall.example", True), ("10.0.0.5", True), ("fd00::5", True), ("localhost", True), ("127.0.0.1", True),
    ("other.example", False), ("10.0.0.6", False),
])
def test_it_stands_for_its_hosts_and_no_others(tmp_path: Path, name: str, good: bool) -> None:
    files = authority(tmp_path / "tls", "Hall.example", "10.0.0.5", "fd00::5")
    assert facts_of(files / HALL_CERT).stands_for(name) is good
    assert believes(believer(files), files, name) is good


def test_a_stolen_authority_opens_no_other_site(tmp_path: Path) -> None:
    """Its certificate names what it may sign for; clients see to it."""
    files, forged = authority(tmp_path / "tls", "hall.example"), tmp_path / "forged"
    with pytest.raises(BadAuthority, match=r"cannot sign for bank\.example"):
        renew(files, ["bank.example"], NOW)
    shutil.copytree(files, forged)
    key = serialization.load_pem_private_key((files / CA_KEY).read_bytes(), None)
    signer = x509.load_pem_x509_certificate((files / CA_CERT).read_bytes())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    local_ca._sign(forged, signer, key, ["bank.example"], NOW)
    assert facts_of(forged / HALL_CERT).stands_for("bank.example")
    assert not believes(believer(files), forged, "bank.example")


def test_it_is_good_for_a_year_and_renewed_by_the_same_authority(tmp_path: Path) -> None:
    files = authority(tmp_path / "tls", "hall.example")
    first, key = facts_of(files / HALL_CERT), (files / HALL_KEY).read_bytes()
    assert (first.ends - NOW).days in (HALL_DAYS, HALL_DAYS - 1)
    trust = believer(files)
    assert "hall.example" in renew(files, (), NOW + timedelta(days=300))
    assert facts_of(files / HALL_CERT).ends > first.ends + timedelta(days=299)
    assert (files / HALL_KEY).read_bytes() == key
    renew(files, (), NOW, new_key=True)
    assert (files / HALL_KEY).read_bytes() != key
    assert believes(trust, files, "hall.example")


def test_an_authority_is_not_made_over_another_one(tmp_path: Path) -> None:
    files = authority(tmp_path / "tls")
    before = {path.name: path.read_bytes() for path in files.iterdir()}
    with pytest.raises(BadAuthority, match="has an authority already"):
        authority(files)
    assert {path.name: path.read_bytes() for path in files.iterdir()} == before


def test_a_user_who_is_none_is_told_before_anything_is_made(tmp_path: Path) -> None:
    said = hall("tls", "init", "--dir", str(tmp_path / "tls"), "--user", "nobody-here")
    assert (said.code, "nobody-here" in said.err, (tmp_path / "tls").exists()) == (1, True, False)


@pytest.mark.parametrize("at", range(4))
def test_what_began_and_died_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    left = [at]

    def dies(*args: object, **options: object) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        atomic.write_whole(*args, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("hall_daemon.adapters.system.local_ca.write_whole", dies)
        with pytest.raises(KeyboardInterrupt):
            authority(tmp_path / "tls")
    files = authority(tmp_path / "tls")
    assert believes(believer(files), files, "localhost")


@pytest.mark.parametrize("host", ["", "a b", "-\n", "大厅.example", "a..b", "x" * 64 + ".example", "*.example", "a:80"])
def test_what_is_no_host_is_refused_and_nothing_is_written(tmp_path: Path, host: str) -> None:
    with pytest.raises(BadAuthority, match="no host name or address"):
        make_authority(tmp_path / "tls", "test", [host], NOW)
    assert not (tmp_path / "tls").exists()


def test_renewing_where_there_is_nothing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadAuthority, match="hall tls init makes one"):
        renew(tmp_path, (), NOW)


def test_a_certificate_in_order_gives_no_doubt(tmp_path: Path) -> None:
    assert said(authority(tmp_path / "tls", "hall.example"), "hall.example", "127.0.0.1", "[::1]") == []
    assert list(doubts("", "", ("hall.example",), NOW)) == []


@pytest.mark.parametrize(("days", "words"), [(HALL_DAYS - 29.5, "ends in 29 days"), (HALL_DAYS + 1, "has ended")])
def test_one_that_ends_soon_is_said(tmp_path: Path, days: float, words: str) -> None:
    ((key, what, hint),) = said(authority(tmp_path / "tls"), days=days)
    assert (key, hint) == ("cert_file", "hall tls renew")
    assert words in what


def test_hosts_that_it_does_not_name_are_said(tmp_path: Path) -> None:
    ((key, what, hint),) = said(authority(tmp_path / "tls", "hall.example"), "hall.example", "desk.example", "10.0.0.9")
    assert (key, what) == ("cert_file", "does not name desk.example, 10.0.0.9")
    assert hint == "hall tls renew --host desk.example --host 10.0.0.9"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_can_read_is_said(tmp_path: Path, mode: int) -> None:
    files = authority(tmp_path / "tls")
    (files / HALL_KEY).chmod(mode)
    ((key, what, _),) = said(files)
    assert (key, what) == ("key_file", "others can read it")


@pytest.mark.parametrize("name", [HALL_CERT, HALL_KEY])
def test_files_that_cannot_be_used_are_said(tmp_path: Path, name: str) -> None:
    files = authority(tmp_path / "tls")
    (files / name).write_bytes((authority(tmp_path / "other") / name).read_bytes())
    assert "cannot be used with its key_file" in said(files)[0][1]
    (files / name).unlink()
    assert "No such file" in said(files)[0][1]


def test_a_program_beside_the_hall_believes_its_certificate_by_its_names(tmp_path: Path) -> None:
    """`hall day` needs no authority: the configuration says which certificate it is."""
    files, other = authority(tmp_path / "tls", "hall.example"), authority(tmp_path / "other", "hall.example")
    trust = trusting(str(files / HALL_CERT))
    assert trust is not None
    assert believes(trust, files, "hall.example")
    assert not believes(trust, files, "other.example")
    assert not believes(trust, other, "hall.example")
    assert trusting("") is None

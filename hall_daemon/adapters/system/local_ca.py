"""An authority of the hall's own, for halls without a city's: its certificate goes onto the desks, it signs the hall's.

Four files in one folder: `ca.crt` for the desks, `ca.key`, `hall.crt` and `hall.key` for the configuration. The
authority can sign for the names it was made for and no others: a stolen key opens no other site on a desk.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.system.certificate import facts_of, is_address

CA_CERT, CA_KEY, HALL_CERT, HALL_KEY = "ca.crt", "ca.key", "hall.crt", "hall.key"
CA_DAYS, HALL_DAYS = 3653, 397  # some systems take no certificate that is good for longer
ALWAYS = ("localhost", "127.0.0.1", "::1")
# Machines whose clocks are a little behind take it too.
_BEFORE = timedelta(days=1)
_CRITICAL = {"critical": True}


class BadAuthority(Exception):
    """The folder cannot be used as it is. The message says what to do."""


def make_authority(folder: Path, hall: str, hosts: Sequence[str], now: datetime) -> None:
    """All four files, for `hosts` and this machine itself. Raises BadAuthority where there are some, OSError."""
    there = [name for name in (CA_CERT, CA_KEY, HALL_CERT, HALL_KEY) if (folder / name).exists()]
    if CA_CERT in there:
        raise BadAuthority(f"{folder} has an authority already: hall tls renew, or --dir with another folder")
    names = _names(hosts)
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{hall} hall CA {now:%Y-%m-%d}")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )
    certificate = (
        _begun(subject, subject, key, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), **_CRITICAL)
        .add_extension(usage, **_CRITICAL)
        .add_extension(x509.NameConstraints([_within(name) for name in names], None), **_CRITICAL)
        .sign(key, hashes.SHA256())
    )
    write_key(folder / CA_KEY, key)
    write_key(folder / HALL_KEY, ec.generate_private_key(ec.SECP256R1()))
    # Its certificate last: what began and died has none, and is begun anew.
    _sign(folder, certificate, key, names, now)
    write_whole(folder / CA_CERT, _pem(certificate), durable=True, mode=0o644)


def renew(folder: Path, hosts: Sequence[str], now: datetime, *, new_key: bool = False) -> tuple[str, ...]:
    """A new certificate for the names of the old one and `hosts`; the names. The key stays, so that one file changes
    and a hall that starts this moment finds the two fit. Raises BadAuthority, OSError."""
    try:
        authority = x509.load_pem_x509_certificate((folder / CA_CERT).read_bytes())
        key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
    except (FileNotFoundError, ValueError, TypeError) as error:
        raise BadAuthority(f"{folder} has no authority that can be used ({error}): hall tls init makes one") from error
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    before = facts_of(folder / HALL_CERT).names if (folder / HALL_CERT).exists() else frozenset()
    names = _names((*sorted(before), *hosts))
    good_for = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    beyond = [name for name in names if _within(name) not in good_for]
    if beyond:
        raise BadAuthority(
            f"the authority in {folder} cannot sign for {', '.join(beyond)}: make another one "
            f"(hall tls init --dir DIR {' '.join(f'--host {name}' for name in names if name not in ALWAYS)}) "
            "and install it on the desks"
        )
    if new_key:
        write_key(folder / HALL_KEY, ec.generate_private_key(ec.SECP256R1()))
    _sign(folder, authority, key, names, now)
    return names


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """0600, and belonging to whom the file before belonged."""
    data = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    owner = path.stat() if path.exists() else None
    write_whole(path, data, durable=True, mode=0o600)
    if owner is not None:
        os.chown(path, owner.st_uid, owner.st_gid)


def _sign(
    folder: Path, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey, names: Sequence[str],
    now: datetime,
) -> None:
    own = serialization.load_pem_private_key((folder / HALL_KEY).read_bytes(), None)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = (
        _begun(subject, authority.subject, own, now, HALL_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), **_CRITICAL)
        .add_extension(usage, **_CRITICAL)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(signed_by, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    write_whole(folder / HALL_CERT, _pem(certificate), durable=True, mode=0o644)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _names(hosts: Sequence[str]) -> tuple[str, ...]:
    """Each once, the hall's own first. Raises BadAuthority."""
    for host in hosts:
        if not is_address(host) and not all(
            part and len(part) < 64 and part.replace("-", "").isalnum() and part.isascii() for part in host.split(".")
        ):
            raise BadAuthority(f"{host!r} is no host name or address; write it as hall.example or 10.0.0.5")
    return tuple(dict.fromkeys((*(host.lower() for host in hosts), *ALWAYS)))


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(name)) if is_address(name) else x509.DNSName(name)


def _within(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_network(name)) if is_address(name) else x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)

"""Certificates for tests: an authority of a hall's own in a folder, as `hall tls init` makes it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hall_daemon.adapters.system.certificate import Certificate
from hall_daemon.adapters.system.local_ca import CA_CERT, HALL_CERT, HALL_KEY, make_authority


def authority(folder: Path, *hosts: str) -> Path:
    """The folder, with its four files. It always stands for localhost and 127.0.0.1."""
    make_authority(folder, "test", hosts, datetime.now(UTC))
    return folder


def certificate(folder: Path) -> Certificate:
    return Certificate("http", folder / HALL_CERT, folder / HALL_KEY)


def believer(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / CA_CERT))


def self_signed(certificate: Path) -> Path:
    """Write a certificate for 127.0.0.1 that is its own authority; returns the file of its key."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, certificate.stem)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    key = certificate.with_suffix(".key")
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key

"""The certificate of a listener: read from its two files, taken anew when they change, judged beforehand.

What others may trust of a hall (`trusting`) is here too. Files are PEM, of `hall tls` or any other authority.
"""

from __future__ import annotations

import ipaddress
import logging
import ssl
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from hall_daemon.adapters.system.parts import trouble

_LOGGER = logging.getLogger(__name__)

# TLS 1.3 has none that are weak; of 1.2 those that keep what was said secret when the key is lost later.
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
ENDS_SOON_DAYS = 30
_PRIVATE = 0o077


class BadCertificate(OSError):
    """The files of a certificate cannot be used. The message says which and what to do."""


class Certificate:
    """`context` is what a listener answers handshakes with. `look` may come from any thread; connections that stand
    keep the certificate with which they began. A new file that cannot be used leaves the one before, and is
    `trouble`."""

    def __init__(self, section: str, cert_file: Path, key_file: Path) -> None:
        """Raises BadCertificate."""
        self._section = section
        self._files = cert_file, key_file
        self.trouble = ""
        self._newest = self.context = _serving(section, *self._files)
        self._seen = self._stamp()
        # Each handshake takes the newest, whole: a context in use that is loaded into is for a moment half of each.
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, began: ssl.SSLContext) -> None:
        connection.context = self._newest

    def look(self) -> None:
        """Take files that changed since the last look; cheap when none did."""
        seen = self._stamp()
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._newest = _serving(self._section, *self._files)
        except BadCertificate as error:
            self.trouble = f"{error}; the certificate before is still used"
            _LOGGER.error("%s", self.trouble)
            return
        self.trouble = ""
        _LOGGER.warning("[%s] a new certificate is used, %s", self._section, self._files[0])

    def _stamp(self) -> tuple[object, ...]:
        return tuple(_stamp(path) for path in self._files)


class Certificates:
    """Those of the listeners that have one, by name."""

    def __init__(self, files: Mapping[str, tuple[str, str]]) -> None:
        """`files`: certificate and key of each listener, "" for none. Raises BadCertificate."""
        self._named = {name: Certificate(name, Path(cert), Path(key)) for name, (cert, key) in files.items() if cert}

    def context(self, name: str) -> ssl.SSLContext | None:
        return self._named[name].context if name in self._named else None

    def look(self) -> None:
        for each in self._named.values():
            each.look()

    def health(self) -> Mapping[str, str]:
        return {f"certificate:{name}": trouble("not taken", each.trouble) for name, each in self._named.items()}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _serving(section: str, cert_file: Path, key_file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.set_ciphers(_CIPHERS)
    context.set_alpn_protocols(["http/1.1"])
    try:
        # A key with a passphrase would be asked for at a terminal that nobody looks at.
        context.load_cert_chain(cert_file, key_file, password=lambda: "")
    except OSError as error:  # ssl.SSLError is one
        why = "not a certificate and its key, as PEM" if isinstance(error, ssl.SSLError) else error.strerror
        raise BadCertificate(
            f"[{section}] cert_file {cert_file} and key_file {key_file} cannot be used: {why}; "
            "hall check names what is wrong, hall tls renew makes a new one"
        ) from error
    return context


def trusting(cert_file: str) -> ssl.SSLContext | None:
    """What a program on the hall's own machine believes: the certificate that the hall is configured with, by its
    names. None where it has none. Raises BadCertificate."""
    if not cert_file:
        return None
    try:
        context = ssl.create_default_context(cafile=cert_file)
    except OSError as error:
        raise BadCertificate(f"cert_file {cert_file} cannot be read: {error}") from error
    # It is trusted itself, whoever signed it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


class Facts(NamedTuple):
    """What a certificate says: until when it is good, the names and addresses it stands for."""

    ends: datetime
    names: frozenset[str]

    def stands_for(self, host: str) -> bool:
        host = host.strip("[]").lower().rstrip(".")
        return host in self.names or "*." + host.partition(".")[2] in self.names


def facts_of(cert_file: Path) -> Facts:
    """Raises OSError, ValueError."""
    found = x509.load_pem_x509_certificates(cert_file.read_bytes())[0]
    names: set[str] = set()
    try:
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names |= {name.lower() for name in alternatives.get_values_for_type(x509.DNSName)}
        names |= {str(address) for address in alternatives.get_values_for_type(x509.IPAddress)}
    except x509.ExtensionNotFound:
        pass
    return Facts(found.not_valid_after_utc, frozenset(names))


def doubts(cert_file: str, key_file: str, hosts: Collection[str], now: datetime) -> Iterator[tuple[str, str, str]]:
    """(key of the configuration, what is probably not meant, what to do) of a listener that is reached by `hosts`."""
    if not cert_file:
        return
    try:
        _serving("", Path(cert_file), Path(key_file))
        found = facts_of(Path(cert_file))
    except (BadCertificate, OSError, ValueError) as error:
        cause = error.__cause__ or error
        yield "cert_file", f"cannot be used with its key_file: {cause}", "hall tls renew makes a new one"
        return
    left = (found.ends - now).days
    if left < ENDS_SOON_DAYS:
        end = "has ended" if left < 0 else f"ends in {left} days"
        yield "cert_file", f"{end}, on {found.ends.date()}: browsers and kiosks stay away then", "hall tls renew"
    missing = [host for host in hosts if not found.stands_for(host)]
    if missing:
        named = " ".join(f"--host {host}" for host in missing)
        yield "cert_file", f"does not name {', '.join(missing)}", f"hall tls renew {named}"
    if Path(key_file).stat().st_mode & _PRIVATE:
        yield "key_file", "others can read it", f"chmod 600 {key_file}, and hall tls renew --new-key if anybody did"


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

"""`hall conform KIND`: whether a maker's own device behind a broker keeps the contract of its kind, in words."""

from __future__ import annotations

import argparse
import json
import ssl
from pathlib import Path

from hall_daemon.cli.conform_broker import OneDevice
from hall_daemon.cli.conform_checks import KINDS, Finding, Pace, Trial, conforms
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.words.tables import tables


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS, help="what the device is")
    parser.add_argument("--topic", required=True, help="what its topics begin with; a screen's is this one")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen for the device (default: this machine)")
    parser.add_argument("--port", type=int, default=1883, help="0 takes a free one (default: 1883)")
    parser.add_argument(
        "--cert", type=Path, metavar="FILE", help="speak TLS, with this certificate (hall tls init makes one: hall.crt)"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="its key (default: beside it, as hall.key)")
    parser.add_argument(
        "--cafile", type=Path, metavar="FILE", help="want a certificate of the device too, signed by this authority"
    )
    parser.add_argument("--wait", type=float, default=60.0, metavar="S", help="for whoever presses (default: 60)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    if not 0 < args.wait <= 600:
        raise Failure(2, "--wait takes seconds, more than 0 and up to 600")
    if not args.topic or len(args.topic) > 200 or set("#+\0") & set(args.topic):
        raise Failure(2, "--topic takes a topic without # and +, as hall/screens/window-1")
    tls = _tls(args)
    try:
        broker = OneDevice(args.host, args.port, tls=tls)
    except (OSError, OverflowError) as error:
        where = f"{args.host}:{args.port}"
        raise Failure(4, f"{where} cannot be taken ({error}): stop the broker there, or use --port") from error
    try:
        where = f"{args.host}:{broker.port}{', TLS' if tls else ''}"
        _say("come", where=where, topic=args.topic)
        found = []
        for finding in conforms(args.kind, Trial(broker, args.topic, Pace(person_s=args.wait), _say)):
            found.append(finding)
            if not args.json:
                _print(finding)
    finally:
        broker.close()
    wrong = [finding for finding in found if not finding.good]
    if args.json:
        findings = [{"code": each.code, "good": each.good, "facts": each.facts} for each in found]
        print(json.dumps({"kind": args.kind, "conforms": not wrong, "findings": findings}, ensure_ascii=False))
    else:
        words = tables().text("conform.wrong" if wrong else "conform.all_good", {"count": str(len(wrong))})
        print(f"{words['zh']} {words['en']}")
    return 1 if wrong else 0


def _tls(args: argparse.Namespace) -> ssl.SSLContext | None:
    """None without a certificate: as plain as the broker of a hall inside its house."""
    if args.cert is None:
        if args.key is not None or args.cafile is not None:
            raise Failure(2, "--key and --cafile need --cert, the certificate to speak TLS with")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(args.cert, args.key or args.cert.with_suffix(".key"))
        if args.cafile is not None:
            context.load_verify_locations(args.cafile)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
        files = ", ".join(str(file) for file in (args.cert, args.key, args.cafile) if file is not None)
        raise Failure(2, f"{files}: no use for TLS ({error}); hall tls init makes certificate and key") from error
    return context


def _say(code: str, **facts: str) -> None:
    words = tables().text(f"conform.ask.{code}", facts)
    for language in ("zh", "en"):
        tell(words[language])


def _print(finding: Finding) -> None:
    words = tables().text(f"conform.is.{finding.code}", finding.facts)
    print(f"{'✓' if finding.good else '✗'} {words['zh']} {words['en']}", flush=True)
    if not finding.good:
        mend = tables().text(f"conform.do.{finding.code}", finding.facts)
        print(f"  → {mend['zh']}\n  → {mend['en']}", flush=True)

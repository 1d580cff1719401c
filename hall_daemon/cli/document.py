"""`hall document look`: what the hall would say of a file that somebody hands in. Nothing of it is kept."""

from __future__ import annotations

import argparse
import json
import sys

from hall_daemon.adapters.documents.reader import MOST_BYTES, DocumentReader
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.inputs import bytes_of
from hall_daemon.words.tables import tables
from hall_daemon.words.text import said


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("look",), help="look: is it taken, how many pages, what its pictures lack")
    parser.add_argument("file", metavar="FILE", help="a JPEG, PNG or PDF; - reads stdin")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    reader = DocumentReader()
    try:
        looked = reader.look(bytes_of(args.file, MOST_BYTES))
    finally:
        reader.stop()
    told = tuple(dict.fromkeys(code for page in looked.pages for code in page.marks))
    if args.json:
        print(json.dumps({
            "accepted": looked.accepted, "why": looked.why, "pages": len(looked.pages), "warnings": list(told),
            "by_page": [list(page.marks) for page in looked.pages],
            "facts": [[{"kind": kind, "value": value} for kind, value in page.facts] for page in looked.pages],
            "say": [_words("document", looked.why)] if looked.why else [_words("picture", code) for code in told],
        }, ensure_ascii=False))
        return 0 if looked.accepted else 1
    if not looked.accepted:
        raise Failure(1, f"not taken, {looked.why}: {_words('document', looked.why)['en']}")
    print(f"taken: {len(looked.pages)} page{'s' * (len(looked.pages) > 1)}")
    for number, page in enumerate(looked.pages, 1):
        for code in page.marks:
            print(f"page {number}, {code}: {_words('picture', code)['zh']} {_words('picture', code)['en']}")
        for kind, value in page.facts:
            print(f"page {number}, read by machine, {kind}: {value}")
    print(f"locks of the child: {', '.join(reader.locks or ()) or 'none'}", file=sys.stderr)
    return 0


def _words(table: str, code: str) -> dict[str, str]:
    text = tables().under(table)[code]
    return {language: said(text, language) for language in ("zh", "en")}

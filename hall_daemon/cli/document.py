"""`hall document look`: what the hall would say of a file that somebody hands in. Nothing of it is kept."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date

from hall_daemon.adapters.documents.reader import MOST_BYTES, DocumentReader, PagePicture
from hall_daemon.adapters.documents.recogniser import Letters
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.inputs import bytes_of
from hall_daemon.matters.days import of_date
from hall_daemon.matters.facts import Fact
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
        # As kept pages are read later in a hall, but for a form: what stands there is shown, not compared.
        letters = [reader.recogniser.read(page.jpeg, None, _today()) or Letters() for page in looked.pages]
    finally:
        reader.stop()
    told = tuple(dict.fromkeys(code for page in looked.pages for code in page.marks))
    if args.json:
        print(json.dumps({
            "accepted": looked.accepted, "why": looked.why, "pages": len(looked.pages), "warnings": list(told),
            "by_page": [list(page.marks) for page in looked.pages],
            "facts": [
                [{"kind": kind, "value": value} for kind, value in _facts(page, read)]
                for page, read in zip(looked.pages, letters, strict=True)
            ],
            "printed": None if reader.recogniser.missing else [
                [{"label": label, "value": value} for label, value in read.labelled] for read in letters
            ],
            "say": [_words("document", looked.why)] if looked.why else [_words("picture", code) for code in told],
        }, ensure_ascii=False))
        return 0 if looked.accepted else 1
    if not looked.accepted:
        raise Failure(1, f"not taken, {looked.why}: {_words('document', looked.why)['en']}")
    print(f"taken: {len(looked.pages)} page{'s' * (len(looked.pages) > 1)}")
    for number, (page, read) in enumerate(zip(looked.pages, letters, strict=True), 1):
        for code in page.marks:
            print(f"page {number}, {code}: {_words('picture', code)['zh']} {_words('picture', code)['en']}")
        for kind, value in (*_facts(page, read), *read.labelled):
            print(f"page {number}, read by machine, {kind}: {value}")
    if reader.recogniser.missing:
        print(f"letters are not read: {reader.recogniser.missing} is not installed", file=sys.stderr)
    print(f"locks of the child: {', '.join(reader.locks or ()) or 'none'}", file=sys.stderr)
    return 0


def _facts(page: PagePicture, read: Letters) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys((*page.facts, *read.facts)))


def _today() -> int:
    return of_date(date.today())  # noqa: DTZ011 (a day more or less is all one)


def _words(table: str, code: str) -> dict[str, str]:
    text = tables().under(table)[code]
    return {language: said(text, language) for language in ("zh", "en")}

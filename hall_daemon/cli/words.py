"""`hall words`: the languages that people can read the hall in, and what each lacks; `hall words --missing ug`: which
keys a file of words has not yet, each with what is said in its place."""

from __future__ import annotations

import argparse
import json

from hall_daemon.app.device_views import kind_keys
from hall_daemon.cli.errors import Failure
from hall_daemon.words.tables import Tables, tables
from hall_daemon.words.text import ALWAYS, Text, text


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--missing", metavar="LANGUAGE", help="list what is not translated into a language, as ug")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    known = tables()
    if args.missing is not None:
        if args.missing not in known.languages:
            here = ", ".join(known.languages)
            raise Failure(2, f"{args.missing!r} has no file of words, {here} have; see docs/how-to/add-a-language.md")
        return _tell(missing(known, args.missing), known.strange(args.missing, kind_keys()), as_json=args.json)
    counts = {language: len(missing(known, language)) for language in known.languages}
    names = known.text("language.name")
    if args.json:
        rows = {code: {"name": names[code], "missing": count} for code, count in counts.items()}
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for code, count in counts.items():
        print(f"{code:<8} {names[code]:<16} {count or 'nothing'} missing")
    return 0


def missing(known: Tables, language: str) -> dict[str, str]:
    """key -> Chinese, of everything that has no words in a language; what kinds of devices say themselves is there in
    Chinese and English."""
    own: dict[str, Text] = {} if language in ALWAYS else {key: text(*words) for key, words in kind_keys().items()}
    return {key: (own.get(key) or known.text(key))["zh"] for key in known.missing(language, own)}


def _tell(found: dict[str, str], strange: tuple[str, ...], *, as_json: bool) -> int:
    """As lines of a file of words: a JSON string is a TOML string too."""
    if as_json:
        print(json.dumps({"missing": found, "unknown": strange}, ensure_ascii=False))
        return 0
    for key in strange:
        print(f"# nothing asks for {key}: is it misspelt?")
    for key, words in found.items():
        print(f"{key} = {json.dumps(words, ensure_ascii=False)}")
    return 0

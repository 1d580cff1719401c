"""`hall guides check`: every mistake and contradiction in the guides and notices; `hall guides show MATTER`: one as
people read it, or as the kiosks get it."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import msgspec

from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_config, settings
from hall_daemon.config.guides import Shelf, read_shelf
from hall_daemon.config.problem import ConfigError, did_you_mean
from hall_daemon.matters.guide import Guide
from hall_daemon.matters.lint import unsure, untold
from hall_daemon.matters.paragraphs import Titles, paragraphs
from hall_daemon.words.tables import tables
from hall_daemon.words.text import CHINESE, said


def add(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    check = what.add_parser("check", help="list every mistake with file and line, and how much is 待确认")
    show = what.add_parser("show", help="one guide as people read it")
    show.add_argument("matter", metavar="MATTER", help="the name of its file")
    show.add_argument("--lang", default=CHINESE, metavar="LANGUAGE", help="in which language (default zh)")
    for one in (check, show):
        add_config(one)
        one.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    shelf = read_shelf(settings(args))
    return _check(shelf, as_json=args.json) if args.what == "check" else _show(shelf, args)


def _check(shelf: Shelf, *, as_json: bool) -> int:
    doubts = {matter: found for matter, guide in shelf.guides.items() if (found := unsure(guide))}
    silent = {matter: names for matter, guide in shelf.guides.items() if (names := untold(guide))}
    if as_json:
        errors = [error.as_dict() for error in shelf.errors]
        told = {
            "ok": not errors, "errors": errors, "guides": list(shelf.guides), "confirm": doubts, "untold": silent,
        }
        print(json.dumps(told, ensure_ascii=False))
        return 2 if errors else 0
    for error in shelf.errors:
        print(near(error))
    for matter, found in doubts.items():
        print(f"{matter}: {sum(found.values())} 待确认: " + ", ".join(f"{n} {why}" for why, n in found.items()))
    for matter, names in silent.items():
        print(f"{matter}: not told: {', '.join(names)}")
    if not shelf.errors:
        print(f"{len(shelf.guides)} guides, {len(shelf.notices)} notices: no mistakes")
    return 2 if shelf.errors else 0


def near(error: ConfigError) -> ConfigError:
    """With the file as whoever stands in a folder calls it."""
    path, here = Path(error.file), Path.cwd()
    return replace(error, file=str(path.relative_to(here))) if path.is_relative_to(here) else error


def _show(shelf: Shelf, args: argparse.Namespace) -> int:
    guide = shelf.guides.get(args.matter)
    if guide is None:
        wrong = [error for error in shelf.errors if Path(error.file).stem == args.matter]
        why = "\n".join(map(str, wrong)) or f"there are {', '.join(shelf.guides) or 'none'}"
        raise Failure(2, f"no guide {args.matter!r}; {why}; {did_you_mean(args.matter, shelf.guides)}".rstrip("; "))
    if args.lang not in tables().languages:
        raise Failure(2, f"no language {args.lang!r}; there are {', '.join(tables().languages)}")
    if args.json:
        print(msgspec.json.encode(guide).decode())
        return 0
    print("\n".join(_lines(guide, args.lang, {id_: dict(one.title) for id_, one in shelf.guides.items()})))
    return 0


def _lines(guide: Guide, language: str, titles: Titles) -> list[str]:
    kind, type_ = (tables().text(f"guide.{name}.{getattr(guide, name)}") for name in ("kind", "type"))
    lines = [
        said(guide.title, language),
        " · ".join((said(guide.department, language), said(type_, language), said(kind, language))),
        tables().text("guide.version", {"n": guide.version, "dated": guide.dated})[language],
    ]
    for one in paragraphs(guide, titles):
        lines += ["", f"{said(one.title, language)}  [{one.id}]"]
        lines += [f"  {said(line.text, language)}{_doubt(line.confirm, language)}" for line in one.lines]
    return lines


def _doubt(confirm: str, language: str) -> str:
    if not confirm:
        return ""
    words = tables().text("guide.unsure", {"why": tables().text(f"guide.confirm.{confirm}")})
    return f" {said(words, language)}"

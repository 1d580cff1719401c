"""`hall form check`: forms as their authors wrote them, or one with answers: everything that is wrong, at once;
`hall form sample`: answers to start from."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from hall_daemon.cli.errors import Failure, date_of
from hall_daemon.cli.inputs import bytes_of, json_of
from hall_daemon.cli.places import add_config, settings
from hall_daemon.config import BadConfig
from hall_daemon.config.forms import Cabinet, read_cabinet, read_form
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.problem import did_you_mean, listed
from hall_daemon.matters.checks import Checker, Verdict, words_of
from hall_daemon.matters.days import day_of
from hall_daemon.matters.form import Form

# A file that is larger holds no answers of a person.
MAX_BYTES = 1_000_000
_MARKS = {"error": "✗", "warn": "!", "info": "i"}


def add(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    check = words.add_parser("check", help="check all forms, one, or answers to one")
    check.add_argument("form", nargs="?", metavar="FORM", help="a form's id, or its file (default: all forms)")
    check.add_argument("answers", nargs="?", metavar="ANSWERS", help="a file of JSON, by field; - for standard input")
    check.add_argument("--today", metavar="DATE", help="the day of the check (default: today)")
    sample = words.add_parser("sample", help="print the sample answers of a form")
    sample.add_argument("form", metavar="FORM", help="a form's id, or its file")
    for each in (check, sample):
        add_config(each)
    check.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    said = settings(args)
    cabinet = read_cabinet(said.matters, read_shelf(said).papers())
    if args.word == "sample":
        print(json.dumps(_form(args.form, cabinet).samples(), ensure_ascii=False, indent=2))
        return 0
    if args.answers is None:
        if args.today is not None:
            raise Failure(2, "--today is the day on which answers are checked; name their file too")
        return _faults(args, cabinet)
    today = date_of(args.today) if args.today is not None else date.today()  # noqa: DTZ011 (the day on the wall)
    form = _form(args.form, cabinet)
    answers = _answers(args.answers, form)
    day = day_of(today.isoformat())
    if day is None:
        raise Failure(2, f"--today {args.today}: write a year from 1000 on")
    _print(form, Checker(form).verdict(answers, day), as_json=args.json)
    return 0


def _faults(args: argparse.Namespace, cabinet: Cabinet) -> int:
    """The author's mistakes: of one form, or of all and the dictionary."""
    if args.form is not None:
        _form(args.form, cabinet)
    errors = () if args.form is not None else cabinet.errors
    if args.json:
        print(json.dumps({"ok": not errors, "errors": [error.as_dict() for error in errors]}, ensure_ascii=False))
        return 2 if errors else 0
    for error in errors:
        print(error)
    if not errors:
        found = 1 if args.form is not None else len(cabinet.forms)
        print(f"no mistakes in {found} form{'s' if found != 1 else ''}")
    return 2 if errors else 0


def _form(name: str, cabinet: Cabinet) -> Form:
    if name in cabinet.forms:
        return cabinet.forms[name]
    own = [str(error) for error in cabinet.errors if Path(error.file).stem == name]
    if own:
        raise Failure(2, "\n".join(own))
    if not name.endswith(".toml"):
        hint = did_you_mean(name, cabinet.forms)
        raise Failure(2, f"no form {name[:64]!r}; {hint or 'there is ' + listed(cabinet.forms)}")
    try:
        return read_form(Path(name), cabinet.dictionary)
    except BadConfig as error:
        raise Failure(2, str(error)) from error


def _answers(name: str, form: Form) -> dict[str, object]:
    """Raises Failure for what is no answers to this form: what a person wrote wrongly is told by the verdict."""
    data = bytes_of(name, MAX_BYTES)
    if len(data) > MAX_BYTES:
        raise Failure(2, f"{name}: larger than {MAX_BYTES} bytes; these are no answers to a form")
    try:
        found = json_of(data)
    except ValueError as error:
        raise Failure(2, f"{name}: is not JSON in UTF-8: {str(error)[:200]}") from error
    if not isinstance(found, dict):
        raise Failure(2, f'{name}: is no object of answers, as {{"{form.fields[0].id}": …}}')
    known = [field.id for field in form.fields]
    if strange := [field for field in found if field not in known]:
        hint = did_you_mean(strange[0], known) or f"hall form sample {form.id} shows those that there are"
        raise Failure(2, f"{name}: {form.id} has no field {strange[0][:64]!r}; {hint}")
    return found


def _print(form: Form, verdict: Verdict, *, as_json: bool) -> None:
    told = [(broken, *words_of(form, broken)) for broken in verdict.broken]
    if as_json:
        rows = [
            {
                "check": broken.check, "field": broken.field, "say": say, "mend": mend, "level": broken.level,
                **({"row": broken.row, "part": broken.part} if broken.row else {}),
            }
            for broken, say, mend in told
        ]
        print(json.dumps({"broken": rows, "required": verdict.papers}, ensure_ascii=False))
        return
    for broken, say, mend in told:
        print(f"{_MARKS[broken.level]} {broken.field} [{broken.check}] {say['zh']} → {mend['zh']}")
    print("papers: " + ", ".join(verdict.papers))

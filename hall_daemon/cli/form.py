"""`hall form check`: forms as their authors wrote them, or one with answers: everything that is wrong, at once;
`hall form sample`: answers to start from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hall_daemon.cli.errors import Failure, date_of
from hall_daemon.cli.inputs import bytes_of, json_of
from hall_daemon.cli.places import add_config, settings
from hall_daemon.config import BadConfig
from hall_daemon.config.dictionary import Papers
from hall_daemon.config.forms import Cabinet, read_cabinet, read_form
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.problem import ConfigError, did_you_mean, listed
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


class _Wrong(Failure):
    """What was given is wrong: a form, or what is no answers to one."""

    def __init__(self, *errors: ConfigError) -> None:
        super().__init__(2, "\n".join(str(error).removeprefix(": ") for error in errors))
        self.errors = errors


def run(args: argparse.Namespace) -> int:
    try:
        return _run(args)
    except Failure as failure:
        if not getattr(args, "json", False):
            raise
        errors = failure.errors if isinstance(failure, _Wrong) else (_error("", str(failure)),)
        _print_errors(errors)
        return failure.code


def _run(args: argparse.Namespace) -> int:
    said = settings(args)
    papers = read_shelf(said).papers()
    cabinet = read_cabinet(said.matters, papers)
    if args.word == "sample":
        form = _form(args.form, cabinet).with_samples_of(_day(date.today()))  # noqa: DTZ011 (the day on the wall)
        print(json.dumps(form.samples(), ensure_ascii=False, indent=2))
        return 0
    if args.answers is None:
        if args.today is not None:
            raise Failure(2, "--today is the day on which answers are checked; name their file too")
        return _faults(args, cabinet, papers)
    today = date_of(args.today) if args.today is not None else date.today()  # noqa: DTZ011 (the day on the wall)
    form = _form(args.form, cabinet)
    answers = _answers(args.answers, form)
    _print(form, Checker(form).verdict(answers, _day(today)), as_json=args.json)
    return 0


def _day(today: date) -> int:
    day = day_of(today.isoformat())
    if day is None:
        raise Failure(2, f"--today {today}: write a year from 1000 on")
    return day


def _error(file: str, message: str, hint: str = "") -> ConfigError:
    return ConfigError(file=file, line=0, key="", message=message, hint=hint)


def _print_errors(errors: Sequence[ConfigError]) -> None:
    print(json.dumps({"ok": not errors, "errors": [error.as_dict() for error in errors]}, ensure_ascii=False))


def _faults(args: argparse.Namespace, cabinet: Cabinet, papers: Papers | None) -> int:
    """The author's mistakes: of one form with its papers, or of all and the dictionary."""
    if args.form is not None:
        _form(args.form, cabinet, papers)
    errors = () if args.form is not None else cabinet.errors
    if args.json:
        _print_errors(errors)
        return 2 if errors else 0
    for error in errors:
        print(error)
    if not errors:
        found = 1 if args.form is not None else len(cabinet.forms)
        print(f"no mistakes in {found} form{'s' if found != 1 else ''}")
    return 2 if errors else 0


def _form(name: str, cabinet: Cabinet, papers: Papers | None = None) -> Form:
    if name in cabinet.forms:
        return cabinet.forms[name]
    own = [error for error in cabinet.errors if Path(error.file).stem == name]
    if own:
        raise _Wrong(*own)
    if not name.endswith(".toml"):
        hint = did_you_mean(name, cabinet.forms)
        raise _Wrong(_error("", f"no form {name[:64]!r}", hint or f"there is {listed(cabinet.forms)}"))
    try:
        return read_form(Path(name), cabinet.dictionary, papers)
    except BadConfig as error:
        raise _Wrong(*error.errors) from error


def _answers(name: str, form: Form) -> dict[str, object]:
    """Raises Failure for what is no answers to this form: what a person wrote wrongly is told by the verdict."""
    data = bytes_of(name, MAX_BYTES)
    if len(data) > MAX_BYTES:
        raise _Wrong(_error(name, f"larger than {MAX_BYTES} bytes", "these are no answers to a form"))
    try:
        found = json_of(data)
    except ValueError as error:
        raise _Wrong(_error(name, f"is not JSON in UTF-8: {str(error)[:200]}")) from error
    if not isinstance(found, dict):
        raise _Wrong(_error(name, f'is no object of answers, as {{"{form.fields[0].id}": …}}'))
    known = [field.id for field in form.fields]
    if strange := [field for field in found if field not in known]:
        hint = did_you_mean(strange[0], known) or f"hall form sample {form.id} shows those that there are"
        raise _Wrong(_error(name, f"{form.id} has no field {strange[0][:64]!r}", hint))
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

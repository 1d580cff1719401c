"""`hall ask`: what a question in plain words is about; `--file`: many, a JSON object with "q" a line, and an answer a
line, in order; of a line that is no question the answer is an error, and the others are answered all the same."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from hall_daemon.ask.answer import Answer, Asker, libraries
from hall_daemon.ask.fields import Fields
from hall_daemon.ask.language import language
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.cli.inputs import json_of, opened
from hall_daemon.cli.places import add_config, settings
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf

_MOST_BYTES = 64 * 1024


def add(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "It asks the guides of a configuration, beside a hall: what finds no answer here is not put on the list of "
        "unanswered questions, which is of people who asked, and what staff led to a matter there is not known here."
    )
    parser.add_argument("question", nargs="?", default="", help="as somebody types or says it")
    parser.add_argument("--file", metavar="FILE", help='questions, a line each: {"q": "…"}; - reads stdin')
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object a question")


class NoQuestion(NamedTuple):
    """A line that is none."""

    where: str
    why: str


def run(args: argparse.Namespace) -> int:
    if bool(args.question.strip()) == (args.file is not None):
        raise Failure(2, 'ask one question, as: hall ask "社保卡丢了", or name a --file of them')
    read = settings(args)
    shelf = read_shelf(read)
    for error in shelf.errors:
        tell(str(error))
    known = libraries()
    if absent := known.absent():
        tell(f"{absent}; all else is answered")
    asker = Asker(shelf.guides, language(), known)
    fields = Fields(read_cabinet(read.matters, shelf.papers()).forms.values())
    wrong, today = 0, date.today().isoformat()  # noqa: DTZ011 (the day on the wall)
    for question in _questions(args.file) if args.file is not None else (args.question,):
        if isinstance(question, NoQuestion):
            wrong += 1
            tell(f"{question.where}: {question.why}")
            print(json.dumps({"error": question.why}, ensure_ascii=False) if args.json else f"error: {question.why}")
            continue
        answer, _ = fields.told(question, "", asker.answer(question, day=today))
        if args.json:
            print(json.dumps(as_dict(answer), ensure_ascii=False))
        else:
            print(_line(answer, {id_: guide.title["zh"] for id_, guide in shelf.guides.items()}))
    return 2 if wrong else 0


def as_dict(answer: Answer) -> dict[str, object]:
    return {
        "answered": answer.answered, "matters": list(answer.matters), "person": answer.person,
        "paragraph": answer.paragraph,
    }


def _line(answer: Answer, titles: dict[str, str]) -> str:
    found = " | ".join(f"{id_} {titles[id_]}" for id_ in answer.matters)
    of_the_hall = "of the hall itself" if answer.paragraph and not found else ""
    where = (answer.elsewhere and f"elsewhere: {answer.elsewhere}") or of_the_hall
    paragraph = f"[{answer.paragraph}]" if answer.paragraph else ""
    return "  ".join(filter(None, (found or where or "no answer", paragraph, "a person" if answer.person else "")))


def _questions(name: str) -> Iterator[str | NoQuestion]:
    with opened(name) as lines:
        at = 0
        while line := lines.readline(_MOST_BYTES):
            at += 1
            if len(line) < _MOST_BYTES or line.endswith(b"\n"):
                yield _question(line, f"{name}:{at}")
                continue
            while (rest := lines.readline(_MOST_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield NoQuestion(f"{name}:{at}", f"is longer than {_MOST_BYTES} bytes; nobody asks that much at once")


def _question(line: bytes, where: str) -> str | NoQuestion:
    try:
        question = json_of(line)["q"]
    except (ValueError, KeyError, TypeError):
        question = None
    if not isinstance(question, str):
        return NoQuestion(where, 'write one JSON object with one "q" in a line, as {"q": "社保卡丢了"}')
    return question

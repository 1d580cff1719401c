"""`make docs`: the parts of the documentation that the program knows better than any writer.

Writes docs/ticket-life.md, docs/asyncapi.json and docs/problems.md whole, the diagram of docs/reviews.md, and in
docs/configuration.md and the pages of docs/devices the columns "takes" and "default" of every table of keys; what a
key does is written by hand and kept. The tables of what can be the matter with a device, there and in
docs/operations.md, and that of the roles in the latter are written whole, and so are those of docs/forms.md.
`--check` changes nothing and exits 1 when a file is not as it should be. `--bench FILE` puts the figures of a run of
`python -m tests.bench --json` into both READMEs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.lines.options import LINE_KINDS
from device_drivers.registry import KINDS
from hall_daemon.cases.life import diagram as review_diagram
from hall_daemon.cli.doctor import CHECKS
from hall_daemon.config import floor, schema, section, settings, wording
from hall_daemon.config.prune import describe
from hall_daemon.config.toml_text import to_toml
from hall_daemon.domain.ticket import diagram
from hall_daemon.matters import checks, conditions
from hall_daemon.matters.fields import KINDS as KINDS_OF_FIELDS
from hall_daemon.matters.form import BUILT_IN
from hall_daemon.matters.formats import FORMATS
from hall_daemon.staff.rights import ROLES
from hall_daemon.wire import asyncapi
from hall_daemon.wire.problems import PROBLEMS, advice, detail
from hall_daemon.words.tables import tables

DOCS = Path(__file__).resolve().parent



def tables_of(name: str, kind: type[msgspec.Struct]) -> dict[str, type[msgspec.Struct]]:
    """The table `name` and those within it, each by the key that holds it."""
    found = {name: kind}
    for field in msgspec.structs.fields(kind):
        for inner in _structs(field.type):
            found |= {f"{name.split()[0]} {field.name}": inner}
            found |= {k: v for k, v in tables_of(f"{name.split()[0]} {field.name}", inner).items() if k not in found}
    return found


def _structs(hint: Any) -> list[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [hint]
    return [found for inner in typing.get_args(hint) for found in _structs(inner)]


# What a table of keys in the pages documents, by the name in the comment above it.
TABLES: dict[str, type[msgspec.Struct]] = {
    "hall": schema.HallTable,
    "words": section.NeededWords,
    "hours": schema.HoursTable,
    "queues": schema.QueueTable,
    "services": schema.ServiceTable,
    "windows": schema.WindowTable,
    "policy": schema.PolicyTable,
    "policy.classes": schema.ClassTable,
    "kiosks": schema.KioskTable,
    "screen": settings.BigScreen,
    "boards": settings.Board,
    "floor": floor.Floor,
    "wording.screen": wording.ScreenWords,
    "wording.voice": wording.VoiceWords,
    "wording.slip": wording.SlipWords,
    "forecast": settings.Forecast,
    "matters": settings.Matters,
    "reviews": settings.Reviews,
    "papers": settings.Papers,
    "platform": settings.Platform,
    "http": settings.Http,
    "access": settings.Access,
    "oidc": settings.Oidc,
    "public": settings.Public,
    "mqtt": settings.Mqtt,
    "data": settings.Data,
    "log": settings.Log,
}
TABLES |= {f"line {name}": line.options for name, line in LINE_KINDS.items()}
for _kind in KINDS.values():
    TABLES |= tables_of(_kind.name, _kind.options)
HEADER = ("| key | takes | default | what it does |", "|---|---|---|---|")

# The sections of problems.md: which codes, in the order of the table in wire.problems.
GROUPS: dict[str, str] = {
    "bad_request": "What was sent cannot be taken",
    "unknown_service": "Drawing a number",
    "unknown_ticket": "Tickets",
    "unknown_queue": "Queues and windows",
    "unknown_matter": "Matters",
    "unknown_review": "Pre-reviews",
}


class Key(NamedTuple):
    name: str
    takes: str
    default: str


# -- tables of keys -----------------------------------------------------------------------------------


def keys(kind: type[msgspec.Struct]) -> tuple[Key, ...]:
    """Every key of a table of the configuration, as its own program checks it."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return tuple(
        Key(field.encode_name, describe(hints[field.name]), _default(field.default, field.default_factory))
        for field in msgspec.structs.fields(kind)
    )


def _default(value: object, factory: object) -> str:
    if value is msgspec.NODEFAULT:
        if factory is msgspec.NODEFAULT:
            return "**needed**"
        value = typing.cast(Callable[[], object], factory)()
    if value is None or isinstance(value, msgspec.Struct):
        return "–"
    if value == {}:
        return "none"
    text = to_toml({"x": _plain(msgspec.to_builtins(value))}).strip().removeprefix("x = ")
    return f"`{text}`"


def _plain(value: Any) -> Any:
    """TOML has no null: what is not set is not there."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


_MARK = re.compile(r"^<!-- keys: (?P<name>[a-z0-9. -]+) -->$")


def written(text: str) -> dict[str, dict[str, str]]:
    """What a page says of the keys, by table and key: the last column."""
    found: dict[str, dict[str, str]] = {}
    table: dict[str, str] | None = None
    for line in text.splitlines():
        if mark := _MARK.match(line):
            table = found.setdefault(mark["name"], {})
        elif not line.strip():
            table = table if table is not None and not table else None
        elif table is not None and (row := re.match(r"\| `([^`]+)` \|.*\| ([^|]*) \|$", line)):
            table[row[1]] = row[2].strip()
    return found


def with_keys(text: str) -> str:
    """A page with its tables of keys as the program has them."""
    said = written(text)
    lines: list[str] = []
    skipping = False
    for line in text.splitlines():
        mark = _MARK.match(line)
        if skipping and line.startswith("|"):
            continue
        skipping = mark is not None
        lines.append(line)
        if mark:
            lines += [*HEADER, *_rows(TABLES[mark["name"]], said.get(mark["name"], {}))]
    return "\n".join(lines) + "\n"


def _rows(kind: type[msgspec.Struct], said: Mapping[str, str]) -> list[str]:
    return [
        f"| `{key.name}` | {key.takes.replace('|', '&#124;')} | {key.default} | {said.get(key.name, '')} |"
        for key in keys(kind)
    ]


_ALL_CONDITIONS = {"any line": LINE_CONDITIONS} | {name: kind.conditions for name, kind in KINDS.items()}
_CONDITIONS = re.compile(r"(<!-- conditions: (?P<of>[a-z0-9 -]+) -->\n)(?:\|.*\n)*")


def with_conditions(text: str) -> str:
    """A page with its tables of what can be the matter with a device."""

    def table(mark: re.Match[str]) -> str:
        rows = [
            f"| `{code}` | {words.means.zh}<br>{words.means.en} | {words.do.zh}<br>{words.do.en} |"
            for code, words in _ALL_CONDITIONS[mark["of"]].items()
        ]
        return mark[1] + "\n".join(["| code | what it means | what to do |", "|---|---|---|", *rows]) + "\n"

    return _CONDITIONS.sub(table, text)


# -- the words of a form ---------------------------------------------------------------------------------


def form_words() -> dict[str, list[str]]:
    """Tables of docs/forms.md: what conditions are made of, kinds of fields, what every field is held to."""
    found = {
        name: [f"| word | {gives} | example |", "|---|---|---|"]
        + [f"| `{word}` | {one.says} | `{one.example}` |" for word, one in table.items()]
        for name, gives, table in (
            ("conditions", "holds where", conditions.CONDITIONS), ("terms", "gives", conditions.TERMS)
        )
    }
    found["kinds"] = ["| kind | an answer is | format | characters at most |", "|---|---|---|---|"] + [
        f"| `{name}` | {_BASES[kind.base]} | {f'`{kind.format}`' if kind.format else '–'} |"
        f" {kind.most if kind.base == 'text' else '–'} |"
        for name, kind in KINDS_OF_FIELDS.items()
    ]
    found["formats"] = ["| format | what fits |", "|---|---|"] + [
        f"| `{name}` | {(fits.__doc__ or _FORMATS[name]).splitlines()[0]} |" for name, fits in FORMATS.items()
    ]
    found["built-in"] = ["| check | what is said | how to mend it |", "|---|---|---|"] + [
        f"| `{code}` | {words['say']['zh']}<br>{words['say']['en']} | {words['mend']['zh']}<br>{words['mend']['en']} |"
        for code, words in checks.built_in_words().items()
        if code in BUILT_IN
    ]
    return found


_BASES = {
    "text": "text", "id": "text", "number": "a number", "date": '"2026-12-01"', "choice": "one of the options",
    "choices": "a list of options", "group": "a list of objects", "file": "text: the name of what was handed in",
}
_FORMATS = {
    "id_number": "An ID number: a real date of birth, and the last character checks (GB 11643).",
    "postcode": "Six digits of a province.", "digits": "Digits only.",
}
_FORM_WORDS = re.compile(r"(<!-- form words: (?P<of>[a-z-]+) -->\n)(?:\|.*\n)*")


def with_form_words(text: str) -> str:
    tables = form_words()
    return _FORM_WORDS.sub(lambda mark: mark[1] + "\n".join(tables[mark["of"]]) + "\n", text)


# -- pages that are written whole -----------------------------------------------------------------------


def with_roles(text: str) -> str:
    """The table of the roles, with what each may."""
    rows = [f"| `{role}` | {', '.join(f'`{right}`' for right in rights) or '–'} |" for role, rights in ROLES.items()]
    table = "\n".join(("| role | may |", "|---|---|", *rows, ""))
    return re.sub(r"(<!-- roles -->\n)(?:\|.*\n)*", lambda found: found[1] + table, text)


def review_life(text: str) -> str:
    """The page on pre-reviews with its diagram."""
    drawn = f"```mermaid\n{review_diagram()}```\n"
    return re.sub(r"(<!-- life -->\n)(?:```mermaid\n.*?```\n)?", lambda at: at[1] + drawn, text, flags=re.DOTALL)


def with_checks(text: str) -> str:
    """The page with the checks of `hall doctor` below the mark `<!-- checks -->`."""
    rows = [(check.id, tables().text(f"doctor.{check.id}.title")) for check in CHECKS]
    table = "| check | 检查 | what is looked at |\n|---|---|---|\n"
    table += "".join(f"| `{name}` | {title['zh']} | {title['en']} |\n" for name, title in rows)
    return re.sub(r"(<!-- checks -->\n)(?:\|.*\n)*", lambda found: found[1] + table, text)


def life() -> str:
    return (
        "# Life of a ticket\n\nDrawn from the table `LIFE` in `hall_daemon/domain/ticket.py`; `make docs` draws it"
        " again.\nA pair of state and step that is not here cannot happen. What each step means: [rules.md](rules.md)."
        f"\n\n```mermaid\n{diagram()}```\n"
    )


def problems() -> str:
    lines = [
        "# Every way the hall says no",
        "",
        "Written by `make docs` from `hall_daemon/wire/problems.py` and `hall_daemon/words`; a running hall serves the",
        "same table at `GET /api/v1/problems`. A refusal is `application/problem+json` (RFC 9457) with a stable",
        "`code`, what happened (`detail`, `detail_zh`) and what to do (`advice`, `advice_zh`). `{…}` is filled in",
        "when it happens. With `retry_after_s` comes the header `Retry-After`.",
        "",
        "What the hall cannot refuse by HTTP (a wrong configuration, a port that is taken, a broken data file) is in",
        "[operations.md](operations.md).",
    ]
    for code, status in PROBLEMS.items():
        if code in GROUPS:
            lines += ["", f"## {GROUPS[code]}", "", "| code | HTTP | what happened | what to do |", "|---|---|---|---|"]
        lines.append(_problem(code, status))
    return "\n".join(lines) + "\n"


def _problem(code: str, status: int) -> str:
    what, do = detail(code), advice(code)
    return f"| `{code}` | {status} | {what['zh']}<br>{what['en']} | {do['zh']}<br>{do['en']} |"


# -- figures of a run -----------------------------------------------------------------------------------

BENCH = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)
READMES = (DOCS.parent / "README.md", DOCS.parent / "README.zh-CN.md")


def bench_table(figures: list[dict[str, Any]]) -> str:
    """The rows as `make bench` prints them; a limit that was missed says so."""
    lines = ["| figure | ours | yardstick in the same run | ratio | limit |", "|---|---|---|---|---|"]
    for one in figures:
        ours = f"{one['ours']:,.4g}" if one["ours"] < 100 else f"{one['ours']:,.0f}"
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.2f}"
        limit = one["limit"] + ("" if one["kept"] in (True, None) else " **missed**")
        lines.append(f"| {one['what']} | {ours} {one['unit']} | {one['yardstick']} | {ratio} | {limit} |")
    return "\n".join(lines) + "\n"


def put_figures(file: Path) -> None:
    table = bench_table(json.loads(file.read_text(encoding="utf-8")))
    for readme in READMES:
        text = readme.read_text(encoding="utf-8")
        readme.write_text(BENCH.sub(lambda marks: marks[1] + table + marks[2], text), encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pages() -> dict[Path, str]:
    """Every file that is made here, and what should be in it."""
    reference = DOCS / "configuration.md"
    devices = {page: _text(page) for name in KINDS if (page := DOCS / "devices" / f"{name}.md").is_file()}
    return {
        DOCS / "ticket-life.md": life(),
        DOCS / "asyncapi.json": asyncapi.dumps(asyncapi.document()),
        DOCS / "problems.md": problems(),
        DOCS / "reviews.md": review_life(_text(DOCS / "reviews.md")),
        DOCS / "forms.md": with_form_words(_text(DOCS / "forms.md")),
        reference: with_keys(_text(reference)),
        **{page: with_conditions(with_keys(text)) for page, text in devices.items()},
        DOCS / "engineer.md": with_checks(_text(DOCS / "engineer.md")),
        DOCS / "operations.md": with_roles(with_conditions(_text(DOCS / "operations.md"))),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.make", description="Write the generated parts of docs/.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a file is out of date")
    parser.add_argument("--bench", type=Path, metavar="FILE", help="figures of `python -m tests.bench --json`")
    args = parser.parse_args()
    if args.bench is not None:
        put_figures(args.bench)
    check: bool = args.check
    stale = [path for path, text in pages().items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(DOCS.parent)}: {'out of date; run `make docs`' if check else 'written'}")
        if not check:
            path.write_text(pages()[path], encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

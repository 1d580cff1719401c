"""A configuration file as text: reading it, decoding TOML, and saying where in it a problem is. Touches one file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from hall_daemon.config.locate import locate
from hall_daemon.config.problem import BadConfig, ConfigError, Problem, dotted

MAX_BYTES = 1_000_000

_AT_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_AT_END = " (at end of document)"
# Python reads no decimal number of more digits than these (sys.int_info), and tomllib says no line of it.
_TOO_MANY_DIGITS = re.compile(r"\d(?:_?\d){4299}")
_STARTS_STATEMENT = re.compile(r"""^\s*(\[.*\]|[A-Za-z0-9_."'-]+\s*=.*)\s*(#.*)?$""")
_HEADER = re.compile(r"\s*(?P<open>\[\[?)\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_QUOTED = re.compile(r"""\"(?:[^"\\]|\\.)*\"|'[^']*'|#.*""")
# What tomllib says, and what a person should do; the rest of its messages are plain enough.
_PLAIN_WORDS = {
    "Cannot overwrite a value": "this key is here twice: keep one",
    "Cannot declare": "this table is here twice: keep one",
    "Illegal character '\\n'": "a text is not closed: the quote at its end is missing",
    "Unterminated string": "a text is not closed: the quotes at its end are missing",
    "Unclosed array": "a list is not closed, or a comma is missing in it",
    "Unclosed inline table": "a table in braces is not closed, or a comma is missing in it",
    "Invalid value": "this is no value: text stands in quotes",
    "Invalid initial character for a key part": "this is no key: letters, digits, - and _",
    "Expected ']' at the end of a table declaration": "the ] of the table's name is missing",
}
# What a Chinese keyboard types for the marks of TOML, and how tomllib starts to complain of them.
_BAD_MARK = ("Invalid", "Expected", "Unclosed")
_FULL_WIDTH = dict(zip("“”‘’＝，［］｛｝＃．", "\"\"''=,[]{}#.", strict=True))


class Source(NamedTuple):
    """The decoded file; where its keys are is looked for when there is a mistake."""

    path: Path
    tables: dict[str, Any]
    text: str

    def errors(self, problems: Iterable[Problem]) -> list[ConfigError]:
        """The problems with their lines, in the order of the file."""
        problems = tuple(problems)
        places = locate(self.text if problems else "")
        found = [
            ConfigError(
                file=str(self.path),
                line=places.line(problem.path),
                key=dotted(problem.path),
                message=problem.message,
                found=problem.found,
                expected=problem.expected,
                hint=problem.hint,
            )
            for problem in problems
        ]
        return sorted(dict.fromkeys(found), key=lambda error: error.line)


def read_source(path: Path) -> Source:
    """Raises BadConfig when the file cannot be read or is not TOML."""
    text = _read(path)
    try:
        return Source(path, tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(path, [_syntax_error(path, text, str(error))]) from None
    except RecursionError:
        raise _bad(path, _deepest(text), "lists or tables stand too deep inside each other") from None
    except ValueError:
        there = _TOO_MANY_DIGITS.search(text)
        line = text.count("\n", 0, there.start()) + 1 if there else 0
        raise _bad(path, line, "a number has too many digits", hint="write the number that is meant") from None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _bad(path, 0, "there is no such file", hint="name the configuration with --config") from None
    except OSError as error:
        raise _bad(path, 0, f"cannot be read: {error.strerror}", hint="check the path and its permissions") from None
    if len(data) > MAX_BYTES:
        raise _bad(path, 0, f"is larger than {MAX_BYTES} bytes", hint="this is no configuration of a hall")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _bad(path, line, "is not UTF-8", hint="save the file in the encoding UTF-8, not GBK") from None


def _bad(path: Path, line: int, message: str, hint: str = "") -> BadConfig:
    return BadConfig(path, [ConfigError(file=str(path), line=line, key="", message=message, hint=hint)])


def _syntax_error(path: Path, text: str, said: str) -> ConfigError:
    """tomllib's words at the line where a person would look for the mistake."""
    lines = text.split("\n")
    at = _AT_LINE.search(said)
    line = int(at[1]) if at else len(lines)
    message = _AT_LINE.sub("", said).removesuffix(_AT_END)
    if message.startswith("Cannot") and (both := _both_kinds(lines, line)) is not None:
        name, line, other = both
        message = f"[{name}] is one table, and [[{name}]] on line {other} is one of a list: keep one kind"
    statement = locate(text).statement(line)
    if statement is not None and statement.first < line and _began_before(message, lines, line):
        line = statement.first
    there = lines[line - 1] if line <= len(lines) else ""
    words = next((words for start, words in _PLAIN_WORDS.items() if message.startswith(start)), message)
    wide = [mark for mark in there if mark in _FULL_WIDTH]
    hint = f"type {_FULL_WIDTH[wide[0]]} in place of {wide[0]}" if wide and message.startswith(_BAD_MARK) else ""
    return ConfigError(
        file=str(path), line=line, key="", message=f"is not TOML: {words}", found=there.strip()[:60], hint=hint
    )


def _both_kinds(lines: list[str], line: int) -> tuple[str, int, int] | None:
    """Of a header that stands both as [name] and as [[name]]: the name, the line of the first kind and of the other."""
    header = _HEADER.match(lines[line - 1]) if line <= len(lines) else None
    for at, text in enumerate(lines[: line - 1] if header else (), 1):
        other = _HEADER.match(text)
        if header and other and other["name"] == header["name"] and other["open"] != header["open"]:
            return header["name"], *((at, line) if other["open"] == "[" else (line, at))
    return None


def _deepest(text: str) -> int:
    """The line where most brackets are open."""
    depth = most = found = 0
    for number, line in enumerate(text.split("\n"), 1):
        for mark in _QUOTED.sub("", line):
            depth += (mark in "[{") - (mark in "]}")
            if depth > most:
                most, found = depth, number
    return found


def _began_before(message: str, lines: list[str], line: int) -> bool:
    """Whether the mistake belongs to the beginning of a statement that runs over several lines: a key that is
    there twice, or a list or text that was never closed, so that the reader ran into the next statement."""
    if message.startswith("Cannot"):
        return True
    ran_on = line >= len(lines) or _STARTS_STATEMENT.match(lines[line - 1]) is not None
    return ran_on and message.startswith(("Unclosed", "Unterminated", "Invalid value", "Expected"))

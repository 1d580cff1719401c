"""Which line of a TOML text a key stands on: tomllib gives the values, this gives their places.

Pure. A scanner, not a judge: it reads any text that tomllib accepts, and of a broken text as much as it can
(`statements`), so that a mistake can be shown at the statement where it began.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from hall_daemon.config.problem import KeyPath

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    "|".join((r'"""(?:[^\\]|\\.)*?"{3,5}', r"'''.*?'{3,5}", r'"(?:[^"\\\n]|\\.)*"', r"'[^'\n]*'")), re.DOTALL
)
_PLAIN = re.compile(r"[^,\]}#\n]+")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


class Statement(NamedTuple):
    """A header or a `key = value`: from the line it begins on to the line it ends on."""

    first: int
    last: int


class Places(NamedTuple):
    """`lines`: key path -> line. `statements`: in order; the last one may be cut off in a broken text."""

    lines: dict[KeyPath, int]
    statements: list[Statement]

    def line(self, path: KeyPath) -> int:
        """The line of `path`, or of the nearest table around it; 1 for the whole file."""
        for length in range(len(path), 0, -1):
            found = self.lines.get(path[:length])
            if found is not None:
                return found
        return 1

    def statement(self, line: int) -> Statement | None:
        """The statement that was being read at `line`."""
        before = [one for one in self.statements if one.first <= line]
        return before[-1] if before else None


def locate(text: str) -> Places:
    """Never raises: what cannot be read ends the scan."""
    scan = _Scan(text)
    try:
        scan.document()
    except (_Lost, RecursionError):
        pass
    return Places(scan.lines, scan.statements)


class _Lost(Exception):
    """The text is not TOML from here on."""


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.statements: list[Statement] = []
        self._entries: dict[KeyPath, int] = {}  # array of tables -> how many entries so far
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def document(self) -> None:
        table: KeyPath = ()
        while self._skip(_SPACE) < len(self.text):
            first = self._line()
            self.statements.append(Statement(first, first))
            if self._taken("["):
                table = self._header(first)
            else:
                self._pair(table)
            self.statements[-1] = Statement(first, self._line())

    def _header(self, line: int) -> KeyPath:
        many = self._taken("[")
        names = self._key()
        path: KeyPath = ()
        for depth, name in enumerate(names):
            path = (*path, name)
            last = depth == len(names) - 1
            if last and many:
                self._entries[path] = self._entries.get(path, 0) + 1
            self.lines.setdefault(path, line)
            if path in self._entries:
                path = (*path, self._entries[path] - 1)
                self.lines.setdefault(path, line)
        # A table may be named before, by one inside it; its own header is the better place.
        self.lines[path] = line
        self._expect("]]" if many else "]")
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for name in self._key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._expect("=")
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._taken("["):
            self._array(path)
        elif self._taken("{"):
            self._inline_table(path)
        elif not (self._match(_STRING) or self._match(_PLAIN)):
            raise _Lost

    def _array(self, path: KeyPath) -> None:
        index = 0
        while True:
            self._skip(_SPACE)
            if self._taken("]"):
                return
            self.lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1
            self._skip(_SPACE)
            if not self._taken(","):
                self._expect("]")
                return

    def _inline_table(self, path: KeyPath) -> None:
        while True:
            self._skip(_SPACE)
            if self._taken("}"):
                return
            self._pair(path)
            self._skip(_SPACE)
            if not self._taken(","):
                self._expect("}")
                return

    def _key(self) -> list[str]:
        names: list[str] = []
        while True:
            self._skip(_BLANK)
            if self.text[self.at : self.at + 1] in ('"', "'"):
                names.append(_unquoted(self._match(_STRING)))
            else:
                names.append(self._match(_BARE_KEY))
            if not names[-1] and self.text[self.at - 1 : self.at] not in ('"', "'"):
                raise _Lost
            self._skip(_BLANK)
            if not self._taken("."):
                return names

    def _skip(self, pattern: re.Pattern[str]) -> int:
        self._match(pattern)
        return self.at

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _taken(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def _expect(self, mark: str) -> None:
        if not self._taken(mark):
            raise _Lost

    def _line(self) -> int:
        return bisect_right(self._breaks, self.at - 1) + 1


def _unquoted(quoted: str) -> str:
    if quoted.startswith("'"):
        return quoted[1:-1]
    return _ESCAPE.sub(_unescaped, quoted[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else _ESCAPES.get(code, code)

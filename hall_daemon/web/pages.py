"""Web pages of a listener, from a table: a row says where a page stands, and the shell, filled at the start, holds its
body. Read once, served from memory.

A folder holds bodies (`.html`), and scripts and styles, each file under a name of its own whatever folder it lies in:
`/static/HASH/name` in pages, `/static/name` for who asks without. There is no path to a file outside: only names that
were found at the start are addresses.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hall_daemon.web.served import FOR_EVER, Served, served

# Pages have their scripts and styles in files of their own; nothing may be put into them from elsewhere.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_HTML = b"text/html; charset=utf-8"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain; charset=utf-8",
}
_MAX_FILE = 4 * 1024 * 1024
_MAX_ALL = 32 * 1024 * 1024
# A file under a hash that it no longer has: a page that was loaded before an update asks for it.
_ONCE_NAMED = re.compile(r"/static/[0-9a-f]{16}/([^/]{1,100})")
_MARK = re.compile(r"\{(\w+)\}")
# A tag that asks for words, as its text or as its label.
_ASKING = re.compile(r"<(?!html)\w+ [^<>]*data-word(?:-label)?=[^<>]*>")
_WORD, _LABEL, _LANG = (re.compile(rf'\b{name}="([^"]*)"') for name in ("data-word", "data-word-label", "lang"))
# What stands in an address for a ticket's token, and what may.
_TOKEN_MARK, _TOKEN = "{token}", r"([^/]{1,256})"
# What stands for any name: the page itself says whether there is such a thing.
_NAME_MARK, _NAME = "{name}", r"[^/]{1,256}"


class BadPages(Exception):
    """The pages of this installation are not whole; the message names file and row."""


class Frame(NamedTuple):
    """What several pages share. `header` and `footer` are files around the body, "" for none; styles and scripts
    come before a page's own."""

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    header: str = ""
    footer: str = ""


class Page(NamedTuple):
    """A row of the table. `addresses` may end with `/{token}`, a ticket's, or `/{name}`; a page without any is
    shown at an address that is none. `title` is the key of what the tab says; `look` the class of its body element.
    `listed`: search engines may find it."""

    body: str
    addresses: tuple[str, ...]
    listener: str
    title: str
    frame: Frame
    look: str
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    listed: bool = False


class Shell(NamedTuple):
    """The file that every page is filled into, the time zone that its `<html>` says (IANA's name), the words that its
    elements ask for (`<p data-word="phone.title"></p>`), and those for elements with a `lang`, by its value. A browser
    that speaks another language puts its own in their place. `theme` is which colours the pages have."""

    file: str
    lang: str
    timezone: str
    words: Mapping[str, str]
    others: Mapping[str, Mapping[str, str]]
    theme: str = ""


class Pages:
    """`find` gives what is served at an address; `missing` is for browsers that ask for an address that is none."""

    def __init__(
        self,
        found: Mapping[str, Served],
        by_token: Sequence[tuple[re.Pattern[str], Served]] = (),
        missing: Served | None = None,
        by_name: Sequence[tuple[re.Pattern[str], Served]] = (),
    ) -> None:
        self._found = found
        self._by_token = by_token
        self._by_name = by_name
        self.missing = missing

    @classmethod
    def load(cls, folder: Path, table: Sequence[Page], shell: Shell, made: Mapping[str, bytes]) -> Pages:
        """Read the folder. `made` are files that are not in it, by name. Raises BadPages."""
        files = _static(folder, made)
        found = {f"/static/{name}": file for name, file in files.items()}
        found |= {_address(name, file): file._replace(cache=FOR_EVER) for name, file in files.items()}
        by_token: list[tuple[re.Pattern[str], Served]] = []
        by_name: list[tuple[re.Pattern[str], Served]] = []
        missing = None
        for page in table:
            filled = served(_filled(folder, page, shell, files).encode(), _HTML)
            for address in page.addresses:
                head, mark, tail = address.partition(_TOKEN_MARK)
                begins, named, _ = address.partition(_NAME_MARK)
                if mark:
                    by_token.append((re.compile(re.escape(head) + _TOKEN + re.escape(tail)), filled))
                elif named:
                    by_name.append((re.compile(re.escape(begins) + _NAME), filled))
                elif found.setdefault(address, filled) is not filled:
                    raise BadPages(f"two pages stand at {address}; give {page.body} another address")
            if not page.addresses:
                missing = filled
        return cls(found, by_token, missing, by_name)

    def find(self, address: str) -> Served | None:
        found = self._found.get(address)
        if found is not None:
            return found
        if once := _ONCE_NAMED.fullmatch(address):
            return self._found.get(f"/static/{once[1]}")
        marked = (*self._by_token, *self._by_name)
        return next((page for pattern, page in marked if pattern.fullmatch(address)), None)

    def token(self, address: str) -> str:
        """What stands for a ticket's token in the address; "" where no ticket has its page."""
        matches = (pattern.fullmatch(address) for pattern, _ in self._by_token)
        return next((match[1] for match in matches if match), "")


def _address(name: str, file: Served) -> str:
    return f"/static/{file.hash}/{name}"


def _static(folder: Path, made: Mapping[str, bytes]) -> dict[str, Served]:
    """Scripts, styles and the like by name."""
    bodies = dict(made)
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _TYPES or not path.is_file():
            continue
        if path.stat().st_size > _MAX_FILE:
            raise BadPages(f"{path} is larger than {_MAX_FILE} bytes; every browser loads it")
        if path.name in bodies:
            raise BadPages(f"{path} has the name of another file; names are addresses, so give it one of its own")
        bodies[path.name] = path.read_bytes()
    if sum(map(len, bodies.values())) > _MAX_ALL:
        raise BadPages(f"the files of {folder} are larger than {_MAX_ALL} bytes together; they are kept in memory")
    return {name: served(body, _TYPES[Path(name).suffix].encode()) for name, body in bodies.items()}


def _filled(folder: Path, page: Page, shell: Shell, files: Mapping[str, Served]) -> str:
    def read(name: str) -> str:
        path = folder / name
        if not path.is_file():
            raise BadPages(f"the page {page.body} needs {path}, which is not there")
        return path.read_text(encoding="utf-8").strip("\n")

    def static(name: str) -> str:
        if name not in files:
            raise BadPages(f"the page {page.body} names {name}, but no folder of {folder} holds it")
        return html.escape(_address(name, files[name]))

    words = {"title": _word(page.title, shell.words, page), "title_word": page.title, "lang": shell.lang,
        "timezone": shell.timezone, "theme": shell.theme, "look": page.look}
    marks = {name: html.escape(text) for name, text in words.items()}
    marks["robots"] = "" if page.listed else '<meta name="robots" content="noindex">\n'
    marks["styles"] = "\n".join(
        f'<link rel="stylesheet" href="{static(name)}">' for name in (*page.frame.styles, *page.styles)
    )
    marks["scripts"] = "\n".join(
        f'<script src="{static(name)}"></script>' for name in (*page.frame.scripts, *page.scripts)
    )
    marks["body"] = read(page.body)
    for place, name in (("header", page.frame.header), ("footer", page.frame.footer)):
        marks[place] = _put(read(name), marks, page, name) + "\n" if name else ""
    return _worded(_put(read(shell.file), marks, page, shell.file), shell, page) + "\n"


def _word(key: str, words: Mapping[str, str], page: Page) -> str:
    if key not in words:
        raise BadPages(f"the page {page.body} asks for the words {key}, which no file of words has")
    return words[key]


def _worded(text: str, shell: Shell, page: Page) -> str:
    """The words of every element that asks for some; those of an element with a `lang` are in that language."""

    def tag(found: re.Match[str]) -> str:
        spoken = _LANG.search(found[0])
        words = shell.others[spoken[1]] if spoken and spoken[1] in shell.others else shell.words
        label = _LABEL.search(found[0])
        asked = _WORD.search(found[0])
        told = found[0]
        if label is not None:
            told = f'{told[:-1]} aria-label="{html.escape(_word(label[1], words, page))}">'
        return told if asked is None else told + html.escape(_word(asked[1], words, page), quote=False)

    return _ASKING.sub(tag, text)


def _put(text: str, marks: Mapping[str, str], page: Page, file: str) -> str:
    """The marks of a text filled, once: what is put in is not looked at again."""

    def mark(found: re.Match[str]) -> str:
        if found[1] not in marks:
            raise BadPages(f"{file} holds {found[0]}, which means nothing; there are {', '.join(sorted(marks))}")
        return marks[found[1]]

    return _MARK.sub(mark, text)

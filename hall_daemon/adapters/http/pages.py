"""Web pages of a listener: a folder read once at the start, served from memory with an ETag each.

There is no path to a file outside: only names that were found in the folder at the start are addresses.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from hall_daemon.adapters.http.exchange import Reply

# Pages have their scripts and styles in files of their own; nothing may be put into them from elsewhere.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

_TYPES = {
    ".html": "text/html; charset=utf-8",
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

# address -> file of the folder
STAFF_PAGES = {"/": "staff.html", "/staff": "staff.html", "/efficiency": "efficiency.html"}
PUBLIC_PAGES = {"/": "phone.html", "/quiet": "quiet.html", "/accuracy": "accuracy.html"}
# A ticket's own page is the phone page; it reads the token from its address.
TICKET_PAGE = re.compile(r"/t/[^/]{1,256}")


class Page(NamedTuple):
    body: bytes
    content_type: bytes
    etag: bytes


class Pages:
    """`find` gives the page at an address. Files under `static/` keep their names."""

    def __init__(self, found: Mapping[str, Page], ticket_page: Page | None = None) -> None:
        self._found = dict(found)
        self._ticket_page = ticket_page

    @classmethod
    def load(cls, folder: Path | None, addresses: Mapping[str, str], *, tickets: bool = False) -> Pages:
        """Read the folder. Pages that are not there are simply no addresses."""
        if folder is None or not folder.is_dir():
            return cls({})
        found = {address: _page(folder / name) for address, name in addresses.items() if (folder / name).is_file()}
        for path in sorted((folder / "static").rglob("*")):
            if path.is_file() and path.suffix in _TYPES and path.stat().st_size <= _MAX_FILE:
                found["/" + path.relative_to(folder).as_posix()] = _page(path)
        return cls(found, found.get("/") if tickets else None)

    def add(self, address: str, body: bytes) -> None:
        """A file that is made here, at an address that says its type."""
        self._found[address] = _made(body, Path(address).suffix)

    def find(self, address: str) -> Page | None:
        page = self._found.get(address)
        if page is None and self._ticket_page is not None and TICKET_PAGE.fullmatch(address):
            return self._ticket_page
        return page


def _page(path: Path) -> Page:
    return _made(path.read_bytes(), path.suffix)


def _made(body: bytes, suffix: str) -> Page:
    return Page(body, _TYPES[suffix].encode(), f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode())


def page_reply(page: Page, if_none_match: bytes) -> Reply:
    """Always asked for again, rarely sent again: a page that was updated is seen at the next load."""
    headers = ((b"etag", page.etag),)
    if page.etag in map(bytes.strip, if_none_match.split(b",")):
        return Reply(304, b"", headers, page.content_type, b"no-cache")
    return Reply(200, page.body, headers, page.content_type, b"no-cache")

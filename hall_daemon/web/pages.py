"""Web pages of a listener: a folder read once at the start, served from memory with an ETag each.

Every page is told the hall's time zone as `<html data-timezone="Asia/Shanghai">`: a browser's own may be another.
There is no path to a file outside: only names that were found in the folder at the start are addresses.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from hall_daemon.web.endpoint import Reply

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
TICKET_PAGE = re.compile(r"/t/([^/]{1,256})")
# What a browser is shown at an address that is none.
MISSING_PAGE = "missing.html"


class Page(NamedTuple):
    body: bytes
    content_type: bytes
    etag: bytes


class Pages:
    """`find` gives the page at an address. Files under `static/` keep their names. `missing` is for browsers that ask
    for an address that is none."""

    def __init__(
        self, found: Mapping[str, Page], ticket_page: Page | None = None, missing: Page | None = None
    ) -> None:
        self._found = found
        self._ticket_page = ticket_page
        self.missing = missing

    @classmethod
    def load(
        cls, folder: Path | None, addresses: Mapping[str, str], *, timezone: str, tickets: bool = False
    ) -> Pages:
        """Read the folder. Pages that are not there are simply no addresses; `timezone` is the hall's, an IANA name."""
        if folder is None or not folder.is_dir():
            return cls({})
        found = {
            address: _page(folder / name, timezone) for address, name in addresses.items() if (folder / name).is_file()
        }
        for path in sorted((folder / "static").rglob("*")):
            if path.is_file() and path.suffix in _TYPES and path.stat().st_size <= _MAX_FILE:
                found["/" + path.relative_to(folder).as_posix()] = _page(path)
        missing = folder / MISSING_PAGE
        return cls(
            found, found.get("/") if tickets else None, _page(missing, timezone) if missing.is_file() else None
        )

    def find(self, address: str) -> Page | None:
        return self._ticket_page if self.token(address) else self._found.get(address)

    def token(self, address: str) -> str:
        """What stands for a ticket's token in the address; "" where no ticket has its page."""
        found = TICKET_PAGE.fullmatch(address) if self._ticket_page is not None else None
        return found[1] if found else ""


def _page(path: Path, timezone: str = "") -> Page:
    body = path.read_bytes()
    if timezone:
        body = body.replace(b"<html ", f'<html data-timezone="{html.escape(timezone)}" '.encode(), 1)
    return Page(body, _TYPES[path.suffix].encode(), f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode())


def missing_page_reply(page: Page) -> Reply:
    return Reply(404, page.body, (), page.content_type)


def page_reply(page: Page, if_none_match: bytes) -> Reply:
    """Always asked for again, rarely sent again: a page that was updated is seen at the next load."""
    headers = ((b"etag", page.etag),)
    if page.etag in map(bytes.strip, if_none_match.split(b",")):
        return Reply(304, b"", headers, page.content_type, b"no-cache")
    return Reply(200, page.body, headers, page.content_type, b"no-cache")

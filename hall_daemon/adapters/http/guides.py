"""Guides, their pictures and papers, and notices. Each is encoded when it is first asked for, and again on a new day or
when it changed while the hall runs. Runs on a listener's loop."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.config.guides import LARGEST_FILE, Shelf, read_shelf
from hall_daemon.config.settings import Settings
from hall_daemon.matters.notice import shown_on
from hall_daemon.staff.rights import Right
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import REVALIDATE, Call, Fault, Operation, Reply, encode, get, unless_known
from hall_daemon.wire.guides import GuideGroup, Guides, GuideView, Notices, summary, view

_LOGGER = logging.getLogger(__name__)

TYPES = {
    ".jpg": b"image/jpeg", ".png": b"image/png", ".webp": b"image/webp", ".mp4": b"video/mp4",
    ".pdf": b"application/pdf",
}
# What one answer holds of a file; a browser asks for the rest of a video by itself.
PIECE_BYTES = 1024 * 1024
_RANGE = re.compile(rb"bytes=(\d{1,15})-(\d{0,15})")


class _Said(NamedTuple):
    body: bytes
    etag: bytes


def shelf_of(settings: Settings) -> Shelf:
    """Guides and notices as they are now; one that has a mistake is not shown, and the log says why."""
    shelf = read_shelf(settings)
    for error in shelf.errors:
        _LOGGER.warning("left out: %s", error)
    return shelf


class GuidesApi:
    """`needs`: the right that this listener asks for."""

    def __init__(self, deps: Dependencies, reading: Reading, needs: Right) -> None:
        self._shelf = deps.shelf
        self._reading = reading
        self._needs = needs
        self._clock = deps.clock
        self._zone = ZoneInfo(deps.plan.timezone)
        self._files = {path.name: path for path in deps.shelf().files()}
        self._kept: dict[str, tuple[tuple[Shelf, str], _Said]] = {}

    def operations(self) -> tuple[Operation, ...]:
        return (
            get(
                "listGuides", self._needs, "/api/v1/guides", "Every matter's guide in short", self.all, Guides,
                statuses=(304,),
            ),
            get(
                "getGuide", self._needs, "/api/v1/guides/{matter}", "One guide whole", self.one, GuideView,
                codes=("unknown_matter",), statuses=(304,),
            ),
            get(
                "getGuideFile", self._needs, "/api/v1/guides/files/{file}", "A picture, video or paper of a guide",
                self.file, bytes, codes=("unknown_file", "busy"), content="*/*", statuses=(206, 304),
            ),
            get(
                "listNotices", self._needs, "/api/v1/notices", "Notices that hold today, newest first", self.notices,
                Notices, statuses=(304,),
            ),
        )

    async def all(self, call: Call) -> Reply:
        def told(shelf: Shelf, day: str) -> Guides:
            groups = tuple(GuideGroup(id_, dict(name)) for id_, name in shelf.groups.items())
            return Guides(groups, tuple(summary(guide, day) for guide in shelf.guides.values()))

        return unless_known(call, *self._today("guides", told))

    async def one(self, call: Call) -> Reply:
        matter = call.params["matter"]
        if matter not in self._shelf().guides:
            raise Fault("unknown_matter", {"matter": matter[:64]})

        def told(shelf: Shelf, day: str) -> GuideView:
            titles = {id_: dict(one.title) for id_, one in shelf.guides.items()}
            return view(shelf.guides[matter], day, titles)

        return unless_known(call, *self._today(f"guides/{matter}", told))

    async def notices(self, call: Call) -> Reply:
        return unless_known(
            call,
            *self._today(
                "notices", lambda shelf, day: Notices(day, shown_on(shelf.notices, date.fromisoformat(day)))
            ),
        )

    def _today(self, name: str, told: Callable[[Shelf, str], msgspec.Struct]) -> _Said:
        """What `told` makes of the shelf on this day of the hall, kept until one of them is another."""
        shelf, day = self._shelf(), self._day()
        kept = self._kept.get(name)
        if kept is None or kept[0][0] is not shelf or kept[0][1] != day:
            self._kept[name] = kept = (shelf, day), _said(told(shelf, day))
        return kept[1]

    def _day(self) -> str:
        at = datetime.fromtimestamp(self._clock.now().wall / 1000, UTC)
        return at.astimezone(self._zone).date().isoformat()

    async def file(self, call: Call) -> Reply:
        path = self._files.get(call.params["file"])
        if path is None:
            raise Fault("unknown_file")
        return await self._reading.aside(_piece, path, call)


def _said(message: msgspec.Struct) -> _Said:
    body = encode(message)
    return _Said(body, _etag(body))


def _etag(body: bytes) -> bytes:
    return b'"%b"' % sha256(body).hexdigest()[:16].encode()


def _piece(path: Path, call: Call) -> Reply:
    """The file, or the piece of it that a Range asks for: browsers play a video only from pieces. Blocks."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            asked = _RANGE.fullmatch(call.headers.get(b"range", b""))
            first = int(asked[1]) if asked else size
            if asked is None or first >= size:
                body = file.read(LARGEST_FILE)
                return unless_known(call, body, _etag(body))._replace(content_type=TYPES[path.suffix])
            last = max(first, min(int(asked[2] or size - 1), size - 1, first + PIECE_BYTES - 1))
            file.seek(first)
            body = file.read(last - first + 1)
    except OSError:
        raise Fault("unknown_file") from None
    headers = ((b"content-range", b"bytes %d-%d/%d" % (first, last, size)), (b"accept-ranges", b"bytes"))
    return Reply(206, body, headers, TYPES[path.suffix], cache=REVALIDATE)

"""What both sides of a review share: the person who writes it and the desk that looks at it. One for both listeners.

The dossier is written first, the command comes second, and what a refused command would have named goes again; two
writers of one review at a time are told apart here, so that what lies in the dossier is what the event names. Any
thread.
"""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from hall_daemon.adapters.documents.reader import DocumentReader
from hall_daemon.adapters.dossiers.values import DossierError, Page, Papers
from hall_daemon.adapters.http.codes import digest as digest
from hall_daemon.adapters.http.handovers import Handovers
from hall_daemon.adapters.http.lends import Lends
from hall_daemon.adapters.http.move_codes import Moves
from hall_daemon.app.follower import Follower
from hall_daemon.app.review_views import ReviewContext
from hall_daemon.cases.docket import Review
from hall_daemon.cases.life import LIFE
from hall_daemon.matters.fields import tidy
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Header

TOKEN = b"case-token"
MOST_DIGITS = 2


class Dossier(Protocol):
    """The store of what people hand in, sealed by case. Raises DossierError."""

    def together(self) -> AbstractContextManager[object]: ...
    def open_case(self, case: str) -> None: ...
    def refuse_beyond_share(self, cases: Callable[[], Collection[str]]) -> None: ...
    def has(self, case: str) -> bool: ...
    def name(self, case: str) -> None: ...
    def put_answers(self, case: str, answers: Mapping[str, Any], named: Collection[str] = ()) -> int: ...
    def answers(self, case: str, piece: str) -> dict[str, Any] | None: ...
    def drop_answers(self, case: str, version: int) -> None: ...
    def put_text(self, case: str, text_id: str, text: str) -> int: ...
    def text(self, case: str, text_id: str) -> str | None: ...
    def drop_texts(self, case: str, text_ids: Collection[str]) -> None: ...
    def page(self, case: str, paper: str, number: int, version: str = "") -> bytes | None: ...
    def pages(self, case: str, papers: Papers | None = None) -> tuple[Page, ...]: ...
    def upload_id(self, case: str, uploaded: bytes, between: Callable[[], object] = bool) -> str: ...
    def put_page(
        self, case: str, paper: str, number: int, jpeg: bytes,
        *, marks: Collection[str] = (), insisted: bool = False, upload: str = "", named: Collection[str] = (),
        between: Callable[[], object] = bool,
    ) -> Page: ...
    def insist(self, case: str, paper: str, number: int, version: int) -> bool: ...
    def drop_page(self, case: str, paper: str, number: int, named: Collection[str] = ()) -> bool: ...


def _nobody_reads(case: str) -> None:
    return None


@dataclass(slots=True, kw_only=True)
class ReviewRoom:
    """`views` is put anew, whole, when a guide changes while the hall runs. `dossiers` gives the store, or raises
    DossierError while it is away. `key` makes HMACs of persons; None where it is lost: then only a case's own secret
    says whose it is. `random_bytes` makes secrets and ids of texts. `documents` makes pages of what is sent,
    `handovers` are phones that hand in papers for a kiosk, `moves` reviews that go on elsewhere, `lends` secrets
    that a kiosk has for a while. `want_letters` has the pages of a case read by a recogniser, some time later."""

    views: ReviewContext
    dossiers: Callable[[], Dossier]
    key: bytes | None
    random_bytes: Callable[[int], bytes]
    documents: DocumentReader = field(default_factory=DocumentReader)
    handovers: Handovers = field(default_factory=Handovers)
    moves: Moves = field(default_factory=Moves)
    lends: Lends = field(default_factory=lambda: Lends(os.urandom, time.monotonic))
    want_letters: Callable[[str], object] = _nobody_reads
    # Of this start alone: nobody, with whatever key, can tell from a journal which address a source was.
    _salt: bytes = field(init=False)
    _writing: set[str] = field(default_factory=set, init=False)
    _door: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._salt = self.random_bytes(32)

    @contextmanager
    def alone(self, review: str) -> Iterator[None]:
        """Nobody else writes this review meanwhile. Raises Fault review_busy."""
        with self._door:
            if review in self._writing:
                raise Fault("review_busy", {"retry_after_ms": 500})
            self._writing.add(review)
        try:
            yield
        finally:
            with self._door:
                self._writing.discard(review)

    def person(self, id_number: str) -> str:
        """Who that is: equal for the same paper, and nothing that anybody could count through without the key."""
        said = tidy("id_number", id_number)
        return self._mac(b"person\n" + said.encode()) if said and self.key is not None else ""

    def token_of(self, press: str) -> str:
        """The secret that this very press gets, each time it is repeated; "" without a key."""
        return self._mac(b"case\n" + press.encode()) if self.key is not None else ""

    def source(self, address: str) -> str:
        """What tells addresses apart, and names none."""
        return hmac.new(self._salt, address.encode(), sha256).hexdigest()[:12]

    def _mac(self, what: bytes) -> str:
        assert self.key is not None
        return hmac.new(self.key, what, sha256).hexdigest()[:40]

    def opens(self, token: str, review: Review, by: str) -> bool:
        """Whether that is the review's own secret, or one that was lent to whoever asks (`by`)."""
        if not token:
            return False
        return hmac.compare_digest(digest(token), review.token) or self.lends.opens(token, review.id, by)

    def text_id(self) -> str:
        return self.random_bytes(9).hex()


def opened_dossier(room: ReviewRoom, follower: Follower, review: Review) -> Dossier:
    """The store, with a case for `review`, where its source may put more. Blocks; raises DossierError."""
    dossier = room.dossiers()
    if review.source and review.unseen:
        dossier.refuse_beyond_share(
            lambda: follower.read_book(lambda book: book.docket.begun_from(review.source))
        )
    dossier.open_case(review.id)
    return dossier


def writable(review: Review | None) -> None:
    """Raises Fault where nothing of it may be changed, before anything is; the rules say the same of the event."""
    if review is None:  # put away meanwhile
        raise Fault("unknown_review", {"review": ""})
    if (review.state, "kept") not in LIFE:
        code = "review_over" if review.closed else "review_not_now"
        raise Fault(code, {"review": review.id, "state": review.state, "step": "kept"})


@asynccontextmanager
async def dropped_if_refused(reading: Reading, drop: Callable[[], None]) -> AsyncIterator[None]:
    """What was written for a command goes where it is refused. Where nobody knows what came of it, it stays."""
    try:
        yield
    except Fault:
        with suppress(DossierError, Fault):
            await reading.aside(drop)
        raise


def page_number(said: str) -> int:
    """0 for what is none, as "²" or a number of five thousand digits."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS else 0


def etag(review: Review) -> Header:
    return b"etag", b'"%d"' % review.version


def seen_version(call: Call, *, needed: bool) -> int:
    """The version that If-Match names; 0 for none. Raises Fault."""
    said = call.headers.get(b"if-match", b"").strip().removeprefix(b"W/").strip(b'"')
    if not said and not needed:
        return 0
    if not said.isdigit() or len(said) > 9:
        raise Fault("version_needed")
    return int(said)

"""dossiers.db: what people hand in, sealed under a key of each case, and wiped by taking that key away.

A case's key lies in its row, sealed with the hall's newest key (dossiers.key, a ring as the vault's); answers, texts
and pages are sealed with the case's key and bound to case, piece and version, so that none can stand for another. Pages
are files, the rest is in the database. In clear are only ids, page numbers, sizes and codes of pictures, which events
hold as well. A case that goes leaves no key in freed pages (secure_delete), so its files and all copies of them are
noise before they are unlinked. Any thread may call; a lock serialises them.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from hall_daemon.adapters.dossiers import page_rows, pieces
from hall_daemon.adapters.dossiers.case_rows import CaseRows
from hall_daemon.adapters.dossiers.page_files import PageFiles
from hall_daemon.adapters.dossiers.page_rows import page_name, page_of
from hall_daemon.adapters.dossiers.pieces import bound
from hall_daemon.adapters.dossiers.unnamed import Mark, take_away, unnamed
from hall_daemon.adapters.dossiers.values import DAY_MS, MB, Bounds, DossierError, Kind, Named, Page, Papers, Swept
from hall_daemon.adapters.storage.ciphers import AES
from hall_daemon.adapters.storage.data_folder import DOSSIERS, DOSSIERS_KEY, PAGES
from hall_daemon.adapters.storage.group_commit import Pace
from hall_daemon.adapters.storage.keys import NO_KEYS, KeyLost, Keys, key_place, load_keys
from hall_daemon.cases.statutes import SOURCES

_LOGGER = logging.getLogger(__name__)

UNNAMED_MS = 3600 * 1000
_HASHED_AT_ONCE = 128 * 1024
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def open_dossiers(
    folder: Path, cipher: str, bounds: Bounds, now: Callable[[], int], low: Callable[[], bool] = bool,
    pace: Pace = Pace(),  # noqa: B008 (a value)
) -> Dossiers:
    """Those of a hall. Where their key is lost the hall goes on, and nothing is handed in. Raises DossierError,
    VaultError, OSError."""
    try:
        keys = load_keys(key_place(folder, DOSSIERS_KEY))
    except KeyLost:
        keys = NO_KEYS
    return Dossiers(folder, keys, bounds, now, cipher=cipher, low=low, pace=pace)


class Dossiers:
    """`now` gives wall ms; `low` whether the disk has no room left. Whoever names a case that there is not gets
    DossierError no_dossier; what is asked of a case and is not there is None."""

    def __init__(
        self,
        folder: Path,
        keys: Keys,
        bounds: Bounds,
        now: Callable[[], int],
        *,
        cipher: str = AES,
        low: Callable[[], bool] = bool,
        pace: Pace = Pace(),  # noqa: B008 (a value)
    ) -> None:
        """Open or make them (0600). Raises DossierError, OSError; not for keys that do not fit."""
        self._bounds = bounds
        self._now = now
        self._cipher = cipher
        self._low = low
        self._files = PageFiles(folder / PAGES)
        self.rows = CaseRows(folder / DOSSIERS, keys, pace)
        self._files.sweep(self.rows.named_files())
        self._unnamed: frozenset[Mark] = frozenset()

    @property
    def trouble(self) -> str:
        """What is wrong, or soon will be; "" when all is well."""
        if self.rows.lost:
            return f"{self.rows.lost} were sealed with another key: put back its copy"
        if self.rows.failed or self.rows.bytes < self._bounds.alarm_share * self._bounds.quota_bytes:
            return self.rows.failed
        used, most = self.rows.bytes // MB, self._bounds.quota_bytes // MB
        return f"{used} of {most} MB are used: enlarge [dossiers] quota_mb, or let cases be decided"

    # -- a case -----------------------------------------------------------------------------------

    def open_case(self, case: str, kind: Kind = "draft") -> None:
        """A dossier with a key of its own, kept as long as its kind; nothing where it is there already. It is wiped
        after an hour unless `sweep` or `name` hears that an event names it."""
        _check(case)
        if self.has(case):
            return
        now = self._now()
        with self.rows.writing():
            if not self.rows.has(case):
                self._refuse_where_full(0)
                self.rows.add(case, kind, self._cipher, now, now + self._bounds.keep_days[kind] * DAY_MS)

    def together(self) -> AbstractContextManager[object]:
        """What is put within it is all kept, or nothing of it."""
        return self.rows.writing()

    def has(self, case: str) -> bool:
        with self.rows.reading():
            return self.rows.has(case)

    def refuse_beyond_share(self, cases: Callable[[], Collection[str]]) -> None:
        """Raises DossierError where half of the room is taken, and by these cases of one source more than its share;
        before that nobody looks for them."""
        quota = self._bounds.quota_bytes
        if self.rows.bytes > quota // 2 and self.rows.bytes_of(cases()) > quota // SOURCES:
            raise DossierError("dossiers_full", "one address has handed in its share of what is kept")

    def name(self, case: str) -> None:
        """An event names it: it stays for its time."""
        with self.rows.reading() as conn:
            unknown = conn.execute("SELECT 1 FROM cases WHERE id = ? AND named = 0", (case,)).fetchone()
        if unknown:
            with self.rows.writing(at_once=True) as conn:
                conn.execute("UPDATE cases SET named = 1 WHERE id = ?", (case,))

    def keep(self, case: str, kind: Kind) -> int:
        """From now on for the time of this kind. Returns until when, wall ms."""
        until = self._now() + self._bounds.keep_days[kind] * DAY_MS
        self.keep_until(case, until, kind)
        return until

    def keep_until(self, case: str, wall: int, kind: Kind | None = None) -> None:
        with self.rows.writing(at_once=True) as conn:
            self.rows.key(case)
            conn.execute("UPDATE cases SET keep_until = ?, kind = coalesce(?, kind) WHERE id = ?", (wall, kind, case))

    def wipe(self, *cases: str) -> None:
        """Their keys, all or none, then what they sealed. What is not there is wiped already."""
        with self.rows.writing(at_once=True):
            self._drop_files([file for case in cases for file in self.rows.wipe(case)])

    def sweep(
        self, named: Collection[str], *, alive: Collection[str] = (), gone: Collection[str] = (),
        sure: int | None = None,
    ) -> Swept:
        """Wipe cases whose time is over, but none of those `alive`, and those that are `gone`; those opened an hour ago
        that no event names, now or ever before; then files of nobody. Of those that are named, the time goes to wall
        `sure` at most (None: to now)."""
        now = self._now()
        sure = now if sure is None else min(now, sure)
        with self.rows.reading() as conn:
            rows = conn.execute("SELECT id, opened, keep_until, named FROM cases").fetchall()
        over = tuple(
            case for case, _, until, _ in rows
            if case in gone or (case not in alive and until < (sure if case in named else now))
        )
        unknown = {case: began for case, began, _, known in rows if not known and case not in over}
        needless = tuple(case for case, began in unknown.items() if case not in named and began < now - UNNAMED_MS)
        for case in unknown.keys() & set(named):
            self.name(case)
        if over or needless:
            self.wipe(*over, *needless)
            _LOGGER.info("dossiers: wiped %d whose time is over, %d that no event names", len(over), len(needless))
        with self.rows.reading(settled=True):  # nobody puts a page meanwhile, or has put one that may be taken back
            return Swept(over, needless, self._files.sweep(self.rows.named_files()))

    def sweep_unnamed(self, named: Mapping[str, Named]) -> int:
        """Wipe what of these cases no event names, now nor when this was asked before: what is written and not named
        yet has that long. Returns how much."""
        seen: set[Mark] = set()
        wiped = 0
        for case, its in named.items():
            with self.rows.reading() as conn:
                marks = unnamed(conn, case, its).keys()
            seen |= marks
            if marks & self._unnamed:
                with self.rows.writing(at_once=True) as conn:
                    again = [row for mark, row in unnamed(conn, case, its).items() if mark in self._unnamed]
                    self._drop_files([file for row in again for file in take_away(conn, case, row, its)])
                wiped += len(again)
        self._unnamed = frozenset(seen)
        if wiped:
            _LOGGER.info("dossiers: wiped %d answers, words and pages that no event names", wiped)
        return wiped

    def forget_lost(self) -> None:
        """Wipe what no key opens."""
        self._files.drop(self.rows.forget_lost())

    def close(self) -> None:
        self.rows.close()

    # -- answers and texts ------------------------------------------------------------------------

    def put_answers(self, case: str, answers: Mapping[str, Any], named: Collection[str] = ()) -> int:
        """Anything that is JSON, whole. Returns their version, 1 for the first. Those that events have `named` stay
        beside them."""
        plain = msgspec.json.encode(answers)
        if len(plain) > self._bounds.answers_bytes:
            most = self._bounds.answers_bytes
            raise DossierError("dossier_full", f"that is {len(plain)} bytes; at most {most} are kept")
        with self.rows.writing() as conn:
            key = self.rows.key(case)
            self._refuse_where_full(len(plain) - pieces.newest_answers(conn, case)[1])
            return pieces.put_answers(conn, key, case, plain, named)

    def answers(self, case: str, piece: str) -> dict[str, Any] | None:
        """Those of the version that an event names; None where it names none ("")."""
        with self.rows.reading() as conn:
            key = self.rows.key(case)
            plain = pieces.answers(conn, key, case, piece) if piece else None
        return None if plain is None else msgspec.json.decode(plain, type=dict[str, Any])

    def put_text(self, case: str, text_id: str, text: str) -> int:
        """Free text of a person or of staff, which an event names by its id. Returns its version."""
        _check(text_id)
        if len(text) > self._bounds.text_characters:
            raise DossierError("dossier_full", f"a text has at most {self._bounds.text_characters} characters")
        with self.rows.writing() as conn:
            key, plain = self.rows.key(case), text.encode("utf-8", "replace")
            return pieces.put_text(conn, key, case, text_id, plain, self._bounds.texts)

    def text(self, case: str, text_id: str) -> str | None:
        with self.rows.reading() as conn:
            plain = pieces.text(conn, self.rows.key(case), case, text_id)
        return None if plain is None else plain.decode()

    def drop_answers(self, case: str, version: int) -> None:
        """Of an event that was refused."""
        with self.rows.writing() as conn:
            pieces.drop_answers(conn, case, version)

    def drop_texts(self, case: str, text_ids: Collection[str]) -> None:
        """Of an event that was refused."""
        with self.rows.writing() as conn:
            for text_id in text_ids:
                pieces.drop_text(conn, case, text_id)

    # -- pages ------------------------------------------------------------------------------------

    def put_page(
        self,
        case: str,
        paper: str,
        number: int,
        jpeg: bytes,
        *,
        marks: Collection[str] = (),
        insisted: bool = False,
        upload: str = "",
        named: Collection[str] = (),
        between: Callable[[], object] = bool,
    ) -> Page:
        """A page of a paper, in place of the picture that was there, which stays beside it where an event has `named`
        its version; durable when this returns. The same `upload` as before changes nothing. `between` is called before
        each step that takes long."""
        _check(paper)
        with self.rows.writing() as conn:
            key = self.rows.key(case)
            row = page_rows.at(conn, case, paper, number)
            if row is not None and upload and page_of(row).upload == upload:
                self._unnamed -= {row[-1]}  # an event may come to name it now
                return page_of(row)
            before = page_of(row).size if row is not None else 0
            self._refuse_where_full(len(jpeg) - before)
            count, size = conn.execute(
                "SELECT count(*) + ?, coalesce(sum(size), 0) + ? FROM pages WHERE case_id = ?",
                (row is None, len(jpeg) - before, case),
            ).fetchone()
            self._check_room(number, count, size)
            page = Page(
                paper=paper, number=number, version=page_rows.last_version(conn, case, paper, number) + 1,
                size=len(jpeg), marks=tuple(marks), insisted=insisted, upload=upload,
            )
            between()
            file = self._files.put(key.seal(jpeg, bound(case, page_name(page), page.version)), between)
            self._drop_files(page_rows.put(conn, case, page, file, named))
        return page

    def insist(self, case: str, paper: str, number: int, version: int) -> bool:
        """The applicant keeps this picture as it is; False where it is not that one any more."""
        with self.rows.writing() as conn:
            self.rows.key(case)
            where = "case_id = ? AND paper = ? AND number = ? AND version = ?"
            done = conn.execute(f"UPDATE pages SET insisted = 1 WHERE {where}", (case, paper, number, version))  # noqa: S608
            return done.rowcount == 1

    def page(self, case: str, paper: str, number: int, version: str = "") -> bytes | None:
        """The picture, JPEG: the newest, or the one of the version that an event names."""
        with self.rows.reading() as conn:
            key = self.rows.key(case)
            row = page_rows.at(conn, case, paper, number, version)
            sealed = self._files.get(row[-1]) if row is not None else None
        if row is None:
            return None
        page = page_of(row)
        return key.open(sealed, bound(case, page_name(page), page.version))

    def pages(self, case: str, papers: Papers | None = None) -> tuple[Page, ...]:
        """The newest, by paper, then by number; or those that events name, `papers`."""
        with self.rows.reading() as conn:
            self.rows.key(case)
            rows = page_rows.newest(conn, case) if papers is None else page_rows.named(conn, case, papers)
            return tuple(map(page_of, rows))

    def drop_page(self, case: str, paper: str, number: int, named: Collection[str] = ()) -> bool:
        """Whether it was there; where an event has `named` its version, it is kept beside. A later picture in its place
        goes on with its version."""
        with self.rows.writing() as conn:
            self.rows.key(case)
            is_there = page_rows.at(conn, case, paper, number) is not None
            if is_there:
                self._drop_files(page_rows.drop(conn, case, paper, number, named))
        return is_there

    def upload_id(self, case: str, uploaded: bytes, between: Callable[[], object] = bool) -> str:
        """What tells this upload when it comes again; nobody without the case's key can compute it. `between` is called
        before each fraction of a millisecond that it takes."""
        with self.rows.reading():
            key = self.rows.key(case).key
        said = hashlib.blake2b(key=key, digest_size=16)
        for at in range(0, len(uploaded), _HASHED_AT_ONCE):
            between()
            said.update(memoryview(uploaded)[at : at + _HASHED_AT_ONCE])
        return said.hexdigest()

    def _drop_files(self, files: Collection[str]) -> None:
        """Within `writing`: once nothing names them any more, and no power cut brings back who did."""
        self.rows.then(partial(self._files.drop, files))

    def _check_room(self, number: int, count: int, size: int) -> None:
        if not 1 <= number <= self._bounds.case_pages or count > self._bounds.case_pages:
            raise DossierError("dossier_full", f"a dossier has at most {self._bounds.case_pages} pages")
        if size > self._bounds.case_bytes:
            raise DossierError("dossier_full", f"a dossier has at most {self._bounds.case_bytes // MB} MB")

    def _refuse_where_full(self, more: int) -> None:
        if self._low() or self.rows.bytes + more > self._bounds.quota_bytes:
            raise DossierError("dossiers_full", "the disk has no room for papers; tell whoever maintains the hall")


def _check(id_: str) -> None:
    """An id of ours becomes what a piece is bound to: it must not be able to look like another."""
    if not _ID.fullmatch(id_):
        raise ValueError(f"no id of a dossier's piece: {id_[:64]!r}")

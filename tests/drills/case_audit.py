"""What must hold of the files beside the journal, in a data folder on which nobody runs: dossiers and their pages, what
is on its way to a city's platform, editions of forms, accounts, questions, the key by which persons are known.

Raises Wrong.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from hall_daemon.adapters.accounts.audit import AuditError
from hall_daemon.adapters.accounts.files import open_accounts
from hall_daemon.adapters.accounts.store import AccountStore
from hall_daemon.adapters.dossiers.service import bounds_of, known_of
from hall_daemon.adapters.dossiers.store import Dossiers, open_dossiers
from hall_daemon.adapters.platform.outbox import Outbox
from hall_daemon.adapters.questions.store import AnswersFile
from hall_daemon.adapters.storage.data_folder import ANSWERS, FORMS, PAGES, PERSONS_KEY, PLATFORM
from hall_daemon.adapters.storage.keys import load_key
from hall_daemon.cases.docket import Docket, Review
from hall_daemon.config import Settings
from hall_daemon.config.editions import read_edition
from hall_daemon.config.platform import FOLDER
from tests.drills.applicants import OPERATOR, PERSON, PHONE, PHOTOS, WORDS, CaseMemory, CasesTold, photo
from tests.drills.disk_record import Kind, read
from tests.drills.wrong import insist

_CODINGS = ("utf-8", "utf-16-le", "gb18030")


def assert_dossiers(
    folder: Path, settings: Settings, docket: Docket, now: int, memory: CaseMemory, told: CasesTold
) -> None:
    """Opened as a start does, and swept; `docket` is the journal's, `now` wall ms."""
    store = open_dossiers(folder, settings.data.vault_cipher, bounds_of(settings.papers), lambda: now)
    with closing(store):
        store.sweep(tuple(docket.reviews))
        for _ in range(2):
            store.sweep_unnamed(known_of(docket, "").pieces)
        insist(not store.rows.lost, "lost", f"the keys of {store.rows.lost} dossiers")
        for review in docket.reviews.values():
            if not store.has(review.id):
                _may_be_gone(review)
            elif not _goes(review):
                _is_whole(store, review)
        for review_id, version in told.reviews.items():
            now_is = docket.reviews.get(review_id)
            insist(now_is is not None and now_is.version >= version, "lost", f"{review_id} was at version {version}")
        for review_id in told.wiped:
            insist(not store.has(review_id), "wiped back", review_id)
        for place, version in told.pages.items():
            if not _goes(docket.reviews[place[0]]):
                _was_answered(store, place, version, memory)
        on_disk = {path.name for path in (folder / PAGES).rglob("*") if path.is_file()}
        insist(on_disk == store.rows.named_files(), "left over", "files of no dossier, or dossiers without")


def _goes(review: Review) -> bool:
    """Taken back, or lapsed, before it was ever sent: wiped within a second or two of that."""
    return review.closed and not review.first_sent_wall


def _may_be_gone(review: Review) -> None:
    insist(_goes(review) or not review.pieces, "lost", f"the dossier of {review.id}, which is {review.state}")


def _is_whole(store: Dossiers, review: Review) -> None:
    """Everything that the journal names, or what a person has put in its place since."""
    insist(not review.answers or store.answers(review.id, review.answers), "lost", f"the answers of {review.id}")
    rows = {(row.paper, row.number): row for row in store.pages(review.id)}
    for paper, pages in review.papers.items():
        for number, piece in pages.items():
            row = rows.get((paper, number))
            insist(row is not None and row.version >= int(piece), "lost", f"page {number} of {paper} of {review.id}")
    for paper, number in rows:
        jpeg = store.page(review.id, paper, number)
        insist(jpeg is not None and jpeg.startswith(b"\xff\xd8"), "corrupt", f"page {number} of {paper} of {review.id}")
    texts = {each.text for list_ in review.lists for each in (*list_.defects, *list_.replies)} | {review.text}
    for text in texts - {""}:
        insist(store.text(review.id, text), "lost", f"words of {review.id}")


def _was_answered(store: Dossiers, place: tuple[str, str, int], version: int, memory: CaseMemory) -> None:
    review, paper, number = place
    row = next((row for row in store.pages(review) if (row.paper, row.number) == (paper, number)), None)
    insist(row is not None and row.version >= version, "lost", f"page {number} of {paper} of {review}, answered")
    assert row is not None
    seed = memory.pictures.get((*place, row.version))
    sent = seed is None or row.upload == f"{store.upload_id(review, photo(seed))}/1"
    insist(sent, "corrupt", f"another page than {place}")


def assert_platform(folder: Path, records: Iterable[tuple[int, str]], last: int) -> None:
    """Every event that was read is a record, nothing is ahead of the journal, and a guide that was taken is there.
    `records`: (event, key) of each that a platform is told."""
    if not (folder / PLATFORM).exists():
        return
    with closing(Outbox(folder / PLATFORM)) as box, closing(sqlite3.connect(folder / PLATFORM)) as conn:
        cursor, _ = box.mark("cursor") or (0, "")
        insist(cursor <= last, "lost", f"the platform was told up to event {cursor}, the journal ends at {last}")
        there = {key for (key,) in conn.execute("SELECT key FROM records")}
        gone = [seq for seq, key in records if seq <= cursor and key not in there]
        insist(not gone, "lost", f"events {gone} on their way to the platform")
        for guide in box.guides():
            if guide.state == "taken":
                path = folder / FOLDER / f"{guide.matter}.json"
                whole = path.is_file() and sha256(path.read_bytes()).hexdigest()[:16] == guide.digest
                insist(whole, "lost", f"the guide of {guide.matter}, which the platform sent")


def assert_beside(folder: Path, docket: Docket, credential: str = "") -> None:
    """Editions, accounts, the audit log, questions, and the key of persons. `credential` must be good."""
    for path in (folder / FORMS).glob("*.json") if (folder / FORMS).is_dir() else ():
        insist(read_edition(path) is not None, "corrupt", f"the edition {path.name}")
    if (folder / ANSWERS).exists():
        with closing(AnswersFile(folder / ANSWERS)) as answers:
            answers.asked()
    with closing(open_accounts(folder, int)) as accounts:
        try:
            accounts.audit.verify()
        except AuditError as error:
            insist(False, "corrupt", str(error))
        insist(not credential or _is_known(accounts.store, credential), "lost", "the credential of a machine")
    known = [review for review in docket.reviews.values() if review.person]
    if known:
        mac = hmac.new(load_key(folder / PERSONS_KEY), b"person\n" + PERSON.encode(), sha256).hexdigest()[:40]
        insist(all(review.person == mac for review in known), "lost", "the key of persons: nobody is known again")


def _is_known(store: AccountStore, credential: str) -> bool:
    name, _, secret = credential.partition(".")
    machine = store.machines.get(name)
    return machine is not None and sha256(secret.encode()).hexdigest() in machine.secrets


def assert_sealed(record: Path, *besides: Path) -> None:
    """Nothing that an applicant wrote or photographed was ever written in clear: to no file of the data folder, also
    none that is gone since, and to nothing below `besides` (logs, temporary files). AssertionError names it."""
    said = (OPERATOR, PHONE, PERSON, WORDS)
    told = {f"{word} {coding}": word.encode(coding) for word in said for coding in _CODINGS}
    told |= {f"photo {seed}": photo(seed)[300:332] for seed in range(PHOTOS)}
    files = [path for folder in besides for path in (folder, *folder.rglob("*")) if path.is_file()]
    written = [("the data folder", op.data) for op in read(record) if op.kind == Kind.WRITE]
    for where, data in (*written, *((path.name, path.read_bytes()) for path in files)):
        found = [word for word, raw in told.items() if raw in data]
        assert not found, f"{where}: {found} in clear"

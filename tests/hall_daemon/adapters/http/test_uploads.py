"""Papers handed in over HTTP: by who holds the case, by a phone beside a kiosk, and by nobody else."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from hall_daemon.adapters.dossiers.service import known_of
from hall_daemon.adapters.dossiers.store import Dossiers
from hall_daemon.adapters.dossiers.values import DossierError, Page
from hall_daemon.adapters.http.codes import SECRET_S
from hall_daemon.adapters.http.handovers import TOKEN_S, DropBox, Handovers
from hall_daemon.cases import commands as k
from tests.drills import uploads
from tests.hall_daemon.adapters.http.review_halls import JPEG, Case, ReviewHall, review_hall
from tests.hostile_papers import WORDS, pdf
from tests.made_pages import card

PAPER = "layout"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("uploads"), papers=True) as rig:
        yield rig


def photo(seed: int = 1) -> bytes:
    file = io.BytesIO()
    card(random.Random(seed)).save(file, "JPEG", quality=85)
    return file.getvalue()


def sent(case: Case, data: bytes, paper: str = PAPER, page: object = 1, **headers: str) -> requests.Response:
    proof = headers or case.headers()
    path = f"{case.path}/papers/{paper}/pages/{page}"
    return case.client.send("PUT", path, data=data, headers={"Content-Type": "image/jpeg", **proof})


def pages(case: Case, paper: str = PAPER) -> list[dict[str, Any]]:
    papers = case.client.get(f"{case.path}/papers", headers=case.headers()).json()["papers"]
    return next((each["pages"] for each in papers if each["id"] == paper), [])


def test_two_who_choose_the_same_new_page_lose_none(rig: ReviewHall) -> None:
    case = Case(rig)
    new = {"If-None-Match": "*", **case.headers()}
    first = sent(case, photo(1), **new)
    assert first.status_code == 200, first.text
    later = sent(case, photo(2), **new)
    assert (later.status_code, later.json()["code"]) == (412, "page_there")
    assert sent(case, photo(1), **new).json() == first.json(), "its own answer did not arrive"
    assert len(sent(case, pdf([WORDS, WORDS]), page=2, **new).json()["pages"]) == 3
    assert sent(case, photo(2), page=3, **new).status_code == 412
    assert [page["version"] for page in pages(case)] == [1, 1, 1]
    assert sent(case, photo(2)).json()["pages"][0]["version"] == 2, "who changes a page means that page"


def test_a_photo_becomes_a_page(rig: ReviewHall) -> None:
    case = Case(rig)
    said = sent(case, photo())
    assert said.status_code == 200, said.text
    assert said.json()["pages"] == [{"page": 1, "version": 1, "marks": [], "insisted": False}]
    kept = rig.dossiers.page(case.id, PAPER, 1)
    assert kept is not None
    assert Image.open(io.BytesIO(kept)).size == (1011, 638)
    assert case.seen["papers"] == {PAPER: 1}


def test_a_page_sent_again_is_one_page(rig: ReviewHall) -> None:
    case = Case(rig)
    first = sent(case, photo()).json()
    version = case.seen["version"]
    assert sent(case, photo()).json() == first
    assert case.seen["version"] == version
    assert sent(case, photo(2)).json()["pages"][0]["version"] == 2
    assert case.seen["version"] == version + 1


def test_a_page_that_a_crash_left_unnamed_is_named_when_it_comes_again(rig: ReviewHall) -> None:
    case = Case(rig)
    rig.dossiers.open_case(case.id)
    rig.dossiers.put_page(case.id, PAPER, 1, JPEG, upload=f"{rig.dossiers.upload_id(case.id, photo())}/1")
    assert case.seen["papers"] == {}
    assert sent(case, photo()).status_code == 200
    assert case.seen["papers"] == {PAPER: 1}


def test_the_pages_of_a_pdf_follow_each_other(rig: ReviewHall) -> None:
    case = Case(rig)
    said = sent(case, pdf([WORDS, WORDS]), page=3)
    assert [each["page"] for each in said.json()["pages"]] == [3, 4]
    assert sent(case, pdf([WORDS, WORDS]), page=60).json()["code"] == "bad_page"


def test_a_file_that_broke_off_between_two_pages_is_whole_when_it_comes_again(
    rig: ReviewHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, put = Case(rig), Dossiers.put_page

    def full(store: Dossiers, review: str, paper: str, number: int, *more: Any, **options: Any) -> Page:
        if number == 2:
            raise DossierError("dossier_full", "no room for the second")
        return put(store, review, paper, number, *more, **options)

    file = pdf([WORDS, WORDS, WORDS])
    monkeypatch.setattr(Dossiers, "put_page", full)
    assert sent(case, file).json()["code"] == "dossier_full"
    assert case.seen["papers"] == {PAPER: 1}
    monkeypatch.undo()
    assert [each["page"] for each in sent(case, file).json()["pages"]] == [1, 2, 3]
    version = case.seen["version"]
    assert [each["version"] for each in sent(case, file).json()["pages"]] == [1, 1, 1]
    assert case.seen["version"] == version, "all of it is there: nothing is kept again"


def test_an_unclear_page_is_told_and_may_stay(rig: ReviewHall) -> None:
    case = Case(rig)
    page = sent(case, pdf([b" "], box="0 0 595 842")).json()["pages"][0]
    assert [each["code"] for each in page["marks"]] == ["empty"]
    assert page["marks"][0]["say"]["zh"]
    path = f"{case.path}/papers/{PAPER}/pages/1/insist"
    assert case.client.post(path, {"version": 9}, headers=case.headers()).json()["code"] == "unknown_page"
    assert case.client.post(path, {"version": 1}, headers=case.headers()).json()["pages"][0]["insisted"]


@pytest.mark.parametrize(("data", "lack"), [(b"PK\x03\x04 a zip", "照片"), (photo()[:900], "不完整"), (b"", "空的")])
def test_what_is_no_paper_says_what_to_do(rig: ReviewHall, data: bytes, lack: str) -> None:
    case = Case(rig)
    said = sent(case, data)
    assert (said.status_code, said.json()["code"]) == (422, "paper_refused")
    assert lack in said.json()["detail_zh"]
    assert pages(case) == []


def test_what_is_too_large_is_refused_before_it_is_read(rig: ReviewHall) -> None:
    case = Case(rig)
    assert sent(case, bytes(10 * 1024 * 1024 + 1)).json()["code"] == "too_large"


@pytest.mark.parametrize(("paper", "page", "code"), [
    ("passport", 1, "unknown_paper"), (PAPER, 0, "bad_page"), (PAPER, 61, "bad_page"), (PAPER, "x", "bad_page"),
])
def test_a_place_that_is_none_is_named(rig: ReviewHall, paper: str, page: object, code: str) -> None:
    assert sent(Case(rig), photo(), paper, page).json()["code"] == code


def test_a_page_is_taken_back(rig: ReviewHall) -> None:
    case = Case(rig)
    sent(case, photo())
    path = f"{case.path}/papers/{PAPER}/pages/1"
    assert case.client.send("DELETE", path, headers=case.headers()).json()["pages"] == []
    assert case.client.send("DELETE", path, headers=case.headers()).json()["code"] == "unknown_page"
    assert (rig.dossiers.page(case.id, PAPER, 1), case.seen["papers"]) == (None, {})


def test_who_has_not_the_secret_learns_nothing(rig: ReviewHall) -> None:
    case = Case(rig)
    nobody = sent(case, photo(), **{"Case-Token": "guess"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_review")
    other = Case(rig)
    for path in (case.path, "/api/v1/reviews/YS-20200101-000001"):
        headers = other.headers()
        assert case.client.get(f"{path}/papers", headers=headers).content == nobody.content
        assert case.client.post(f"{path}/handover", {}, headers=headers).content == nobody.content


def test_nothing_changes_while_it_is_looked_at(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    before = rig.dossiers.page(case.id, PAPER, 1)
    for answer in (
        sent(case, photo()), case.client.send("DELETE", f"{case.path}/papers/{PAPER}/pages/1", headers=case.headers())
    ):
        assert answer.json()["code"] == "review_not_now"
    assert rig.dossiers.page(case.id, PAPER, 1) == before


def test_whoever_sends_too_much_is_slowed_down(rig: ReviewHall) -> None:
    case = Case(rig)
    said = [sent(case, b"").json()["code"] for _ in range(45)]
    assert said[:30] == ["paper_refused"] * 30
    assert said[-1] == "rate_limited"


# -- bad intent -----------------------------------------------------------------------------------


def test_bad_intent_takes_nothing_from_anybody(tmp_path: Path) -> None:
    """A short run of the uploads drill; somebody looks at what is over, as the daemon does each second."""
    over, chance = threading.Event(), random.Random(3)
    with review_hall(tmp_path / "hall") as rig:

        def look() -> None:
            while not over.wait(0.05):
                rig.keeper.look()

        looking = threading.Thread(target=look)
        looking.start()
        try:
            doors = uploads.Doors(rig.hall.staff.url, rig.hall.public.url, {}, "idcard")
            for bad in (uploads.places, uploads.at_once, uploads.slow, uploads.brought_back):
                assert bad(doors, chance) > 0
            assert uploads.secrets_of_others(doors, chance, guesses=60) > 60
        finally:
            over.set()
            looking.join()
        known = rig.hall.follower.read_book(lambda book: known_of(book.docket, book.hall.day))
        assert known.gone
        assert not any(map(rig.dossiers.has, known.gone)), "a late file brought it back"
        assert rig.dossiers.sweep(known.named).files == 0


# -- the phone beside a kiosk ---------------------------------------------------------------------


def test_one_address_leaves_room_for_others(tmp_path: Path) -> None:
    with review_hall(tmp_path) as rig:
        phone, kiosk = Case(rig), Case(rig, kiosk=True)
        rig.dossiers.open_case(phone.id)
        for page in range(1, 5):
            phone.page(PAPER, page, bytes(60_000))
        rows = rig.dossiers.rows
        quota = min(4 * rows.bytes_of([phone.id]), 2 * rows.bytes) - 8
        rig.dossiers._bounds = rig.dossiers._bounds._replace(quota_bytes=quota)
        other = Case(rig)
        assert [sent(other, photo()).json()["code"], other.keep().json()["code"]] == ["dossiers_full"] * 2
        assert sent(kiosk, photo()).status_code == 200
        rig.ask(k.WithdrawReview(phone.id))
        assert other.keep().status_code == 200


def offered(case: Case, **body: Any) -> str:
    said = case.client.post(f"{case.path}/handover", body, headers=case.headers())
    assert said.status_code == 200, said.text
    address, _, secret = str(said.json()["url"]).partition("#s=")
    assert address.endswith("/papers")
    return secret


def claimed(rig: ReviewHall, secret: str) -> requests.Response:
    return rig.public.post("/api/v1/handover/claim", {"secret": secret})


def opened(rig: ReviewHall, token: str) -> requests.Response:
    return rig.public.post("/api/v1/handover/open", {"token": token})


def confirmed(case: Case) -> requests.Response:
    return case.client.post(f"{case.path}/handover/confirm", {}, headers=case.headers())


def a_box(rig: ReviewHall, case: Case, **body: Any) -> dict[str, str]:
    """The headers of a phone that came, and whose number was compared."""
    token = claimed(rig, offered(case, **body)).json()["token"]
    assert confirmed(case).status_code == 200
    return {"Drop-Token": token}


def test_a_phone_hands_in_papers_for_a_kiosk(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    state = lambda: case.client.get(f"{case.path}/handover", headers=case.headers()).json()  # noqa: E731
    assert state() == {"state": "none", "number": ""}
    secret = offered(case, papers=[PAPER])
    assert state()["state"] == "waiting"
    assert confirmed(case).json()["code"] == "unknown_handover", "nobody has come"
    box = claimed(rig, secret).json()
    assert (len(box["number"]), state()) == (2, {"state": "claimed", "number": box["number"]})
    phone = {"Drop-Token": box["token"]}
    path = f"{case.path}/papers/{PAPER}/pages/1"
    # A code alone is nothing: somebody else may have scanned it.
    assert opened(rig, box["token"]).json() == {"state": "waiting", "good_s": 0, "papers": None}
    assert rig.public.send("PUT", path, data=photo(), headers=phone).json()["code"] == "unknown_review"
    assert rig.public.get(f"{case.path}/papers", headers=phone).json()["code"] == "unknown_review"
    assert confirmed(case).json() == state() == {"state": "confirmed", "number": box["number"]}
    papers = opened(rig, box["token"]).json()["papers"]
    assert ([paper["id"] for paper in papers["papers"]], papers["title"]) == ([PAPER], None)
    assert rig.public.send("PUT", path, data=photo(), headers=phone).status_code == 200
    assert [each["page"] for each in pages(case)] == [1]
    # It adds, and reads nothing.
    for method, other in (
        ("PUT", path.replace(PAPER, "rules")), ("GET", case.path), ("POST", f"{case.path}/answers"),
        ("POST", f"{case.path}/handover"), ("GET", f"{case.path}/handover"), ("POST", f"{case.path}/send"),
        ("POST", f"{case.path}/handover/confirm"),
        ("GET", Case(rig).path + "/papers"),
    ):
        answer = rig.public.send(method, other, headers={**phone, "If-Match": "1"}, **(
            {"json": {}} if method == "POST" else {}
        ))
        assert answer.json()["code"] in ("unknown_review", "unknown_paper"), (method, other)
    assert rig.public.get(path, headers=phone).status_code == 405
    # The session at the kiosk is over: so is the phone.
    case.client.send("DELETE", f"{case.path}/handover", headers=case.headers())
    assert rig.public.send("PUT", path, data=photo(3), headers=phone).json()["code"] == "unknown_review"


def test_a_code_is_good_once(rig: ReviewHall) -> None:
    case = Case(rig)
    secret = offered(case)
    assert claimed(rig, "wrong").json()["code"] == "unknown_handover"
    first = claimed(rig, secret)
    assert first.status_code == 200, "a wrong one does not use it up"
    confirmed(case)
    assert {paper["id"] for paper in opened(rig, first.json()["token"]).json()["papers"]["papers"]} >= {PAPER}
    again = claimed(rig, secret)
    assert (again.status_code, again.json()["code"]) == (404, "unknown_handover")
    # A new code makes the phone that came with the one before worthless.
    offered(case)
    headers = {"Drop-Token": first.json()["token"]}
    assert rig.public.get(f"{case.path}/papers", headers=headers).json()["code"] == "unknown_review"
    assert opened(rig, first.json()["token"]).json()["code"] == "unknown_handover"


def test_a_phone_beside_a_kiosk_has_its_own_pages_and_no_other(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    assert sent(case, photo(1)).status_code == 200
    path, phone = f"{case.path}/papers/{PAPER}/pages/", a_box(rig, case, papers=[PAPER])

    def seen() -> list[tuple[int, int]]:
        (paper,) = rig.public.get(f"{case.path}/papers", headers=phone).json()["papers"]
        return [(page["page"], page["version"]) for page in paper["pages"]]

    def put(seed: int, page: int = 1) -> requests.Response:
        return rig.public.send("PUT", f"{path}{page}", data=photo(seed), headers=phone)

    def lies() -> dict[int, int]:
        return {page.number: page.version for page in rig.dossiers.pages(case.id)}

    assert seen() == [], "the page of the kiosk is not shown"
    assert rig.public.send("DELETE", f"{path}1", headers=phone).json()["code"] == "unknown_page"
    said = rig.public.post(f"{path}1/insist", {"version": 1}, headers=phone)
    assert said.json()["code"] == "unknown_page"
    # Its first page is the second that there is.
    assert [page["page"] for page in put(2).json()["pages"]] == [1]
    assert (seen(), lies()) == ([(1, 1)], {1: 1, 2: 1})
    put(2)
    assert lies() == {1: 1, 2: 1}, "the same page once more is one page"
    put(3)
    assert (seen(), lies()) == ([(1, 2)], {1: 1, 2: 2}), "its own it may take anew"
    # What the kiosk has put in its place is the kiosk's.
    assert sent(case, photo(4), page=2).status_code == 200
    assert seen() == []
    assert rig.public.send("DELETE", f"{path}1", headers=phone).json()["code"] == "unknown_page"
    put(5)
    assert (seen(), lies()) == ([(1, 1)], {1: 1, 2: 3, 3: 1})
    assert rig.public.send("DELETE", f"{path}1", headers=phone).status_code == 200
    assert (seen(), lies()) == ([], {1: 1, 2: 3})
    assert case.seen["papers"] == {PAPER: 2}


def test_a_phone_takes_the_place_that_its_kiosk_gave_it_once(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    for page in (1, 2):
        sent(case, photo(page), page=page)
    path, phone = f"{case.path}/papers/{PAPER}/pages/", a_box(rig, case, papers=[PAPER], retakes={PAPER: 2})
    for seed in (3, 4):
        rig.public.send("PUT", f"{path}{seed - 2}", data=photo(seed), headers=phone)
    assert [(page.number, page.version) for page in rig.dossiers.pages(case.id)] == [(1, 1), (2, 2), (3, 1)]
    said = case.client.post(f"{case.path}/handover", {"retakes": {"passport": 1}}, headers=case.headers())
    assert said.json()["code"] == "unknown_paper"


def test_a_code_that_is_kept_goes_on_with_other_papers_and_pages(rig: ReviewHall) -> None:
    """One entry of the list after the other, and one phone."""
    case = Case(rig, kiosk=True)
    for page in (1, 2):
        sent(case, photo(page), page=page)

    def kept(**body: Any) -> str:
        said = case.client.post(f"{case.path}/handover", {"keep": True, **body}, headers=case.headers())
        return str(said.json()["url"])

    assert "#s=" in kept(papers=[PAPER], retakes={PAPER: 1}), "there was none"
    secret = offered(case, papers=["rules"])
    assert kept(papers=[PAPER, "rules"], retakes={PAPER: 2}) == "", "nobody has come yet, and the code is good"
    phone = {"Drop-Token": claimed(rig, secret).json()["token"]}
    assert kept(papers=[PAPER], retakes={PAPER: 2}) == ""
    confirmed(case)
    path = f"{case.path}/papers/{PAPER}/pages/"
    for page, place in ((1, 2), (2, 1)):
        assert kept(papers=[PAPER], retakes={PAPER: place}) == ""
        assert rig.public.send("PUT", f"{path}{page}", data=photo(page + 4), headers=phone).status_code == 200
    assert [(page.number, page.version) for page in rig.dossiers.pages(case.id)] == [(1, 2), (2, 2)]
    (paper,) = rig.public.get(f"{case.path}/papers", headers=phone).json()["papers"]
    assert (paper["id"], [page["page"] for page in paper["pages"]]) == (PAPER, [1, 2]), "all that it took is its own"
    box = DropBox(case.id, (PAPER,), "another kiosk")
    assert not rig.room.handovers.keep(box)


def test_a_phone_beside_a_kiosk_is_told_nothing_of_the_answers(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    case.keep()
    phone = a_box(rig, case, papers=["rules"])
    said = rig.public.get(f"{case.path}/papers", headers=phone).json()
    assert (said["title"], [paper["needed"] for paper in said["papers"]]) == (None, [True])


def test_the_drop_box_ends_with_the_session_of_its_kiosk(rig: ReviewHall) -> None:
    case, other = Case(rig, kiosk=True), Case(rig, kiosk=True)
    rig.room.handovers.offer(DropBox(other.id, (PAPER,), "lobby"))
    secret = rig.room.handovers.offer(DropBox(case.id, (PAPER,), "door"))
    phone = {"Drop-Token": claimed(rig, secret).json()["token"]}
    confirmed(case)
    assert rig.public.get(f"{case.path}/papers", headers=phone).status_code == 200
    rig.room.handovers.end_of("door")
    assert rig.public.get(f"{case.path}/papers", headers=phone).json()["code"] == "unknown_review"
    assert rig.room.handovers.state(other.id)[0] == "waiting"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_code_and_a_claim_get_too_old() -> None:
    clock, count = Clock(), iter(range(1, 100))
    handovers = Handovers(lambda length: next(count).to_bytes(length, "big"), clock)
    late, box = handovers.offer(DropBox("r1", (PAPER,), "2")), DropBox("r2", (PAPER,), "")
    clock.now = SECRET_S
    assert (handovers.claim(late), handovers.state("r1")) == (None, ("none", ""))
    found = handovers.claim(handovers.offer(box))
    assert found is not None
    assert (found[0], handovers.box_of(found[1]), 10 <= int(found[2]) <= 99) == (box, None, True)
    clock.now += SECRET_S
    assert not handovers.confirm("r2"), "nobody compared the numbers in time"
    found = handovers.claim(handovers.offer(box))
    assert found is not None
    assert handovers.confirm("r2")
    clock.now += TOKEN_S - 1
    assert handovers.box_of(found[1]) == box
    assert handovers.confirm("r2"), "pressed twice it is the same"
    clock.now += 1
    assert handovers.box_of(found[1]) is None
    assert handovers.box_of("") is None

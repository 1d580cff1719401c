"""Where answers are from, over HTTP: what was computed, read or typed, what was written over, who holds a field, and a
form that changed while somebody was in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from hall_daemon.adapters.http.page_facts import put_facts
from hall_daemon.cases import commands as k
from hall_daemon.cases.defects import Defect
from hall_daemon.cases.docket import OFTEN_LEAST
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.facts import Fact
from tests.hall_daemon.adapters.http.review_halls import CANARY, MATTER, Case, ReviewHall, review_hall

OTHER = "110101199003070011"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("origins")) as rig:
        yield rig


def kept(case: Case, answers: dict[str, Any], origins: dict[str, str], by: str = "kiosk:one") -> None:
    headers = case.headers(case.seen["version"]) | {"X-Hall-Client": by}
    body = {"answers": answers, "origins": origins}
    answer = case.rig.staff.send("PUT", f"{case.path}/answers", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def mine(case: Case) -> dict[str, Any]:
    body: dict[str, Any] = case.client.post(f"{case.path}/answers", {}, headers=case.headers()).json()
    return body


def test_every_value_says_where_it_is_from_and_since_when(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    answers = {id_: value for id_, value in rig.samples.items() if id_ not in ("rep_birth", "sign_date")}
    kept(case, {**answers, "rep_name": "王测试"}, {"rep_name": "card"})
    kept(case, {**answers, "rep_name": "王册试"}, {})
    said = mine(case)
    assert said["times"].keys() == said["origins"].keys() == said["answers"].keys()
    assert all(at.endswith("+00:00") for at in said["times"].values())
    assert (said["origins"]["rep_name"], said["origins"]["uscc"]) == ("person", "person")
    filled = {field for field, origin in said["origins"].items() if origin == "computed"}
    form = rig.room.views.checkers[MATTER].form
    assert filled == {each.id for each in form.fields if each.fill}
    for paper in rig.room.views.needed(*_looked(rig, case)):
        case.page(paper)
    assert case.send(id_number=CANARY).status_code == 200
    sheet = rig.staff.get(f"{case.path}/sheet").json()
    name = next(each for each in sheet["fields"] if each["id"] == "rep_name")
    assert (name["value"], name["origin"]) == ("王册试", "person")
    assert [(each["value"], each["origin"]) for each in name["over"]] == [("王测试", "card")]


def _looked(rig: ReviewHall, case: Case) -> tuple[Any, Any]:
    review = rig.hall.follower.read_book(lambda book: book.docket.reviews[case.id])
    return review, rig.room.views.verdict(review, mine(case)["answers"], "2026-11-28")


def test_what_a_clerk_fills_in_is_not_the_persons_word(rig: ReviewHall) -> None:
    case = Case(rig, kiosk=True)
    kept(case, {"uscc": rig.samples["uscc"]}, {}, by="staff:bo")
    assert mine(case)["origins"]["uscc"] == "staff:bo"
    phone = Case(rig)
    body = {"answers": {"uscc": rig.samples["uscc"]}, "origins": {"uscc": "card"}}
    phone.client.send("PUT", f"{phone.path}/answers", json=body, headers=phone.headers(1))
    assert mine(phone)["origins"]["uscc"] == "person", "a phone's word for a card counts for nothing"


def test_who_holds_a_field_and_from_where(rig: ReviewHall) -> None:
    one, two = Case(rig, kiosk=True, id_number=OTHER), Case(rig, kiosk=True, id_number=OTHER)
    kept(one, {"rep_name": "王测试"}, {"rep_name": "card"})
    kept(one, {"rep_name": "王册试"}, {})
    kept(two, {"rep_name": "王测试"}, {})
    means = next(each.means for each in rig.room.views.checkers[MATTER].form.fields if each.id == "rep_name")
    said = rig.staff.get(f"/api/v1/dictionary/{means}/holders?review={one.id}").json()
    found = [(each["review"], each["field"], each["origin"], each["current"]) for each in said["holders"]]
    assert found == [
        (two.id, "rep_name", "person", True), (one.id, "rep_name", "person", True), (one.id, "rep_name", "card", False),
    ]
    assert "测试" not in str(said["holders"]), "where, not what"
    everybody = rig.staff.get(f"/api/v1/dictionary/{means}/holders").json()
    assert {one.id, two.id} <= {each["review"] for each in everybody["holders"]}
    assert rig.staff.get("/api/v1/dictionary/shoe.size/holders").json()["code"] == "unknown_meaning"
    assert rig.staff.get(f"/api/v1/dictionary/{means}/holders?review=YS-1").json()["code"] == "unknown_review"


def test_what_a_machine_read_of_a_paper_stands_beside_the_form(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    (page,) = (each for each in rig.dossiers.pages(case.id) if each.paper == "layout")
    known, ended = str(rig.samples["uscc"]), Fact("expires", "2020-01-01")
    put_facts(rig.dossiers, case.id, page, (Fact("uscc", known), Fact("id_number", "110101199003070038"), ended))
    put_facts(rig.dossiers, case.id, msgspec.structs.replace(page, paper="rules", version=9), (ended,))
    said = rig.staff.get(f"{case.path}/sheet").json()["compared"]
    assert [(each["paper"], each["kind"], each["field"], each["agrees"], each["value"]) for each in said] == [
        ("layout", "uscc", "uscc", True, known), ("layout", "expires", "", False, "2020-01-01"),
    ], "another version of a page says nothing"


def test_what_a_machine_read_goes_with_its_picture(rig: ReviewHall) -> None:
    """A licence's code of a page that was taken back says nothing for the picture that comes in its place."""
    case = Case(rig)
    for paper in case.keep().json()["missing"]:
        case.page(paper)
    (page,) = (each for each in rig.dossiers.pages(case.id) if each.paper == "layout")
    put_facts(rig.dossiers, case.id, page, (Fact("uscc", str(rig.samples["uscc"])),))
    assert "uscc" in str(rig.dossiers.text(case.id, "facts.1.layout"))
    gone = case.client.send("DELETE", f"{case.path}/papers/layout/pages/1", headers=case.headers())
    assert gone.status_code == 200
    assert not rig.dossiers.text(case.id, "facts.1.layout")
    case.page("layout")
    assert case.send(id_number=case.id_number).status_code == 200
    assert rig.staff.get(f"{case.path}/sheet").json()["compared"] == []


def test_a_picture_that_says_nothing_leaves_nothing_of_the_one_before(rig: ReviewHall) -> None:
    case = Case(rig)
    rig.dossiers.open_case(case.id)
    case.page("layout")
    (page,) = rig.dossiers.pages(case.id)
    put_facts(rig.dossiers, case.id, page, (Fact("uscc", str(rig.samples["uscc"])),))
    put_facts(rig.dossiers, case.id, msgspec.structs.replace(page, version=2), ())
    assert not rig.dossiers.text(case.id, "facts.1.layout")


def test_who_is_in_the_middle_of_a_form_ends_with_it(rig: ReviewHall, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(rig).sent()
    views = rig.room.views
    form = views.checkers[MATTER].form
    changed = replace(form, version=form.version + 1, fields=form.fields[:3], rules=(), papers=())
    monkeypatch.setitem(views.earlier, (form.id, form.version), views.checkers[MATTER])  # type: ignore[arg-type]
    monkeypatch.setitem(views.checkers, MATTER, Checker(changed))  # type: ignore[arg-type]
    assert case.seen["edition"] == form.version
    sheet = rig.staff.get(f"{case.path}/sheet").json()
    assert {"uscc", "rep_name"} <= {each["id"] for each in sheet["fields"]}
    monkeypatch.delitem(views.earlier, (form.id, form.version))  # type: ignore[arg-type]
    assert len(rig.staff.get(f"{case.path}/sheet").json()["fields"]) <= 3, "an edition that is lost: the present one"


def test_fields_that_often_come_back_are_marked(rig: ReviewHall) -> None:
    form = rig.room.views.checkers[MATTER].form
    plain = next(each.id for each in form.fields if each.often_wrong is None and each.required)
    path = f"/api/v1/forms/{form.id}"

    def mark() -> Any:
        return next(each.get("often_wrong") for each in rig.public.get(path).json()["fields"] if each["id"] == plain)

    for _ in range(OFTEN_LEAST):
        assert mark() is None
        case = Case(rig).sent()
        defect = Defect(of="field", id=plain, code="not_matching")
        version = case.looked()
        rig.ask(k.TellDefects(review=case.id, version=version, staff="staff:bo", defects=(defect,)))
        rig.staff.get("/api/v1/reviews")
    assert mark()["zh"] == "这一项常被退回，请再核对一遍。"
    assert rig.public.get(f"{path}?edition={form.version}").json()["version"] == form.version
    assert rig.public.get(f"{path}?edition=x").json()["code"] == "bad_field"

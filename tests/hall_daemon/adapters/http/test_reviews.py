"""A pre-review over HTTP: from a phone's draft to a number that is called to the prepared window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.dossiers.store import Dossiers
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.domain import commands as c
from tests.hall_daemon.adapters.http.review_halls import CANARY, JPEG, MATTER, Case, ReviewHall, review_hall


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("reviews")) as rig:
        yield rig


def test_from_a_draft_to_the_window(rig: ReviewHall) -> None:
    case = Case(rig)
    kept = case.keep().json()
    assert (kept["may_be_sent"], kept["broken"]) == (True, [])
    assert set(kept["missing"]) == set(kept["papers"]) == {"layout", "rules", "safety_manager", "health_cert"}
    refused = case.send()
    assert (refused.status_code, refused.json()["code"]) == (422, "papers_missing")
    for paper in kept["missing"]:
        case.page(paper)
    seen = case.send(id_number=CANARY).json()
    assert (seen["state"], seen["note"]["zh"]) == ("sent", "预审参考，不代表受理；以窗口受理为准。")
    assert seen["due"] == "2026-11-24", "one working day"


def test_two_tabs(rig: ReviewHall) -> None:
    case = Case(rig)
    version = case.seen["version"]
    assert case.keep(version=version).status_code == 200
    late = case.keep({}, version=version)
    assert (late.status_code, late.json()["code"]) == (412, "review_changed")
    answers = case.client.post(f"{case.path}/answers", {}, headers=case.headers()).json()["answers"]
    assert answers == rig.samples, "what the other tab kept is there"
    unsaid = case.client.send("PUT", f"{case.path}/answers", json={"answers": {}}, headers=case.headers())
    assert (unsaid.status_code, unsaid.json()["code"]) == (428, "version_needed")


def test_who_has_not_the_secret_learns_nothing(rig: ReviewHall) -> None:
    case = Case(rig)
    for headers in ({}, {"Case-Token": "guess"}, {"Case-Token": Case(rig).token}):
        said = rig.public.get(case.path, headers=headers)
        assert (said.status_code, said.json()["code"]) == (404, "unknown_review")
        nobody = rig.public.get("/api/v1/reviews/YS-20200101-000001", headers=headers)
        assert nobody.content == said.content
    assert rig.public.get("/api/v1/reviews").status_code in (404, 405), "no list for phones"


def test_answers_of_a_review_that_was_sent_are_for_their_person(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    path = f"{case.path}/answers"
    for body in ({}, {"id_number": "110101199003070011"}):
        assert case.client.post(path, body, headers=case.headers()).json()["code"] == "review_not_yours"
    mine = case.client.post(path, {"id_number": CANARY.lower()}, headers=case.headers())
    assert mine.json()["answers"] == rig.samples


def test_broken_rules_keep_a_form_from_being_sent(rig: ReviewHall) -> None:
    case = Case(rig)
    assert case.send().json()["code"] == "review_empty"
    wrong = case.keep({**rig.samples, "uscc": "91110101MAKKKKKK6B"}).json()
    assert not wrong["may_be_sent"]
    assert {each["field"] for each in wrong["broken"]} >= {"uscc"}
    refused = case.send()
    assert (refused.status_code, refused.json()["code"]) == (422, "form_broken")
    assert "uscc" in refused.json()["detail"]


@pytest.mark.parametrize(
    "answers",
    [{}, {"uscc": "😀" * 500 + "𫟱"}, {"nobody": {"a": [1, {"b": None}]}}, {"uscc": 1e308}, {"uscc": ["x"] * 2000}],
)
def test_whatever_is_answered_is_told_what_is_wrong(rig: ReviewHall, answers: dict[str, object]) -> None:
    said = Case(rig).keep(answers)
    assert said.status_code == 200
    assert not said.json()["may_be_sent"]


def test_answers_have_a_bound(rig: ReviewHall) -> None:
    case = Case(rig)
    assert case.keep({"uscc": "x" * 300_000}).json()["code"] == "too_large"
    assert rig.public.post("/api/v1/reviews", {"matter": "m" * 2000}).json()["code"] == "too_large"


def test_the_desk_sees_all_of_it_and_a_picture_is_no_download(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    rows = rig.staff.get("/api/v1/reviews").json()["reviews"]
    assert [row["sent_at"] for row in rows] == sorted(row["sent_at"] for row in rows)
    row = next(row for row in rows if row["review"] == case.id)
    assert (row["state"], row["lamp"], row["mine"]) == ("sent", "calm", False)
    sheet = rig.staff.get(f"{case.path}/sheet").json()
    values = {field["id"]: field["value"] for field in sheet["fields"]}
    options = {field["id"]: field["options"] for field in sheet["fields"]}
    assert options["apply_type"]["新办"] == {"zh": "新办", "en": "New"}
    assert values["uscc"] == rig.samples["uscc"]
    layout = next(paper for paper in sheet["papers"] if paper["id"] == "layout")
    assert layout["pages"] == [{"page": 1, "marks": ["blurred"], "insisted": False}]
    path = f"{case.path}/papers/layout/pages/1"
    shown = rig.staff.get(path, headers={"Sec-Fetch-Dest": "empty"})
    assert (shown.content, shown.headers["Cache-Control"]) == (JPEG, "no-store")
    for dest in ("document", "image", "iframe"):
        assert rig.staff.get(path, headers={"Sec-Fetch-Dest": dest}).status_code == 404
    for none in ("2", "0", "²", "9" * 5000):
        assert rig.staff.get(f"{case.path}/papers/layout/pages/{none}").json()["code"] == "unknown_page"
    assert rig.staff.get(f"{Case(rig).path}/sheet").json()["code"] == "unknown_review", "drafts are nobody's yet"


def test_two_defects_at_once_mended_and_passed(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    version = case.looked()
    defects = [
        {"of": "paper", "id": "layout", "code": "unreadable", "page": 1},
        {"of": "field", "id": "uscc", "code": "other", "words": "与执照不一致，请核对第 3 位"},
    ]
    told = case.desk("mend", {"defects": defects}, version)
    assert (told.status_code, told.json()["state"]) == (200, "mend")
    first, second = case.seen["lists"][0]["defects"]
    assert (first["place"]["zh"], first["page"]) == ("设备设施、经营布局、操作流程图（平面图）", 1)
    assert second["words"] == "与执照不一致，请核对第 3 位"
    open_ = case.send()
    assert (open_.status_code, open_.json()["code"]) == (422, "replies_missing")
    replies = [{"at": 0, "how": "replaced"}, {"at": 1, "how": "not_needed", "words": "执照就是这样"}]
    unfit = case.send(replies=replies).json()
    assert (unfit["code"], unfit["detail_zh"]) == ("reply_unfit", "第 1 项的答复不成立")
    case.page("layout")
    assert case.send(replies=replies).json()["state"] == "sent"
    late = case.desk("mend", {"defects": [{"of": "paper", "id": "rules", "code": "expired"}]}, case.looked())
    assert (late.status_code, late.json()["code"]) == (422, "late_reason_needed")
    assert case.desk("pass", version=case.seen["version"]).json()["state"] == "passed"
    assert case.seen["lists"][0]["defects"][1]["reply_words"] == "执照就是这样"


def test_what_does_not_fit_the_matter_is_refused_in_words(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    version = case.looked()
    for defects, code in (
        ([], "bad_list"),
        ([{"of": "paper", "id": "passport", "code": "missing"}], "unknown_place"),
        ([{"of": "paper", "id": "layout", "code": "ugly"}], "unknown_defect"),
        ([{"of": "paper", "id": "layout", "code": "other"}], "words_needed"),
    ):
        assert case.desk("mend", {"defects": defects}, version).json()["code"] == code
    assert case.desk("look", {}, by="staff:cy").json()["code"] == "review_taken"
    refused = case.desk("refuse", {"reason": "not_ours", "words": "请到市局"}, version)
    assert refused.json()["state"] == "refused"
    assert (case.seen["reason"], case.seen["words"]) == ("not_ours", "请到市局")


def test_a_number_with_a_review_is_called_to_its_window(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    early = {"service": "food-permit", "review": case.id, "case_token": case.token}
    assert rig.staff.post("/api/v1/tickets", early).json()["code"] == "review_not_passed"
    assert (case.seen["service"], case.seen["windows"]) == ("", [])
    case.passed()
    assert (case.seen["service"], case.seen["windows"]) == ("food-ready", ["9"]), "planned: none of them is open yet"
    others = {**early, "case_token": "", "id_number": "110101199003070011"}
    assert rig.staff.post("/api/v1/tickets", others).json()["code"] == "review_not_yours"
    typed = f"{CANARY[:6]} {CANARY[6:14]} {CANARY[14:]}".lower()
    issued = rig.staff.post("/api/v1/tickets", {**early, "case_token": "", "id_number": typed}).json()
    assert issued["services"] == ["food-ready"]
    assert rig.staff.post("/api/v1/tickets", early).json()["code"] == "review_in_use"
    brought = rig.staff.get(f"/api/v1/tickets/{issued['number']}/review").json()
    assert (brought["prepared"], brought["missing"]) == (True, [])
    assert "layout" in {paper["code"] for paper in brought["papers"]}
    rig.ask(c.OpenWindow("9", "staff-9"))
    called = rig.staff.post("/api/v1/windows/9/call-next", {})
    assert called.json()["number"] == issued["number"]
    nobody = rig.staff.post("/api/v1/tickets", {"service": "food-ready"})
    assert nobody.json()["code"] == "review_needed"
    services = {each["id"]: each for each in rig.staff.get("/api/v1/hall").json()["services"]}
    assert (services["food-ready"]["open"], services["food-ready"]["closed_because"]) == (False, "review_needed")


def test_a_pass_prepares_the_number_that_is_bound_by_both_secrets(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    drawn = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    by_number = case.client.post(f"{case.path}/ticket", {"ticket": drawn["number"]}, headers=case.headers())
    assert by_number.json()["code"] == "unknown_ticket", "a phone says the number's own secret"
    bound = case.client.post(f"{case.path}/ticket", {"ticket": drawn["token"]}, headers=case.headers())
    assert bound.json()["number"] == drawn["number"]
    case.passed()
    page = rig.public.get(f"/api/v1/tickets/by-token/{drawn['token']}").json()
    assert (page["services"], page["number"]) == (["food-ready"], drawn["number"])
    assert case.client.post(f"{case.path}/withdraw", {}, headers=case.headers()).json()["state"] == "withdrawn"
    page = rig.public.get(f"/api/v1/tickets/by-token/{drawn['token']}").json()
    assert page["services"] == ["food-permit"]


def test_a_kiosk_that_asks_again_has_the_same_draft(rig: ReviewHall) -> None:
    body = {"matter": MATTER}
    first, again = (
        rig.staff.post("/api/v1/reviews", body, key="k1", headers={"X-Hall-Client": "kiosk:1"}).json()
        for _ in range(2)
    )
    assert first == again
    phone, other = (rig.public.post("/api/v1/reviews", body, key="k1").json() for _ in range(2))
    assert phone["review"] != other["review"], "phones have no names: a key of one is not the other's"


def test_a_draft_that_is_taken_back_leaves_nothing(rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    case.page("layout")
    assert rig.dossiers.has(case.id)
    case.client.post(f"{case.path}/withdraw", {}, headers=case.headers())
    rig.hall.follower.wait_for(rig.hall.core.seq, 5)
    rig.keeper.look()
    assert not rig.dossiers.has(case.id)
    assert case.seen["state"] == "withdrawn"


def test_two_at_the_same_moment(rig: ReviewHall) -> None:
    case = Case(rig)
    with rig.room.alone(case.id):
        busy = case.keep()
    assert (busy.status_code, busy.json()["code"]) == (409, "review_busy")
    assert case.keep().status_code == 200


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"area": [1, 2, 3]}, "bad_circle"), ({"area": [900, 0, 200, 10]}, "bad_circle"),
        ({"area": [0, 0, 0, 10]}, "bad_circle"), ({"area": [0, 0, 10, 10], "page": 0}, "bad_circle"),
        ({"area": [0, 0, 10, 2000]}, "bad_field"), ({"area": [0, 0, 10, 10, 10]}, "bad_field"),
        ({"area": [0, 0, 10, 10], "of": "field", "id": "uscc"}, "bad_circle"),
    ],
)
def test_a_circle_lies_on_a_page(rig: ReviewHall, more: dict[str, object], code: str) -> None:
    case = Case(rig).sent()
    defect = {"of": "paper", "id": "layout", "code": "unreadable", "page": 1, "words": "", **more}
    assert case.desk("mend", {"defects": [defect]}, version=case.looked()).json()["code"] == code


def test_what_is_not_there(rig: ReviewHall, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(rig).sent()
    assert case.send(promised=["passport"]).json()["code"] == "review_not_now"
    draft = Case(rig)
    for paper in draft.keep().json()["missing"][1:]:
        draft.page(paper)
    assert draft.send(promised=["biz_licence"]).json()["code"] in ("papers_missing", "no_promise")
    drawn = rig.staff.post("/api/v1/tickets", {"service": "idcard"}).json()
    assert rig.staff.get(f"/api/v1/tickets/{drawn['number']}/review").json()["code"] == "no_review"
    checkers = dict(rig.room.views.checkers)
    monkeypatch.delitem(rig.room.views.checkers, MATTER)  # type: ignore[arg-type]
    assert rig.staff.get(f"{case.path}/sheet").json()["code"] == "form_away"
    monkeypatch.undo()
    assert rig.room.views.checkers == checkers
    rig.dossiers.wipe(case.id)
    gone = rig.staff.get(f"{case.path}/sheet")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_dossier")


def test_papers_may_be_promised_where_the_guide_says_so(rig: ReviewHall) -> None:
    case = Case(rig)
    missing = case.keep().json()["missing"]
    for paper in missing:
        if paper != "layout":
            case.page(paper)
    assert case.send(promised=["poa"]).json()["code"] == "papers_missing"
    seen = case.send(promised=["layout"]).json()
    assert (seen["state"], seen["promised"]) == ("sent", ["layout"])
    other = Case(rig)
    for paper in other.keep().json()["missing"]:
        other.page(paper)
    assert other.send(promised=["poa"]).json()["code"] == "no_promise"


def test_a_store_that_is_away_costs_papers_and_no_number(tmp_path: Path) -> None:
    def away() -> Dossiers:
        raise DossierError("dossiers_away", "the disk is read-only")

    with review_hall(tmp_path / "away") as rig:
        object.__setattr__(rig.room, "dossiers", away)
        case = Case(rig)
        kept = case.keep()
        assert (kept.status_code, kept.json()["code"]) == (503, "dossiers_away")
        assert rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).status_code == 201


def test_no_person_and_no_words_outside_the_dossier(rig: ReviewHall) -> None:
    body = (rig.hall.folder / "journal.db").read_bytes() + (rig.hall.folder / "journal.db-wal").read_bytes()
    for secret in (CANARY, "与执照不一致", "请到市局", str(rig.samples["uscc"])):
        assert secret.encode() not in body
    events = rig.staff.get("/api/v1/hall").text
    assert "YS-" not in events


def test_figures(rig: ReviewHall) -> None:
    figures = rig.staff.get("/api/v1/review-figures").json()
    (matter,) = figures["matters"]
    assert matter["matter"] == MATTER
    assert (matter["passed"], matter["decided"]) == (3, 4)
    assert matter["one_list"] == {"n": 4, "k": 4, "share": 1.0}
    assert matter["returned"] == {"n": 4, "k": 1, "share": 0.25}, "who mends it is not looked at for the first time"
    assert {(each["id"], each["code"]) for each in matter["defects"]} == {("layout", "unreadable"), ("uscc", "other")}
    for asked in ("from=yesterday", "from=2026-11-20&to=2026-11-01"):
        assert rig.staff.get(f"/api/v1/review-figures?{asked}").json()["code"] == "bad_field"
    assert rig.staff.get("/api/v1/review-figures?from=0001-01-01&to=9999-12-31").json()["matters"] == [matter]
    assert rig.staff.get("/api/v1/review-figures?to=0001-01-01").json()["matters"] == []
    assert rig.staff.get("/api/v1/reviews?state=gone").json()["code"] == "bad_field"


def test_four_eyes(tmp_path: Path) -> None:
    with review_hall(tmp_path / "four", four_eyes=True) as rig:
        case = Case(rig).sent()
        first = case.desk("pass", version=case.looked())
        assert (first.json()["state"], first.json()["second_look"]) == ("sent", True)
        again = case.desk("look", {})
        assert (again.status_code, again.json()["code"]) == (409, "second_person_needed")
        taken = case.desk("look", {}, by="staff:cy").json()
        assert case.desk("pass", version=taken["version"], by="staff:cy").json()["state"] == "passed"


def test_a_paper_comes_later_or_a_promise_takes_its_place(rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    assert case.seen["ways"]["layout"] == ["later"]
    both = next(paper for paper, ways in case.seen["ways"].items() if ways == ["later", "instead"])
    only = next(paper for paper, ways in case.seen["ways"].items() if ways == ["instead"])
    for paper in case.keep().json()["missing"]:
        if paper not in ("layout", both, only):
            case.page(paper)
    promised = ["layout", both, only]
    refused = case.send(promised=promised, instead=["layout"])
    assert refused.json()["code"] == "no_promise_instead"
    seen = case.send(promised=promised).json()
    assert (seen["promised"], seen["instead"]) == (promised, [only]), "one that can only be so is so"
    defects = [{"of": "paper", "id": both, "code": "missing"}]
    assert case.desk("mend", {"defects": defects}, case.looked()).status_code == 200
    replies = [{"at": 0, "how": "promise"}]
    seen = case.send(replies=replies, promised=promised, instead=[both]).json()
    assert set(seen["instead"]) == {both, only}
    case.passed()
    drawn = case.client.post(f"{case.path}/number", {}, headers=case.headers()).json()
    brought = rig.staff.get(f"/api/v1/tickets/{drawn['number']}/review").json()["promised"]
    says = {one["code"]: (one["way"], one["called"]["zh"], one["due"], one["means"]["zh"]) for one in brought}
    assert says["layout"][:3] == ("later", "容缺后补", "2026-11-30")
    assert "2026年11月30日 前补交" in says["layout"][3]
    assert says[both][:3] == says[only][:3] == ("instead", "承诺代替", None)
    assert "终止" not in says[only][3], "nothing is to be brought"

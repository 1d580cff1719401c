"""What somebody sent stays as it was sent, and whatever is refused leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hall_daemon.adapters.http import reviews
from hall_daemon.cases import commands as k
from tests.hall_daemon.adapters.http.review_halls import JPEG, Case, ReviewHall, review_hall


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    with review_hall(tmp_path_factory.mktemp("sent")) as rig:
        yield rig


def _uscc(case: Case) -> object:
    """As the desk sees it."""
    sheet = case.rig.staff.get(f"{case.path}/sheet").json()
    return next(field["value"] for field in sheet["fields"] if field["id"] == "uscc")


@pytest.mark.parametrize("state", ["sent", "passed"])
@pytest.mark.parametrize("raced", [False, True])
def test_what_was_sent_stays_as_it_was_sent(
    rig: ReviewHall, monkeypatch: pytest.MonkeyPatch, state: str, raced: bool
) -> None:
    """`raced`: nothing is known of the sending yet when the save comes."""
    case = Case(rig).sent()
    if state == "passed":
        case.passed()
    if raced:
        monkeypatch.setattr(reviews, "writable", lambda review: None)
    before = case.seen["version"]
    late = case.keep({**rig.samples, "uscc": "91110101MAKKKKKK6B"})
    assert (late.status_code, late.json()["code"]) == (409, "review_not_now")
    assert (_uscc(case), case.seen["version"]) == (rig.samples["uscc"], before)
    assert _pieces(rig, case, "answers") == 1


def _pieces(rig: ReviewHall, case: Case, kind: str) -> int:
    with rig.dossiers.rows.reading() as conn:
        count: int = conn.execute(
            "SELECT count(*) FROM pieces WHERE case_id = ? AND name LIKE ?", (case.id, f"{kind} %")
        ).fetchone()[0]
    return count


def test_a_late_save_opens_no_dossier_of_what_was_taken_back(rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    case.client.post(f"{case.path}/withdraw", {}, headers=case.headers())
    rig.hall.follower.wait_for(rig.hall.core.seq, 5)
    rig.keeper.look()
    assert case.keep().json()["code"] == "review_over"
    assert not rig.dossiers.has(case.id)


def test_a_paper_that_an_earlier_list_named_is_still_asked_for(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    case.desk("mend", {"defects": [{"of": "paper", "id": "layout", "code": "unreadable"}]}, case.looked())
    case.page("layout")
    replies = [{"at": 0, "how": "replaced"}]
    assert case.send(replies=replies).json()["state"] == "sent"
    wrong = [{"of": "field", "id": "uscc", "code": "not_matching"}]
    told = case.desk("mend", {"defects": wrong, "why_late": "overlooked"}, case.looked())
    assert told.json()["state"] == "mend", told.text
    rig.ask(k.DropPage(case.id, "layout", 1), "phone")
    replies = [{"at": 0, "how": "not_needed", "words": "执照就是这样"}]
    assert case.send(replies=replies).json()["code"] == "papers_missing"


NEWER = b"\xff\xd8\xff\xe0 another picture \xff\xd9"


def _picture(case: Case, paper: str, page: int = 1) -> bytes:
    """As the desk sees it; "" for none."""
    answer = case.rig.staff.get(f"{case.path}/papers/{paper}/pages/{page}")
    return answer.content if answer.status_code == 200 else b""


def _upload(case: Case, paper: str, jpeg: bytes) -> None:
    """Of another picture in the place of the first page."""
    case.rig.hall.follower.wait_for(case.rig.hall.core.seq, 5)
    review = case.rig.hall.follower.read_book(lambda book: book.docket.reviews[case.id])
    named = review.page_versions(paper, 1)
    row = case.rig.dossiers.put_page(case.id, paper, 1, jpeg, named=named)
    case.rig.ask(k.KeepPage(case.id, paper, 1, str(row.version)), "phone")


@pytest.mark.parametrize("ends", ["sent", "withdrawn"])
def test_the_desk_sees_what_was_sent_until_it_is_sent_again(rig: ReviewHall, ends: str) -> None:
    case = Case(rig).sent()
    wrong = [
        {"of": "paper", "id": "layout", "code": "unreadable"},
        {"of": "field", "id": "rep_name", "code": "not_matching"},
    ]
    assert case.desk("mend", {"defects": wrong}, case.looked()).status_code == 200
    for n in range(3):
        _upload(case, "layout", NEWER + bytes([n]))
        assert case.keep({**rig.samples, "rep_name": "测试" + "甲乙丁"[n]}).status_code == 200
    case.client.send("DELETE", f"{case.path}/papers/rules/pages/1", headers=case.headers())
    case.page("rules", 2)

    def sheet() -> tuple[object, bool, dict[str, list[int]], bool]:
        said = rig.staff.get(f"{case.path}/sheet").json()
        fields = {each["id"]: each for each in said["fields"]}
        papers = {each["id"]: [page["page"] for page in each["pages"]] for each in said["papers"]}
        changed = any(each["changed"] for each in (*said["fields"], *said["papers"]))
        mended = any(each["mended"] for each in said["told"][-1]["defects"])
        return fields["rep_name"]["value"], changed or mended, papers, said["row"]["state"] == "mend"

    value, changed, papers, mending = sheet()
    assert (value, changed, papers["rules"], mending) == (rig.samples["rep_name"], False, [1], True)
    assert (_picture(case, "layout"), _picture(case, "rules"), _picture(case, "rules", 2)) == (JPEG, JPEG, b"")
    if ends == "withdrawn":
        case.client.post(f"{case.path}/withdraw", {}, headers=case.headers())
        assert sheet() == (value, False, papers, False)
        assert _picture(case, "layout") == JPEG
        return
    answer = case.send(replies=[{"at": at, "how": "replaced"} for at in (0, 1)])
    assert answer.status_code == 200, answer.text
    value, changed, papers, mending = sheet()
    assert (value, changed, papers["rules"], mending) == ("测试丁", True, [2], False)
    assert (_picture(case, "layout"), _picture(case, "rules", 2)) == (NEWER + bytes([2]), JPEG)
    assert _picture(case, "rules") == b""


def test_a_list_that_is_refused_or_sent_twice_leaves_no_words_behind(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    version = case.looked()
    wrong = {"defects": [{"of": "field", "id": "uscc", "code": "other", "words": "请核对"}]}
    for _ in range(3):
        assert case.desk("mend", wrong, version - 1).json()["code"] == "review_changed"
        assert case.desk("refuse", {"reason": "none", "words": "请到市局"}, version).status_code == 422
    assert _pieces(rig, case, "text") == 0
    for _ in range(2):
        told = rig.staff.post(
            f"{case.path}/mend", wrong, key="list", headers={"X-Hall-Client": "staff:bo", "If-Match": f'"{version}"'}
        )
        assert told.json()["state"] == "mend"
    assert _pieces(rig, case, "text") == 1
    assert case.seen["lists"][0]["defects"][0]["words"] == "请核对"
    unfit = [{"at": 0, "how": "promise", "words": "以后再说"}]
    assert case.send(replies=unfit).json()["code"] == "reply_unfit"
    assert _pieces(rig, case, "text") == 1


def test_what_was_never_sent_is_nobodys_at_the_desk(rig: ReviewHall) -> None:
    begun, sent = Case(rig), Case(rig).sent()
    begun.keep()
    begun.page("layout")
    for case in (begun, sent):
        case.client.post(f"{case.path}/withdraw", {}, headers=case.headers())
    listed = {row["review"] for row in rig.staff.get("/api/v1/reviews?state=withdrawn,draft,lapsed").json()["reviews"]}
    assert sent.id in listed
    assert begun.id not in listed
    for path in ("sheet", "papers/layout/pages/1"):
        assert rig.staff.get(f"{begun.path}/{path}").json()["code"] == "unknown_review"
    assert begun.desk("look", {}).json()["code"] == "unknown_review"


def test_the_alarm_of_a_second_list_stays_until_somebody_has_looked_into_it(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    case.desk("mend", {"defects": [{"of": "paper", "id": "layout", "code": "unreadable"}]}, case.looked())
    case.page("layout")
    replies = [{"at": 0, "how": "replaced"}]
    case.send(replies=replies)
    wrong = [{"of": "paper", "id": "rules", "code": "expired"}]
    case.desk("mend", {"defects": wrong, "why_late": "overlooked"}, case.looked())
    case.page("rules")

    def late() -> list[tuple[str, str, list[str]]]:
        rows = rig.staff.get("/api/v1/reviews?alarms=1").json()
        found = [(row["review"], row["state"], row["alarms"]) for row in rows["reviews"] if row["review"] == case.id]
        assert rows["alarms"] == len(rows["reviews"])
        return found

    assert late() == [(case.id, "mend", ["late_defects"])], "whatever its state is"
    case.send(replies=replies)
    assert late() == [(case.id, "sent", ["late_defects"])]
    for _ in range(2):
        seen = case.desk("alarm", {}, by="staff:cy")
        assert (seen.status_code, seen.json()["alarms"]) == (200, [])
    assert late() == []
    assert rig.staff.get("/api/v1/reviews?alarms=yes").json()["code"] == "bad_field"

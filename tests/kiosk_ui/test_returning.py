"""Who comes back to a review at a kiosk, takes one along or brings one, against a real hall; what is read there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import structs

from device_drivers.events import Code, Page, PersonCard, Unreadable
from device_drivers.ports import Slip, Text
from hall_daemon.wire.problems import problem
from kiosk_ui.presenters.page import Choices, Notice, Pad
from kiosk_ui.samples import printer
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.cases import LOOK_S
from kiosk_ui.state.drafts import Place
from tests.hall_daemon.adapters.http.review_halls import CANARY, Case, ReviewHall
from tests.hall_daemon.adapters.http.test_uploads import photo
from tests.kiosk_ui.pages import choices, names, page
from tests.kiosk_ui.steps import after, pressed
from tests.kiosk_ui.visitors import Visitor, to_papers

CARD = PersonCard(document="resident", number=CANARY, name="张三", birth="1949-12-31", sex="M", ethnicity="01")

# Nobody has sent a review with the one; with the other somebody has.
NEW_HERE, BEEN_HERE = "110101199003070038", "110101199003070054"


def told(rig: ReviewHall, case: Case) -> None:
    """Two things at once: a paper and a field."""
    paper = next(each for each in rig.dossiers.pages(case.id)).paper
    defects = [{"of": "paper", "id": paper, "code": "unreadable", "page": 1}, {
        "of": "field", "id": "area", "code": "other", "words": "请写实际面积"}]
    answer = case.desk("mend", {"defects": defects}, version=case.looked())
    assert answer.status_code == 200, answer.text


def found(rig: ReviewHall, case: Case) -> Visitor:
    """Looked up by its number and that of the person's paper."""
    visitor = Visitor(rig)
    visitor.press(e.Key.OPEN_LOOKUP, e.Key.OPEN_REVIEW, *map(e.TypeKey, case.id[3:].replace("-", "")))
    visitor.press(*map(e.TypeKey, CANARY), e.Key.FIND)
    return visitor


def test_what_was_sent_back_is_mended_by_who_lays_the_card(rig: ReviewHall, printed: list[Slip]) -> None:
    case = Case(rig).sent()
    told(rig, case)
    visitor = found(rig, case)
    step = visitor.step
    assert isinstance(step, s.Review), step
    assert names(page(visitor.state).actions) == ["send-again"], "no printer that works"
    link = visitor.state.link
    assert link.hall is not None
    with_printer = structs.replace(link.hall, devices=(printer(),))
    visitor.state = replace(visitor.state, link=replace(link, hall=with_printer))
    assert names(page(visitor.state).actions) == ["send-again", "print-list"]
    visitor.press(e.Key.PRINT_LIST)
    words = [item.text for item in printed[-1].items if isinstance(item, Text)]
    assert "一次性告知书" in words
    assert any(line.startswith("预审参考，不代表受理") for line in words)
    assert "请写实际面积" not in "".join(words), "what staff wrote is on no paper"
    body = page(visitor.state).body
    assert isinstance(body, Choices)
    assert "请取走" in body.hint

    visitor.press(e.Key.NEXT)
    assert page(visitor.state).name == "prove"
    visitor.press(*map(e.TypeKey, CANARY), e.Key.FIND)
    assert page(visitor.state).name == "prove", "two numbers are not enough"
    visitor.read(PersonCard(document="resident", number="110101199003070011", name="李四"))
    assert page(visitor.state).banner is not None
    assert visitor.state.session.heard == "other_card"
    visitor.read(CARD)
    check = visitor.step
    assert isinstance(check, s.Check), check
    assert check.draft.answers["area"] == rig.samples["area"]
    visitor.press(e.GoTo(Place("area")), e.Key.CLEAR, e.TypeKey("6"), e.TypeKey("0"), e.Key.NEXT, e.Key.HAND_IN)
    papers = visitor.step
    assert isinstance(papers, s.Papers), papers

    first = case.seen["lists"][-1]["defects"][0]["id"]
    visitor.press(e.ShowPaper(first))
    assert names(page(visitor.state).actions)[0] == "scan"
    visitor.press(e.Key.SCAN)
    visitor.read(Page("image/jpeg", photo(7)))
    shown = page(visitor.state)
    assert isinstance(shown.body, Notice)
    assert shown.body.picture is not None
    assert names(shown.actions) == ["keep-shot", "drop-shot"]
    visitor.press(e.Key.DROP_SHOT)
    visitor.read(Unreadable("page"))
    assert visitor.state.session.heard == "unreadable"
    visitor.read(Page("image/jpeg", photo(8)))
    visitor.press(e.Key.KEEP_SHOT, e.Key.BACK)
    assert case.seen["lists"][-1]["defects"][0]["mended"]
    visitor.press(e.Key.SEND)
    assert isinstance(visitor.step, s.Review), visitor.step
    assert case.seen["state"] == "sent"
    visitor.press(e.Key.FINISH)
    assert case.seen["state"] == "sent"
    kept = rig.dossiers.answers(case.id, _named(rig, case.id))
    assert kept is not None
    assert kept["area"]["value"] in ("60", 60)
    visitor.client.close()


def test_each_entry_leads_to_its_place_and_says_when_it_is_mended(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    told(rig, case)
    visitor = found(rig, case)
    paper = case.seen["lists"][-1]["defects"][0]["id"]
    assert names(choices(visitor.state).choices) == ["defect-0", "defect-1"]
    visitor.press(e.MendEntry(2), e.Key.SEND)
    assert isinstance(visitor.step, s.Review), "there is no such entry, and two are open"
    visitor.press(e.MendEntry(1))
    visitor.read(CARD)
    question = visitor.step
    assert isinstance(question, s.Asking), question
    assert question.at == Place("area")
    visitor.press(e.Key.BACK)
    assert isinstance(visitor.step, s.Review), "nothing was changed"
    visitor.press(e.MendEntry(1), e.Key.CLEAR, e.TypeKey("6"), e.TypeKey("0"), e.Key.NEXT)
    listed = choices(visitor.state)
    assert [(one.number, one.icon) for one in listed.choices] == [("1", ""), ("", "check")]
    assert [each["mended"] for each in case.seen["lists"][-1]["defects"]] == [False, True], "a phone shows it too"
    send = page(visitor.state).actions[0]
    assert (send.enabled, send.why) == (False, "先改完上面 1 处")

    visitor.press(e.MendEntry(0))
    papers = visitor.step
    assert isinstance(papers, s.Papers), papers
    assert papers.wanted == paper
    body = page(visitor.state).body
    assert isinstance(body, Notice)
    assert body.code is not None, "a phone can take it"
    visitor.press(e.Key.SCAN)
    visitor.read(Page("image/jpeg", photo(8)))
    visitor.press(e.Key.KEEP_SHOT, e.Key.BACK)
    assert [one.icon for one in choices(visitor.state).choices] == ["check", "check"]
    visitor.press(e.Key.SEND)
    assert case.seen["state"] == "sent"
    assert isinstance(visitor.step, s.Review), visitor.step
    visitor.client.close()


def test_an_entry_that_may_follow_is_promised_from_the_list(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    later = next(paper for paper in case.seen["ways"] if paper in case.seen["papers"])
    defects = [{"of": "paper", "id": later, "code": "expired", "page": 1}]
    assert case.desk("mend", {"defects": defects}, version=case.looked()).status_code == 200
    visitor = found(rig, case)
    visitor.press(e.MendEntry(0))
    visitor.read(CARD)
    visitor.press(e.Key.PROMISE)
    shown = choices(visitor.state).choices[0]
    assert (shown.icon, shown.detail) == ("hourglass", "承诺后补")
    visitor.press(e.Key.SEND)
    assert (case.seen["state"], case.seen["lists"][-1]["defects"][0]["reply"]) == ("sent", "promise")
    visitor.client.close()


def test_what_is_lent_ends_with_the_session_and_mending_is_not_taken_back(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    told(rig, case)
    visitor = found(rig, case)
    visitor.press(e.Key.NEXT)
    visitor.read(CARD)
    check = visitor.step
    assert isinstance(check, s.Check), check
    lent = check.draft.case
    assert lent is not None
    assert visitor.client.do(s.AskCase(session=1, about="review", key="k", case=lent)) != e.Forgotten()
    visitor.press(e.Key.HOME, e.Key.HOME)
    assert visitor.state.fresh
    again = visitor.client.do(s.AskCase(session=1, about="review", key="k", case=lent))
    assert isinstance(again, e.Refused)
    assert case.seen["state"] == "mend"
    visitor.client.close()


def test_a_draft_of_a_phone_is_brought_by_its_code_and_filled_in_here(rig: ReviewHall) -> None:
    case = Case(rig)
    case.keep()
    secret = case.client.post(f"{case.path}/move", headers=case.headers()).json()["url"]
    visitor = Visitor(rig)
    visitor.read(Code("https://elsewhere.example/about"))
    assert visitor.state.session.heard == "nothing"
    visitor.read(Code(secret))
    shown = page(visitor.state).body
    assert isinstance(shown, Notice)
    assert shown.code is not None
    state = case.client.get(f"{case.path}/move", headers=case.headers()).json()
    assert (state["state"], state["number"]) == ("claimed", shown.code.number)
    visitor.wait(LOOK_S)
    assert page(visitor.state).name == "arriving"
    case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers())
    visitor.wait(LOOK_S)
    assert page(visitor.state).name == "review-draft", visitor.step
    visitor.press(e.Key.NEXT)
    check = visitor.step
    assert isinstance(check, s.Check), check
    assert check.draft.answers["area"] == rig.samples["area"]
    visitor.press(e.Key.HOME, e.Key.HOME)
    assert case.seen["state"] == "draft", "it is the phone's"
    visitor.read(Code(secret))
    assert isinstance(visitor.step, s.Stuck), "a code is good once"
    visitor.client.close()


def test_a_review_goes_to_a_phone_and_nothing_of_it_stays(rig: ReviewHall) -> None:
    visitor = to_papers(rig)
    case = visitor.step.draft.case if isinstance(visitor.step, s.Papers) else None
    assert case is not None
    visitor.press(e.Key.HOME, e.Key.TAKE_ALONG)
    moving = visitor.step
    assert isinstance(moving, s.Moving), moving
    said = rig.public.post("/api/v1/move/claim", {"secret": moving.url.partition("#s=")[2]}).json()
    visitor.wait(LOOK_S)
    assert isinstance(visitor.step, s.Moving)
    assert visitor.step.number == said["number"]
    visitor.press(e.Key.SAME_NUMBER)
    mine = rig.public.post("/api/v1/move/collect", {"token": said["token"]}).json()
    visitor.wait(LOOK_S)
    assert visitor.step == s.Taken(case.review)
    seen = rig.public.get(f"/api/v1/reviews/{case.review}", headers={"Case-Token": mine["token"]}).json()
    assert seen["state"] == "draft"
    visitor.press(e.Key.FINISH)
    assert visitor.state.fresh
    visitor.client.close()


def test_a_phone_shows_its_review_and_its_number(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    visitor = Visitor(rig)
    visitor.press(e.Key.OPEN_LOOKUP)
    visitor.read(Code(f"https://hall.example/case#r={case.id}&t={case.token}"))
    assert page(visitor.state).name == "review-sent"
    assert "take-along" in names(page(visitor.state).nav)
    visitor.press(e.Key.HOME)
    number = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    visitor.read(Code(f"https://hall.example/t/{number['token']}"))
    assert page(visitor.state).name == "ticket"
    visitor.press(e.Key.BACK)
    assert visitor.step == s.LookUp()
    visitor.read(Code(case.id))
    assert visitor.step == s.FindReview(case.id[3:].replace("-", ""))
    visitor.read(CARD)
    assert page(visitor.state).name == "review-sent"
    visitor.client.close()


def test_who_was_told_proves_it_by_the_number_where_the_secret_is_at_hand(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    told(rig, case)
    visitor = Visitor(rig)
    visitor.read(Code(f"https://hall.example/case#r={case.id}&t={case.token}"))
    visitor.press(e.Key.NEXT)
    body = page(visitor.state).body
    assert isinstance(body, Pad)
    visitor.press(*map(e.TypeKey, CANARY[:-1]), e.Key.ERASE, e.Key.CLEAR, *map(e.TypeKey, CANARY), e.Key.FIND)
    assert isinstance(visitor.step, s.Check), visitor.step
    visitor.client.close()


def test_a_card_and_a_licence_fill_in_what_they_say(rig: ReviewHall) -> None:
    visitor = Visitor(rig)
    group = next(each.group for each in visitor.state.library.guides if each.matter == "food-business-licence")
    visitor.press(e.Key.OPEN_GUIDES, e.ChooseGroup(group), e.ChooseGuide("food-business-licence"), e.Key.OPEN_FORM)
    asked: list[str] = []
    while isinstance(step := visitor.step, s.Asking):
        asked.append(step.at.field)
        if step.at.field == "uscc":
            visitor.read(Code(f"https://licence.example/?code={rig.samples['uscc']}"))
            visitor.press(e.Key.NEXT)
        elif step.at.field == "rep_name":
            visitor.read(replace(CARD, number=NEW_HERE, birth="1990-03-07"))
            assert visitor.state.session.heard == "filled"
            visitor.press(e.Key.NEXT)
        else:
            visitor.answer(rig.samples.get(step.at.field))
    assert not {"rep_id", "rep_birth", "sign_date"} & set(asked), "what is known is not asked"
    check = visitor.step
    assert isinstance(check, s.Check)
    draft = check.draft
    assert (draft.answers["rep_name"], draft.answers["rep_id"]) == ("张三", NEW_HERE)
    assert {draft.origins[id_] for id_ in ("rep_name", "rep_id")} == {"card"}
    assert (draft.origins["uscc"], draft.origins["sign_date"]) == ("licence", "computed")
    found = next(each for each in _list(visitor).choices if each.name == "answer-rep_name")
    assert found.gloss == "来自身份证"
    kept = _handed_in(rig, visitor)
    assert [kept[id_]["origin"] for id_ in ("rep_name", "uscc", "operator")] == ["card", "licence", "person"]
    visitor.press(e.Key.FINISH)
    visitor.client.close()


def test_who_was_here_before_finds_it_filled_in_and_checks_it(rig: ReviewHall) -> None:
    Case(rig, id_number=BEEN_HERE).sent()
    visitor = Visitor(rig)
    group = next(each.group for each in visitor.state.library.guides if each.matter == "food-business-licence")
    visitor.press(e.Key.OPEN_GUIDES, e.ChooseGroup(group), e.ChooseGuide("food-business-licence"), e.Key.OPEN_FORM)
    asked: dict[str, str] = {}
    while isinstance(step := visitor.step, s.Asking):
        asked[step.at.field] = step.typed
        if step.at.field == "rep_name":
            visitor.read(replace(CARD, number=BEEN_HERE, birth="1990-03-07"))
            banner = page(visitor.state).banner
            assert banner is not None
            assert banner.text.startswith("已带入您以前填过的 ")
            visitor.press(e.Key.NEXT)
        elif step.typed:
            visitor.press(e.Key.NEXT)
        else:
            visitor.answer(rig.samples.get(step.at.field))
    assert asked["phone"] == rig.samples["phone"], "masked at the last look, so it is shown where it is asked"
    assert (asked["operator"], asked["kitchen_area"]) == ("", ""), "before the card, and what means nothing elsewhere"
    assert not asked.keys() & {"rep_id", "area", "staff"}
    check = visitor.step
    assert isinstance(check, s.Check)
    assert {check.draft.origins[id_] for id_ in ("phone", "premises_addr")} == {"earlier"}
    kept = _handed_in(rig, visitor)
    assert [kept[id_]["origin"] for id_ in ("phone", "rep_id", "operator")] == ["earlier", "card", "person"]
    visitor.press(e.Key.FINISH)
    visitor.client.close()


def _handed_in(rig: ReviewHall, visitor: Visitor) -> dict[str, Any]:
    """The answers as the hall keeps them."""
    visitor.press(e.Key.HAND_IN)
    papers = visitor.step
    assert isinstance(papers, s.Papers), papers
    assert papers.draft.case is not None
    kept = rig.dossiers.answers(papers.draft.case.review, _named(rig, papers.draft.case.review))
    assert kept is not None
    return kept


def _named(rig: ReviewHall, review: str) -> str:
    """The piece that the docket says are its answers."""
    return rig.hall.core.book.docket.reviews[review].answers


def _list(visitor: Visitor) -> Choices:
    body = page(replace(visitor.state)).body
    assert isinstance(body, Choices)
    return body


def bound(rig: ReviewHall, case: Case) -> str | None:
    number: str | None = case.seen["number"]
    return number


def test_who_holds_a_number_has_its_slip_read_on_the_page_of_the_review(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    case.passed()
    drawn = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    visitor = found(rig, case)
    assert "小票" in str(page(visitor.state).body), "it is said that a slip can be read"
    visitor.read(Code(text=f"YS-{case.id}"))
    assert visitor.state.session.heard == "nothing"
    visitor.read(Code(text=drawn["url"]))
    step = visitor.step
    assert isinstance(step, s.Review), step
    assert (step.view.number, step.view.numbers_of) == (drawn["number"], "")
    assert drawn["number"] in str(page(visitor.state).body)
    assert "draw-prepared" not in names(page(visitor.state).actions), "nobody needs a second number"
    seen = rig.staff.get(f"/api/v1/tickets/{drawn['number']}").json()
    assert (seen["services"], seen["prepared"]) == (["food-ready"], True)


def test_from_the_page_of_the_number_the_review_is_looked_up_and_the_number_comes_along(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    drawn = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    visitor = Visitor(rig)
    visitor.press(e.Key.OPEN_LOOKUP, *map(e.TypeKey, drawn["number"]), e.Key.FIND)
    assert "bring" not in names(page(visitor.state).actions), "anybody can type a number"
    visitor = Visitor(rig)
    visitor.read(Code(text=drawn["url"]))
    assert "bring" in names(page(visitor.state).actions)
    visitor.press(e.Key.BRING, *map(e.TypeKey, case.id[3:].replace("-", "")), *map(e.TypeKey, CANARY), e.Key.FIND)
    step = visitor.step
    assert isinstance(step, s.Review), step
    assert step.view.number == drawn["number"] == bound(rig, case)
    case.passed()
    assert rig.staff.get(f"/api/v1/tickets/{drawn['number']}").json()["services"] == ["food-ready"]


def held(rig: ReviewHall) -> tuple[Visitor, str]:
    """A number whose slip was read, from the page of which its review is looked up."""
    drawn = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    visitor = Visitor(rig)
    visitor.read(Code(text=drawn["url"]))
    visitor.press(e.Key.BRING)
    return visitor, drawn["number"]


def test_the_number_comes_along_to_a_review_whose_number_is_read(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    visitor, number = held(rig)
    visitor.read(Code(case.id))
    visitor.read(CARD)
    assert isinstance(visitor.step, s.Review), visitor.step
    assert visitor.step.view.number == number == bound(rig, case)
    visitor.client.close()


def test_the_number_comes_along_to_a_review_that_a_phone_hands_over(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    visitor, number = held(rig)
    looking = visitor.step
    secret = case.client.post(f"{case.path}/move", headers=case.headers()).json()["url"]
    visitor.read(Code(secret))
    arriving = visitor.step
    assert isinstance(arriving, s.Arriving), arriving
    assert arriving.brings not in repr(arriving)
    refused = e.Refused(visitor.state.session_no, "collect", "look", problem("unknown_review", {"review": ""}))
    for gone in (pressed(visitor.state, e.Key.BACK), after(visitor.state, refused)):
        assert gone.session.step == looking, "the number is not lost"
    case.client.post(f"{case.path}/move/confirm", {}, headers=case.headers())
    visitor.wait(LOOK_S)
    assert isinstance(visitor.step, s.Review), visitor.step
    assert visitor.step.view.number == number
    visitor.client.close()


def test_a_number_of_another_matter_is_refused_with_words(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    drawn = rig.staff.post("/api/v1/tickets", {"service": "idcard"}).json()
    visitor = found(rig, case)
    visitor.read(Code(text=drawn["url"]))
    assert isinstance(visitor.step, s.Stuck)
    assert "这个号不是办这件事的" in str(page(visitor.state).body)
    visitor.press(e.Key.BACK)
    assert isinstance(visitor.step, s.Review)
    assert bound(rig, case) is None

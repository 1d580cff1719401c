"""What somebody wrote in earlier reviews begins the form at the kiosk: empty questions alone, once, and never in
anybody else's. Pure."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.own_reviews import CardBody, EarlierAnswers
from hall_daemon.wire.problems import problem
from hall_daemon.wire.readings import CardView, ReadingView
from kiosk_ui.presenters.page import Choices
from kiosk_ui.sample_matters import FOOD, ID_NUMBER, asking, draft, review
from kiosk_ui.state import State, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Place
from kiosk_ui.state.earlier import HOLD_S
from kiosk_ui.state.model import Own, Reader
from kiosk_ui.state.reading import AGAIN_S
from tests.kiosk_ui.pages import page
from tests.kiosk_ui.steps import AT, after, pressed, told
from tests.kiosk_ui.test_filling import at, step_of, typed

UNSAID = (
    "name", "latin_name", "sex", "ethnicity", "nationality", "birth", "address", "issuer", "valid_from", "valid_to"
)
CARD = CardView(document="resident", number=ID_NUMBER, **dict.fromkeys(UNSAID, ""))
BEFORE = {"name": "别名", "place": "测试街9号2层201", "area": "60", "nothing": "x", "people": [{"who": "测试乙"}]}


def laid(here: State, card: CardView = CARD) -> tuple[State, list[s.AskCase]]:
    """A card on this kiosk's reader, and what the hall is asked then."""
    here = replace(here, settings=KioskSettings(reads=("card",)), reader=replace(here.reader, out=True))
    read = ReadingView(n=7, reader="r", what="card", card=card)
    outcome = reduce(here, e.ReadingCame(1, read), AT)
    return outcome.state, [each for each in outcome.effects if isinstance(each, s.AskCase)]


def said(ask: s.AskCase, answers: dict[str, object]) -> e.CaseTold:
    return e.CaseTold(ask.session, "earlier", ask.key, EarlierAnswers(form="food", answers=answers, origins={}))


def test_a_kiosk_that_starts_reads_nothing_of_whoever_stood_there_before() -> None:
    """Its program died over a card; the next one has the hall forget first."""
    here = replace(at(asking(Place("id_no"), {})), settings=KioskSettings(reads=("card",)), reader=Reader())
    began, effects = reduce(here, e.Tick(), AT)
    assert [type(each) for each in effects if isinstance(each, e.ForgetReadings | e.AwaitReading)] == [e.ForgetReadings]
    lost = after(began, e.Forgotten(done=False))
    assert not {e.ForgetReadings, e.AwaitReading} & {*map(type, told(lost))}
    again, effects = reduce(lost, e.Tick(), AT + AGAIN_S)
    assert e.ForgetReadings in map(type, effects)
    assert e.AwaitReading in map(type, told(after(again, e.Forgotten()), AT + AGAIN_S))
    unknown = replace(here, own=Own(known=False, ask_at_s=None))
    assert e.ForgetReadings not in map(type, told(unknown)), "it does not know yet who it is"


def test_a_card_brings_what_was_written_before_where_nothing_stands() -> None:
    here, (ask,) = laid(at(asking(Place("id_no"), {"area": "45"})))
    assert (ask.about, ask.ref, ask.body) == ("earlier", "food", CardBody(reading=7))
    assert e.AwaitReading not in map(type, told(here, AT + HOLD_S / 2)), "a poll drops that reading"
    assert e.AwaitReading in map(type, told(here, AT + HOLD_S))
    came = after(here, said(ask, BEFORE))
    step = step_of(came, s.Asking)
    assert isinstance(step, s.Asking)
    draft_ = step.draft
    assert {id_: draft_.answers.get(id_) for id_ in ("name", "id_no", "place", "area", "people")} == {
        "name": "别名", "id_no": ID_NUMBER, "place": "测试街9号2层201", "area": "45", "people": [{"who": "测试乙"}],
    }
    assert draft_.origins == {"id_no": "card", "name": "earlier", "place": "earlier", "people": "earlier"}
    for language, words in (
        ("zh", "已带入您以前填过的 3 项，请逐项核对"),
        ("en", "3 items you filled in before are here; please check each"),
    ):
        banner = page(came, language).banner
        assert banner is not None
        assert banner.text == words
    assert pressed(came, e.Key.NEXT).session.heard == "", "it is said once"
    assert after(came, said(ask, {"opens": "2026-12-24"})) == came, "an answer counts once"
    check = page(replace(came, session=replace(came.session, step=s.Check(draft=draft_, before=FOOD)))).body
    assert isinstance(check, Choices)
    assert {each.name: each.gloss for each in check.choices if each.gloss} == {
        "answer-id_no": "来自身份证", "answer-name": "来自以前的办件", "answer-place": "来自以前的办件",
        "answer-people": "来自以前的办件",
    }


def test_what_is_masked_at_the_last_look_is_shown_once_where_it_is_asked() -> None:
    here, (ask,) = laid(at(asking(Place("id_no"))))
    here = pressed(after(here, said(ask, {"place": "测试街9号2层201", "area": "60"})), e.Key.NEXT)
    step = step_of(here, s.Asking)
    assert isinstance(step, s.Asking)
    assert step.at == Place("items"), "the address is known"
    masked = after(laid(at(asking(Place("id_no"))))[0], said(ask, {"name": "别名"}))
    back = pressed(masked, e.Key.BACK)
    assert isinstance(back.session.step, s.Asking)
    assert (back.session.step.at, back.session.step.typed) == (Place("name"), "别名")
    assert isinstance(pressed(back, e.Key.BACK).session.step, s.AskedLeave)


def test_the_hall_is_asked_for_the_forms_own_person_alone_and_never_in_a_walk_through() -> None:
    open_ = asking(Place("id_no"))
    defects = review("mend").lists[0].defects
    for draft_ in (draft(walk=True), replace(draft(), defects=defects)):
        assert laid(at(replace(open_, draft=draft_)))[1] == []
    read = laid(at(open_))[0]
    agents = replace(step_of(read, s.Asking), at=Place("people", 1, "id"))  # type: ignore[call-arg]
    assert laid(at(agents), structs.replace(CARD, number="110101199003070038"))[1] == []
    assert laid(at(agents))[1] != [], "the form is that of the person whose card this is"


def test_without_an_answer_and_after_the_page_is_gone_nothing_happens() -> None:
    here, (ask,) = laid(at(asking(Place("id_no"))))
    lost = after(here, e.Lost(1, "earlier", ask.key, "busy"), e.Refused(1, "earlier", ask.key, problem("rate_limited")))
    assert lost.session == here.session
    late = said(ask, BEFORE)
    gone = pressed(here, e.Key.BACK, e.Key.BACK, e.Key.HOME)
    assert after(gone, late).session == gone.session
    anew = at(asking(Place("id_no")))
    assert after(anew, late).session == anew.session, "another form, of somebody else perhaps"
    assert after(here, replace(late, session=2)).session == here.session
    helped = after(pressed(here, e.Key.NEXT, e.Key.CALL_HELP), late)
    assert isinstance(helped.session.step, s.Help)
    assert isinstance(helped.session.step.before, s.Asking)
    assert helped.session.step.before.draft.answers["place"] == BEFORE["place"]
    writing = typed(pressed(here, e.Key.NEXT), "ce")
    busy = step_of(after(writing, late), s.Asking)
    assert isinstance(busy, s.Asking)
    assert (busy.at, busy.letters) == (Place("place"), "ce")
    assert (busy.draft.answers.get("place"), busy.draft.answers["area"]) == (None, "60"), "what is being typed stays"

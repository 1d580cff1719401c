"""The kiosk's rules, event by event. Pure: no clock, no thread, no screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.messages import HallView
from hall_daemon.wire.problems import problem
from kiosk_ui.samples import (
    ENQUIRY,
    NOW_S,
    REFUSED,
    SERVICES,
    drawn_number,
    few,
    hall,
    issued,
    printer,
    service,
    shut,
    state,
    ticket,
)
from kiosk_ui.state import Assist, Own, Session, State, reduce, start
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import DRAW_RETRY_S, WATCH_SLIP_S
from kiosk_ui.state.model import Library, choices_per_leaf, grouped, in_queue, lacks, offered, queue_of, queues
from kiosk_ui.state.news import News
from kiosk_ui.state.reducer import BACKOFF_S, POLL_S, SETTINGS_S
from kiosk_ui.state.steps import Draw, Trouble, Watch
from tests.kiosk_ui.steps import AT, after, press, pressed, told

# -- the hall --------------------------------------------------------------------------------------


def test_a_kiosk_asks_for_the_hall_at_once_and_only_once_at_a_time() -> None:
    begun = start(5.0)
    asked, effects = reduce(begun, e.Tick(), 5.0)
    assert effects == (e.FetchSettings(), e.FetchHall(""))
    assert told(asked, 500.0) == ()


def test_it_asks_again_after_a_while_with_its_etag() -> None:
    known = after(start(0.0), e.Tick(), e.HallCame(hall(), "e1"), at_s=10.0)
    assert known.link.hall == hall()
    known = replace(known, library=Library(ask_at_s=None), news=News(notices_at_s=None, forecast_at_s=None))
    assert told(known, 10.0 + POLL_S - 0.1) == ()
    assert told(known, 10.0 + POLL_S) == (e.FetchHall("e1"),)
    same = after(known, e.HallSame(), at_s=20.0)
    assert (same.link.hall, same.link.got_at_s, same.stale) == (hall(), 20.0, False)


def test_away_after_two_failures_in_a_row_and_back_with_one_answer() -> None:
    once = after(state(), e.HallLost("refused"))
    assert not once.away
    twice = after(once, e.HallLost("refused"))
    assert twice.away
    assert not after(twice, e.HallCame(hall(), "")).away
    assert not after(twice, e.HallSame()).away


def test_away_at_once_when_nothing_was_ever_heard() -> None:
    assert after(start(0.0), e.HallLost("refused")).away


def test_tries_are_further_and_further_apart_but_never_given_up() -> None:
    lost = state()
    waits = []
    for _ in range(len(BACKOFF_S) + 2):
        lost = after(lost, e.HallLost("refused"))
        assert lost.link.poll_at_s is not None
        waits.append(lost.link.poll_at_s - AT)
    assert waits == [*BACKOFF_S, BACKOFF_S[-1], BACKOFF_S[-1]]


def test_figures_are_live_for_as_long_as_the_hall_says() -> None:
    known = state()
    assert not after(known, e.Tick(), at_s=NOW_S + 30).stale
    assert after(known, e.Tick(), at_s=NOW_S + 30.5).stale
    assert not start(0.0).stale


# -- what this kiosk is ----------------------------------------------------------------------------


def test_a_kiosk_asks_the_hall_what_it_is_until_it_knows_and_then_now_and_then() -> None:
    asked = after(start(0.0), e.Tick(), at_s=0.0)
    waits = []
    for _ in range(len(BACKOFF_S) + 1):
        asked = after(asked, e.SettingsLost("refused"))
        assert not asked.own.known
        waits.append((asked.own.ask_at_s or 0.0) - AT)
    assert waits == [*BACKOFF_S, BACKOFF_S[-1]]
    told_so = KioskSettings(printer="printer-9", idle_s=7)
    known = after(asked, e.SettingsCame(told_so))
    assert (known.settings, known.own) == (told_so, Own(known=True, ask_at_s=AT + SETTINGS_S))
    assert e.FetchSettings() not in told(known, AT + SETTINGS_S - 1)
    assert e.FetchSettings() in told(known, AT + SETTINGS_S)


def test_what_it_knows_stays_in_memory_while_the_hall_is_away_and_is_asked_again_when_it_is_back() -> None:
    known = after(state(), e.SettingsLost("x"), e.SettingsRefused(problem("stopping")), e.HallLost("x"))
    assert (known.settings, known.own.known, known.own.refusal) == (state().settings, True, None)
    back = after(known, e.HallSame())
    assert e.FetchSettings() in told(back, AT)


def test_what_was_said_at_the_start_goes_before_the_hall() -> None:
    begun = start(0.0, {"printer": "desk", "language": "en"})
    assert (begun.settings, begun.session) == (KioskSettings(printer="desk", language="en"), Session(language="en"))
    known = after(begun, e.SettingsCame(KioskSettings(printer="printer-9", idle_s=7)))
    assert known.settings == KioskSettings(printer="desk", language="en", idle_s=7)


def test_another_language_is_for_whoever_comes_next() -> None:
    english = KioskSettings(language="en")
    assert after(state(step=s.FIRST), e.SettingsCame(english)).session == Session(language="en")
    somebody = state(step=s.LookUp("A"))
    assert after(somebody, e.SettingsCame(english)).session == somebody.session
    assert after(somebody, e.SettingsCame(english), e.Pressed(e.Key.FINISH, "k")).session == Session(language="en")


def test_a_kiosk_that_the_hall_does_not_know_keeps_asking() -> None:
    refusal = problem("unknown_kiosk", {"kiosk": "k", "known": "kiosk-1"})
    unknown = after(start(0.0), e.SettingsRefused(refusal))
    assert unknown.own.refusal == refusal
    assert e.FetchSettings() in told(unknown, AT + BACKOFF_S[-1])
    assert after(unknown, e.SettingsCame(KioskSettings())).own.refusal is None


# -- what is offered -------------------------------------------------------------------------------


def test_matters_are_grouped_by_queue_only_when_there_are_more_than_a_page_holds() -> None:
    assert grouped(state())
    assert not grouped(state(few(6)))
    only = KioskSettings(services=("pension", "enquiry"))
    assert [service.id for service in offered(state(settings=only))] == ["enquiry", "pension"]
    assert [queue.id for queue in queues(state(settings=only))] == ["general", "social"]
    assert [service.id for service in in_queue(state(settings=only), "social")] == ["pension"]


def test_without_a_hall_nothing_is_offered() -> None:
    empty = start(0.0)
    assert (offered(empty), queues(empty), queue_of(empty, "general")) == ((), (), None)


def test_fewer_choices_where_there_is_little_room() -> None:
    assert choices_per_leaf(state()) == 8
    assert choices_per_leaf(state(assist=Assist(large=True))) == 6
    assert choices_per_leaf(state(assist=Assist(low=True))) == 4
    wide = KioskSettings(screen_mm=(268, 270))
    assert choices_per_leaf(state(settings=wide)) == 6
    assert choices_per_leaf(state(settings=wide, assist=Assist(large=True))) == 4


@pytest.mark.parametrize(
    ("typed", "lack"),
    [("A012", ""), ("VIP7", ""), ("", "all"), ("A", "digits"), ("012", "letters"), ("A0B1", "order"), ("A0B", "order")],
)
def test_a_number_is_letters_then_digits_or_lacks_something(typed: str, lack: str) -> None:
    assert lacks(typed) == lack


# -- choosing --------------------------------------------------------------------------------------


def test_three_touches_to_a_number() -> None:
    before = pressed(state(step=s.FIRST), e.Key.OPEN_CHOOSE, e.ChooseQueue("general"))
    drawing, effects = press(before, e.ChooseService("enquiry"), "fresh")
    assert drawing.session.step == s.Drawing(ENQUIRY, Draw("fresh", "enquiry", ""))
    assert effects == (e.DrawNumber(session=1, key="fresh", service="enquiry", ground="", printer="printer-1"),)


def test_a_queue_with_one_matter_goes_straight_to_it() -> None:
    alone = state(settings=KioskSettings(services=("pension", "enquiry", "food-permit")))
    assert isinstance(pressed(alone, e.ChooseQueue("social")).session.step, s.Drawing)


@pytest.mark.parametrize("against", [
    shut("day_full"), hall(services=tuple(service(*row, windows_open=0) for row in SERVICES)),
    hall(devices=(printer("alert", "paper out"),)),
])
def test_what_stands_against_a_number_is_said_before_it_is_drawn(against: HallView) -> None:
    here = pressed(state(against, step=s.FIRST), e.Key.OPEN_CHOOSE, e.ChooseQueue("general"))
    shown, effects = press(here, e.ChooseService("enquiry"))
    assert (shown.session.step, effects) == (ENQUIRY, ())
    assert pressed(shown, e.Key.BACK).session.step == s.Services("general")


def test_what_is_gone_changes_nothing() -> None:
    here = state()
    assert pressed(here, e.ChooseQueue("nowhere")).session == here.session
    assert pressed(here, e.ChooseService("nothing")).session == here.session
    gone = state(step=s.Matter("general", "nothing"))
    assert press(gone, e.Key.TAKE_NUMBER).effects == ()
    assert press(state(), e.Key.TAKE_NUMBER).effects == ()


def test_a_ground_goes_with_the_number_and_can_be_taken_back() -> None:
    for before in (s.Choose(), s.Services("general"), ENQUIRY):
        asked = pressed(state(step=before), e.Key.ASK_PRIORITY)
        assert asked.session.step == s.Grounds(before)
        grounded = pressed(asked, e.ChooseGround("soldier"))
        assert grounded.session.step == replace(before, ground="soldier")
        last = e.Key.TAKE_NUMBER if isinstance(before, s.Matter) else e.ChooseService("enquiry")
        (effect,) = press(grounded, last).effects
        assert effect == e.DrawNumber(session=1, key="key-1", service="enquiry", ground="soldier", printer="printer-1")
        assert pressed(grounded, e.ChooseGround("")).session.step == before
    chosen = pressed(state(step=s.Choose(ground="soldier")), e.ChooseQueue("general"))
    assert chosen.session.step == s.Services("general", ground="soldier")
    assert pressed(chosen, e.Key.BACK).session.step == s.Choose(ground="soldier")


def test_pages_of_choices_turn() -> None:
    assert pressed(state(), e.Key.TURN_LEAF, e.Key.TURN_LEAF).session.step == s.Choose(2)
    assert pressed(state(), e.Key.TURN_LEAF, e.ChooseQueue("general")).session.step == s.Services("general")
    assert pressed(state(), e.Key.TURN_LEAF, e.Switch("large")).session.step == s.Choose()


def test_back_goes_the_way_one_came() -> None:
    here = state(step=s.Grounds(ENQUIRY))
    for step in (ENQUIRY, s.Services("general"), s.Choose(), s.FIRST, s.FIRST):
        here = pressed(here, e.Key.BACK)
        assert here.session.step == step
    few_matters = pressed(state(few(4), step=ENQUIRY), e.Key.BACK, e.Key.BACK)
    assert few_matters.session == Session()


def test_help_is_on_every_page_and_leads_back() -> None:
    for step in (s.FIRST, s.Choose(), ENQUIRY, s.LookUp("A0"), drawn_number()):
        asked, effects = press(state(step=step), e.Key.CALL_HELP, "k")
        assert (asked.session.step, effects) == (s.Help(before=step, key="k"), (e.CallHelp(1, "k"),))
        assert after(asked, e.HelpCalled(1, "k")).session.step == s.Help(before=step, key="k", told=True, since_s=AT)
        assert after(asked, e.Lost(1, "help", "k", "x")).session.step == s.Help(before=step, key="k", told=False)
        assert after(asked, e.HelpCalled(1, "other")).session == asked.session
        assert pressed(asked, e.Key.BACK).session.step == step


def test_nobody_leaves_a_number_that_is_being_drawn_or_is_shown_by_back() -> None:
    for here in (drawing(), state(step=drawn_number())):
        assert pressed(here, e.Key.BACK).session == here.session
    assert pressed(drawing(), e.Key.HOME).session == drawing().session


def test_home_keeps_how_it_is_shown_and_nothing_else() -> None:
    here = state(step=s.Ticket(Watch("A012", ticket())), language="en", assist=Assist(large=True))
    home = pressed(here, e.Key.HOME)
    assert home.session == Session(language="en", assist=Assist(large=True))
    assert home.session_no == here.session_no + 1


# -- drawing ---------------------------------------------------------------------------------------


def drawing(**changes: Any) -> State:
    return state(step=s.Drawing(ENQUIRY, Draw("k", "enquiry", "")), **changes)


def retry_at_s(here: State) -> float | None:
    step = here.session.step
    return step.draw.retry_at_s if isinstance(step, s.Drawing) else None


def trouble(here: State) -> Trouble | None:
    step = here.session.step
    return step.trouble if isinstance(step, s.Problem) else None


def test_the_number_is_shown_and_followed() -> None:
    shown = after(drawing(), e.Drawn(1, "k", issued()))
    watch = Watch("2026-11-23-A012", next_at_s=AT + WATCH_SLIP_S / 2)
    assert shown.session == Session(step=s.Number(issued=issued(), issued_at_s=AT, watch=watch))
    assert told(shown, AT + WATCH_SLIP_S) == (e.FetchTicket(1, "2026-11-23-A012"),)


def test_a_draw_is_tried_again_with_the_same_key_and_never_twice_at_once() -> None:
    lost = after(drawing(), e.Lost(1, "draw", "k", "timeout"))
    assert retry_at_s(lost) == AT + DRAW_RETRY_S[0]
    assert told(lost, AT + DRAW_RETRY_S[0] - 0.1) == ()
    again, effects = reduce(lost, e.Tick(), AT + DRAW_RETRY_S[0])
    assert effects == (e.DrawNumber(session=1, key="k", service="enquiry", ground="", printer="printer-1"),)
    assert told(again, AT + 100) == (e.FetchSettings(), e.FetchHall("etag"))


@pytest.mark.parametrize("code", ["busy", "timeout", "stopping", "rate_limited", "internal"])
def test_what_will_pass_is_waited_for(code: str) -> None:
    busy = after(drawing(), e.Refused(1, "draw", "k", problem(code)))
    assert retry_at_s(busy) == AT + DRAW_RETRY_S[0]


def test_after_many_tries_the_person_is_told_and_may_go_on_with_the_same_key() -> None:
    here = drawing()
    for _ in range(len(DRAW_RETRY_S)):
        here = after(here, e.Lost(1, "draw", "k", "x"))
        here = after(here, e.Tick(), at_s=retry_at_s(here) or 0)
    here = after(here, e.Lost(1, "draw", "k", "x"))
    assert here.session.step == s.Problem(Trouble("draw", "unreachable"), ENQUIRY)
    again, effects = press(here, e.Key.TRY_AGAIN, "another")
    assert isinstance(again.session.step, s.Drawing)
    assert effects == (e.DrawNumber(session=1, key="k", service="enquiry", ground="", printer="printer-1"),)
    back = pressed(here, e.Key.BACK)
    assert back.session.step == ENQUIRY
    (effect,) = press(back, e.Key.TAKE_NUMBER, "another").effects
    assert effect == e.DrawNumber(session=1, key="k", service="enquiry", ground="", printer="printer-1")
    (other,) = press(pressed(back, e.ChooseGround("soldier")), e.Key.TAKE_NUMBER, "another").effects
    assert other == e.DrawNumber(session=1, key="another", service="enquiry", ground="soldier", printer="printer-1")


def unsettled() -> State:
    """Somebody drew, and nobody knows whether it was drawn."""
    here = drawing()
    while isinstance(here.session.step, s.Drawing):
        here = after(here, e.Lost(1, "draw", "k", "x"))
        if (at_s := retry_at_s(here)) is not None:
            here = after(here, e.Tick(), at_s=at_s)
    return here


TAKE = e.Key.TAKE_NUMBER
SAME = (e.Key.OPEN_CHOOSE, e.ChooseQueue("general"), e.ChooseService("enquiry"))


@pytest.mark.parametrize(
    "way",
    [(e.Key.BACK, TAKE), (*4 * (e.Key.BACK,), *SAME), (e.Key.HOME, *SAME), (e.Key.BACK, e.Key.HOME, *SAME),
        (e.Key.BACK, e.Speak("en"), e.Switch("senior"), TAKE), (e.Key.HOME, e.Key.OPEN_LOOKUP, e.Key.HOME, *SAME)],
)
def test_unsettled_draw_back_same_matter_sends_the_old_key(way: tuple[e.Press, ...]) -> None:
    again = press(pressed(unsettled(), *way[:-1]), way[-1], "new")
    assert [(effect.key, effect.service) for effect in again.effects if isinstance(effect, e.DrawNumber)] == [
        ("k", "enquiry")
    ]
    shown = after(again.state, e.Drawn(again.state.session_no, "k", issued()))
    assert isinstance(shown.session.step, s.Number)
    assert (shown.session.step.issued, shown.session.unsettled) == (issued(), ())


def test_another_matter_has_its_own_key_and_the_first_one_keeps_its() -> None:
    other = pressed(unsettled(), e.Key.BACK, e.Key.BACK)
    drawn, (effect,) = press(other, e.ChooseService("food-permit"), "other")
    assert effect == e.DrawNumber(session=1, key="other", service="food-permit", ground="", printer="printer-1")
    full = after(drawn, e.Refused(1, "draw", "other", problem("service_full", {"cap": 1})))
    back = pressed(full, e.Key.BACK, e.Key.BACK)
    (effect,) = press(back, e.ChooseService("enquiry"), "third").effects
    assert effect == e.DrawNumber(session=1, key="k", service="enquiry", ground="", printer="printer-1")


def test_who_comes_next_has_a_key_of_their_own() -> None:
    gone = after(unsettled(), e.Tick(), at_s=AT + 500)
    assert gone.fresh
    drawn = press(pressed(gone, *SAME[:-1]), SAME[-1], "new")
    assert [effect.key for effect in drawn.effects if isinstance(effect, e.DrawNumber)] == ["new"]


def test_a_refusal_is_told_in_the_halls_words_and_the_next_draw_is_a_new_one() -> None:
    full = after(drawing(), e.Refused(1, "draw", "k", problem("service_full", {"cap": 60})))
    assert trouble(full) == REFUSED
    assert full.session.unsettled == ()
    assert pressed(full, e.Key.TRY_AGAIN).session.step == ENQUIRY
    (effect,) = press(pressed(full, e.Key.BACK), e.Key.TAKE_NUMBER, "new").effects
    assert effect == e.DrawNumber(session=1, key="new", service="enquiry", ground="", printer="printer-1")


@pytest.mark.parametrize(
    "late", [e.Drawn(0, "k", issued()), e.Drawn(1, "old", issued()), e.Lost(0, "draw", "k", "x"),
        e.Lost(1, "draw", "old", "x"), e.Refused(0, "draw", "k", problem("day_full")),
        e.Refused(1, "draw", "old", problem("day_full"))],
)
def test_answers_for_somebody_else_change_nothing(late: e.Event) -> None:
    before = drawing()
    assert after(before, late).session == before.session


def test_a_number_that_comes_when_nobody_draws_changes_nothing() -> None:
    assert after(state(), e.Drawn(1, "k", issued())).session == state().session


# -- idle ------------------------------------------------------------------------------------------


def test_idle_then_a_countdown_then_everything_is_wiped() -> None:
    here = state(step=drawn_number(), language="en")
    assert after(here, e.Tick(), at_s=NOW_S + 44.9).countdown_left_s is None
    assert after(here, e.Tick(), at_s=NOW_S + 45).countdown_left_s == 20
    assert after(here, e.Tick(), at_s=NOW_S + 55).countdown_left_s == 10
    wiped = after(here, e.Tick(), at_s=NOW_S + 65)
    assert wiped.session == Session()
    assert wiped.session_no == here.session_no + 1
    assert after(wiped, e.Drawn(1, "k", issued()), e.TicketCame(1, "A012", ticket())).session == Session()


def test_with_assistance_there_is_more_time() -> None:
    here = state(assist=Assist(large=True))
    assert after(here, e.Tick(), at_s=NOW_S + 89).countdown_left_s is None
    assert after(here, e.Tick(), at_s=NOW_S + 90).countdown_left_s == 20


def test_a_page_that_nobody_has_touched_has_no_countdown() -> None:
    assert after(state(), e.Tick(), at_s=NOW_S + 5000).countdown_left_s is None


def test_touching_puts_it_off_and_while_it_counts_only_its_button_does() -> None:
    here = state(step=s.LookUp())
    stirred = after(here, e.Stirred(), at_s=NOW_S + 40)
    assert after(stirred, e.Tick(), at_s=NOW_S + 50).countdown_left_s is None
    counting = after(here, e.Stirred(), at_s=NOW_S + 50)
    assert counting.countdown_left_s == 15
    stayed = after(here, e.Pressed(e.Key.STAY, "k"), at_s=NOW_S + 50)
    assert (stayed.countdown_left_s, stayed.session) == (None, here.session)


def test_nothing_is_wiped_while_a_number_is_drawn() -> None:
    assert after(drawing(), e.Tick(), at_s=NOW_S + 999).session == drawing().session


def test_who_is_done_leaves_nothing() -> None:
    here = state(step=drawn_number(), language="en", assist=Assist(True, True, True))
    assert pressed(here, e.Key.FINISH).session == Session()


# -- how it is shown -------------------------------------------------------------------------------


def test_language_and_assistance() -> None:
    assert pressed(state(), e.Speak("en")).session.language == "en"
    assert pressed(state(), e.Switch("large")).session.assist == Assist(large=True)
    assert pressed(state(), e.Switch("contrast")).session.assist == Assist(contrast=True)
    assert pressed(state(), e.Switch("low"), e.Switch("low")).session.assist == Assist()
    senior = pressed(state(), e.Switch("low"), e.Switch("senior"))
    assert senior.session.assist == Assist(True, True, True, True)
    assert pressed(senior, e.Switch("senior")).session.assist == Assist()

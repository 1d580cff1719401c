"""The kiosk's rules for a number: followed, looked up, back in line, printed again. Pure."""

from __future__ import annotations

from typing import Any

import pytest

from hall_daemon.wire.problems import problem
from kiosk_ui.samples import NOW_S, drawn_number, hall, state, ticket
from kiosk_ui.state import State, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import WATCH_S, WATCH_SLIP_S
from kiosk_ui.state.presses import TYPED_MAX
from kiosk_ui.state.steps import Trouble, Watch
from tests.kiosk_ui.steps import AT, after, press, pressed, told


def here_is(at: State) -> s.Followed:
    """The ticket that is followed."""
    ticket_ = s.followed(at.session.step)
    assert ticket_ is not None
    return ticket_


def trouble(at: State) -> Trouble:
    assert isinstance(at.session.step, s.Problem)
    return at.session.step.trouble


# -- following and looking up ----------------------------------------------------------------------


def test_a_slip_that_prints_is_asked_for_often_a_line_seldom() -> None:
    shown = state(step=drawn_number(watch=Watch("A012")))
    pending = after(shown, e.TicketCame(1, "A012", ticket(slip="pending")))
    assert here_is(pending).watch == Watch("A012", ticket(slip="pending"), AT, AT + WATCH_SLIP_S, AT)
    printed = after(shown, e.TicketCame(1, "A012", ticket()))
    assert here_is(printed).watch == Watch("A012", ticket(), AT, AT + WATCH_S, AT)


def test_a_page_with_a_number_keeps_it_when_the_hall_goes() -> None:
    shown = state(step=drawn_number(watch=Watch("A012")))
    for lost in (e.Lost(1, "ticket", "A012", "x"), e.Refused(1, "ticket", "A012", problem("unknown_ticket"))):
        kept = after(shown, lost)
        assert isinstance(kept.session.step, s.Number)
        assert told(kept, AT + 2.9) == (e.FetchHall("etag"),)
        assert e.FetchTicket(1, "A012") in told(kept, AT + WATCH_S)
    looked = state(step=s.Ticket(Watch("A012", ticket())))
    assert isinstance(after(looked, e.Lost(1, "ticket", "A012", "x")).session.step, s.Ticket)


def test_a_number_is_typed_found_and_followed() -> None:
    typed = pressed(state(step=s.FIRST), e.Key.OPEN_LOOKUP, *(e.TypeKey(key) for key in "A012"))
    assert typed.session.step == s.LookUp("A012")
    assert pressed(typed, e.Key.ERASE).session.step == s.LookUp("A01")
    assert pressed(typed, e.Key.CLEAR).session.step == s.LookUp()
    found, effects = press(typed, e.Key.FIND)
    assert effects == (e.FetchTicket(1, "A012"),)
    shown = after(found, e.TicketCame(1, "A012", ticket()))
    assert here_is(shown).watch.view == ticket()
    assert pressed(shown, e.Key.BACK).session.step == s.LookUp("A012")


def test_what_cannot_be_a_number_is_not_asked_for_and_what_is_typed_has_an_end() -> None:
    assert press(pressed(state(), e.Key.OPEN_LOOKUP, e.TypeKey("A")), e.Key.FIND).effects == ()
    assert press(state(), e.Key.FIND).effects == ()
    assert pressed(state(step=s.LookUp()), *[e.TypeKey("1")] * 40).session.step == s.LookUp("1" * TYPED_MAX)


def test_a_number_that_is_not_there_is_said() -> None:
    looking = state(step=s.Ticket(Watch("A999")))
    missing = after(looking, e.Refused(1, "ticket", "A999", problem("unknown_ticket", {"ticket": "A999"})))
    assert trouble(missing).said == problem("unknown_ticket", {"ticket": "A999"})
    assert pressed(missing, e.Key.BACK).session.step == s.LookUp("A999")


def test_a_question_without_an_answer_can_be_asked_again() -> None:
    lost = after(state(step=s.Ticket(Watch("A012"))), e.Lost(1, "ticket", "A012", "x"))
    assert trouble(lost) == Trouble("ticket", "unreachable")
    again, effects = press(lost, e.Key.TRY_AGAIN)
    assert (again.session.step, effects) == (s.Ticket(Watch("A012")), (e.FetchTicket(1, "A012"),))
    assert pressed(state(), e.Key.TRY_AGAIN).session == state().session


def missed() -> State:
    return state(step=s.Ticket(Watch("A012", ticket(state="missed", can=("return",)), NOW_S)))


def test_back_in_line() -> None:
    asked, effects = press(missed(), e.Key.COME_BACK, "r1")
    assert effects == (e.PressTicket(1, "return", "r1", "2026-11-23-A012"),)
    assert after(asked, e.PressTaken(1, "return", "old")).session == asked.session
    done, effects = reduce(asked, e.PressTaken(1, "return", "r1"), AT)
    assert isinstance(done.session.step, s.Ticket)
    assert (done.session.step.returned, done.session.step.return_key) == (True, "")
    assert effects == (e.FetchTicket(1, "A012"),)
    assert press(state(), e.Key.COME_BACK).effects == ()


def test_a_return_without_an_answer_is_tried_again_with_the_same_key() -> None:
    lost = after(press(missed(), e.Key.COME_BACK, "r1").state, e.Lost(1, "return", "r1", "x"))
    assert trouble(lost) == Trouble("return", "unreachable")
    assert press(lost, e.Key.TRY_AGAIN, "r2").effects == (e.PressTicket(1, "return", "r1", "2026-11-23-A012"),)


def test_a_return_that_is_refused_says_why() -> None:
    refusal = problem("return_too_late", {"number": "A012", "limit_min": 60})
    late = after(press(missed(), e.Key.COME_BACK, "r1").state, e.Refused(1, "return", "r1", refusal))
    assert trouble(late).code == "return_too_late"
    assert pressed(late, e.Key.BACK).session == missed().session
    assert press(late, e.Key.TRY_AGAIN, "r2").effects == (e.PressTicket(1, "return", "r2", "2026-11-23-A012"),)
    assert after(missed(), e.Refused(1, "return", "r9", refusal)).session == missed().session
    assert after(missed(), e.Refused(9, "return", "r1", refusal)).session == missed().session


# -- paper again -----------------------------------------------------------------------------------


def looked(**changes: Any) -> State:
    return state(step=s.Ticket(Watch("A012", ticket(slip="failed"), NOW_S)), **changes)


def test_a_slip_is_asked_for_once_and_its_ticket_is_followed() -> None:
    asked, effects = press(looked(), e.Key.PRINT_SLIP, "s1")
    assert effects == (e.PressTicket(1, "slip", "s1", "2026-11-23-A012", "printer-1"),)
    assert after(asked, e.PressTaken(1, "slip", "old")).session == asked.session
    assert after(asked, e.PressTaken(9, "slip", "s1")).session == asked.session
    done, effects = reduce(asked, e.PressTaken(1, "slip", "s1"), AT)
    assert (here_is(done).slip_key, effects) == ("", (e.FetchTicket(1, "A012"),))
    assert press(state(), e.Key.PRINT_SLIP).effects == ()
    assert press(looked(view=hall(devices=())), e.Key.PRINT_SLIP).effects == ()


def test_a_slip_without_an_answer_is_asked_for_with_the_same_key_on_the_same_page() -> None:
    lost = after(press(looked(), e.Key.PRINT_SLIP, "s1").state, e.Lost(1, "slip", "s1", "x"))
    assert trouble(lost) == Trouble("slip", "unreachable")
    again, effects = press(lost, e.Key.TRY_AGAIN, "s2")
    assert isinstance(again.session.step, s.Ticket)
    assert effects == (e.PressTicket(1, "slip", "s1", "2026-11-23-A012", "printer-1"),)
    here = state(step=drawn_number(ticket(slip="failed")))
    lost = after(press(here, e.Key.PRINT_SLIP, "s1").state, e.Lost(1, "slip", "s1", "x"))
    assert pressed(lost, e.Key.BACK).session == here.session


def test_a_slip_that_came_out_is_not_printed_again_for_who_typed_its_number() -> None:
    came = state(step=s.Ticket(Watch("A012", ticket(slip="printed"), NOW_S)))
    assert press(came, e.Key.PRINT_SLIP, "s1").effects == ()
    lost = after(press(looked(), e.Key.PRINT_SLIP, "s1").state, e.Lost(1, "slip", "s1", "x"))
    known = after(lost, e.TicketCame(1, "A012", ticket(slip="printed")))
    once_more = e.PressTicket(1, "slip", "s1", "2026-11-23-A012", "printer-1")
    assert press(known, e.Key.TRY_AGAIN, "s2").effects == (once_more,)


def test_too_many_slips_are_refused_in_the_halls_words() -> None:
    refusal = problem("slips_used_up", {"number": "A012", "max": 5})
    no = after(press(looked(), e.Key.PRINT_SLIP, "s1").state, e.Refused(1, "slip", "s1", refusal))
    assert trouble(no).said == refusal
    assert pressed(no, e.Key.BACK).session == looked().session
    assert after(looked(), e.Refused(1, "slip", "s9", refusal)).session == looked().session


def test_the_next_number_that_is_looked_up_owes_nothing_to_the_last_one() -> None:
    asked = press(looked(), e.Key.PRINT_SLIP, "s1").state
    next_one = pressed(asked, e.Key.BACK, e.Key.FIND)
    assert next_one.session.step == s.Ticket(Watch("A012"))
    for late in (e.PressTaken(1, "slip", "s1"), e.Lost(1, "slip", "s1", "x")):
        assert after(next_one, late).session == next_one.session


# -- giving up -------------------------------------------------------------------------------------


def drawn(**changes: Any) -> State:
    """Somebody has just drawn A012 here."""
    return state(step=drawn_number(watch=Watch("A012", ticket(), NOW_S), **changes))


def giving_up(key: str = "c1") -> State:
    return press(pressed(drawn(), e.Key.ASK_CANCEL), e.Key.CANCEL, key).state


CANCEL = e.PressTicket(1, "cancel", "c1", "2026-11-23-A012")


def test_a_number_is_given_up_after_it_was_asked_once() -> None:
    assert press(drawn(), e.Key.CANCEL, "c1").effects == ()
    asked, effects = press(drawn(), e.Key.ASK_CANCEL)
    assert (type(asked.session.step), effects) == (s.AskedCancel, ())
    assert pressed(asked, e.Key.BACK).session == drawn().session
    sent, effects = press(asked, e.Key.CANCEL, "c1")
    assert (type(sent.session.step), effects) == (s.Cancelling, (CANCEL,))
    assert press(sent, e.Key.CANCEL, "c2").effects == ()
    assert pressed(sent, e.Key.BACK).session == sent.session
    assert after(sent, e.PressTaken(1, "cancel", "old")).session == sent.session
    assert after(sent, e.PressTaken(9, "cancel", "c1")).session == sent.session
    done, effects = reduce(sent, e.PressTaken(1, "cancel", "c1"), AT)
    assert isinstance(done.session.step, s.Number)
    assert (done.session.step.cancelled, done.session.step.cancel_key) == (True, "")
    assert effects == (e.FetchTicket(1, "A012"),)
    assert press(done, e.Key.ASK_CANCEL).state.session == done.session


def test_nobody_gives_up_a_number_by_typing_it() -> None:
    typed = state(step=s.Ticket(Watch("A012", ticket(), NOW_S)))
    for what in (e.Key.ASK_CANCEL, e.Key.CANCEL):
        assert press(typed, what).effects == ()
        assert press(typed, what).state.session == typed.session


def test_what_is_at_a_window_meanwhile_is_not_given_up() -> None:
    serving = after(pressed(drawn(), e.Key.ASK_CANCEL), e.TicketCame(1, "A012", ticket(state="serving", can=())))
    kept, effects = press(serving, e.Key.CANCEL)
    assert (type(kept.session.step), effects) == (s.Number, ())


@pytest.mark.parametrize("no", [e.Lost(1, "cancel", "c1", "x"), e.Refused(1, "cancel", "c1", problem("timeout"))])
def test_without_an_answer_it_is_not_known_and_every_try_has_the_same_key(no: e.Event) -> None:
    lost = after(giving_up(), no)
    assert trouble(lost) == Trouble("cancel", "unreachable")
    again, effects = press(lost, e.Key.TRY_AGAIN, "c2")
    assert (type(again.session.step), effects) == (s.Cancelling, (CANCEL,))
    known = after(again, e.PressTaken(1, "cancel", "c1")).session.step
    assert isinstance(known, s.Number)
    assert known.cancelled
    back = pressed(lost, e.Key.BACK)
    assert isinstance(back.session.step, s.Number)
    assert not back.session.step.cancelled
    assert press(pressed(back, e.Key.ASK_CANCEL), e.Key.CANCEL, "c3").effects == (CANCEL,)


def test_a_ticket_that_turns_out_to_be_given_up_is_an_answer() -> None:
    lost = after(giving_up(), e.Lost(1, "cancel", "c1", "x"))
    waiting = after(lost, e.TicketCame(1, "A012", ticket()))
    assert trouble(waiting) == Trouble("cancel", "unreachable")
    known = after(waiting, e.TicketCame(1, "A012", ticket(state="cancelled", can=())))
    assert isinstance(known.session.step, s.Number)
    assert (known.session.step.cancelled, known.session.step.cancel_key) == (True, "")


def test_a_refusal_to_give_up_is_in_the_halls_words_and_the_number_is_shown_again() -> None:
    refusal = problem("not_now", {"number": "A012", "state": "serving"})
    no = after(giving_up(), e.Refused(1, "cancel", "c1", refusal))
    assert trouble(no).code == "not_now"
    assert pressed(no, e.Key.BACK).session == drawn().session
    assert after(drawn(), e.Refused(1, "cancel", "c9", refusal)).session == drawn().session

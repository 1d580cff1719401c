"""The kiosk's rules for a number: followed, looked up, back in line, printed again. Pure."""

from __future__ import annotations

from typing import Any

import pytest

from hall_daemon.wire.problems import problem
from kiosk_ui.state import State, Trouble, Watch, reduce
from kiosk_ui.state import events as e
from kiosk_ui.state.presses import TYPED_MAX
from kiosk_ui.state.reducer import WATCH_S, WATCH_SLIP_S
from tests.kiosk_ui.halls import NOW_S, hall, issued, state, ticket
from tests.kiosk_ui.steps import AT, after, press, pressed, told

# -- following and looking up ----------------------------------------------------------------------


def test_a_slip_that_prints_is_asked_for_often_a_line_seldom() -> None:
    shown = state(step="number", issued=issued(), watch=Watch("A012"))
    pending = after(shown, e.TicketCame(1, "A012", ticket(slip="pending")))
    assert pending.session.watch == Watch("A012", ticket(slip="pending"), AT, AT + WATCH_SLIP_S, AT)
    printed = after(shown, e.TicketCame(1, "A012", ticket()))
    assert printed.session.watch == Watch("A012", ticket(), AT, AT + WATCH_S, AT)


def test_a_page_with_a_number_keeps_it_when_the_hall_goes() -> None:
    shown = state(step="number", issued=issued(), watch=Watch("A012"))
    for lost in (e.Lost(1, "ticket", "A012", "x"), e.Refused(1, "ticket", "A012", problem("unknown_ticket"))):
        kept = after(shown, lost)
        assert kept.session.step == "number"
        assert told(kept, AT + 2.9) == (e.FetchHall("etag"),)
        assert e.FetchTicket(1, "A012") in told(kept, AT + WATCH_S)
    looked = state(step="ticket", watch=Watch("A012", ticket()))
    assert after(looked, e.Lost(1, "ticket", "A012", "x")).session.step == "ticket"


def test_a_number_is_typed_found_and_followed() -> None:
    typed = pressed(state(), e.OpenLookup(), e.TypeKey("A"), e.TypeKey("0"), e.TypeKey("1"), e.TypeKey("2"))
    assert typed.session.typed == "A012"
    assert pressed(typed, e.EraseKey()).session.typed == "A01"
    assert pressed(typed, e.ClearKeys()).session.typed == ""
    found, effects = press(typed, e.Find())
    assert effects == (e.FetchTicket(1, "A012"),)
    shown = after(found, e.TicketCame(1, "A012", ticket()))
    assert shown.session.watch is not None
    assert shown.session.watch.view == ticket()
    assert pressed(shown, e.Back()).session.step == "lookup"
    assert pressed(shown, e.Back()).session.watch is None


def test_what_cannot_be_a_number_is_not_asked_for_and_what_is_typed_has_an_end() -> None:
    assert press(pressed(state(), e.OpenLookup(), e.TypeKey("A")), e.Find()).effects == ()
    assert press(state(typed="A1"), e.Find()).effects == ()
    assert len(pressed(state(), *[e.TypeKey("1")] * 40).session.typed) == TYPED_MAX


def test_a_number_that_is_not_there_is_said() -> None:
    looking = state(step="ticket", typed="A999", watch=Watch("A999"))
    missing = after(looking, e.Refused(1, "ticket", "A999", problem("unknown_ticket", {"ticket": "A999"})))
    said = problem("unknown_ticket", {"ticket": "A999"})
    assert (missing.session.step, missing.session.trouble) == ("problem", Trouble("ticket", "unknown_ticket", said))
    again = pressed(missing, e.Back())
    assert (again.session.step, again.session.typed) == ("lookup", "A999")


def test_a_question_without_an_answer_can_be_asked_again() -> None:
    lost = after(state(step="ticket", typed="A012", watch=Watch("A012")), e.Lost(1, "ticket", "A012", "x"))
    assert lost.session.trouble == Trouble("ticket", "unreachable")
    again, effects = press(lost, e.TryAgain())
    assert (again.session.step, effects) == ("ticket", (e.FetchTicket(1, "A012"),))
    assert pressed(state(), e.TryAgain()).session == state().session


def missed() -> State:
    return state(step="ticket", typed="A012", watch=Watch("A012", ticket(state="missed", can=("return",)), NOW_S))


def test_back_in_line() -> None:
    asked, effects = press(missed(), e.ComeBack(), "r1")
    assert effects == (e.ReturnTicket(1, "r1", "2026-11-23-A012"),)
    assert after(asked, e.Returned(1, "old")).session == asked.session
    done, effects = reduce(asked, e.Returned(1, "r1"), AT)
    assert (done.session.returned, done.session.return_key) == (True, "")
    assert effects == (e.FetchTicket(1, "A012"),)
    assert press(state(), e.ComeBack()).effects == ()


def test_a_return_without_an_answer_is_tried_again_with_the_same_key() -> None:
    lost = after(press(missed(), e.ComeBack(), "r1").state, e.Lost(1, "return", "r1", "x"))
    assert lost.session.trouble == Trouble("return", "unreachable")
    assert press(lost, e.TryAgain(), "r2").effects == (e.ReturnTicket(1, "r1", "2026-11-23-A012"),)


def test_a_return_that_is_refused_says_why() -> None:
    refusal = problem("return_too_late", {"number": "A012", "limit_min": 60})
    late = after(press(missed(), e.ComeBack(), "r1").state, e.Refused(1, "return", "r1", refusal))
    assert late.session.trouble is not None
    assert late.session.trouble.code == "return_too_late"
    assert pressed(late, e.Back()).session.step == "ticket"
    assert press(late, e.TryAgain(), "r2").effects == (e.ReturnTicket(1, "r2", "2026-11-23-A012"),)
    assert after(missed(), e.Refused(1, "return", "r9", refusal)).session == missed().session
    assert after(missed(), e.Refused(9, "return", "r1", refusal)).session == missed().session


# -- paper again -----------------------------------------------------------------------------------


def looked(**changes: Any) -> State:
    return state(step="ticket", typed="A012", watch=Watch("A012", ticket(slip="failed"), NOW_S), **changes)


def test_a_slip_is_asked_for_once_and_its_ticket_is_followed() -> None:
    asked, effects = press(looked(), e.PrintSlip(), "s1")
    assert effects == (e.RequestSlip(1, "s1", "2026-11-23-A012", "printer-1"),)
    assert after(asked, e.SlipAsked(1, "old")).session == asked.session
    assert after(asked, e.SlipAsked(9, "s1")).session == asked.session
    done, effects = reduce(asked, e.SlipAsked(1, "s1"), AT)
    assert (done.session.slip_key, effects) == ("", (e.FetchTicket(1, "A012"),))
    assert press(state(), e.PrintSlip()).effects == ()
    assert press(looked(view=hall(devices=())), e.PrintSlip()).effects == ()


def test_a_slip_without_an_answer_is_asked_for_with_the_same_key_on_the_same_page() -> None:
    lost = after(press(looked(), e.PrintSlip(), "s1").state, e.Lost(1, "slip", "s1", "x"))
    assert lost.session.trouble == Trouble("slip", "unreachable")
    again, effects = press(lost, e.TryAgain(), "s2")
    assert (again.session.step, effects) == ("ticket", (e.RequestSlip(1, "s1", "2026-11-23-A012", "printer-1"),))
    drawn = state(step="number", issued=issued(), watch=Watch("A012", ticket(slip="failed"), NOW_S))
    lost = after(press(drawn, e.PrintSlip(), "s1").state, e.Lost(1, "slip", "s1", "x"))
    assert pressed(lost, e.Back()).session.step == "number"


def test_a_slip_that_came_out_is_not_printed_again_for_who_typed_its_number() -> None:
    came = state(step="ticket", typed="A012", watch=Watch("A012", ticket(slip="printed"), NOW_S))
    assert press(came, e.PrintSlip(), "s1").effects == ()
    lost = after(press(looked(), e.PrintSlip(), "s1").state, e.Lost(1, "slip", "s1", "x"))
    known = after(lost, e.TicketCame(1, "A012", ticket(slip="printed")))
    assert press(known, e.TryAgain(), "s2").effects == (e.RequestSlip(1, "s1", "2026-11-23-A012", "printer-1"),)


def test_too_many_slips_are_refused_in_the_halls_words() -> None:
    refusal = problem("slips_used_up", {"number": "A012", "max": 5})
    no = after(press(looked(), e.PrintSlip(), "s1").state, e.Refused(1, "slip", "s1", refusal))
    assert no.session.trouble == Trouble("slip", "slips_used_up", refusal)
    assert refusal.detail_zh == "A012 号已补打 5 次小票，不能再打"
    back = pressed(no, e.Back())
    assert (back.session.step, back.session.slip_key) == ("ticket", "")
    assert after(looked(), e.Refused(1, "slip", "s9", refusal)).session == looked().session


def test_the_next_number_that_is_looked_up_owes_nothing_to_the_last_one() -> None:
    asked = press(looked(), e.PrintSlip(), "s1").state
    next_one = pressed(asked, e.Back(), e.Find())
    assert (next_one.session.step, next_one.session.slip_key, next_one.session.return_key) == ("ticket", "", "")


# -- giving up -------------------------------------------------------------------------------------


def drawn(**changes: Any) -> State:
    """Somebody has just drawn A012 here."""
    return state(**{"step": "number", "issued": issued(), "watch": Watch("A012", ticket(), NOW_S)} | changes)


def giving_up(key: str = "c1") -> State:
    return press(pressed(drawn(), e.AskCancel()), e.Cancel(), key).state


CANCEL = e.CancelTicket(1, "c1", "2026-11-23-A012")


def test_a_number_is_given_up_after_it_was_asked_once() -> None:
    assert press(drawn(), e.Cancel(), "c1").effects == ()
    asked, effects = press(drawn(), e.AskCancel())
    assert (asked.session.step, effects) == ("cancel", ())
    assert pressed(asked, e.Back()).session == drawn().session
    sent, effects = press(asked, e.Cancel(), "c1")
    assert (sent.session.step, effects) == ("cancelling", (CANCEL,))
    assert press(sent, e.Cancel(), "c2").effects == ()
    assert pressed(sent, e.Back()).session == sent.session
    assert after(sent, e.Cancelled(1, "old")).session == sent.session
    assert after(sent, e.Cancelled(9, "c1")).session == sent.session
    done, effects = reduce(sent, e.Cancelled(1, "c1"), AT)
    assert (done.session.step, done.session.cancelled, done.session.cancel_key) == ("number", True, "")
    assert effects == (e.FetchTicket(1, "A012"),)
    assert press(done, e.AskCancel()).state.session.step == "number"


def test_nobody_gives_up_a_number_by_typing_it() -> None:
    typed = state(step="ticket", typed="A012", watch=Watch("A012", ticket(), NOW_S))
    for what in (e.AskCancel(), e.Cancel()):
        assert press(typed, what).effects == ()
        assert press(typed, what).state.session == typed.session
    assert press(state(step="cancel", watch=Watch("A012", ticket(), NOW_S)), e.Cancel()).effects == ()


def test_what_is_at_a_window_meanwhile_is_not_given_up() -> None:
    serving = after(pressed(drawn(), e.AskCancel()), e.TicketCame(1, "A012", ticket(state="serving", can=())))
    kept, effects = press(serving, e.Cancel())
    assert (kept.session.step, effects) == ("number", ())


@pytest.mark.parametrize("no", [e.Lost(1, "cancel", "c1", "x"), e.Refused(1, "cancel", "c1", problem("timeout"))])
def test_without_an_answer_it_is_not_known_and_every_try_has_the_same_key(no: e.Event) -> None:
    lost = after(giving_up(), no)
    assert (lost.session.step, lost.session.trouble) == ("problem", Trouble("cancel", "unreachable"))
    again, effects = press(lost, e.TryAgain(), "c2")
    assert (again.session.step, effects) == ("cancelling", (CANCEL,))
    assert after(again, e.Cancelled(1, "c1")).session.cancelled
    back = pressed(lost, e.Back())
    assert (back.session.step, back.session.cancelled) == ("number", False)
    assert press(pressed(back, e.AskCancel()), e.Cancel(), "c3").effects == (CANCEL,)


def test_a_ticket_that_turns_out_to_be_given_up_is_an_answer() -> None:
    lost = after(giving_up(), e.Lost(1, "cancel", "c1", "x"))
    waiting = after(lost, e.TicketCame(1, "A012", ticket()))
    assert (waiting.session.step, waiting.session.cancel_key) == ("problem", "c1")
    known = after(waiting, e.TicketCame(1, "A012", ticket(state="cancelled", can=())))
    assert (known.session.step, known.session.cancelled, known.session.trouble) == ("number", True, None)


def test_a_refusal_to_give_up_is_in_the_halls_words_and_the_number_is_shown_again() -> None:
    refusal = problem("not_now", {"number": "A012", "state": "serving"})
    no = after(giving_up(), e.Refused(1, "cancel", "c1", refusal))
    assert no.session.trouble is not None
    assert no.session.trouble.code == "not_now"
    back = pressed(no, e.Back())
    assert (back.session.step, back.session.cancel_key) == ("number", "")
    assert after(drawn(), e.Refused(1, "cancel", "c9", refusal)).session == drawn().session

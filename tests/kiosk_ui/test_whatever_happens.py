"""Any order of presses, answers and waiting: what must hold whatever happens. Pure."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.problems import problem
from kiosk_ui.state import events as e
from kiosk_ui.state import reduce
from kiosk_ui.state import steps as s
from tests.kiosk_ui.halls import GROUNDS, NOW_S, gallery, hall, issued, state, ticket

PRESSES = st.sampled_from(
    [e.ChooseQueue("general"), e.ChooseQueue("property"), e.ChooseService("enquiry"), e.TurnLeaf(), e.AskPriority(),
        e.TakeNumber(), e.TryAgain(), e.OpenLookup(), e.TypeKey("A"), e.TypeKey("1"), e.EraseKey(), e.ClearKeys(),
        e.Find(), e.ComeBack(), e.PrintSlip(), e.AskCancel(), e.Cancel(), e.Back(), e.Home(), e.Finish(), e.Stay(),
        e.Speak("en"), e.SwitchLarge(), e.SwitchSenior()]
    + [e.ChooseGround(ground) for ground in GROUNDS],
)
ABOUT = {e.DrawNumber: "draw", e.FetchTicket: "ticket", e.ReturnTicket: "return", e.RequestSlip: "slip",
    e.CancelTicket: "cancel"}
ANSWERS = st.sampled_from(["good", "refused", "busy", "lost"])


def answer(effect: e.Effect, how: str) -> e.Event:
    """What the world might say to `effect`."""
    if isinstance(effect, e.FetchHall):
        return e.HallCame(hall(), "e") if how == "good" else e.HallLost(how)
    if isinstance(effect, e.FetchSettings):
        return {
            "good": e.SettingsCame(KioskSettings(printer="printer-1")),
            "refused": e.SettingsRefused(problem("unknown_kiosk", {"kiosk": "k", "known": "–"})),
        }.get(how, e.SettingsLost(how))
    about = ABOUT[type(effect)]
    ref = effect.ref if isinstance(effect, e.FetchTicket) else effect.key
    if how == "lost":
        return e.Lost(effect.session, about, ref, how)  # type: ignore[arg-type]
    if how != "good":
        told = problem("busy" if how == "busy" else "ticket_over")
        return e.Refused(effect.session, about, ref, told)  # type: ignore[arg-type]
    if isinstance(effect, e.DrawNumber):
        return e.Drawn(effect.session, effect.key, issued())
    if isinstance(effect, e.FetchTicket):
        return e.TicketCame(effect.session, effect.ref, ticket(state="missed", can=("cancel", "return")))
    if isinstance(effect, e.CancelTicket):
        return e.Cancelled(effect.session, effect.key)
    if isinstance(effect, e.RequestSlip):
        return e.SlipAsked(effect.session, effect.key)
    return e.Returned(effect.session, effect.key)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PRESSES, ANSWERS, st.floats(0, 40)), max_size=40))
def test_whatever_is_pressed_and_answered(steps: list[tuple[e.Press, str, float]]) -> None:
    """One draw at a time, a key draws for one matter only, no number is given up but one drawn here, a countdown never
    on a fresh page, and who is idle long enough is gone, whatever went before."""
    here, now_s = state(), NOW_S
    drawn: dict[str, e.DrawNumber] = {}
    for at, (what, how, wait_s) in enumerate(steps):
        for event in (e.Tick(), e.Pressed(what, f"key-{at}")):
            here, effects = reduce(here, event, now_s)
            assert sum(isinstance(effect, e.DrawNumber) for effect in effects) <= 1
            for effect in effects:
                if isinstance(effect, e.DrawNumber):
                    assert drawn.setdefault(effect.key, effect) == effect
                if isinstance(effect, e.CancelTicket):
                    number = s.followed(here.session.step)
                    assert isinstance(number, s.Number)
                    assert effect.ref == number.issued.ticket
                here = reduce(here, answer(effect, how), now_s).state
        now_s += wait_s
        assert not (here.fresh and here.countdown_left_s is not None)
    for _ in range(40):  # every retry of a draw, then idle time and countdown
        now_s += 10
        here, effects = reduce(here, e.Tick(), now_s)
        for effect in effects:
            here = reduce(here, answer(effect, "lost"), now_s).state
    assert here.fresh


def test_every_page_of_the_gallery_survives_every_press() -> None:
    for name, here in gallery():
        for what in (e.Back(), e.Home(), e.Find(), e.TakeNumber(), e.ComeBack(), e.TryAgain(), e.TurnLeaf(),
            e.AskCancel(), e.Cancel()):
            assert reduce(here, e.Pressed(what, "key-1"), NOW_S + 1).state.settings == here.settings, name

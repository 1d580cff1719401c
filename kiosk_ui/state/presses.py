"""What each button does, as a table: press -> new state and effects. Pure.

A press that makes no sense any more (its matter is gone, a page was left meanwhile) changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from kiosk_ui.state import events as e
from kiosk_ui.state.model import (
    About,
    Assist,
    Draw,
    Session,
    State,
    Step,
    Watch,
    grouped,
    in_queue,
    lacks,
    may_cancel,
    printer_works,
    service_of,
    slip_is_missing,
)

# Three letters and six digits; room for one slip of the finger.
TYPED_MAX = 10


class Outcome(NamedTuple):
    state: State
    effects: tuple[e.Effect, ...] = ()


def _with(state: State, **changes: Any) -> Outcome:
    return Outcome(replace(state, session=replace(state.session, **changes)))


# -- choosing --------------------------------------------------------------------------------------


def _choose_queue(state: State, press: e.ChooseQueue, key: str) -> Outcome:
    found = in_queue(state, press.queue)
    if len(found) == 1:
        return _with(state, step="matter", queue=press.queue, service=found[0].id, leaf=0)
    return _with(state, step="services", queue=press.queue, leaf=0) if found else Outcome(state)


def _choose_service(state: State, press: e.ChooseService, key: str) -> Outcome:
    service = service_of(state, press.service)
    if service is None:
        return Outcome(state)
    return _with(state, step="matter", queue=service.queue, service=service.id, ground="")


def _turn_leaf(state: State, press: e.TurnLeaf, key: str) -> Outcome:
    return _with(state, leaf=state.session.leaf + 1)


def _ask_priority(state: State, press: e.AskPriority, key: str) -> Outcome:
    return _with(state, step="grounds", leaf=0)


def _choose_ground(state: State, press: e.ChooseGround, key: str) -> Outcome:
    return _with(state, step="matter", ground=press.ground, leaf=0)


def _take_number(state: State, press: e.TakeNumber, key: str) -> Outcome:
    session = state.session
    if session.step != "matter" or service_of(state, session.service) is None:
        return Outcome(state)
    wish = (session.service, session.ground)
    open_draws = (*session.unsettled, *((session.draw,) if session.draw else ()))
    # Nobody knows whether these were drawn: the same wish goes with its old key, so that it is drawn once.
    draw = next((old for old in open_draws if (old.service, old.ground) == wish), Draw(key, *wish))
    others = tuple(old for old in open_draws if old.key != draw.key)
    return _drawing(replace(state, session=replace(session, unsettled=others)), draw)


def _drawing(state: State, draw: Draw) -> Outcome:
    session = replace(state.session, step="drawing", draw=draw, trouble=None)
    return Outcome(replace(state, session=session), (draw_effect(state, draw),))


def draw_effect(state: State, draw: Draw) -> e.DrawNumber:
    return e.DrawNumber(state.session_no, draw.key, draw.service, draw.ground, state.settings.printer)


def _try_again(state: State, press: e.TryAgain, key: str) -> Outcome:
    session, trouble = state.session, state.session.trouble
    if session.step != "problem" or trouble is None:
        return Outcome(state)
    if trouble.about == "draw":
        return _drawing(state, session.draw) if session.draw else _with(state, step="matter", trouble=None)
    if trouble.about == "return":
        state = replace(state, session=replace(session, step="ticket", trouble=None))
        return _come_back(state, e.ComeBack(), session.return_key or key)
    if trouble.about == "slip":
        state = replace(state, session=replace(session, step=_shows_ticket(session), trouble=None))
        return _print_slip(state, e.PrintSlip(), session.slip_key or key)
    if trouble.about == "cancel":
        return _cancel(replace(state, session=replace(session, step="cancel", trouble=None)), e.Cancel(), key)
    state = replace(state, session=replace(session, step="lookup", trouble=None))
    return _find(state, e.Find(), key)


# -- looking up ------------------------------------------------------------------------------------


def _open_lookup(state: State, press: e.OpenLookup, key: str) -> Outcome:
    return _with(state, step="lookup", typed="", watch=None)


def _type_key(state: State, press: e.TypeKey, key: str) -> Outcome:
    return _with(state, typed=(state.session.typed + press.key)[:TYPED_MAX])


def _erase_key(state: State, press: e.EraseKey, key: str) -> Outcome:
    return _with(state, typed=state.session.typed[:-1])


def _clear_keys(state: State, press: e.ClearKeys, key: str) -> Outcome:
    return _with(state, typed="")


def _find(state: State, press: e.Find, key: str) -> Outcome:
    typed = state.session.typed
    if state.session.step != "lookup" or lacks(typed):
        return Outcome(state)
    session = replace(state.session, step="ticket", watch=Watch(typed), returned=False, return_key="", slip_key="")
    return Outcome(replace(state, session=session), (e.FetchTicket(state.session_no, typed),))


def _come_back(state: State, press: e.ComeBack, key: str) -> Outcome:
    watch = state.session.watch
    if watch is None or watch.view is None:
        return Outcome(state)
    session = replace(state.session, return_key=key)
    return Outcome(replace(state, session=session), (e.ReturnTicket(state.session_no, key, watch.view.ticket),))


def _print_slip(state: State, press: e.PrintSlip, key: str) -> Outcome:
    watch = state.session.watch
    if watch is None or watch.view is None or not printer_works(state):
        return Outcome(state)
    # A slip that may be on its way is asked for with its key, also when it has come meanwhile.
    if not (state.session.slip_key or slip_is_missing(watch.view)):
        return Outcome(state)
    session = replace(state.session, slip_key=key)
    effect = e.RequestSlip(state.session_no, key, watch.view.ticket, state.settings.printer)
    return Outcome(replace(state, session=session), (effect,))


def _shows_ticket(session: Session) -> Step:
    """The page that follows the number: of who has just drawn it, or who looked it up."""
    return "number" if session.issued is not None else "ticket"


# -- giving a number up ----------------------------------------------------------------------------


def _ask_cancel(state: State, press: e.AskCancel, key: str) -> Outcome:
    session = state.session
    return _with(state, step="cancel") if session.step == "number" and may_cancel(session) else Outcome(state)


def _cancel(state: State, press: e.Cancel, key: str) -> Outcome:
    """As long as nobody knows what became of it, every press asks with the first one's key."""
    session = state.session
    if session.step != "cancel" or session.issued is None:
        return Outcome(state)
    if not may_cancel(session):
        return _with(state, step="number", cancel_key="")
    key = session.cancel_key or key
    effect = e.CancelTicket(state.session_no, key, session.issued.ticket)
    return Outcome(replace(state, session=replace(session, step="cancelling", cancel_key=key)), (effect,))


# -- going -----------------------------------------------------------------------------------------


def _back(state: State, press: e.Back, key: str) -> Outcome:
    session = state.session
    if session.trouble is not None:
        before = _BEFORE_TROUBLE.get(session.trouble.about) or _shows_ticket(session)
        return _with(state, step=before, trouble=None, return_key="", slip_key="")
    if session.step in ("drawing", "number", "cancelling"):
        return Outcome(state)
    if session.step == "cancel":
        return _with(state, step="number")
    if session.step == "matter":
        if grouped(state) and len(in_queue(state, session.queue)) > 1:
            return _with(state, step="services", service="", ground="", leaf=0)
        return _first_page(state)
    if session.step in _BEFORE:
        return _with(state, step=_BEFORE[session.step], leaf=0, watch=None, returned=False)
    return _first_page(state)


def _first_page(state: State) -> Outcome:
    """As if just come, but draws whose outcome is not known keep their keys."""
    session = state.session
    fresh = Session(
        language=session.language, assist=session.assist, draw=session.draw, unsettled=session.unsettled
    )
    return Outcome(replace(state, session=fresh))


_BEFORE_TROUBLE: dict[About, Step] = {"draw": "matter", "return": "ticket", "ticket": "lookup"}
_BEFORE: dict[Step, Step] = {"grounds": "matter", "ticket": "lookup"}


def _home(state: State, press: e.Home, key: str) -> Outcome:
    """A page of one's own data ends here: answers still out belong to nobody. Who goes this way to draw once more
    has not gone away, so an unsettled draw keeps its key here too."""
    if state.session.step == "drawing":
        return Outcome(state)
    return _first_page(replace(state, session_no=state.session_no + 1))


def _stay(state: State, press: e.Stay, key: str) -> Outcome:
    return Outcome(state)


# -- how it is shown -------------------------------------------------------------------------------


def _speak(state: State, press: e.Speak, key: str) -> Outcome:
    return _with(state, language=press.language)


def _assist(state: State, assist: Assist) -> Outcome:
    """In large print a page may hold fewer choices, so it begins again with the first."""
    return _with(state, assist=assist, leaf=0)


def _large(state: State, press: e.SwitchLarge, key: str) -> Outcome:
    return _assist(state, replace(state.session.assist, large=not state.session.assist.large))


def _contrast(state: State, press: e.SwitchContrast, key: str) -> Outcome:
    return _assist(state, replace(state.session.assist, contrast=not state.session.assist.contrast))


def _low(state: State, press: e.SwitchLow, key: str) -> Outcome:
    return _assist(state, replace(state.session.assist, low=not state.session.assist.low))


def _senior(state: State, press: e.SwitchSenior, key: str) -> Outcome:
    return _assist(state, Assist() if state.session.assist.all else Assist(True, True, True))


PRESSES: dict[type[e.Press], Callable[[State, Any, str], Outcome]] = {
    e.ChooseQueue: _choose_queue,
    e.ChooseService: _choose_service,
    e.TurnLeaf: _turn_leaf,
    e.AskPriority: _ask_priority,
    e.ChooseGround: _choose_ground,
    e.TakeNumber: _take_number,
    e.TryAgain: _try_again,
    e.OpenLookup: _open_lookup,
    e.TypeKey: _type_key,
    e.EraseKey: _erase_key,
    e.ClearKeys: _clear_keys,
    e.Find: _find,
    e.ComeBack: _come_back,
    e.PrintSlip: _print_slip,
    e.AskCancel: _ask_cancel,
    e.Cancel: _cancel,
    e.Back: _back,
    e.Home: _home,
    e.Stay: _stay,
    e.Speak: _speak,
    e.SwitchLarge: _large,
    e.SwitchContrast: _contrast,
    e.SwitchLow: _low,
    e.SwitchSenior: _senior,
}

"""What each button does, as a table: (step, press) -> new state and effects. Pure.

A press that is not in the table of its step, or makes no sense any more (its matter is gone), changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from kiosk_ui.state import aside, browsing, cases, filling, helping, looking, topics
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import (
    Session,
    State,
    grouped,
    in_queue,
    lacks,
    printer_works,
    service_of,
    slip_is_missing,
    smooth,
)
from kiosk_ui.state.outcome import Outcome as Outcome
from kiosk_ui.state.outcome import Rule, Table, What
from kiosk_ui.state.outcome import on as on

# Three letters and six digits; room for one slip of the finger.
TYPED_MAX = 10


# -- choosing --------------------------------------------------------------------------------------


def _open_choose(state: State, step: s.Home, press: e.Key, key: str) -> Outcome:
    return on(state, s.Choose())


def _choose_queue(state: State, step: s.Choose, press: e.ChooseQueue, key: str) -> Outcome:
    found = in_queue(state, press.queue)
    if len(found) == 1:
        return _choose_service(state, step, e.ChooseService(found[0].id), key)
    return on(state, s.Services(press.queue, ground=step.ground)) if found else Outcome(state)


def _choose_service(state: State, step: s.Choose | s.Services, press: e.ChooseService, key: str) -> Outcome:
    """Its number at once; its page only where something stands against it."""
    service = service_of(state, press.service)
    if service is None:
        return Outcome(state)
    matter = s.Matter(service.queue, service.id, step.ground)
    return _draw(state, matter, key) if smooth(state, service) else on(state, matter)


def _choose_service_of_guide(state: State, step: s.Guide, press: e.ChooseService, key: str) -> Outcome:
    return _choose_service(state, s.Choose(), press, key)


def _back_to_group(state: State, step: s.Guides, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, group="", leaf=0)) if step.group else _first_page(state, step, press, key)


def _back_from_search(state: State, step: s.Search, press: e.Key, key: str) -> Outcome:
    return on(state, step.before) if step.before is not None else _first_page(state, step, press, key)


def _turn_leaf(state: State, step: s.Leafed, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, leaf=step.leaf + 1))


_Chosen = s.Choose | s.Services | s.Matter


def _ask_priority(state: State, step: _Chosen, press: e.Key, key: str) -> Outcome:
    return on(state, s.Grounds(step))


def _choose_ground(state: State, step: _Chosen | s.Grounds, press: e.ChooseGround, key: str) -> Outcome:
    before = step.before if isinstance(step, s.Grounds) else step
    return on(state, replace(before, ground=press.ground))


def _take_number(state: State, step: s.Matter, press: e.Key, key: str) -> Outcome:
    return Outcome(state) if service_of(state, step.service) is None else _draw(state, step, key)


def _draw(state: State, matter: s.Matter, key: str) -> Outcome:
    """Nobody knows whether unsettled draws were drawn: the same wish goes with its old key, to be drawn once."""
    wish, unsettled = (matter.service, matter.ground, matter.case), state.session.unsettled
    new = s.Draw(key, matter.service, matter.ground, case=matter.case)
    draw = next((old for old in unsettled if (old.service, old.ground, old.case) == wish), new)
    others = tuple(old for old in unsettled if old.key != draw.key)
    session = replace(state.session, step=s.Drawing(matter, draw, state.now_s), unsettled=others)
    return Outcome(replace(state, session=session), (draw_effect(state, draw),))


def draw_effect(state: State, draw: s.Draw) -> e.DrawNumber:
    return e.DrawNumber(session=state.session_no, key=draw.key, service=draw.service, ground=draw.ground,
        printer=state.settings.printer, case=draw.case)


def _draw_prepared(state: State, step: s.Review, press: e.Key, key: str) -> Outcome:
    """A number for the passed pre-review."""
    service = service_of(state, cases.draw_service(state, step))
    if service is None or step.view.state != "passed":
        return Outcome(state)
    return _draw(state, s.Matter(service.queue, service.id, case=step.case), key)


def _try_again(state: State, step: s.Problem, press: e.Key, key: str) -> Outcome:
    """From the page before, with the key of what is not known; a draw that was refused is not drawn again by itself."""
    before, about = step.before, step.trouble.about
    if isinstance(before, s.Matter):
        return _draw(state, before, key) if step.trouble.code == "unreachable" else on(state, before)
    if isinstance(before, s.LookUp):
        return _find(state, before, e.Key.FIND, key)
    if about == "slip":
        return _print_slip(on(state, before).state, before, e.Key.PRINT_SLIP, before.slip_key or key)
    if isinstance(before, s.Ticket):
        return _come_back(state, before, e.Key.COME_BACK, before.return_key or key)
    return _cancel(state, s.AskedCancel(before), e.Key.CANCEL, key)


# -- looking up ------------------------------------------------------------------------------------


def _open_lookup(state: State, step: s.Home, press: e.Key, key: str) -> Outcome:
    return on(state, s.LookUp())


def _type_key(state: State, step: s.LookUp, press: e.TypeKey, key: str) -> Outcome:
    return on(state, replace(step, typed=(step.typed + press.key)[:TYPED_MAX]))


def _erase_key(state: State, step: s.LookUp, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, typed=step.typed[:-1]))


def _clear_keys(state: State, step: s.LookUp, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, typed=""))


def _back_from_lookup(state: State, step: s.LookUp, press: e.Key, key: str) -> Outcome:
    return on(state, s.CheckIn()) if step.arrived else _first_page(state, step, press, key)


def _find(state: State, step: s.LookUp, press: e.Key, key: str) -> Outcome:
    if lacks(step.typed):
        return Outcome(state)
    return on(state, s.Ticket(s.Watch(step.typed)), e.FetchTicket(state.session_no, step.typed))


def _come_back(state: State, step: s.Ticket, press: e.Key, key: str) -> Outcome:
    view = step.watch.view
    if view is None:
        return Outcome(state)
    return on(state, replace(step, return_key=key), e.PressTicket(state.session_no, "return", key, view.ticket))


def _print_slip(state: State, step: s.Followed, press: e.Key, key: str) -> Outcome:
    view = step.watch.view
    if view is None or not printer_works(state):
        return Outcome(state)
    # A slip that may be on its way is asked for with its key, also when it has come meanwhile.
    if not (step.slip_key or slip_is_missing(view)):
        return Outcome(state)
    effect = e.PressTicket(state.session_no, "slip", key, view.ticket, state.settings.printer)
    return on(state, replace(step, slip_key=key), effect)


# -- giving a number up ----------------------------------------------------------------------------


def _ask_cancel(state: State, step: s.Number, press: e.Key, key: str) -> Outcome:
    return on(state, s.AskedCancel(step)) if s.may_cancel(step) else Outcome(state)


def _cancel(state: State, step: s.AskedCancel, press: e.Key, key: str) -> Outcome:
    """As long as nobody knows what became of it, every press asks with the first one's key."""
    number = step.number
    if not s.may_cancel(number):
        return on(state, replace(number, cancel_key=""))
    number = replace(number, cancel_key=number.cancel_key or key)
    effect = e.PressTicket(state.session_no, "cancel", number.cancel_key, number.issued.ticket)
    return on(state, s.Cancelling(number), effect)


# -- going -----------------------------------------------------------------------------------------


def _back_to_matters(state: State, step: s.Matter, press: e.Key, key: str) -> Outcome:
    if grouped(state) and len(in_queue(state, step.queue)) > 1:
        return on(state, s.Services(step.queue, ground=step.ground))
    return on(state, s.Choose(ground=step.ground))


def _back_to_groups(state: State, step: s.Services, press: e.Key, key: str) -> Outcome:
    return on(state, s.Choose(ground=step.ground))


def _back_to_matter(state: State, step: s.Grounds, press: e.Key, key: str) -> Outcome:
    return on(state, step.before)


def _back_to_lookup(state: State, step: s.Ticket, press: e.Key, key: str) -> Outcome:
    number = step.watch.ref if len(step.watch.ref) <= TYPED_MAX else ""  # a code's is no number
    return on(state, s.LookUp(number))


def _keep_number(state: State, step: s.AskedCancel, press: e.Key, key: str) -> Outcome:
    return on(state, step.number)


def _back_before_trouble(state: State, step: s.Problem, press: e.Key, key: str) -> Outcome:
    before = step.before
    if isinstance(before, s.Ticket):
        return on(state, replace(before, return_key="", slip_key=""))
    return on(state, replace(before, slip_key="") if isinstance(before, s.Number) else before)


def _first_page(state: State, step: s.Step, press: e.Press, key: str) -> Outcome:
    """As if just come, but draws whose outcome is not known keep their keys, and somebody who was called comes."""
    session = state.session
    return Outcome(replace(state, session=replace(session, step=s.FIRST, heard="", languages=-1)))


def _home(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    """A page of one's own data ends here: answers still out belong to nobody. Who goes this way to draw once more
    has not gone away, so an unsettled draw keeps its key here too."""
    if isinstance(step, s.Drawing | s.Waiting):
        return Outcome(state)
    if cases.draft_of(step) is not None and not isinstance(step, s.AskedLeave):
        return on(state, s.AskedLeave(step))
    return _first_page(replace(state, session_no=state.session_no + 1), step, press, key)


def wiped(state: State) -> State:
    """As if nobody had been here."""
    return replace(
        state,
        session=Session(language=state.settings.language),
        session_no=state.session_no + 1,
        touched_at_s=state.now_s,
    )


def _finish(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    return Outcome(wiped(state), helping.taken_back(state))


# -- how it is shown -------------------------------------------------------------------------------


def _speak(state: State, step: s.Step, press: e.Speak, key: str) -> Outcome:
    return Outcome(replace(state, session=replace(state.session, language=press.language)))


def _switch(state: State, step: s.Step, press: e.Switch, key: str) -> Outcome:
    """In large print a page may hold fewer choices, so it begins again with the first."""
    assist = state.session.assist.switched(press.way)
    return Outcome(replace(state, session=replace(state.session, assist=assist, step=s.unturned(step))))


def _repeat(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    return Outcome(replace(state, repeats=state.repeats + 1))


# Buttons that every page has.
_EVERYWHERE: dict[What, Rule] = {
    e.Key.HOME: _home,
    e.Key.FINISH: _finish,
    e.Key.CALL_HELP: helping.call_help,
    e.Key.REPEAT: _repeat,
    e.Speak: _speak,
    e.Switch: _switch,
}
_AT: Table = {
    (s.Home, e.Key.OPEN_CHOOSE): _open_choose,
    (s.Home, e.Key.OPEN_LOOKUP): _open_lookup,
    (s.Home, e.Key.OPEN_GUIDES): browsing.open_guides,
    (s.Home, e.Key.OPEN_FORMS): browsing.open_forms,
    (s.Choose, e.Key.OPEN_SEARCH): browsing.open_search,
    (s.Guides, e.Key.OPEN_SEARCH): browsing.open_search,
    (s.Guides, e.ChooseGroup): browsing.choose_group,
    (s.Guides, e.ChooseGuide): browsing.choose_guide,
    (s.Guides, e.Key.BACK): _back_to_group,
    (s.Guide, e.ChooseService): _choose_service_of_guide,
    (s.Search, e.ChooseGuide): browsing.choose_guide,
    (s.OneNotice, e.ChooseGuide): browsing.choose_guide,
    (s.Search, e.ChooseGroup): browsing.choose_group,
    (s.Search, e.Key.BACK): _back_from_search,
    (s.Choose, e.ChooseQueue): _choose_queue,
    (s.Choose, e.Key.ASK_PRIORITY): _ask_priority,
    (s.Choose, e.ChooseGround): _choose_ground,
    (s.Choose, e.ChooseService): _choose_service,
    (s.Choose, e.Key.BACK): _first_page,
    (s.Services, e.ChooseService): _choose_service,
    (s.Services, e.Key.ASK_PRIORITY): _ask_priority,
    (s.Services, e.ChooseGround): _choose_ground,
    (s.Services, e.Key.BACK): _back_to_groups,
    (s.Matter, e.Key.ASK_PRIORITY): _ask_priority,
    (s.Matter, e.ChooseGround): _choose_ground,
    (s.Matter, e.Key.TAKE_NUMBER): _take_number,
    (s.Matter, e.Key.BACK): _back_to_matters,
    (s.Grounds, e.ChooseGround): _choose_ground,
    (s.Grounds, e.Key.BACK): _back_to_matter,
    (s.Number, e.Key.PRINT_SLIP): _print_slip,
    (s.Number, e.Key.ASK_CANCEL): _ask_cancel,
    (s.AskedCancel, e.Key.CANCEL): _cancel,
    (s.AskedCancel, e.Key.BACK): _keep_number,
    (s.LookUp, e.TypeKey): _type_key,
    (s.LookUp, e.Key.ERASE): _erase_key,
    (s.LookUp, e.Key.CLEAR): _clear_keys,
    (s.LookUp, e.Key.FIND): _find,
    (s.LookUp, e.Key.BACK): _back_from_lookup,
    (s.Ticket, e.Key.COME_BACK): _come_back,
    (s.Ticket, e.Key.PRINT_SLIP): _print_slip,
    (s.Ticket, e.Key.BACK): _back_to_lookup,
    (s.Review, e.Key.DRAW_PREPARED): _draw_prepared,
    **dict.fromkeys(((step, e.Key.TURN_LEAF) for step in get_args(s.Leafed)), _turn_leaf),
    **browsing.AT,
    **topics.AT,
    **filling.AT,
    **cases.AT,
    **helping.AT,
    **aside.AT,
    **looking.AT,
    (s.Problem, e.Key.TRY_AGAIN): _try_again,
    (s.Problem, e.Key.BACK): _back_before_trouble,
}


def pressed(state: State, press: e.Press, key: str) -> Outcome:
    step = state.session.step
    what = press if isinstance(press, e.Key) else type(press)
    rule = _EVERYWHERE.get(what) or _AT.get((type(step), what))
    if state.session.heard:
        state = replace(state, session=replace(state.session, heard=""))
    done = rule(state, step, press, key) if rule else Outcome(state)
    return gone(state, done)


def gone(before: State, after: Outcome) -> Outcome:
    """A session that ends takes back what it has not sent; of what was read here nothing stays, and no phone hands in
    for it any more."""
    if after.state.session_no == before.session_no:
        return after
    return after._replace(effects=(*cases.taken_back(before), e.ForgetReadings(), *after.effects))

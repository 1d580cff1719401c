"""Filling a form in: what each key does to a question, a group's rows and the last look. Pure.

Nothing of it leaves the kiosk here, and all of it goes with the step.
"""

from __future__ import annotations

from dataclasses import replace

from hall_daemon.matters.fields import FOREVER
from hall_daemon.matters.form import BUILT_IN
from hall_daemon.wire.forms import BrokenView, FormField, FormView
from kiosk_ui.state import drafts, people
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Draft, Place
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, ask, on

# More than this nobody types at a kiosk; letters of one go.
TYPED_MAX, LETTERS_MAX = 200, 24
ROWS_MAX = 20
NUMBERS = frozenset({"number", "integer", "money"})
DATES = frozenset({"date", "expiry"})
# Typed on a pad of digits: how many of them at most.
DIGITS = {"id_number": 18, "phone": 11, "contact": 12, "card": 19, "postcode": 6, "date": 8, "expiry": 8,
    "number": 15, "integer": 10, "money": 13}
LATIN = frozenset({"uscc", "identifier"})
_TURNS: dict[s.Keys, s.Keys] = {"pinyin": "signs", "signs": "latin", "latin": "pinyin"}


# -- into a form -----------------------------------------------------------------------------------


def open_form(state: State, step: s.Guide, press: e.Key, key: str) -> Outcome:
    """Its form as it is now; with OPEN_WALK to be looked at only."""
    guide = state.library.of(step.matter)
    if guide is None or not guide.form or guide.over:
        return Outcome(state)
    walk = press == e.Key.OPEN_WALK
    key = f"walk-{key}" if walk else key
    asked = s.AskCase(session=state.session_no, about="form", key=key, ref=guide.form)
    return on(state, s.Waiting(step, asked), asked)


def form_came(state: State, waiting: s.Waiting, said: FormView) -> Outcome:
    day, before = (state.link.hall.day if state.link.hall else ""), waiting.before
    assert isinstance(before, s.Guide), "a form is asked for from there"
    draft = drafts.begun(before.matter, said, day, walk=waiting.asked.key.startswith("walk-"))
    first = drafts.places(draft) if draft else ()
    return on(state, asking(draft, first[0], before) if draft and first else before)


def asking(
    draft: Draft, at: Place, before: s.Guide, *, mending: bool = False, review: s.Review | None = None
) -> s.Asking:
    """A question with what was answered to it; a date as its digits."""
    field, answer = drafts.asked_at(draft, at), drafts.answer_at(draft, at)
    typed = str(answer) if isinstance(answer, str | int | float) and not isinstance(answer, bool) else ""
    if field.kind in DATES and typed != FOREVER:
        typed = typed.replace("-", "")
    keys: s.Keys = "latin" if field.kind in LATIN else "pinyin"
    return s.Asking(draft=draft, at=at, before=before, typed=typed, keys=keys, mending=mending, review=review)


def turned(step: s.Asking, draft: Draft, at: Place) -> s.Asking:
    """To another question, or to this one anew, and the way back stays."""
    return asking(draft, at, step.before, mending=step.mending, review=step.review)


# -- a question ------------------------------------------------------------------------------------


def choose_option(state: State, step: s.Asking, press: e.ChooseOption, key: str) -> Outcome:
    """One of several is the answer and leads on; of those that can be many, one more or one less."""
    field = drafts.asked_at(step.draft, step.at)
    if all(option.value != press.value for option in field.options):
        return Outcome(state)
    if field.kind != "choices":
        return _go_on(state, replace(step, draft=drafts.with_answer(step.draft, step.at, press.value)), key)
    now = chosen(step.draft, step.at)
    picked = [each.value for each in field.options if (each.value in now) != (each.value == press.value)]
    return on(state, replace(step, draft=drafts.with_answer(step.draft, step.at, picked), told=False))


def chosen(draft: Draft, at: Place) -> tuple[str, ...]:
    answer = drafts.answer_at(draft, at)
    if isinstance(answer, list):
        return tuple(answer)
    return (answer,) if isinstance(answer, str) else ()


def type_key(state: State, step: s.Asking, press: e.TypeKey, key: str) -> Outcome:
    field = drafts.asked_at(step.draft, step.at)
    if field.kind not in DIGITS and step.keys == "pinyin" and press.key.isascii() and press.key.isalpha():
        return on(state, replace(step, letters=(step.letters + press.key.lower())[:LETTERS_MAX], leaf=0, told=False))
    if press.key == FOREVER or step.typed == FOREVER:
        typed = press.key
    else:
        typed = (step.typed + press.key)[: DIGITS.get(field.kind, TYPED_MAX)]
    return on(state, replace(step, typed=typed, told=False))


def pick_text(state: State, step: s.Asking, press: e.PickText, key: str) -> Outcome:
    typed, letters = (step.typed + press.text)[:TYPED_MAX], step.letters[press.used :]
    return on(state, replace(step, typed=typed, letters=letters, leaf=0, told=False))


def same_person(state: State, step: s.Asking, press: e.SamePerson, key: str) -> Outcome:
    """It is written here, and beside it what else the form asks of that person; nobody goes on for them."""
    found = people.offered(step.draft, step.at)
    if not 0 <= press.at < len(found):
        return Outcome(state)
    return on(state, turned(step, people.written(step.draft, step.at, found[press.at]), step.at))


def erase(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    if step.letters:
        return on(state, replace(step, letters=step.letters[:-1], leaf=0))
    typed = "" if step.typed == FOREVER else step.typed[:-1]
    return on(state, replace(step, typed=typed, told=False))


def clear(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, typed="", letters="", leaf=0, told=False))


def switch_keys(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    """An alphabet only has no pinyin."""
    keys = _TURNS[step.keys]
    if keys == "pinyin" and drafts.asked_at(step.draft, step.at).kind in LATIN:
        keys = "signs"
    return on(state, replace(step, keys=keys, letters="", leaf=0))


def plain_keys(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    assist = replace(state.session.assist, large=False, low=False)
    return Outcome(replace(state, session=replace(state.session, assist=assist)))


def go_next(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    """What was typed is the answer. What is wrong with it is said once; the next press goes on, and the last look says
    it again."""
    if step.letters:
        return Outcome(state)
    draft, field = step.draft, drafts.asked_at(step.draft, step.at)
    if field.kind not in ("choice", "choices", "group"):
        draft = drafts.with_answer(draft, step.at, _answer(field, step.typed) or None)
    step = replace(step, draft=draft)
    if wrong(draft, step.at) and not step.told:
        return on(state, replace(step, told=True))
    return _go_on(state, step, key)


def _answer(field: FormField, typed: str) -> str:
    if field.kind in DATES and len(typed) == 8 and typed.isdigit():
        return f"{typed[:4]}-{typed[4:6]}-{typed[6:]}"
    return typed


def wrong(draft: Draft, at: Place) -> tuple[BrokenView, ...]:
    """What is wrong with this answer now. A rule that waits for another question's answer waits for it."""
    known = {name for name, answer in draft.answers.items() if answer not in (None, "", [])}
    return tuple(
        each for each in drafts.broken_at(draft, at)
        if each.level != "info" and (each.check in BUILT_IN or known.issuperset(each.fields))
    )


def _go_on(state: State, step: s.Asking, key: str) -> Outcome:
    """To the next question. Behind the last one, and from a mend that is in order, to the last look or to the list."""
    draft, at = step.draft, step.at
    behind = _asked_next(draft, at)
    if step.mending and not at.part:
        behind = None
    if behind is None:
        return _looked_at(state, step, key)
    return on(state, turned(step, draft, behind))


def _looked_at(state: State, step: s.Asking, key: str) -> Outcome:
    """To the last look; to the one list when the hall has what was changed, for the list is the hall's."""
    if step.review is None:
        return on(state, s.Check(draft=step.draft, before=step.before))
    if step.review.draft is not None and step.draft.answers == step.review.draft.answers:
        return on(state, step.review)
    asked = ask(state, "review", key, case=step.draft.case)
    return on(state, s.Waiting(step, asked), asked)


def _asked_next(draft: Draft, at: Place) -> Place | None:
    """What a card, a licence, an earlier review or the other answers said is not asked again, as long as nothing is
    wrong with it. What the last look shows masked, nobody can check there: of an earlier review it is shown here."""
    behind = drafts.place_after(draft, at)
    while behind is not None and not behind.part and _known(draft, behind) and not wrong(draft, behind):
        behind = drafts.place_after(draft, behind)
    return behind


def _known(draft: Draft, at: Place) -> bool:
    origin = draft.origins.get(at.field, "")
    return bool(origin) and not (origin.startswith("earlier") and masks(drafts.asked_at(draft, at)))


def masks(field: FormField) -> bool:
    """Whether of its answer something is shown masked."""
    return any(each.mask for each in (field, *field.parts))


def back(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    """To the question before; from the first one to the guide, from a mend to the last look."""
    if step.mending and not step.at.part:
        return _looked_at(state, step, key)
    ahead = drafts.place_before(step.draft, step.at)
    if ahead is None:
        return on(state, s.AskedLeave(step))
    return on(state, turned(step, step.draft, ahead))


# -- rows of a group -------------------------------------------------------------------------------


def add_row(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    field, rows = drafts.asked_at(step.draft, step.at), drafts.rows_of(step.draft, step.at.field)
    if field.kind != "group" or step.at.part or len(rows) >= ROWS_MAX:
        return Outcome(state)
    at = drafts.first_column(step.draft, step.at.field, len(rows) + 1)
    draft = drafts.with_answer(step.draft, at, None)
    return on(state, turned(step, draft, at))


def drop_row(state: State, step: s.Asking, press: e.Key, key: str) -> Outcome:
    if not step.at.part:
        return Outcome(state)
    draft = drafts.without_row(step.draft, step.at)
    return on(state, turned(step, draft, Place(step.at.field)))


def go_to(state: State, step: s.Asking | s.Check, press: e.GoTo, key: str) -> Outcome:
    """To a row of the group that is shown, or from the last look to what is to be mended."""
    at, known = press.at, drafts.places(step.draft)
    if Place(at.field) not in known or (at.row and at.row > len(drafts.rows_of(step.draft, at.field))):
        return Outcome(state)
    if at.row and not at.part:
        at = drafts.first_column(step.draft, at.field, at.row)
    if isinstance(step, s.Check):
        return on(state, asking(step.draft, at, step.before, mending=True))
    return on(state, turned(step, step.draft, at))


# -- the last look, and away -----------------------------------------------------------------------


def back_from_check(state: State, step: s.Check, press: e.Key, key: str) -> Outcome:
    order = drafts.places(step.draft)
    return on(state, asking(step.draft, order[-1], step.before)) if order else Outcome(state)


def stay(state: State, step: s.AskedLeave, press: e.Key, key: str) -> Outcome:
    return on(state, step.before)


AT: Table = {
    (s.Guide, e.Key.OPEN_FORM): open_form,
    (s.Guide, e.Key.OPEN_WALK): open_form,
    (s.Asking, e.ChooseOption): choose_option,
    (s.Asking, e.TypeKey): type_key,
    (s.Asking, e.PickText): pick_text,
    (s.Asking, e.SamePerson): same_person,
    (s.Asking, e.Key.ERASE): erase,
    (s.Asking, e.Key.CLEAR): clear,
    (s.Asking, e.Key.SWITCH_KEYS): switch_keys,
    (s.Asking, e.Key.PLAIN_KEYS): plain_keys,
    (s.Asking, e.Key.NEXT): go_next,
    (s.Asking, e.Key.BACK): back,
    (s.Asking, e.Key.ADD_ROW): add_row,
    (s.Asking, e.Key.DROP_ROW): drop_row,
    (s.Asking, e.GoTo): go_to,
    (s.Check, e.GoTo): go_to,
    (s.Check, e.Key.BACK): back_from_check,
    (s.AskedLeave, e.Key.STAY): stay,
    (s.AskedLeave, e.Key.BACK): stay,
}

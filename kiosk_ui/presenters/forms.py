"""Pages of a form: one question each, the rows of a group, the last look. Pure.

What is typed is shown and never spoken; an answer that its form masks is shown masked everywhere but where it is typed.
"""

from __future__ import annotations

from typing import Any

from hall_daemon.matters.days import day_of
from hall_daemon.matters.fields import FOREVER, masked
from hall_daemon.wire.forms import FormField
from hall_daemon.wire.messages import Text
from hall_daemon.words.text import said as in_words
from kiosk_ui.presenters.digits import LENGTHS, grouped, groups, heard, live_check, live_note
from kiosk_ui.presenters.figures import day_of as in_day
from kiosk_ui.presenters.page import Button, Choice, Choices, Line, Note, Notice, Pad, Progress, Sample, Typing
from kiosk_ui.state import State, drafts, filling, people, reading
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Draft, Place
from kiosk_ui.state.model import SHORT_MM, choices_per_leaf
from kiosk_ui.words import Words
from kiosk_ui.words.pinyin import candidates

_LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS = ("1234567890", "-·（）()/号室", "，。、：#&@.")
# A key beside the ten digits.
_ELEVENTH = {"id_number": "X", "number": ".", "money": "."}
_LEAVES_MOST = 8
# People who stand in the form already, beside a pad: fewer where letters are large, none where half a page must do too.
_SAME_MOST, _SAME_LARGE = 3, 2
# Answers that are read above where all keys are in the lower half.
_LINES_MOST, _LINES_ELDER = 6, 3


def said(words: Words, text: Text | None) -> str:
    return in_words(text, words.language) if text else ""


def question_page(state: State, words: Words, step: s.Asking) -> Choices | Pad | Typing | Notice:
    field = drafts.asked_at(step.draft, step.at)
    if field.kind == "group":
        return _rows_page(state, words, step, field)
    if field.options:
        return _options_page(state, words, step, field)
    if field.kind in filling.DIGITS:
        return _pad(state, words, step, field)
    return cramped(words) if is_cramped(state) else _typing(state, words, step, field)


def is_cramped(state: State) -> bool:
    """A short screen has no room for a keyboard beside large print, nor for one in its lower half."""
    assist = state.session.assist
    return state.screen_mm[1] < SHORT_MM and (assist.large or assist.low)


def cramped(words: Words) -> Notice:
    return Notice("info", "plain", words("typing.cramped"), (words("typing.cramped.text"),))


def _title(words: Words, step: s.Asking, field: FormField) -> str:
    title = said(words, field.ask or field.label)
    if not step.at.part:
        return title
    return words("form.of_row", row=step.at.row, title=title)


def _hint(words: Words, field: FormField, more: str = "") -> str:
    """What the form calls it, how to write it, and a sample; `more` is said first."""
    called = words("form.called", label=said(words, field.label)) if field.ask else ""
    told = isinstance(field.sample, str | int | float) and not field.options
    sample = words("form.sample", sample=field.sample) if told else ""
    return words("list.dot").join(filter(None, (more, called, said(words, field.help), sample)))


def _notes(state: State, words: Words, step: s.Asking, field: FormField) -> tuple[Note, ...]:
    """What is wrong now, and how to mend it; before that, what others get wrong here. Large print has room for what is
    wrong; how to mend it stands at the last look."""
    large = state.session.assist.large
    if step.told:
        told = filling.wrong(step.draft, step.at)
        return tuple(
            Note(f"wrong-{at}", said(words, each.say) if large else _told(words, each.say, each.mend), "bad")
            for at, each in enumerate(told[:2])
        )
    here = next((Note(sort, words(f"reader.{sort}")) for sort in reading.wanted(state)), None)
    often = (Note("often", words("form.often", wrong=said(words, field.often_wrong)), "warn"),) if (
        field.often_wrong) else ()
    cases = () if field.options else tuple(
        Note(f"case-{at}", words("form.case", when=said(words, each.when), write=said(words, each.write)))
        for at, each in enumerate(field.cases[:2])
    )
    return (*((here,) if here else ()), *often, *cases)


def _told(words: Words, say: Text, mend: Text) -> str:
    return words("form.wrong", say=said(words, say), mend=said(words, mend))


def progress(words: Words, draft: Draft, at: Place | None) -> Progress:
    """The last look is the page behind the last one, papers the next."""
    steps = draft.verdict.steps
    of = len(steps) + 2
    if at is None:
        return Progress(words("form.step", at=of - 1, of=of, title=words("form.check")), of - 1, of)
    step = next(each.step for each in draft.form.fields if each.id == at.field)
    number = steps.index(step) + 1 if step in steps else 1
    title = next((said(words, each.title) for each in draft.form.steps if each.id == step), "")
    walk = words("form.walk") if draft.walk else ""
    return Progress(walk + words("form.step", at=number, of=of, title=title), number, of)


# -- kinds of questions ----------------------------------------------------------------------------


def _options_page(state: State, words: Words, step: s.Asking, field: FormField) -> Choices:
    """The rows of "your case" are the choices; what the form then holds stands beside them."""
    now = filling.chosen(step.draft, step.at)
    cases = {case.choose: case for case in field.cases if case.choose}
    found = []
    for at, option in enumerate(field.options):
        case, label = cases.get(option.value), said(words, option.label)
        title, detail = (said(words, case.when), words("form.write", label=label)) if case else (label, "")
        found.append(Choice(f"option-{at}", "", title, detail, e.ChooseOption(option.value), wait=detail,
            chosen=option.value in now))
    return _list(state, words, step.leaf, title=_title(words, step, field), found=found,
        hint=_hint(words, field, words("form.several") if field.kind == "choices" else ""),
        notes=_notes(state, words, step, field), progress=progress(words, step.draft, step.at),
        sample=_sample(words, step, field))


def _sample(words: Words, step: s.Asking, field: FormField) -> Sample:
    """The line of the form as it will be printed; before anything is chosen an empty one."""
    now = filling.chosen(step.draft, step.at)
    values = tuple(said(words, option.label) for option in field.options if option.value in now)
    caption = words("form.printed", form=said(words, step.draft.form.title))
    return Sample(caption, said(words, field.label), values or (words("form.unchosen"),))


def _list(state: State, words: Words, leaf: int, *, title: str, found: list[Choice], hint: str, **more: Any) -> Choices:
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    per = min(_LEAVES_MOST, choices_per_leaf(state))
    return Choices(title=title, hint=hint, choices=tuple(found), more=turn, per_leaf=per, leaf=leaf, **more)


def _pad(state: State, words: Words, step: s.Asking, field: FormField) -> Pad:
    signs = "1234567890" + _ELEVENTH.get(field.kind, "")
    digits = [Button(f"key-{sign}", sign, e.TypeKey(sign)) for sign in signs]
    forever = (Button("forever", words("form.forever"), e.TypeKey(FOREVER)),) if field.kind == "expiry" else ()
    same = _same(words, step)[: _same_most(state)]
    told = "" if step.told else live_check(words, field, step.typed, step.draft.today)
    live = live_note(words, field, step.typed, told)
    unit = words("form.unit", unit=said(words, field.unit)) if field.unit else ""
    return Pad(
        title=_title(words, step, field), hint="" if step.told and step.typed else _hint(words, field, unit),
        typed=grouped(field.kind, step.typed), letters=(*forever, *same), digits=tuple(digits),
        mends=_mends(words, step.typed),
        groups=groups(words, field.kind, step.typed), live=live, heard=heard(words, live),
        notes=_notes(state, words, step, field), progress=progress(words, step.draft, step.at),
    )


def _same_most(state: State) -> int:
    assist = state.session.assist
    return 0 if assist.large and assist.low else _SAME_LARGE if assist.large else _SAME_MOST


def _mends(words: Words, typed: str) -> tuple[Button, ...]:
    return (
        Button("clear", words("lookup.clear"), e.Key.CLEAR, "close", enabled=bool(typed)),
        Button("erase", words("lookup.erase"), e.Key.ERASE, "erase", enabled=bool(typed)),
    )


def _typing(state: State, words: Words, step: s.Asking, field: FormField) -> Typing:
    rows = _SIGNS if step.keys == "signs" else _LETTERS
    large = step.keys != "signs"
    keys = tuple(
        tuple(Button(f"key-{sign}", sign.upper() if large else sign,
            e.TypeKey(sign.upper() if step.keys == "latin" else sign)) for sign in row)
        for row in rows
    )
    meant = candidates(step.letters) if step.letters else ()
    same = _same(words, step) if not step.letters else ()
    turn = Button("keys", words(f"typing.to.{_next_keys(step, field)}"), e.Key.SWITCH_KEYS, "language")
    return Typing(
        title=_title(words, step, field), hint=_hint(words, field), typed=step.typed, letters=step.letters,
        candidates=same or tuple(
            Button(f"word-{at}", each.text, e.PickText(each.text, each.used)) for at, each in enumerate(meant)
        ),
        keys=keys, mends=(*_mends(words, step.typed + step.letters), turn),
        more=Button("more", "›", e.Key.TURN_LEAF, "next", spoken=words("typing.more")), leaf=step.leaf,
        notes=_notes(state, words, step, field), progress=progress(words, step.draft, step.at),
    )


def _same(words: Words, step: s.Asking) -> tuple[Button, ...]:
    """Who stands in the form already and can be meant, while nothing is typed: masked, and never spoken by name."""
    if step.typed:
        return ()
    found = []
    for at, each in enumerate(people.offered(step.draft, step.at)):
        title = words("form.same", name=masked("name", each.name), end=each.id_number[-4:]).replace("  ", " ")
        found.append(Button(f"same-{at}", title, e.SamePerson(at), spoken=words("form.same.spoken", at=at + 1)))
    return tuple(found)


def _next_keys(step: s.Asking, field: FormField) -> str:
    if step.keys == "pinyin":
        return "signs"
    if step.keys == "signs":
        return "latin"
    return "signs" if field.kind in filling.LATIN else "pinyin"


def question_actions(state: State, words: Words, step: s.Asking) -> tuple[Button, ...]:
    """On with it: while a number is not whole the key is grey and says why; what is empty or wrong may be left."""
    field = drafts.asked_at(step.draft, step.at)
    if field.kind == "choice":
        return (*_drop(words, step), *_not_needed(words, step))
    typing = field.kind not in filling.DIGITS and not field.options and field.kind != "group"
    if typing and is_cramped(state):
        return Button("plain", words("typing.plain"), e.Key.PLAIN_KEYS, "check"), *_drop(words, step)
    if step.letters and state.session.assist.all:
        return ()  # the words to choose from need its room
    return _next(words, step, field), *_drop(words, step), *_not_needed(words, step)


def _not_needed(words: Words, step: s.Asking) -> tuple[Button, ...]:
    """Of an entry of the one list: it is right as it is, and why."""
    if step.review is None:
        return ()
    return (Button("not-needed", words("papers.not_needed"), e.Key.NOT_NEEDED, "pencil"),)


def _next(words: Words, step: s.Asking, field: FormField) -> Button:
    empty = not step.typed and field.kind not in ("choices", "group")
    if step.letters:
        return Button("next", words("form.next"), e.Key.NEXT, "next", enabled=False, why=words("typing.choose"))
    left = LENGTHS.get(field.kind, 0) - len(step.typed)
    if not empty and left > 0 and step.typed != FOREVER and not step.told:
        return Button("next", words("form.next"), e.Key.NEXT, "next", enabled=False, why=words("live.left", n=left))
    title = words("form.leave" if step.told else "form.skip" if empty else "form.next")
    return Button("next", title, e.Key.NEXT, "next")


def _drop(words: Words, step: s.Asking) -> tuple[Button, ...]:
    return (Button("drop-row", words("form.drop_row"), e.Key.DROP_ROW, "close"),) if step.at.part else ()


def _rows_page(state: State, words: Words, step: s.Asking, field: FormField) -> Choices:
    found = []
    for number, row in enumerate(drafts.rows_of(step.draft, field.id), 1):
        values = (_shown(words, part, row.get(part.id)) for part in field.parts if row.get(part.id))
        shown = words("list.dot").join(filter(None, values))
        title = words("form.row", row=number)
        found.append(Choice(f"row-{number}", "", title, shown, e.GoTo(Place(field.id, number)), icon="pencil",
            hushed=filling.masks(field)))
    more = Button("add-row", words("form.add_row"), e.Key.ADD_ROW, "plus")
    return _list(state, words, step.leaf, title=_title(words, step, field), found=found,
        hint=_hint(words, field) if found else words("form.no_rows"), notes=_notes(state, words, step, field),
        offers=(more,) if len(found) < filling.ROWS_MAX else (),
        progress=progress(words, step.draft, step.at))


# -- the last look ---------------------------------------------------------------------------------


def check_page(state: State, words: Words, step: s.Check) -> Choices:
    """All that is wrong first, each with how it is mended; then every answer, and a touch mends it."""
    draft = step.draft
    wrong = [each for each in draft.verdict.broken if each.level != "info"]
    found = [
        Choice(f"wrong-{at}", "", said(words, each.say), said(words, each.mend), e.GoTo(drafts.place_of(each)),
            icon="warn", tone="bad" if each.level == "error" else "warn")
        for at, each in enumerate(wrong)
    ]
    found += [
        Choice(f"answer-{at.field}", "", said(words, drafts.asked_at(draft, at).label), shown_answer(words, draft, at),
            e.GoTo(at), icon="pencil", told=True, gloss=_origin(words, draft, at),
            hushed=bool(drafts.asked_at(draft, at).mask))
        for at in drafts.places(draft)
    ]
    errors = sum(each.level == "error" for each in wrong)
    title = words("check.wrong", n=errors) if errors else words("check.title")
    hint = words("check.walk") if draft.walk else words("check.hint") if errors else ""
    above: dict[str, Any] = {}
    if state.session.assist.low:
        told = (Line("", said(words, drafts.asked_at(draft, at).label), shown_answer(words, draft, at))
            for at in drafts.places(draft))
        most = _LINES_ELDER if state.session.assist.large else _LINES_MOST
        above = {"lines_title": words("check.lines"), "lines": tuple(told)[:most]}
    return _list(state, words, step.leaf, title=title, found=found, hint=hint, progress=progress(words, draft, None),
        marked=words("review.points", n=errors) if errors else "", **above)


def check_actions(words: Words, step: s.Check) -> tuple[Button, ...]:
    if step.draft.walk:
        return (Button("done", words("check.walked"), e.Key.HOME, "home"),)
    errors = sum(each.level == "error" for each in step.draft.verdict.broken)
    why = words("check.first", n=errors) if errors else ""
    return (Button("hand-in", words("check.papers"), e.Key.HAND_IN, "next", enabled=not errors, why=why),)


def _origin(words: Words, draft: Draft, at: Place) -> str:
    """Where an answer is from when nobody typed it here."""
    key = "origin." + draft.origins.get(at.field, "").partition(":")[0]
    return words(key) if words.has(key) else ""


def shown_answer(words: Words, draft: Draft, at: Place) -> str:
    field, answer = drafts.asked_at(draft, at), drafts.answer_at(draft, at)
    if field.kind == "group":
        return words("form.rows", n=len(drafts.rows_of(draft, field.id)))
    if answer is None or answer == "" or answer == []:
        return words("check.empty")
    return _shown(words, field, answer)


def _shown(words: Words, field: FormField, answer: object) -> str:
    labels = {option.value: said(words, option.label) for option in field.options}
    if isinstance(answer, list):
        return words("list.and").join(labels.get(each, str(each)) for each in answer)
    if field.kind in filling.DATES and not field.mask and day_of(str(answer)) is not None:
        return in_day(words, str(answer), "day.whole")
    unit = said(words, field.unit)
    shown = labels.get(str(answer), "") or masked(field.mask, str(answer))
    return f"{shown} {unit}".strip()


def leaving(words: Words) -> Notice:
    return Notice("warn", "warn", words("leave.title"), (words("leave.text"),))


def leaving_actions(words: Words) -> tuple[Button, ...]:
    return (
        Button("keep", words("leave.stay"), e.Key.STAY, "back"),
        Button("confirm", words("leave.go"), e.Key.HOME, "close"),
    )

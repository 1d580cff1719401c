"""Pages of a pre-review: what becomes of it, the list of what is to be mended. Pure.

With every result stands that it is no acceptance.
"""

from __future__ import annotations

from typing import Any

from hall_daemon.wire.reviews import DefectView, ReviewView
from kiosk_ui.presenters.figures import as_of, known, short_wait, windows_named
from kiosk_ui.presenters.forms import is_cramped, said
from kiosk_ui.presenters.notice import unknown
from kiosk_ui.presenters.page import Button, Choice, Choices, Line, Notice, Part, Tone
from kiosk_ui.presenters.papers import ICONS, PAPERS_MOST, TONES, wrong
from kiosk_ui.state import State, cases, mending
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import UNKNOWN
from kiosk_ui.state.model import SHORT_MM, choices_per_leaf, printer_works, queue_of
from kiosk_ui.words import Words

# Entries of a list that are read above its keys.
_LINES = 4


# -- what becomes of it ----------------------------------------------------------------------------


def review_page(state: State, words: Words, step: s.Review) -> Choices | Notice:
    view = step.view
    if mending.entries(step):
        return _list_page(state, words, step)
    if view.state == "passed":
        return _passed(state, words, step)
    parts = (
        Part(words("review.matter"), said(words, view.title)),
        Part(words("review.number"), view.review),
        Part(words("review.now"), _until(words, view) or words("review.nothing"), said(words, view.note)),
        *(Part(*each) for each in _number(state, words, view)),
    )
    tone: Tone = "good" if view.state in ("sent", "looking") else "plain"
    return Notice("precheck", tone, said(words, view.state_said), (), parts=parts)


def _number(state: State, words: Words, view: ReviewView) -> tuple[tuple[str, str, str], ...]:
    """The number that comes with it; for who holds one already, how to bring it, where a reader can tell it is theirs:
    label, what, more."""
    if view.number and not view.numbers_of:
        return ((words("review.mine"), view.number, words("review.mine.text")),)
    if view.numbers_of and "code" in state.settings.reads:
        return ((words("review.have"), words("review.have.head"), words("review.have.text")),)
    return ()


def _large(words: Words, view: ReviewView, label: str, head: str, text: str) -> Part:
    """All of it in one line."""
    return Part("", words("review.have.large") if view.numbers_of else words("review.elder", label=label, head=head))


def _until(words: Words, view: ReviewView) -> str:
    """Until when the hall answers, the person mends, or the result holds."""
    if not view.due:
        return ""
    _, month, day = view.due.split("-")
    about = "_about" if view.about else ""
    key = f"review.due.{view.state}{about}"
    key = key if words.has(key) else f"review.due.other{about}"
    return words(key, month=words(f"month.{int(month)}"), day=int(day))


def _list_page(state: State, words: Words, step: s.Review) -> Choices:
    """Each entry is a key to its place, and says when it is mended. Where all keys are in the lower half, what is wrong
    is read above them."""
    low, entries, left = state.session.assist.low, mending.entries(step), mending.left(step)
    found = tuple(_entry(words, step, at, each, brief=low) for at, each in enumerate(entries))
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    printed = words(f"list.{step.printed or 'printing'}") if step.printed or step.slip else ""
    hint = words("list.dot").join(filter(None, (words("review.whole"), _until(words, step.view), printed,
        said(words, step.view.note))))
    form = Button("form", words("review.form"), e.Key.NEXT, "pencil")
    above: dict[str, Any] = {}
    if low:
        told = (Line("", f"{at}  {said(words, each.place)}", wrong(words, each)) for at, each in enumerate(entries, 1))
        above = {"lines_title": words("review.lines"), "lines": tuple(told)[:_LINES]}
    return Choices(
        title=words("review.wrong", n=left) if left else words("review.mended"), hint=hint, choices=found, more=turn,
        per_leaf=min(PAPERS_MOST, choices_per_leaf(state)), leaf=step.leaf,
        offers=() if state.session.assist.all or is_cramped(state) else (form,),
        marked=words("review.points", n=left) if left else "", **above,
    )


def _entry(words: Words, step: s.Review, at: int, entry: DefectView, *, brief: bool) -> Choice:
    """What is wrong with which number; what was done about it with a sign."""
    name, title, press = f"defect-{at}", said(words, entry.place), e.MendEntry(at)
    if entry.mended or mending.reason_of(step, at):
        done = words("entry.mended" if entry.mended else "entry.reason")
        return Choice(name, "", title, done, press, icon="check", wait=done, tone="good")
    if mending.is_promised(step, entry):
        how = "instead" if entry.id in mending.instead(step) else "later"
        done = words(f"entry.{how}")
        return Choice(name, "", title, done, press, icon=ICONS[how], wait=done, tone=TONES[how])
    todo = words("entry.paper" if entry.of == "paper" else "entry.field")
    return Choice(name, "", title, todo if brief else wrong(words, entry), press, number=str(at + 1), wait=todo)


def _passed(state: State, words: Words, step: s.Review) -> Notice:
    view, guide = step.view, step.before.view if step.before else None
    names = {id_: material.name for id_, material in guide.guide.materials.items()} if guide else {}
    bring = words("list.and").join(said(words, names[each]) for each in view.papers if each in names)
    later = words("list.and").join(
        said(words, names[each]) for each in view.promised if each in names and each not in view.instead)
    instead = words("list.and").join(said(words, names[each]) for each in view.instead if each in names)
    promised = ("later", later, words("review.instead.of", papers=instead) if instead else "")
    promised = promised if later else ("instead", instead, "")
    numbers, large = _number(state, words, view), state.session.assist.large
    full = bool(numbers) and large  # it says what matters most
    parts = tuple(
        _part(state, words, key, head, text)
        for key, head, text in (
            ("matter", said(words, view.title), view.review), ("until", _until(words, view), ""),
            ("bring", bring or words("review.bring_card"), ""), promised,
        )
        if head and not (key == "matter" and (full or state.session.assist.all))
    )
    mine = tuple(_large(words, view, *each) if large else Part(*each) for each in numbers)
    return Notice("check", "good", words("review.passed"), (), parts=(*mine, *parts),
        strip=Part("", said(words, view.note), ""), done=True, lead=_called_at(state, words, view))


def _called_at(state: State, words: Words, view: ReviewView) -> Part | None:
    """Where the number of who passed is called, where they sit until then, and how long it takes now."""
    hall = state.link.hall
    if not view.windows or hall is None:
        return None
    service = next((each for each in hall.services if each.id == view.service), None)
    queue = queue_of(state, service.queue) if service else None
    seat = words("review.seat", letter=queue.prefix) if queue else ""
    waits = service is not None and known(service.wait) and not state.stale
    wait = (short_wait(words, service.wait), as_of(state, words)) if service and waits else ()
    dot = words("list.dot")
    lines = "\n" if state.screen_mm[1] >= SHORT_MM else dot
    text = lines.join(filter(None, (seat, dot.join(filter(None, wait)))))
    label, head = words("review.window"), windows_named(words, view.windows)
    if state.session.assist.all:
        return Part("", head, seat or text)
    if state.session.assist.large:
        return Part("", words("review.elder", label=label, head=head), text)
    return Part(label, head, text)


def _part(state: State, words: Words, key: str, head: str, text: str) -> Part:
    """In 长辈模式 a full page leaves its labels out: there the answer says what it is."""
    label = words(f"review.{key}")
    return Part(label, words("review.elder", label=label, head=head) if state.session.assist.all else head, text)


def review_actions(state: State, words: Words, step: s.Review) -> tuple[Button, ...]:
    view = step.view
    if view.state == "draft":
        return (Button("mend", words("review.go_on"), e.Key.NEXT, "pencil"),)
    if view.state == "mend":
        left = mending.left(step)
        why = words("check.first", n=left) if left else ""
        send = Button("send-again", words("review.again"), e.Key.SEND, "check", enabled=not left, why=why)
        why = words("moment") if step.slip else ""
        slip = Button("print-list", words("review.print"), e.Key.PRINT_LIST, "print", enabled=not step.slip, why=why)
        return (send, slip) if printer_works(state) and not state.session.assist.all else (send,)
    go = Button("leave", words("review.leave"), e.Key.FINISH, "check")
    if view.state == "passed" and cases.draw_service(state, step):
        return Button("draw-prepared", words("review.draw"), e.Key.DRAW_PREPARED, "ticket"), go
    return (go,)


# -- the hall is asked -----------------------------------------------------------------------------


def waiting(words: Words, step: s.Waiting) -> Notice:
    return Notice("hourglass", "plain", words(f"asking.{step.asked.about}"), (words("asking.text"),))


def stuck(words: Words, step: s.Stuck) -> Notice:
    """The hall's own words where it said no; where it said nothing, that all that was filled in is still here."""
    trouble = step.trouble
    if trouble.code in UNKNOWN:
        return unknown(words)
    if trouble.said is None:
        return Notice("warn", "warn", words("unreachable.title"), (words("unreachable.form"), words("unreachable.do")))
    refusal = trouble.said.said(words.language)
    return Notice("warn", "warn", refusal.detail, (refusal.advice, words("problem.staff")))

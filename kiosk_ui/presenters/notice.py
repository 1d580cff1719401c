"""Pages that tell something: the hall is away, a number is being drawn, something went wrong. Pure.

Every one says what happened, what it means, what to do.
"""

from __future__ import annotations

from typing import Literal

from hall_daemon.wire.messages import Issued, Problem
from kiosk_ui.presenters.number import state_words
from kiosk_ui.presenters.page import Button, Notice, Part
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state.answers import UNKNOWN
from kiosk_ui.state.presses import TYPED_MAX
from kiosk_ui.state.steps import Draw, Help, Number, Trouble, Watch
from kiosk_ui.words import Words


def starting(words: Words) -> Notice:
    return Notice("hourglass", "plain", words("starting.title"), (words("starting.text"),))


def away(state: State, words: Words) -> Notice:
    """What a machine that is cut off can know: it offers no person and claims to have told none."""
    settings, link = state.settings, state.link
    since = state.clock_at(link.got_at_s) if link.hall else ""
    where = words("list.and").join(
        filter(None, (settings.desk, settings.phone and words("away.phone", phone=settings.phone)))
    )
    broken = words("away.what.since", at=since) if since else words("away.what.text")
    parts = (
        Part(words("away.what"), words("away.what.head"), broken),
        Part(words("away.number"), words("away.number.head"), words("away.number.text")),
        Part(words("away.now"), words("away.do"), where or words("away.now.text")),
        Part(words("away.told"), words("away.told.head"), words("away.told.text")),
    )
    strip = Part(words("away.again"), words("away.retry.head", n=link.failures), words("away.retry"))
    return Notice("plug", "warn", words("away.title"), (), parts=parts, strip=strip)


# So long nobody said that they come: then it is said that one need not wait.
_LATE_S = 60.0


def helping(state: State, words: Words, step: Help) -> Notice:
    """Whether staff know and somebody comes, and where they are."""
    settings, said = state.settings, _heard(state, step)
    parts: tuple[Part, ...] = (
        Part(words("help.where"), settings.desk or words("help.where.head"), words("help.where.text")),
        Part(words("help.what"), words("help.what.head"), words("help.what.text")),
    )
    if settings.phone:
        parts = (*parts, Part(words("help.phone"), settings.phone))
    return Notice("helper", "good" if said in _COMES else "plain", words(said), (), parts)


# Taken back or not, and whether staff know: True, False, or not known yet.
_HELP = {
    (False, None): "help.calling", (False, True): "help.told", (False, False): "help.title",
    (True, None): "help.ending", (True, True): "help.ended", (True, False): "help.not_ended",
}
_COMES = frozenset({"help.told", "help.coming"})


def _heard(state: State, step: Help) -> str:
    if step.lost or step.coming:
        return "help.lost" if step.lost else "help.coming"
    late = step.call and step.told and not step.over and state.now_s - step.since_s > _LATE_S
    return "help.late" if late else _HELP[step.over, step.told]


def helping_actions(words: Words, step: Help) -> tuple[Button, ...]:
    """To take it back, or to call again where nobody knows of it."""
    if step.lost or (step.told is False and not step.over):
        return (Button("again", words("help.again"), e.Key.TRY_AGAIN, "helper"),)
    end = Button("end-help", words("help.end"), e.Key.END_HELP, "close")
    return (end,) if step.call and bool(step.told) is not step.over else ()


def unknown(words: Words) -> Notice:
    """The hall does not take this kiosk's credential: what people do, then what whoever mends it does."""
    return Notice("warn", "warn", words("unknown.title"), (words("away.do"), words("unknown.mend")))


def refused(words: Words, problem: Problem) -> Notice:
    """The hall knows no such kiosk: what people do meanwhile, then for whoever mends it the hall's own words."""
    refusal = problem.said(words.language)
    return Notice("warn", "warn", words("away.title"), (words("away.do"), refusal.detail, refusal.advice))


def drawing(words: Words, draw: Draw) -> Notice:
    again = draw.attempt > 1
    text = words("drawing.again" if again else "drawing.text")
    return Notice("hourglass", "plain", words("drawing.title"), (text,))


def searching(words: Words, watch: Watch) -> Notice:
    number = watch.ref if len(watch.ref) <= TYPED_MAX else ""  # of a code
    return Notice("hourglass", "plain", words("searching.title", number=number), ())


def cancel(words: Words, number: Number) -> Notice:
    """What giving up means; a number that is called meanwhile says so first."""
    view = number.watch.view
    now = () if view is None or view.state == "waiting" else (state_words(words, view),)
    lines = (*now, words("cancel.meaning"), words("cancel.after"))
    return Notice("warn", "warn", words("cancel.title", number=number.issued.number), lines)


def cancel_actions(words: Words) -> tuple[Button, ...]:
    """To keep it is the larger key."""
    return (
        Button("keep", words("cancel.keep"), e.Key.BACK, "back"),
        Button("confirm", words("cancel.confirm"), e.Key.CANCEL, "close"),
    )


def cancelling(words: Words, issued: Issued) -> Notice:
    return Notice("hourglass", "plain", words("cancelling.title", number=issued.number), (words("drawing.text"),))


def problem(words: Words, trouble: Trouble) -> Notice:
    """The hall's own words where it said no; ours where it said nothing."""
    if trouble.code in UNKNOWN:
        return unknown(words)
    if trouble.said is None:
        lines = (words(f"unreachable.{trouble.about}"), words("unreachable.do"))
        return Notice("warn", "warn", words("unreachable.title"), lines)
    refusal = trouble.said.said(words.language)
    return Notice("warn", "warn", refusal.detail, (refusal.advice, words("problem.staff")))


def fetching(words: Words, what: Literal["guide", "picture"] = "guide") -> Notice:
    return Notice("hourglass", "plain", words(f"{what}.coming"), ())


def no_guide(words: Words) -> Notice:
    return Notice("warn", "warn", words("unreachable.title"), (words("unreachable.guide"), words("unreachable.do")))


def retry(words: Words) -> tuple[Button, ...]:
    return (Button("retry", words("problem.retry"), e.Key.TRY_AGAIN),)


def problem_actions(words: Words, trouble: Trouble) -> tuple[Button, ...]:
    """Only what may help is offered again."""
    if trouble.code != "unreachable":
        return ()
    return retry(words)

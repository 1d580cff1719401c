"""Pages that tell something: the hall is away, a number is being drawn, something went wrong. Pure.

Every one says what happened, what it means, what to do.
"""

from __future__ import annotations

from kiosk_ui.presenters.page import Button, Notice
from kiosk_ui.state import State, Trouble
from kiosk_ui.state import events as e
from kiosk_ui.words import Words


def starting(words: Words) -> Notice:
    return Notice("wait", "plain", words("starting.title"), (words("starting.text"),))


def away(words: Words) -> Notice:
    return Notice("warn", "warn", words("away.title"), (words("away.do"), words("away.meaning"), words("away.retry")))


def drawing(state: State, words: Words) -> Notice:
    draw = state.session.draw
    again = draw is not None and draw.attempt > 1
    text = words("drawing.again" if again else "drawing.text")
    return Notice("wait", "plain", words("drawing.title"), (text,))


def searching(state: State, words: Words) -> Notice:
    watch = state.session.watch
    return Notice("wait", "plain", words("searching.title", number=watch.ref if watch else ""), ())


def problem(words: Words, trouble: Trouble) -> Notice:
    """The hall's own words where it said no; ours where it said nothing."""
    if trouble.code == "unreachable":
        lines = (words(f"unreachable.{trouble.about}"), words("unreachable.do"))
        return Notice("warn", "warn", words("unreachable.title"), lines)
    zh = words.language == "zh"
    what = trouble.what_zh if zh else trouble.what_en
    advice = trouble.advice_zh if zh else trouble.advice_en
    return Notice("warn", "warn", what, (advice, words("problem.staff")))


def problem_actions(words: Words, trouble: Trouble) -> tuple[Button, ...]:
    """Only what may help is offered again."""
    if trouble.code != "unreachable":
        return ()
    return (Button("retry", words("problem.retry"), e.TryAgain()),)

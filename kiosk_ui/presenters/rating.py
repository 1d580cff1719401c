"""How a visit was: five levels of equal weight, for the two lowest why, and thanks. Pure.

What a person touches here is shown while they choose it and spoken on the key alone; the thanks do not say it again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hall_daemon.wire.messages import TicketView
from hall_daemon.wire.ratings import RatingReason
from kiosk_ui.presenters import frame, notice
from kiosk_ui.presenters.figures import in_language
from kiosk_ui.presenters.page import Button, Choice, Choices, Content, Icon, Notice
from kiosk_ui.state import State, rating
from kiosk_ui.state import events as e
from kiosk_ui.state.steps import Rate, Rated, Ticket
from kiosk_ui.words import Words

_FACES: dict[int, Icon] = {5: "face5", 4: "face4", 3: "face3", 2: "face2", 1: "face1"}
_REASONS: dict[RatingReason, Icon] = {
    "waited_long": "clock", "told_twice": "guide", "unclear": "chat", "manner": "people", "place": "counter",
}


def rate(state: State, words: Words, step: Rate) -> Content:
    ways = frame.ways(state, words)
    if step.trouble is not None:
        body, actions = notice.problem(words, step.trouble), notice.problem_actions(words, step.trouble)
        return Content("rate-problem", body, actions, ways)
    if step.key:
        return Content("rate-sending", Notice("hourglass", "plain", words("rate.sending"), (words("drawing.text"),)))
    if step.level:
        send = Button("send", words("rate.send"), e.Key.SEND, "check")
        return Content("rate-reasons", reasons_page(words, step), (send,), ways)
    return Content("rate", levels_page(state, words, step), (), ways)


def rated(state: State, words: Words, step: Rated) -> Content:
    thanks = Notice("check", "good", words("rate.thanks"), (words("rate.nameless"), words("rate.counted")))
    finish = Button("finish", words("drawn.finish"), e.Key.FINISH, "check")
    return Content("rated", thanks, (finish,), (frame.home(words), frame.helper(state, words)))


def levels_page(state: State, words: Words, step: Rate) -> Choices:
    """None is chosen, none leads; not to say anything is as large a key as any of them."""
    levels = tuple(
        Choice(
            f"level-{level}", "", words(f"rate.level.{level}"), words("rate.why") if level in rating.LOW_LEVELS else "",
            e.ChooseLevel(level), icon=_FACES[level], ends=True,
        )
        for level in rating.LEVELS
    )
    none = Choice("not-rated", "", words("rate.not"), "", e.Key.FINISH, icon="close", ends=True)
    return _choices(words, step, (*levels, none), title=words("rate.title"), hint=_visit(state, words, step.ticket),
        whole=True)


def _visit(state: State, words: Words, step: Ticket) -> str:
    view = step.watch.view
    assert view is not None, "it is served"
    window = words("board.window", window=view.window_label) if view.window_label else ""
    said = view.number, in_language(words, view.service_name), window, _done_at(state, words, step, view)
    return words("list.dot").join(filter(None, said))


def _done_at(state: State, words: Words, step: Ticket, view: TicketView) -> str:
    """By this kiosk's clock: so long before the answer came."""
    if view.served_at is None or state.clock is None:
        return ""
    ago = datetime.fromisoformat(view.as_of) - datetime.fromisoformat(view.served_at)
    return words("rate.done_at", at=state.clock_at(step.watch.got_at_s - ago.total_seconds()))


def reasons_page(words: Words, step: Rate) -> Choices:
    """Of a closed list: what is typed freely may name somebody."""
    reasons = tuple(
        Choice(f"reason-{reason}", "", words(f"rate.reason.{reason}"), "", e.ChooseReason(reason), icon=icon,
            chosen=reason in step.reasons)
        for reason, icon in _REASONS.items()
    )
    return _choices(words, step, reasons, title=words("rate.reasons.title"), hint=words("rate.reasons.hint"))


def _choices(words: Words, step: Rate, choices: tuple[Choice, ...], **said: Any) -> Choices:
    """Levels are all on one page: who had to turn on to the lower ones would give an upper one."""
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        choices=choices, more=turn, per_leaf=len(choices), leaf=step.leaf, foot=words("rate.nameless"), **said
    )

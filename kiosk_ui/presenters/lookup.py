"""Looking a number up: its letters and its digits, on keys of our own. Pure."""

from __future__ import annotations

from kiosk_ui.presenters.page import Button, Pad
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state.model import lacks
from kiosk_ui.state.steps import LookUp
from kiosk_ui.words import Words


def lookup_page(state: State, words: Words, step: LookUp) -> Pad:
    """Only letters that numbers of this hall begin with: a key that cannot be right is not there."""
    hall = state.link.hall
    used = sorted({letter for queue in hall.queues for letter in queue.prefix}) if hall else []
    letters = tuple(Button(f"key-{letter}", letter, e.TypeKey(letter)) for letter in used)
    digits = tuple(Button(f"key-{digit}", digit, e.TypeKey(digit)) for digit in "1234567890")
    typed, code = bool(step.typed), words("lookup.code") if "code" in state.settings.reads else ""
    clear = Button("clear", words("lookup.clear"), e.Key.CLEAR, "close", enabled=typed)
    erase = Button("erase", words("lookup.erase"), e.Key.ERASE, "erase", enabled=typed)
    return Pad(
        title=words("lookup.title"),
        hint=words("list.dot").join(filter(None, (code, words("lookup.hint", example=f"{_letters(state)}012")))),
        typed=step.typed,
        letters=letters,
        digits=digits,
        mends=(clear, erase),
    )


def _letters(state: State) -> str:
    """What a number of this hall begins with, for an example."""
    hall = state.link.hall
    return hall.queues[0].prefix if hall and hall.queues else "A"


def lookup_actions(state: State, words: Words, step: LookUp) -> tuple[Button, ...]:
    """While it is grey it says what is missing."""
    lack = lacks(step.typed)
    why = words(f"lookup.lacks.{lack}", letters=_letters(state)) if lack else ""
    find = Button("find", words("lookup.find"), e.Key.FIND, "search", enabled=not lack, why=why)
    if step.typed:
        return (find,)
    others = Button("lookups", words("lookups.key"), e.Key.OPEN_LOOKUPS, "next")
    # In 长辈模式 one key has room below the pad; the other one comes with the first digit.
    return (others,) if state.session.assist.all else (find, others)

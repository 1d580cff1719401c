"""Pages as tests read them: a state presented, its body of the kind that is meant."""

from __future__ import annotations

from kiosk_ui import words
from kiosk_ui.presenters import present
from kiosk_ui.presenters.page import Choices, Matter, Notice, Number, Page
from kiosk_ui.samples import shown_as
from kiosk_ui.state import Language, State

LANGUAGES = words.load()


def page(here: State, language: Language = "zh") -> Page:
    return present(shown_as(here, language=language), LANGUAGES)


def choices(here: State, language: Language = "zh") -> Choices:
    body = page(here, language).body
    assert isinstance(body, Choices)
    return body


def matter(here: State, language: Language = "zh") -> Matter:
    body = page(here, language).body
    assert isinstance(body, Matter)
    return body


def number(here: State, language: Language = "zh") -> Number:
    body = page(here, language).body
    assert isinstance(body, Number)
    return body


def notice(here: State, language: Language = "zh") -> Notice:
    body = page(here, language).body
    assert isinstance(body, Notice)
    return body


def names(buttons: tuple[object, ...]) -> list[str]:
    return [button.name for button in buttons]  # type: ignore[attr-defined]

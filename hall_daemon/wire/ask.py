"""Questions in plain words over the wire: asked, answered, those without an answer, and calls for help."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hall_daemon.wire.texts import Message, Text

Question = Annotated[str, Meta(min_length=1, max_length=200)]
MatterId = Annotated[str, Meta(max_length=64)]


class AskBody(Message, frozen=True):
    """`matter`: the guide that is open, "" for none: a question for its fee needs not name it. `typing`: it is not
    whole yet, so nothing of it is kept for staff."""

    q: Question
    matter: MatterId = ""
    typing: bool = False


class FieldHelp(Message, frozen=True, kw_only=True):
    """A field of a form in its own words; `sample` is how it may be written."""

    form: str
    field: str
    name: Text
    help: Text | None
    sample: str


class AskAnswer(Message, frozen=True, kw_only=True):
    """`matters`: of guides, best first, one alone when it is sure. `paragraph`: of the first one's guide, `field.…` of
    its form, which `field` then tells; without a matter `hours`, `places` or `progress` of the hall. `person`: a person
    knows more. `elsewhere`: what it is that the hall has no guide for."""

    answered: bool
    matters: tuple[str, ...]
    person: bool
    paragraph: str | None
    elsewhere: Text | None
    field: FieldHelp | None = None


class Unanswered(Message, frozen=True, kw_only=True):
    """`near`: matters that it may be about, best first."""

    question: str
    times: int
    last: str
    near: tuple[str, ...]


class Led(Message, frozen=True, kw_only=True):
    """What staff showed. `by` is a work number, "" for one that is gone."""

    question: str
    matter: str
    by: str
    at: str


class Questions(Message, frozen=True):
    unanswered: tuple[Unanswered, ...]
    led: tuple[Led, ...]


class LeadBody(Message, frozen=True):
    question: Question
    matter: Annotated[str, Meta(min_length=1, max_length=64)]


class QuestionBody(Message, frozen=True):
    question: Question


class HelpBody(Message, frozen=True):
    """`matter`: what it is about, "" for anything."""

    matter: MatterId = ""


class PhoneHelpBody(Message, frozen=True):
    """`token`: of the ticket, whose number says whom staff look for."""

    token: Annotated[str, Meta(min_length=1, max_length=64)]
    matter: MatterId = ""


class HelpView(Message, frozen=True, kw_only=True):
    """`place`: a kiosk's name or a number. `state` coming: `by` (a work number) goes there."""

    help: str
    channel: Literal["kiosk", "phone", "staff"]
    place: str
    matter: str
    at: str
    state: Literal["open", "coming"]
    by: str


class Helps(Message, frozen=True):
    """Those that wait longest first, then those that are answered."""

    helps: tuple[HelpView, ...]

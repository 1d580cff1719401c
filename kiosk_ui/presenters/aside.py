"""Words of a page in the middle of a form that lead to what they are called, and what is read there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hall_daemon.wire.guides import GuideView
from kiosk_ui.presenters import frame, guides, notice, topics
from kiosk_ui.presenters.figures import in_language
from kiosk_ui.presenters.news import holds, text_pages, turned, word_keys
from kiosk_ui.presenters.page import Body, Button, Choices, Content, Notice, Pad, Typing
from kiosk_ui.presenters.reading import Passage, Reading
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import choices_per_leaf
from kiosk_ui.words import Words

# What somebody wants to know of it who is in the middle of something else.
_TOPICS = ("papers", "places", "limit", "who")


def with_words(state: State, content: Content, own: str) -> Content:
    """With keys for the words on it that name another matter than its `own`; not while letters are turned into words,
    nor below a list of 长辈模式 that has a key already: they need the room."""
    body, lower = content.body, state.session.assist.all and content.actions
    if (isinstance(body, Typing) and body.letters) or (isinstance(body, Choices) and lower):
        return content
    keys = word_keys(state, tuple(map(Passage, _texts(content.body))), (own,), beside=len(content.actions))
    return content._replace(actions=(*content.actions, *keys))


def _texts(body: Body) -> Iterator[str]:
    """What stands there, but for answers at the last look and those that are masked."""
    if isinstance(body, Choices | Pad | Typing):
        yield from (body.title, body.hint, *(note.text for note in body.notes))
    if isinstance(body, Choices):
        for choice in body.choices:
            yield choice.title
            yield "" if choice.told or choice.hushed else choice.detail
    if isinstance(body, Notice):
        yield from (body.title, *(text for part in body.parts for text in (part.head, part.text)))


def aside_page(state: State, words: Words, step: s.Aside) -> Content:
    ways, resume = frame.ways(state, words), Button("resume", words("aside.resume"), e.Key.STAY, "back")
    if not step.matter:
        return Content("aside-which", _which(state, words, step), (resume,), ways)
    if step.failed:
        return Content("aside-failed", notice.no_guide(words), (*notice.retry(words), resume), ways)
    if step.view is None:
        return Content("aside-coming", notice.fetching(words), (resume,), ways)
    pages = text_pages(tuple(_told(words, step.view)), holds(state))
    body = Reading(in_language(words, step.view.guide.title), words("aside.kept"), pages[step.leaf % len(pages)])
    actions = (resume, *turned(words, step.leaf, len(pages)))
    return Content("aside", body, actions, ways, guides.stops(words, step.view.guide.stopped))


def _which(state: State, words: Words, step: s.Aside) -> Choices:
    shown = [guide for matter in step.matters if (guide := state.library.of(matter)) is not None]
    return Choices(
        title=words("aside.which", word=step.word), hint=words("aside.kept"),
        choices=tuple(guides.choice(state, words, guide) for guide in shown),
        more=Button("more", words("choose.more"), e.Key.TURN_LEAF, "next"), per_leaf=choices_per_leaf(state),
        leaf=step.leaf,
    )


def _told(words: Words, view: GuideView) -> Iterator[Passage]:
    """Topic by topic, each under its name."""
    for topic in _TOPICS:
        for at, passage in enumerate(topics.passages(words, view, topic)):
            yield passage._replace(head="" if at else words(f"topic.{topic}"))

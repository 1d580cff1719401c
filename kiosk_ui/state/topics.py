"""All that a guide tells: its topics, one of them read page by page, its pictures looked at. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from hall_daemon.matters.guide import Guide
from hall_daemon.wire.messages import Text
from kiosk_ui.state import events as e
from kiosk_ui.state import filling
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, behind, on

# A topic holds these paragraphs of a guide; `faq` stands for all that are asked.
TOPICS: dict[str, tuple[str, ...]] = {
    "papers": ("materials",),
    "steps": ("steps",),
    "who": ("scope", "conditions", "forbidden"),
    "limit": ("limit", "fee"),
    "places": ("places", "hours", "channels"),
    "result": ("result", "progress"),
    "wrong": ("often_wrong", "near", "faq"),
    "law": ("basis", "rights", "contact", "matter"),
}
# What a page can show; anything else is had on a phone.
_PICTURES = (".jpg", ".png")


class Picture(NamedTuple):
    """A file of a guide, and what it is of."""

    file: str
    name: Text


def files(guide: Guide, topic: str) -> tuple[Picture, ...]:
    """Samples and blank papers, or what explains a step."""
    found: list[Picture] = []
    if topic == "papers":
        found = [Picture(file, one.name) for one in guide.materials.values() for file in (one.sample, one.blank)]
    elif topic == "steps":
        found = [Picture(file, one.pictured or one.name) for one in guide.steps for file in (one.picture, one.video)]
    return tuple(each for each in found if each.file)


def pictures(guide: Guide, topic: str) -> tuple[Picture, ...]:
    return tuple(each for each in files(guide, topic) if each.file.endswith(_PICTURES))


def open_topics(state: State, step: s.Guide, press: e.Key, key: str) -> Outcome:
    return on(state, s.Topics(step)) if step.view is not None else Outcome(state)


def holding(paragraph: str) -> str:
    """The topic in which a paragraph of a guide stands, "" for none."""
    part = paragraph.partition(".")[0]
    return next((topic for topic, parts in TOPICS.items() if part in parts), "")


def led(guide: s.Guide) -> s.Guide | s.Topic:
    """The topic that holds the paragraph which a question was for; the guide itself for none."""
    found, part = holding(guide.lead), guide.lead.partition(".")[0]
    has = guide.view is not None and any(one.id.partition(".")[0] == part for one in guide.view.paragraphs)
    return s.Topic(s.Topics(guide), found, lead=guide.lead) if found and has else guide


def choose(state: State, step: s.Topics | s.Topic, press: e.ChooseTopic, key: str) -> Outcome:
    """From the list, or from one to the next."""
    listed = step.topics if isinstance(step, s.Topic) else step
    return on(state, s.Topic(listed, press.topic)) if press.topic in TOPICS else Outcome(state)


def walk(state: State, step: s.Topics, press: e.Key, key: str) -> Outcome:
    return filling.open_form(state, step.guide, press, key)


def look(state: State, step: s.Topic | s.Looked, press: e.Key, key: str) -> Outcome:
    """The first picture of the topic, or the one after that which is shown; from the last to the first again."""
    topic, at = (step.topic, step.at + 1) if isinstance(step, s.Looked) else (step, 0)
    return _fetched(state, topic, at)


def again(state: State, step: s.Looked, press: e.Key, key: str) -> Outcome:
    return _fetched(state, step.topic, step.at)


def _fetched(state: State, topic: s.Topic, at: int) -> Outcome:
    view = topic.topics.guide.view
    found = pictures(view.guide, topic.id) if view else ()
    if not found:
        return Outcome(state)
    at %= len(found)
    file = found[at].file
    return on(state, s.Looked(topic, at, file), e.FetchPicture(state.session_no, file))


def picture_came(state: State, event: e.PictureCame) -> Outcome:
    return _told(state, event.file, lambda looked: replace(looked, data=event.data))


def picture_failed(state: State, ref: str, trouble: s.Trouble) -> Outcome:
    return _told(state, ref, lambda looked: looked if looked.data else replace(looked, failed=True))


def _told(state: State, file: str, change: Callable[[s.Looked], s.Looked]) -> Outcome:
    step = state.session.step
    if isinstance(step, s.Over):
        return behind(state, step, lambda inner: _told(inner, file, change))
    return on(state, change(step)) if isinstance(step, s.Looked) and step.file == file else Outcome(state)


def _back_to_guide(state: State, step: s.Topics, press: e.Key, key: str) -> Outcome:
    return on(state, step.guide)


def _back_to_topics(state: State, step: s.Topic, press: e.Key, key: str) -> Outcome:
    return on(state, step.topics)


def _back_to_topic(state: State, step: s.Looked, press: e.Key, key: str) -> Outcome:
    return on(state, step.topic)


AT: Table = {
    (s.Guide, e.Key.OPEN_TOPICS): open_topics,
    (s.Topics, e.ChooseTopic): choose,
    (s.Topics, e.Key.OPEN_WALK): walk,
    (s.Topics, e.Key.BACK): _back_to_guide,
    (s.Topic, e.ChooseTopic): choose,
    (s.Topic, e.Key.OPEN_PICTURES): look,
    (s.Topic, e.Key.BACK): _back_to_topics,
    (s.Looked, e.Key.OPEN_PICTURES): look,
    (s.Looked, e.Key.TRY_AGAIN): again,
    (s.Looked, e.Key.BACK): _back_to_topic,
}

"""All that a guide tells, as on a phone: by topics, each read page by page, its pictures by themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hall_daemon.matters.paragraphs import Line, Paragraph
from hall_daemon.wire.guides import GuideView
from kiosk_ui.presenters import notice
from kiosk_ui.presenters.figures import in_language
from kiosk_ui.presenters.news import holds, text_pages, turned, word_keys
from kiosk_ui.presenters.page import Button, Choice, Choices, Icon, Notice, Picture
from kiosk_ui.presenters.reading import Passage, Reading
from kiosk_ui.state import State, topics
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import choices_per_leaf
from kiosk_ui.words import Words

_ICONS: dict[str, Icon] = {
    "papers": "precheck", "steps": "flag", "who": "people", "limit": "clock", "places": "counter", "result": "permit",
    "wrong": "warn", "law": "info",
}


def topics_page(state: State, words: Words, step: s.Topics) -> Choices:
    """Of which version it is, then what there is to read."""
    view = _view(step.guide)
    there = [(topic, found) for topic in topics.TOPICS if (found := _paragraphs(view, topic))]
    rows = tuple(
        Choice(f"topic-{topic}", "", words(f"topic.{topic}"), told := _about(words, view, topic, found),
            e.ChooseTopic(topic), icon=_ICONS[topic], wait=told)
        for topic, found in there
    )
    begins = bool(view.guide.form) and not view.summary.over
    walk = (Button("walk", words("guide.walk"), e.Key.OPEN_WALK, "pencil"),) if begins else ()
    return Choices(
        title=in_language(words, view.guide.title),
        hint=words("guide.version", n=view.guide.version, day=view.guide.dated), choices=rows,
        more=Button("more", words("choose.more"), e.Key.TURN_LEAF, "next"), per_leaf=choices_per_leaf(state),
        leaf=step.leaf, offers=walk,
    )


def topic_page(state: State, words: Words, step: s.Topic) -> Reading:
    view = _view(step.topics.guide)
    pages = _pages(state, words, view, step.id)
    hint = words("topic.doubts") if any(_doubtful(line) for line in _lines(view, step.id)) else ""
    return Reading(words(f"topic.{step.id}"), hint, pages[_leaf(words, view, step, pages)])


def topic_actions(state: State, words: Words, step: s.Topic) -> tuple[Button, ...]:
    """On through the text; to its pictures; from its end to the next topic; to what else it names."""
    view = _view(step.topics.guide)
    pages = _pages(state, words, view, step.id)
    count, leaves = len(topics.pictures(view.guide, step.id)), len(pages)
    look = (Button("pictures", words("topic.pictures", n=count), e.Key.OPEN_PICTURES, "photo"),) if count else ()
    leaf = _leaf(words, view, step, pages)
    keys = (*turned(words, leaf, leaves), *look)
    more = _more_topics(view, step.id) if leaf + 1 == leaves else []
    if more and not (keys and (leaves > 1 or state.session.assist.large)):
        to = words("topic.onward", topic=words(f"topic.{more[0]}"))
        keys = (*keys, Button("onward", to, e.ChooseTopic(more[0]), "next"))
    return (*keys, *word_keys(state, pages[leaf], (view.summary.matter,), beside=len(keys)))


def _more_topics(view: GuideView, topic: str) -> list[str]:
    """Those behind it that have something to say."""
    behind = list(topics.TOPICS)
    return [each for each in behind[behind.index(topic) + 1 :] if _paragraphs(view, each)]


def picture_page(words: Words, step: s.Looked) -> Notice:
    found = topics.pictures(_view(step.topic.topics.guide).guide, step.topic.id)
    if step.failed:
        lines = (words("unreachable.picture"), words("unreachable.do"))
        return Notice("photo", "warn", words("unreachable.title"), lines)
    if not step.data:
        return notice.fetching(words, "picture")
    told = words("topic.sample") if step.topic.id == "papers" else words("topic.explains")
    return Notice("photo", "plain", in_language(words, found[step.at].name), (), picture=Picture(step.data, told))


def picture_actions(words: Words, step: s.Looked) -> tuple[Button, ...]:
    if step.failed:
        return notice.retry(words)
    count = len(topics.pictures(_view(step.topic.topics.guide).guide, step.topic.id))
    more = words("topic.next", at=step.at + 1, of=count)
    return (Button("more", more, e.Key.OPEN_PICTURES, "next"),) if count > 1 else ()


def _view(guide: s.Guide) -> GuideView:
    assert guide.view is not None, "topics are those of a guide that came"
    return guide.view


def _paragraphs(view: GuideView, topic: str) -> list[Paragraph]:
    wanted = topics.TOPICS[topic]
    return [one for id_ in wanted for one in view.paragraphs if one.id.partition(".")[0] == id_]


def _lines(view: GuideView, topic: str) -> Iterator[Line]:
    return (line for one in _paragraphs(view, topic) for line in one.lines)


def _about(words: Words, view: GuideView, topic: str, found: list[Paragraph]) -> str:
    """What is in a topic: of papers how many, of others their headings."""
    if topic == "papers":
        needs = [one.need for one in view.guide.materials.values()]
        always, others = needs.count("always"), len(needs) - needs.count("always")
        told = (words("guide.papers", n=always) if always else "", words("guide.cases", n=others) if others else "")
        return words("list.dot").join(filter(None, told))
    if topic == "steps":
        return words("topic.count", n=len(view.guide.steps))
    titles = dict.fromkeys(
        words("topic.asked") if one.id.startswith("faq.") else in_language(words, one.title) for one in found
    )
    return words("list.dot").join(title for title in titles if title != words(f"topic.{topic}"))


def _pages(state: State, words: Words, view: GuideView, topic: str) -> tuple[tuple[Passage, ...], ...]:
    return text_pages(passages(words, view, topic), holds(state))


def passages(words: Words, view: GuideView, topic: str) -> tuple[Passage, ...]:
    """All that a guide tells of a topic."""
    return tuple(passage for _, passage in _told(words, view, topic))


def _leaf(words: Words, view: GuideView, step: s.Topic, pages: tuple[tuple[Passage, ...], ...]) -> int:
    """The page that is open: turned on from where the paragraph begins that a question led to."""
    told = _told(words, view, step.id) if step.lead else ()
    lead = next((passage.text for ids, passage in told if step.lead in ids), "")
    begins = (at for at, page in enumerate(pages) if any(lead.startswith(piece.text) for piece in page))
    return (step.leaf + (next(begins, 0) if lead else 0)) % len(pages)


def _told(words: Words, view: GuideView, topic: str) -> Iterator[tuple[tuple[str, str], Passage]]:
    """Sentence by sentence, each with the ids by which it is led to; a heading stands over its first where there are
    several, a question over its answer; the papers that everybody brings before the others."""
    found = _paragraphs(view, topic)
    for one in found:
        lines = sorted(one.lines, key=lambda line: _in_some_cases(view, line)) if topic == "papers" else one.lines
        for at, line in enumerate(lines):
            text = in_language(words, line.text) + (words("topic.doubt") if _doubtful(line) else "")
            headed = at == 0 and len(found) > 1
            yield (one.id, f"{one.id}.{line.part}"), Passage(text, in_language(words, one.title) if headed else "")
    if rest := len(topics.files(view.guide, topic)) - len(topics.pictures(view.guide, topic)):
        yield ("", ""), Passage(words("topic.phone", n=rest))


def _in_some_cases(view: GuideView, line: Line) -> bool:
    material = view.guide.materials.get(line.part)
    return material is not None and material.need != "always"


def _doubtful(line: Line) -> bool:
    return bool(line.confirm)

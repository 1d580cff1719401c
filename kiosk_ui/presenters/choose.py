"""Pages to choose from: queues or matters, the matters of a queue, the grounds for priority. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hall_daemon.wire.messages import QueueState, ServiceState, Text
from kiosk_ui.presenters.figures import (
    as_of,
    closed_words,
    crowd,
    in_language,
    known,
    line_rows,
    line_words,
    queue_lines,
    short_wait,
)
from kiosk_ui.presenters.page import Button, Choice, Choices, Icon, Line, Note, Row
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state.model import (
    choices_per_leaf,
    grouped,
    in_queue,
    offered,
    queue_for,
    queue_of,
    queues,
    service_of,
)
from kiosk_ui.state.steps import Choose, Grounds, Matter, Services
from kiosk_ui.words import Words

# A picture for a matter, by a word of its name or id; the first that fits.
_PICTURES: tuple[tuple[Icon, tuple[str, ...]], ...] = (
    ("bowl", ("食品", "餐饮", "food")),
    ("counter", ("综合业务", "general")),
    ("chat", ("咨询", "综合", "enquiry")),
    ("shop", ("企业", "营业", "执照", "开办", "市场", "business")),
    ("senior", ("养老", "老年", "敬老", "高龄", "残疾", "救助", "优待", "elderly", "pension")),
    ("card", ("社会保障卡", "身份证", "card")),
    ("shield", ("社保", "医保", "社会", "医疗", "就医", "social", "medical")),
    ("fund", ("公积金", "住房", "fund")),
    ("estate", ("不动产", "房屋", "土地", "property", "estate")),
    ("permit", ("户籍", "户口", "居住", "签注", "resident")),
    ("wheel", ("车", "驾驶", "运输", "vehicle", "driving")),
    ("yuan", ("税", "缴费", "收费", "发票", "tax")),
)
_GROUND_ICON: Icon = "flag"
# So many matters say what a group is.
_GLOSS = 2
# Lines that are read at a glance.
_LINES = 4
# The ground of whom 长辈模式 is for, by the code that halls give it.
ELDERLY = "elderly"


def first_page(state: State, words: Words) -> Choices:
    """Queues when there are more matters than a page holds, else the matters themselves."""
    if grouped(state):
        found = [_queue_choice(state, words, queue) for queue in queues(state)]
    else:
        found = [_service_choice(state, words, service) for service in offered(state)]
    hint = "" if found else words("choose.nothing")
    title = words("choose.groups" if grouped(state) else "choose.title")
    notes = (*_closed_note(state, words), *_ground_note(state, words))
    return _choices(state, words, title, hint, found, notes=notes, offers=_offers(state, words), tiled=grouped(state),
        **read_above(state, words))


def read_above(state: State, words: Words) -> dict[str, Any]:
    """Where all keys are in the lower half, the upper one tells how long every queue waits."""
    if not state.session.assist.low:
        return {}
    return {"lines_title": words("home.lines"), "lines_as_of": as_of(state, words), "lines": queue_lines(state, words)}


def services_page(state: State, words: Words, step: Services) -> Choices:
    """Where all its matters wait alike, how long that is stands once, above them."""
    queue = queue_of(state, step.queue)
    title = in_language(words, queue.name) if queue else words("choose.title")
    services = in_queue(state, step.queue)
    lines = [line for service in services if service.open and (line := queue_for(state, service)) is not None]
    alike = all(line == lines[0] for line in lines)
    found = [_service_choice(state, words, service, alone=not alike) for service in services]
    rows = line_rows(state, words, lines[0]) if lines and alike else ()
    above: dict[str, Any] = {}
    if state.session.assist.low and not alike and not state.stale:
        told = (Line("", choice.title, choice.wait) for choice in found if choice.wait)
        above = {"lines_title": words("home.lines"), "lines_as_of": as_of(state, words), "lines": tuple(told)[:_LINES]}
    return _choices(state, words, title, words("services.hint"), found, badge=queue.prefix if queue else "", rows=rows,
        notes=_ground_note(state, words), offers=_offers(state, words), **above)


def grounds_page(state: State, words: Words, step: Grounds) -> Choices:
    """In 长辈模式 the elderly need not look for their ground. What the number is for, and its line, stay in sight."""
    hall = state.link.hall
    grounds = list(hall.priority_reasons.items()) if hall else []
    if state.session.assist.all:
        grounds.sort(key=lambda ground: ground[0] != ELDERLY)
    found = [
        Choice(f"ground-{code}", "", in_language(words, ground), "", e.ChooseGround(code), icon=_GROUND_ICON)
        for code, ground in grounds
    ]
    service = service_of(state, step.before.service) if isinstance(step.before, Matter) else None
    rows: tuple[Row, ...] = ()
    if service is not None:
        queue = queue_for(state, service)
        what = Row("service", words("row.service"), in_language(words, service.name))
        rows = (what, *(line_rows(state, words, queue) if queue else ()))
    return _choices(state, words, words("grounds.title"), words("grounds.hint"), found, rows=rows)


def _choices(state: State, words: Words, title: str, hint: str, found: Sequence[Choice], **more: Any) -> Choices:
    step = state.session.step
    leaf = step.leaf if isinstance(step, Choose | Services | Grounds) else 0
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        title=title, hint=hint, choices=tuple(found), more=turn, per_leaf=choices_per_leaf(state), leaf=leaf, **more
    )


def _queue_choice(state: State, words: Words, queue: QueueState) -> Choice:
    services = in_queue(state, queue.id)
    title = in_language(words, queue.name)
    gloss = (words("list.and").rstrip() + "\n").join(in_language(words, service.name) for service in services[:_GLOSS])
    choice = Choice(f"queue-{queue.id}", queue.prefix, title, "", e.ChooseQueue(queue.id),
        icon=picture(queue.id, queue.name), gloss="" if gloss == title else gloss)
    if all(not service.open for service in services):
        return choice._replace(
            detail=_closed(state, words, services[0]), wait=_closed_briefly(state, words, services[0]), closed=True
        )
    return _waiting(state, words, choice, queue)


def _waiting(state: State, words: Words, choice: Choice, queue: QueueState) -> Choice:
    """Its line: in one sentence, and shorter beside a picture of how crowded it is."""
    detail = line_words(state, words, queue)
    if state.stale or not known(queue.wait):
        wait = words("late.short") if state.stale else short_wait(words, queue.wait)
        return choice._replace(detail=detail, wait=wait)
    if not queue.waiting:
        return choice._replace(detail=detail, wait=words("line.free"), free=True)
    return choice._replace(detail=detail, wait=short_wait(words, queue.wait), crowd=crowd(queue))


def picture(id_: str, name: Text) -> Icon:
    """An icon for a matter or a queue, by what it is called."""
    called = f"{id_} {name['zh']} {name['en'].lower()}"
    return next((icon for icon, words in _PICTURES if any(word in called for word in words)), "case")


def _service_choice(state: State, words: Words, service: ServiceState, *, alone: bool = True) -> Choice:
    """`alone`: its line stands nowhere else on the page."""
    queue = queue_for(state, service)
    name, press = f"service-{service.id}", e.ChooseService(service.id)
    title = in_language(words, service.name)
    prefix = queue.prefix if queue else ""
    choice = Choice(name, prefix, title, "", press, icon=picture(service.id, service.name))
    if not service.open:
        return choice._replace(detail=_closed(state, words, service), closed=True)
    return _waiting(state, words, choice, queue) if alone and queue is not None else choice


def _closed(state: State, words: Words, service: ServiceState) -> str:
    hall = state.link.hall
    return closed_words(words, hall, service) if hall else ""


def _closed_briefly(state: State, words: Words, service: ServiceState) -> str:
    """When it begins, where that is all there is to say."""
    hall = state.link.hall
    opens = hall.opens if hall and service.closed_because == "hall_closed" else None
    return words("closed.brief", opens=opens) if opens else words("closed.other")


def _closed_note(state: State, words: Words) -> tuple[Note, ...]:
    """Said once and large when nothing can be had."""
    services = offered(state)
    if not services or any(service.open for service in services):
        return ()
    return (Note("closed", _closed(state, words, services[0]), "warn"),)


def _ground_note(state: State, words: Words) -> tuple[Note, ...]:
    hall, step = state.link.hall, state.session.step
    code = step.ground if isinstance(step, Choose | Services) else ""
    ground = hall.priority_reasons.get(code) if hall else None
    return (Note("ground", words("matter.ground", ground=in_language(words, ground)), "good"),) if ground else ()


def _offers(state: State, words: Words) -> tuple[Button, ...]:
    """To go first by law: asked before the number, for it is drawn with one touch."""
    hall, step = state.link.hall, state.session.step
    if hall is None or not hall.priority_reasons or not any(service.open for service in offered(state)):
        return ()
    if isinstance(step, Choose | Services) and step.ground:
        return (Button("no-priority", words("matter.no_priority"), e.ChooseGround(""), "close"),)
    key = "matter.priority.elder" if state.session.assist.all else "matter.priority"
    return (Button("priority", words(key), e.Key.ASK_PRIORITY, "flag"),)

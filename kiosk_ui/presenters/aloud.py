"""What a page says aloud, in the order in which it is read: its title, what is told, then every key. Pure.

A number is spoken digit by digit. What a person types is never spoken, nor an answer that its form masks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kiosk_ui.presenters.page import (
    Body,
    Choices,
    Code,
    Guide,
    Home,
    Matter,
    Notice,
    Number,
    Pad,
    Page,
    Row,
    Search,
    Typing,
)
from kiosk_ui.presenters.reading import Reading, Waits
from kiosk_ui.words import Words


def aloud(page: Page, words: Words) -> tuple[str, ...]:
    """Sentences, one after another; while a countdown shows, only that."""
    if page.countdown is not None:
        return *told(page, words), page.countdown.stay.title
    keys = (button.spoken or button.title for button in (*page.actions, *page.nav) if button.enabled)
    return tuple(filter(None, (*told(page, words), *_offered(page.body), *keys)))


def told(page: Page, words: Words) -> tuple[str, ...]:
    """What is read and is no key."""
    if page.countdown is not None:
        return page.countdown.title, page.countdown.text
    banner = (page.banner.text,) if page.banner else ()
    where = (_two(page.header.hall, page.header.status),) if isinstance(page.body, Home) else ()
    return tuple(filter(None, (*where, *_SAID[type(page.body)](page.body, words), *banner)))


def subject(page: Page) -> tuple[object, ...]:
    """What a page is about: with another one it is read from its beginning, also under the same name. Figures that
    change are not read again; a countdown is, when half of it is over."""
    body, code = page.body, getattr(page.body, "code", None)
    over = page.countdown is not None and page.countdown.left <= _HALF
    return (
        page.name, page.language, page.countdown is not None, over, getattr(body, "title", ""),
        body.hint if isinstance(body, Choices) else "", (code.title, code.number) if code else (),
        getattr(body, "picture", None) is not None, getattr(body, "called", False),
    )


_HALF = 0.5


def unasked(page: Page) -> str:
    """What is said when it comes, and nobody pressed anything: what a reader read, what was found."""
    if page.banner is not None and page.banner.name == "heard":
        return page.banner.text
    return page.body.hint if isinstance(page.body, Search) else ""


def typed(page: Page) -> int | None:
    """How much stands where one types; None where nobody does."""
    if isinstance(page.body, Pad):
        return sum(sign not in _BETWEEN for sign in page.body.typed)
    if isinstance(page.body, Typing):
        return len(page.body.typed + page.body.letters)
    return len(page.body.typed) if isinstance(page.body, Search) else None


# What stands between groups of digits, and nobody typed.
_BETWEEN = frozenset(" -")


def _offered(body: Body) -> Iterable[str]:
    """What of a body can be chosen, but for keyboards."""
    if isinstance(body, Home):
        return (_two(tile.title, tile.detail) for tile in body.tiles)
    if isinstance(body, Choices | Search):
        return (choice.spoken for choice in body.choices)
    return (word.spoken or word.title for word in body.candidates[:_CANDIDATES]) if isinstance(body, Typing) else ()


# How many words to choose from are read.
_CANDIDATES = 6


def spelled(number: str, words: Words) -> str:
    """A016 as A 零 一 六."""
    return " ".join(words(f"digit.{sign}") if sign.isdigit() else sign for sign in number)


def _home(body: Home, words: Words) -> Iterable[str]:
    return (body.title,)


def _choices(body: Choices, words: Words) -> Iterable[str]:
    chart = (body.chart.text,) if body.chart else ()
    notes = (note.text for note in body.notes)
    return body.title, body.hint, *chart, *_rows(body.rows), *notes, *_code(body.code, words), body.foot


def _matter(body: Matter, words: Words) -> Iterable[str]:
    quietest = (body.chart.best,) if body.chart else ()
    return body.title, *_rows(body.rows), *quietest, *(note.text for note in body.notes)


def _number(body: Number, words: Words) -> Iterable[str]:
    told = (note.text.replace(body.number, spelled(body.number, words)) for note in body.notes)
    return (_two(body.caption, spelled(body.number, words)), body.headline, body.tag, *_rows(body.rows), *told)


def _pad(body: Pad, words: Words) -> Iterable[str]:
    """Of a question that has an answer not even what is said of it: it may tell a birthday."""
    hint = "" if body.progress and body.typed else body.hint
    return body.title, hint, *(note.text for note in body.notes), body.heard


def _typing(body: Typing, words: Words) -> Iterable[str]:
    """Of what is typed nothing."""
    return body.title, body.hint, *(note.text for note in body.notes)


def _notice(body: Notice, words: Words) -> Iterable[str]:
    lead = (_two(_two(body.lead.label, body.lead.head), body.lead.text.replace("\n", "，")),) if body.lead else ()
    parts = (_two(part.head, part.text) for part in body.parts)
    return body.title.replace("\n", ""), *body.lines, *lead, *parts, *_code(body.code, words)


def _code(code: Code | None, words: Words) -> Iterable[str]:
    """What is to be compared is said sign by sign; a code that is only scanned, by what a phone does with it."""
    return (code.title, spelled(code.number, words), code.text) if code else ()


def _guide(body: Guide, words: Words) -> Iterable[str]:
    figures = (_two(part.label, part.head) for part in body.figures)
    wait = (_two(body.wait.label, body.wait.head), body.chart.best if body.chart else "") if body.wait else ()
    papers = (_two(paper.name, paper.tag) for paper in body.papers)
    return body.title, *figures, *wait, body.papers_title, *papers, body.cases


def _search(body: Search, words: Words) -> Iterable[str]:
    return body.title, body.hint


def _waits(body: Waits, words: Words) -> Iterable[str]:
    return body.title, *(chart.text for chart in body.charts)


def _reading(body: Reading, words: Words) -> Iterable[str]:
    return body.title, body.hint, *(_two(passage.head, passage.text) for passage in body.passages)


def _rows(rows: Iterable[Row]) -> Iterable[str]:
    return (_two(row.label, row.value) for row in rows)


def _two(one: str, other: str) -> str:
    return "，".join(filter(None, (one, other)))


_SAID: dict[type[Body], Callable[[Any, Words], Iterable[str]]] = {
    Home: _home,
    Choices: _choices,
    Matter: _matter,
    Number: _number,
    Pad: _pad,
    Notice: _notice,
    Guide: _guide,
    Search: _search,
    Typing: _typing,
    Waits: _waits,
    Reading: _reading,
}

"""Looking up what everybody may know: how full it is and will be, notices newest first. Pure."""

from __future__ import annotations

from collections.abc import Collection

from hall_daemon.wire.figures import DayView
from hall_daemon.wire.guides import Notice as Announced
from hall_daemon.wire.messages import QueueState, Wait
from kiosk_ui.presenters.figures import as_of, day_of, in_language, known, span, wait_words
from kiosk_ui.presenters.page import Body, Button, Choice, Choices, Notice
from kiosk_ui.presenters.reading import Bar, Chart, Passage, Reading, Waits
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import SHORT_MM, choices_per_leaf, queues
from kiosk_ui.words import Words

# A wait that people mind: the line in each picture.
MARK_MIN = 20
# Pictures on an upright page, in large print, in 长辈模式, and on a screen that is not high.
_CHARTS, _CHARTS_LARGE, _CHARTS_ELDER, _CHARTS_SHORT = 4, 2, 2, 2
# How much text a page holds, in Chinese characters: there two of other letters.
_HOLDS, _HOLDS_LARGE, _HOLDS_ELDER, _HOLDS_SHORT = 450, 280, 180, 150
# So many keys stand beside each other below a text.
_KEYS, _KEYS_LARGE = 3, 2
_ENDS = "。！？；.!?;"


def lookups_page(state: State, words: Words) -> Choices:
    """What can be looked up, each a picture; above them the hall's whole day where there is room."""
    ways = [
        Choice("waits", "", words("lookups.waits"), words("lookups.waits.text"), e.Key.OPEN_WAITS, icon="people"),
        Choice("notices", "", words("lookups.notices"), _newest(state, words), e.Key.OPEN_NOTICES, icon="horn"),
        Choice("number", "", words("lookups.number"), words("lookups.number.text"), e.Key.OPEN_LOOKUP, icon="ticket"),
    ]
    if state.library.with_forms:
        ways.append(Choice("review", "", words("lookup.review"), words("lookups.review.text"), e.Key.OPEN_REVIEW,
            icon="precheck"))
    day = _today(state)
    waits = [slot.wait for slot in day.slots] if day is not None else []
    chart = _chart(state, words, words("waits.hall"), waits) if waits else None
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        title=words("lookups.title"), hint="", choices=tuple(ways), more=turn, per_leaf=choices_per_leaf(state),
        tiled=True, chart=chart,
    )


def check_in_page(state: State, words: Words) -> Choices:
    """Who comes with what was done before says what it is; a reader knows by itself."""
    ways = (
        Choice("review", "", words("checkin.review"), words("checkin.review.text"), e.Key.OPEN_REVIEW, icon="precheck"),
        Choice("number", "", words("checkin.number"), words("checkin.number.text"), e.Key.OPEN_LOOKUP, icon="phone"),
    )
    reads = state.settings.reads
    hint = words("checkin.hint" if "code" not in reads else "checkin.card" if "card" in reads else "checkin.code")
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(title=words("checkin.title"), hint=hint, choices=ways, more=turn, per_leaf=choices_per_leaf(state),
        tiled=True)


def _newest(state: State, words: Words) -> str:
    notices = state.news.notices
    return in_language(words, notices[0].title) if notices else words("notices.none")


# -- how full it is --------------------------------------------------------------------------------


def waits_page(state: State, words: Words, step: s.Waits) -> Waits:
    shown, per = queues(state), charts_per_leaf(state)
    at = step.leaf % _leaves(len(shown), per) * per
    return Waits(
        title=words("waits.title"), hint=as_of(state, words),
        charts=tuple(_queue(state, words, queue) for queue in shown[at : at + per]),
    )


def waits_actions(state: State, words: Words, step: s.Waits) -> tuple[Button, ...]:
    return turned(words, step.leaf, _leaves(len(queues(state)), charts_per_leaf(state)))


def charts_per_leaf(state: State) -> int:
    assist = state.session.assist
    if state.screen_mm[1] < SHORT_MM:
        return _CHARTS_SHORT - assist.large
    return _CHARTS_ELDER if assist.all else _CHARTS_LARGE if assist.large else _CHARTS


def _queue(state: State, words: Words, queue: QueueState) -> Chart:
    day = _today(state)
    waits = day.queues[queue.id].waits if day is not None and queue.id in day.queues else ()
    wait = words("late.short") if state.stale else (
        span(words, queue.wait) if known(queue.wait) else words("wait.unknown.short"))
    chart = _chart(state, words, in_language(words, queue.name), waits)
    return chart._replace(badge=queue.prefix, wait=wait, text=_all(words, queue.prefix, chart.title, wait, chart.best))


def day_of_queue(state: State, words: Words, queue: QueueState) -> Chart | None:
    """The day of those who wait there, for a page that says the wait itself; None where nothing was forecast."""
    day = _today(state)
    if day is None or queue.id not in day.queues:
        return None
    chart = _chart(state, words, words("waits.title"), day.queues[queue.id].waits)
    return chart if chart.bars else None


def _chart(state: State, words: Words, title: str, waits: tuple[Wait, ...] | list[Wait]) -> Chart:
    day, now = _today(state), _minute(state)
    both = _bars(day, waits) if day is not None else []
    bars = [bar for bar, _ in both]
    best, wait = min(((bar, wait) for bar, wait in both if bar.ends > now), key=lambda each: each[0].wait,
        default=(None, Wait()))
    shown = tuple(
        bar._replace(kind="now" if bar.begins <= now < bar.ends else "past" if bar.ends <= now else
            "best" if bar is best else "later")
        for bar in bars
    )
    told = words("waits.nothing") if not bars else _best(words, best, wait, now) if best else words("waits.over")
    return Chart(
        badge="", title=title, wait="", bars=shown, best=told, mark=words("span.about", n=MARK_MIN),
        mark_at=MARK_MIN, gap=words("waits.gap"), text=_all(words, title, told),
    )


def _bars(day: DayView, waits: tuple[Wait, ...] | list[Wait]) -> list[tuple[Bar, Wait]]:
    """Half hours whose wait is known."""
    return [
        (Bar(_minutes(slot.begins), _minutes(slot.ends), -(-wait.p90_s // 60)), wait)
        for slot, wait in zip(day.slots, waits, strict=False) if isinstance(wait.p90_s, int)
    ]


def _best(words: Words, best: Bar, wait: Wait, now: int) -> str:
    told = wait_words(words, wait)
    if best.begins <= now:
        return words("waits.best.now", wait=told)
    return words("waits.best", at=f"{best.begins // 60}:{best.begins % 60:02}", wait=told)


def _today(state: State) -> DayView | None:
    """The forecast, if it is for the day that the hall has."""
    day, hall = state.news.day, state.link.hall
    return day if day is not None and hall is not None and day.day == hall.day and not state.stale else None


def _minute(state: State) -> int:
    return state.clock.hour * 60 + state.clock.minute if state.clock else 0


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _all(words: Words, *parts: str) -> str:
    return words("list.pause").join(filter(None, parts))


# -- notices ---------------------------------------------------------------------------------------


def notices_page(state: State, words: Words, step: s.Notices) -> Body:
    found = state.news.notices
    if not found:
        return Notice("horn", "plain", words("notices.none"), (words("notices.none.text"),))
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    rows = tuple(
        Choice(f"notice-{one.id}", "", in_language(words, one.title), _since(words, one), e.ChooseNotice(one.id),
            icon="horn")
        for one in found
    )
    return Choices(title=words("lookups.notices"), hint="", choices=rows, more=turn, per_leaf=choices_per_leaf(state),
        leaf=step.leaf)


def notice_page(state: State, words: Words, step: s.OneNotice, notice: Announced) -> Reading:
    pages = _pages(state, words, notice)
    return Reading(in_language(words, notice.title), _since(words, notice), pages[step.leaf % len(pages)])


def notice_actions(state: State, words: Words, step: s.OneNotice, notice: Announced) -> tuple[Button, ...]:
    """On through the text; to the guide of what it is about."""
    pages = _pages(state, words, notice)
    about = [guide for matter in notice.matters if (guide := state.library.of(matter)) is not None]
    read = Button("guide", words("notices.guide"), e.ChooseGuide(about[0].matter), "guide") if about else None
    keys = (*turned(words, step.leaf, len(pages)), *((read,) if read else ()))
    return (*keys, *word_keys(state, pages[step.leaf % len(pages)], notice.matters, beside=len(keys)))


def word_keys(state: State, page: tuple[Passage, ...], own: Collection[str], beside: int) -> tuple[Button, ...]:
    """Words of a page that name another matter than its `own`, as they stand there; of those that lie in each other the
    longest. As many as there is room for `beside` so many other keys."""
    text, found, mine = "\n".join(passage.text for passage in page), list[str](), frozenset(own)
    others = (name for name, matters in state.library.called().items() if mine.isdisjoint(matters))
    for name in sorted(others, key=len, reverse=True):
        if name in text:
            found.append(name)
            text = text.replace(name, "\n")
    room = max(0, (_KEYS_LARGE if state.session.assist.large else _KEYS) - beside)
    named = enumerate(found[:room])
    return tuple(Button(f"term-{at}", word, e.AskWord(word), "guide", beside=True) for at, word in named)


def _pages(state: State, words: Words, notice: Announced) -> tuple[tuple[Passage, ...], ...]:
    return text_pages(tuple(Passage(in_language(words, text)) for text in notice.text), holds(state))


def _since(words: Words, notice: Announced) -> str:
    begins = day_of(words, notice.since)
    return words("notices.until", since=begins, until=day_of(words, notice.until)) if notice.until else begins


def holds(state: State) -> int:
    assist = state.session.assist
    if state.screen_mm[1] < SHORT_MM:
        return _HOLDS_SHORT // (2 if assist.large else 1)
    return _HOLDS_ELDER if assist.all else _HOLDS_LARGE if assist.large else _HOLDS


def text_pages(passages: tuple[Passage, ...], holds: int) -> tuple[tuple[Passage, ...], ...]:
    """A text in pages that hold so many Chinese characters each, cut between passages, else between sentences; at least
    one page."""
    pages: list[tuple[Passage, ...]] = [()]
    left = float(holds)
    for piece in (piece for passage in passages for piece in _pieces(passage, holds)):
        if pages[-1] and _size(piece.text) > left:
            pages.append(())
            left = float(holds)
        pages[-1] = (*pages[-1], piece)
        left -= _size(piece.text) + holds / (7 if piece.head else 12)  # its heading, and the air below it
    return tuple(pages)


def _pieces(passage: Passage, holds: int) -> list[Passage]:
    """One that is longer than a page, cut after a sentence where there is one, else where the page ends; its heading
    stands over the first."""
    first, *others = _cut(passage.text, holds) or [""]
    return [Passage(first, passage.head), *map(Passage, others)] if first else []


def _cut(text: str, holds: int) -> list[str]:
    pieces, rest = [], text
    while _size(rest) > holds:
        end = next(at for at in range(len(rest), 0, -1) if _size(rest[:at]) <= holds)
        cut = max((rest.rfind(mark, end // 2, end) + 1 for mark in _ENDS), default=0) or end
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces


def _size(text: str) -> float:
    return sum(1.0 if ord(letter) > 0x2E7F else 0.55 for letter in text)


def _leaves(count: int, per: int) -> int:
    return max(1, -(-count // per))


def turned(words: Words, leaf: int, leaves: int) -> tuple[Button, ...]:
    """The key to the next page of several."""
    title = words("leaf.next", leaf=leaf % leaves + 1, leaves=leaves)
    return (Button("more", title, e.Key.TURN_LEAF, "next"),) if leaves > 1 else ()

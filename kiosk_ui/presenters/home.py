"""The first page: what can be done here, each thing one key. Pure."""

from __future__ import annotations

from kiosk_ui.presenters.figures import as_of, closed_words, queue_lines, short_wait
from kiosk_ui.presenters.page import Home, Icon, Tile
from kiosk_ui.state import State
from kiosk_ui.state import events as e
from kiosk_ui.state.model import offered, queues
from kiosk_ui.words import Words

# Where less can be done than this, the page has room to tell how long every queue waits.
_FEW = 3


def home_page(state: State, words: Words) -> Home:
    """Where all keys are in the lower half the upper one has the waits; in 长辈模式 only while nobody is called."""
    assist = state.session.assist
    lookup = _tile(state, words, "lookup", e.Key.OPEN_LOOKUP, "lookup")
    tiles = (
        _tile(state, words, "draw", e.Key.OPEN_CHOOSE, "ticket")._replace(detail=_usual(state, words), kind="hero"),
        *((lookup,) if assist.all else ()),
        *((_tile(state, words, "guides", e.Key.OPEN_GUIDES, "guide"),) if state.library.guides else ()),
        *(_reviewed(state, words) if state.library.with_forms and not assist.all else ()),
        *(() if assist.all else (lookup,)),
        _tile(state, words, "helper", e.Key.CALL_HELP, "helper")._replace(kind="help"),
    )
    low = assist.low
    calls = state.link.hall is not None and any(window.called_at for window in state.link.hall.windows)
    told = (low and not (assist.all and calls)) or (len(tiles) <= _FEW and not assist.large)
    return Home(
        title=words("home.title.elder" if assist.all else "home.title"),
        hint=words("home.low") if low and not assist.large else "",
        tiles=tiles,
        lines_title=words("home.lines") if told else "",
        lines_as_of=as_of(state, words) if told else "",
        lines=queue_lines(state, words) if told else (),
        strip=_one_step(state, words),
    )


def _one_step(state: State, words: Words) -> str:
    """What a reader of this kiosk spares."""
    reads = state.settings.reads
    if "code" not in reads or state.session.assist.large:
        return ""
    return words("home.card" if "card" in reads else "home.code")


def _reviewed(state: State, words: Words) -> tuple[Tile, ...]:
    """To a pre-review, and from one that passed; four things are enough in 长辈模式, where a person helps with them."""
    return (
        _tile(state, words, "precheck", e.Key.OPEN_FORMS, "precheck"),
        _tile(state, words, "checkin", e.Key.OPEN_CHECK_IN, "checkin"),
    )


def _way(state: State) -> str:
    """Large print says the same in fewer words, 长辈模式 in other ones."""
    assist = state.session.assist
    return ".elder" if assist.all else ".large" if assist.large else ""


def _tile(state: State, words: Words, name: str, press: e.Press, icon: Icon) -> Tile:
    way = _way(state)
    key, short = f"home.{name}.detail{way}", f"home.{name}.detail.low"
    key = short if not way and state.session.assist.low and words.has(short) else key
    detail = words(key) if way != ".large" and words.has(key) else ""
    return Tile(name, words(f"home.{name}{way}"), press, icon, detail)


def _usual(state: State, words: Words) -> str:
    """How long most people wait now: the wait of the queue in the middle; or why there are no numbers."""
    hall = state.link.hall
    services = offered(state)
    if hall is None or not services:
        return words("choose.nothing")
    if not any(service.open for service in services):
        return closed_words(words, hall, services[0])
    if state.stale:
        return words("late.short")
    known = sorted(
        (queue.wait for queue in queues(state) if isinstance(queue.wait.p90_s, int)), key=lambda wait: wait.p90_s or 0
    )
    if not known:
        return "" if _way(state) else words("home.draw.detail")
    wait = short_wait(words, known[len(known) // 2])
    return words("home.usual" if not _way(state) and len(known) > 1 else "home.usual.short", wait=wait)


"""A ticket: the number just drawn with its slip and its QR code, or one that was looked up. Pure."""

from __future__ import annotations

from typing import Any

from hall_daemon.wire.messages import TicketView
from kiosk_ui.presenters import page
from kiosk_ui.presenters.figures import in_language, later_words, minutes, span
from kiosk_ui.presenters.page import Button, Note, Row, Tone
from kiosk_ui.state import State, bringing, rating
from kiosk_ui.state import events as e
from kiosk_ui.state.model import printer_works, printer_works_again, queue_of, service_of, slip_is_missing
from kiosk_ui.state.steps import Followed, Number, Ticket
from kiosk_ui.words import Words

_TONES: dict[str, Tone] = {
    "called": "good", "serving": "good", "served": "good", "missed": "warn", "void": "warn", "cancelled": "warn",
    "expired": "warn",
}


def drawn_page(state: State, words: Words, step: Number) -> page.Number:
    """The confirmation. What the hall said last is shown; until it said anything, what it said with the number."""
    issued, view = step.issued, step.watch.view
    if view is None:
        mark = _mark(state, words, step.issued_at_s, _ttl_s(state, step))
        rows = _waiting_rows(words, issued.ahead, span(words, issued.wait), mark)
        headline, tone = "", _TONES["served"]
    else:
        rows = _rows(state, words, step, view)
        headline, tone = "", _TONES["served"]
        if view.state != "waiting":
            headline, tone = _state(state, words, step, view)
    service = _service_name(state, words, issued.services, view)
    over = "cancelled" if step.cancelled else view.state if view and view.state in _OVER else ""
    if over:
        return _over_page(words, issued.number, service, over)
    return page.Number(
        number=issued.number,
        caption=words("drawn.caption"),
        headline=headline,
        tone=tone,
        rows=(Row("service", words("row.service"), service), *rows, *_zone_rows(state, words, issued.queue, view)),
        notes=(slip_note(state, words, issued.number, view),),
        qr=issued.url,
        qr_caption=words("drawn.qr"),
        tag=_tag(words, view),
        seat_hint="" if state.session.assist.large else words("seat.hint"),
        as_of=_as_of(state, words, step.watch.got_at_s if view else step.issued_at_s),
        called=view is not None and view.state in _CALLED,
        **_windows(state, words, issued.queue, issued.services),
    )


def _tag(words: Words, view: TicketView | None) -> str:
    key = f"class.{view.class_}" if view else ""
    return words(key) if words.has(key) else ""


def _as_of(state: State, words: Words, at_s: float) -> str:
    at = state.clock_at(at_s)
    return words("as_of", at=at) if at else ""


def _zone_rows(state: State, words: Words, queue_id: str, view: TicketView | None) -> tuple[Row, ...]:
    """The seats of a queue have its letter."""
    queue = queue_of(state, queue_id)
    if queue is None or (view is not None and view.state != "waiting"):
        return ()
    return (Row("seat", words("row.seat"), words("seat.zone", letter=queue.prefix)),)


# Somebody is to go to a window.
_CALLED = frozenset({"called", "serving"})
# More windows and zones than these are not drawn.
_WINDOWS, _ZONES = 10, 6


def _windows(state: State, words: Words, queue_id: str, services: tuple[str, ...]) -> dict[str, Any]:
    """The hall's windows in their order, and which of them take this number."""
    hall, queue = state.link.hall, queue_of(state, queue_id)
    if hall is None or queue is None or state.stale:
        return {}
    shown = tuple((w.label, bool(set(services) & set(w.services))) for w in hall.windows if w.status != "closed")
    mine = [label for label, takes in shown if takes]
    if not mine or len(shown) > _WINDOWS:
        return {}
    near = words("list.and").join(mine[:_SEAT_WINDOWS]) if len(mine) <= _SEAT_WINDOWS else f"{mine[0]}–{mine[-1]}"
    zones = tuple((other.prefix, other.id == queue_id) for other in hall.queues)
    caption = words("windows.of", letter=queue.prefix, windows=near)
    return {"windows": shown, "zones": zones if len(zones) <= _ZONES else (), "windows_caption": caption}


def _over_page(words: Words, number: str, service: str, over: str) -> page.Number:
    """Nothing more will come of it: no code to keep, no paper."""
    notes = (Note("advice", words(f"advice.{over}"), _TONES[over]),) if over in _ADVICE else ()
    row = Row("service", words("row.service"), service)
    return page.Number(
        number=number,
        caption=words("drawn.caption"),
        headline=words(f"state.{over}"),
        tone=_TONES[over],
        rows=(row,),
        notes=notes,
    )


def drawn_actions(state: State, words: Words, step: Number) -> tuple[Button, ...]:
    """Paper is offered to who got none."""
    finish = Button("finish", words("drawn.finish"), e.Key.FINISH, "check")
    view = step.watch.view
    asked = bool(step.slip_key)
    missing = view is not None and view.slip in ("failed", "unknown") and printer_works_again(state)
    if view is None or step.cancelled or not (asked or missing):
        return (finish,)
    return finish, *_slip_actions(state, words, step, view)


def ticket_page(state: State, words: Words, step: Ticket, view: TicketView) -> page.Number:
    """What everybody in the hall may know of a number: no token, so no QR code."""
    notes: list[Note] = []
    if step.returned and view.state == "waiting":
        notes.append(Note("returned", words("ticket.returned"), "good"))
    if view.state == "waiting" and (why := later_words(words, view.wait)):
        notes.append(Note("later", why))
    if view.state in _ADVICE:
        notes.append(Note("advice", words(f"advice.{view.state}"), _TONES.get(view.state, "plain")))
    if view.reason is not None:
        notes.append(Note("reason", words("ticket.reason", reason=in_language(words, view.reason))))
    if elsewhere := _elsewhere(words, view):
        notes.append(Note("elsewhere", elsewhere))
    notes.extend(_rating_notes(state, words, step, view))
    service = Row("service", words("row.service"), in_language(words, view.service_name))
    headline, tone = _state(state, words, step, view)
    return page.Number(
        number=view.number,
        caption=words("ticket.caption"),
        headline=headline,
        tone=tone,
        rows=(service, *_class_rows(words, view), *_rows(state, words, step, view), *_seat_rows(state, words, view)),
        notes=tuple(notes),
        as_of=_as_of(state, words, step.watch.got_at_s),
        called=view.state in _CALLED,
    )


def _elsewhere(words: Words, view: TicketView) -> str:
    """What only the holder may do: anybody can type a number."""
    if "cancel" not in view.can:
        return ""
    return words("elsewhere.printed" if view.slip == "printed" else "elsewhere")


# More windows than these are not read while one stands there.
_SEAT_WINDOWS = 4
_ADVICE = frozenset({"called", "held", "missed", "cancelled", "void", "expired"})


# Of these nothing more will come: their paper would mislead.
_OVER = frozenset({"served", "cancelled", "void", "expired"})


def ticket_actions(state: State, words: Words, step: Ticket, view: TicketView) -> tuple[Button, ...]:
    slip = (*_rating_keys(words, step), *_slip_actions(state, words, step, view))
    if bringing.may_come(state, step) and not (slip and state.session.assist.all):
        slip = (Button("bring", words("ticket.bring"), e.Key.BRING, "precheck"), *slip)
    if "return" not in view.can:
        return slip
    pressed = bool(step.return_key)
    why = words("moment") if pressed else ""
    return Button("return", words("ticket.return"), e.Key.COME_BACK, "check", enabled=not pressed, why=why), *slip


def _rating_keys(words: Words, step: Ticket) -> tuple[Button, ...]:
    return (Button("rate", words("rate.key"), e.Key.RATE, "pencil"),) if rating.may_rate(step) else ()


def _rating_notes(state: State, words: Words, step: Ticket, view: TicketView) -> tuple[Note, ...]:
    """Whoever only typed the number learns how its holder rates; its holder that it was rated."""
    if view.state != "served" or view.rating == "open":
        return ()
    if view.rating == "rated":
        return (Note("rated", words("rate.rated"), "good"),)
    return (Note("rate", words("rate.by.code" if "code" in state.settings.reads else "rate.by.phone")),)


def _slip_actions(state: State, words: Words, step: Followed, view: TicketView) -> tuple[Button, ...]:
    """The slip on this kiosk's printer, if it did not come out, the number holds and the printer works."""
    printing = bool(step.slip_key) or view.slip == "pending"
    if view.state in _OVER or not printer_works(state) or not (printing or slip_is_missing(view)):
        return ()
    title = words("ticket.slip" if view.slip == "none" else "ticket.slip_again")
    why = words("slip.pending") if printing else ""
    return (Button("slip", title, e.Key.PRINT_SLIP, "print", enabled=not printing, why=why),)


def _state(state: State, words: Words, step: Followed, view: TicketView) -> tuple[str, Tone]:
    """How it stands; older than it may be, it is not shown as true now."""
    mark = _mark(state, words, step.watch.got_at_s, view.ttl_s)
    return state_words(words, view) + mark, "warn" if mark else _TONES.get(view.state, "plain")


def _class_rows(words: Words, view: TicketView) -> tuple[Row, ...]:
    """That it goes first, never on what ground: everybody may look a number up."""
    key = f"class.{view.class_}"
    return (Row("class", words("row.class"), words(key)),) if words.has(key) else ()


def _seat_rows(state: State, words: Words, view: TicketView) -> tuple[Row, ...]:
    """Near the windows that will call it, as far as they are known."""
    hall = state.link.hall
    if view.state != "waiting" or hall is None or not view.services:
        return ()
    labels = [w.label for w in hall.windows if w.status != "closed" and view.services[0] in w.services]
    near = words("list.and").join(labels[:_SEAT_WINDOWS])
    if len(labels) > _SEAT_WINDOWS:
        near = words("list.etc", list=near)
    return (Row("seat", words("row.seat"), words("seat.near", windows=near) if labels else words("seat.any")),)


def state_words(words: Words, view: TicketView) -> str:
    if view.state in ("called", "serving") and view.window_label:
        return words(f"state.{view.state}.window", window=view.window_label)
    return words(f"state.{view.state}")


def slip_note(state: State, words: Words, number: str, view: TicketView | None) -> Note:
    """What became of the paper. Whatever it is, the number holds."""
    slip = view.slip if view else "pending"
    if not state.settings.printer or slip == "none":
        return Note("slip", words("slip.none", number=number))
    if slip == "pending":
        return Note("slip", words("slip.pending"))
    if slip == "printed":
        return Note("slip", words("slip.printed"), "good")
    if view is not None and printer_works_again(state):
        return Note("slip", words("slip.mended", number=number))
    detail = view.slip_detail if view else ""
    key = f"slip.{slip}.{detail}"
    return Note("slip", words(key if words.has(key) else f"slip.{_kind(slip)}", number=number), "warn")


def _kind(slip: str) -> str:
    return "failed" if slip == "failed" else "unknown"


def watch_banner(state: State, words: Words, step: Followed) -> Note | None:
    """The hall is away while somebody looks at their number: the number holds, the figures are old."""
    got_at_s = step.issued_at_s if isinstance(step, Number) and step.watch.view is None else step.watch.got_at_s
    age = minutes(words, state.now_s - got_at_s)
    if state.away:
        return Note("away", words("away.banner", age=age), "warn")
    if _mark(state, words, got_at_s, _ttl_s(state, step)):
        return Note("late", words("late.banner", age=age), "warn")
    return None


def _rows(state: State, words: Words, step: Followed, view: TicketView) -> tuple[Row, ...]:
    if view.state != "waiting" or view.ahead is None:
        return ()
    mark = _mark(state, words, step.watch.got_at_s, view.ttl_s)
    return _waiting_rows(words, view.ahead, span(words, view.wait), mark)


def _waiting_rows(words: Words, ahead: int, wait: str, mark: str) -> tuple[Row, ...]:
    people = words("people", n=ahead) if ahead else words("ahead.none")
    return Row("ahead", words("row.ahead"), people + mark), Row("wait", words("row.wait"), wait + mark)


def _mark(state: State, words: Words, got_at_s: float, ttl_s: float) -> str:
    """Stands behind every figure that is older than it may be."""
    return words("late.mark") if state.now_s - got_at_s > ttl_s else ""


def _ttl_s(state: State, step: Followed) -> float:
    if step.watch.view is not None:
        return step.watch.view.ttl_s
    return state.link.hall.ttl_s if state.link.hall else 0.0


def _service_name(state: State, words: Words, services: tuple[str, ...], view: TicketView | None) -> str:
    if view is not None:
        return in_language(words, view.service_name)
    service = service_of(state, services[0]) if services else None
    return in_language(words, service.name) if service else ""

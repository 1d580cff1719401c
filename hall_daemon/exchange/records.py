"""An event of a pre-review as a record for the platform: ids, codes, states, days and times, as the journal has them.

No person is in it. What a hall lets out of a dossier is laid beside it at the moment of sending, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from hall_daemon.cases import events as e
from hall_daemon.cases.defects import Defect
from hall_daemon.cases.docket import Review
from hall_daemon.cases.life import State
from hall_daemon.exchange.vocabulary import Vocabulary
from hall_daemon.matters.guide import Guide

AGAIN = "Again"
STEP = "预审"
_FINISHED = {"refused", "withdrawn", "lapsed", "passed"}


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What leaves the hall for one event, in our words. `key` is its own for ever: whoever has seen it does nothing.
    `at` is when the state arose (wall ms); of two with one `at` the greater `serial` is later. `days` are working days.
    """

    key: str
    review: str
    matter: str
    event: str
    state: State
    at: int
    serial: int
    channel: str = ""
    days: int = 0
    defects: tuple[tuple[str, str, str, int], ...] = ()
    reason: str = ""
    promised: tuple[str, ...] = ()


def is_told(event: object) -> bool:
    return isinstance(event, _TOLD)


def record_of(event: object, wall: int, seq: int, review: Review | None) -> Record | None:
    """None for what nobody outside is told: drafts, who looks, alarms, and reviews that are not there any more."""
    name = type(event).__name__
    if review is None or not is_told(event) or not review.first_sent_wall:
        return None
    again = isinstance(event, e.ReviewSent) and bool(event.replies)
    facts: dict[str, Any] = {}
    if isinstance(event, e.DefectsTold):
        facts["defects"] = tuple(map(_defect, event.defects))
    if isinstance(event, e.ReviewRefused):
        facts["reason"] = event.reason
    if isinstance(event, e.ReviewSent):
        facts["promised"] = event.promised
    return Record(
        key=key_of(review.id, name, wall, seq), review=review.id, matter=review.matter,
        event=f"{name}Again" if again else name, state=_TOLD_STATES[type(event)], at=wall, serial=seq,
        channel=review.channel, days=getattr(event, "days", 0), **facts,
    )


def record_again(review: Review, day: str, now: int, seq: int) -> Record:
    """The state as it is; at most one such a day for the same state."""
    state = review.state
    return Record(
        key=key_of(review.id, f"{AGAIN} {state} {day}", review.moved_wall, review.version), review=review.id,
        matter=review.matter, event=AGAIN, state=state, at=now, serial=seq, channel=review.channel,
        reason=review.reason,
    )


def key_of(review: str, what: str, wall: int, serial: int) -> str:
    """The same for the same event whenever it is read, also when a journal that lost its end counts anew."""
    return blake2b(f"{review}\n{what}\n{wall}\n{serial}".encode(), digest_size=16).hexdigest()


def said(
    record: Record, words: Vocabulary, *, hall: str, task: str, guide: Guide | None, now: str, at: str,
    form: Mapping[str, object],
) -> dict[str, object]:
    """The record as the platform reads it. `now` and `at` are times as ISO text, `form` fields by our dictionary."""
    row, state = words.events[record.event], words.states[record.state]
    done = record.state in _FINISHED or record.state == "mend"
    facts: dict[str, object] = {
        "key": record.key, "operation": "I", "sent_at": now, "case": record.review, "hall": hall, "task": task,
        "title": guide.title["zh"] if guide else "", "kind": words.kinds[guide.kind] if guide else "",
        "channel": words.channels.get(record.channel, words.channels["other"]), "record": row.record, "word": row.word,
        "state": state.code, "state_word": state.word, "state_at": at, "serial": record.serial, "action": row.action,
        "step": STEP, "step_state": row.step_state if row.state else "2" if done else "1",
        "limit_days": record.days, "limit_unit": words.units["working"] if record.days else "",
        "defects": [dict(zip(("of", "id", "code", "page"), each, strict=True)) for each in record.defects],
        "reason": record.reason, "promised": list(record.promised),
        "form": {words.form.get(name, name): value for name, value in form.items()},
    }
    return {words.elements[name]: value for name, value in facts.items() if value not in ("", [], {}, 0)}


def _defect(each: Defect) -> tuple[str, str, str, int]:
    return each.of, each.id, each.code, each.page


_TOLD_STATES: dict[type, State] = {
    e.ReviewSent: "sent", e.ReviewTaken: "looking", e.ReviewPassed: "passed", e.DefectsTold: "mend",
    e.ReviewRefused: "refused", e.ReviewWithdrawn: "withdrawn", e.ReviewLapsed: "lapsed",
}
_TOLD = tuple(_TOLD_STATES)

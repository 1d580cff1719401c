"""The whole picture of a big screen: what was heard, how old it is, what stands where. Pure; time is passed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hall_daemon.wire.screen_words import Speech, quietest
from hall_daemon.wire.screens import Ground, Missed, ScreenLook, ScreenQueue, ScreenView, Theme
from hall_daemon.words.text import Text
from kiosk_ui.screen import blocks
from kiosk_ui.screen.calls import before, calls, head
from kiosk_ui.screen.fit import Ems
from kiosk_ui.screen.layout import Plan, Room, least_type, plan_of
from kiosk_ui.screen.marks import Mark
from kiosk_ui.screen.watch import Call, Picked, Watch
from kiosk_ui.words import Words

LATE_S, GONE_S, STEP_S = 10.0, 60.0, 8.0
# How long the screen speaks its first and its second language.
TURNS_S = (12.0, 8.0)
# Against burn-in the whole picture moves a little each hour.
_SHIFT_PX = 2
_MISSED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is said where the screen is started; None and "" leave it to the hall."""

    zone: str = ""
    inches: float | None = None
    metres: float | None = None
    theme: Theme | None = None
    ground: Ground | None = None


class Picture(NamedTuple):
    """`shift`: how far the whole is moved, px. `standing`: (number, window) of the calls that stand there, or
    have had their time."""

    theme: Theme
    ground: Ground
    shift: tuple[int, int]
    plan: Plan
    marks: tuple[Mark, ...]
    standing: frozenset[tuple[str, str]]


class Glass(NamedTuple):
    """What it is drawn on: px, and how wide a text is."""

    width: int
    height: int
    ems: Ems


class _Shown(NamedTuple):
    calls: tuple[Call, ...]
    missed: tuple[Missed, ...]
    queues: tuple[ScreenQueue, ...]


_UNKNOWN = ScreenLook(theme="qing", ground="dark", inches=75, metres=8, languages=("zh", "en"))


class BigScreen:
    """One big screen. `now_s` is of a clock that never runs backwards, `wall` of the machine's, used while the hall was
    never heard of."""

    def __init__(self, asked: Asked, words: dict[str, Words], now_s: float) -> None:
        self._asked = asked
        self._words = words
        self._view: ScreenView | None = None
        self._true_s = self._began_s = self._drawn_s = now_s
        self._watch = Watch()

    def heard(self, view: ScreenView, now_s: float) -> None:
        """A picture of the hall; one that is older than what is known is none."""
        known = self._view
        if known is not None and view.epoch == known.epoch and view.seq < known.seq:
            return
        if known is None or (view.as_of, view.epoch) != (known.as_of, known.epoch):
            self._true_s = now_s
        self._view = view

    def age_s(self, now_s: float) -> float:
        return now_s - self._true_s

    def picture(self, glass: Glass, now_s: float, wall: datetime) -> Picture:
        view, age_s = self._view, self.age_s(now_s)
        look = self._look()
        now = self._now(now_s, wall)
        late, silent = age_s > LATE_S, age_s > GONE_S
        shown = self._shown(now)
        notices = _notices(view)
        self._watch.take(shown.calls)
        fresh = sum(self._watch.is_new(call) for call in shown.calls)
        plan = plan_of(
            Room(
                width=glass.width, height=glass.height,
                least=least_type(glass.width, glass.height, look.inches, look.metres), queues=len(shown.queues),
                rows=4 if fresh > _MISSED else 3, bar=late or bool(notices),
            )
        )
        speech = Speech(self._language(look, now_s))
        picked = self._watch.choose(shown.calls, plan.rows, now_s)
        said = self._message(speech, shown, silent)
        marks = tuple(self._marks(_Drawing(plan, glass.ems, speech, look.languages), shown, picked, said, now_s, now))
        turn = int((now_s - self._began_s) / STEP_S)
        tail = tuple(_bar(plan, glass.ems, notices, look.languages, turn, self._late(speech, age_s) if late else ""))
        rows = () if said else picked.rows
        self._watch.stood(rows, now_s - self._drawn_s)
        self._drawn_s = now_s
        hour = now.astimezone(UTC).hour
        shift = (hour % 3 - 1) * _SHIFT_PX, (hour // 3 % 3 - 1) * _SHIFT_PX
        over = () if said else (call for call in shown.calls if call not in picked.fresh)
        standing = frozenset((call.told.number, call.told.window) for call in (*rows, *over))
        return Picture(
            theme=look.theme, ground=look.ground, shift=shift, plan=plan, marks=marks + tail, standing=standing
        )

    def _marks(
        self, on: _Drawing, shown: _Shown, picked: Picked, said: tuple[str, str] | None, now_s: float, now: datetime
    ) -> Iterator[Mark]:
        view, plan, ems, speech = self._view, on.plan, on.ems, on.speech
        yield from head(plan, ems, self._title(speech), self._words[speech.language].short_date(now), f"{now:%H:%M}")
        if said is not None:
            # Closed, silent or wrongly asked for: one thing on the whole screen.
            silent = view is None or self.age_s(now_s) > GONE_S
            alone = silent or view is None or bool(shown.calls) or not view.open or self._no_zone(view)
            yield from blocks.message(plan, ems, plan.all if alone else plan.calls, *said)
            if alone:
                return
        else:
            yield from calls(plan, ems, speech, on.languages, picked.rows, self._watch)
            keys = {call.key for call in picked.rows}
            others = [call.told for call in shown.calls if call.key not in keys]
            left_out = len(picked.fresh) - plan.rows
            yield from before(plan, ems, speech, others, speech("more", n=left_out) if left_out > 0 else "")
        assert view is not None, "without one the message is alone"
        yield from blocks.waits(plan, ems, speech, shown.queues, int((now_s - self._began_s) / STEP_S))
        yield from blocks.missed(plan, ems, speech, shown.missed, view.desk)

    # -- what is known -----------------------------------------------------------------------------

    def _look(self) -> ScreenLook:
        told, asked = self._view.look if self._view is not None else _UNKNOWN, self._asked
        languages = tuple(code for code in told.languages if code in self._words) or _UNKNOWN.languages
        return ScreenLook(
            theme=asked.theme or told.theme, ground=asked.ground or told.ground, inches=asked.inches or told.inches,
            metres=asked.metres or told.metres, languages=languages,
        )

    def _now(self, now_s: float, wall: datetime) -> datetime:
        """The hall's clock, on from when its picture was true."""
        if self._view is None:
            return wall
        told = datetime.fromisoformat(self._view.as_of).timestamp() + now_s - self._true_s
        zone = ZoneInfo(self._view.timezone) if self._view.timezone else wall.tzinfo
        return datetime.fromtimestamp(told, zone)

    def _language(self, look: ScreenLook, now_s: float) -> str:
        first = (now_s - self._began_s) % sum(TURNS_S) < TURNS_S[0]
        return look.languages[0 if first or len(look.languages) < 2 else 1]

    def _shown(self, now: datetime) -> _Shown:
        view, zone = self._view, self._asked.zone
        if view is None:
            return _Shown((), (), ())
        return _Shown(
            tuple(
                Call(called, (now - datetime.fromisoformat(called.called_at)).total_seconds())
                for called in view.called
                if zone in ("", called.zone)
            ),
            tuple(one for one in view.missed if zone in ("", one.zone))[:_MISSED],
            tuple(queue for queue in view.queues if not zone or zone in queue.zones),
        )

    def _no_zone(self, view: ScreenView) -> bool:
        return bool(self._asked.zone) and self._asked.zone not in view.zones

    def _title(self, speech: Speech) -> str:
        view, zone = self._view, self._asked.zone
        if view is None:
            return ""
        name = speech.named(view.name)
        return f"{name} · {speech.named(view.zones[zone])}" if zone in view.zones else name

    def _message(self, speech: Speech, shown: _Shown, silent: bool) -> tuple[str, str] | None:
        """What stands in place of calls, and more; None while there are some."""
        view = self._view
        if silent:
            return speech("listen"), speech("listen_more")
        if view is None:
            return speech("connecting"), ""
        if self._no_zone(view):
            return speech("no_zone", zone=self._asked.zone), speech("zones", zones=" ".join(view.zones))
        waiting = sum(queue.waiting for queue in shown.queues)
        busy = view.open or view.serving or waiting or any(self._watch.is_new(call) for call in shown.calls)
        if not busy:
            return speech("closed"), speech("opens", opens=view.opens) if view.opens else speech.reopening(view.reopens)
        if shown.calls:
            return None
        return speech("none_called"), speech("none_more") if view.open else ""

    def _late(self, speech: Speech, age_s: float) -> str:
        return speech("late", age=speech.age(age_s))


class _Drawing(NamedTuple):
    plan: Plan
    ems: Ems
    speech: Speech
    languages: tuple[str, ...]


def _notices(view: ScreenView | None) -> tuple[Text, ...]:
    if view is None:
        return ()
    return (*view.notices, quietest(view.quiet)) if view.quiet is not None and view.open else view.notices


def _bar(
    plan: Plan, ems: Ems, notices: tuple[Text, ...], languages: tuple[str, ...], turn: int, late: str
) -> Iterator[Mark]:
    steps = [] if late or plan.bar is None else blocks.bar_steps(plan, ems, notices, languages)
    yield from blocks.bar(plan, ems, steps[turn % len(steps)] if steps else None, len(notices), late)

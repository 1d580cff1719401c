"""Why a range went back: each cause found where it is, none where it is not, and never silence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hall_daemon.domain import commands as c
from hall_daemon.domain.plan import Plan, Queue, Service, Window
from hall_daemon.prediction.learn.distributions import Distribution, Distributions
from hall_daemon.prediction.waits.causes import GENERAL, MOST, Cause, Present, Since
from hall_daemon.prediction.waits.hysteresis import Promise, Shown, later
from hall_daemon.prediction.waits.wait_estimate import Range
from hall_daemon.wire.waits import WAIT_CAUSES
from hall_daemon.words.text import text
from tests.hall_daemon.app.small_hall import small_plan
from tests.hall_daemon.prediction.announcing_hall import AnnouncingHall

# Everything takes five minutes on average and seldom more than nine.
USUAL = Distribution(tuple(float(s) for s in (240_000, *[280_000] * 17, 560_000, 600_000)))
DISTRIBUTIONS = Distributions(cycle={}, other=USUAL)


class CausesRig(AnnouncingHall):
    """A hall in which Anna waits for an ID card, and who may be asked why it takes longer than `said`."""

    def __init__(self) -> None:
        super().__init__(replace(small_plan(windows=3), windows=WINDOWS))
        for window in ("1", "2"):
            self.do(c.OpenWindow(window, f"staff-{window}"))
        self.first, self.second = self.issue("id-card"), self.issue("id-card")
        self.anna = self.issue("id-card")
        self.later(60)
        self.said = Since(self.seq, self.now().tick)

    def why(self, ticket: str = "") -> tuple[Cause, ...]:
        who = self.hall.tickets[ticket or self.anna]
        return self.announcer._changes.of_ticket(Present(self.hall, self.now(), DISTRIBUTIONS), self.said, who, 1200)

    def why_queue(self, queue: str, more: int = 0) -> tuple[Cause, ...]:
        return self.announcer._changes.of_queue(
            Present(self.hall, self.now(), DISTRIBUTIONS), self.said, queue, 1200, more
        )


# Window 3 does taxes only; nobody with an ID card may be told of it.
WINDOWS = {
    "1": Window("1", "1", {"id-card": "yes", "social": "yes"}),
    "2": Window("2", "2", {"id-card": "yes", "social": "first"}),
    "3": Window("3", "3", {"tax": "yes"}),
    "4": Window("4", "4", {"id-card": "yes"}, shifts=((545, 720),)),
}


@pytest.fixture
def hall() -> CausesRig:
    return CausesRig()


def test_nothing_happened_and_nothing_is_invented(hall: CausesRig) -> None:
    assert hall.why() == (GENERAL,)
    hall.issue("tax", class_="priority")
    hall.issue("id-card")
    assert hall.why() == (GENERAL,)


def test_people_of_a_higher_class_who_came_since(hall: CausesRig) -> None:
    hall.issue("id-card", class_="priority")
    hall.issue("tax", class_="priority")
    hall.issue("id-card", class_="priority")
    assert hall.why() == (Cause("overtaken", {"n": 2, "class": "priority"}),)


def test_who_gave_up_overtakes_nobody(hall: CausesRig) -> None:
    gone = hall.issue("id-card", class_="priority")
    hall.do(c.Cancel(gone))
    assert hall.why() == (GENERAL,)


def test_people_of_the_same_class_who_drew_a_number_just_before(hall: CausesRig) -> None:
    """After the figure of the queue was computed, before this number was drawn."""
    hall.issue("id-card")
    hall.issue("tax")
    berta = hall.issue("id-card")
    hall.issue("id-card")
    assert hall.why(berta) == (Cause("drew_before", {"n": 1}),)


def test_people_of_a_lower_class_take_turns(hall: CausesRig) -> None:
    berta = hall.issue("id-card", class_="priority")
    hall.said = Since(hall.seq, hall.now().tick)
    hall.issue("id-card")
    assert hall.why(berta) == (Cause("taking_turns", {"n": 1, "class": "ordinary"}),)


def test_matters_that_windows_take_first(hall: CausesRig) -> None:
    hall.do(c.CloseWindow("1"))
    hall.said = Since(hall.seq, hall.now().tick)
    hall.issue("social")
    assert hall.why() == (Cause("preferred", {"n": 1}),)


def test_somebody_back_after_a_missed_call(hall: CausesRig) -> None:
    hall.do(c.CallNext("1"))
    hall.do(c.Miss("1"))
    hall.later(60)
    hall.said = Since(hall.seq, hall.now().tick)
    hall.do(c.Return(hall.first))
    assert hall.why() == (Cause("returned", {"n": 1}),)


def test_whoever_asked_to_be_called_later_knows_why_and_keeps_nobody_else(hall: CausesRig) -> None:
    hall.do(c.Postpone(hall.first))
    assert hall.why() == (GENERAL,)
    hall.do(c.Postpone(hall.anna))
    assert hall.why() == (Cause("own_postponed"),)


def test_somebody_sent_on_with_an_earlier_place(hall: CausesRig) -> None:
    taxed = hall.issue("tax")
    hall.do(c.Transfer(taxed, "id-card"))
    assert hall.why() == (GENERAL,)  # stands behind
    hall.do(c.OpenWindow("3", "staff-3"))
    hall.do(c.CallNext("1"))
    hall.do(c.Start("1"))
    hall.said = Since(hall.seq, hall.now().tick)
    hall.do(c.Transfer(hall.first, "social"))
    assert hall.why() == (Cause("transferred", {"n": 1}),)


def test_somebody_who_was_made_priority(hall: CausesRig) -> None:
    behind = hall.issue("id-card")
    hall.said = Since(hall.seq, hall.now().tick)
    hall.do(c.Prioritise(behind, "disabled"))
    assert hall.why() == (Cause("overtaken", {"n": 1, "class": "priority"}),)


def test_a_call_that_was_taken_back(hall: CausesRig) -> None:
    hall.do(c.CallNext("1"))
    hall.said = Since(hall.seq, hall.now().tick)
    hall.do(c.Undo("1"))
    assert hall.why() == (Cause("call_undone", {"n": 1}),)


def test_ones_own_call_that_was_taken_back() -> None:
    announced = AnnouncingHall()
    announced.do(c.OpenWindow("1", "staff-1"))
    first, second = announced.draw("id-card"), announced.draw("id-card")
    announced.announce()
    announced.do(c.CallNext("1"))
    announced.announce()
    announced.later(20)
    announced.do(c.Undo("1"))
    announced.do(c.PauseWindow("1", "lunch"))
    announced.later(900)
    announced.announce()
    assert [cause.code for cause in announced.shown(first)[-1].causes][:1] == ["own_call_undone"]
    assert "own_call_undone" not in [cause.code for cause in announced.shown(second)[-1].causes]


def test_a_window_that_still_is_late_is_named_when_nothing_else_is_known(hall: CausesRig) -> None:
    hall.later(900)
    hall.said = Since(hall.seq, hall.now().tick)
    hall.later(600)
    assert hall.why() == (Cause("window_late", {"window": "4"}),)
    assert hall.why_queue("a") == (Cause("window_late", {"window": "4"}),)
    # Who came and went home in the shift is not awaited.
    hall.do(c.OpenWindow("4", "staff-4"))
    hall.do(c.CloseWindow("4"))
    hall.said = Since(hall.seq, hall.now().tick)
    hall.later(600)
    assert hall.why() == (Cause("no_calls", {"min": 10}),)


def test_windows_that_paused_closed_and_stay_away(hall: CausesRig) -> None:
    hall.do(c.PauseWindow("2", "lunch"))
    assert hall.why() == (Cause("window_paused", {"window": "2"}),)
    hall.said = Since(hall.seq, hall.now().tick)
    hall.later(600)
    assert hall.why() == (Cause("window_late", {"window": "4"}), Cause("window_still_paused", {"window": "2"}))
    hall.do(c.CloseWindow("2"))
    assert Cause("window_closed", {"window": "2"}) in hall.why()
    # To those who come for their taxes it is all the same.
    assert hall.why_queue("b") == (Cause("no_calls", {"min": 10}),)


def test_a_window_that_does_something_else_is_never_named(hall: CausesRig) -> None:
    hall.do(c.OpenWindow("3", "staff-3"))
    hall.said = Since(hall.seq, hall.now().tick)
    hall.do(c.PauseWindow("3", "lunch"))
    assert hall.why() == (GENERAL,)
    assert hall.why_queue("b") == (Cause("window_paused", {"window": "3"}),)


def test_a_matter_that_takes_longer_than_usual(hall: CausesRig) -> None:
    hall.do(c.CallNext("1"))
    hall.said = Since(hall.seq, hall.now().tick)
    hall.later(120)
    assert hall.why() == (Cause("no_calls", {"min": 2}),)
    hall.later(120)
    hall.said = Since(hall.seq, hall.now().tick)
    hall.later(600)
    assert Cause("slow_matter", {"window": "1"}) in hall.why()
    hall.do(c.Finish("1"))
    assert Cause("slow_matter", {"window": "1"}) in hall.why()
    hall.said = Since(hall.seq, hall.now().tick)
    assert hall.why() == (GENERAL,)


def test_fewer_calls_than_usual_when_nothing_else_is_known(hall: CausesRig) -> None:
    hall.later(59)
    assert hall.why() == (GENERAL,)
    hall.later(121)
    assert hall.why() == (Cause("no_calls", {"min": 3}),)
    hall.do(c.CallNext("1"))
    assert hall.why() == (Cause("few_calls", {"n": 1, "min": 3}),)
    hall.do(c.CallNext("2"))
    assert hall.why() == (GENERAL,)  # two calls in three minutes are more than two windows usually make
    assert hall.why_queue("a") == (GENERAL,)


def test_a_longer_line_is_the_cause_for_newcomers(hall: CausesRig) -> None:
    assert hall.why_queue("a", more=4) == (Cause("more_people", {"n": 4}),)
    assert hall.why_queue("a", more=-2) == (GENERAL,)


def test_at_most_two_and_the_largest_first(hall: CausesRig) -> None:
    hall.do(c.PauseWindow("2", "lunch"))
    hall.do(c.CallNext("1"))
    hall.later(900)
    for _ in range(9):
        hall.issue("id-card", class_="priority")
    why = hall.why()
    assert len(why) == MOST
    assert why[0] == Cause("overtaken", {"n": 9, "class": "priority"})


# --- whatever happens --------------------------------------------------------------------------------


def wide_plan() -> Plan:
    plan = small_plan(windows=3)
    queues = {**plan.queues, "c": Queue("c", text("车", "Cars"), "C")}
    services = {**plan.services, "car": Service(id="car", name=text("车", "Car"), queue="c", expected_s=400)}
    windows = {
        "1": Window("1", "1", {"id-card": "yes", "social": "yes"}),
        "2": Window("2", "2", {"social": "first", "tax": "yes", "car": "idle"}),
        "3": Window("3", "3", {"tax": "yes", "id-card": "idle"}, shifts=((545, 720),)),
    }
    return replace(plan, queues=queues, services=services, windows=windows)


SERVICES = st.sampled_from(["id-card", "social", "tax", "car"])
WINDOW = st.sampled_from(["1", "2", "3"])
STEP = st.one_of(
    st.tuples(st.just("draw"), SERVICES, st.sampled_from(["ordinary", "ordinary", "priority"])),
    st.tuples(st.sampled_from(["next", "miss", "pause", "open", "close", "undo", "hold"]), WINDOW),
    st.tuples(st.sampled_from(["cancel", "return", "transfer", "postpone"]), st.integers(0, 30)),
    st.tuples(st.just("later"), st.sampled_from([20, 90, 400, 900])),
    st.tuples(st.just("tell")),
)


def act(hall: AnnouncingHall, step: tuple[object, ...]) -> None:
    kind, *rest = step
    if kind == "draw":
        hall.draw(str(rest[0]), class_=str(rest[1]))
    elif kind == "later":
        hall.later(int(str(rest[0])))
    elif kind == "tell":
        hall.announce()
    elif kind in ("cancel", "return", "transfer", "postpone"):
        tickets = list(hall.hall.tickets)
        if tickets:
            ticket = tickets[int(str(rest[0])) % len(tickets)]
            chosen: dict[str, c.Command] = {
                "cancel": c.Cancel(ticket), "return": c.Return(ticket), "transfer": c.Transfer(ticket, "tax"),
                "postpone": c.Postpone(ticket),
            }
            hall.try_(chosen[str(kind)])
    else:
        window = str(rest[0])
        pressed: dict[str, c.Command] = {
            "next": c.CallNext(window), "miss": c.Miss(window), "pause": c.PauseWindow(window, "lunch"),
            "open": c.OpenWindow(window, f"staff-{window}"), "close": c.CloseWindow(window), "undo": c.Undo(window),
            "hold": c.Hold(window),
        }
        hall.try_(pressed[str(kind)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, min_size=10, max_size=60))
def test_whatever_goes_back_names_a_cause_that_is_there(steps: list[tuple[object, ...]]) -> None:
    hall = AnnouncingHall(wide_plan())
    for window in ("1", "2"):
        hall.do(c.OpenWindow(window, f"staff-{window}"))
    last: dict[str, Promise] = {}
    seen = 0
    for step in (*steps, ("tell",)):
        act(hall, step)
        for ticket, shown in hall.notes[seen:]:
            check(hall, ticket, last.get(ticket), shown)
            promise = shown.promise()
            if promise is not None:
                last[ticket] = promise
        seen = len(hall.notes)
        # A promise is kept by the call, unless the call is taken back.
        last = {id_: it for id_, it in last.items() if hall.hall.tickets[id_].state in ("waiting", "called")}


def check(hall: AnnouncingHall, ticket: str, before: Promise | None, shown: Shown) -> None:
    if before is not None and isinstance(shown.said, Range):
        assert bool(shown.causes) == later(before.at(shown.tick), shown.said), (before, shown)
    assert len(shown.causes) <= MOST
    service = hall.hall.tickets[ticket].service
    for cause in shown.causes:
        assert cause.code in WAIT_CAUSES
        window = cause.facts.get("window")
        if window is not None:
            assert hall.plan.windows[str(window)].skills.get(service, "never") != "never"
        if cause.code == "window_paused":
            assert hall.hall.window(str(window)).status == "paused"
        if "n" in cause.facts:
            assert int(cause.facts["n"]) > 0

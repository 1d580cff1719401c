"""The core: commit before answer, one commit for many, one effect a key, and nothing after a store that failed."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall_daemon.app import core as core_module
from hall_daemon.app.core import Core
from hall_daemon.app.record import Accepted, Answer, Busy, KeyUse, Recorded, Request
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.plan import Policy
from tests.hall_daemon.app.stage import DAY_MS, HandClock, MemoryStore, events_of
from tests.hall_daemon.domain.halls import DAY, plan


class Rig:
    """A core over a store in memory, stepped by hand."""

    def __init__(self, *, policy: Policy | None = None, **options: Any) -> None:
        self.store = MemoryStore()
        self.clock = HandClock()
        self.batches: list[list[Recorded]] = []
        self.answers: list[Answer] = []
        self.core = self.again(policy=policy, **options)
        self._tokens = map(str, itertools.count())

    def again(self, *, policy: Policy | None = None, hall: Hall | None = None, **options: Any) -> Core:
        self.core = Core(
            plan(policy), hall or Hall(), self.store, self.clock,
            keys=self.store.keys(), on_batch=self._handed, **options,
        )  # fmt: skip
        return self.core

    def _handed(self, batch: Any) -> None:
        self.store.happened.append("handed on")
        self.batches.append(list(batch))

    def _answered(self, answer: Answer) -> None:
        self.store.happened.append("answered")
        self.answers.append(answer)

    def draw(self, key: str = "", print_: str = "", service: str = "licence") -> None:
        self.core.submit(Request(c.IssueTicket((service,), next(self._tokens)), "kiosk:1", key, print_), self._answered)

    def send(self, command: c.Command, key: str = "", print_: str = "") -> None:
        self.core.submit(Request(command, "staff:1", key, print_), self._answered)

    def ask(self, command: c.Command) -> Answer:
        self.send(command)
        self.core.step()
        return self.answers[-1]

    def replayed(self) -> Hall:
        hall = Hall()
        for row in self.store.rows:
            evolve(hall, row.event, row.moment)
        return hall


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.core.step()
    rig.store.happened.clear()
    rig.store.commits.clear()
    rig.batches.clear()
    return rig


def test_many_callers_share_one_commit_and_are_answered_after_it(rig: Rig) -> None:
    for _ in range(64):
        rig.draw()
    assert rig.core.step() == 64
    assert rig.store.commits == [64]
    assert rig.store.happened == ["committed", *["answered"] * 64, "handed on"]
    numbers = [events_of(answer)[0].number for answer in rig.answers]  # type: ignore[attr-defined]
    assert numbers == [f"A{n:03d}" for n in range(1, 65)]
    assert [row for answer in rig.answers for row in answer.events] == rig.batches[0] == rig.store.rows[-64:]  # type: ignore[union-attr]


def test_a_step_takes_no_more_than_its_limit() -> None:
    rig = Rig(batch_limit=10)
    for _ in range(25):
        rig.draw()
    assert [rig.core.step() for _ in range(4)] == [10, 10, 5, 0]
    assert rig.core.depth == 0


def test_a_command_sees_what_the_one_before_it_did_in_the_same_batch(rig: Rig) -> None:
    rig.send(c.OpenWindow("1", "ann"))
    rig.draw()
    rig.send(c.CallNext("1"))
    rig.core.step()
    assert rig.store.commits == [3]
    assert [type(row.event) for row in rig.store.rows[-3:]] == [e.WindowOpened, e.TicketIssued, e.TicketCalled]


def test_a_refused_command_leaves_no_trace(rig: Rig) -> None:
    before = rig.core.hall.copy()
    rig.send(c.CallNext("1"), key="k", print_="p")
    rig.core.step()
    assert rig.answers == [Refused("window_closed", {"window": "1"})]
    assert (rig.store.commits, rig.store.used, rig.batches) == ([], {}, [])
    assert rig.core.hall == before
    rig.send(c.OpenWindow("1", "ann"))
    rig.send(c.CallNext("1"), key="k", print_="p")
    rig.core.step()
    assert rig.answers[-1] == Refused("nobody_waits", {"window": "1"}), "a refusal is decided anew"


# -- keys ----------------------------------------------------------------------------------------


def test_a_key_again_gives_the_first_answer_and_nothing_happens(rig: Rig) -> None:
    rig.draw("k", "p")
    rig.core.step()
    rig.draw()
    rig.core.step()
    seq = rig.core.seq
    rig.draw("k", "p")
    rig.core.step()
    first, _, again = rig.answers
    assert isinstance(first, Accepted)
    assert again == first._replace(repeated=True)
    assert rig.core.seq == seq


def test_a_key_again_in_the_same_batch(rig: Rig) -> None:
    rig.draw()
    rig.draw("k", "p")
    rig.draw("k", "p")
    rig.draw()
    rig.draw("k", "p")
    rig.core.step()
    assert rig.store.commits == [3]
    _, first, again, _, third = rig.answers
    assert isinstance(first, Accepted)
    assert events_of(first)[0].number == "A002"  # type: ignore[attr-defined]
    assert again == third == first._replace(repeated=True)
    assert rig.store.used["k"] == KeyUse("p", first.events[0].seq, first.events[0].seq)


def test_a_key_of_a_command_that_changes_nothing(rig: Rig) -> None:
    """It was accepted with no events; the answer again has none either, whatever came after."""
    rig.send(c.CloseWindow("1"), "k", "p")
    rig.draw()
    rig.send(c.CloseWindow("1"), "k", "p")
    rig.core.step()
    rig.draw()
    rig.send(c.CloseWindow("1"), "k", "p")
    rig.core.step()
    assert [rig.answers[at] for at in (0, 2, 4)] == [Accepted(()), Accepted((), True), Accepted((), True)]


@pytest.mark.parametrize("same_batch", [True, False])
def test_a_key_for_something_else_is_refused(rig: Rig, same_batch: bool) -> None:
    rig.draw("k", "one")
    if not same_batch:
        rig.core.step()
    rig.draw("k", "two")
    rig.core.step()
    assert rig.answers[1] == Refused("key_reused")
    assert rig.core.hall.counts == {"A": 1}


def test_a_key_is_known_after_a_restart(rig: Rig) -> None:
    rig.draw("k", "p")
    rig.core.step()
    rig.again(hall=rig.replayed())
    rig.draw("k", "p")
    rig.core.step()
    first, again = rig.answers
    assert isinstance(first, Accepted)
    assert again == Accepted(first.events, repeated=True)


def test_old_keys_are_forgotten_and_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_module, "KEYS_KEPT", 10)
    rig = Rig()
    for n in range(12):
        rig.draw(f"k{n}", "p")
        rig.core.step()
        assert len(rig.store.used) <= 11
    assert list(rig.store.used) == ["k6", "k7", "k8", "k9", "k10", "k11"]
    rig.draw("k11", "p")
    rig.core.step()
    assert rig.answers[-1].repeated  # type: ignore[union-attr]


def test_keys_that_cannot_be_forgotten_now_stop_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(core_module, "KEYS_KEPT", 2)
    rig = Rig()
    rig.core.step()
    for n in range(3):
        rig.draw(f"k{n}", "p")
    monkeypatch.setattr(rig.store, "forget_keys", _raise(OSError("disk full")))
    assert rig.core.step() == 3
    assert "old idempotency keys stay" in caplog.text


# -- what fails ----------------------------------------------------------------------------------


def _raise(error: Exception) -> Callable[..., Any]:
    def raising(*args: object, **kwargs: object) -> Any:
        raise error

    return raising


def test_a_store_that_fails_once_acknowledges_nothing_any_more(caplog: pytest.LogCaptureFixture) -> None:
    fatal: list[BaseException] = []
    died = threading.Event()

    def on_fatal(error: BaseException) -> None:
        fatal.append(error)
        died.set()

    rig = Rig(on_fatal=on_fatal)
    rig.core.step()
    failure = OSError("fsync failed")
    rig.store.fails_with = failure
    rig.draw("k", "p")
    rig.core.start()
    assert died.wait(10)
    rig.store.fails_with = None
    with pytest.raises(Busy):
        rig.draw()
    rig.core.stop()
    assert fatal == [failure]
    assert rig.answers == []
    assert (rig.store.seq, rig.store.used, len(rig.batches)) == (1, {}, 1)
    assert "core stops: fsync failed" in caplog.text


def test_what_waits_behind_a_failed_append_is_never_answered() -> None:
    rig = Rig(batch_limit=1)
    rig.core.step()
    rig.store.fails_with = OSError("no")
    rig.draw()
    rig.draw()
    rig.core.start()
    rig.core.stop()
    assert rig.answers == []


def test_a_rule_that_breaks_is_one_refusal(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    before = rig.core.hall.copy()
    rig.send("not a command at all", key="k", print_="p")  # type: ignore[arg-type]
    rig.draw()
    rig.core.step()
    assert rig.answers[0] == Refused("internal")
    assert isinstance(rig.answers[1], Accepted)
    assert "a rule broke on str" in caplog.text
    assert before.counts == {}
    assert rig.core.hall == rig.replayed()


def test_an_answer_nobody_takes_holds_nobody_up(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.core.submit(Request(c.IssueTicket(("licence",), "x"), "gone"), _raise(RuntimeError("loop is closed")))
    rig.draw()
    rig.core.step()
    assert isinstance(rig.answers[0], Accepted)
    assert len(rig.batches[0]) == 2
    assert "an answer could not be given" in caplog.text


def test_a_full_inbox_is_busy_and_takes_nothing() -> None:
    rig = Rig(inbox_limit=3)
    for _ in range(3):
        rig.draw()
    with pytest.raises(Busy):
        rig.draw()
    assert rig.core.depth == 3
    assert rig.core.step() == 3
    rig.draw()
    assert rig.core.step() == 1


def test_ask_gives_up_and_says_that_the_outcome_is_not_known(rig: Rig) -> None:
    with pytest.raises(TimeoutError, match="did not answer"):
        rig.core.ask(Request(c.OpenWindow("1", "ann")), timeout_s=0.001)
    rig.core.step()
    assert rig.core.hall.window("1").status == "open", "it happened all the same"


def test_admission_is_asked_before_the_rules() -> None:
    rig = Rig(admit=lambda command: Refused("storage_low") if isinstance(command, c.IssueTicket) else None)
    rig.draw()
    rig.send(c.OpenWindow("1", "ann"))
    rig.core.step()
    assert rig.answers[0] == Refused("storage_low")
    assert isinstance(rig.answers[1], Accepted)


# -- the thread ----------------------------------------------------------------------------------


@pytest.fixture
def live() -> Iterator[Rig]:
    rig = Rig()
    rig.core.start()
    yield rig
    rig.core.stop()


def test_many_threads_get_every_number_once(live: Rig) -> None:
    numbers: list[list[str]] = [[] for _ in range(8)]

    def kiosk(mine: list[str]) -> None:
        for n in range(50):
            answer = live.core.ask(Request(c.IssueTicket(("licence",), f"{id(mine)}-{n}")), 10)
            mine.append(events_of(answer)[0].number)  # type: ignore[attr-defined]

    threads = [threading.Thread(target=kiosk, args=(mine,)) for mine in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(number for mine in numbers for number in mine) == [f"A{n:03d}" for n in range(1, 401)]
    assert all(mine == sorted(mine) for mine in numbers)


def test_stop_finishes_what_was_taken() -> None:
    rig = Rig(batch_limit=7)
    for _ in range(100):
        rig.draw()
    rig.core.start()
    rig.core.stop()
    assert len(rig.answers) == 100
    with pytest.raises(Busy):
        rig.draw()


class SlowInbox:
    """An inbox that is asked for its size while, just then, the core is told to stop."""

    def __init__(self, core: Core) -> None:
        self._inbox = core._inbox
        self._asker = threading.current_thread()
        self.stopper = threading.Thread(target=core.stop)

    def qsize(self) -> int:
        if threading.current_thread() is self._asker and self.stopper.ident is None:
            self.stopper.start()
            self.stopper.join(0.2)  # a stop that does not wait for us is over by then
        return self._inbox.qsize()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)


def test_a_submit_that_meets_a_stop_is_still_answered() -> None:
    rig = Rig()
    rig.core._inbox = inbox = SlowInbox(rig.core)  # type: ignore[assignment]
    rig.core.start()
    rig.draw()
    inbox.stopper.join(10)
    assert isinstance(rig.answers[0], Accepted)
    with pytest.raises(Busy):
        rig.draw()


def test_a_core_that_idles_still_turns(live: Rig, wait_until: Callable[[Callable[[], object]], None]) -> None:
    """The watchdog is fed by it, and deadlines come when nobody presses anything."""
    beats = live.core.beats
    wait_until(lambda: live.core.beats > beats + 1)
    assert live.core.hall.day == DAY


# -- what the hall does by itself -----------------------------------------------------------------


def test_the_day_turns_once_and_the_rest_expire(rig: Rig) -> None:
    rig.draw()
    rig.core.step()
    rig.clock.forward(15 * 3600)
    rig.core.step()
    rig.core.step()
    rig.clock.forward(60)
    rig.core.step()
    kinds = [type(row.event) for row in rig.store.rows]
    assert kinds == [e.DayOpened, e.TicketIssued, e.TicketExpired, e.DayClosed, e.DayOpened]
    assert [row.day for row in rig.store.rows] == [DAY] * 4 + ["2026-11-24"]
    assert {row.by for row in rig.store.rows} == {"core", "kiosk:1"}
    assert rig.store.commits[-1] == 3, "the roll-over is one transaction"


def test_a_number_after_midnight_is_of_the_new_day(rig: Rig) -> None:
    rig.draw()
    rig.core.step()
    rig.clock.forward(15 * 3600)
    rig.draw()
    rig.core.step()
    assert events_of(rig.answers[-1])[0].ticket == "2026-11-24-A001"  # type: ignore[attr-defined]


def test_a_late_finish_and_its_undoing_land_on_their_own_day(rig: Rig) -> None:
    rig.draw()
    rig.ask(c.OpenWindow("1", "ann"))
    rig.ask(c.CallNext("1"))
    rig.ask(c.Start("1"))
    rig.clock.forward(15 * 3600)
    rig.core.step()
    for command in (c.Finish("1"), c.Undo("1"), c.Finish("1")):
        answer = rig.ask(command)
        assert isinstance(answer, Accepted)
        assert [row.day for row in answer.events] == [DAY]
    assert rig.core.hall.day == "2026-11-24"


@pytest.mark.parametrize("days", [-1, -365 * 56])
def test_a_wall_that_is_turned_back_reopens_no_day(rig: Rig, days: int) -> None:
    rig.clock.set_wall(rig.clock.moment.wall + days * DAY_MS)
    rig.clock.steps = [days * DAY_MS]
    rig.core.step()
    rig.core.step()
    assert rig.core.hall.day == DAY
    assert [row.event for row in rig.store.rows[1:]] == [e.ClockStepped(days * DAY_MS)]


def test_a_no_show_is_missed_once(rig: Rig) -> None:
    rig = Rig(policy=Policy(no_show_s=60, recall_lock_s=0, missed_lock_s=0))
    rig.draw()
    for command in (c.OpenWindow("1", "ann"), c.CallNext("1")):
        rig.ask(command)
    rig.clock.forward(59.999)
    assert (rig.core.step(), rig.core.hall.window("1").ticket) == (0, f"{DAY}-A001")
    rig.clock.forward(0.001)
    for _ in range(3):
        rig.core.step()
    assert [type(row.event) for row in rig.store.rows[-2:]] == [e.TicketCalled, e.TicketMissed]
    assert rig.store.rows[-1].by == "core"
    assert rig.core.hall.window("1").ticket == ""


def test_a_recall_gives_a_no_show_more_time_and_a_start_ends_it() -> None:
    rig = Rig(policy=Policy(no_show_s=60, recall_lock_s=0))
    rig.draw()
    for command in (c.OpenWindow("1", "ann"), c.CallNext("1")):
        rig.ask(command)
    rig.clock.forward(50)
    rig.ask(c.Recall("1"))
    rig.clock.forward(50)
    rig.core.step()
    assert rig.core.hall.tickets[f"{DAY}-A001"].state == "called"
    rig.ask(c.Start("1"))
    rig.clock.forward(500)
    rig.core.step()
    assert rig.core.hall.tickets[f"{DAY}-A001"].state == "serving"


# -- replay is live ------------------------------------------------------------------------------

COMMANDS = st.one_of(
    st.builds(c.IssueTicket, st.sampled_from([("licence",), ("card",), ("licence", "card")]), st.just("t")),
    st.builds(c.OpenWindow, st.sampled_from("12"), st.just("ann")),
    st.builds(c.CallNext, st.sampled_from("12")),
    st.builds(c.Start, st.sampled_from("12")),
    st.builds(c.Finish, st.sampled_from("12")),
    st.builds(c.Miss, st.sampled_from("12")),
    st.builds(c.Undo, st.sampled_from("12")),
    st.builds(c.Hold, st.sampled_from("12")),
    st.builds(c.Resume, st.sampled_from("12")),
    st.builds(c.CloseWindow, st.sampled_from("12")),
)
BATCHES = st.lists(
    st.tuples(st.lists(st.tuples(COMMANDS, st.sampled_from(["", "k1", "k2"])), max_size=6), st.integers(0, 30_000)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(BATCHES)
def test_replaying_the_journal_is_living_it(batches: list[tuple[list[tuple[c.Command, str]], int]]) -> None:
    rig = Rig()
    sent = 0
    for commands, seconds in batches:
        for command, key in commands:
            rig.send(command, key, str(command))
            sent += 1
        rig.core.step()
        rig.clock.forward(seconds)
    assert len(rig.answers) == sent
    assert rig.replayed() == rig.core.hall
    assert [row for batch in rig.batches for row in batch] == rig.store.rows
    assert [row.seq for row in rig.store.rows] == list(range(1, rig.core.seq + 1))
    days = [row.event.day for row in rig.store.rows if isinstance(row.event, e.DayOpened)]
    assert days == sorted(set(days))

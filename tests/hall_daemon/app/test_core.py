"""The core: commit before answer, one commit for many, one effect a key, and nothing after a store that failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from hall_daemon.app import core as core_module
from hall_daemon.app.record import Accepted, Busy, KeyUse, NotTaken, Request
from hall_daemon.cases.book import Book
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.decide import Refused
from tests.hall_daemon.app.core_rig import Rig
from tests.hall_daemon.app.in_memory import events_of


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


def test_after_a_crowd_the_next_commit_waits_for_others_to_come_along() -> None:
    pauses: list[float] = []

    def others_come(seconds: float) -> None:
        pauses.append(seconds)
        rig.draw()

    rig = Rig(pause=others_come)
    crowd = core_module.CROWD
    for taken in (crowd - 1, 1, crowd):
        for _ in range(taken):
            rig.draw()
        rig.core.step()
    assert pauses == [], "nobody waits for others where few come"
    for _ in range(crowd):
        rig.draw()
    rig.core.step()
    assert pauses == [], "as many as before are there"
    rig.draw()
    assert rig.core.step() == 2
    assert pauses == [core_module.GATHER_S]
    rig.draw()
    assert rig.core.step() == 1, "two were no crowd"


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


def test_a_store_that_takes_nothing_for_a_while_holds_the_hall(caplog: pytest.LogCaptureFixture) -> None:
    now = [100.0]
    rig = Rig(restore=lambda: Book(rig.replayed()), monotonic=lambda: now[0])
    rig.draw(key="before", print_="p")
    rig.core.step()
    rig.store.fails_with = NotTaken("read-only")
    rig.draw(key="k", print_="p")
    rig.draw()
    rig.core.step()
    rig.draw()
    rig.core.step()
    assert rig.answers[1:] == [Refused("storage_read_only")] * 3
    rig.draw(key="before", print_="p")
    rig.core.step()
    assert rig.answers[-1] == rig.answers[0]._replace(repeated=True), "what was taken before is not denied"  # type: ignore[union-attr]
    assert rig.core.held
    assert rig.core.hall == rig.replayed(), "what was not kept did not happen"
    rig.store.fails_with = None
    rig.draw()
    rig.core.step()
    assert rig.answers[-1] == Refused("storage_read_only"), "it is asked once a second"
    now[0] += core_module.LOOK_AGAIN_S
    rig.draw(key="k", print_="p")
    rig.core.step()
    assert not rig.core.held
    assert events_of(rig.answers[-1])[0].number == "A002"  # type: ignore[attr-defined]
    assert "until the disk can be written: read-only" in caplog.text
    assert "goes on" in caplog.text


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
    rig.core.submit(
        Request(c.IssueTicket(services=("licence",), token="x"), "gone"), _raise(RuntimeError("loop is closed"))
    )
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

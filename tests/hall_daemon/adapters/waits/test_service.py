"""The wait service with its real child on a real journal: what it answers, and what it does when the child is away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from device_drivers.base.backoff import Backoff
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.waits import worker as forecast_worker
from hall_daemon.adapters.waits.service import WORKER, Timing, WaitService
from hall_daemon.app.announced_waits import AnnouncedWaits
from hall_daemon.app.view_context import iso
from hall_daemon.domain import commands as c
from hall_daemon.prediction.waits.hysteresis import Shown
from hall_daemon.prediction.waits.wait_estimate import Range
from hall_daemon.wire.messages import Wait
from tests.hall_daemon.app.small_hall import SmallHall

QUICK = Timing(round_s=0.02, quiet_s=0.2, first_retry_s=0.05, last_retry_s=0.1)
AWAY = Wait(unknown="predictor_away")
# A child that never says anything, and one that talks nonsense without end.
SILENT = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
NONSENSE = (sys.executable, "-c", "import sys; sys.stdin.readline(); sys.stdout.write('{}\\n'); sys.stdout.flush()")


def eventually(true: Callable[[], object], what: str, timeout_s: float = 30.0) -> None:
    give_up_at = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < give_up_at, what
        threading.Event().wait(0.02)


class Journaled:
    """A small hall whose events are in a journal, and wait services that follow it."""

    def __init__(self, folder: Path) -> None:
        self.hall = SmallHall()
        self.path = folder / "journal.db"
        self.folder = folder
        self.journal = Journal(self.path)
        self.journal.append(self.hall.rows)
        self.hall.subscribers.append(lambda hall, batch, now: self.journal.append(batch))
        self.services: list[WaitService] = []

    def service(self, *, timing: Timing = QUICK, start: bool = True, **more: object) -> WaitService:
        made = WaitService(self.hall.plan, self.folder, self.hall, timing=timing, **more)  # type: ignore[arg-type]
        self.hall.subscribers.append(made)
        self.services.append(made)
        if start:
            made.start(self.hall.seq)
        return made

    def close(self) -> None:
        for each in self.services:
            each.stop()
        self.journal.close()


@pytest.fixture
def journaled(tmp_path: Path) -> Iterator[Journaled]:
    made = Journaled(tmp_path)
    yield made
    made.close()


def wait(service: WaitService, hall: SmallHall, ticket: str) -> Wait:
    return service.ticket(ticket, hall.hall.tickets[ticket])


def has_range(wait: Wait) -> bool:
    return isinstance(wait.p50_s, int)


def test_tickets_and_newcomers_get_ranges_and_queues_without_windows_a_reason(journaled: Journaled) -> None:
    hall = journaled.hall
    tickets = [hall.issue("id-card") for _ in range(6)]
    service = journaled.service()
    assert service.queue("a") == AWAY
    eventually(lambda: service.queue("a") == Wait(unknown="no_window_open"), "no answer came")
    assert wait(service, hall, tickets[0]) == Wait(unknown="no_window_open")

    hall.do(c.OpenWindow("1", "staff"))
    hall.do(c.CallNext("1"))
    eventually(lambda: has_range(wait(service, hall, tickets[5])), "the open window was not seen")
    first, last = wait(service, hall, tickets[1]), wait(service, hall, tickets[5])
    newcomer = service.queue("a")
    assert first.p10_s <= first.p50_s <= first.p90_s
    assert first.p50_s < last.p50_s <= newcomer.p50_s
    assert service.health().state == "ready"
    assert service.queue("nowhere") == AWAY


def test_a_ticket_just_drawn_waits_like_a_newcomer(journaled: Journaled) -> None:
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff"))
    for _ in range(4):
        hall.issue("id-card")
    service = journaled.service()
    eventually(lambda: has_range(service.queue("a")), "no answer came")
    known = hall.hall.tickets[hall.issue("id-card")]
    assert service.ticket("2026-11-23-A999", known) == service.queue("a")
    assert service.ticket("2026-11-23-Z999", known._replace(queue="z", services=("none",))) == AWAY


def test_a_promise_comes_nearer_while_time_passes(journaled: Journaled) -> None:
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff"))
    tickets = [hall.issue("id-card") for _ in range(8)]
    service = journaled.service(timing=Timing(round_s=60.0, quiet_s=60.0, stale_s=1e9))
    eventually(lambda: has_range(wait(service, hall, tickets[7])), "no answer came")
    before, newcomer = wait(service, hall, tickets[7]), service.queue("a")
    hall.later(60)
    after = wait(service, hall, tickets[7])
    assert (before.p50_s - after.p50_s, before.p90_s - after.p90_s) == (60, 60)
    assert service.queue("a") == newcomer
    hall.later(100_000)
    assert wait(service, hall, tickets[7]) == Wait(p10_s=0, p50_s=0, p90_s=0)


def test_a_killed_child_is_replaced_and_old_results_end_as_unknown(journaled: Journaled) -> None:
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff"))
    seconds = [0.0]
    service = journaled.service(
        monotonic=lambda: time.monotonic() + seconds[0],
        timing=Timing(round_s=0.02, quiet_s=0.2, first_retry_s=1000.0, last_retry_s=1000.0, stable_s=1e9),
    )
    eventually(lambda: has_range(service.queue("a")), "no answer came")
    assert service.pid is not None
    os.kill(service.pid, signal.SIGKILL)
    eventually(lambda: service.health().state == "disconnected", "its end was not noticed")
    assert "signal SIGKILL" in service.health().detail
    assert has_range(service.queue("a"))  # the last result still serves

    seconds[0] = 30.0
    assert service.queue("a") == AWAY
    seconds[0] = 2000.0  # the pause before the next try is over
    hall.issue("id-card")
    service._wake.rouse()
    eventually(lambda: has_range(service.queue("a")), "it did not come back")
    assert service.health().state == "ready"
    assert service.health().counters["restarts"] == 1


def test_what_a_ticket_was_told_at_its_draw_stands_until_it_is_known(journaled: Journaled) -> None:
    """The answer, the slip and the phone ask one after the other, while the forecast goes on."""
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff"))
    for _ in range(4):
        hall.issue("id-card")
    service = journaled.service(timing=Timing(round_s=60.0, quiet_s=60.0, stale_s=1e9))
    eventually(lambda: has_range(service.queue("a")), "no answer came")
    newcomer = service.queue("a")
    ticket = hall.issue("id-card")
    assert wait(service, hall, ticket) == newcomer
    hall.later(30)
    later = wait(service, hall, ticket)
    assert (newcomer.p50_s - later.p50_s, newcomer.p90_s - later.p90_s) == (30, 30)
    assert service.queue("a") == newcomer


def test_each_kind_is_told_its_own_wait_at_the_draw_and_the_same_afterwards(journaled: Journaled) -> None:
    """Window 1 takes tax when nobody else waits; priority people wait less."""
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff"))
    for _ in range(9):
        hall.issue("id-card")
    hall.do(c.CallNext("1"))
    service = journaled.service()

    def answered() -> bool:
        return service.health().counters.get("seq") == hall.seq

    eventually(answered, "no answer came")
    queue = service.queue("a")
    assert service.service("id-card") == queue
    assert service.service("tax") == service.queue("b")
    for matter, class_ in (("id-card", "priority"), ("tax", "ordinary")):
        ticket = hall.issue(matter, class_=class_)
        first = wait(service, hall, ticket)
        eventually(answered, "it does not follow")
        assert wait(service, hall, ticket) == first
        assert class_ == "ordinary" or first.p90_s < queue.p50_s


def test_who_draws_while_the_forecast_is_away_is_told_so_and_then_a_range(journaled: Journaled) -> None:
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff"))
    heard: list[tuple[str, Shown]] = []
    made = AnnouncedWaits(lambda ticket, shown: heard.append((ticket, shown)))
    service = journaled.service(start=False, announced=made)
    ticket = hall.issue("id-card")
    assert wait(service, hall, ticket) == AWAY
    service.start(hall.seq)
    eventually(lambda: has_range(wait(service, hall, ticket)), "no range came")
    assert next(shown.said for known, shown in heard if known == ticket) == "predictor_away"
    assert isinstance(heard[-1][1].said, Range)
    # Nothing was promised, so nothing is explained.
    assert heard[-1][1].causes == ()


def test_a_range_that_goes_back_says_why_also_across_a_child_that_was_killed(journaled: Journaled) -> None:
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff-1"))
    hall.do(c.OpenWindow("2", "staff-2"))
    service = journaled.service()
    tickets = [hall.issue("id-card") for _ in range(11)]
    eventually(lambda: has_range(wait(service, hall, tickets[-1])), "no answer came")
    eventually(lambda: service.health().counters["seq"] == hall.seq, "it does not follow")
    tickets.append(last := hall.issue("id-card"))  # who is told what all others have made of the wait already
    eventually(lambda: has_range(wait(service, hall, last)), "no answer came")
    eventually(lambda: service.health().counters["seq"] == hall.seq, "it does not follow")
    before = wait(service, hall, last)
    assert before.cause is msgspec.UNSET
    os.kill(service.pid or 0, signal.SIGKILL)
    hall.do(c.CloseWindow("2"))
    eventually(lambda: wait(service, hall, last).p50_s > before.p50_s, "it is not later")
    after = wait(service, hall, last)
    assert [cause.code for cause in after.cause] == ["window_closed"]
    assert (after.cause[0].text["zh"], after.cause[0].facts) == ("2号窗口关闭", {"window": "2"})
    assert after.since == iso(hall.now().wall)
    assert service.queue("a").cause[0].code == "window_closed"


@pytest.mark.parametrize(
    ("command", "patience_s", "why"),
    [
        (SILENT, 0.3, "gave no answer"),
        (NONSENSE, 30.0, "not understood"),
        (("/nowhere/python",), 30.0, "No such file"),
    ],
)
def test_a_child_that_is_no_use_is_tried_again(
    journaled: Journaled, command: tuple[str, ...], patience_s: float, why: str
) -> None:
    timing = Timing(begin_s=patience_s, answer_s=patience_s, first_retry_s=0.05, last_retry_s=0.1)
    service = journaled.service(timing=timing, command=command)
    eventually(lambda: service.health().counters["restarts"] >= 2, "it was not tried again")
    assert why in service.health().detail
    assert service.queue("a") == AWAY


def test_whoever_brings_events_never_waits(journaled: Journaled) -> None:
    """A child that reads nothing and answers nothing: ten thousand events are taken, one question is under way."""
    service = journaled.service(command=(sys.executable, "-c", "import time; time.sleep(600)"))
    eventually(lambda: service.pid is not None, "the child did not start")
    row = journaled.hall.rows[-1]
    for seq in range(10_000):
        service(journaled.hall.hall, [row._replace(seq=seq)], row.moment)
    assert service._seq == 9_999


def test_a_journal_that_is_not_there_ends_the_child_and_no_more(journaled: Journaled, tmp_path: Path) -> None:
    service = WaitService(journaled.hall.plan, tmp_path / "none", journaled.hall, timing=QUICK)
    journaled.services.append(service)
    service.start(1)
    eventually(lambda: service.health().state == "disconnected", "its end was not noticed")
    assert "exit code 1" in service.health().detail
    assert wait(service, journaled.hall, journaled.hall.issue("id-card")) == AWAY


def test_the_child_knows_what_the_journal_knows(journaled: Journaled) -> None:
    """It begins at a snapshot or at nothing, follows to the event it is asked about, and learns of the days before."""
    hall = journaled.hall
    hall.do(c.OpenWindow("1", "staff"))
    for _ in range(30):
        hall.issue("id-card")
        hall.later(5)
        hall.do(c.CallNext("1"))
        hall.later(300)
        hall.do(c.Finish("1"))
    begin = forecast_worker.Place(hall.plan, str(journaled.folder))
    follow = forecast_worker.Follow(begin)
    hall.issue("id-card")
    now = hall.now()
    answer = follow.answer(forecast_worker.Ask(hall.seq, now.tick, now.wall))
    follow.close()
    assert answer.seq == hall.seq
    assert follow.hall == hall.hall
    assert answer.learnt == 29  # the last press may yet be undone
    assert list(answer.tickets) == [hall.rows[-1].event.ticket]  # type: ignore[union-attr]


def test_only_the_last_days_are_learnt(journaled: Journaled, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = journaled.hall
    for day in ("2026-11-24", "2026-11-25"):
        hall.do(c.CloseDay(hall.hall.day))
        hall.do(c.OpenDay(day, hall.hall.midnight_wall + 86_400_000))
    monkeypatch.setattr(forecast_worker, "DAYS_LEARNT", 1)
    begin = forecast_worker.Place(hall.plan, str(journaled.folder))
    follow = forecast_worker.Follow(begin)
    reader = JournalReader(journaled.path)
    assert follow._first_lesson() == reader.days()[1][1] - 1
    follow.close()
    reader.close()


def test_a_parent_that_was_killed_within_a_sentence_is_no_fault(journaled: Journaled) -> None:
    begin = msgspec.json.encode(forecast_worker.Place(journaled.hall.plan, str(journaled.folder)))
    answers = BytesIO()
    forecast_worker.serve(BytesIO(begin[:-9]), answers)
    forecast_worker.serve(BytesIO(begin + b'\n{"seq":0,"tick":1,"wall":1}\n{"seq":1,"ti'), answers)
    assert answers.getvalue().count(b"\n") == 1


def test_the_child_ends_with_a_parent_that_was_killed(journaled: Journaled) -> None:
    """Started by a process of its own, which has no time to say good-bye."""
    begin = msgspec.json.encode(forecast_worker.Place(journaled.hall.plan, str(journaled.folder)))
    script = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({WORKER!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        'child.stdin.write(sys.stdin.buffer.readline() + b\'{"seq":1,"tick":1,"wall":1}\\n\')\n'
        "child.stdin.flush()\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdin is not None
    assert parent.stdout is not None
    with parent:
        parent.stdin.write(begin + b"\n")
        parent.stdin.flush()
        child = Path(f"/proc/{int(parent.stdout.readline())}")
        assert child.exists()
        parent.kill()
    eventually(lambda: not child.exists() or b"hall_daemon" not in _command(child), "the child lives on")


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_after_many_quick_kills_it_is_soon_back() -> None:
    timing = Timing()
    again = Backoff(timing.first_retry_s, timing.last_retry_s, timing.stable_s)
    assert max(again.after(held_s) for held_s in [1.0] * 50) <= 10.0
    assert again.after(timing.stable_s) == timing.first_retry_s

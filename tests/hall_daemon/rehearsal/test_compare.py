"""What is shown held against the journal: a difference is found, and equal things are not called one."""

from __future__ import annotations

from pathlib import Path

import msgspec

from device_drivers.simulators.bench import Bench
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.app.published import retained_states
from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import events as e
from hall_daemon.domain.plan import Moment
from hall_daemon.rehearsal.compare import books, truth, wrong_screens, wrong_topics
from hall_daemon.rehearsal.simulated_hall import DEDUPE_MS, Ports, SimulatedHall, build
from hall_daemon.rehearsal.tuesday import tuesday

DAY = "2026-11-24"
NOW = Moment(1_795_480_000_000, 1_795_480_000_000)


def issued(n: int) -> e.TicketIssued:
    return e.TicketIssued(
        ticket=f"{DAY}-A{n:03d}",
        number=f"A{n:03d}",
        day=DAY,
        queue="general",
        count=n,
        services=("enquiry",),
        token=f"token{n}",
        serial=n,
        since=NOW.tick,
        ahead=0,
    )


def simulated_with_journal(folder: Path, *events: e.Event) -> SimulatedHall:
    simulated = build(tuesday().plan, folder, Ports(18080, 18081, 18883), 600.0, "test")
    simulated.settings.data_dir.mkdir()
    journal = Journal(simulated.settings.data_dir / "journal.db")
    journal.append([Recorded(n, NOW.tick, NOW.wall, DAY, "test", event) for n, event in enumerate(events, 1)])
    journal.close()
    return simulated


def test_the_stage_has_a_strip_and_a_pad_at_every_window(tmp_path: Path) -> None:
    simulated = build(tuesday().plan, tmp_path / "stage", Ports(18080, 18081, 18883), 600.0, "test")

    assert simulated.settings.plan == tuesday().plan
    windows = set(simulated.settings.plan.windows)
    assert set(simulated.pads) == set(simulated.settings.bindings.windows["screens"].values()) == windows
    assert all(len(device.screens) <= 8 for device in simulated.bench.devices if device.kind == "aabb-strip")  # type: ignore[union-attr]
    assert simulated.settings.data_dir.parent == simulated.config.parent


def test_wires_are_slow_at_a_slow_speed_only(tmp_path: Path) -> None:
    def options(speed: float) -> tuple[object, object]:
        simulated = build(tuesday().plan, tmp_path / str(speed), Ports(18080, 18081, 18883), speed, "test")
        pads = next(spec for spec in simulated.settings.devices if spec.kind == "ff68-pad")
        assert pads.line is not None
        return pads.line.options["baud"], pads.options["dedupe_ms"]

    assert options(1.0) == (9600, DEDUPE_MS)
    assert options(600.0) == (115_200, 0)


def test_screens_that_show_something_else(tmp_path: Path) -> None:
    simulated = simulated_with_journal(tmp_path / "s", e.DayOpened(DAY, 0), e.WindowOpened("1", "pad:pad-1"))
    hall = truth(simulated.settings.data_dir)
    with Bench(simulated.bench, tmp_path / "devices") as bench:
        wrong = wrong_screens(simulated.settings, hall, bench)

    # Nothing ever drove these strips: all are dark, and all should not be.
    assert {one.where: one.should for one in wrong} == {
        f"strip-{n}": "等候叫号" if n == 1 else "窗口关闭" for n in range(1, 19)
    }


def test_topics_that_are_missing_or_old(tmp_path: Path) -> None:
    simulated = simulated_with_journal(tmp_path / "s", e.DayOpened(DAY, 0), e.WindowOpened("1", "x"), issued(1))
    hall = truth(simulated.settings.data_dir)
    states = retained_states(ViewContext(plan=simulated.settings.plan, epoch=9), hall, 33, NOW)
    heard = {topic: msgspec.json.encode(state) for topic, state in states.items()}

    assert wrong_topics(simulated.settings, hall, heard, NOW) == []

    del heard["hall/v1/district/queues/tax/state"]
    heard["hall/v1/district/windows/1/state"] = heard["hall/v1/district/windows/1/state"].replace(b"open", b"closed")
    wrong = wrong_topics(simulated.settings, hall, heard, NOW)
    assert [(one.where.split("/")[-2], one.is_) for one in wrong] == [("tax", "-"), ("1", "{'status': 'closed'}")]


def test_books(tmp_path: Path) -> None:
    simulated = simulated_with_journal(tmp_path / "s", e.DayOpened(DAY, 0), issued(1), issued(2))

    kept = books(simulated.settings.data_dir, DAY, [f"{DAY}-A001", f"{DAY}-A001", f"{DAY}-A003"])

    assert (kept.report.tickets, kept.events, kept.journal_ok) == (2, 3, True)
    assert kept.lost == [f"{DAY}-A003"]
    assert kept.duplicates == [f"{DAY}-A001"]

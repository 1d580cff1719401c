"""Names, cures and plans of faults."""

from __future__ import annotations

import pytest

from device_drivers.registry import KINDS
from device_drivers.simulation.faults import WIRE, Conditions, PlannedFault, UnknownFault, parse_plan

PAPER = KINDS["escpos-printer"].simulate.faults  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("strips:unplug@5+10", PlannedFault("strips", "unplug", 5.0, 10.0)),
        ("printer-1:paper_out@2.5", PlannedFault("printer-1", "paper_out", 2.5, None)),
        ("pads:silence", PlannedFault("pads", "silence", 0.0, None)),
    ],
)
def test_a_plan_is_read(text: str, planned: PlannedFault) -> None:
    assert parse_plan(text) == planned


@pytest.mark.parametrize("text", ["", "strips", "strips:", "strips:unplug@", "strips:unplug+5", "a b:unplug"])
def test_a_plan_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnknownFault, match=r"for example strips:unplug@5\+10"):
        parse_plan(text)


def test_every_word_is_explained_and_every_cure_cures_something_known() -> None:
    for kind in KINDS.values():
        faults = (*WIRE, *(kind.simulate.faults if kind.simulate else ()))
        names = [fault.name for fault in faults]
        assert len(names) == len(set(names))
        assert all(fault.meaning and fault.words.zh and fault.words.en for fault in faults)
        assert {other for fault in faults for other in (*fault.cures, *fault.replaces)} <= set(names)


def test_a_fault_ends_when_its_time_is_over() -> None:
    conditions = Conditions()
    conditions.apply("silence", 12.0)
    conditions.apply("echo", None)
    assert conditions.next_end_s() == 12.0
    assert conditions.expire(11.9) == []
    assert conditions.left_s(10.0) == {"silence": 2.0, "echo": None}
    assert conditions.expire(12.0) == ["silence"]
    assert "silence" not in conditions
    assert "echo" in conditions


def test_a_cure_takes_its_faults_away_and_does_not_hold_itself() -> None:
    conditions = Conditions(PAPER)
    conditions.apply("paper_near_end", None)
    conditions.apply("paper_out", None)
    assert list(conditions.left_s(0.0)) == ["paper_out"]
    conditions.apply("cover_open", None)
    conditions.apply("paper_ok", None)
    assert list(conditions.left_s(0.0)) == ["cover_open"]
    conditions.clear("cover_open")
    assert conditions.left_s(0.0) == {}


def test_a_strip_has_no_paper() -> None:
    with pytest.raises(UnknownFault, match="no fault 'paper_out' here; choose one of unplug, plug, silence"):
        Conditions().apply("paper_out", None)
    with pytest.raises(UnknownFault, match="no fault 'sulk' here"):
        Conditions().clear("sulk")

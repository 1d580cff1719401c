"""Guides of the platform: checked as the hall's own, shown at once and after the next start, refused where they
contradict themselves; the hall's own stays then."""

from __future__ import annotations

import os
from typing import Any

import pytest

from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.adapters.platform.rig import TASK, Rig, first, own_guide

HOUR_S = 3600


def shown(rig: Rig) -> Any:
    """As a hall that starts now reads it."""
    shelf = read_shelf(rig.settings)
    assert shelf.errors == ()
    return shelf.guides["food"]


def asked(rig: Rig, **said: object) -> tuple[str, tuple[str, ...]]:
    """What became of this guide."""
    rig.platform.guides[TASK] = {**rig.platform.guides[TASK], **said}
    service = rig.service()
    service.step()
    (row,) = service._opened().guides()
    service.stop()
    return row.state, row.told


def test_facts_are_taken_over_and_words_stay(rig: Rig) -> None:
    before = own_guide()
    state, told = asked(
        rig, task_name="食品经营许可", task_version="12", update_date="2026-11-20 08:00:00", promise_day="7",
        promise_type="G", anticipate_day=15, anticipate_type="G", is_fee="0",
        materials=[
            {"material_name": "营业执照", "is_need": "1", "copy_num": 2},
            {"material_name": "房屋平面图", "is_need": "1", "source_type": "20", "source_explain": "不动产登记中心"},
        ],
    )
    assert state == "taken"
    assert rig.shown["food"] == shown(rig), "now, as after the next start"
    assert "materials: form is not on the platform's list" in told
    guide = shown(rig)
    assert (guide.title["zh"], guide.version, guide.dated, guide.code) == ("食品经营许可", 12, "2026-11-20", TASK)
    assert (guide.limits.promised.days, guide.limits.legal.days, guide.fee.charged) == (7, 15, False)
    assert guide.materials["biz_licence"].copies == 2
    new = next(one for key, one in guide.materials.items() if key.startswith("platform_"))
    assert new.name["zh"] == "房屋平面图"
    assert new.issuer["zh"] == "不动产登记中心"
    for kept in ("aliases", "group", "service", "steps", "often_wrong", "faq"):
        assert getattr(guide, kept) == getattr(before, kept)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"promise_day": 30, "anticipate_day": 20}, "more is promised than the law allows"),
        ({"project_type": "1", "promise_day": 9, "anticipate_day": 20}, "done at once takes no days"),
        ({"task_name": ""} | {"update_date": "2026-13-40"}, "dated"),
        ({"task_name": "长" * 200}, "title"),
        ({"materials": [{"material_name": "照片", "is_need": "1", "source_type": "20"}]}, "which office issues it"),
        ({"task_state": "2", "stop_date": "not a day"}, "stopped"),
    ],
)
def test_one_that_contradicts_itself_is_told_and_the_halls_own_stays(
    rig: Rig, said: dict[str, object], complaint: str
) -> None:
    before = shown(rig)
    state, told = asked(rig, **said)
    assert (state, [each for each in told if complaint in each]) == ("faulty", list(told[:1]))
    assert shown(rig) == before
    assert rig.shown == {}


def test_a_guide_is_on_the_disk_before_it_counts_as_taken(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    assert asked(rig, promise_day="7")[0] == "taken"
    folder = rig.folder / "platform"
    assert synced == [str(rig.folder), str(folder / ".food.json.part"), str(folder)]


def test_a_fault_of_the_platform_is_seen_in_health_until_a_good_one_comes(rig: Rig) -> None:
    rig.platform.fault = first(1, "crossed")
    service = rig.service()
    service.step()
    assert "1 guides cannot be taken over" in service.health()["platform"]
    rig.forward(HOUR_S)
    service.step()
    assert service.health()["platform"].startswith("ok")
    assert "1 guides taken over" in service.health()["platform"]
    service.stop()


def test_a_matter_that_is_stopped_and_replaced(rig: Rig) -> None:
    platform = rig.settings.platform
    matters = {**platform.matters, "social-card": "11330102MB-000999"}
    rig.set(matters=matters)
    said = {
        "task_state": "3", "stop_date": "2026-12-01", "stop_reason": "并入社会保障卡",
        "replace_task_code": "11330102MB-000999",
    }
    rig.platform.guides[TASK] = {**rig.platform.guides[TASK], **said}
    service = rig.service()
    service.step()
    rows = {row.matter: row for row in service._opened().guides()}
    service.stop()
    assert (rows["food"].state, rows["social-card"].state) == ("taken", "unknown")
    stopped = shown(rig).stopped
    assert (stopped.since, stopped.text["zh"], stopped.replaced_by) == ("2026-12-01", "并入社会保障卡", "social-card")


@pytest.mark.parametrize(
    "said",
    [
        {"promise_day": True}, {"promise_day": "1e3"}, {"anticipate_type": "?"}, {"materials": "all"},
        {"materials": [{}] * 500}, {"materials": [None, {"material_name": ["x"]}]}, {"task_state": {"a": [1]}},
        {"task_version": "9" * 400}, {"task_name": ["x"]}, {"project_type": "7", "task_type": "zz"},
        {"padding": "x" * 300_000},
    ],
)
def test_nonsense_is_told_and_breaks_nothing(rig: Rig, said: dict[str, object]) -> None:
    state, told = asked(rig, **said)
    assert state in ("taken", "faulty")
    assert told
    assert shown(rig).limits.promised.days > 0

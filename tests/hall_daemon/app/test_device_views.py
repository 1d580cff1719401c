"""A device's condition: a code from what a driver says, words for it, and the windows that do without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from device_drivers.lines.conditions import LINE_CONDITIONS
from device_drivers.ports import Health, LifeState
from device_drivers.registry import KINDS
from hall_daemon.app.device_views import (
    condition,
    device_names,
    device_roles,
    device_view,
    device_windows,
)
from hall_daemon.config.settings import Bindings
from hall_daemon.wire.device_words import ANYWHERE, Role
from tests.hall_daemon.app.small_hall import small_plan

BOUND = Bindings(
    devices={
        "screens": {"s1": "strips", "s2": "strips"}, "pads": {"p2": "pads"},
        "printers": {"printer-1": "printer-1", "printer-2": "printer-2"}, "zones": {"hall": "speaker"},
        "readers": {}, "machines": {},
    },
    windows={"screens": {"s1": "1", "s2": "2"}, "pads": {"p2": "2"}},
)
KIND_OF = {
    "strips": "aabb-strip", "pads": "ff68-pad", "printer-1": "escpos-printer", "printer-2": "escpos-printer",
    "speaker": "speaker",
}


@pytest.mark.parametrize(
    ("state", "said", "code"),
    [
        ("ready", "", ""),
        ("init", "", "starting"),
        ("disconnected", "", "line_down"),
        ("disconnected", "port_missing", "port_missing"),
        ("alert", "", "failed"),
        ("alert", "paper_out", "paper_out"),
        ("ready", "paper_near_end", "paper_near_end"),
        ("stopped", "", "stopped"),
    ],
)
def test_a_condition_is_what_the_driver_says_or_else_its_state(state: LifeState, said: str, code: str) -> None:
    health = Health(device="x", kind="escpos-printer", state=state, detail="prose", code=said)
    assert condition(health) == code
    view = device_view(health, 9.0, role="printer")
    assert (view.code, view.trouble is None) == (code, code == "")


def conditions() -> Iterator[tuple[Role, str, str]]:
    """(role, kind, code) of everything that can be the matter with any device."""
    roles: dict[str, Role] = {
        "screens": "screen", "pads": "pad", "printers": "printer", "zones": "speaker", "readers": "reader",
        "machines": "machine",
    }
    for kind in KINDS.values():
        for code in (*kind.conditions, *LINE_CONDITIONS, *ANYWHERE):
            yield roles[next(iter(kind.parts))], kind.name, code


def test_every_condition_of_every_kind_is_said_in_both_languages() -> None:
    for role, kind, code in conditions():
        view = device_view(
            Health(device="x", kind=kind, state="alert", code=code, facts={"zones": "hall"}), 1.0, role=role
        )
        assert view.trouble is not None
        for said in (view.name, view.trouble.what, view.trouble.means, view.trouble.action)[1:]:
            assert (said["zh"].isascii(), said["en"].isascii()) == (False, True), (kind, code)
            assert said["en"].strip()
    unheard_of = Health(device="x", kind="aabb-strip", state="alert", code="never heard of")
    view = device_view(unheard_of, 1.0, role="screen")
    assert view.trouble is not None
    assert view.trouble.what["en"] == LINE_CONDITIONS["failed"].means.en


def test_what_people_do_meanwhile_comes_first() -> None:
    strips = device_view(Health(device="strips", kind="aabb-strip", state="disconnected"), 1.0, role="screen").trouble
    assert strips is not None
    assert (strips.what["zh"], strips.means["zh"], strips.action["zh"]) == (
        "未连接", "叫号不上屏", "请口头叫号，并检查电源和连接线",
    )
    assert strips.action["en"] == "Call people by voice; check power and cable"
    printer = device_view(
        Health(device="p", kind="escpos-printer", state="alert", code="paper_out"), 1.0, role="printer"
    ).trouble
    assert printer is not None
    said = (printer.what["zh"], printer.means["zh"], printer.action["zh"])
    assert said == ("缺纸", "取号没有小票，号码有效", "请装新纸卷")
    near = device_view(
        Health(device="p", kind="escpos-printer", state="ready", code="paper_near_end"), 1.0, role="printer"
    ).trouble
    assert near is not None
    assert (near.urgent, near.means["zh"]) == (False, "小票照常")


def test_a_device_says_for_how_long_and_which_windows_do_without_it() -> None:
    roles = device_roles(BOUND)
    printers = {"printer-1": "printer", "printer-2": "printer"}
    assert roles == {**printers, "strips": "screen", "pads": "pad", "speaker": "speaker"}
    windows = device_windows(small_plan(windows=3), BOUND)
    assert windows == {"strips": ("1", "2"), "pads": ("2",), "speaker": ("1", "2", "3")}
    view = device_view(
        Health(
            device="strips",
            kind="aabb-strip",
            state="disconnected",
            detail="no such port",
            since_s=100.0,
            reported_s=90.0,
        ),
        340.5,
        role=roles["strips"],
        windows=windows["strips"],
    )
    assert view.trouble is not None
    assert (view.age_s, view.trouble.since_s, view.trouble.urgent, view.windows) == (250, 240, True, ("1", "2"))


def test_several_of_a_kind_are_told_apart() -> None:
    names = device_names(device_roles(BOUND), KIND_OF)
    said = (names["printer-2"]["zh"], names["strips"]["zh"], names["speaker"]["en"])
    assert said == ("打印机 printer-2", "窗口屏", "Voice")

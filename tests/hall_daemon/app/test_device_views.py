"""A device's condition: a code from what a driver says, words for it, and the windows that do without it."""

from __future__ import annotations

from typing import get_args

import pytest

from device_drivers.ports import Health, LifeState, PrinterStatus
from hall_daemon.app.device_views import condition, device_names, device_roles, device_view, device_windows
from hall_daemon.config.settings import Bindings
from hall_daemon.wire.device_words import ANYWHERE, DEVICE_WORDS, ROLES, Role, device_words
from tests.hall_daemon.app.small_hall import small_plan

BOUND = Bindings(
    screens={"s1": "1", "s2": "2"}, pads={"p2": "2"}, screen_devices={"s1": "strips", "s2": "strips"},
    pad_devices={"p2": "pads"}, printers=("printer-1", "printer-2"), zones={"hall": "speaker"},
)  # fmt: skip
WELL = PrinterStatus(True, "ok")


@pytest.mark.parametrize(
    ("state", "detail", "status", "code"),
    [
        ("ready", "", None, ""),
        ("ready", "", WELL, ""),
        ("init", "", None, "starting"),
        ("disconnected", "no such port", None, "line_down"),
        ("disconnected", "no such port", WELL, "line_down"),
        ("alert", "ValueError: a bug", None, "failed"),
        ("alert", "paper out", PrinterStatus(True, "out"), "paper_out"),
        ("alert", "cover open", PrinterStatus(False, "out", cover_open=True), "cover_open"),
        ("alert", "stopped by an error", PrinterStatus(False, "ok", error=True), "error"),
        ("alert", "offline", PrinterStatus(False, "ok"), "offline"),
        ("alert", "does not answer", PrinterStatus(None, "unknown"), "silent"),
        ("alert", "took the last slip", WELL, "unconfirmed"),
        ("ready", "paper near its end", PrinterStatus(True, "near_end"), "paper_near_end"),
    ],
)
def test_a_condition_is_a_code(state: LifeState, detail: str, status: PrinterStatus | None, code: str) -> None:
    health = Health("x", "any", state, detail)
    assert condition(health, status) == code
    view = device_view(health, 9.0, role="printer" if status else "screen", status=status)
    assert (view.code, view.trouble is None) == (code, code == "")


def test_every_condition_of_every_role_is_said_in_both_languages() -> None:
    for role in get_args(Role):
        assert (ROLES[role].zh.isascii(), ROLES[role].en.isascii()) == (False, True)
        for state in get_args(LifeState):
            code = condition(Health("x", "any", state, "detail"), None)
            for said in device_words(role, code)[1:] if code else ():
                assert (said.zh.isascii(), said.en.isascii()) == (False, True)
                assert said.en.strip()
    assert not {code for _, code in DEVICE_WORDS} & ANYWHERE.keys()
    assert device_words("speaker", "never heard of") == device_words("speaker", "failed")


def test_a_device_says_for_how_long_and_which_windows_do_without_it() -> None:
    roles = device_roles(BOUND)
    printers = {"printer-1": "printer", "printer-2": "printer"}
    assert roles == {**printers, "strips": "screen", "pads": "pad", "speaker": "speaker"}
    windows = device_windows(small_plan(windows=3), BOUND)
    assert windows == {"strips": ("1", "2"), "pads": ("2",), "speaker": ("1", "2", "3")}
    view = device_view(
        Health("strips", "aabb-strip", "disconnected", "no such port", 100.0, 90.0), 340.5,
        role=roles["strips"], windows=windows["strips"],
    )  # fmt: skip
    assert view.trouble is not None
    assert (view.age_s, view.trouble.since_s, view.trouble.urgent, view.windows) == (250, 240, True, ("1", "2"))


def test_several_of_a_kind_are_told_apart() -> None:
    names = device_names(device_roles(BOUND))
    assert (names["printer-2"].zh, names["strips"].zh, names["speaker"].en) == ("打印机 printer-2", "窗口屏", "Voice")

"""What windows and states are called, in every sentence that names one."""

from __future__ import annotations

from typing import get_args

import pytest

from hall_daemon.domain.ticket import State
from hall_daemon.wire.problems import PROBLEMS, detail, problem
from hall_daemon.wire.texts import staff_name, window_name
from hall_daemon.words.tables import tables


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [("1", "1号窗口", "Window 1"), ("A12", "A12号窗口", "Window A12"), ("综合窗口", "综合窗口", "综合窗口")],
)
def test_a_window_is_called_by_its_number_or_by_its_own_words(label: str, zh: str, en: str) -> None:
    assert (window_name(label)["zh"], window_name(label)["en"]) == (zh, en)


def test_every_state_has_words() -> None:
    assert tables().under("ticket.state").keys() == set(get_args(State))


@pytest.mark.parametrize("code", [code for code in PROBLEMS if "{at}" in detail(code)["zh"]])
def test_a_refusal_names_a_window_as_people_do(code: str) -> None:
    said = problem(code, {"window": "1", "number": "A001", "service": "tax"})
    assert "1号窗口" in said.detail_zh
    assert "Window 1" in said.detail


@pytest.mark.parametrize("code", ["not_now", "ticket_over"])
def test_a_refusal_says_a_state_in_words(code: str) -> None:
    said = problem(code, {"number": "A001", "state": "cancelled"})
    assert "已取消" in said.detail_zh
    assert "cancelled" not in said.detail_zh
    assert "cancelled" in said.detail


def test_no_words_of_a_problem_put_a_bare_number_before_a_window() -> None:
    bare = [code for code in PROBLEMS if "{window} 窗口" in detail(code)["zh"] or "{window}" in detail(code)["en"]]
    assert bare == ["unknown_window"]


@pytest.mark.parametrize(("staff", "zh", "en"), [
    ("1024", "工号 1024 ", "staff 1024"), ("pad:pad-1", "呼叫器", "a caller pad"),
])
def test_a_caller_pad_is_no_number_of_the_staff(staff: str, zh: str, en: str) -> None:
    assert (staff_name(staff)["zh"], staff_name(staff)["en"]) == (zh, en)


@pytest.mark.parametrize(("left_ms", "after_s"), [(1, 1), (999, 1), (1000, 1), (1001, 2)])
def test_nobody_is_asked_to_come_back_at_once(left_ms: int, after_s: int) -> None:
    assert problem("busy", {"retry_after_ms": left_ms}).retry_after_s == after_s

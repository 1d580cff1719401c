"""Forecast, one more window and efficiency over HTTP: each as documented, from whoever answers for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hall_daemon.adapters.http.dependencies import NoFigures
from hall_daemon.app.efficiency_view import efficiency_view
from hall_daemon.app.forecast_view import forecast_data
from hall_daemon.app.view_context import ViewContext
from hall_daemon.prediction.learn.day_profile import Count
from hall_daemon.prediction.reports.efficiency import efficiency
from hall_daemon.prediction.reports.forecast import DayForecast, Forecast, QueueDay, Slot
from hall_daemon.prediction.waits.wait_estimate import Range
from hall_daemon.wire.figures import OneMoreView
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall, small_plan

PLAN = small_plan()
SLOTS = (
    Slot(510, 540, Count(2, 4, 7), 3, Range(0, 120, 600)), Slot(540, 570, Count(3, 6, 9), None, "too_little_seen"),
)
MADE = forecast_data(
    PLAN,
    Forecast(
        (
            DayForecast(
                day="2026-11-23",
                reason="",
                people=Count(5, 10, 16),
                slots=SLOTS,
                queues={"tax": QueueDay(Count(1, 2, 3), SLOTS)},
                quietest=(0,),
            ),
            DayForecast(day="2026-11-24", reason="too_little_seen"),
        ),
        None,
        12,
    ),
    1_795_400_000_000,
)


class Figures:
    """Answers with what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.away = ""

    def __call__(self, *words: str) -> bytes:
        self.asked.append(words)
        assert threading.current_thread().name.startswith("http-figures")
        if self.away:
            raise NoFigures(self.away)
        if words[0] == "one-more-window":
            return msgspec.json.encode(OneMoreView(1, "2026-11-23T01:00:00.000Z", 0, ()))
        if words[0] == "efficiency":
            return msgspec.json.encode(efficiency_view(PLAN, efficiency([], "week", "2026-11-01", "2026-11-20")))
        return b"<svg/>" if words[0].endswith("svg") else b"row,service\r\n"


FIGURES = Figures()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    views = ViewContext(plan=PLAN, epoch=7, forecast=lambda: MADE)
    with live_hall(tmp_path_factory.mktemp("hall"), PLAN, views=views, figures=FIGURES) as running:
        yield running


@pytest.fixture
def staff(hall: LiveHall) -> Iterator[CheckedClient]:
    FIGURES.asked.clear()
    FIGURES.away = ""
    client = CheckedClient(hall.staff.url)
    yield client
    client.close()


@pytest.fixture
def public(hall: LiveHall) -> Iterator[CheckedClient]:
    client = CheckedClient(hall.public.url)
    yield client
    client.close()


def test_the_forecast_is_public_in_one_envelope(staff: CheckedClient, public: CheckedClient) -> None:
    for client in (staff, public):
        found = client.get("/api/v1/forecast").json()
        assert (found["version"], found["ttl"]) == (1, 300)
        data = found["data"]
        assert (data["hall"], data["unknown"], data["seen"]) == ("north", None, 12)
        assert data["made_at"].endswith("Z")
        first, second = data["days"]
        assert first["slots"][0] == {
            "begins": "08:30", "ends": "09:00", "people": {"p10": 2, "p50": 4, "p90": 7}, "came": 3,
            "wait": {"p10_s": 0, "p50_s": 120, "p90_s": 600},
        }
        assert first["slots"][1]["wait"] == {"unknown": "too_little_seen"}
        assert first["queues"]["tax"]["per_slot"][1] == {"p10": 3, "p50": 6, "p90": 9}
        assert (second["unknown"], second["slots"]) == ("too_little_seen", [])


def test_without_anybody_who_forecasts_it_says_so(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall") as running:
        client = CheckedClient(running.public.url)
        data = client.get("/api/v1/forecast").json()["data"]
        assert (data["unknown"], data["made_at"], data["days"]) == ("predictor_away", None, [])
        client.close()


def test_one_more_window(staff: CheckedClient) -> None:
    assert staff.get("/api/v1/one-more-window").json()["waiting"] == 0
    assert FIGURES.asked == [("one-more-window",)]


def test_efficiency_in_three_shapes(staff: CheckedClient) -> None:
    query = "?from=2026-11-01&to=2026-11-20&by=day&service=tax"
    assert staff.get("/api/v1/efficiency" + query).json()["by"] == "week"
    table = staff.get("/api/v1/efficiency.csv" + query)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "efficiency.csv" in table.headers["content-disposition"]
    picture = staff.get("/api/v1/efficiency.svg" + query)
    assert picture.headers["content-type"] == "image/svg+xml"
    assert FIGURES.asked == [
        (kind, "2026-11-01", "2026-11-20", "day", "tax") for kind in ("efficiency", "efficiency.csv", "efficiency.svg")
    ]
    staff.get("/api/v1/efficiency?from=&to=&by=&service=")
    assert FIGURES.asked[-1] == ("efficiency", "", "", "week", "")


@pytest.mark.parametrize(("query", "code", "why"), [
    ("from=2026-13-01", "bad_field", "from is a date as 2026-11-20"),
    ("to=yesterday", "bad_field", "to is a date"),
    ("to=20261120", "bad_field", "to is a date"),
    ("to=2026-W47-5", "bad_field", "to is a date"),
    ("from=2026-11-20&to=2026-11-01", "bad_field", "comes after"),
    ("by=hour", "bad_field", "by is one of day, week, month"),
    ("service=dance", "unknown_service", "idcard"),
])
def test_what_cannot_be_asked(staff: CheckedClient, query: str, code: str, why: str) -> None:
    answer = staff.get(f"/api/v1/efficiency?{query}")
    assert answer.json()["code"] == code
    assert why in answer.text
    assert FIGURES.asked == []


def test_no_figures_now(staff: CheckedClient) -> None:
    FIGURES.away = "others are being answered"
    answer = staff.get("/api/v1/efficiency.csv")
    assert (answer.status_code, answer.json()["code"]) == (503, "figures_away")
    assert "others are being answered" in answer.json()["detail"]


def test_the_figures_of_staff_are_not_public(public: CheckedClient) -> None:
    for path in ("efficiency", "efficiency.csv", "efficiency.svg", "one-more-window"):
        assert public.get(f"/api/v1/{path}").status_code == 404

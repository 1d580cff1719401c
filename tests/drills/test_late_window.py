"""A morning on which the window is not open yet: answer, slip and phone say one thing, and not the next shift."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hall_daemon.wire.waits import unknown_wait
from tests.drills.stand import Hall, Stand, wait_until
from tests.drills.test_promises import KNOWN_S, of_phone

AT = "2026-11-24T08:31"
PRINTED_S = 15.0
# What a page may have counted down since the draw.
COUNTED_S = 20
# Window 3 is planned from half past eight; nobody is at 1, 2 and 4, and nothing says that anybody comes.
HALL = """
[hours]
tue = ["08:30-12:00", "14:00-17:30"]

[services.two]
name = { zh = "补换领", en = "Two" }
queue = "a"

[services.pension]
name = { zh = "养老", en = "Pension" }
queue = "a"

[windows.3]
label = "3"
yes = ["two"]
shifts = ["08:30-12:00", "14:00-17:30"]

[windows.4]
label = "4"
yes = ["pension"]

[priority_reasons]
elderly = { zh = "老年人", en = "Elderly person" }
"""


def draw(hall: Hall, service: str, **more: str) -> dict[str, Any]:
    answer = hall.post("tickets", {"service": service, "printer": "printer-1", **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def same(told: dict[str, Any], later: dict[str, Any]) -> bool:
    return told.keys() == later.keys() and all(
        told[key] == later[key] if key == "unknown" else 0 <= told[key] - later[key] <= COUNTED_S for key in told
    )


def slip_words(wait: dict[str, Any]) -> str:
    if "unknown" in wait:
        return unknown_wait(wait["unknown"])["zh"]
    return f"预计等候 {wait['p10_s'] // 60}–{-(-wait['p90_s'] // 60)} 分钟"


def test_a_window_that_is_late_is_awaited_and_nothing_else_is_promised(tmp_path: Path) -> None:
    with Stand(tmp_path, mqtt="off", tail=HALL) as stand, stand.hall("--at", AT) as hall:

        def queue() -> dict[str, Any]:
            return dict(hall.get("queues/a")["queue"]["wait"])

        before = wait_until(lambda: "p50_s" in queue() and queue(), KNOWN_S, "the forecast")
        assert 60 < before["p50_s"] < before["p90_s"] < 3600
        pension = draw(hall, "pension")
        elderly = draw(hall, "two", **{"class": "priority", "class_reason": "elderly"})
        wait_until(lambda: queue()["p50_s"] > before["p50_s"], KNOWN_S, "a forecast that knows of them")
        pages = [of_phone(hall, ticket["token"]) for ticket in (pension, elderly)]
        wait_until(lambda: len(stand.slips()) == 2, PRINTED_S, "the slips")
        slips = stand.slips()
    assert pension["wait"] == {"unknown": "no_window_open"}
    assert 60 < elderly["wait"]["p50_s"] < elderly["wait"]["p90_s"] < 3600
    for ticket, page, slip in zip((pension, elderly), pages, slips, strict=True):
        assert same(ticket["wait"], page), (ticket["wait"], page)
        assert slip_words(ticket["wait"]) in slip

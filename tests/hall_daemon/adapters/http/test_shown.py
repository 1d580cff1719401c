"""What screens should show and what they took, over HTTP."""

from __future__ import annotations

from tests.hall_daemon.adapters.http.checked import CheckedClient


def test_desired_stands_beside_reported_with_its_age(staff: CheckedClient) -> None:
    [strip] = staff.get("/api/v1/screens").json()["screens"]
    assert (strip["id"], strip["device"], strip["window"]) == ("strip-1", "strips", "1")
    assert strip["desired"] == {"text": "请A001号办理", "lit": True}
    assert (strip["reported"], strip["age_s"]) == ({"text": "等候叫号", "lit": False}, 7)

"""What the three administrators ask: accounts, machines, the audit log with its days, pages and chain."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hall_daemon.adapters.accounts.oidc import OidcProvider
from hall_daemon.adapters.http import accounts
from hall_daemon.config.settings import Oidc
from hall_daemon.words.tables import tables
from tests.hall_daemon.adapters.http.admins import administrator
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[LiveHall]:
    with live_hall(tmp_path / "hall", gated=True) as running:
        yield running


class Asked:
    """An administrator with a browser."""

    def __init__(self, hall: LiveHall, role: str) -> None:
        self._hall = hall
        now = hall.clock.now().wall
        self.browser = administrator(hall.staff.url, hall.accounts.roster, f"the-{role}", (role,), now)

    def get(self, path: str, **query: object) -> requests.Response:
        self._hall.accounts.access.audit.write()
        return self.browser.get(f"{self._hall.staff.url}/api/v1/{path}", params=query, timeout=5)

    def post(self, path: str, body: dict[str, object]) -> requests.Response:
        return self.browser.post(f"{self._hall.staff.url}/api/v1/{path}", json=body, timeout=5)

    def rows(self, **query: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("audit", **query).json()["entries"]
        return found


def test_the_list_says_what_a_role_may_which_stay_apart_and_what_windows_are_called(hall: LiveHall) -> None:
    said = Asked(hall, "security_admin").get("accounts").json()
    assert said["roles"]["auditor"] == ["audit"]
    assert said["apart"] == ["auditor", "security_admin", "system_admin"]
    assert said["windows"] == {"1": "1", "2": "2", "3": "3"}


@pytest.mark.parametrize("roles", [["auditor", "system_admin"], ["auditor", "window"]])
def test_that_three_stay_apart_is_said_in_both_languages(hall: LiveHall, roles: list[str]) -> None:
    answer = Asked(hall, "security_admin").post("accounts", {"number": "1024", "roles": roles})
    assert (answer.status_code, answer.json()["code"]) == (422, "roles_apart")
    assert "三员分立" in answer.json()["detail_zh"]
    assert hall.accounts.access.store.numbered("1024") is None


def test_a_card_is_one_person_s(hall: LiveHall) -> None:
    asked = Asked(hall, "security_admin")
    one, two = (
        asked.post("accounts", {"number": number, "roles": ["window"]}).json()["account"]["id"] for number in "12"
    )
    assert asked.post(f"accounts/{one}", {"card": "04AABB"}).json()["card"] is True
    assert asked.post(f"accounts/{one}", {"card": "04AABB"}).status_code == 200, "it is the own one"
    refused = asked.post(f"accounts/{two}", {"card": "04AABB"})
    assert (refused.status_code, refused.json()["code"]) == (409, "card_taken")
    assert "工号 1 名下" in refused.json()["detail_zh"]
    assert asked.post(f"accounts/{one}", {"card": ""}).json()["card"] is False
    assert asked.post(f"accounts/{two}", {"card": "04AABB"}).status_code == 200


def test_a_right_that_is_missing_is_called_by_its_name(hall: LiveHall) -> None:
    refused = Asked(hall, "auditor").get("accounts")
    assert refused.json()["detail_zh"] == "您没有这项权限（账号与角色）"


def test_the_audit_log_is_searched_by_work_number_and_newest_first(hall: LiveHall) -> None:
    asked = Asked(hall, "security_admin")
    asked.post("accounts", {"number": "1024", "roles": ["window"]})
    auditor = Asked(hall, "auditor")
    rows = auditor.rows(words="1024")
    assert [(row["what"], row["number"], row["about_number"]) for row in rows] == [
        ("give_role", "the-security_admin", "1024/window"), ("add_account", "the-security_admin", "1024"),
    ]
    assert [row["what"] for row in auditor.rows(words="the-security_admin log_in")] == ["log_in"]
    every = [row["seq"] for row in auditor.rows()]
    assert every == sorted(every, reverse=True)
    assert auditor.rows(words="nothing-such") == []


def test_it_is_read_page_by_page_to_its_end(hall: LiveHall) -> None:
    auditor = Asked(hall, "auditor")
    for n in range(250):
        hall.accounts.access.audit.note("tool:t", "flood", str(n))
    said = auditor.get("audit", words="flood").json()
    found = [row["about"] for row in said["entries"]]
    while said["more"]:
        said = auditor.get("audit", words="flood", before=said["entries"][-1]["seq"]).json()
        found += [row["about"] for row in said["entries"]]
    assert found == [str(n) for n in reversed(range(250))]


def test_a_day_is_the_hall_s_own(tmp_path: Path) -> None:
    clock = HandClock(23.5)
    with live_hall(tmp_path / "hall", gated=True, clock=clock) as hall:
        audit = hall.accounts.access.audit
        audit.note("tool:clock", "late")
        clock.forward(3600)
        audit.note("tool:clock", "early")
        auditor = Asked(hall, "auditor")
        assert [row["what"] for row in auditor.rows(day="2026-11-23")] == ["late"]
        assert [row["what"] for row in auditor.rows(day="2026-11-24", words="tool:clock")] == ["early"]


@pytest.mark.parametrize("query", [
    {"day": "2026-11-31"}, {"day": "yesterday"}, {"day": "20261123"}, {"day": "9999-12-31"}, {"before": "x"},
    {"after": "-1"}, {"before": "9" * 30}, {"before": "\u0663"},
])
def test_what_cannot_be_looked_for_is_said(hall: LiveHall, query: dict[str, str]) -> None:
    answer = Asked(hall, "auditor").get("audit", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")


def test_that_the_chain_holds_or_where_it_breaks(hall: LiveHall) -> None:
    auditor = Asked(hall, "auditor")
    for n in range(5):
        hall.accounts.access.audit.note("tool:t", f"act-{n}")
    whole = auditor.get("audit/chain").json()
    assert whole == {"rows": len(auditor.rows()) - 1, "broken_at": 0}, "the asking itself is a row"
    row = auditor.rows(words="act-2")[0]["seq"]
    with sqlite3.connect(hall.folder / "audit.db") as conn:
        conn.execute("UPDATE rows SET body = replace(body, 'act-2', 'act-9') WHERE seq = ?", (row,))
    conn.close()
    assert auditor.get("audit/chain").json() == {"rows": row - 1, "broken_at": row}
    assert [each["what"] for each in auditor.rows(words="act-9")] == ["act-9"], "it can still be looked at"


def test_a_log_that_cannot_be_read_is_said(hall: LiveHall) -> None:
    auditor = Asked(hall, "auditor")
    auditor.rows()
    with sqlite3.connect(hall.folder / "audit.db") as conn:
        conn.execute("UPDATE rows SET body = 'x' WHERE seq = 1")
    conn.close()
    for path in ("audit", "audit.csv", "audit/chain"):
        assert auditor.get(path).json()["code"] == "audit_broken"


def test_the_export_is_whole_notes_itself_and_holds_no_formula(
    hall: LiveHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = Asked(hall, "auditor")
    for n in range(1200):
        hall.accounts.access.audit.note("-1+1", "flood", str(n))
    rows = list(csv.DictReader(io.StringIO(auditor.get("audit.csv", words="flood").text)))
    assert [row["about"] for row in rows] == [str(n) for n in range(1200)]
    assert rows[0]["who"] == "'-1+1"
    assert auditor.rows(words="exportAudit")[0]["number"] == "the-auditor"
    monkeypatch.setattr(accounts, "MOST_EXPORTED", 1000)
    refused = auditor.get("audit.csv")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_field")


def test_nobody_resets_oneself(hall: LiveHall) -> None:
    asked = Asked(hall, "security_admin")
    mine = asked.get("accounts").json()["accounts"][0]["id"]
    assert asked.post(f"accounts/{mine}/reset", {}).json()["code"] == "own_account"
    assert asked.get("accounts").status_code == 200, "still logged in"


@pytest.mark.parametrize("right", ["appoint", "audit", "configure", "signed_in", "see_person", "review"])
def test_no_tool_gets_what_the_three_do(hall: LiveHall, right: str) -> None:
    answer = Asked(hall, "system_admin").post("machines", {"name": "tool-1", "role": "tool", "more": [right]})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")
    assert not hall.accounts.access.store.machines


def test_whatever_is_noted_has_a_word_on_the_auditor_s_page(tmp_path: Path) -> None:
    provider = OidcProvider(Oidc(issuer="https://sso.example"), now=lambda: 0, monotonic=time.monotonic)
    with live_hall(tmp_path / "hall", gated=True, oidc=provider) as hall:
        document = requests.get(f"{hall.staff.url}/api/v1/openapi.json", timeout=5).json()
    asked = {each["operationId"] for path in document["paths"].values() for each in path.values()}
    folder = Path(accounts.__file__).parent.parent / "accounts"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    acts = {*re.findall(r'note\([^\n]*?, "([a-z_]+)"', source), *re.findall(r'"([a-z]+_account)"', source)}
    assert {"log_in", "add_account", "start"} <= acts
    acts = {*acts, "lost", "refusals"} - {"own_account", "unknown_account"}
    assert tables().under("page.audit.act").keys() == asked | acts


def test_nobody_is_bound_to_a_window_that_is_none(hall: LiveHall) -> None:
    asked = Asked(hall, "security_admin")
    body: dict[str, object] = {"number": "1024", "roles": ["window", "window"], "windows": ["99"]}
    assert asked.post("accounts", body).json()["code"] == "unknown_window"
    added = asked.post("accounts", {**body, "windows": ["1"]}).json()["account"]
    assert added["roles"] == ["window"]
    assert asked.post(f"accounts/{added['id']}", {"windows": ["1", "99"]}).json()["code"] == "unknown_window"


def test_the_auditor_sees_which_rights_a_tool_was_given(hall: LiveHall) -> None:
    body: dict[str, object] = {"name": "tool-1", "role": "tool", "more": ["call", "draw"]}
    assert Asked(hall, "system_admin").post("machines", body).status_code == 200
    rows = Asked(hall, "auditor").rows(words="give_right")
    assert [row["about"] for row in rows] == ["tool-1/draw", "tool-1/call"]


def test_the_auditor_sees_who_was_made_what(hall: LiveHall) -> None:
    asked = Asked(hall, "security_admin")
    made = asked.post("accounts", {"number": "1024", "roles": ["window"]}).json()["account"]["id"]
    changed: dict[str, object] = {"roles": ["guide"], "windows": ["2", "3"], "card": "04AABB"}
    assert asked.post(f"accounts/{made}", changed).status_code == 200
    auditor = Asked(hall, "auditor")
    rows = auditor.rows(words="1024/")
    assert [(row["what"], row["about_number"]) for row in rows] == [
        ("bind_windows", "1024/2+3"), ("take_role", "1024/window"), ("give_role", "1024/guide"),
        ("give_role", "1024/window"),
    ]
    assert [row["about"] for row in auditor.rows(words="give_card")] == [made]

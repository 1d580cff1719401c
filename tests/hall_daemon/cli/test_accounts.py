"""`hall staff` and `hall machine`: what they give, take and refuse, also beside a hall that runs; audited."""

from __future__ import annotations

import json
import os
import pwd
import re
from pathlib import Path

import pytest
import requests

from hall_daemon.adapters.accounts.audit import EVERYTHING, find
from tests.hall_daemon.adapters.http.halls import live_hall
from tests.hall_daemon.cli.words import Said, hall, program


def test_what_is_given_and_taken_is_audited(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path), "--json")
    credential = json.loads(hall("machine", "add", "kiosk-1", *data).out)["credential"]
    hall("machine", "remove", "kiosk-1", *data)
    account = json.loads(hall("staff", "add", "1024", "--role", "window", *data).out)["id"]
    for what in ("disable", "enable", "reset"):
        assert hall("staff", what, "1024", *data).code == 0
    refused = hall("staff", "add", "1025", "--role", "kiosk", *data)
    assert refused.code == 1
    whose = f"user:{pwd.getpwuid(os.getuid()).pw_name}"
    rows = find(tmp_path / "audit.db", EVERYTHING, 100, str)
    assert {(row.who, row.origin) for row in rows} == {("tool:hall", whose)}
    assert [(row.what, row.about) for row in rows] == [
        ("add_machine", "kiosk-1"), ("remove_machine", "kiosk-1"), ("add_account", account),
        ("give_role", f"{account}/window"),
        ("disable_account", account), ("change_account", account), ("reset_account", account),
    ]
    assert credential.partition(".")[2].encode() not in (tmp_path / "audit.db").read_bytes()


def on(folder: Path, *words: str) -> Said:
    return hall(*words, "--data", str(folder))


def test_people_are_invited_changed_and_listed(tmp_path: Path) -> None:
    roles, windows = ("--role", "window", "--role", "guide"), ("--window", "1", "--window", "2")
    added = on(tmp_path, "staff", "add", "1024", *roles, *windows)
    assert added.code == 0
    assert re.fullmatch(r"1024 sets a password at http\S+/invitation#\S{43} \(once, within a day\)\n", added.out)
    assert on(tmp_path, "staff", "list").out == "1024  window, guide  1 2  invited\n"
    assert on(tmp_path, "staff", "roles", "1024", "--role", "shift_leader").out == "1024  shift_leader  1 2  invited\n"
    assert on(tmp_path, "staff", "roles", "1024", "--none").out == "1024  shift_leader  invited\n"
    assert on(tmp_path, "staff", "disable", "1024").out == "1024  shift_leader  disabled\n"
    assert on(tmp_path, "staff", "enable", "1024").out == "1024  shift_leader  invited\n"
    on(tmp_path, "staff", "add", "1001", "--role", "window")
    said = on(tmp_path, "staff", "list", "--json").json["accounts"]
    assert [(each["number"], each["roles"], each["windows"], each["disabled"], each["invited"]) for each in said] == [
        ("1001", ["window"], [], False, True), ("1024", ["shift_leader"], [], False, True),
    ]
    first, second = (on(tmp_path, "staff", "reset", "1024", "--json").json["link"] for _ in range(2))
    assert first != second


def test_a_staff_card_is_taken_from_standard_input_and_kept_as_a_hash(tmp_path: Path) -> None:
    def card(said: str, number: str = "1024", *more: str) -> Said:
        return hall("staff", "card", number, *more, "--data", str(tmp_path), stdin=said)

    def has_card() -> list[bool]:
        return [each["card"] for each in on(tmp_path, "staff", "list", "--json").json["accounts"]]

    for number in ("1024", "1025"):
        on(tmp_path, "staff", "add", number, "--role", "window")
    assert card("04AABBCC\n").code == 0
    assert has_card() == [True, False]
    assert [path.name for path in tmp_path.iterdir() if b"04AABBCC" in path.read_bytes()] == []
    taken = card("04AABBCC\n", "1025")
    assert (taken.code, "1024" in taken.err) == (1, True)
    assert [card(said).code for said in ("", "\n", "x" * 65)] == [2, 2, 2]
    assert card("", "1024", "--none").code == 0
    assert has_card() == [False, False]


def test_machines_are_added_twice_and_removed(tmp_path: Path) -> None:
    first = on(tmp_path, "machine", "add", "kiosk-1").out.strip()
    assert re.fullmatch(r"kiosk-1\.\S{43}", first)
    second = on(tmp_path, "machine", "add", "kiosk-1", "--json").json
    assert second["name"] == "kiosk-1"
    assert second["credential"] != first
    on(tmp_path, "machine", "add", "city-feed", "--role", "tool", "--right", "look")
    assert on(tmp_path, "machine", "list").out == "city-feed  tool  look\nkiosk-1  kiosk\n"
    assert on(tmp_path, "machine", "list", "--json").json == {
        "machines": [{"name": "city-feed", "role": "tool"}, {"name": "kiosk-1", "role": "kiosk"}]
    }
    assert on(tmp_path, "machine", "remove", "kiosk-1").code == 0
    assert on(tmp_path, "machine", "list").out == "city-feed  tool  look\n"


@pytest.mark.parametrize(("words", "code", "advice"), [
    (("staff", "add"), 2, "hall staff add 1024"),
    (("staff", "add", "1024"), 1, "at least one role"),
    (("staff", "add", "1024", "--role", "boss"), 1, "shift_leader"),
    (("staff", "add", "1024", "--role", "auditor", "--role", "system_admin"), 1, "三员分立"),
    (("staff", "add", "known", "--role", "window"), 1, "known"),
    (("staff", "add", "KNOWN", "--role", "window"), 1, "KNOWN"),
    (("staff", "add", "李四", "--role", "window"), 1, "letters"),
    (("staff", "add", "1" * 33, "--role", "window"), 1, "letters"),
    (("staff", "add", "1024\n", "--role", "window"), 1, "letters"),
    (("staff", "add", "", "--role", "window"), 2, "hall staff add 1024"),
    (("staff", "reset", "4711"), 1, "hall staff list"),
    (("staff", "disable", "4711"), 1, "hall staff list"),
    (("staff", "roles", "known"), 2, "hall staff roles known --role"),
    (("staff", "roles", "known", "--window", "99"), 1, "window 99"),
    (("staff", "add", "1024", "--role", "window", "--window", "99"), 1, "window 99"),
    (("staff", "fire", "known"), 2, "choose from"),
    (("machine", "add"), 2, "hall machine add kiosk-1"),
    (("machine", "add", "x", "--role", "window"), 1, "kiosk"),
    (("machine", "add", "fridge-1"), 1, "kiosk"),
    (("machine", "add", "kiosk-2", "--right", "call"), 1, "call"),
    (("machine", "add", "tool-1", "--right", "fly"), 1, "fly"),
    (("machine", "add", "a b", "--role", "kiosk"), 1, "letters"),
    (("machine", "add", "hall", "--role", "tool"), 1, "own name"),
    (("machine", "add", "command-line", "--role", "tool"), 1, "own name"),
    (("machine", "remove", "kiosk-9"), 1, "kiosk-9"),
])
def test_bad_input_says_what_to_do_and_changes_nothing(
    tmp_path: Path, words: tuple[str, ...], code: int, advice: str
) -> None:
    on(tmp_path, "staff", "add", "known", "--role", "window")
    before = on(tmp_path, "staff", "list", "--json").out, on(tmp_path, "machine", "list").out
    said = on(tmp_path, *words)
    assert said.code == code, said
    assert advice in said.err
    assert "Traceback" not in said.err
    assert (on(tmp_path, "staff", "list", "--json").out, on(tmp_path, "machine", "list").out) == before


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    said = on(tmp_path / "nowhere", "staff", "list")
    assert (said.code, "start the hall once" in said.err) == (5, True)
    on(tmp_path, "staff", "list")
    (tmp_path / "accounts.db").chmod(0o644)
    said = on(tmp_path, "staff", "list")
    assert (said.code, "chmod 600" in said.err) == (5, True)


def test_beside_a_hall_that_runs_it_holds_within_a_second(tmp_path: Path) -> None:
    """The hall keeps accounts in memory; what another process writes it sees."""
    with live_hall(tmp_path / "data", gated=True) as running:
        folder, url = tmp_path / "data", running.staff.url
        link = on(folder, "staff", "add", "1024", "--role", "window", "--json").json["link"]
        running.accounts.look()
        body = {"code": link.partition("#")[2], "password": "Right-horse-7"}
        browser = requests.Session()
        assert browser.post(f"{url}/api/v1/invitation", json=body, timeout=10).json()["number"] == "1024"
        assert browser.get(f"{url}/api/v1/hall", timeout=10).status_code == 200
        assert program("staff", "disable", "1024", "--data", str(folder)).code == 0
        running.accounts.look()
        assert browser.get(f"{url}/api/v1/hall", timeout=10).status_code == 401
        credential = on(folder, "machine", "add", "kiosk-1").out.strip()
        kiosk = {"Authorization": f"Bearer {credential}"}
        running.accounts.look()
        assert requests.get(f"{url}/api/v1/hall", headers=kiosk, timeout=10).status_code == 200
        on(folder, "machine", "remove", "kiosk-1")
        running.accounts.look()
        assert requests.get(f"{url}/api/v1/hall", headers=kiosk, timeout=10).status_code == 401

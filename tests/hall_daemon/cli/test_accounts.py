"""`hall staff` and `hall machine`: what they change is audited, with whose command it was."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path

from hall_daemon.adapters.accounts.audit import find
from tests.hall_daemon.cli.words import hall


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
    rows = find(tmp_path / "audit.db")
    assert {(row.who, row.origin) for row in rows} == {("tool:hall", whose)}
    assert [(row.what, row.about) for row in rows] == [
        ("add_machine", "kiosk-1"), ("remove_machine", "kiosk-1"), ("add_account", account),
        ("disable_account", account), ("change_account", account), ("reset_account", account),
    ]
    assert credential.partition(".")[2].encode() not in (tmp_path / "audit.db").read_bytes()

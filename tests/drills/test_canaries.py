"""A day in which every secret and every field of a person is a known word: nothing that the hall keeps, logs or tells
has one of them, and the audit log has who did it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pyotp
import requests

from hall_daemon.adapters.accounts.audit import MOST_FOUND, AuditRow, Search, find, verify
from hall_daemon.adapters.accounts.files import open_accounts
from hall_daemon.adapters.storage.journal import Journal
from tests.drills.stand import Hall, Stand, wait_until

PERSON = {"name": "金丝雀", "phone": "13987654321", "id_number": "11010519491231002X"}
PASSWORD, NEXT, WRONG = "Canary-horse-71", "Canary-horse-72", "Canary-wrong-73"
CARD = "canarycard0001"


class Browser:
    """Somebody at a page of the hall; every secret that it is told is a canary."""

    def __init__(self, hall: Hall, canaries: set[str]) -> None:
        self.base, self.canaries = f"{hall.http}/api/v1/", canaries
        self.session = requests.Session()

    def post(self, path: str, body: dict[str, object] | None = None, expect: int = 200, **more: Any) -> dict[str, Any]:
        answer = self.session.post(self.base + path, json=body or {}, timeout=10, **more)
        assert answer.status_code == expect, answer.text
        found: dict[str, Any] = answer.json()
        if page := found.get("page", ""):
            self.session.headers["X-Hall-Page"] = page
            self.canaries |= {page, self.session.cookies["hall_session"]}
        return found

    def get(self, path: str, expect: int = 200) -> requests.Response:
        answer = self.session.get(self.base + path, timeout=10)
        assert answer.status_code == expect, answer.text
        return answer

    def confirm_second(self) -> str:
        """The secret of the second factor that is needed from now on."""
        begun = self.post("session/second-factor/begin")
        code = pyotp.TOTP(begun["secret"]).now()
        codes = self.post("session/second-factor", {"secret": begun["secret"], "code": code})["codes"]
        self.canaries |= {begun["secret"], *codes}
        return str(codes[0])


def lived(hall: Hall, codes: dict[str, str], canaries: set[str]) -> dict[str, str]:
    """Everything that has to do with a secret or a person is done, and done wrongly. Ids of what it was done to."""
    people = {}
    for number in ("clerk", "security", "auditor"):
        browser = people[number] = Browser(hall, canaries)
        browser.post("invitation", {"code": "canary-no-such-code", "password": PASSWORD}, 404)
        browser.post("invitation", {"code": codes[number], "password": PASSWORD})
    clerk, security, auditor = people.values()
    clerk.post("session/password", {"old": WRONG, "new": NEXT}, 401)
    clerk.post("session/password", {"old": PASSWORD, "new": NEXT})
    Browser(hall, canaries).post("session", {"number": "clerk", "password": WRONG}, 401)
    Browser(hall, canaries).get("hall", 401)
    clerk.post("windows/1/open", {"staff": "x"})
    ticket = clerk.post("tickets", {"service": "one"}, 201)
    canaries.add("audit: " + ticket["token"])
    clerk.post(f"tickets/{ticket['token']}/holder", dict(PERSON))
    clerk.get(f"tickets/{ticket['number']}/holder")
    clerk.post(f"tickets/{ticket['number']}/holder", {**PERSON, "id_number": "110105194912310021"}, 422)
    clerk.post("windows/1/call-next")
    clerk.post("windows/2/call-next", expect=403)
    clerk.get("accounts", 403)
    clerk.get(f"tickets/{PERSON['name']}/holder", 404)
    recovery = security.confirm_second()
    security.post("session/end", {"everywhere": True})
    security = Browser(hall, canaries)
    security.post("session", {"number": "security", "password": PASSWORD, "code": recovery})
    account = {each["number"]: each["id"] for each in security.get("accounts").json()["accounts"]}["clerk"]
    security.post(f"accounts/{account}", {"card": CARD})
    canaries.add(security.post("accounts", {"number": "new", "roles": ["window"]})["link"].partition("#")[2])
    security.get(f"tickets/{ticket['number']}/holder", 403)
    auditor.confirm_second()
    auditor.get("audit?words=log_in")
    auditor.get("audit.csv")
    history = clerk.get(f"tickets/{ticket['number']}/history").json()["events"]
    assert [row["by"] for row in history if row["kind"] == "TicketCalled"] == ["staff:clerk"]
    return {"clerk": account, "ticket": ticket["ticket"]}


def found(folder: Path, words: str = "") -> list[AuditRow]:
    return find(folder / "audit.db", Search(words), MOST_FOUND, str)


def test_no_secret_and_no_person_leaves_its_place(tmp_path: Path) -> None:
    canaries = {*PERSON.values(), PASSWORD, NEXT, WRONG, CARD, "110105194912310021", "canary-no-such-code"}
    codes: dict[str, str] = {}
    with Stand(tmp_path, mqtt="supervised") as stand:
        stand.prove_yourself()
        files = open_accounts(stand.data, lambda: int(time.time() * 1000))
        for number, role in (("clerk", "window"), ("security", "security_admin"), ("auditor", "auditor")):
            codes[number] = files.roster.invite(number, (role,), by="tool:test")[1]
        files.close()
        canaries |= {*codes.values(), stand.credential.partition(".")[2]}
        with stand.hall() as hall:
            ids = lived(hall, codes, canaries)
            wait_until(lambda: found(stand.data, "exportAudit"), 5, "the last act is audited")
            log = hall.log
        rows = found(stand.data)
        assert verify(stand.data / "audit.db") == len(rows)
        files_there = [path for path in stand.data.rglob("*") if path.is_file() and path.suffix != ".key"]
        assert {"audit.db", "journal.db", "accounts.db", "vault.db"} <= {path.name for path in files_there}
        for path in (*files_there, log):
            data = path.read_bytes()
            said = [each for each in canaries if each.encode() in data]
            assert said == [], f"{path.name} has it"
        token = next(each.removeprefix("audit: ") for each in canaries if each.startswith("audit: ")).encode()
        assert token not in (stand.data / "audit.db").read_bytes() + log.read_bytes()
        journal = Journal(stand.data / "journal.db")
        by = {row.by for row in journal.reader().all() if type(row.event).__name__ in ("TicketCalled", "HolderNamed")}
        journal.close()
        assert by == {f"staff:{ids['clerk']}"}
        check_audited(rows, ids)


def check_audited(rows: list[AuditRow], ids: dict[str, str]) -> None:
    """Who did what, to what, from where, with what result."""
    clerk, here = f"staff:{ids['clerk']}", "127.0.0.1"
    found = {(row.who, row.what, row.about, row.origin, row.result) for row in rows}
    assert {
        (clerk, "nameHolder", ids["ticket"], here, "done"),
        (clerk, "nameHolder", "", here, "bad_field"),
        (clerk, "getHolder", ids["ticket"], here, "done"),
        (clerk, "getHolder", "", here, "unknown_ticket"),
        (clerk, "callNextWindow", "", here, "not_your_window"),
        (clerk, "listAccounts", "", here, "not_allowed"),
        (clerk, "changePassword", "", here, "log_in_refused"),
        (clerk, "change_password", "", here, "done"),
        (clerk, "log_in", "", here, "log_in_refused"),
        ("", "getHall", "", here, "log_in_needed"),
        ("", "accept_invitation", "", here, "no_invitation"),
    } <= found
    acts = {(row.what, row.about, row.result) for row in rows}
    assert {("change_account", ids["clerk"], "done"), ("getHolder", "", "not_allowed")} <= acts
    assert {"start", "add_machine", "add_account", "second_factor", "recovery_code", "log_out", "searchAudit",
            "exportAudit", "accept_invitation"} <= {what for what, _, result in acts if result == "done"}

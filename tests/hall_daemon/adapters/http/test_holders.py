"""Who holds a ticket: taken once, shown masked, and nowhere but in the vault."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hall_daemon.adapters.http import STAFF_LIMITS
from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.adapters.storage.keys import load_keys
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.app.record import Request
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.wire.persons import masked_digits, masked_name, valid_id_number
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall

PERSON = {"name": "张小三", "phone": "13812341234", "id_number": "11010519491231002X"}


def draw(staff: CheckedClient) -> str:
    ticket: str = staff.post("/api/v1/tickets", {"service": "idcard"}).json()["ticket"]
    return ticket


def subjects(hall: LiveHall, ticket: str) -> list[str]:
    rows = hall.follower.events_after(0, 5000)
    return [row.event.subject for row in rows if isinstance(row.event, e.HolderNamed) and row.event.ticket == ticket]


def test_a_holder_is_kept_and_shown_masked(staff: CheckedClient) -> None:
    ticket = draw(staff)
    assert staff.post(f"/api/v1/tickets/{ticket}/holder", PERSON).status_code == 200
    assert staff.get(f"/api/v1/tickets/{ticket}/holder").json() == {
        "ticket": ticket, "name": "张*三", "phone": "138****1234", "id_number": "110***********002X",
    }


def test_the_person_is_in_no_file_of_the_hall_in_the_clear(hall: LiveHall, staff: CheckedClient) -> None:
    ticket = draw(staff)
    staff.post(f"/api/v1/tickets/{ticket}/holder", PERSON)
    for file in hall.folder.iterdir():
        content = file.read_bytes()
        assert not [word for word in PERSON.values() if word.encode() in content], file
    reader = JournalReader(hall.folder / "journal.db")
    assert reader.verify() is None
    reader.close()


def test_the_stream_of_events_does_not_name_the_record(hall: LiveHall, staff: CheckedClient) -> None:
    ticket = draw(staff)
    staff.post(f"/api/v1/tickets/{ticket}/holder", PERSON)
    history = staff.get(f"/api/v1/tickets/{ticket}/history").json()["events"]
    assert [event["kind"] for event in history] == ["TicketIssued", "HolderNamed"]
    assert not any(subject in str(history) for subject in subjects(hall, ticket))


def test_a_new_holder_takes_the_place_and_the_old_record_is_wiped(hall: LiveHall, staff: CheckedClient) -> None:
    ticket = draw(staff)
    staff.post(f"/api/v1/tickets/{ticket}/holder", PERSON)
    staff.post(f"/api/v1/tickets/{ticket}/holder", {"name": "李四"})
    view = staff.get(f"/api/v1/tickets/{ticket}/holder").json()
    assert (view["name"], view["phone"]) == ("李*", "")
    vault = Vault(hall.folder / "vault.db", load_keys(hall.folder / "vault.key"))
    kept = [vault.get(subject) is not None for subject in subjects(hall, ticket)]
    vault.close()
    assert kept == [False, True]


def test_a_repeat_with_the_same_key_keeps_one_record(hall: LiveHall, staff: CheckedClient) -> None:
    ticket = draw(staff)
    answers = [
        staff.post(f"/api/v1/tickets/{ticket}/holder", PERSON, headers={"Idempotency-Key": "holder-1"})
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert len(subjects(hall, ticket)) == 1
    assert staff.get(f"/api/v1/tickets/{ticket}/holder").json()["name"] == "张*三"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "bad_field"),
        ({"name": "x" * 41}, 422, "bad_field"),
        ({"name": "张三", "phone": "call me"}, 422, "bad_field"),
        ({"name": "张三", "id_number": "110105194912310021"}, 422, "bad_field"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(
    hall: LiveHall, staff: CheckedClient, body: dict[str, str], status: int, code: str
) -> None:
    ticket = draw(staff)
    answer = staff.post(f"/api/v1/tickets/{ticket}/holder", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert staff.get(f"/api/v1/tickets/{ticket}/holder").json()["code"] == "no_holder"


def test_an_unknown_ticket_has_no_holder(staff: CheckedClient) -> None:
    assert staff.post("/api/v1/tickets/A999/holder", PERSON).json()["code"] == "unknown_ticket"
    assert staff.get("/api/v1/tickets/A999/holder").json()["code"] == "unknown_ticket"


@pytest.mark.parametrize("ticket", ["9999-12-31-A001", "2020-01-01-A001"])
def test_a_ticket_of_another_day_puts_nobody_into_the_vault(hall: LiveHall, staff: CheckedClient, ticket: str) -> None:
    vault = Vault(hall.folder / "vault.db", load_keys(hall.folder / "vault.key"))
    before = vault.subjects()
    assert staff.post(f"/api/v1/tickets/{ticket}/holder", PERSON).json()["code"] == "unknown_ticket"
    assert vault.subjects() == before
    vault.close()


def test_an_answer_that_is_late_wipes_nobody(tmp_path: Path) -> None:
    """The core is held up for longer than a request waits: 504 is "not known", so nothing is undone."""
    with live_hall(tmp_path / "hall", staff_limits=STAFF_LIMITS._replace(answer_s=0.3)) as hall:
        client = CheckedClient(hall.staff.url)
        path, key = f"/api/v1/tickets/{draw(client)}/holder", {"Idempotency-Key": "k"}
        go_on = threading.Event()
        hall.core.submit(Request(c.NoteClockStep(1), "test"), lambda answer: go_on.wait(20) and None)
        late = client.post(path, PERSON, headers=key)
        go_on.set()
        assert (late.status_code, late.json()["code"]) == (504, "timeout")
        again = client.post(path, PERSON, headers=key)
        assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
        assert client.get(path).json()["name"] == "张*三"
        client.close()


def test_check_digits_and_masks() -> None:
    assert valid_id_number("11010519491231002X")
    assert valid_id_number("440524188001010014")
    assert not valid_id_number("440524188001010015")
    assert [masked_name(name) for name in ("张", "张三", "张小三", "欧阳小三")] == ["张", "张*", "张*三", "欧**三"]
    assert [masked_digits(number) for number in ("", "12345", "13812341234")] == ["", "*****", "138****1234"]

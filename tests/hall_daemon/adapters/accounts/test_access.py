"""Logging in, sessions, second factors: what holds over restarts, and what ends when."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from hall_daemon.adapters.accounts.access import MOST_LOG_INS, Access
from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.accounts.files import open_accounts
from hall_daemon.adapters.accounts.proofs import Passwords, hashed
from hall_daemon.adapters.accounts.store import AccountsError, AccountStore
from tests.hall_daemon.adapters.accounts.people import CHEAP, HERE, PASSWORD, People

ELSEWHERE = "10.0.0.66"


def denied(work: object, *args: object) -> str:
    with pytest.raises(Denied) as caught:
        work(*args)  # type: ignore[operator]
    return caught.value.code


def test_who_is_invited_sets_a_password_once_and_logs_in(people: People) -> None:
    account, code = people.files.roster.invite("1024", ("window",), by="tool:test")
    assert denied(people.log_in) == "log_in_refused", "no password yet"
    assert denied(people.access.accept, code, "weak", HERE) == "weak_password"
    token, present = people.access.accept(code, PASSWORD, HERE)
    assert present.account.id == account.id
    assert people.access.person(token) is not None
    assert denied(people.access.accept, code, PASSWORD, HERE) == "no_invitation"
    assert people.access.person(people.log_in()) is not None


def test_an_invitation_is_over_after_a_day_and_a_newer_one_ends_it(people: People) -> None:
    account, old = people.files.roster.invite("1024", ("window",), by="tool:test")
    new = people.files.roster.reset(account, by="tool:test")
    assert denied(people.access.accept, old, PASSWORD, HERE) == "no_invitation"
    people.later(86_401)
    assert denied(people.access.accept, new, PASSWORD, HERE) == "no_invitation"
    people.access.sweep()
    assert people.files.store.invitations == {}


def test_wrong_is_wrong_in_one_word(people: People) -> None:
    people.add()
    said = {denied(people.log_in, number, password, "", ELSEWHERE) for number, password in (
        ("1024", "wrong"), ("4711", PASSWORD), ("1024", PASSWORD + "x"), ("1024", ""))}
    assert said == {"log_in_refused"}


def test_a_password_costs_what_the_configuration_says_from_the_next_log_in_on(people: People) -> None:
    account = people.add().account
    dearer = Passwords(CHEAP.passes + 1, CHEAP.memory_mib).hash(PASSWORD)
    people.files.store.change((account, {"password": dearer}))
    people.log_in()
    kept = people.files.store.accounts[account.id].password
    assert f"t={CHEAP.passes}," in kept
    people.log_in()
    assert people.files.store.accounts[account.id].password == kept


def test_guesses_wait_and_the_own_desk_does_not(people: People) -> None:
    people.add()
    people.log_in()
    for _ in range(5):
        assert denied(people.log_in, "1024", "wrong", "", ELSEWHERE) == "log_in_refused"
    assert denied(people.log_in, "1024", PASSWORD, "", ELSEWHERE) == "log_in_waits", "not even with the right one"
    assert people.log_in()
    people.later(31)
    assert people.log_in(origin=ELSEWHERE)


def test_a_session_survives_a_restart_and_ends_with_the_account(people: People) -> None:
    present = people.add()
    token = people.log_in()
    people.restart()
    found = people.access.person(token)
    assert found is not None
    assert found.actor.id == f"staff:{present.account.id}"
    people.files.roster.change(found.account, by="staff:admin", disabled=True)
    assert people.access.person(token) is None
    assert denied(people.log_in) == "log_in_refused"


def test_a_session_is_on_the_disk_within_a_second_of_its_log_in(people: People) -> None:
    people.add()
    kept, gone = people.log_in(), people.log_in()
    held = people.access.person(gone)
    assert held is not None
    people.access.log_out(held, HERE)
    people.access.sweep()
    other = AccountStore(people.folder / "accounts.db")
    try:
        assert hashed(kept) in other.sessions
        assert hashed(gone) not in other.sessions
    finally:
        other.close()


def test_another_process_that_resets_an_account_ends_what_has_just_begun_too(people: People) -> None:
    account = people.add().account
    people.add("1025")
    people.access.sweep()
    token, others = people.log_in(), people.log_in("1025")
    beside = open_accounts(people.folder, lambda: people.wall)
    try:
        beside.roster.reset(account, by="tool:test")
    finally:
        beside.close()
    people.access.sweep()
    assert people.access.person(token) is None
    assert people.access.person(others) is not None


def test_a_session_ends_when_idle_and_after_the_longest_day(people: People) -> None:
    people.add()
    token = people.log_in()
    people.later(CHEAP.idle_s - 1)
    assert people.access.person(token) is not None
    people.later(2)
    assert people.access.person(token) is None, "a page that only looks keeps nobody logged in"
    token = people.log_in()
    for _ in range(CHEAP.longest_s // 1000 + 1):
        assert people.access.person(token, acts=True) is not None
        people.later(999)
        people.access.sweep()
        if people.access.person(token) is None:
            break
    assert people.access.person(token) is None
    people.access.sweep()
    assert people.files.store.sessions == {}


def test_presses_are_remembered_over_a_restart(people: People) -> None:
    people.add()
    token = people.log_in()
    people.later(1000)
    assert people.access.person(token, acts=True) is not None
    people.access.sweep()
    people.restart()
    people.later(CHEAP.idle_s - 10)
    assert people.access.person(token) is not None


def test_logging_out_ends_this_session_or_all(people: People) -> None:
    people.add()
    first, second, third = people.log_in(), people.log_in(), people.log_in()
    present = people.access.person(first)
    assert present is not None
    people.access.log_out(present, HERE)
    assert people.access.person(first) is None, "a copied cookie is worth nothing"
    present = people.access.person(second)
    assert present is not None
    people.access.log_out(present, HERE, everywhere=True)
    assert people.access.person(third) is None


def test_a_changed_role_ends_the_sessions_that_had_the_old_one(people: People) -> None:
    people.add(roles=("window", "shift_leader"))
    token = people.log_in()
    present = people.access.person(token)
    assert present is not None
    people.files.roster.change(present.account, by="staff:admin", roles=("window",))
    assert people.access.person(token) is None


def test_nobody_changes_the_own_roles_or_disables_oneself(people: People) -> None:
    present = people.add(roles=("security_admin",))
    change = people.files.roster.change
    assert denied(lambda: change(present.account, by=present.actor.id, roles=("auditor",))) == "own_account"
    assert denied(lambda: change(present.account, by=present.actor.id, disabled=True)) == "own_account"


def test_an_old_password_has_to_be_changed_first_and_not_into_an_earlier_one(people: People) -> None:
    people.add()
    people.later(91 * 86_400)
    token = people.log_in()
    present = people.access.person(token)
    assert present is not None
    assert (present.must, present.actor.may("call"), present.actor.may("signed_in")) == ("password", False, True)
    assert denied(people.access.change_password, present, "wrong", "New-horse-88", HERE) == "log_in_refused"
    assert denied(people.access.change_password, present, PASSWORD, PASSWORD, HERE) == "weak_password"
    other = people.log_in()
    people.access.change_password(present, PASSWORD, "New-horse-88", HERE)
    present = people.access.person(token)
    assert present is not None
    assert (present.must, present.actor.may("call")) == ("", True)
    assert people.access.person(other) is None, "all other sessions end"
    assert denied(people.access.change_password, present, "New-horse-88", PASSWORD, HERE) == "weak_password"


def secured(people: People, roles: tuple[str, ...] = ("auditor",)) -> tuple[str, list[str]]:
    """An administrator with a second factor: its secret, and the recovery codes."""
    present = people.add("9003", roles)
    assert (present.must, present.actor.may(roles[0][:5])) == ("two_factor", False)
    secret, address = people.access.begin_second(present)
    assert "service-hall" in address
    assert denied(people.access.confirm_second, present, secret, "000000", HERE) == "code_wrong"
    return secret, list(people.access.confirm_second(present, secret, code_of(people, secret), HERE))


def code_of(people: People, secret: str, beside_s: int = 0) -> str:
    return pyotp.TOTP(secret).at(people.wall // 1000 + beside_s)


def test_an_administrator_needs_a_code_each_time_and_each_code_is_good_once(people: People) -> None:
    secret, _ = secured(people)
    people.later(60)
    assert denied(people.log_in, "9003") == "code_needed"
    assert denied(people.log_in, "9003", "wrong-password") == "log_in_refused", "a code is not asked for a guess"
    code = code_of(people, secret)
    assert people.access.person(people.log_in("9003", code=code)) is not None
    assert denied(people.log_in, "9003", PASSWORD, code) == "log_in_refused"
    people.later(30)
    assert people.log_in("9003", code=code_of(people, secret, 30)), "a phone that is half a minute ahead"


def test_with_a_clock_an_hour_off_a_recovery_code_helps_once(people: People) -> None:
    secret, codes = secured(people)
    people.later(3600)
    assert denied(people.log_in, "9003", PASSWORD, code_of(people, secret, -3600)) == "log_in_refused"
    assert people.log_in("9003", code=codes[0])
    assert denied(people.log_in, "9003", PASSWORD, codes[0]) == "log_in_refused"
    assert ("recovery_code", "7", "done") in people.noted()


def test_codes_cannot_be_guessed(people: People) -> None:
    secured(people)
    people.later(60)
    tried = 0
    for guess in range(1000):
        tried += denied(people.log_in, "9003", PASSWORD, f"{guess:06}", ELSEWHERE) == "log_in_refused"
    assert tried == 5


def test_a_machine_s_credential_is_changed_without_a_gap(people: People) -> None:
    roster, access = people.files.roster, people.access
    first = roster.add_machine("kiosk-1", "kiosk", by="tool:test")
    second = roster.add_machine("kiosk-1", "kiosk", by="tool:test")
    assert access.machine(first) == access.machine(second) is not None
    third = roster.add_machine("kiosk-1", "kiosk", by="tool:test")
    assert (access.machine(first), access.machine(second) is None) == (None, False)
    fourth = roster.add_machine("kiosk-1", "kiosk", by="tool:test", keep_old=False)
    assert [access.machine(each) is None for each in (second, third, fourth)] == [True, True, False]
    roster.remove_machine("kiosk-1", by="tool:test")
    assert access.machine(fourth) is None
    assert denied(lambda: roster.remove_machine("kiosk-1", by="tool:test")) == "unknown_machine"


@pytest.mark.parametrize("said", ["", ".", "kiosk-1", "kiosk-1.", "kiosk-1.wrong", "nobody.x", "kiosk-1.é", "." * 9999])
def test_what_is_no_credential(people: People, said: str) -> None:
    people.files.roster.add_machine("kiosk-1", "kiosk", by="tool:test")
    assert people.access.machine(said) is None


def test_what_a_machine_cannot_be_given(people: People) -> None:
    add = people.files.roster.add_machine
    assert denied(lambda: add("x", "window", by="")) == "bad_field"
    assert denied(lambda: add("kiosk-1", "kiosk", ("call",), by="")) == "bad_field"
    assert denied(lambda: add("x", "tool", ("fly",), by="")) == "bad_field"


def test_a_command_beside_the_hall_is_seen(people: People) -> None:
    people.add()
    token = people.log_in()
    beside = People(people.folder, wall=people.wall)
    account = beside.files.store.numbered("1024")
    assert account is not None
    beside.files.roster.change(account, by="tool:hall", disabled=True)
    beside.close()
    people.access.sweep()
    assert people.access.person(token) is None


def test_a_file_that_others_can_read_or_that_is_damaged_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    AccountStore(path).close()
    path.chmod(0o644)
    with pytest.raises(AccountsError, match="chmod 600"):
        AccountStore(path)
    path.chmod(0o600)
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(AccountsError, match="restore it from its copy"):
        AccountStore(path)


def test_no_secret_lies_in_the_files(people: People) -> None:
    secret, codes = secured(people)
    token = people.log_in("9003", code=codes[0])
    credential = people.files.roster.add_machine("kiosk-1", "kiosk", by="tool:test")
    people.noted()
    people.close()
    kept = b"".join(path.read_bytes() for path in people.folder.glob("*.db*"))
    people.open()
    for each in (PASSWORD, secret, codes[1], token, credential.partition(".")[2]):
        assert each.encode() not in kept


def test_a_write_that_fails_leaves_memory_as_the_disk_is(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    present = people.add()
    people.files.store._conn.execute("PRAGMA query_only=ON")
    with pytest.raises(AccountsError, match="cannot write"):
        people.files.store.put(replace(present.account, roles=("auditor",)))
    assert people.files.store.accounts[present.account.id].roles == ("window",)
    people.files.store._conn.execute("PRAGMA query_only=OFF")
    assert isinstance(people.access, Access)
    assert sqlite3.threadsafety


def test_a_session_that_was_ended_is_brought_back_by_nothing_that_was_under_way(people: People) -> None:
    people.add()
    token = people.log_in()
    present = people.access.person(token)
    assert present is not None
    people.later(120)
    people.access.person(token, acts=True)
    people.access.log_out(present, HERE)
    people.access.sit_down(present, "1")
    people.access.sweep()
    assert people.access.person(token) is None
    people.restart()
    assert people.access.person(token) is None


def test_what_a_command_changed_in_the_same_second_is_not_written_over(people: People) -> None:
    secret, _ = secured(people)
    people.later(60)
    beside = People(people.folder, wall=people.wall)
    account = beside.files.store.numbered("9003")
    assert account is not None
    beside.files.roster.change(account, by="tool:hall", disabled=True)
    beside.close()
    assert denied(people.log_in, "9003", PASSWORD, code_of(people, secret)) == "log_in_refused", "it has not looked yet"
    assert people.files.store.accounts[account.id].disabled
    assert denied(people.log_in, "9003", PASSWORD, code_of(people, secret)) == "log_in_refused"


def test_with_the_key_of_second_factors_lost_a_recovery_code_lets_in(people: People) -> None:
    secret, codes = secured(people)
    people.later(60)
    people.access._key = bytes(31) + b"x"
    assert denied(people.log_in, "9003", PASSWORD, code_of(people, secret)) == "log_in_refused"
    assert people.access.person(people.log_in("9003", code=codes[0])) is not None


def test_a_reset_forgets_no_password(people: People) -> None:
    present = people.add()
    code = people.files.roster.reset(present.account, by="tool:test")
    assert denied(people.access.accept, code, PASSWORD, HERE) == "weak_password", "one of the last five"
    people.access.accept(code, "Other-horse-8", HERE)


def test_who_is_bound_to_other_windows_leaves_this_one_at_once(people: People) -> None:
    present = people.add()
    token = people.log_in()
    held = people.access.person(token)
    assert held is not None
    people.access.sit_down(held, "1")
    for windows, where in ((("1", "2"), "1"), (("2",), "")):
        people.files.roster.change(present.account, by="tool:test", windows=windows)
        found = people.access.person(token)
        assert found is not None
        assert (found.actor.window, people.access.somebody_at("1")) == (where, bool(where))


def test_one_account_fills_no_table_of_log_ins(people: People) -> None:
    people.add()
    first = people.log_in()
    for _ in range(MOST_LOG_INS):
        people.later(1)
        last = people.log_in()
    assert (people.access.person(first), len(people.files.store.sessions)) == (None, MOST_LOG_INS)
    assert people.access.person(last) is not None


@pytest.mark.parametrize(("secret", "code"), [
    ("", "é" * 6), ("", "١٢٣٤٥٦"), ("A" * 17, "000000"), ("A" * 16 + "\n", "000000"), ("A" * 33, "000000"),
])
def test_what_is_no_code_or_no_secret_is_wrong_and_breaks_nothing(people: People, secret: str, code: str) -> None:
    mine, _ = secured(people)
    present = people.access.person(people.log_in("9003", code=code_of(people, mine, 30)))
    assert present is not None
    confirm = people.access.confirm_second
    people.later(60)
    assert denied(confirm, present, secret or mine, code, HERE, code_of(people, mine)) == "code_wrong"
    assert denied(people.log_in, "9003", PASSWORD, code) == "log_in_refused"


def test_a_second_factor_is_changed_by_who_has_it(people: People) -> None:
    mine, codes = secured(people)
    people.later(60)
    present = people.access.person(people.log_in("9003", code=code_of(people, mine)))
    assert present is not None
    other, _ = people.access.begin_second(present)
    confirm, code = people.access.confirm_second, code_of(people, other)
    assert denied(confirm, present, other, code, HERE) == "code_needed", "an open page is not enough"
    assert denied(confirm, present, other, code, HERE, "000000") == "log_in_refused"
    people.access.confirm_second(present, other, code, HERE, codes[0])
    people.later(60)
    assert people.log_in("9003", code=code_of(people, other))

"""Rights are a table: what no row gives is refused, and three persons share what one must not hold."""

from __future__ import annotations

import itertools

import pytest

from hall_daemon.staff.rights import (
    APART,
    MACHINE_ROLES,
    NOBODY,
    PERSON_ROLES,
    RIGHTS,
    ROLES,
    Actor,
    BadRoles,
    check_roles,
    rights_of,
)


def test_every_right_that_a_role_gives_is_one_and_every_right_is_given() -> None:
    given = {right for rights in ROLES.values() for right in rights}
    assert given | {"anybody", "signed_in"} == set(RIGHTS)


def test_no_name_is_both_a_person_s_role_and_a_machine_s() -> None:
    assert not PERSON_ROLES.keys() & MACHINE_ROLES.keys()


def test_nobody_may_nothing() -> None:
    assert NOBODY.rights == {"anybody"}
    assert rights_of(("no-such-role",)) == {"anybody"}


def test_no_machine_may_appoint_audit_or_configure() -> None:
    for role in MACHINE_ROLES:
        assert not rights_of((role,)) & {"appoint", "audit", "configure", "supervise"}, role


@pytest.mark.parametrize("pair", list(itertools.combinations(sorted(APART), 2)))
def test_nobody_holds_two_of_the_three_that_stay_apart(pair: tuple[str, str]) -> None:
    with pytest.raises(BadRoles, match="two persons"):
        check_roles(pair)
    assert not set(ROLES[pair[0]]) & set(ROLES[pair[1]]) - {"look"}, "they have no right of weight in common"


@pytest.mark.parametrize("roles", [(), ("kiosk",), ("windows",), ("auditor", "window")])
def test_roles_that_cannot_be_given(roles: tuple[str, ...]) -> None:
    with pytest.raises(BadRoles):
        check_roles(roles)


def test_several_roles_of_service_go_together() -> None:
    check_roles(("window", "reviewer", "guide"))


def test_a_clerk_has_the_keys_of_the_own_window_only() -> None:
    clerk = Actor("staff:1", rights_of(("window",)), "3")
    assert clerk.may_at("call", "3")
    assert not clerk.may_at("call", "4")
    assert not Actor("staff:1", rights_of(("guide",)), "3").may_at("call", "3")
    assert Actor("staff:2", rights_of(("shift_leader",)), "").may_at("call", "4")
    assert Actor("tool:crowd", frozenset({"call"})).may_at("call", "4"), "a machine stands at no window"

"""Rights, and the roles that are rows of them: one table for pages, HTTP, MQTT's access list and the documents.

A right is named by what is done. What no row gives is refused. Roles are given to people or to machines, never to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

Right = Literal[
    "anybody",  # no log-in: the public pages, health in one word, logging in
    "signed_in",  # a person who is logged in: one's own session and password
    "look",  # the hall as staff see it: lines, tickets, events, why
    "draw",  # draw a number, print it again
    "help",  # give a number up, bring it back, let it go first; call for a person
    "call",  # the keys of a window
    "pick",  # call a certain ticket
    "transfer",
    "name_person",  # say who holds a ticket
    "see_person",  # read that, masked
    "own_readers",  # what the readers of one's own kiosk read
    "rate",  # hand on how a visit was, with its ticket's own secret
    "apply",  # begin, fill in, send and take back a pre-review, with its own secret
    "assist",  # go to whoever called for a person; say what unanswered questions are about
    "review",  # look at papers, pass or send back
    "supervise",  # any window; the business day
    "report",  # figures of the past, and what one more window would change
    "tell",  # over MQTT, what one's own device does
    "measure",  # metrics, and health with its reasons
    "configure",  # machines, devices, settings
    "appoint",  # accounts, their roles and passwords
    "audit",  # who did what
]
RIGHTS: tuple[Right, ...] = get_args(Right)

_WINDOW: tuple[Right, ...] = ("look", "draw", "help", "call", "pick", "transfer", "name_person", "see_person")

PERSON_ROLES: Mapping[str, tuple[Right, ...]] = {
    "window": _WINDOW,
    "guide": ("look", "draw", "help", "name_person", "assist", "apply"),
    "reviewer": ("look", "review", "see_person"),
    "shift_leader": (*_WINDOW, "assist", "supervise", "report"),
    "system_admin": ("look", "configure", "measure"),
    "security_admin": ("appoint",),
    "auditor": ("audit",),
}
MACHINE_ROLES: Mapping[str, tuple[Right, ...]] = {
    "kiosk": ("look", "draw", "help", "name_person", "own_readers", "rate", "apply"),
    "screen": ("look",),
    "device": ("tell",),
    "gateway": ("look", "tell"),
    "tool": ("look", "report", "measure"),
}
ROLES: Mapping[str, tuple[Right, ...]] = {**PERSON_ROLES, **MACHINE_ROLES}

# 三员分立: who runs the system, who gives rights and who looks at what was done are three persons.
APART: frozenset[str] = frozenset({"system_admin", "security_admin", "auditor"})
# What none of the three can give away to a machine.
OF_PERSONS: frozenset[Right] = frozenset({"signed_in", "configure", "appoint", "audit"})
# By whom the system runs reads nobody: what shows persons or their papers is no right to give a tool from a page.
ON_THE_MACHINE: frozenset[Right] = frozenset({"see_person", "review"})
# Whoever has one of these proves it twice when logging in.
TWO_FACTORS = APART


class Actor(NamedTuple):
    """Whoever a request comes from. `id` is of an account (`staff:`), a machine (`kiosk:`, `tool:` …), "" for nobody.
    `window` is where a person works now, "" for nowhere; `windows` the only ones where that may be, () for any."""

    id: str = ""
    rights: frozenset[str] = frozenset({"anybody"})
    window: str = ""
    windows: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        return self.id.startswith("staff:")

    def may(self, right: str) -> bool:
        return right in self.rights

    def may_at(self, right: Right, window: str) -> bool:
        """Whether the right holds at this window: a machine's everywhere, a person's at the own one or with
        `supervise`."""
        return self.may(right) and (not self.is_person or self.window == window or self.may("supervise"))


NOBODY = Actor()


@lru_cache(maxsize=256)
def rights_of(roles: tuple[str, ...]) -> frozenset[str]:
    """Everything that somebody with these roles may. A role that is none gives nothing."""
    found = {right for role in roles for right in ROLES.get(role, ())}
    return frozenset({"anybody", *found})


class BadRoles(ValueError):
    """These roles cannot be given; the message says why."""


class RolesApart(BadRoles):
    """One of the three that stay apart is held beside another role."""


def check_roles(roles: Iterable[str]) -> None:
    """Raises BadRoles for a role that no person has, for none at all, and for two of the three that stay apart."""
    given = tuple(roles)
    if not given:
        raise BadRoles(f"an account has at least one role; there are {', '.join(PERSON_ROLES)}")
    for role in given:
        if role not in PERSON_ROLES:
            raise BadRoles(f"no role {role[:40]}; there are {', '.join(PERSON_ROLES)}")
    apart = [role for role in given if role in APART]
    if len(set(apart)) > 1:
        raise RolesApart(f"{' and '.join(sorted(set(apart)))} are two persons: nobody holds both")
    if apart and len(set(given)) > 1:
        raise RolesApart(f"{apart[0]} goes with no other role: whoever runs the system does not serve in it")

"""Who a request comes from, and what its page proves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from hall_daemon.staff.account import Account, Session
from hall_daemon.staff.rights import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who is logged in. `must` is what has to be done before anything else: `password`, `two_factor` or ""."""

    account: Account
    session: Session
    actor: Actor
    must: str


def origin_token(token: str) -> str:
    """What a page of ours proves with that it was loaded by whoever holds the session: a page elsewhere cannot know."""
    return hashlib.sha256(b"csrf:" + token.encode()).hexdigest()[:32]

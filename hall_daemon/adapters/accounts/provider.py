"""The port for whoever else knows people: a city that lets them log in there and says who they are."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Begun(NamedTuple):
    """A log-in on its way: where the browser goes, and what has to come back with it. `back` is where it returns to."""

    address: str
    back: str
    state: str
    nonce: str
    verifier: str


class Claimed(NamedTuple):
    """Whom the provider knows: a work number, and whether two factors were proven there."""

    number: str
    two_factors: bool


class IdentityProvider(Protocol):
    """May wait for another machine, some seconds: never on a loop. Raises Denied: `oidc_away`, `oidc_refused`."""

    def begin(self, back: str) -> Begun: ...

    def end(self, begun: Begun, code: str, issuer: str) -> Claimed:
        """`code` and `issuer` are what came back; "" for an issuer that was not said."""
        ...

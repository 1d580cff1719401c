"""Logging in by a staff card that is laid on the reader of a window: for the browser at that window's desk alone, which
is known by its address. Runs on the loop of `http`; what was read is held against the accounts, and forgotten."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from device_drivers.events import Code, PersonCard
from device_drivers.ports import Wanted
from hall_daemon.adapters.accounts.access import Access
from hall_daemon.adapters.http.gate import origin_of
from hall_daemon.adapters.http.readings import MOST_WAIT_S, ReadingsApi
from hall_daemon.adapters.http.sessions import aside, session_cookie, session_view
from hall_daemon.app.readings import Kept, at_window
from hall_daemon.web.blocking import Reading
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode, post
from hall_daemon.wire import access as a
from hall_daemon.wire.messages import NoBody

# What a staff card may be: a chip or a code that the reader types, or a card that says whose it is.
_SORTS: tuple[Wanted, ...] = ("code", "card")


class DeskReaders:
    """Which window's reader stands at the desk that a request comes from. `desks`: window -> addresses."""

    def __init__(self, desks: Mapping[str, tuple[str, ...]]) -> None:
        self._windows = {_plain(address): window for window, addresses in desks.items() for address in addresses}

    def window(self, call: Call) -> str:
        """"" for none."""
        client = call.scope.get("client")
        return self._windows.get(_plain(client[0]), "") if client and self._windows else ""


class DeskReaderApi:
    def __init__(self, access: Access, desks: DeskReaders, readings: ReadingsApi, logging_in: Reading) -> None:
        self._access, self._desks, self._readings, self._logging_in = access, desks, readings, logging_in

    def operations(self) -> tuple[Operation, ...]:
        return (
            post(
                "logInAtReader", "anybody", "/api/v1/session/reader",
                "Wait for a staff card on this desk's reader, and log in by it", self.log_in, a.SessionView,
                body=NoBody, codes=("no_reader_here", "log_in_refused", "log_in_waits", "busy"), statuses=(204,),
            ),
        )

    async def log_in(self, call: Call) -> Reply:
        window = self._desks.window(call)
        if not window:
            raise Fault("no_reader_here")
        found = await self._readings.read_at(at_window(window), _SORTS, MOST_WAIT_S)
        card, origin = _number(found) if found is not None else "", origin_of(call)
        if not card:  # nothing came, or nothing that can be read: whoever lays it there does so again
            return Reply(204, b"")
        token, present = await aside(self._logging_in, lambda: self._access.log_in_by_card(card, origin))
        return Reply(200, encode(session_view(present, token)), (session_cookie(call, token),))


def _number(kept: Kept) -> str:
    """What the card is known by; "" for one that could not be read."""
    match kept.what:
        case Code(text):
            said = text.strip()
        case PersonCard() as card:
            said = card.number
        case _:
            said = ""
    return said if len(said) <= a.CARD_LENGTH else ""


def _plain(address: str) -> str:
    """One spelling for each address; an IPv4 address that came through IPv6 is that address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)

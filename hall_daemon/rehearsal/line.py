"""Who stands in which line, as the event stream tells it: what a clerk sees on the pad's display. One thread."""

from __future__ import annotations

from hall_daemon.rehearsal.hall_client import HallEvent

_LEAVE = frozenset({"TicketCalled", "TicketCancelled", "TicketExpired", "TicketVoided", "TicketMissed"})


_JOINS = ("TicketIssued", "TicketTransferred", "TicketPrepared", "TicketUnprepared")


class Lines:
    def __init__(self) -> None:
        self._service: dict[str, str] = {}  # of a ticket, its present one
        self._waiting: dict[str, set[str]] = {}

    def put(self, ticket: str, service: str) -> None:
        self._service[ticket] = service
        self._waiting.setdefault(service, set()).add(ticket)

    def waiting(self, service: str) -> int:
        return len(self._waiting.get(service, ()))

    def knows(self, ticket: str) -> bool:
        return ticket in self._service

    def waits(self, ticket: str) -> bool:
        return ticket in self._waiting.get(self._service.get(ticket, ""), ())

    def service(self, ticket: str) -> str:
        return self._service.get(ticket, "")

    def forget(self, ticket: str) -> None:
        self._leave(ticket)
        self._service.pop(ticket, None)

    def follow(self, event: HallEvent) -> None:
        kind, body = event.kind, event.body
        if kind in _JOINS:
            self._leave(body["ticket"])
            self.put(body["ticket"], body["services"][0])
        elif kind == "ServiceAdvanced":
            self.put(body["ticket"], body["next_service"])
        elif kind == "TicketReturned":
            self.put(body["ticket"], self.service(body["ticket"]))
        elif kind == "PressUndone" and body["press"] == "call":
            for ticket in body["tickets"]:  # whoever was finished by that call is forgotten, the called one waits again
                if self.knows(ticket):
                    self.put(ticket, self.service(ticket))
        elif kind in _LEAVE:
            self._leave(body["ticket"])

    def _leave(self, ticket: str) -> None:
        self._waiting.get(self._service.get(ticket, ""), set()).discard(ticket)

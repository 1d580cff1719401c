"""帮办: who stands at a kiosk or holds a ticket calls for a person; staff see it and say with one press: I come."""

from __future__ import annotations

from typing import Literal

from hall_daemon.adapters.http.ask import Limited
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.gate import origin_of
from hall_daemon.adapters.questions.helps import HelpCall, TooManyCalls
from hall_daemon.app.view_context import iso
from hall_daemon.web.endpoint import Call, Fault, Operation, Reply, encode, get, post
from hall_daemon.web.limits import Rate
from hall_daemon.wire import ask as w
from hall_daemon.wire.messages import NoBody

# A person presses some times because nobody comes; more is a game.
_EACH, _ALL = Rate(0.2, 10), Rate(5.0, 100)
_ONE = "/api/v1/helps/{help}"


class HelpsApi:
    """`public`: the listener of phones, where only a ticket's holder calls, as staff look for the number."""

    def __init__(self, commands: HallCommands, *, public: bool) -> None:
        self._commands, self._public = commands, public
        self._deps, self._desk = commands.deps, commands.deps.questions.helps
        self._limited = Limited(_EACH, _ALL, commands.deps.monotonic)

    def operations(self) -> tuple[Operation, ...]:
        codes = ("helps_full", "rate_limited")
        if self._public:
            return (
                post(
                    "callForHelp", "anybody", "/api/v1/helps", "Call for a person, as the holder of a ticket",
                    self.call_by_phone, w.HelpView, body=w.PhoneHelpBody, codes=(*codes, "unknown_token"),
                ),
                get(
                    "getHelp", "anybody", _ONE, "What became of a call", self.one, w.HelpView, codes=("unknown_help",)
                ),
                post(
                    "withdrawHelp", "anybody", f"{_ONE}/withdraw", "Nobody need come any more", self.withdraw,
                    w.HelpView, body=NoBody, codes=("unknown_help",),
                ),
            )
        return (
            post(
                "callForHelp", "help", "/api/v1/helps", "Call for a person, to this kiosk", self.call, w.HelpView,
                body=w.HelpBody, codes=codes,
            ),
            get("getHelp", "look", _ONE, "What became of a call", self.one, w.HelpView, codes=("unknown_help",)),
            post(
                "withdrawHelp", "help", f"{_ONE}/withdraw", "Nobody need come any more", self.withdraw, w.HelpView,
                body=NoBody, codes=("unknown_help",),
            ),
            get("listHelps", "assist", "/api/v1/helps", "Who wants a person", self.all, w.Helps),
            post(
                "answerHelp", "assist", f"{_ONE}/answer", "I go there", self.answer, w.HelpView, body=NoBody,
                codes=("unknown_help",),
            ),
        )

    async def call(self, call: Call) -> Reply:
        kind, _, name = call.by.partition(":")
        if kind == "staff":
            return self._called(call, call.by, "staff", self._deps.views.staff_number(call.by))
        return self._called(call, call.by, "kiosk", name or call.by)

    async def call_by_phone(self, call: Call) -> Reply:
        replica, token = self._commands.replica, call.body.token
        await replica.fresh()
        ticket = replica.read(lambda hall, seq: hall.tickets.get(hall.tokens.get(token, "")))
        if ticket is None:
            raise Fault("unknown_token")
        return self._called(call, f"ticket:{ticket.id}", "phone", ticket.number)

    def _called(self, call: Call, source: str, channel: Literal["kiosk", "phone", "staff"], place: str) -> Reply:
        self._limited.check(source if channel != "phone" else origin_of(call))
        # A page may be older than the guides: whoever wants a person gets one, whatever it is about.
        matter: str = call.body.matter if self._deps.questions.knows(call.body.matter) else ""
        try:
            made = self._desk.call(source, channel, place, matter)
        except TooManyCalls:
            raise Fault("helps_full") from None
        return Reply(200, encode(self._view(made)))

    async def one(self, call: Call) -> Reply:
        found = self._desk.one(call.params["help"])
        if found is None:
            raise Fault("unknown_help")
        return Reply(200, encode(self._view(found)))

    async def withdraw(self, call: Call) -> Reply:
        """Who called has its id, and nobody else but staff."""
        found = self._desk.withdraw(call.params["help"])
        if found is None:
            raise Fault("unknown_help")
        return Reply(200, encode(self._view(found)))

    async def all(self, call: Call) -> Reply:
        return Reply(200, encode(w.Helps(tuple(map(self._view, self._desk.all())))))

    async def answer(self, call: Call) -> Reply:
        found = self._desk.answer(call.params["help"], call.by)
        if found is None:
            raise Fault("unknown_help")
        return Reply(200, encode(self._view(found)))

    def _view(self, one: HelpCall) -> w.HelpView:
        by = self._deps.views.staff_number(one.by) if one.by else ""
        return w.HelpView(
            help=one.id, channel=one.channel, place=one.place, matter=one.matter, at=iso(one.at),
            state="coming" if one.by else "open", by="" if self._public else by,
        )

"""Bodies of requests: what the hall is asked. A field that nobody knows is refused, and everything has its bound."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
# Who sits at a window: an account's id or number, never a name. The journal cannot forget.
StaffId = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9_:-]*$(?!\n)")]
# Where a number was drawn.
Channel = Literal["", "kiosk", "staff", "phone", "tool", "rehearsal"]
Code = Annotated[str, Meta(min_length=1, max_length=64)]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """Something we read: unknown fields are an error that names them."""


class Slot(Body, frozen=True):
    """An appointment, ISO 8601 with offset."""

    from_: str = msgspec.field(name="from")
    to: str


class IssueBody(Body, frozen=True, kw_only=True):
    """POST /api/v1/tickets. Give `service`, or `services` for several matters on one ticket. `review`: a passed
    pre-review to come with; its `case_token`, or the `id_number` of its person, says that it is one's own."""

    service: Id | None = None
    services: Annotated[list[Id], Meta(min_length=1, max_length=8)] | None = None
    class_: Literal["ordinary", "appointment", "priority"] = msgspec.field(name="class", default="ordinary")
    class_reason: Annotated[str, Meta(max_length=64)] = ""
    slot: Slot | None = None
    printer: Annotated[str, Meta(max_length=64)] = ""
    channel: Channel = ""
    review: Annotated[str, Meta(max_length=64)] = ""
    case_token: Annotated[str, Meta(max_length=64)] = ""
    id_number: Annotated[str, Meta(max_length=32)] = ""


class NoBody(Body, frozen=True):
    """A POST that needs nothing said. An empty body is the same as {}."""


class CallTicketBody(Body, frozen=True):
    """`ticket` is an id or today's number; `reason` one of the hall's pick reasons."""

    ticket: Code
    reason: Code


class OpenBody(Body, frozen=True):
    """`staff` is an id or a number, as 1024 or li-si, never a name. `take_over` says that the window is wanted although
    somebody else has it; its number stays and goes on."""

    staff: StaffId
    take_over: bool = False


class PauseBody(Body, frozen=True):
    reason: Code


class ResumeBody(Body, frozen=True):
    """`ticket` chooses between several held ones; the last one otherwise."""

    ticket: Annotated[str, Meta(max_length=64)] = ""


class TransferBody(Body, frozen=True):
    service: Annotated[str, Meta(max_length=64)] = ""
    to_window: Annotated[str, Meta(max_length=64)] = ""
    keep: Literal["place", "end", "clerk"] = "place"


class SlipBody(Body, frozen=True):
    printer: Code


class PriorityBody(Body, frozen=True):
    """`reason` is one of the hall's priority reasons."""

    reason: Code

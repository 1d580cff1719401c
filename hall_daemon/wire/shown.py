"""What screens of the hall should show, and what they took."""

from __future__ import annotations

from hall_daemon.wire.messages import Message


class ShownText(Message, frozen=True):
    """`lit`: a call, which draws the eye."""

    text: str
    lit: bool


class ShownScreen(Message, frozen=True, kw_only=True):
    """One screen of a device. `desired` is what it should show, null before the hall has said so; `reported` what it
    took last, null where nobody knows; `age_s` since it took something. `window`: over which it stands, null for an
    area of a big screen."""

    id: str
    device: str
    window: str | None
    desired: ShownText | None
    reported: ShownText | None
    age_s: int | None


class ShownScreens(Message, frozen=True):
    """GET /api/v1/screens."""

    screens: tuple[ShownScreen, ...]

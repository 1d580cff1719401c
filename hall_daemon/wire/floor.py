"""Where the windows of a hall are: the body of GET /api/v1/floor."""

from __future__ import annotations

from hall_daemon.wire.texts import Message, Text


class FloorCell(Message, frozen=True, kw_only=True):
    """A window by its id and label, a landmark by its name, or nothing. `wide`: over so many columns."""

    window: str | None = None
    label: str = ""
    name: Text | None = None
    wide: int = 1


class FloorPlan(Message, frozen=True, kw_only=True):
    """`rows` from the windows to the entrance, none where nobody drew them; `places` how one gets to a window, by its
    id."""

    rows: tuple[tuple[FloorCell, ...], ...]
    places: dict[str, Text]

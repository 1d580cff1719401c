"""What every reader is told: whose it is."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from device_drivers.options import Table


class ReaderOptions(Table, frozen=True, kw_only=True):
    """`kiosk`: what is read here reaches that kiosk's session and nothing else; "" where it stands at a window."""

    kiosk: Annotated[str, Meta(max_length=100)] = ""

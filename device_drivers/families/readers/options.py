"""What every reader is told: whose it is."""

from __future__ import annotations

from device_drivers.options import Name, Table


class ReaderOptions(Table, frozen=True, kw_only=True):
    """`kiosk`: what is read here reaches that kiosk's session and nothing else."""

    kiosk: Name

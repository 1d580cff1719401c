"""What it means in the hall that a device is out: words by its role, served with each device.

What is wrong with it and what to do at the device is said by its kind (`device_drivers`, a table of conditions).
"""

from __future__ import annotations

from typing import Literal, get_args

from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text

Role = Literal["printer", "screen", "pad", "speaker", "reader", "machine"]
ROLES: tuple[Role, ...] = get_args(Role)

# States of life that say by themselves what they mean, of any device; True: somebody has to know.
ANYWHERE = {"starting": False, "stopped": True}


def role_name(role: Role) -> Text:
    return tables().text(f"device.{role}.name")


def effect(role: Role, *, stops: bool) -> Text:
    """What comes of it: what does not happen while it is out, or that it works nevertheless."""
    return tables().text(f"device.{role}.{'without' if stops else 'still'}")


def meanwhile(role: Role) -> Text | None:
    """What people do instead, where there is something."""
    return tables().find(f"device.{role}.meanwhile")

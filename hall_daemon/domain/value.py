"""`@value`: a dataclass that type checkers hold to be frozen.

At run time it is a plain slotted dataclass: freezing costs 3 µs an object, and a hall at its peak makes tens of
thousands a second. mypy --strict refuses every assignment to a field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    return dataclass(slots=True, unsafe_hash=True)(cls)

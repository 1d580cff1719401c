"""What a listener counts."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from hall_daemon.web.streams import Streams


class Listener(NamedTuple):
    """What one listener counts: requests by (operation, status), streams, refusals by the rate limit."""

    name: str
    requests: Counter[tuple[str, int]]
    streams: Streams
    limited: Counter[str]

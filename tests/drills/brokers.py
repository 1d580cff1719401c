"""A broker that is not the hall's own: there when a drill wants it to be."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.drills.stand import Stand, wait_until

LISTENS_S = 10.0
# A broker drops what its subscribers have not taken once 1,000 messages wait, by default: a drill that counts events
# on a busy machine would blame the hall for that.
CONFIG = """listener {port} 127.0.0.1
allow_anonymous true
persistence false
user root
max_queued_messages 0
"""


@contextmanager
def broker(stand: Stand) -> Iterator[None]:
    """Somebody else's mosquitto on the port that the configuration names, without a memory."""
    config = stand.folder / "mosquitto.conf"
    config.write_text(CONFIG.format(port=stand.broker[1]))
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    log = stand.folder / "mosquitto.txt"
    with log.open("wb") as words:
        process = subprocess.Popen(["mosquitto", "-c", str(config)], env={"PATH": path}, stdout=words, stderr=words)
    try:
        wait_until(
            lambda: takes_connections(stand.broker) or process.poll() is not None, LISTENS_S, "mosquitto listens"
        )
        assert process.poll() is None, log.read_text(errors="replace")
        yield
    finally:
        process.terminate()
        process.wait(10)


def takes_connections(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True

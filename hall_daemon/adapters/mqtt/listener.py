"""A subscriber as a phone or a screen would be: counts what it hears and keeps the last word of every topic.

One thread, "mqtt-listener", that comes back when the broker was away. Used by rehearsals, not by the hall.
"""

from __future__ import annotations

import logging
import threading
import time
from secrets import token_hex

from hall_daemon.adapters.mqtt.session import BrokerAddress, BrokerAway, Session
from hall_daemon.adapters.system.wake import Wake

_LOGGER = logging.getLogger(__name__)

AGAIN_S = 0.3


class MqttListener:
    """`start` returns once it hears `topic`, or raises BrokerAway after `timeout_s`."""

    def __init__(self, address: BrokerAddress, topic: str) -> None:
        self.messages = 0
        self.last: dict[str, bytes] = {}
        self._address = address
        self._topic = topic
        self._wake = Wake()
        self._stopping = False
        self._hears = threading.Event()
        self._why = "no answer"
        self._thread = threading.Thread(target=self._run, name="mqtt-listener", daemon=True)

    def start(self, timeout_s: float = 5.0) -> None:
        self._thread.start()
        if not self._hears.wait(timeout_s):
            self.stop()
            raise BrokerAway(f"nothing can be heard at {self._address}: {self._why}")

    def stop(self, timeout_s: float = 2.0) -> None:
        self._stopping = True
        self._wake.rouse()
        self._thread.join(timeout_s)
        if not self._thread.is_alive():
            self._wake.close()

    def _run(self) -> None:
        while not self._stopping:
            session = Session(self._address, f"listener-{token_hex(4)}")
            try:
                self._listen(session)
                session.close()
            except BrokerAway as away:
                self._why = str(away)
                _LOGGER.info("mqtt listener: %s", away)
                if not self._stopping:
                    self._wake.wait(AGAIN_S)
            finally:
                session.drop()

    def _listen(self, session: Session) -> None:
        session.open(self._wake, lambda: self._stopping)
        session.subscribe(self._topic)
        while not self._stopping:
            session.wait(1.0, self._wake)
            heard, session.received = session.received, []
            self.messages += len(heard)
            for said in heard:
                self.last[said.topic] = said.payload
            if any(agreed for _, agreed in session.subscribed):
                self._hears.set()


def retained(address: BrokerAddress, topic: str, *, quiet_s: float = 0.2, timeout_s: float = 3.0) -> dict[str, bytes]:
    """What a newcomer is given at once: every retained message under `topic`. Raises BrokerAway."""
    wake = Wake()
    session = Session(address, f"newcomer-{token_hex(4)}")
    kept: dict[str, bytes] = {}
    give_up_at = quiet_at = time.monotonic() + timeout_s
    try:
        session.open(wake, lambda: False)
        session.subscribe(topic)
        while (now_s := time.monotonic()) < min(give_up_at, quiet_at):
            session.wait(min(give_up_at, quiet_at) - now_s, wake)
            heard, session.received = session.received, []
            kept.update((said.topic, said.payload) for said in heard if said.retained)
            if any(said.retained for said in heard) or (session.subscribed and quiet_at == give_up_at):
                quiet_at = time.monotonic() + quiet_s
        session.close()
    finally:
        session.drop()
        wake.close()
    return kept

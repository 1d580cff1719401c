"""One connection to an MQTT broker, from its first byte to its end: the only place that uses paho-mqtt.

Knows no hall and no topic. One thread uses a session and drives it by `wait`; a client is never used for a second
connection, so that nothing stale is sent again by itself. Callbacks only note what came: an exception in
one would otherwise end paho's reading while it still publishes.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from hall_daemon.adapters.system.wake import Wake
from hall_daemon.config.settings import Mqtt

KEEPALIVE_S = 15
# A broker that is there but hangs says nothing: it is asked when it was silent for so long, and has so long to answer.
# The keepalive of MQTT would tell within half a minute, and a shorter one would have the broker end us when late.
ASK_S = 1.0
ANSWER_S = 3.0
QOS = 1


class BrokerAway(Exception):
    """No connection, and why. `refused`: the broker is there and says no, so somebody must mend something;
    `kicked`: a connection that stood was ended from the other side; `mute`: a new one was taken and never answered."""

    def __init__(self, why: str, *, refused: bool = False, kicked: bool = False, mute: bool = False) -> None:
        super().__init__(why)
        self.refused = refused
        self.kicked = kicked
        self.mute = mute


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where a broker is and how to be let in. `password_file` holds the password on its first line and is read
    at every connection; `ca_file` makes it TLS."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None

    @classmethod
    def of(cls, said: Mqtt) -> BrokerAddress:
        """As the configuration has it."""
        password, ca_file = (Path(file) if file else None for file in (said.password_file, said.ca_file))
        return cls(said.host, said.port, said.username, password, ca_file)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Received(NamedTuple):
    """`retained`: the broker had kept it; it was not said just now."""

    topic: str
    payload: bytes
    retained: bool


class Session:
    """Open it, publish and wait in turns, close it. Every call may raise BrokerAway once the link is gone."""

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        *,
        will: tuple[str, bytes] | None = None,
        timeout_s: float = 3.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.acked: list[int] = []
        self.received: list[Received] = []
        self.subscribed: list[tuple[int, bool]] = []
        self.connected = False
        self.address = address
        self._will = will
        self._timeout_s = timeout_s
        self._monotonic = monotonic
        self._answer: tuple[bool, str] | None = None
        self._heard_s = monotonic()
        self._asked_s: float | None = None  # since when it owes an answer
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id, clean_session=True, protocol=MQTTv311, reconnect_on_failure=False
        )
        self._client.suppress_exceptions = True
        self._client.connect_timeout = timeout_s
        self._client.max_inflight_messages_set(0)  # whoever publishes keeps the limit
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def open(self, wake: Wake, give_up: Callable[[], bool]) -> None:
        """Connect and be accepted. Raises BrokerAway, also when `give_up` says so."""
        self._prepare()
        try:
            self._try_tls()
            self._client.connect(self.address.host, self.address.port, KEEPALIVE_S)
            sock = self._client.socket()
            if isinstance(sock, socket.socket):
                # Without it a small message behind another waits for the first one's acknowledgement.
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except ssl.SSLError as error:
            why = f"no TLS with it ({error.reason or error}); check mqtt.ca_file and that the port speaks TLS"
            raise BrokerAway(why, refused=True) from error
        except ConnectionRefusedError as error:
            raise BrokerAway("nothing listens there") from error
        except TimeoutError as error:
            raise BrokerAway(f"no answer within {self._timeout_s:g} s") from error
        except (OSError, UnicodeError) as error:
            raise BrokerAway(getattr(error, "strerror", None) or str(error)) from error
        give_up_at = self._monotonic() + self._timeout_s
        while self._answer is None and not give_up():
            if self._monotonic() >= give_up_at:
                raise BrokerAway(f"it took the connection but did not answer within {self._timeout_s:g} s", mute=True)
            self.wait(give_up_at - self._monotonic(), wake)
        if self._answer is None:
            raise BrokerAway("stopping")
        self._accepted()

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> int:
        """Send at QoS 1; the number comes back in `acked`."""
        info = self._client.publish(topic, payload, QOS, retain)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BrokerAway("the connection ended", kicked=True)
        return info.mid

    def subscribe(self, topic: str) -> int:
        """Ask for a topic; the number comes back in `subscribed` with whether the broker agreed."""
        result, mid = self._client.subscribe(topic, QOS)
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS or mid is None:
            raise BrokerAway("the connection ended", kicked=True)
        return mid

    def unsubscribe(self, topic: str) -> None:
        self._client.unsubscribe(topic)

    def wait(self, timeout_s: float, wake: Wake) -> None:
        """Read and write until something came, `wake` was roused, or the time is over; never longer than the broker may
        be silent."""
        client = self._client
        sock = client.socket()
        if sock is None:
            self._gone()
            return
        pending = bool(getattr(sock, "pending", int)())  # TLS may hold bytes that select does not see
        poll = select.poll()
        poll.register(sock, select.POLLIN | (select.POLLOUT if client.want_write() else 0))
        poll.register(wake.fileno(), select.POLLIN)
        if self.connected:
            until_s = self._heard_s + ASK_S if self._asked_s is None else self._asked_s + ANSWER_S
            timeout_s = min(timeout_s, until_s - self._monotonic())
        ready = dict(poll.poll(0 if pending else max(0.0, timeout_s) * 1000))
        if wake.fileno() in ready:
            wake.clear()
        flags = ready.get(sock.fileno(), 0)
        if pending or flags & ~select.POLLOUT:
            client.loop_read()
            self._heard_s, self._asked_s = self._monotonic(), None
        elif self.connected:
            self._ask()
        if flags & select.POLLOUT:
            client.loop_write()
        client.loop_misc()
        if client.socket() is None:
            self._gone()

    def _ask(self) -> None:
        """Have a broker that has been silent say something: it answers to whoever wants a topic no more, always."""
        now_s = self._monotonic()
        if self._asked_s is None and now_s - self._heard_s >= ASK_S:
            self._asked_s = now_s
            self._client.unsubscribe("nothing")
        elif self._asked_s is not None and now_s - self._asked_s >= ANSWER_S:
            raise BrokerAway(f"it stands and has not answered for {ANSWER_S:g} s")

    def close(self) -> None:
        """Say good-bye (no last will) when the link stands; never raises."""
        try:
            if self.connected:
                self._client.disconnect()
        except OSError:
            pass
        self.drop()

    def drop(self) -> None:
        """End the link as a crash would: the broker says the last will."""
        sock = self._client.socket()
        if sock is not None:
            sock.close()

    def _prepare(self) -> None:
        address = self.address
        if address.username:
            password = None
            if address.password_file is not None:
                try:
                    password = address.password_file.read_text().splitlines()[0]
                except (OSError, UnicodeDecodeError, IndexError) as error:
                    why = f"mqtt.password_file {address.password_file} cannot be read ({error})"
                    raise BrokerAway(why, refused=True) from error
            self._client.username_pw_set(address.username, password)
        if address.ca_file is not None:
            try:
                self._client.tls_set(ca_certs=str(address.ca_file))
            except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
                why = f"mqtt.ca_file {address.ca_file} cannot be used ({error})"
                raise BrokerAway(why, refused=True) from error
        if self._will is not None:
            self._client.will_set(self._will[0], self._will[1], QOS, retain=True)

    def _try_tls(self) -> None:
        """Shake hands once on a link of our own: paho leaves its socket open when that fails."""
        if self.address.ca_file is None:
            return
        context = ssl.create_default_context(cafile=str(self.address.ca_file))
        where = (self.address.host, self.address.port)
        with socket.create_connection(where, self._timeout_s) as link:
            context.wrap_socket(link, server_hostname=self.address.host).close()

    def _accepted(self) -> None:
        assert self._answer is not None
        ok, words = self._answer
        if not ok:
            why = f"it refuses us ({words}); check mqtt.username and mqtt.password_file"
            raise BrokerAway(why, refused=True)
        self.connected = True

    def _gone(self) -> None:
        if self._answer is not None and not self._answer[0]:
            self._accepted()
        if not self.connected:
            raise BrokerAway("it closed the connection at once; does the port speak MQTT, and without TLS?")
        raise BrokerAway("the connection ended", kicked=True)

    # Callbacks run inside `wait`, `publish` and `open`, on the thread that called those.

    def _on_connect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        self._answer = (not reason.is_failure, str(reason))

    def _on_publish(self, client: Client, userdata: Any, mid: int, reason: Any, properties: Any) -> None:
        self.acked.append(mid)

    def _on_subscribe(self, client: Client, userdata: Any, mid: int, reasons: Any, properties: Any) -> None:
        self.subscribed.append((mid, not any(reason.is_failure for reason in reasons)))

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        self.received.append(Received(message.topic, bytes(message.payload), message.retain))

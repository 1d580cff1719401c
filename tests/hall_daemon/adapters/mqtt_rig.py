"""What the tests of the publisher share: quick timing, a lively day, what should stand at the broker."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import json as msgspec_json

from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.adapters.mqtt.publisher import MqttPublisher
from hall_daemon.adapters.mqtt.retry import Timing
from hall_daemon.app.published import retained_states
from hall_daemon.domain import commands as c
from tests.hall_daemon.adapters.listener import PATIENCE_S, Listener
from tests.hall_daemon.app.small_hall import DAY, SmallHall, ticket_pages
from tests.hall_daemon.asyncapi_check import validate_published

QUICK = Timing(refresh_s=0.05, sweep_s=0.5, first_retry_s=0.05, last_retry_s=0.2, ack_s=0.3)


Publish = Callable[..., MqttPublisher]


def tree(hall: SmallHall) -> str:
    return f"hall/v1/{hall.plan.id}/#"


def expected(hall: SmallHall, publisher: MqttPublisher) -> dict[str, Any]:
    at = publisher._ctx, hall.hall, hall.seq, hall.now()
    states = {**retained_states(*at), **ticket_pages(*at)}
    return {topic: without_time(json.loads(msgspec_json.encode(state))) for topic, state in states.items()}


def without_time(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key not in ("seq", "as_of")}


def retained_at(broker: Broker, hall: SmallHall) -> dict[str, Any]:
    """What a newcomer is told, states without their times."""
    with Listener(broker.address, tree(hall), "end") as newcomer:
        newcomer.publish("end", b".", retain=False)
        newcomer.until(lambda heard: heard[-1:] and heard[-1].topic == "end", "end")
        found = {topic: validate_published(topic, said, retained=True) for topic, said in newcomer.retained().items()}
    return {topic: without_time(said) if isinstance(said, dict) else said for topic, said in found.items()}


def lively_day(hall: SmallHall) -> None:
    for name in ("1", "2", "3"):
        hall.do(c.OpenWindow(name, f"clerk-{name}"))
    for n in range(12):
        hall.later(20)
        hall.issue(("id-card", "social", "tax")[n % 3], class_="priority" if n == 5 else "ordinary")
    hall.issue("id-card", "tax")
    for name in ("1", "2", "3"):
        hall.do(c.CallNext(name))
    hall.later(10)
    hall.do(c.Recall("1"))
    hall.do(c.Start("1"))
    hall.do(c.Hold("1"))
    hall.do(c.CallNext("1"))
    hall.do(c.Undo("1"))
    hall.do(c.Resume("1"))
    hall.do(c.Finish("1"))
    hall.do(c.Miss("2"))
    missed = next(t.id for t in hall.hall.tickets.values() if t.state == "missed")
    hall.do(c.Return(missed))
    hall.do(c.Start("3"))
    hall.do(c.Transfer(hall.hall.window("3").ticket, keep="clerk"))
    hall.do(c.PauseWindow("2", "lunch"))
    hall.later(60)
    while hall.hall.window("1").status == "open":
        if not isinstance(done := hall.try_(c.CallNext("1")), tuple) and done.code == "nobody_waits":
            hall.do(c.CloseWindow("1"))
        hall.later(30)
    hall.do(c.Cancel(f"{DAY}-A012" if f"{DAY}-A012" in hall.hall.tickets else hall.issue("tax")))
    hall.issue("social")


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Poll what cannot be waited on; bounded."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.01)):
        if found := condition():
            return found
        pause.wait(0.01)
    pytest.fail(f"did not happen: {what}")

"""The hall's queues and devices as entities of a Home Assistant. Pure: topic -> what is retained there."""

from __future__ import annotations

from collections.abc import Iterable

from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain.plan import Plan
from hall_daemon.wire import topics
from hall_daemon.wire.devices import DeviceView
from hall_daemon.wire.home_assistant import Apparatus, BinarySensor, Entity, Origin, Sensor
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Fact, said

MAKER = "service-hall"
# Half of those who draw a number now wait less; the range stands beside it, as what nobody is told without.
_WAIT = "{{ (value_json.wait.p50_s / 60) | round(0, 'ceil') | int if value_json.wait.p50_s is defined else none }}"
_RANGE = "{{ value_json.wait | tojson }}"
_WAITING = "{{ value_json.waiting }}"
_FIGURES = (
    "{{ dict(serving=value_json.serving, windows_open=value_json.windows_open, calling=value_json.calling) | tojson }}"
)
_TROUBLE = "{{ 'OFF' if value_json.state == 'ready' else 'ON' }}"
_WHY = "{{ dict(state=value_json.state, code=value_json.code, detail=value_json.detail) | tojson }}"


def entities(ctx: ViewContext, devices: Iterable[DeviceView], language: str) -> dict[str, Entity]:
    """Names in `language`, in Chinese where it has none."""
    plan = ctx.plan

    def words(key: str, **facts: Fact) -> str:
        return said(tables().text(f"home_assistant.{key}", facts), language)

    hall = Apparatus(
        identifiers=(_id(plan),), name=said(plan.name, language), manufacturer=MAKER, model=words("model")
    )

    def about(id_: str, state: str, value: str, attributes: str) -> dict[str, object]:
        return {
            "unique_id": f"{_id(plan)}-{id_}", "state_topic": state, "value_template": value,
            "json_attributes_topic": state, "json_attributes_template": attributes,
            "availability_topic": topics.status(plan.id), "expire_after": ctx.ttl_s, "device": hall,
            "origin": Origin(MAKER),
        }

    found: dict[str, Entity] = {}
    for queue in plan.queues.values():
        state = topics.queue_state(plan.id, queue.id)
        waiting, wait = f"queue-{queue.id}-waiting", f"queue-{queue.id}-wait"
        found[topics.home_assistant_sensor(plan.id, waiting)] = Sensor(
            name=words("waiting", queue=queue.name), icon="mdi:account-multiple", unit_of_measurement=words("people"),
            **about(waiting, state, _WAITING, _FIGURES),  # type: ignore[arg-type]
        )
        found[topics.home_assistant_sensor(plan.id, wait)] = Sensor(
            name=words("wait", queue=queue.name), icon="mdi:timer-sand", unit_of_measurement="min",
            **about(wait, state, _WAIT, _RANGE),  # type: ignore[arg-type]
        )
    for device in devices:
        id_ = f"device-{device.id}"
        state = topics.device_state(plan.id, device.id)
        found[topics.home_assistant_problem(plan.id, id_)] = BinarySensor(
            name=words("device", device=device.name), icon="mdi:alert-circle-outline",
            **about(id_, state, _TROUBLE, _WHY),  # type: ignore[arg-type]
        )
    return found


def _id(plan: Plan) -> str:
    return f"hall-{plan.id}"

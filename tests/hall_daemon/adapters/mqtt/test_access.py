"""Who may read and write which topic, at a real mosquitto: each role, each topic, each way to ask for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall_daemon.adapters.accounts.denied import Denied
from hall_daemon.adapters.mqtt.access_list import access_list, logins
from hall_daemon.adapters.mqtt.broker import Broker
from hall_daemon.staff.account import HALL_USER, Machine
from hall_daemon.staff.rights import MACHINE_ROLES
from tests.hall_daemon.adapters.mqtt.guarded_broker import SAYS, TREE, Caller, Guarded, answer, wait_until_let_in

PUBLIC = {
    f"{TREE}/{topic}"
    for topic in (
        "status", "state", "forecast", "accuracy", "queues/a/state", "queues/a/forecast", "services/s/state",
        "windows/1/state",
    )
}
INSIDE = {f"{TREE}/{topic}" for topic in ("tickets/0123456789abcdef", "devices/strip/state", "events")} | {
    "homeassistant/sensor/hall-demo/queue-a-wait/config", "homeassistant/binary_sensor/hall-demo/device-strip/config",
}
FOREIGN = {
    "hall/v1/other/state", "hall/v1/other/tickets/0123", "elsewhere", "hall", f"{TREE}/devices/device-1/state",
    "homeassistant/status", "homeassistant/sensor/hall-other/queue-a-wait/config",
}
EVERYTHING = PUBLIC | INSIDE | set(SAYS.values()) | FOREIGN
LOOKERS = {"kiosk", "screen", "gateway", "tool"}
TELLERS = {"device", "gateway"}
WAYS = ("#", "hall/#", "+/+/+/+", "hall/v1/demo/tickets/#", "$SYS/#", "$share/g/#", "$share/g/hall/v1/demo/tickets/+")


def reads(role: str) -> set[str]:
    """As docs/mqtt.md says it, and not as the code does."""
    if role == "reader":
        return {topic for topic in EVERYTHING if topic.startswith("hall")}
    return PUBLIC | (INSIDE | {f"{TREE}/devices/device-1/state"} if role in LOOKERS else set()) | writes(role)


def writes(role: str) -> set[str]:
    return {SAYS[role]} if role in TELLERS else set()


# -- the table ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ["anonymous", "reader", *MACHINE_ROLES])
def test_who_reads_what(guarded: Guarded, role: str, way: str) -> None:
    """Live and retained, by any way to ask: whoever subscribes to more gets no more. `end` says that all was said."""
    with guarded.call(guarded.hall) as hall:
        for topic in EVERYTHING:
            hall.publish(topic, b"kept", retain=True)
        with guarded.call(guarded.credentials[role]).subscribe(way) as caller:
            for topic in EVERYTHING:
                hall.publish(topic, b"live")
            caller.subscribe(f"{TREE}/status")
            hall.publish(f"{TREE}/status", b"end")
            caller.until(lambda: b"end" in [said for _, said, _ in caller.heard], "the end")
        heard = caller.topics(payload=b"live") | caller.topics(payload=b"kept")
        assert heard <= reads(role)
        if way == "#":
            assert caller.topics(payload=b"live") == reads(role)
            assert caller.topics(payload=b"kept") == reads(role)
        for topic in EVERYTHING:
            hall.publish(topic, b"", retain=True)


@pytest.mark.parametrize("role", ["anonymous", "reader", *MACHINE_ROLES])
def test_who_writes_what(guarded: Guarded, role: str) -> None:
    """By publishing, keeping, and by a will."""
    credential = guarded.credentials[role]
    forbidden = {"$SYS/broker/uptime", "$CONTROL/dynamic-security/v1", f"$share/g/{TREE}/state"}
    with guarded.hears() as hall:
        with guarded.call(credential) as caller:
            for topic in EVERYTHING | {"$SYS/broker/uptime", "$CONTROL/dynamic-security/v1"}:
                caller.publish(topic, b"forged")
        with guarded.call(credential) as caller:
            for topic in EVERYTHING:
                caller.publish(topic, b"kept", retain=True)
        for topic in EVERYTHING | forbidden:
            with guarded.call(credential, will=topic) as caller:
                caller.drop()
        for will in writes(role):
            hall.until(lambda will=will: will in hall.topics(payload=b"will"), "the will that is allowed")  # type: ignore[misc]
        hall.publish("elsewhere", b"end")
        hall.until(lambda: "elsewhere" in hall.topics(payload=b"end"), "the end")
        for payload in (b"forged", b"kept", b"will"):
            assert hall.topics(payload=payload) == writes(role), payload
        with guarded.hears() as newcomer:
            newcomer.publish("elsewhere", b"end")
            newcomer.until(lambda: "elsewhere" in newcomer.topics(payload=b"end"), "the end")
            assert newcomer.topics(retained=True) == writes(role)
        for topic in writes(role):
            hall.publish(topic, b"", retain=True)


def test_phones_read_what_is_public_and_write_nothing(guarded: Guarded) -> None:
    with guarded.hears() as hall, Caller(guarded.phones, phone=True) as phone:
        phone.subscribe("#")
        for topic in EVERYTHING:
            hall.publish(topic, b"live")
            phone.publish(topic, b"forged", retain=True)
        phone.until(lambda: phone.topics() >= PUBLIC, "what is public")
        assert phone.topics() == PUBLIC
        assert hall.topics(payload=b"forged") == set()


def test_wrong_credentials_are_refused_alike(guarded: Guarded) -> None:
    device = guarded.credentials["device"]
    name, secret = device.rsplit(".", 1)
    users = (f"{name}.{secret}x", f"{name}. ", f"nobody.{secret}", f"{name}.b.{secret}", f"{HALL_USER}.hall")
    answers = {credential: answer(guarded.broker.port, credential) for credential in (*users, f"reader.{secret}")}
    assert set(answers.values()) == {"Not authorized"}, answers


def test_with_nobody_anonymous_an_account_is_needed(own: Guarded) -> None:
    own.broker.stop()
    closed = Broker(replace(own.broker._settings, anonymous=False, tls=None, phones=None))
    closed.start()
    try:
        assert answer(closed.port) == "Not authorized"
        assert answer(closed.port, own.credentials["device"]) == "Success"
    finally:
        closed.stop()


# -- names that would be lines -------------------------------------------------------------------------

BAD_NAMES = (
    "", "a b", "x\nuser hall", "x\ntopic readwrite #", "#", "+", "a/b", "a:b", "a.b", "$SYS", "-a", "é", "a" * 65,
    "a\x00",
)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_name_gets_no_credential_and_no_line(guarded: Guarded, name: str) -> None:
    with pytest.raises(Denied, match="bad_field"):
        guarded.add(name, "device")
    hash_ = guarded.accounts.store.machines["device-1"].logins[0].partition(":")[2]
    slipped_in = Machine(id=name, role="device", secrets=(), logins=(f"{name}:{hash_}",))
    assert logins([slipped_in]) == ""
    assert access_list("demo", [slipped_in], writers={}) == access_list("demo", [], writers={})


def test_a_machine_called_as_the_hall_is_none_at_the_broker(own: Guarded) -> None:
    credential = own.add(HALL_USER, "tool", by="core")  # as a data folder may have one from before
    late = own.add("late-1", "device")
    own.broker.look()
    wait_until_let_in(own, late)
    assert answer(own.broker.port, credential) == "Not authorized"
    with own.hears() as hall:
        assert hall.answer == "Success", "the hall's own password is as it was"
    assert f"{HALL_USER}:" not in logins(own.accounts.store.machines.values())


def test_a_login_is_a_line_of_its_own_machine_or_none() -> None:
    good = "device-1:$7$101$c2FsdA==$a2V5"
    others = f"{good}\nhall:$7$1$c2FsdA==$a2V5", good.replace("device-1", "gateway-1")
    bad = (*others, "device-1", "device-1:plain", good + "\n")
    machine = Machine(id="device-1", role="device", secrets=(), logins=(*bad, good))
    assert logins([machine]) == good + "\n"
    assert logins([machine], taken=("device-1",)) == "", "the account of the configuration goes first"

"""F13, F15: the broker is killed, is away all the time, or keeps what nobody publishes any more; the hall goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hall_daemon.adapters.accounts.files import open_accounts
from hall_daemon.rehearsal.credentials import provide
from hall_daemon.wire import topics
from tests.drills.brokers import broker
from tests.drills.invariants import Retained, assert_sound, assert_whole, come_right, wrong_at_broker
from tests.drills.stand import Hall, Stand, wait_until

BACK_S = 10.0
ORPHANS_GONE_S = 5.0


def draw_and_call(stand: Stand, hall: Hall, told: list[str]) -> None:
    told.append(hall.draw())
    hall.window("1", "call-next")
    wait_until(lambda: stand.strip("1") == f"请{told[-1]}号办理", 5, "the call on its strip")


def test_our_broker_is_killed_and_comes_back_whole(tmp_path: Path) -> None:
    told: list[str] = []
    with Stand(tmp_path) as stand, stand.hall() as hall:
        hall.open()
        draw_and_call(stand, hall, told)
        (pid,) = hall.children("mosquitto")
        os.kill(pid, signal.SIGKILL)
        draw_and_call(stand, hall, told)
        wait_until(lambda: set(hall.children("mosquitto")) - {pid}, BACK_S, "a new broker")
        wait_until(lambda: hall.health()["mqtt"] == "ok", BACK_S, "connected again")
        draw_and_call(stand, hall, told)
        assert len(hall.said("mqtt: the broker at")) == 1
        assert len(hall.said("broker: mosquitto ended")) == 1
        assert len(hall.said("broker: mosquitto is back")) == 1
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_a_broker_that_was_never_there_and_then_is(tmp_path: Path) -> None:
    told: list[str] = []
    with Stand(tmp_path, mqtt="external") as stand, stand.hall() as hall:
        assert hall.ready["mqtt"] is None
        hall.open()
        for _ in range(5):
            draw_and_call(stand, hall, told)
        assert hall.health()["mqtt"].startswith("degraded: disconnected")
        assert len(hall.said("mqtt: the broker at")) == 1
        assert_whole(stand, hall, told)
        with broker(stand):
            told_before = len(told)
            with Retained(*stand.broker) as retained:
                wait_until(
                    lambda: wrong_at_broker(stand, stand.settings, retained) == [], 20, "everything is published"
                )
                draw_and_call(stand, hall, told)
                come_right(lambda: wrong_at_broker(stand, stand.settings, retained), BACK_S)
                # What happened while it was away arrives as events too, each once and in order.
                wait_until(lambda: numbers_issued(retained) == told, BACK_S, "the events since the start")
            assert len(told) == told_before + 1
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_what_a_dead_hall_left_retained_is_taken_away(tmp_path: Path) -> None:
    """A crash leaves `offline` by last will; the next start clears topics of windows that are no more."""
    told: list[str] = []
    with Stand(tmp_path, mqtt="external") as stand, broker(stand), Retained(*stand.broker) as retained:
        with stand.hall() as hall:
            hall.open()
            draw_and_call(stand, hall, told)
            come_right(lambda: wrong_at_broker(stand, stand.settings, retained), BACK_S)
            hall.kill()
        status = topics.status("drill")
        wait_until(lambda: retained.by_topic().get(status) == b"offline", BACK_S, "the last will")
        leave_behind(stand, topics.window_state("drill", "99"), b'{"old": true}')
        with stand.hall() as hall:
            wait_until(lambda: retained.by_topic().get(status) == b"online", BACK_S, "online again")
            # The window that is no more is gone, the rest is published with the new epoch.
            come_right(lambda: wrong_at_broker(stand, stand.settings, retained), ORPHANS_GONE_S)
            draw_and_call(stand, hall, told)
            assert_whole(stand, hall, told)
        wait_until(lambda: retained.by_topic().get(status) == b"offline", BACK_S, "said when it stops")
    assert_sound(stand.data, stand.settings, told)


def test_a_machine_of_a_hall_that_runs_is_let_in_and_cut_off(tmp_path: Path) -> None:
    """As `hall machine` does it, in another process than the hall's: each within seconds."""
    with Stand(tmp_path) as stand, stand.hall() as hall:
        hall.open()
        credential = provide(stand.data, {"screen-9": ("screen", ())})["screen-9"]
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        client.username_pw_set(*credential.split("."))
        answers: list[bool] = []
        pages: list[str] = []
        client.on_connect = lambda c, u, f, reason, p: answers.append(not reason.is_failure)
        client.on_message = lambda c, u, message: pages.append(message.topic)
        client.reconnect_delay_set(1, 1)
        client.connect(*stand.broker)
        client.loop_start()
        wait_until(lambda: True in answers, BACK_S, "let in")
        client.subscribe(topics.tickets("drill") + "+", 1)
        hall.draw()
        wait_until(lambda: pages, BACK_S, "a ticket's page")
        answers.clear()
        files = open_accounts(stand.data, lambda: 0)
        files.roster.remove_machine("screen-9", by="tool:drill")
        files.close()
        wait_until(lambda: answers, BACK_S, "cut off")
        client.loop_stop()
        assert answers == [False]


def numbers_issued(retained: Retained) -> list[str]:
    return [event["number"] for event in list(retained.events) if event["kind"] == "TicketIssued"]


def leave_behind(stand: Stand, topic: str, payload: bytes) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
    client.connect(*stand.broker)
    client.loop_start()
    client.publish(topic, payload, qos=1, retain=True).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()

"""kill -9 under load, ten times: nothing acknowledged is lost, no number given twice, the chain holds (I1, I2, F1)."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import requests

from hall_daemon.adapters.storage.data_folder import JOURNAL, SNAPSHOTS
from hall_daemon.adapters.storage.journal import JournalReader
from hall_daemon.adapters.storage.snapshots import restore
from hall_daemon.domain import events as e
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from tests.bench.daemon import Daemon, write_config

KILLS = 10
KIOSKS = 4
DRAWN_BEFORE_KILL = 40


@dataclass
class Acknowledged:
    """What people were told: idempotency key -> the number on their slip."""

    numbers: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    enough: threading.Event = field(default_factory=threading.Event)


def draw_until_it_dies(url: str, told: Acknowledged, target: int) -> None:
    """A kiosk: draws as fast as it can; a draw without an answer is kept, to be asked again with the same key."""
    with requests.Session() as session:
        while True:
            key = uuid.uuid4().hex
            try:
                answer = session.post(
                    f"{url}/api/v1/tickets", json={"service": "one"}, headers={"Idempotency-Key": key}, timeout=5
                )
            except requests.RequestException:
                with told.lock:
                    told.unanswered.append(key)
                return
            assert answer.status_code == 201, answer.text
            with told.lock:
                told.numbers[key] = answer.json()["number"]
                if len(told.numbers) >= target:
                    told.enough.set()


def test_ten_kills_lose_nothing_and_give_nothing_twice(tmp_path: Path) -> None:
    config, data = tmp_path / "hall.toml", tmp_path / "data"
    write_config(config, mqtt="off")
    told = Acknowledged()
    for kill in range(KILLS):
        with Daemon(config, data) as hall:
            for key in told.unanswered:
                answer = requests.post(
                    f"{hall.http}/api/v1/tickets",
                    json={"service": "one"},
                    headers={"Idempotency-Key": key},
                    timeout=5,
                )
                told.numbers[key] = answer.json()["number"]
            told.unanswered.clear()
            told.enough.clear()
            target = len(told.numbers) + DRAWN_BEFORE_KILL
            kiosks = [
                threading.Thread(target=draw_until_it_dies, args=(hall.http, told, target)) for _ in range(KIOSKS)
            ]
            for kiosk in kiosks:
                kiosk.start()
            assert told.enough.wait(30), f"too few numbers before kill {kill + 1}"
            hall.process.kill()
            for kiosk in kiosks:
                kiosk.join(10)
                assert not kiosk.is_alive()
        assert_nothing_lost(data, told)
    assert len(told.numbers) >= KILLS * DRAWN_BEFORE_KILL


def assert_nothing_lost(data: Path, told: Acknowledged) -> None:
    reader = JournalReader(data / JOURNAL)
    try:
        assert reader.verify() is None
        events = list(reader.all())
        hall = Hall()
        for row in events:
            evolve(hall, row.event, row.moment)
        assert restore(data / SNAPSHOTS, reader)[0] == hall
    finally:
        reader.close()
    given = [row.event.number for row in events if isinstance(row.event, e.TicketIssued)]
    assert [number for number, count in Counter(given).items() if count > 1] == []
    assert given == [f"A{n:03d}" for n in range(1, len(given) + 1)]
    told_numbers = list(told.numbers.values())
    assert len(set(told_numbers)) == len(told_numbers)
    assert set(told_numbers) <= set(given)

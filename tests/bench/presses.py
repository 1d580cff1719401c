"""From a pad's frame to the strip's frame, and to an MQTT subscriber: what we add to the time the wires take.

A daemon of its own process, the simulated pad and strip on ptys without pace, a subscriber at the real broker.
The clock starts when the key frame is written and stops when the last byte of the strip's frame was read, or the
message arrived. Wire time is what 9600 baud would take for those frames.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho

from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from tests.bench.client import drive, percentile
from tests.bench.daemon import Daemon, write_config
from tests.bench.table import Figure
from tests.bench.tickets import draws
from tests.bench_watch import wait_for

PRESSES = 300
BYTE_S = 10 / 9600
LIMIT_MS = 30
IDLE_S = 0.1
KEY_FRAME = 10  # bytes of an FF 68 key frame

_TAIL = """
[windows.1]
label = "1"
yes = ["one"]
screens = ["strip-1"]
pads = ["pad-1"]

[devices.strips]
kind = "aabb-strip"
line = {{ kind = "serial", port = "{folder}/lines/strips", baud = 9600 }}
screens = [{{ id = "strip-1", address = 1, cells = 16 }}]
gap_ms = 0
refresh_s = 0

[devices.pads]
kind = "ff68-pad"
line = {{ kind = "serial", port = "{folder}/lines/pads", baud = 9600 }}
pads = [{{ id = "pad-1", address = 1 }}]
dedupe_ms = 0
half_duplex = false

[access]
pads_without_login = ["1"]
"""


def run(folder: Path) -> list[Figure]:
    config = folder / "hall.toml"
    write_config(config, tail=_TAIL.format(folder=folder.absolute()), windows="")
    bench = Bench(
        parse_bench(
            {
                "devices": [
                    {"id": "strips", "kind": "aabb-strip", "screens": [{"id": "strip-1", "address": 1, "cells": 16}]},
                    {"id": "pads", "kind": "ff68-pad", "pads": [{"id": "pad-1", "address": 1}]},
                ]
            }
        ),
        (folder / "lines").absolute(),
    )
    with bench, Daemon(config, folder / "data") as hall:
        return _measure(bench, hall)


def _measure(bench: Bench, hall: Daemon) -> list[Figure]:
    drive(hall, lambda: [draws(PRESSES + 5)])
    arrivals: queue.SimpleQueue[tuple[float, str]] = queue.SimpleQueue()
    client = _subscriber(hall, arrivals)
    to_strip, to_mqtt, frame_bytes = [], [], []
    try:
        for _ in range(PRESSES):
            before = _text(bench)
            while not arrivals.empty():
                arrivals.get()
            pressed = time.perf_counter()
            bench.press("pads", "pad-1", "call")
            reached = wait_for(bench, lambda b, old=before: _text(b) not in (old, "") and "请" in _text(b), 5.0)
            to_strip.append(time.perf_counter() - pressed)
            if not reached:
                raise RuntimeError(f"the strip still shows {_text(bench)!r}")
            frame_bytes.append(len(_text(bench).encode("gbk")) + 13)
            while True:
                at, number = arrivals.get(timeout=5.0)
                if number and number in _text(bench):
                    to_mqtt.append(at - pressed)
                    break
            # The bus keeps the line free for as long as 9600 baud would need it: each press finds it idle.
            time.sleep(IDLE_S)
    finally:
        client.disconnect()
        client.loop_stop()
    wire_ms = (KEY_FRAME + sum(frame_bytes) / len(frame_bytes)) * BYTE_S * 1000
    pad_ms = KEY_FRAME * BYTE_S * 1000
    figures = []
    for name, values, wire in (("strip frame out", to_strip, wire_ms), ("MQTT subscriber", to_mqtt, pad_ms)):
        for label, share, limit in (("p50", 0.5, ""), ("p99", 0.99, f"<= {LIMIT_MS}")):
            ours = percentile(values, share) * 1000
            figures.append(
                Figure(
                    f"pad frame in -> {name}, overhead {label}", ours, "ms", f"{wire:.1f} ms on the wire", None, limit
                )
            )
    return figures


def _text(bench: Bench) -> str:
    (screen,) = bench.shown("strips")["screens"]
    return screen["text"] or ""


def _subscriber(hall: Daemon, arrivals: queue.SimpleQueue[tuple[float, str]]) -> paho.Client:
    assert hall.mqtt is not None
    subscribed = threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="bench", protocol=paho.MQTTv311)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda c, u, m: arrivals.put((time.perf_counter(), json.loads(m.payload).get("number") or ""))
    client.connect(*hall.mqtt)
    client.subscribe("hall/v1/bench/windows/1/state", qos=1)
    client.loop_start()
    if not subscribed.wait(5.0):
        raise RuntimeError("no subscription within 5 s")
    return client

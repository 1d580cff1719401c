from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hall_daemon.wire import asyncapi, topics
from tests.hall_daemon.asyncapi_check import channel_of, validate_published

COPY = Path(__file__).parents[3] / "docs" / "asyncapi.json"


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _refs(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in _refs(value)]
    return []


def test_the_copy_in_docs_is_true() -> None:
    assert COPY.read_text() == asyncapi.dumps(asyncapi.document()), (
        "run: python -m hall_daemon.wire.asyncapi > docs/asyncapi.json"
    )


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi.document()
    refs = _refs(document)
    assert refs
    for ref in refs:
        node: Any = document
        for step in ref.removeprefix("#/").split("/"):
            node = node[step]


def test_every_channel_is_sent_and_declares_its_parameters() -> None:
    document = asyncapi.document()
    sent = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    assert sent == {f"#/channels/{name}" for name in document["channels"]}
    for channel in document["channels"].values():
        assert set(re.findall(r"\{(\w+)\}", channel["address"])) == set(channel["parameters"])
        assert channel["address"].count("/") <= 6


@pytest.mark.parametrize(
    ("topic", "channel"),
    [
        (topics.status("h"), "status"),
        (topics.hall_state("h"), "hallState"),
        (topics.queue_state("h", "a"), "queueState"),
        (topics.window_state("h", "3"), "windowState"),
        (topics.device_state("h", "pad-1"), "deviceState"),
        (topics.events("h"), "events"),
        ("hall/v1/h/queues/a/b/state", None),
        ("hall/v1/h", None),
    ],
)
def test_a_topic_finds_its_channel(topic: str, channel: str | None) -> None:
    found = channel_of(topic)
    assert (found.id if found else None) == channel


def test_what_must_not_be_published_is_told_apart() -> None:
    good = {
        "version": 1, "epoch": 1, "seq": 1, "as_of": "2026-11-23T01:00:00.000Z", "ttl_s": 30, "id": "a",
        "name": {"zh": "综合", "en": "General"}, "prefix": "A", "waiting": 1, "serving": 0, "windows_open": 1,
        "wait": {"p10_s": 1, "p50_s": 2, "p90_s": 3}, "calling": [], "issued": 1,
    }
    topic = topics.queue_state("h", "a")
    assert validate_published(topic, json.dumps(good).encode(), retained=True)["waiting"] == 1
    cause = {"code": "window_paused", "facts": {"window": "3"}, "text": {"zh": "3号窗口暂停", "en": "window 3 paused"}}
    since = "2026-11-23T01:00:00.000Z"
    longer = {"p10_s": 1, "p50_s": 2, "p90_s": 3, "cause": [cause], "since": since}
    validate_published(topic, json.dumps({**good, "wait": longer}).encode())
    wrong: list[dict[str, Any]] = [
        {"waiting": -1},
        {"waiting": "1"},
        {"version": 2},
        {"as_of": "2026-11-23 01:00"},
        {"wait": {"p10_s": 1}},
        {"wait": {"p10_s": 1, "p50_s": 2, "p90_s": 3, "unknown": "hall_closed"}},
        {"wait": {"unknown": "because"}},
        {"wait": {}},
        {"wait": {**longer, "cause": []}},
        {"wait": {**longer, "cause": [{**cause, "code": "bad luck"}]}},
        {"wait": {**longer, "since": "a while ago"}},
        {"wait": {name: value for name, value in longer.items() if name != "since"}},
        {"wait": {"unknown": "hall_closed", "cause": [cause], "since": since}},
    ]
    for change in wrong:
        with pytest.raises(jsonschema.ValidationError):
            validate_published(topic, json.dumps({**good, **change}).encode())
    for missing in good:
        with pytest.raises(jsonschema.ValidationError):
            validate_published(topic, json.dumps({k: v for k, v in good.items() if k != missing}).encode())
    with pytest.raises(jsonschema.ValidationError):
        validate_published(topics.status("h"), b"gone")
    with pytest.raises(AssertionError):
        validate_published(topics.events("h"), b"{}", retained=True)

"""`hall frame`: published bytes both ways, and whatever somebody types who has a bus in front of him."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.registry import BY_ANY_NAME, KINDS, PROTOCOLS
from tests.conftest import published_vectors
from tests.hall_daemon.cli.words import hall, program

STRIP = "AA 01 BB 51 54 72 01 00 00 02 63 41 42 BB B6 D3 AD B9 E2 C1 D9 31 32 FF"

FIELDS_OF_STRIP = {"addr": 1, "play": 1, "speed": 0, "stay": 0, "color": 2, "valid": 99, "text": "AB欢迎光临12"}


VECTORS = published_vectors()
NAMES = [vector["id"] for vector in VECTORS]


def written(vector: dict[str, Any]) -> str:
    """As somebody types it: bytes in hex, or what has none as text or JSON."""
    value = vector.get("hex", vector.get("value"))
    return value if isinstance(value, str) else json.dumps(value)


def test_a_format_is_called_as_its_kind_is_in_the_configuration() -> None:
    on_lines = {name for name, kind in KINDS.items() if kind.codecs}
    assert all(any(name.startswith(kind) for name in PROTOCOLS) for kind in on_lines)
    assert all(any(name.startswith(kind) for kind in on_lines) for name in PROTOCOLS)


@pytest.mark.parametrize("vector", published_vectors(named_here=False), ids=lambda each: each["id"])
def test_the_names_of_published_vectors_are_taken_too(vector: dict[str, Any]) -> None:
    said = hall("frame", "decode", vector["protocol"], written(vector), "--json")
    assert said.json["protocol"] == BY_ANY_NAME[vector["protocol"]].name


def test_there_are_vectors_of_every_protocol(shared: Path) -> None:
    assert {vector["protocol"] for vector in VECTORS} <= set(PROTOCOLS)
    assert VECTORS


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_published_bytes_are_decoded(vector: dict[str, Any]) -> None:
    request = vector.get("input", {}).get("request") if vector["protocol"] == "escpos-printer-status" else None
    said = hall(
        "frame", "decode", vector["protocol"], written(vector), "--json", *(("--request", request) if request else ())
    )
    assert said.code == 0, said.err
    found = said.json
    expected = vector.get("expect") or vector.get("input") or {}
    if "rows" in expected:  # on the wire a picture is as wide as whole bytes are
        expected = {"rows": [row.ljust(8, "0") for row in expected["rows"]]}
    assert {name: found["fields"].get(name) for name in expected} == expected
    assert (found["valid"], found["rest"], found["warnings"]) == (True, "", [])
    if "hex" in vector:
        assert (found["hex"], found["used"]) == (vector["hex"], vector["length"])


@pytest.mark.parametrize("vector", [each for each in VECTORS if each.get("input")], ids=lambda each: each["id"])
def test_their_fields_give_the_same_bytes(vector: dict[str, Any]) -> None:
    said = hall("frame", "encode", vector["protocol"], json.dumps(vector["input"]), "--json")
    assert said.code == 0, said.err
    assert said.json["hex"] == vector["hex"]


def test_as_a_program_with_words_for_people() -> None:
    said = program("frame", "decode", "aabb-strip", *STRIP.split())
    assert (said.code, said.err) == (0, "")
    assert '"AB欢迎光临12"' in said.out
    fields = json.dumps(FIELDS_OF_STRIP)
    assert program("frame", "encode", "aabb-strip", fields).out == f"{STRIP}\n"
    assert program("frame", "encode", "aabb-strip", "-", stdin=fields).out == f"{STRIP}\n"


@pytest.mark.parametrize("hex_", [
    STRIP, STRIP.lower(), STRIP.replace(" ", ""), STRIP.replace(" ", ":"), STRIP.replace(" ", ", "),
    " ".join(f"0x{byte}" for byte in STRIP.split()), f"\n{STRIP}\n", STRIP.replace(" ", "-"),
    "".join(f"0X{byte}" for byte in STRIP.split()), "".join(f"\\x{byte.lower()}" for byte in STRIP.split()),
])
def test_hex_as_people_write_it(hex_: str) -> None:
    assert hall("frame", "decode", "aabb-strip", hex_, "--json").json["fields"]["text"] == "AB欢迎光临12"
    assert hall("frame", "decode", "aabb-strip", "-", "--json", stdin=hex_).json["used"] == 24


def test_what_is_left_over_is_said() -> None:
    said = hall("frame", "decode", "aabb-strip", STRIP, "01 02")
    assert said.code == 0
    assert said.err == "2 bytes left over: 01 02\n"
    assert hall("frame", "decode", "aabb-strip", STRIP, "01 02", "--json").json["rest"] == "01 02"


NOT_FRAMES = [
    ("aabb-strip", STRIP.replace("72", "73")),
    ("aabb-strip", STRIP[:-3]),
    ("aabb-strip-sumff", STRIP),
    ("ff68-pad", "FF 68 03 03 68 01 01 0C 0F 16"),
    ("ff68-pad", "FF 68 03 04 68 01 01 0C 0E 16"),
    ("ff68-pad", "FF"),
    ("escpos-printer", "1D 28 6B 04"),
    ("escpos-printer-status", "10 04 04"),
    ("escpos-printer-status", "10 04 04 00"),
    ("escpos-printer-status", "1D 72 01 12"),
    ("escpos-printer-status", "FF"),
    ("sam-reader-number", "11010519491231002X1"),
]


@pytest.mark.parametrize(("protocol", "hex_"), NOT_FRAMES)
def test_what_is_no_frame_is_1_and_not_valid(protocol: str, hex_: str) -> None:
    said = hall("frame", "decode", protocol, hex_, "--json")
    assert (said.code, said.json["valid"], said.json["protocol"]) == (1, False, protocol)
    assert hall("frame", "decode", protocol, hex_).code == 1


@pytest.mark.parametrize(("request_", "answer", "code", "expected"), [
    ("10 04 04", "1E", 0, {"near_end": True, "out": False}),
    ("10 04 04", "72", 0, {"near_end": False, "out": True}),
    ("10 04 01", "16", 0, {"online": True}),
    ("1D 72 01", "0C", 0, {"out": True}),
    ("10 04 04", "00", 1, {"valid": False, "out": None}),
])
def test_an_answer_beside_its_request(request_: str, answer: str, code: int, expected: dict[str, object]) -> None:
    said = hall("frame", "decode", "escpos-printer-status", answer, "--request", request_, "--json")
    assert said.code == code
    assert expected.items() <= said.json["fields"].items()
    assert (said.json["hex"], said.json["used"], said.json["rest"]) == (answer, 1, "")
    behind = hall("frame", "decode", "escpos-printer-status", request_, answer, "--json")
    assert behind.json["fields"] == said.json["fields"]


@pytest.mark.parametrize(("words", "says"), [
    (("frame", "decode", "morse", "AA"), "no protocol 'morse'; there are aabb-strip"),
    (("frame", "encode", "morse", "{}"), "no protocol 'morse'"),
    (("frame", "decode", "aabb-strip", "AA 0"), "not hex bytes"),
    (("frame", "decode", "aabb-strip", "请"), "not hex bytes"),
    (("frame", "decode", "aabb-strip", ""), "give 1 to 65536 bytes, not 0"),
    (("frame", "decode", "aabb-strip", "AA" * 65_537), "not 65537"),
    (("frame", "decode", "aabb-strip", STRIP, "--request", "10 04 01"), "--request is for escpos-printer-status"),
    (("frame", "decode", "escpos-printer-status", "12", "--request", "zz"), "not hex bytes"),
    (("frame", "encode", "aabb-strip", "{addr: 1}"), "not JSON"),
    (("frame", "encode", "aabb-strip", "[1]"), "one JSON object"),
    (("frame", "encode", "aabb-strip", "[" * 100_000), "not JSON"),
    (("frame", "encode", "aabb-strip", ""), "not JSON"),
])
def test_wrong_words_are_2(words: tuple[str, ...], says: str) -> None:
    said = hall(*words)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_what_is_too_long_on_stdin_is_told_so() -> None:
    for words in (("decode", "aabb-strip", "-"), ("encode", "aabb-strip", "-")):
        said = hall("frame", *words, stdin='{"text": "' + "A" * 300_000 + '"}')
        assert (said.code, "more than 262144 characters" in said.err) == (2, True)


def test_bytes_on_stdin_that_are_no_text_are_2() -> None:
    for words in (("decode", "aabb-strip", "-"), ("encode", "aabb-strip", "-")):
        said = program("frame", *words, stdin=b"\xff\xfe\xaa")
        assert (said.code, said.out) == (2, "")
        assert "Traceback" not in said.err


@pytest.mark.parametrize(("protocol", "fields", "says"), [
    ("aabb-strip", {"addr": 300, "text": "x"}, "addr"), ("aabb-strip", {"addr": 1, "play": 1}, "missing"),
    ("aabb-strip", {"addr": 1, "text": "x", "colour": 2}, "colour"), ("ff68-pad", {}, "addr"),
    ("escpos-printer", {}, "text"), ("escpos-printer", {"text": "\ud800"}, "ud800"),
    ("escpos-printer-status", {"request": "10 04 09"}, "request"), ("honeywell-scanner", {"trigger": []}, "trigger"),
    ("awtrix", {"topic": "p/custom/w", "text": "A023"}, "payload: is missing"),
])
def test_fields_that_make_no_frame_are_1_and_named(protocol: str, fields: dict[str, object], says: str) -> None:
    said = hall("frame", "encode", protocol, json.dumps(fields))
    assert (said.code, said.out) == (1, "")
    assert says in said.err


def test_the_protocols_are_listed() -> None:
    assert set(hall("frame", "list", "--json").json) == set(PROTOCOLS)
    assert [line.split()[0] for line in hall("frame", "list").out.splitlines()] == list(PROTOCOLS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.dictionaries(
    st.sampled_from(["addr", "text", "func", "key", "value", "waiting", "ticket", "data", "rows", "mode", "request"])
    | st.text(max_size=6),
    JSON, max_size=4,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(PROTOCOLS)), FIELDS)
def test_any_json_is_a_frame_or_a_plain_refusal(protocol: str, fields: dict[str, object]) -> None:
    said = hall("frame", "encode", protocol, json.dumps(fields), "--json")
    assert said.code in (0, 1)
    if said.code == 0:
        assert hall("frame", "decode", protocol, said.json["hex"]).code in (0, 1)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(PROTOCOLS)), st.binary(min_size=1, max_size=40))
def test_any_bytes_are_a_frame_or_a_plain_refusal(protocol: str, data: bytes) -> None:
    said = hall("frame", "decode", protocol, data.hex(), "--json")
    assert said.code == (0 if said.json["valid"] else 1)


@pytest.mark.parametrize(("protocol", "fields", "replaced"), [
    ("aabb-strip", {**FIELDS_OF_STRIP, "text": "昇喆堃·—〇𠮷"}, ["𠮷"]),
    ("onbon_bx_font", {"text": "昇喆堃·—〇𠮷㙍", "response": 1}, ["𠮷", "㙍"]),
    ("alpha", {"text": "A023号"}, ["号"]),
    ("syn6288", {"cmd": 1, "text": "昇喆堃𠮷"}, ["𠮷"]),
])
def test_what_a_device_cannot_show_is_replaced_and_said(
    protocol: str, fields: dict[str, object], replaced: list[str]
) -> None:
    said = hall("frame", "encode", protocol, json.dumps(fields), "--json")
    assert said.json["replaced"] == replaced
    assert "so replaced: " + " ".join(replaced) in hall("frame", "encode", protocol, json.dumps(fields)).err


def test_messages_and_lines_are_written_as_text() -> None:
    told = '{"topic": "p/custom/w", "payload": {"text": "A023"}}'
    said = hall("frame", "decode", "mqtt_awtrix3", told, "--json")
    assert (said.json["protocol"], said.json["fields"]["app"], said.json["valid"]) == ("awtrix", "w", True)
    assert hall("frame", "decode", "awtrix", "-", "--json", stdin=told).json["fields"] == said.json["fields"]
    assert hall("frame", "decode", "awtrix", told.encode().hex(" "), "--json").json["fields"] == said.json["fields"]
    encoded = hall("frame", "encode", "awtrix", '{"prefix": "p", "app": "w", "text": "A023"}')
    assert encoded.out == '{"topic":"p/custom/w","payload":{"text":"A023"}}\n'

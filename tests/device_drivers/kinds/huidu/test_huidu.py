"""Huidu cards: packets and parts, text in XML, and a card that takes, refuses and is silent."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.errors import BadField, LinkDown
from device_drivers.kinds.huidu.codec import (
    HUIDU,
    HUIDU_SEARCH,
    PART,
    VERSION_ANSWER,
    XML_ANSWER,
    Gathered,
    Packet,
    decode_packet,
    encode_packet,
    xml_packets,
)
from device_drivers.kinds.huidu.link import HuiduLink, HuiduOptions
from device_drivers.kinds.huidu.program import HuiduScreen, add_program
from device_drivers.ports import ScreenText
from tests.bench_watch import wait_for


@given(st.binary(max_size=3 * PART))
def test_parts_of_xml_come_together(xml: bytes) -> None:
    gathered, whole = Gathered(), None
    for packet in xml_packets(xml):
        data = encode_packet(packet)
        assert decode_packet(data + b"x") == (packet, len(data))
        whole = gathered.add(packet)
    assert whole == xml


def test_a_part_out_of_order_begins_anew() -> None:
    first, second = xml_packets(b"x" * (PART + 1))
    gathered = Gathered()
    assert [gathered.add(part) for part in (second, first, first)] == [None, None, None]
    assert gathered.add(second) == b"x" * (PART + 1)


def test_total_counts_bytes() -> None:
    data = HUIDU.encode({"cmd": 0x2003, "xml": "<a>请</a>"})
    assert data[:12].hex(" ") == "16 00 03 20 0a 00 00 00 00 00 00 00"
    assert HUIDU.decode(data).fields == {"cmd": 0x2003, "total": 10, "offset": 0, "xml": "<a>请</a>"}


def test_an_answer_to_the_search() -> None:
    data = HUIDU_SEARCH.encode({"cmd": 0x1002, "id": "C16-D00-A000F"})
    assert HUIDU_SEARCH.decode(data + b"\0\0").fields["id"] == "C16-D00-A000F"
    with pytest.raises(BadField, match="cmd"):
        HUIDU_SEARCH.encode({"cmd": 1})


@given(st.text(max_size=60))
def test_no_text_breaks_the_xml(text: str) -> None:
    screen = HuiduScreen(id='a"<&', width=256)
    root = ET.fromstring(add_program("g", [screen], {screen.id: ScreenText(text, lit=True)}))
    area = root.find(".//area")
    assert area is not None
    assert area.get("guid") == 'a"<&'
    font = area.find(".//font")
    assert font is not None
    assert font.get("color") == "#FF0000"


def test_what_does_not_fit_scrolls() -> None:
    screen = HuiduScreen(id="a", width=48, height=32)
    effects = []
    for text in ("A1", "请A023号到3号窗口"):
        found = ET.fromstring(add_program("g", [screen], {"a": ScreenText(text)})).find(".//effect")
        assert found is not None
        effects.append(found.get("in"))
    assert effects == ["0", "26"]


def test_a_card_that_says_nothing_is_gone() -> None:
    link = HuiduLink(HuiduOptions(screens=(HuiduScreen(id="a"),)))
    link.tick(0.0)
    assert link.take_output().hex(" ") == "08 00 01 20 05 00 00 01"
    link.receive(encode_packet(Packet(VERSION_ANSWER, 0x01000005)), 0.1)
    assert b'guid="##GUID"' in link.take_output()
    answer = b'<sdk guid="g1"><out method="GetIFVersion" result="kSuccess"/></sdk>'
    link.receive(b"".join(map(encode_packet, xml_packets(answer, XML_ANSWER))), 0.2)
    link.show("a", ScreenText("请A023号"), 0.2)
    link.tick(0.2)
    assert b'<sdk guid="g1"><in method="AddProgram">' in link.take_output()
    with pytest.raises(LinkDown, match="not answered for 5 s"):
        link.tick(5.3)
    with pytest.raises(LinkDown, match="error 7"):
        link.receive(bytes.fromhex("06 00 00 20 07 00"), 5.4)


def test_a_card_with_two_areas(on_bench: Callable[..., tuple[Any, Any]], wait_until: Any) -> None:
    driver, bench = on_bench("huidu", {"screens": [{"id": "a"}, {"id": "b", "y": 32}]})

    def texts(seen: Any) -> list[str | None]:
        return [screen["text"] for screen in seen.shown("huidu")["screens"]]

    driver.show("a", ScreenText("请A023号 <3>", lit=True))
    driver.show("b", ScreenText("等候叫号"))
    assert wait_for(bench, lambda seen: texts(seen) == ["请A023号 <3>", "等候叫号"])
    wait_until(lambda: all(state.desired == state.reported for state in driver.screens()))
    bench.fault("huidu", "refuse")
    driver.show("a", ScreenText("请A024号", lit=True))
    wait_until(lambda: driver.health().code == "card_refuses")
    assert driver.screens()[0].reported == ScreenText("请A023号 <3>", lit=True)
    bench.clear_faults("huidu")
    bench.fault("huidu", "unplug")
    bench.fault("huidu", "plug")
    assert wait_for(bench, lambda seen: texts(seen) == ["请A024号", "等候叫号"])

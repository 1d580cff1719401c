"""ID-card readers: every layout, the strict order of the conversation, damage, and a whole reader on a real line."""

from __future__ import annotations

import logging
import random
import time
from functools import reduce
from operator import xor
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.codecs.codec import BrokenFrame, FrameStream
from device_drivers.errors import BadField
from device_drivers.events import DeviceEvent, PersonCard, Read, Unreadable
from device_drivers.kinds.sam_reader.codec import (
    FIND,
    LONGEST,
    OK,
    READ,
    SAM_READER,
    SELECT,
    STATUS,
    SamFrame,
    answer,
    command,
    cut_sam,
    encode_sam,
)
from device_drivers.kinds.sam_reader.link import SILENT_AFTER, STATUS_EVERY_S, SamLink
from device_drivers.kinds.sam_reader.simulator import SAMPLES
from device_drivers.kinds.sam_reader.text import lay_out, person_of, text_of
from device_drivers.options import DeviceSpec, Environment, LineSpec
from device_drivers.ports import Reader
from device_drivers.registry import build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from tests.bench_watch import wait_for
from tests.mutations import mutate

ZHANG = SAMPLES["zhang"][1]
FOUND, NOT_THERE = encode_sam(answer(0x9F, bytes(4))), encode_sam(answer(0x80))
SELECTED, FAILED = encode_sam(answer(OK, bytes(8))), encode_sam(answer(0x41))


def card_answer(sample: str = "zhang", photo: int = 1024, fingerprint: int | None = None) -> bytes:
    prints = {} if fingerprint is None else {"fingerprint_bytes": fingerprint}
    return encode_sam(answer(OK, lay_out({**SAMPLES[sample][1], "photo_bytes": photo, **prints})))


@pytest.mark.parametrize(("fingerprint", "length"), [(None, 1295), (1024, 2321), (512, 1809), (0, 1297)])
def test_an_answer_with_and_without_fingerprints(fingerprint: int | None, length: int) -> None:
    data = card_answer(fingerprint=fingerprint)
    assert len(data) == length
    fields = SAM_READER.decode(data).fields
    assert (fields["name"], fields["photo_bytes"], fields.get("fingerprint_bytes")) == ("张三", 1024, fingerprint)
    assert SAM_READER.encode(fields) == data


def test_who_each_layout_says_it_is() -> None:
    people = {sample: person_of(text_of({k: str(v) for k, v in said.items()})) for sample, (_, said) in SAMPLES.items()}
    assert people["damaged"] is None, "its check character does not fit"
    zhang, li, hmt, foreigner = (people[name] for name in ("zhang", "li", "hmt", "foreigner"))
    assert zhang == PersonCard(
        document="resident", number="11010519491231002X", name="张三", sex="F", ethnicity="01", birth="1949-12-31",
        address="北京市朝阳区示例路1号", issuer="示例公安局", valid_from="2020-01-01", valid_to="2040-01-01",
    )
    assert li is not None
    assert (li.name, li.valid_to) == ("李喆·昇", "长期")
    assert hmt is not None
    assert (hmt.document, hmt.name) == ("hmt", "陈大文")
    assert foreigner is not None
    assert (foreigner.document, foreigner.latin_name, foreigner.name, foreigner.nationality, foreigner.birth) == (
        "foreigner", "SAMPLE, ANNA MARIA", "安娜", "UTO", "1974-08-12",
    )


def test_a_card_of_an_unknown_layout_is_nobody() -> None:
    text = bytearray(text_of({**{k: str(v) for k, v in ZHANG.items()}}))
    text[248:250] = "Y".encode("utf-16-le")
    assert person_of(bytes(text)) is None
    data = lay_out(ZHANG | {"photo_bytes": 0})[:4] + bytes(text)
    assert SAM_READER.decode(encode_sam(answer(OK, data))).fields["type"] == "Y"


def test_what_steers_a_terminal_is_not_in_a_name() -> None:
    text = bytearray(text_of({k: str(v) for k, v in ZHANG.items()}))
    text[:10] = "张\x1b\r\n三".encode("utf-16-le")
    person = person_of(bytes(text))
    assert person is not None
    assert person.name == "张三"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("birth", "19500101"), ("valid_from", "20201301"), ("valid_to", "2040"), ("name", "张\ud842"),
        ("address", "\ufdd0"), ("address", "\U0003ffff"), ("name", "张\U00051234"),
    ],
)
def test_what_cannot_stand_on_a_card_is_damage(field: str, said: str) -> None:
    assert person_of(text_of({k: str(v) for k, v in (ZHANG | {field: said}).items()})) is None


@pytest.mark.parametrize("rare", ["\U0002ebf0", "\U00031350", "\U000323b0", "\U0002bff1", "\ue863", "\U000f0001"])
def test_a_name_that_this_python_s_unicode_does_not_know_is_a_name(rare: str) -> None:
    person = person_of(text_of({k: str(v) for k, v in (ZHANG | {"name": f"张{rare}"}).items()}))
    assert person is not None
    assert person.name == f"张{rare}"


def test_nobody_prints_a_card() -> None:
    person = person_of(text_of({k: str(v) for k, v in ZHANG.items()}))
    assert f"{Read('cards', cast(PersonCard, person))} {person!r} {person}".count("(…)") == 3
    assert "张" not in repr(Read("cards", cast(PersonCard, person)))


@given(st.binary(min_size=2, max_size=2300).filter(lambda body: body[0] != 0 or len(body) > 2), st.binary(max_size=4))
def test_a_frame_comes_back(body: bytes, rest: bytes) -> None:
    data = encode_sam(SamFrame(body))
    found = cut_sam(data + rest)
    assert found is not None
    assert (found[0].body, found[1]) == (body, len(data))


@pytest.mark.parametrize("fields", [{}, {"cmd": "2", "para": "01"}, {"sw": "01009F"}, {"cmd": "20"}, {"name": "x"}])
def test_what_is_no_frame_cannot_be_built(fields: dict[str, object]) -> None:
    with pytest.raises(BadField):
        SAM_READER.encode(fields)


def test_a_frame_behind_noise_and_heads_is_found() -> None:
    stream = FrameStream(cut_sam, LONGEST)
    assert stream.feed(b"\xaa\xaa\x00\xaa" + FOUND) == [answer(0x9F, bytes(4))]


def test_mutated_answers_raise_nothing_and_are_never_somebody_else(dice: Random) -> None:
    """The XOR alone lets one in some hundred pass; with the check of the number nobody else comes of it."""
    good, whole, passed, somebody_else = card_answer(), person_of(lay_out(ZHANG | {"photo_bytes": 0})[4:]), 0, 0
    assert whole is not None
    for _ in range(3000):
        data = mutate(good, dice)
        try:
            found = cut_sam(data)
        except BrokenFrame:
            continue
        if found is None or data[: found[1]] == good:
            continue
        passed += 1
        used = data[7 : found[1] - 1]
        assert reduce(xor, data[5 : found[1] - 1]) == data[found[1] - 1]
        person = person_of(used[7 : 7 + 256]) if len(used) >= 263 else None
        somebody_else += person is not None and person.number != whole.number
    assert somebody_else == 0
    assert passed < 60


class Talk:
    """A link and the clock of its world."""

    def __init__(self) -> None:
        self.now = 100.0
        self.link = SamLink("cards")
        self.told: list[DeviceEvent] = []

    def asks(self) -> bytes:
        self.told += self.link.tick(self.now)
        said = self.link.take_output()
        if said:
            self.link.written(self.now)
        return said

    def hears(self, data: bytes) -> None:
        self.told += self.link.receive(data, self.now)

    def passes(self, s: float) -> None:
        self.now += s


@pytest.fixture
def talk() -> Talk:
    found = Talk()
    assert found.asks() == command(STATUS)
    found.hears(encode_sam(answer(OK)))
    assert found.asks() == b"", "nobody wants a card"
    return found


def test_find_select_read_and_again_only_when_it_was_away(talk: Talk) -> None:
    talk.link.want(talk.now + 30)
    talk.passes(0.3)
    assert talk.asks() == command(FIND)
    talk.hears(NOT_THERE)
    assert talk.asks() == b""
    assert 0 < talk.link.due_s(talk.now) <= 0.3
    talk.passes(0.3)
    assert talk.asks() == command(FIND)
    talk.hears(FOUND)
    assert talk.asks() == command(SELECT)
    talk.hears(SELECTED)
    assert talk.asks() == command(READ)
    for byte in card_answer():
        talk.hears(bytes([byte]))
    (read,) = talk.told
    assert isinstance(read, Read)
    assert isinstance(read.what, PersonCard)
    assert read.what.number == "11010519491231002X"
    assert talk.link.counters["cards"] == 1


def to_read(talk: Talk) -> None:
    talk.link.want(talk.now + 60)
    talk.passes(0.3)
    assert talk.asks() == command(FIND)
    talk.hears(FOUND)
    assert talk.asks() == command(SELECT)
    talk.hears(SELECTED)
    assert talk.asks() == command(READ)


def test_a_reader_that_finds_what_it_has_read_is_not_believed(talk: Talk) -> None:
    for _ in range(3):
        to_read(talk)
        talk.hears(card_answer())
        talk.passes(0.1)
    assert [type(each) for each in talk.told] == [Read]
    assert talk.link.counters["repeats"] == 2


def test_a_card_left_lying_is_nobodys_later_and_laid_down_anew_it_is_read(talk: Talk) -> None:
    to_read(talk)
    talk.hears(card_answer())
    talk.link.want(talk.now)  # its person is done with it
    talk.passes(10)
    to_read(talk)
    talk.hears(card_answer())
    assert [type(each) for each in talk.told] == [Read]
    talk.passes(0.3)
    assert talk.asks() == command(FIND)
    talk.hears(NOT_THERE)
    talk.passes(3.0)
    to_read(talk)
    talk.hears(card_answer())
    assert [type(each) for each in talk.told] == [Read, Read]


def test_a_card_that_was_pulled_away_is_tried_again_and_then_told(talk: Talk) -> None:
    for _ in range(2):
        to_read(talk)
        talk.hears(FAILED)
    assert talk.told == [Read("cards", Unreadable("card"))]


def test_half_an_answer_is_given_up(talk: Talk) -> None:
    to_read(talk)
    talk.hears(card_answer()[:600])
    talk.passes(4.1)
    assert talk.asks() == command(FIND)
    assert talk.told == []
    talk.hears(NOT_THERE)
    assert talk.told == [Read("cards", Unreadable("card"))]
    assert talk.link.counters["bytes_skipped"] == 600


def test_an_answer_to_an_earlier_question_reads_nothing(talk: Talk) -> None:
    talk.link.want(talk.now + 60)
    talk.passes(0.3)
    assert talk.asks() == command(FIND)
    talk.hears(card_answer())
    talk.hears(encode_sam(answer(OK)))
    talk.hears(command(FIND))
    assert talk.told == []
    assert talk.link.counters["stray_frames"] == 2


def test_what_is_read_when_nobody_wants_it_any_more_is_dropped(talk: Talk) -> None:
    to_read(talk)
    talk.link.want(0.0)
    talk.hears(card_answer())
    assert talk.told == []


def test_a_reader_that_never_answers_is_silent_and_one_that_does_again_is_not(talk: Talk) -> None:
    for _ in range(SILENT_AFTER):
        talk.passes(STATUS_EVERY_S)
        assert talk.asks() == command(STATUS)
        talk.passes(1.1)
        talk.asks()
    assert talk.link.trouble == "silent"
    talk.passes(STATUS_EVERY_S)
    talk.asks()
    talk.hears(encode_sam(answer(0x66)))
    assert talk.link.trouble == "not_authorised"
    talk.link.lost(talk.now)
    assert talk.link.trouble == ""


@pytest.fixture
def bench(tmp_path: Path) -> Any:
    spec = parse_bench({"devices": [{"id": "cards", "kind": "sam-reader", "pace_baud": 115200}]})
    with Bench(spec, tmp_path / "lines") as running:
        yield running


def test_a_whole_reader_with_its_faults(bench: Bench, wait_until: Any, caplog: pytest.LogCaptureFixture) -> None:
    told: list[DeviceEvent] = []
    line = LineSpec("serial", {"port": str(bench.link("cards")), "baud": 115200})
    spec = DeviceSpec("cards", "sam-reader", line, {"kiosk": "kiosk-1"})
    with caplog.at_level(logging.DEBUG):
        driver = build_device(spec, Environment(time.monotonic, random.Random(1), told.append))
        driver.start()
        try:
            wait_until(lambda: driver.health().state == "ready")
            bench.present("cards", "zhang")
            cast(Reader, driver).want(time.monotonic() + 60)
            wait_until(lambda: told)
            assert isinstance(told[0], Read)
            assert isinstance(told[0].what, PersonCard)
            assert told[0].what.name == "张三"
            bench.fault("cards", "card_pulled")
            bench.present("cards", "li")
            wait_until(lambda: len(told) > 1)
            assert told[1] == Read("cards", Unreadable("card"))
            bench.clear_faults("cards")
            wait_until(lambda: len(told) > 2 and isinstance(told[-1], Read) and isinstance(told[-1].what, PersonCard))
            bench.fault("cards", "unplug")
            wait_until(lambda: driver.health().state == "disconnected")
            bench.fault("cards", "plug")
            bench.present("cards", "hmt")
            wait_until(lambda: isinstance(told[-1], Read) and getattr(told[-1].what, "document", "") == "hmt")
            bench.fault("cards", "not_authorised")
            wait_until(lambda: driver.health().code == "not_authorised")
            assert wait_for(bench, lambda bench: bench.shown("cards")["counters"]["reads"] >= 3)
            health = str(driver.health())
        finally:
            driver.stop()
    for somebody in ("张三", "李喆", "11010519491231002X", "440524188001010014"):
        assert somebody not in caplog.text
        assert somebody not in health

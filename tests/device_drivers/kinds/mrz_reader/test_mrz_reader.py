"""Machine-readable zones: every format, check digits, misreads, and a reader on a real line."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from device_drivers.events import DeviceEvent, PersonCard, Read, Unreadable
from device_drivers.families.readers.zone import check_digit, format_of, person_of, read_zone
from device_drivers.kinds.mrz_reader.codec import MRZ
from device_drivers.kinds.mrz_reader.kind import SAMPLES
from device_drivers.kinds.mrz_reader.link import MrzLink

PASSPORT = SAMPLES["passport"][1].split()
TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]


def long_number() -> list[str]:
    """A card whose number has twelve characters: it goes on in the optional field."""
    number, digit = "D23145890734", check_digit("D23145890734")
    first = f"I<UTO{number[:9]}<{number[9:]}{digit}".ljust(30, "<")
    second = "7408122F1204159UTO<<<<<<<<<<<"
    return [first, second + check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29]), TD1[2]]


def visa() -> list[str]:
    return ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"]


@pytest.mark.parametrize(
    ("lines", "name", "number", "document"),
    [
        (PASSPORT, "TD3", "L898902C3", "passport"),
        (SAMPLES["card"][1].split(), "TD2", "D23145890", "identity"),
        (TD1, "TD1", "D23145890", "identity"),
        (long_number(), "TD1", "D23145890734", "identity"),
        (visa(), "MRV-A", "L8988901C", "visa"),
    ],
)
def test_every_format(lines: list[str], name: str, number: str, document: str) -> None:
    zone = read_zone(lines)
    assert zone is not None
    assert (zone.format.name, zone.fields["number"], zone.broken) == (name, number, ())
    assert (zone.fields["surname"], zone.fields["given"]) == ("ERIKSSON", "ANNA MARIA")
    person = person_of(zone)
    assert person is not None
    assert (person.document, person.latin_name) == (document, "ERIKSSON, ANNA MARIA")


def test_the_century_of_a_birth() -> None:
    zone = read_zone(PASSPORT)
    assert zone is not None
    person = person_of(zone)
    assert person is not None
    assert (person.birth, person.valid_to) == ("1974-08-12", "2012-04-15")


def test_a_misread_character_is_seen_by_its_check_digit(dice: Random) -> None:
    """Each check digit lets one in ten pass; number, birth and end have two, so one in a hundred does."""
    passed = tried = 0
    for _ in range(2000):
        at = dice.choice([*range(9), *range(13, 19), *range(21, 27)])
        other = dice.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
        if other == PASSPORT[1][at]:
            continue
        tried += 1
        zone = read_zone([PASSPORT[0], PASSPORT[1][:at] + other + PASSPORT[1][at + 1 :]])
        passed += zone is not None and zone.valid
    assert tried > 1500
    assert passed / tried < 0.15


@pytest.mark.parametrize("lines", [[], ["A"], ["P<UTO" * 9], PASSPORT[:1], [*PASSPORT, PASSPORT[0]], ["a" * 44] * 2])
def test_what_is_no_zone(lines: list[str]) -> None:
    assert format_of(lines) is None


def test_fields_as_lines_and_text() -> None:
    assert MRZ.encode({"lines": PASSPORT}) == "\n".join(PASSPORT).encode()
    broken = MRZ.decode("\n".join([PASSPORT[0], PASSPORT[1].replace("C3", "C8")]).encode())
    assert (broken.fields["valid"], broken.fields["broken"]) == (False, ["number", "composite"])


def test_lines_that_came_far_apart_are_not_one_document() -> None:
    link = MrzLink("p")
    first, second = (f"{line}\r".encode() for line in PASSPORT)
    assert link.receive(first, 10.0) == []
    assert link.receive(second, 12.0) == []
    assert link.receive(first, 20.0) == []
    (read,) = link.receive(second, 20.1)
    assert isinstance(read, Read)
    assert isinstance(read.what, PersonCard)
    assert link.receive(first + second, 20.5) == []
    assert link.counters["repeats"] == 1


def test_a_swipe_on_a_real_line(on_bench: Any, wait_until: Any) -> None:
    told: list[DeviceEvent] = []
    driver, bench = on_bench("mrz-reader", {"kiosk": "kiosk-1"}, told.append)
    wait_until(lambda: driver.health().state == "ready")
    bench.present("mrz-reader", "misread")
    wait_until(lambda: told)
    bench.fault("mrz-reader", "half_answer")
    bench.present("mrz-reader", "passport")
    wait_until(lambda: driver.health().counters["bytes_skipped"])
    bench.clear_faults("mrz-reader")
    bench.present("mrz-reader", "passport")
    wait_until(lambda: len(told) == 2)
    assert told[0] == Read("mrz-reader", Unreadable("card"))
    assert isinstance(told[1], Read)
    assert isinstance(told[1].what, PersonCard)

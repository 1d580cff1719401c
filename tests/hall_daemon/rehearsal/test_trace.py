"""Traces: what is read, and what is said of rows that cannot be used."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from hall_daemon.rehearsal.trace import BadTrace, read_trace

HEADER = (
    "dataset,day,arrival_ts,service_start_ts,service_end_ts,service_type,server_id,abandoned,priority,left_queue_ts"
)
SERVED = "h,2020-01-20,2020-01-20 08:00:00,2020-01-20 08:05:00,2020-01-20 08:15:30,A,w1,0,1,2020-01-20 08:05:00"
LEFT = "h,2020-01-20,2020-01-20 08:01:00,,,B,,1,0,2020-01-20 08:20:00"
CALLED = "h,2020-01-20,2020-01-20 08:02:00,2020-01-20 08:09:00,,A,,0,0,2020-01-20 08:09:00"
ELSEWHERE = "g,2020-01-21,nonsense,,,A,,0,0,"


def write(folder: Path, *rows: str, header: str = HEADER, name: str = "t.csv") -> Path:
    path = folder / name
    text = "\n".join((header, *rows)) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_rows_of_the_chosen_hall_and_day_in_seconds_of_the_day(tmp_path: Path, name: str) -> None:
    recording = read_trace(write(tmp_path, CALLED, LEFT, SERVED, ELSEWHERE, name=name), "h", "2020-01-20")

    assert (recording.hall, recording.day) == ("h", date(2020, 1, 20))
    served, left, called = recording.rows
    assert (served.arrives_s, served.starts_s, served.ends_s, served.service, served.server, served.priority) == (
        28_800.0, 29_100.0, 29_730.0, "A", "w1", True,
    )
    assert (left.starts_s, left.left_s, left.server) == (None, 30_000.0, "")
    assert (called.starts_s, called.ends_s, called.left_s) == (29_340.0, None, None)


def test_people_of_one_minute_stand_in_the_order_of_their_calls(tmp_path: Path) -> None:
    second = SERVED.replace("08:05:00,2020-01-20 08:15:30", "08:07:00,2020-01-20 08:15:30")

    recording = read_trace(write(tmp_path, second, SERVED))

    assert [row.starts_s for row in recording.rows] == [29_100.0, 29_220.0]


def test_the_only_hall_and_its_busiest_day_are_taken(tmp_path: Path) -> None:
    other_day = SERVED.replace("2020-01-20", "2020-01-21")

    assert read_trace(write(tmp_path, other_day, SERVED, LEFT)).day == date(2020, 1, 20)


@pytest.mark.parametrize(
    ("hall", "day", "words"),
    [
        (None, None, "holds 2 halls; choose one with --hall: g (1 tickets), h (1 tickets)"),
        ("x", None, "no hall 'x'; there are g (1 tickets), h (1 tickets)"),
        ("h", "2020-02-30", "h has no day '2020-02-30'; there are 2020-01-20 (1 tickets)"),
    ],
)
def test_a_wrong_choice_lists_what_there_is(tmp_path: Path, hall: str | None, day: str | None, words: str) -> None:
    with pytest.raises(BadTrace) as refused:
        read_trace(write(tmp_path, SERVED, ELSEWHERE), hall, day)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (SERVED.replace("2020-01-20 08:00:00", ""), "arrival_ts is empty"),
        (SERVED.replace("2020-01-20 08:00:00", "8 o'clock"), 'arrival_ts is "8 o\'clock", expected a time'),
        (SERVED.replace("2020-01-20 08:00:00", "2021-01-20 08:00:00"), "which is not on 2020-01-20"),
        (SERVED.replace("08:05:00", "07:59:59"), "service_start_ts is before arrival_ts"),
        (SERVED.replace("08:15:30", "08:04:00"), "service_end_ts has no service_start_ts before it"),
        (SERVED.replace(",A,", ",,"), "service_type is empty"),
        (SERVED.replace("w1,0,", "w1,yes,"), "abandoned is 'yes', expected 0 or 1"),
        (LEFT.replace("2020-01-20 08:20:00", ""), "left_queue_ts does not say when the person left"),
        (LEFT.replace("08:20:00", "07:20:00"), "left_queue_ts is before arrival_ts"),
        (SERVED + ",more", "11 cells, the header has 10"),
        (SERVED.replace("w1", "w" * 201), "more than 200 characters"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str, words: str) -> None:
    path = write(tmp_path, SERVED, row)

    with pytest.raises(BadTrace) as refused:
        read_trace(path)

    assert f"{path}, line 3: " in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column dataset"),
        (b"dataset,day\n", "line 1: no column arrival_ts, service_start_ts"),
        (HEADER.encode() + b"\n", "holds no ticket at all"),
        (HEADER.encode() + b"\n\xff\xfe\n", "is not CSV in UTF-8"),
    ],
)
def test_a_file_that_is_no_trace(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)

    with pytest.raises(BadTrace, match=words):
        read_trace(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    torn = write(tmp_path, SERVED, name="torn.csv.gz")
    torn.write_bytes(torn.read_bytes()[:-12])
    plain = tmp_path / "plain.csv.gz"
    plain.write_text(HEADER)

    for path in (tmp_path / "none.csv", tmp_path, torn, plain):
        with pytest.raises(BadTrace, match="cannot be read"):
            read_trace(path)


def test_a_day_that_is_no_date(tmp_path: Path) -> None:
    with pytest.raises(BadTrace, match=r"line 2: day is 'Monday', expected a date"):
        read_trace(write(tmp_path, SERVED.replace("h,2020-01-20", "h,Monday")))

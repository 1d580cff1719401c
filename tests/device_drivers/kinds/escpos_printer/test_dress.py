"""What a printer prints that has no Hanzi, or not all of them: drawn lines, a logo, what is replaced and said; a
printer behind a device file."""

from __future__ import annotations

import logging
import os
import random
import time
import tty
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from device_drivers.base.typeface import NoTypeface, Typeface
from device_drivers.families.escpos.commands import longest_command
from device_drivers.families.escpos.decode import EscposDecoder
from device_drivers.families.escpos.encode import encode_slip, longest_block, placed
from device_drivers.families.escpos.paper import PaperItem, PrintedLine, Raster
from device_drivers.families.escpos.profile import PROFILES, PrinterProfile
from device_drivers.kinds.escpos_printer.dress import dressed, read_pbm
from device_drivers.kinds.escpos_printer.options import PrinterOptions
from device_drivers.options import BadOption, DeviceSpec, Environment, LineSpec
from device_drivers.ports import Columns, Logo, PrintOutcome, Slip, Text
from device_drivers.registry import build_device
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"  # of the Debian package that the kiosk needs as well
NARROW = PROFILES["58mm"]
RARE = "昇喆堃·—〇"
LOGO = ("1111000011110000", "1000000000000001")


def paper(slip: Slip, profile: PrinterProfile) -> list[PaperItem]:
    decoder = EscposDecoder()
    return decoder.feed(encode_slip(slip, profile)) + decoder.finish()


def lines(slip: Slip, profile: PrinterProfile = NARROW) -> list[str]:
    return [item.text for item in paper(slip, profile) if isinstance(item, PrintedLine)]


def test_rare_characters_print_and_those_of_four_bytes_are_replaced() -> None:
    assert lines(Slip((Text(RARE), Text("𠮷㙍号\x1b@")))) == [RARE, "〓〓号@"]


@pytest.fixture(scope="module")
def face() -> Typeface:
    return Typeface(FONT)


def test_a_font_draws_what_is_there_and_nothing_of_what_is_not(face: Typeface) -> None:
    rows = face.draw("号𠮷", 24)
    assert (len(rows), {len(row) for row in rows}) == (24, {42})
    black = sum(row.count("1") for row in rows)
    assert 150 < black < 600
    assert face.draw("", 24) == ("0",) * 24
    assert sum(row.count("1") for row in face.draw("   ", 24)) == 0


def test_a_printer_without_hanzi_gets_them_as_pictures(face: Typeface) -> None:
    without = replace(NARROW, hanzi="raster", draw=face.draw)
    items = paper(Slip((Text("A023"), Text("请到3号窗口", size=2), Text("𠮷", align="right"))), without)
    pictures = [item for item in items if isinstance(item, Raster)]
    assert [item.text for item in items if isinstance(item, PrintedLine)] == ["A023"]
    assert [(item.width_px, item.height_px) for item in pictures] == [(384, 48), (384, 24)]
    assert all("1" not in row[:300] and "1" in "".join(pictures[1].rows) for row in pictures[1].rows)


def test_a_printer_with_hanzi_gets_only_the_line_that_it_cannot_print_as_a_picture(face: Typeface) -> None:
    items = paper(Slip((Text("张三"), Text("𠮷野"))), replace(NARROW, draw=face.draw))
    assert [type(item) for item in items[:2]] == [PrintedLine, Raster]


def test_a_picture_that_broke_off_is_filled_whatever_it_was(face: Typeface) -> None:
    for profile in (replace(NARROW, draw=face.draw), replace(NARROW, logo=LOGO * 200)):
        slip = Slip((Text("𠮷" * 8, size=8), Logo()))
        assert longest_block(profile) >= longest_command(encode_slip(slip, profile)[2:])


def test_columns_and_the_logo() -> None:
    slip = Slip((Columns("前面", "4 人"), Columns("预计等候时间很长很长很长", "约 20–30 分钟"), Logo()))
    assert lines(slip) == [f"前面{' ' * 24}4 人", "预计等候时间很长很长很长", "约 20–30 分钟"]
    (picture,) = (item for item in paper(slip, replace(NARROW, logo=LOGO)) if isinstance(item, Raster))
    assert picture.rows[1].strip("0") == LOGO[1]
    assert placed(("1" * 400,), 384, "center") == ["1" * 384]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"P1\n# made by hand\n3 2\n1 0 1\n010\n", ("101", "010")),
        (b"P4 9 1\n\x80\x80", ("100000001",)),
    ],
)
def test_a_logo_is_a_pbm(data: bytes, rows: tuple[str, ...]) -> None:
    assert read_pbm(data) == rows


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"P1 3 2\n1 0", b"P4 9 2\n\x80", b"P4 0 0\n", b"P5 1 1 255\n0"])
def test_what_is_no_logo_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="picture"):
        read_pbm(data)
    (tmp_path / "logo.pbm").write_bytes(data)
    with pytest.raises(BadOption, match="logo"):
        dressed("p", PrinterOptions(logo=str(tmp_path / "logo.pbm")))


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"hanzi": "raster"}, "font"), ({"font": "/etc/passwd"}, "font"), ({"font": "/nowhere.ttf"}, "font"),
        ({"logo": "/nowhere.pbm"}, "logo"),
    ],
)
def test_files_that_are_not_there_are_named(options: dict[str, Any], key: str) -> None:
    with pytest.raises(BadOption) as refused:
        dressed("p", PrinterOptions(**options))
    assert refused.value.key == key


def test_no_font_is_no_crash() -> None:
    with pytest.raises(NoTypeface, match="no font"):
        Typeface("/etc/hostname")


def test_what_is_replaced_is_counted_and_said_once(
    tmp_path: Path, wait_until: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with Bench(parse_bench({"devices": [{"id": "p", "kind": "escpos-printer"}]}), tmp_path / "lines") as bench:
        line = LineSpec("serial", {"port": str(bench.link("p"))})
        env = Environment(time.monotonic, random.Random(1))
        driver: Any = build_device(DeviceSpec("p", "escpos-printer", line, {"profile": "58mm"}), env)
        done: list[PrintOutcome] = []
        driver.start()
        try:
            wait_until(lambda: driver.health().state == "ready")
            for job in ("a", "b"):
                driver.print(job, Slip((Text("𠮷𠮷"), Columns("㙍", RARE))), done.append)
            wait_until(lambda: len(done) == 2)
        finally:
            driver.stop()
    assert driver.health().counters["characters_replaced"] == 6
    assert [record.levelno for record in caplog.records if "〓" in record.message] == [logging.WARNING]
    assert "𠮷" not in caplog.text


def test_a_printer_behind_a_device_file(wait_until: Any) -> None:
    """As /dev/usb/lp0 is: bytes go in, nothing comes back, and the plug is pulled."""
    master, slave = os.openpty()
    tty.setraw(slave)
    spec = DeviceSpec(
        "p", "escpos-printer", LineSpec("file", {"port": os.ttyname(slave)}), {"profile": "58mm", "status": "none"}
    )
    driver: Any = build_device(spec, Environment(time.monotonic, random.Random(1)))
    done: list[PrintOutcome] = []
    driver.start()
    try:
        wait_until(lambda: driver.health().state == "ready")
        driver.print("job", Slip((Text("请A023号"),)), done.append)
        wait_until(lambda: done)
        assert done == [PrintOutcome("job", "printed")]
        assert "请A023号".encode("gbk")[:2] in os.read(master, 4096)
        os.close(slave)
        os.close(master)
        wait_until(lambda: driver.health().state == "disconnected")
    finally:
        driver.stop()

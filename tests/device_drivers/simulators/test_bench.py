"""Real ptys, real bytes, every fault: the bench as a daemon and a tester meet it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from device_drivers.errors import LinkDown
from device_drivers.families.escpos.encode import status_request
from device_drivers.kinds.aabb_strip.codec import StripFrame, encode_strip
from device_drivers.kinds.ff68_pad.codec import display_frame, encode_pad
from device_drivers.simulation.faults import PlannedFault, UnknownFault
from device_drivers.simulators.bench import Bench, UnknownDevice
from device_drivers.simulators.bench_file import BenchSpec, parse_bench
from tests.bench_watch import wait_for

OpenLine = Callable[..., Any]
CALL = bytes.fromhex("FF 68 03 03 68 01 01 0C 0E 16")


def strip_frame(address: int, text: str) -> bytes:
    return encode_strip(StripFrame(addr=address, text=text.encode("gbk")))


def strip_text(bench: Bench, index: int = 0) -> Any:
    return bench.shown("strips")["screens"][index]["text"]


def counter(bench: Bench, device: str, name: str) -> int:
    value: int = bench.shown(device)["counters"][name]
    return value


def test_a_frame_lights_the_strip(bench: Bench, host: OpenLine) -> None:
    host("strips").write(strip_frame(1, "A012 请到1号窗口") + strip_frame(2, "欢迎"))
    assert wait_for(bench, lambda bench: strip_text(bench, 1) == "欢迎")
    assert strip_text(bench) == "A012 请到1号窗口"
    assert counter(bench, "strips", "bytes_in") == len(strip_frame(1, "A012 请到1号窗口")) + 16
    assert counter(bench, "strips", "frames") == 2


def test_bytes_pass_as_they_are(bench: Bench, host: OpenLine) -> None:
    """A tty that is not raw would turn CR into LF, echo, and act on 03, 04, 11 and 13."""
    line = host("printer-1")
    line.write(bytes(range(1, 0x10)) + status_request(1))
    assert line.read(1) == b"\x12"
    assert counter(bench, "printer-1", "bytes_in") == 15 + 3


def test_a_press_is_acknowledged_by_its_echo(bench: Bench, host: OpenLine) -> None:
    line = host("pads")
    assert bench.press("pads", "pad-1", "call") == CALL
    assert line.read(len(CALL)) == CALL
    line.write(CALL + encode_pad(display_frame(1, 5, "012")))
    assert wait_for(bench, lambda bench: bench.shown("pads")["pads"][0]["ticket"] == "012")
    assert (counter(bench, "pads", "acks"), counter(bench, "pads", "unacknowledged")) == (1, 0)


def test_a_press_nobody_acknowledges_is_sent_four_times(bench: Bench, host: OpenLine) -> None:
    line = host("pads")
    bench.press("pads", "pad-1", "call")
    assert wait_for(bench, lambda bench: counter(bench, "pads", "unacknowledged") == 1)
    assert line.read(4 * len(CALL)) == 4 * CALL


def test_nothing_waits_in_a_port_that_nobody_has_open(bench: Bench, host: OpenLine) -> None:
    first = host("pads")
    first.close()
    assert wait_for(bench, lambda bench: not bench.shown("pads")["opened"])
    bench.press("pads", "pad-1", "call")
    assert wait_for(bench, lambda bench: counter(bench, "pads", "unacknowledged") == 1)
    again = host("pads")
    bench.press("pads", "pad-1", "recall")
    assert again.read(10)[7] == 0x0D


def test_a_slip_and_the_truth_about_the_roll(bench: Bench, host: OpenLine) -> None:
    line = host("printer-1")
    line.write("A012\n请等候\n".encode("gbk") + b"\x1dV\x00" + status_request(4))
    assert line.read(1) == b"\x12"
    assert wait_for(bench, lambda bench: len(bench.shown("printer-1")["slips"]) == 1)
    bench.fault("printer-1", "paper_near_end")
    line.write(status_request(4))
    assert line.read(1) == b"\x1e"
    bench.fault("printer-1", "paper_out")
    line.write(status_request(4) + status_request(1))
    assert line.read(2) == b"\x7e\x1a"
    bench.fault("printer-1", "paper_ok")
    bench.fault("printer-1", "cover_open")
    line.write(status_request(2))
    assert line.read(1) == b"\x16"
    bench.fault("printer-1", "cover_closed")
    line.write(status_request(1))
    assert line.read(1) == b"\x12"


def test_paper_without_a_cut_is_torn_off_by_hand(bench: Bench, host: OpenLine) -> None:
    host("printer-1").write(b"A012\n")
    assert wait_for(bench, lambda bench: bool(bench.shown("printer-1")["in_slot"]))
    assert bench.tear_off("printer-1") is True
    assert bench.tear_off("printer-1") is False
    assert [slip["cut"] for slip in bench.shown("printer-1")["slips"]] == ["torn"]
    with pytest.raises(UnknownDevice, match="'pads' has no paper"):
        bench.tear_off("pads")


# -- faults of the wire -------------------------------------------------------------------------------


def test_unplug_takes_the_link_the_line_and_the_text(bench: Bench, host: OpenLine) -> None:
    line = host("strips")
    line.write(strip_frame(1, "A012"))
    assert wait_for(bench, lambda bench: strip_text(bench) == "A012")
    bench.fault("strips", "unplug")
    assert not os.path.lexists(bench.link("strips"))
    with pytest.raises(LinkDown, match="is gone"):
        line.read(1)
    assert (bench.shown("strips")["plugged"], strip_text(bench)) == (False, None)
    assert bench.shown("pads")["plugged"] is True


def test_plugged_in_again_behind_the_same_name(bench: Bench, host: OpenLine) -> None:
    host("strips")
    bench.fault("strips", "unplug")
    bench.fault("strips", "plug")
    host("strips").write(strip_frame(1, "A013"))
    assert wait_for(bench, lambda bench: strip_text(bench) == "A013")
    assert counter(bench, "strips", "plugged_times") == 2


def test_a_plug_comes_back_by_itself_when_its_time_is_over(bench: Bench) -> None:
    bench.fault("strips", "unplug", 0.2)
    assert wait_for(bench, lambda bench: bench.link("strips").is_char_device())
    assert bench.shown("strips")["faults"] == []


def test_silence_swallows_everything(bench: Bench, host: OpenLine) -> None:
    line = host("printer-1")
    bench.fault("printer-1", "silence")
    line.write(status_request(1) + b"lost\n\x1dV\x00")
    assert wait_for(bench, lambda bench: counter(bench, "printer-1", "bytes_in") == 11)
    bench.clear_faults("printer-1")
    line.write(status_request(1))
    assert line.read(1) == b"\x12"
    assert counter(bench, "printer-1", "status_asked") == 1
    assert bench.shown("printer-1")["slips"] == []


def test_garbage_arrives_and_is_the_same_every_time(spec: BenchSpec, tmp_path: Path, open_line: OpenLine) -> None:
    bursts = []
    for run in ("first", "second"):
        with Bench(spec, tmp_path / run) as bench:
            line = open_line(bench, "pads")
            bench.fault("pads", "garbage")
            bursts.append(line.read(24))
    assert bursts[0][:24] == bursts[1][:24]


def test_corrupt_flips_bits_in_what_it_sends(bench: Bench, host: OpenLine) -> None:
    line = host("pads")
    bench.fault("pads", "corrupt")
    bench.press("pads", "pad-1", "call")
    got = line.read(len(CALL))[: len(CALL)]
    assert sum((a ^ b).bit_count() for a, b in zip(got, CALL, strict=True)) == 1


def test_noise_flips_bits_in_what_it_receives(bench: Bench, host: OpenLine) -> None:
    line = host("strips")
    bench.fault("strips", "noise")
    line.write(strip_frame(1, "A012"))
    assert wait_for(bench, lambda bench: counter(bench, "strips", "skipped_bytes") > 0)
    assert strip_text(bench) is None


def test_echo_brings_back_what_was_sent_before_any_answer(bench: Bench, host: OpenLine) -> None:
    line = host("printer-1")
    bench.fault("printer-1", "echo")
    line.write(status_request(1))
    assert line.read(4) == status_request(1) + b"\x12"


def test_slow_makes_an_acknowledgement_too_late(bench: Bench, host: OpenLine) -> None:
    line = host("pads")
    bench.fault("pads", "slow")
    bench.press("pads", "pad-1", "call")
    assert line.read(len(CALL)) == CALL
    line.write(CALL)
    assert wait_for(bench, lambda bench: counter(bench, "pads", "acks") == 1)
    assert counter(bench, "pads", "resends") >= 1


def test_a_paced_line_carries_everything_in_order(tmp_path: Path, open_line: OpenLine) -> None:
    raw = {"pace_baud": 38400, "devices": [{"id": "printer", "kind": "escpos-printer"}]}
    lines = [f"line {number:03}" for number in range(60)]
    with Bench(parse_bench(raw), tmp_path / "lines") as bench:
        line = open_line(bench, "printer")
        line.write(("\n".join(lines) + "\n").encode() + b"\x1dV\x00")
        assert wait_for(bench, lambda bench: bool(bench.shown("printer")["slips"]))
        items = bench.shown("printer")["slips"][0]["items"]
    assert [item["text"] for item in items] == lines


# -- plans, refusals, the folder ----------------------------------------------------------------------


def test_a_plan_happens_and_ends(spec: BenchSpec, tmp_path: Path) -> None:
    plan = [PlannedFault("strips", "unplug", 0.05, 0.2), PlannedFault("printer-1", "paper_out")]
    with Bench(spec, tmp_path / "lines", plan=plan) as bench:
        assert wait_for(bench, lambda bench: not bench.shown("strips")["plugged"])
        assert wait_for(bench, lambda bench: bench.shown("strips")["plugged"])
        assert bench.shown("printer-1")["paper"] == "out"


def test_a_plan_for_nobody_is_refused_before_anything_starts(spec: BenchSpec, tmp_path: Path) -> None:
    with pytest.raises(UnknownDevice, match="no device 'strip' on this bench; there are strips, pads"):
        Bench(spec, tmp_path / "lines", plan=[PlannedFault("strip", "unplug")])
    with pytest.raises(UnknownFault, match="strips: no fault 'paper_out'"):
        Bench(spec, tmp_path / "lines", plan=[PlannedFault("strips", "paper_out")])


def test_refusals_name_what_there_is(bench: Bench) -> None:
    with pytest.raises(UnknownDevice, match="there are strips, pads, printer-1"):
        bench.fault("nobody", "unplug")
    with pytest.raises(UnknownDevice, match="'strips' has no keys"):
        bench.press("strips", "pad-1", "call")
    with pytest.raises(UnknownFault, match="no fault 'paper_out' here"):
        bench.fault("strips", "paper_out")


def test_after_stop_nothing_is_left_and_asking_says_so(spec: BenchSpec, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    bench = Bench(spec, folder)
    bench.start()
    assert sorted(os.listdir(folder)) == ["pads", "printer-1", "strips"]
    bench.stop()
    bench.stop()
    assert not folder.exists()
    with pytest.raises(LinkDown, match="the bench is not running"):
        bench.fault("strips", "unplug")


def test_a_folder_that_was_there_stays_with_what_is_in_it(spec: BenchSpec, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    (tmp_path / "strips").symlink_to("/dev/pts/999")  # left by a bench that was killed
    with Bench(spec, tmp_path) as bench:
        assert bench.link("strips").is_char_device()
    assert os.listdir(tmp_path) == ["notes"]


def test_a_file_in_the_way_is_not_removed(spec: BenchSpec, tmp_path: Path) -> None:
    (tmp_path / "pads").write_text("mine", encoding="utf-8")
    with pytest.raises(LinkDown, match="pads: is there and not a link of ours"):
        Bench(spec, tmp_path).start()
    assert os.listdir(tmp_path) == ["pads"]


def test_two_benches_do_not_share_a_folder(bench: Bench, spec: BenchSpec) -> None:
    with pytest.raises(LinkDown, match="another bench uses it"):
        Bench(spec, bench.folder).start()
    assert bench.link("strips").is_char_device()


def test_state_is_whole_and_its_version_grows(bench: Bench, host: OpenLine) -> None:
    before = bench.state()
    assert [device["id"] for device in before["devices"]] == ["strips", "pads", "printer-1"]
    assert before["links"] == [{"label": "窗口工作台 Staff", "href": "http://127.0.0.1:8080/staff"}]
    line = host("printer-1")
    for number in range(4):
        line.write(b"A%03d\n\x1dV\x00" % number)
    assert wait_for(bench, lambda bench: len(bench.shown("printer-1")["slips"]) == 4)
    after = bench.state(slips=2, log=3)
    assert after["version"] > before["version"]
    assert [slip["n"] for slip in after["devices"][2]["slips"]] == [4, 3]
    assert [entry["event"] for entry in after["log"]] == ["slip"] * 3


def test_listeners_are_told_until_they_leave(bench: Bench) -> None:
    told: list[int] = []
    leave = bench.listen(lambda: told.append(1))
    bench.fault("strips", "echo")
    assert wait_for(bench, lambda _: bool(told))
    leave()
    heard = len(told)
    bench.clear_faults("strips")
    assert len(told) == heard


def test_slow_is_over_by_itself_and_by_its_key(bench: Bench) -> None:
    """Nobody has to remember a printer that was left slow."""
    bench.fault("printer-1", "slow")
    [fault] = bench.shown("printer-1")["faults"]
    assert fault["fault"] == "slow"
    assert 0 < fault["left_s"] <= 60.0
    bench.fault("printer-1", "slow", 0.01)
    assert wait_for(bench, lambda bench: bench.shown("printer-1")["faults"] == [])
    bench.fault("printer-1", "slow")
    bench.clear_faults("printer-1", "slow")
    assert bench.shown("printer-1")["faults"] == []


@pytest.mark.parametrize("fault", ["drop", "wrong_baud"])
def test_what_a_bad_line_leaves_lights_no_strip(fault: str, bench: Bench, host: OpenLine) -> None:
    line = host("strips")
    bench.fault("strips", fault)
    sent = strip_frame(1, "A012 请到1号窗口") * 4
    line.write(sent)
    assert wait_for(bench, lambda bench: counter(bench, "strips", "bytes_in") == len(sent))
    assert strip_text(bench) is None


def test_half_of_what_a_pad_says_is_no_press(bench: Bench, host: OpenLine) -> None:
    line = host("pads")
    bench.fault("pads", "half")
    bench.press("pads", "pad-1", "call")
    assert line.read(len(CALL) // 2) == CALL[: len(CALL) // 2]


def test_a_device_that_starts_anew_forgets_and_is_back(bench: Bench, host: OpenLine) -> None:
    line = host("strips")
    line.write(strip_frame(1, "A012"))
    assert wait_for(bench, lambda bench: strip_text(bench) == "A012")
    bench.fault("strips", "reboot", 0.2)
    assert strip_text(bench) is None
    assert wait_for(bench, lambda bench: bench.shown("strips")["faults"] == [])
    line.write(strip_frame(1, "A013"))
    assert wait_for(bench, lambda bench: strip_text(bench) == "A013")

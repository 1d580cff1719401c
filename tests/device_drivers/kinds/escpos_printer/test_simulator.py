"""What lies on the paper, and that the printer tells the truth about its roll."""

from __future__ import annotations

import pytest

from device_drivers.families.escpos.encode import PAPER_REQUEST, encode_slip, status_request
from device_drivers.families.escpos.profile import PrinterProfile
from device_drivers.families.escpos.status import decode_buffered, decode_real_time
from device_drivers.kinds.escpos_printer.simulator import FAULTS, KEPT_SLIPS, PrinterSpec, SimulatedPrinter
from device_drivers.ports import Qr, Slip, Text
from device_drivers.simulation.faults import Conditions

SLIP = encode_slip(
    Slip((Text("A012", size=4, align="center"), Text("前面等候 5 人"), Qr("https://hall.example/t/1"))),
    PrinterProfile(columns=32),
)


class Bed:
    """A printer and the conditions it is in."""

    def __init__(self, ms_per_line: int = 0) -> None:
        self.conditions = Conditions(FAULTS)
        spec = PrinterSpec(id="printer-1", kind="escpos-printer", ms_per_line=ms_per_line)
        self.printer = SimulatedPrinter(spec, self.conditions, lambda *_: None)

    def send(self, data: bytes, now_s: float = 0.0) -> bytes:
        self.printer.receive(data, now_s)
        self.printer.tick(now_s)
        return self.printer.take_output()

    def slip_texts(self) -> list[str]:
        """The lines of each kept slip as one text, oldest first."""
        slips = reversed(self.printer.state()["slips"])
        return ["\n".join(item["text"] for item in slip["items"] if item["kind"] == "text") for slip in slips]

    def run(self, now_s: float) -> None:
        """Let time go by until nothing is due before `now_s`."""
        while (due_s := self.printer.due_s()) is not None and due_s <= now_s:
            self.printer.tick(due_s)


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_slip_is_cut_with_its_text_and_its_code(size: int) -> None:
    bed = Bed()
    for at in range(0, len(SLIP), size):
        bed.send(SLIP[at : at + size], 3.0)
    state = bed.printer.state()
    assert [slip["n"] for slip in state["slips"]] == [1]
    items = state["slips"][0]["items"]
    number = next(item for item in items if item["kind"] == "text")
    assert (number["text"], number["size"], number["align"]) == ("A012", 4, "center")
    code = next(item for item in items if item["kind"] == "qr")
    assert code["data"] == "https://hall.example/t/1"
    assert len(code["rows"]) == len(code["rows"][0]) >= 21
    assert code["rows"][0].startswith("1111111")
    assert bed.slip_texts()[0].splitlines()[0].strip() == "A012"
    assert state["in_slot"] == []


@pytest.mark.parametrize(
    ("faults", "offline", "cover", "stopped", "near_end", "out"),
    [
        ([], False, False, False, False, False),
        (["paper_near_end"], False, False, False, True, False),
        (["paper_out"], True, False, True, True, True),
        (["cover_open"], True, True, False, False, False),
        (["offline"], True, False, False, False, False),
    ],
)
def test_real_time_status_is_the_truth(
    faults: list[str], offline: bool, cover: bool, stopped: bool, near_end: bool, out: bool
) -> None:
    bed = Bed()
    for fault in faults:
        bed.conditions.apply(fault, None)
    answers = [bed.send(status_request(n)) for n in (1, 2, 3, 4)]
    read = [decode_real_time(n, answer[0]) for n, answer in enumerate(answers, 1)]
    assert all(len(answer) == 1 for answer in answers)
    assert read[0] is not None
    assert read[1] is not None
    assert read[3] is not None
    assert read[0]["offline"] == offline
    assert (read[1]["cover_open"], read[1]["stopped_for_paper"]) == (cover, stopped)
    assert (read[3]["near_end"], read[3]["out"]) == (near_end, out)
    assert answers[2] == b"\x12"


def test_the_buffered_question_is_answered_after_what_came_before_it() -> None:
    bed = Bed(ms_per_line=100)
    assert bed.send(SLIP + PAPER_REQUEST) == b""
    assert bed.send(status_request(4)) == b"\x12", "real-time status is answered while the head is busy"
    assert bed.printer.state()["busy"] is True
    bed.run(60.0)
    assert bed.printer.state()["slips"][0]["n"] == 1
    assert decode_buffered(bed.printer.take_output()[0]) == {"near_end": False, "out": False}


def test_no_paper_stops_the_head_and_a_new_roll_goes_on_without_hurry() -> None:
    bed = Bed(ms_per_line=100)
    bed.send(b"one\ntwo\nthree\n\x1dV\x00")
    bed.conditions.apply("paper_out", None)
    bed.printer.tick(0.2)
    assert bed.printer.due_s() is None
    assert [item["text"] for item in bed.printer.state()["in_slot"]] == ["one"]
    assert bed.send(PAPER_REQUEST, 5.0) == b"", "a printer without paper is offline: the buffer stands"
    bed.printer.tick(9.95)
    bed.conditions.apply("paper_ok", None)
    bed.printer.tick(10.0)
    assert len(bed.printer.state()["in_slot"]) == 2, "it does not print what it missed at once"
    bed.run(20.0)
    assert bed.slip_texts() == ["one\ntwo\nthree"]
    assert bed.printer.take_output() == b"\x00"


def test_half_a_slip_lies_in_the_slot_until_the_next_cut() -> None:
    bed = Bed()
    bed.send(b"A012\nhalf of ")
    assert [item["text"] for item in bed.printer.state()["in_slot"]] == ["A012"]
    bed.send(b"\x1b@again A012\n\x1dV\x00")
    assert bed.slip_texts() == ["A012\nagain A012"]


def test_power_off_loses_the_buffer_and_keeps_the_paper() -> None:
    bed = Bed(ms_per_line=100)
    bed.send(b"one\ntwo\n\x1dV\x00")
    bed.printer.power_off()
    bed.run(10.0)
    state = bed.printer.state()
    assert [item["text"] for item in state["in_slot"]] == ["one"]
    assert state["slips"] == []
    assert state["counters"]["lost_items"] == 2


def test_slow_prints_slowly() -> None:
    bed = Bed()
    bed.conditions.apply("slow", None)
    bed.send(b"one\ntwo\nthree\n")
    bed.run(0.5)
    assert len(bed.printer.state()["in_slot"]) == 2


def test_a_line_wider_than_the_paper_goes_on_below() -> None:
    bed = Bed()
    bed.send("政务服务大厅政务服务大厅政务服务大厅".encode("gbk") + b"\n\x1dV\x01")
    assert bed.slip_texts() == ["政务服务大厅政务服务大厅政务服务\n大厅"]
    assert bed.printer.state()["slips"][0]["cut"] == "partial"


def test_only_the_last_slips_are_kept_and_endless_paper_is_torn() -> None:
    bed = Bed()
    for number in range(KEPT_SLIPS + 3):
        bed.send(b"A%03d\n\x1dV\x00" % number)
    slips = bed.printer.state()["slips"]
    assert (len(slips), slips[0]["n"]) == (KEPT_SLIPS, KEPT_SLIPS + 3)
    bed.send(b"x\n" * 1000)
    assert bed.printer.state()["slips"][0]["cut"] == "torn"


def test_what_does_not_fit_into_the_buffer_is_lost_and_counted() -> None:
    bed = Bed(ms_per_line=1000)
    bed.send(b"x\n" * 3000)
    state = bed.printer.state()
    assert state["waiting_items"] + state["counters"]["lost_items"] + len(state["in_slot"]) == 3000
    assert state["counters"]["lost_items"] > 0


def test_rubbish_is_counted_and_the_next_slip_is_whole() -> None:
    bed = Bed()
    bed.send(bytes([0x1B, 0x01, 0x1D, 0x02, 0x07]) + b"\n\x1dV\x00" + SLIP)
    assert bed.printer.state()["counters"]["unknown"] > 0
    assert bed.slip_texts()[-1].splitlines()[0].strip() == "A012"

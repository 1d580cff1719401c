"""F1, F12: death while a slip is being printed. F11: the paper runs low, runs out, and comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hall_daemon.domain import events as e
from hall_daemon.wire.messages import OUT_OF_SERVICE
from tests.drills.invariants import assert_sound, assert_whole, happened
from tests.drills.stand import Hall, Stand, wait_until

PRINTER = "printer-1"
REPRINT = "补打"
VOID = "作废"
# A slip takes about two seconds at this speed of the head.
SLOW_MS = 60
PRINTED_S = 15.0
TOLD_S = 5.0
# A person is told before drawing, not after.
KNOWN_S = 2.0


def slip_of(hall: Hall, number: str) -> tuple[str, str]:
    ticket = hall.get(f"tickets/{number}")
    return ticket["slip"], ticket["slip_detail"]


def draw_and_kill_while_it_prints(stand: Stand) -> str:
    with stand.hall() as hall:
        number = hall.draw(PRINTER)
        wait_until(lambda: stand.bench.shown(PRINTER)["in_slot"], PRINTED_S, "the head begins")
        hall.kill()
    assert stand.slips() == [], "it was to be killed in the middle"
    return number


def test_killed_in_the_middle_of_a_slip_it_prints_the_same_number_again(tmp_path: Path) -> None:
    with Stand(tmp_path, ms_per_line=SLOW_MS) as stand:
        told = [draw_and_kill_while_it_prints(stand)]
        with stand.hall() as hall:
            wait_until(lambda: slip_of(hall, "A001")[0] == "printed", PRINTED_S, "the slip, again")
            told.append(hall.draw(PRINTER))
            wait_until(lambda: slip_of(hall, "A002")[0] == "printed", PRINTED_S, "the next slip")
            assert_whole(stand, hall, told)
        slips = stand.slips()
    assert told == ["A001", "A002"]
    # The one that was under way, ended where it was; then the same number, marked; then the next one, unmarked.
    # A head that was quicker than the new start leaves the first one whole, and the mark on a strip of its own.
    assert len(slips) in (3, 4)
    assert [VOID in slip for slip in slips[-3:]] == [True, False, False]
    assert "A001" in slips[0]
    assert "A001" in slips[-2]
    assert sum(REPRINT in slip for slip in slips) == 1
    assert REPRINT in slips[-2]
    assert "A002" in slips[-1]
    assert_sound(stand.data, stand.settings, told)
    assert [event.copy for _, event in happened(stand.data, e.SlipRequested)] == [1]


def test_nobody_stands_there_any_more_so_the_slip_is_unknown(tmp_path: Path) -> None:
    with Stand(tmp_path, ms_per_line=SLOW_MS) as stand:
        told = [draw_and_kill_while_it_prints(stand)]
        later = datetime.now(ZoneInfo(stand.settings.plan.timezone)) + timedelta(minutes=3)
        with stand.hall("--at", later.isoformat(timespec="seconds")) as hall:
            wait_until(lambda: slip_of(hall, "A001")[0] == "unknown", TOLD_S, "the slip is told unknown")
            assert slip_of(hall, "A001") == ("unknown", "restart")
            told.append(hall.draw(PRINTER))
            wait_until(lambda: slip_of(hall, "A002")[0] == "printed", PRINTED_S, "the next slip")
            assert_whole(stand, hall, told)
        slips = stand.slips()
    assert told == ["A001", "A002"]
    assert not any(REPRINT in slip for slip in slips)
    assert [VOID in slip for slip in slips[-2:]] == [True, False]
    assert "A001" in slips[0]
    assert "A002" in slips[-1]
    assert_sound(stand.data, stand.settings, told)
    assert happened(stand.data, e.SlipRequested) == []


def test_paper_runs_low_runs_out_and_comes_back(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        told = [hall.draw(PRINTER)]
        wait_until(lambda: slip_of(hall, "A001")[0] == "printed", PRINTED_S, "a slip")

        stand.bench.fault(PRINTER, "paper_near_end")
        wait_until(lambda: hall.said("paper near its end"), TOLD_S, "staff hear that the roll is nearly used up")
        told.append(hall.draw(PRINTER))
        wait_until(lambda: slip_of(hall, "A002")[0] == "printed", PRINTED_S, "a slip from the end of the roll")

        stand.bench.fault(PRINTER, "paper_out")
        wait_until(lambda: "paper out" in hall.health()[f"device:{PRINTER}"], TOLD_S, "health says paper out")
        told.append(hall.draw(PRINTER))
        wait_until(lambda: slip_of(hall, "A003")[0] == "failed", TOLD_S, "no slip")
        assert slip_of(hall, "A003") == ("failed", "paper_out")
        assert hall.get("tickets/A003")["state"] == "waiting"

        stand.bench.fault(PRINTER, "paper_ok")
        wait_until(lambda: hall.health()[f"device:{PRINTER}"] == "ok", TOLD_S, "health says ok")
        assert len(stand.slips()) == 2, "what was refused does not come out of the new roll by itself"
        assert hall.post("tickets/A003/slip", {"printer": PRINTER}).status_code == 200
        wait_until(lambda: slip_of(hall, "A003")[0] == "printed", PRINTED_S, "the slip, again")
        assert REPRINT in stand.slips()[-1]
        assert "A003" in stand.slips()[-1]
        assert len(hall.said("paper out")) == 1
        assert len(hall.said(f"{PRINTER}: ready again")) == 1
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


def test_paper_runs_out_in_the_middle_and_two_copies_are_asked_for_at_once(tmp_path: Path) -> None:
    with Stand(tmp_path, ms_per_line=SLOW_MS) as stand, stand.hall() as hall:
        hall.open("1")
        told = [hall.draw(PRINTER)]
        wait_until(lambda: stand.bench.shown(PRINTER)["in_slot"], PRINTED_S, "the head begins")
        stand.bench.fault(PRINTER, "paper_out")
        wait_until(lambda: slip_of(hall, "A001") == ("failed", "paper_out"), TOLD_S, "no whole slip")
        stand.bench.fault(PRINTER, "paper_ok")
        wait_until(lambda: hall.health()[f"device:{PRINTER}"] == "ok", TOLD_S, "health says ok")
        # A second press of "print again" while the first copy comes out disturbs nothing else.
        for _ in range(2):
            assert hall.post("tickets/A001/slip", {"printer": PRINTER}).status_code == 200
        hall.window("1", "call-next")
        wait_until(lambda: slip_of(hall, "A001")[0] == "printed", PRINTED_S, "the last copy is told printed")
        assert [VOID in slip for slip in stand.slips()] == [True, False, False]
        assert [REPRINT in slip for slip in stand.slips()] == [False, True, True]
        reported = [event.result for _, event in happened(stand.data, e.SlipReported)]
        assert reported == ["failed", "printed"], "only the newest copy says how it went"
        assert hall.said("ERROR") == []
        assert_whole(stand, hall, told)
    assert_sound(stand.data, stand.settings, told)


class Onlooker:
    """A kiosk or page that asks for the hall with the ETag of the picture it has."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._etag = ""
        self._printer = ("", "")

    def printer(self) -> tuple[str, str]:
        url = f"{self._hall.http}/api/v1/hall"
        with self._hall.web() as web:
            answer = web.get(url, headers={"If-None-Match": self._etag}, timeout=5)
        if answer.status_code == 200:
            self._etag = answer.headers["ETag"]
            [printer] = (device for device in answer.json()["devices"] if device["id"] == PRINTER)
            self._printer = (printer["state"], printer["detail"])
        return self._printer


def test_whoever_looks_knows_within_two_seconds_what_the_printer_can_do(tmp_path: Path) -> None:
    with Stand(tmp_path) as stand, stand.hall() as hall:
        seen = Onlooker(hall)
        wait_until(lambda: seen.printer() == ("ready", ""), TOLD_S, "it is ready")
        for fault, state, words, cure in (
            ("unplug", "disconnected", "line-printer-1", "plug"),
            ("silence", "alert", "does not answer", None),
            ("paper_out", "alert", "paper out", "paper_ok"),
            ("cover_open", "alert", "cover open", "cover_closed"),
        ):
            stand.bench.fault(PRINTER, fault)
            wait_until(lambda: seen.printer()[0] == state, KNOWN_S, fault)  # noqa: B023
            assert words in seen.printer()[1]
            assert seen.printer()[0] in OUT_OF_SERVICE
            if cure is None:
                stand.bench.clear_faults(PRINTER, fault)
            else:
                stand.bench.fault(PRINTER, cure)
            wait_until(lambda: seen.printer() == ("ready", ""), KNOWN_S, f"{fault} is over")


def test_the_slip_that_did_not_come_out_is_asked_for_by_what_its_code_holds(tmp_path: Path) -> None:
    """The person has the page of the ticket, and its token: at the kiosk it is as good as the number."""
    with Stand(tmp_path) as stand, stand.hall() as hall:
        stand.bench.fault(PRINTER, "paper_out")
        drawn = hall.post("tickets", {"service": "one", "printer": PRINTER}).json()
        token = drawn["url"].rpartition("/")[2]
        wait_until(lambda: hall.get(f"tickets/{token}")["slip"] == "failed", TOLD_S, "no slip")
        assert "slip" in hall.get(f"tickets/{token}")["can"]
        stand.bench.fault(PRINTER, "paper_ok")
        assert hall.post(f"tickets/{token}/slip", {"printer": PRINTER}).status_code == 200
        wait_until(lambda: slip_of(hall, drawn["number"])[0] == "printed", PRINTED_S, "the slip")
        [slip] = stand.slips()
        assert drawn["number"] in slip
        assert REPRINT in slip

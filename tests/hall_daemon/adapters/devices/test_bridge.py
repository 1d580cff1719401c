"""Hall to devices and back: strips, pads, slips and calls, each once, each failing alone."""

from __future__ import annotations

import threading

import pytest

from device_drivers.kinds.ff68_pad.codec import KEYS
from device_drivers.ports import PrintResult
from hall_daemon.adapters.devices import calls
from hall_daemon.app.record import Busy
from hall_daemon.domain import commands as c
from hall_daemon.domain import events as e
from hall_daemon.domain.evolve import evolve
from hall_daemon.domain.hall import Hall
from hall_daemon.domain.slip_rules import MAX_REPLACED, MAX_REPRINTS
from hall_daemon.wire.shown import ShownScreen, ShownText
from tests.hall_daemon.adapters.bridge_rig import TICKETS, Broken, Rig, wait_until
from tests.hall_daemon.app.in_memory import HandClock, MemoryStore

CODE = {name: code for code, name in KEYS.items()}
A001, A002 = TICKETS[:2]


# -- strips and pads -----------------------------------------------------------------------------


def test_strips_show_what_the_hall_says_from_the_start(rig: Rig) -> None:
    rig.shows(1, "窗口关闭")
    rig.do(c.OpenWindow("1", "ann"))
    rig.shows(1, "等候叫号")
    rig.draw()
    rig.do(c.CallNext("1"))
    rig.shows(1, "请A001号办理")
    rig.do(c.Start("1"))
    rig.shows(1, "正在办理A001")
    rig.do(c.Undo("1"))
    rig.shows(1, "请A001号办理")
    rig.do(c.Finish("1"), c.PauseWindow("1", "lunch"))
    rig.shows(1, "暂停 lunch")
    rig.shows(2, "窗口关闭")


def test_a_strip_that_comes_back_shows_what_it_should_show_now(open_: Rig) -> None:
    open_.shows(1, "等候叫号")
    open_.strip_cable.unplug()
    open_.draw()
    open_.do(c.CallNext("1"), c.Start("1"))
    open_.strip_cable.replug()
    open_.shows(1, "正在办理A001")


def test_what_a_strip_should_show_and_what_it_took_are_told_apart(open_: Rig) -> None:
    open_.shows(1, "等候叫号")

    def strip() -> ShownScreen:
        return next(screen for screen in open_.bridge.shown() if screen.window == "1")

    wait_until(lambda: strip().reported == strip().desired == ShownText("等候叫号", False))
    assert strip().age_s is not None
    open_.strip_cable.unplug()
    wait_until(lambda: strip().reported is None)
    open_.draw()
    open_.do(c.CallNext("1"))
    assert (strip().desired, strip().reported) == (ShownText("请A001号办理", True), None)
    open_.strip_cable.replug()
    wait_until(lambda: strip().reported == strip().desired)


def test_a_pad_shows_who_waits_and_who_is_there(open_: Rig) -> None:
    open_.draw()
    open_.draw()
    open_.do(c.CallNext("1"))
    open_.pads.wait_for(
        lambda frame: (frame["func"], frame["addr"], frame.get("waiting"), frame.get("ticket")) == (2, 1, 1, "001")
    )


# -- slips ---------------------------------------------------------------------------------------


def test_a_slip_is_printed_and_its_outcome_recorded_once(rig: Rig) -> None:
    rig.draw()
    rig.draw("printer-1")
    (_, lines, on_done) = rig.printer.jobs[0]
    assert lines[:3] == ["hall", "A002", "前面还有 1 人"]
    assert "补打" not in lines
    rig.printer.finish(0, "printed")
    rig.printer.finish(0, "printed")
    wait_until(lambda: rig.events(e.SlipReported))
    rig.draw()
    assert rig.events(e.SlipReported) == [e.SlipReported(A002, "printed", "")]
    assert on_done is not None


@pytest.mark.parametrize(("result", "detail"), [("failed", "paper_out"), ("unknown", "no_answer")])
def test_a_slip_that_did_not_come_out_is_known_and_printed_again_marked(rig: Rig, result: str, detail: str) -> None:
    rig.draw("printer-1")
    rig.printer.finish(0, result, detail)  # type: ignore[arg-type]
    wait_until(lambda: rig.events(e.SlipReported))
    assert rig.follower.read(lambda hall: hall.slips[A001].state) == result
    rig.draw()
    rig.do(c.RequestSlip(A001, "printer-1"))
    lines = rig.printer.jobs[1][1]
    assert lines[:4] == ["hall", "补打", "A001", "前面还有 0 人"]
    rig.printer.finish(1, "printed")
    wait_until(lambda: rig.events(e.SlipReported)[-1].result == "printed")


def test_a_late_word_of_an_earlier_copy_says_nothing_of_the_newest(rig: Rig) -> None:
    rig.draw("printer-1")
    rig.do(c.RequestSlip(A001, "printer-1"))
    rig.printer.finish(0, "failed", "paper_out")
    rig.printer.finish(1, "printed")
    wait_until(lambda: rig.events(e.SlipReported))
    assert rig.events(e.SlipReported) == [e.SlipReported(A001, "printed", "")]


def test_without_its_printer_a_slip_failed(rig: Rig) -> None:
    rig.draw("printer-9")
    wait_until(lambda: rig.events(e.SlipReported))
    assert rig.events(e.SlipReported) == [e.SlipReported(A001, "failed", "no_printer")]
    assert {row.by for row in rig.store.rows if isinstance(row.event, e.SlipReported)} == {"core"}


def test_an_outcome_while_the_hall_is_busy_is_told_later(rig: Rig) -> None:
    rig.draw("printer-1")
    core_submit = rig.core.submit
    refused = threading.Semaphore(0)

    def full(request: object, on_answer: object) -> None:
        refused.release()
        raise Busy

    rig.core.submit = full  # type: ignore[method-assign]
    rig.printer.finish(0, "printed")
    assert refused.acquire(timeout=10)
    rig.core.submit = core_submit  # type: ignore[method-assign]
    wait_until(lambda: rig.events(e.SlipReported))
    assert rig.events(e.SlipReported) == [e.SlipReported(A001, "printed", "")]


def crashed_with_a_slip_pending(after_s: float = 30, *then: c.Command) -> tuple[MemoryStore, HandClock]:
    """A hall that died between commit and paper."""
    rig = Rig().start()
    rig.draw("printer-1")
    rig.do(c.OpenWindow("1", "ann"), *then)
    rig.stop()
    rig.clock.forward(after_s)
    return rig.store, rig.clock


def restarted(store: MemoryStore, clock: HandClock) -> Rig:
    hall = Hall()
    for row in store.rows:
        evolve(hall, row.event, row.moment)
    return Rig(store=store, clock=clock, hall=hall).start()


def test_a_slip_that_a_crash_left_open_is_printed_again_marked() -> None:
    rig = restarted(*crashed_with_a_slip_pending())
    try:
        wait_until(lambda: rig.printer.jobs)
        assert rig.printer.jobs[0][1][:3] == ["hall", "补打", "A001"]
        assert rig.printer.told_broken == 1, "half of the first may lie there"
        assert rig.events(e.SlipRequested) == [e.SlipRequested(A001, "printer-1", 1)]
        rig.printer.finish(0, "printed")
        wait_until(lambda: rig.events(e.SlipReported))
        assert rig.follower.read(lambda hall: hall.slips[A001].state) == "printed"
    finally:
        rig.stop()


@pytest.mark.parametrize(("after_s", "then"), [(121, ()), (30, (c.CallNext("1"),)), (30, (c.Cancel(A001),))])
def test_nobody_stands_there_any_more(after_s: float, then: tuple[c.Command, ...]) -> None:
    rig = restarted(*crashed_with_a_slip_pending(after_s, *then))
    try:
        wait_until(lambda: rig.events(e.SlipReported))
        assert rig.events(e.SlipReported) == [e.SlipReported(A001, "unknown", "restart")]
        assert rig.printer.jobs == []
        assert rig.printer.told_broken == 1
    finally:
        rig.stop()


def test_a_hall_that_dies_at_every_slip_does_not_empty_the_roll() -> None:
    store, clock = crashed_with_a_slip_pending(1)
    copies = MAX_REPRINTS + MAX_REPLACED
    for copy in range(1, copies + 1):
        rig = restarted(store, clock)
        wait_until(lambda: rig.printer.jobs)  # noqa: B023
        rig.stop()
        assert rig.events(e.SlipRequested)[-1] == e.SlipRequested(A001, "printer-1", copy)
    rig = restarted(store, clock)
    wait_until(lambda: rig.events(e.SlipReported))
    rig.stop()
    assert rig.events(e.SlipReported) == [e.SlipReported(A001, "unknown", "restart")]
    assert (len(rig.events(e.SlipRequested)), rig.printer.jobs) == (copies, [])


@pytest.mark.parametrize(("result", "told"), [("printed", 0), ("unknown", 1), ("failed", 1)])
def test_a_restart_marks_the_paper_only_when_the_last_slip_may_be_half(result: PrintResult, told: int) -> None:
    rig = Rig().start()
    rig.draw("printer-1")
    wait_until(lambda: rig.printer.jobs)
    rig.printer.finish(0, result)
    wait_until(lambda: rig.events(e.SlipReported))
    rig.stop()
    again = restarted(rig.store, rig.clock)
    again.stop()
    assert again.printer.told_broken == told


# -- calls ---------------------------------------------------------------------------------------


def called(rig: Rig) -> str:
    """Draw and call one; the id of its announcement."""
    rig.draw()
    rig.do(c.CallNext("1"))
    wait_until(lambda: rig.speaker.said)
    return rig.speaker.said[-1].id


def test_a_call_is_announced_once_when_seen_and_heard(open_: Rig) -> None:
    id_ = called(open_)
    said = open_.speaker.said[0]
    assert (said.text, said.zone, said.times, said.stale_s) == ("请A零零一号到一号窗口办理业务", "hall", 2, 1030.0)
    open_.shows(1, "请A001号办理")
    assert open_.events(e.CallAnnounced) == [], "not before it was heard"
    open_.speaker.finish(id_)
    wait_until(lambda: open_.events(e.CallAnnounced))
    open_.now_s += 1000
    open_.do(c.Recall("1"))
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, True, True)]


def test_a_hall_that_is_silent_still_shows(open_: Rig) -> None:
    open_.speaker.raises = Broken("no sound card")
    open_.draw()
    open_.do(c.CallNext("1"))
    wait_until(lambda: open_.events(e.CallAnnounced))
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, True, False)]


def test_a_strip_that_is_away_does_not_count_as_seen(open_: Rig) -> None:
    open_.shows(1, "等候叫号")
    open_.strip_cable.unplug()
    open_.speaker.finish(called(open_))
    assert open_.events(e.CallAnnounced) == []
    open_.now_s += calls.SEEN_WITHIN_S + 1
    wait_until(lambda: open_.events(e.CallAnnounced))
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, False, True)]


def test_a_call_that_nothing_can_announce_is_reported_at_once(open_: Rig) -> None:
    open_.shows(1, "等候叫号")
    open_.strip_cable.unplug()
    wait_until(lambda: {view.id: view.code for view in open_.bridge.views()}["strips"] == "line_down")
    open_.speaker.state = "alert"
    id_ = called(open_)
    wait_until(lambda: open_.events(e.CallAnnounced))
    for _ in range(3):
        open_.bridge._calls.settle()
    open_.draw()
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, False, False)], "once, however often looked"
    # A voice that comes back in time is good news, told once more.
    open_.speaker.finish(id_)
    open_.now_s += calls.SEEN_WITHIN_S + 1
    wait_until(lambda: len(open_.events(e.CallAnnounced)) == 2)
    assert open_.events(e.CallAnnounced)[1] == e.CallAnnounced(A001, "1", 1, False, True)


def test_a_call_that_stayed_unnoticed_is_reported_once(open_: Rig) -> None:
    open_.shows(1, "等候叫号")
    open_.strip_cable.unplug()
    wait_until(lambda: {view.id: view.code for view in open_.bridge.views()}["strips"] == "line_down")
    open_.speaker.finish(called(open_), "silent")
    wait_until(lambda: open_.events(e.CallAnnounced))
    open_.now_s += calls.SEEN_WITHIN_S + 1
    wait_until(lambda: open_.bridge._calls._calls == {})
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, False, False)]


def test_while_one_of_them_works_a_call_is_waited_for(open_: Rig) -> None:
    open_.speaker.state = "alert"
    open_.shows(1, "等候叫号")
    open_.speaker.finish(called(open_), "silent")
    wait_until(lambda: open_.events(e.CallAnnounced))
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, True, False)]


def test_a_window_without_a_strip_is_never_seen() -> None:
    rig = Rig(windows_with_strip=("2",)).start()
    try:
        rig.do(c.OpenWindow("1", "ann"))
        rig.speaker.finish(called(rig))
        wait_until(lambda: rig.events(e.CallAnnounced))
        assert rig.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, False, True)]
    finally:
        rig.stop()


def test_two_languages_are_one_call() -> None:
    rig = Rig(languages=("zh", "en")).start()
    try:
        rig.do(c.OpenWindow("1", "ann"))
        called(rig)
        wait_until(lambda: len(rig.speaker.said) == 2)
        chinese, english = rig.speaker.said
        assert (chinese.language, english.language) == ("zh", "en")
        assert english.text == "Number A 0 0 1, please go to Window 1"
        rig.speaker.finish(chinese.id, "said")
        rig.shows(1, "请A001号办理")
        assert rig.events(e.CallAnnounced) == []
        rig.speaker.finish(english.id, "dropped")
        wait_until(lambda: rig.events(e.CallAnnounced))
        assert rig.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, True, True)]
    finally:
        rig.stop()


@pytest.mark.parametrize("command", [
    c.Start("1"), c.Finish("1"), c.Miss("1"), c.Cancel(A001), c.Transfer(A001, keep="end"),
])
def test_what_need_not_be_said_any_more_is_withdrawn(open_: Rig, command: c.Command) -> None:
    id_ = called(open_)
    open_.do(command)
    wait_until(lambda: open_.speaker.withdrawn)
    assert open_.speaker.withdrawn == [id_]


def test_an_undone_call_is_withdrawn_and_never_reported(open_: Rig) -> None:
    id_ = called(open_)
    open_.do(c.Undo("1"))
    wait_until(lambda: open_.speaker.withdrawn)
    assert open_.speaker.withdrawn == [id_]
    open_.now_s += 1000
    open_.shows(1, "等候叫号")
    again = called(open_)
    assert again != id_, "a call that was undone and made again is another one"
    open_.speaker.finish(id_)
    open_.shows(1, "请A001号办理")
    open_.speaker.finish(again)
    wait_until(lambda: open_.events(e.CallAnnounced))
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, True, True)]


def test_a_recall_is_a_call_of_its_own(open_: Rig) -> None:
    open_.speaker.finish(called(open_))
    open_.do(c.Recall("1"))
    wait_until(lambda: len(open_.speaker.said) == 2)
    open_.speaker.finish(open_.speaker.said[1].id)
    wait_until(lambda: len(open_.events(e.CallAnnounced)) == 2)
    assert [event.call for event in open_.events(e.CallAnnounced)] == [1, 2]


def test_an_undone_recall_is_never_reported_and_the_call_before_it_is(open_: Rig) -> None:
    first = called(open_)
    open_.do(c.Recall("1"))
    wait_until(lambda: len(open_.speaker.said) == 2)
    again = open_.speaker.said[1].id
    open_.do(c.Undo("1"))
    wait_until(lambda: open_.speaker.withdrawn)
    assert open_.speaker.withdrawn == [again]
    open_.shows(1, "请A001号办理")
    open_.speaker.finish(first)
    wait_until(lambda: open_.events(e.CallAnnounced))
    wait_until(lambda: not len(open_.bridge._calls))
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, True, True)]


def test_a_speaker_that_never_says_how_it_went_keeps_no_call_for_ever(open_: Rig) -> None:
    called(open_)
    open_.shows(1, "请A001号办理")
    open_.now_s += 30 + calls.SPOKEN_WITHIN_S + 1
    wait_until(lambda: open_.events(e.CallAnnounced))
    assert open_.events(e.CallAnnounced) == [e.CallAnnounced(A001, "1", 1, True, False)]
    assert open_.bridge._calls._calls == {}


# -- each fails alone ----------------------------------------------------------------------------


def test_a_device_that_always_raises_fails_alone(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.printer.raises = ZeroDivisionError("a bug in a driver")
    rig.speaker.raises = RuntimeError("another one")
    rig.do(c.OpenWindow("1", "ann"))
    for _ in range(3):
        rig.draw("printer-1")
    rig.do(c.CallNext("1"))
    rig.shows(1, "请A001号办理")
    # The screen is shown before the speaker breaks.
    wait_until(lambda: len(caplog.records) >= 2)
    assert rig.follower.failures == 0
    assert sorted(record.message for record in caplog.records) == ["TicketCalled: failed", "TicketIssued: failed"]
    rig.printer.raises = None
    rig.draw("printer-1")
    wait_until(lambda: rig.printer.jobs)
    assert rig.printer.jobs[0][1][1] == "A004"


def test_a_screen_that_raises_leaves_the_others(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    strips = rig.bridge.devices["strips"]
    show = strips.show

    def broken(screen: str, text: object) -> None:
        if screen == "s1":
            raise Broken("s1 is odd")
        show(screen, text)  # type: ignore[arg-type]

    monkeypatch.setattr(strips, "show", broken)
    rig.do(c.OpenWindow("2", "bob"))
    rig.shows(2, "等候叫号")


def test_the_watch_survives_a_driver_that_cannot_be_read(open_: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    strips = open_.bridge.devices["strips"]

    def broken() -> None:
        raise Broken("odd")

    with monkeypatch.context() as patched:
        patched.setattr(strips, "screens", broken)
        open_.speaker.finish(called(open_))
        open_.now_s += calls.SEEN_WITHIN_S + 1
        wait_until(lambda: open_.events(e.CallAnnounced))
    open_.do(c.Recall("1"))
    open_.speaker.finish(open_.speaker.said[-1].id)
    wait_until(lambda: len(open_.events(e.CallAnnounced)) == 2)
    assert [event.visible for event in open_.events(e.CallAnnounced)] == [False, True]


def test_views_name_every_device_and_stop_stops_each(rig: Rig) -> None:
    assert {view.id: view.state for view in rig.bridge.views()}.keys() == {"strips", "pads", "printer-1", "speaker"}
    rig.bridge.stop()
    assert rig.printer.life == rig.speaker.life == ["started", "stopped"]
    assert {view.id: view.state for view in rig.bridge.views()}["strips"] == "stopped"


def test_a_bridge_that_was_never_started_can_be_stopped() -> None:
    rig = Rig()
    rig.bridge.stop()
    assert rig.speaker.life == ["stopped"]

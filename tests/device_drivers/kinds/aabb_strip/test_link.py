"""The strip bus by the clock: newest text, calls first, silence between frames, repair after a loss."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from device_drivers.codecs.codec import FrameStream
from device_drivers.errors import Misuse
from device_drivers.kinds.aabb_strip.codec import LONGEST, StripFrame, decode_strip
from device_drivers.kinds.aabb_strip.link import StripEncoder, StripScreen, StripStyle
from device_drivers.links.screens import CALM_LIMIT_S, ScreensLink
from device_drivers.ports import ScreenText

CALM = ScreenText("三号窗口")
CALL = ScreenText("请A023号到3号窗口", lit=True)


def link_of(*screens: StripScreen, **options: float) -> ScreensLink:
    return ScreensLink([screen.id for screen in screens], StripEncoder(screens), **options)


def bus(count: int = 2, **options: float) -> ScreensLink:
    return link_of(*(StripScreen(f"strip-{n}", n) for n in range(1, count + 1)), **options)


def written(link: ScreensLink, now: float) -> StripFrame | None:
    """One turn of a line that takes everything: the frame that went out."""
    link.tick(now)
    output = link.take_output()
    if not output:
        return None
    link.written(now)
    found = decode_strip(output)
    assert found is not None
    assert found[1] == len(output)
    return found[0]


def run(link: ScreensLink, start: float, end: float) -> list[tuple[float, StripFrame]]:
    """Let the link speak whenever it says it wants to."""
    frames, now = [], start
    while now <= end:
        frame = written(link, now)
        if frame is not None:
            frames.append((now, frame))
            continue
        pause = link.due_s(now)
        if math.isinf(pause):
            break
        now += max(pause, 0.001)
    return frames


def test_the_first_frame_goes_out_at_once_and_is_reported() -> None:
    link = bus()
    link.show("strip-2", CALL, 5.0)
    assert link.due_s(5.0) == 0
    assert link.screens()[1].reported is None
    frame = written(link, 5.0)
    assert frame is not None
    assert (frame.addr, frame.text, frame.color) == (2, CALL.text.encode("gbk"), StripStyle().lit_color)
    state = link.screens()[1]
    assert (state.desired, state.reported, state.reported_s) == (CALL, CALL, 5.0)


def test_frames_keep_their_distance_in_wire_time() -> None:
    byte_s = 10 / 9600
    link = bus(3, gap_s=0.1, byte_s=byte_s)
    for n in (1, 2, 3):
        link.show(f"strip-{n}", CALL, 0.0)
    frames = run(link, 0.0, 2.0)
    assert [frame.addr for _, frame in frames] == [1, 2, 3]
    for (before, frame), (after, _) in itertools.pairwise(frames):
        assert after - before >= 0.1 + byte_s * (12 + len(frame.text)) - 1e-9


def test_the_newest_text_wins_and_the_same_text_is_not_sent_again() -> None:
    link = bus(1)
    link.show("strip-1", CALM, 0.0)
    link.show("strip-1", CALL, 0.0)
    assert [frame.text for _, frame in run(link, 0.0, 1.0)] == [CALL.text.encode("gbk")]
    link.show("strip-1", CALM, 1.0)
    link.show("strip-1", CALL, 1.0)
    assert run(link, 1.0, 2.0) == []
    assert link.screens()[0].reported == CALL


def test_a_text_that_looks_the_same_on_the_wire_is_reported_without_a_frame() -> None:
    link = bus(1)
    link.show("strip-1", ScreenText("A\x1b1"), 0.0)
    run(link, 0.0, 1.0)
    link.show("strip-1", ScreenText("A1"), 1.0)
    assert run(link, 1.0, 2.0) == []
    assert link.screens()[0].reported == ScreenText("A1")


def test_a_text_that_changes_while_its_frame_is_on_its_way_goes_out_after_it() -> None:
    link = bus(1)
    link.show("strip-1", CALM, 0.0)
    link.tick(0.0)
    assert CALM.text.encode("gbk") in link.take_output()
    link.show("strip-1", CALL, 0.0)
    link.tick(0.0)
    assert link.take_output() == b""
    link.written(0.1)
    assert link.screens()[0].reported == CALM
    assert [frame.text for _, frame in run(link, 0.1, 1.0)] == [CALL.text.encode("gbk")]


def test_a_call_goes_before_calm_texts() -> None:
    link = bus(4)
    for n in (1, 2, 3):
        link.show(f"strip-{n}", CALM, 0.0)
    link.show("strip-4", CALL, 0.0)
    assert [frame.addr for _, frame in run(link, 0.0, 2.0)] == [4, 1, 2, 3]


def test_calls_without_end_do_not_starve_a_calm_text() -> None:
    link = bus(3, gap_s=0.1)
    link.show("strip-3", CALM, 0.0)
    now, count = 0.0, 0
    while link.screens()[2].reported is None:
        for n in (1, 2):
            link.show(f"strip-{n}", ScreenText(f"A{count:03}", lit=True), now)
        count += 1
        written(link, now)
        now += 0.1
        assert now < CALM_LIMIT_S + 1


def test_a_screen_that_changes_all_the_time_takes_its_turn() -> None:
    link = bus(3, gap_s=0.1)
    shown: list[int] = []
    for step in range(30):
        now = step * 0.1
        link.show("strip-1", ScreenText(f"{step}"), now)
        if step == 3:
            link.show("strip-2", CALM, now)
            link.show("strip-3", CALM, now)
        frame = written(link, now)
        if frame is not None:
            shown.append(frame.addr)
    assert shown.count(2) == shown.count(3) == 1


def test_what_is_shown_is_repeated_slowly() -> None:
    link = bus(2, refresh_s=60)
    link.show("strip-1", CALM, 0.0)
    link.show("strip-2", CALM, 0.0)
    frames = run(link, 0.0, 130.0)
    assert [frame.addr for _, frame in frames] == [1, 2, 1, 2, 1, 2]
    assert frames[2][0] == pytest.approx(60, abs=0.1)
    assert link.counters["refreshes"] == 4


def test_nothing_is_repeated_when_told_not_to() -> None:
    link = bus(1, refresh_s=0)
    link.show("strip-1", CALM, 0.0)
    assert len(run(link, 0.0, 1e6)) == 1
    assert link.due_s(1e6) == math.inf


def test_after_a_loss_the_newest_state_is_sent_again() -> None:
    link = bus(2)
    link.show("strip-1", CALM, 0.0)
    link.show("strip-2", CALM, 0.0)
    run(link, 0.0, 1.0)
    link.tick(1.0)
    link.lost(1.0)
    assert [state.reported for state in link.screens()] == [None, None]
    link.show("strip-1", CALL, 2.0)
    frames = run(link, 5.0, 6.0)
    assert [(frame.addr, frame.text.decode("gbk")) for _, frame in frames] == [(1, CALL.text), (2, CALM.text)]


def test_a_loss_in_the_middle_of_a_write_forgets_that_frame() -> None:
    link = bus(1)
    link.show("strip-1", CALM, 0.0)
    link.tick(0.0)
    link.take_output()
    link.lost(0.0)
    assert link.screens()[0].reported is None
    assert len(run(link, 0.1, 1.0)) == 1


def test_the_echo_of_a_half_duplex_bus_is_dropped() -> None:
    link = bus(1)
    link.show("strip-1", CALM, 0.0)
    link.tick(0.0)
    echo = link.take_output()
    link.written(0.0)
    assert link.receive(echo, 0.05) == []
    assert link.counters["bytes_dropped"] == len(echo)
    assert run(link, 0.05, 1.0) == []


def test_text_wider_than_the_panel_scrolls_and_nothing_is_cut() -> None:
    style = StripStyle(play=1, wide_play=8, speed=0, wide_speed=2)
    link = link_of(StripScreen("strip-1", 1, cells=16, style=style))
    link.show("strip-1", ScreenText("请A23号到3号窗口"), 0.0)  # 16 cells
    narrow = written(link, 0.0)
    link.show("strip-1", CALL, 1.0)  # 17 cells
    wide = written(link, 1.0)
    assert narrow is not None
    assert wide is not None
    assert (narrow.play, narrow.speed) == (1, 0)
    assert (wide.play, wide.speed, wide.text) == (8, 2, CALL.text.encode("gbk"))


def test_hostile_text_is_bounded_and_cannot_steer_the_board() -> None:
    link = bus(1)
    link.show("strip-1", ScreenText("\xff𠮷" * 5000), 0.0)
    frame = written(link, 0.0)
    assert frame is not None
    assert frame.text == "〓".encode("gbk") * 256
    assert link.counters["texts_cut"] == 1
    assert link.counters["characters_replaced"] == 256


def test_the_bank_variant_is_an_option_of_the_screen() -> None:
    link = link_of(StripScreen("strip-1", 1, sum_with_end=True))
    link.show("strip-1", CALM, 0.0)
    link.tick(0.0)
    found = decode_strip(link.take_output(), sum_with_end=True)
    assert found is not None


def test_an_unknown_screen_is_our_bug() -> None:
    with pytest.raises(Misuse, match="no screen 'strip-9' here, there are strip-1, strip-2"):
        bus().show("strip-9", CALM, 0.0)


def test_a_random_day_on_a_bad_bus_ends_with_every_screen_right() -> None:
    """Link and board back to back: texts, losses of the line and lost frames, then quiet."""
    rng = random.Random(485)
    link = bus(5, refresh_s=20)
    boards: dict[int, bytes] = {}
    stream: FrameStream[StripFrame] = FrameStream(decode_strip, LONGEST)
    now = 0.0
    for _ in range(2000):
        now += rng.random() * 0.2
        link.show(
            f"strip-{rng.randint(1, 5)}", ScreenText(f"A{rng.randrange(1000):03}", rng.random() < 0.3), now
        )
        link.tick(now)
        output = link.take_output()
        if rng.random() < 0.02:
            link.lost(now)
        elif output:
            link.written(now)
            for frame in stream.feed(output[: rng.choice([len(output), len(output), 7])]):
                boards[frame.addr] = frame.text
    for at, frame in run(link, now, now + 30):
        boards[frame.addr] = frame.text
        assert at <= now + 30
    assert boards == {
        n: state.desired.text.encode()
        for n, state in enumerate(link.screens(), 1)
        if state.desired is not None
    }
    assert all(state.reported == state.desired for state in link.screens())

"""Event streams: without gaps over any break, bounded towards the slow, ended in good order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest
import requests

from hall_daemon.adapters.http import PUBLIC_LIMITS, STAFF_LIMITS
from hall_daemon.app.record import Request
from hall_daemon.app.view_context import ViewContext
from hall_daemon.domain import commands as c
from hall_daemon.wire import messages as m
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall, small_plan
from tests.hall_daemon.adapters.http.raw import EventReader, RawReader, connected


def issue(hall: LiveHall, count: int) -> None:
    """Draw `count` numbers straight at the core; returns when all are durable."""
    done = threading.Semaphore(0)
    for n in range(count):
        hall.core.submit(
            Request(c.IssueTicket(services=("idcard",), token=f"token-{hall.core.seq}-{n}")), lambda _: done.release()
        )
    for _ in range(count):
        assert done.acquire(timeout=20)


def eventually(condition: Callable[[], bool]) -> None:
    until = threading.Event()
    for _ in range(1000):
        if condition():
            return
        until.wait(0.01)
    raise AssertionError("it did not come true within 10 s")


def dropped(hall: LiveHall) -> int:
    text = requests.get(hall.staff.url + "/metrics", timeout=5).text
    return int(text.split('hall_http_streams_dropped_total{listener="staff"} ')[1].split("\n")[0])


def open_streams(hall: LiveHall, listener: str = "staff") -> int:
    text = requests.get(hall.staff.url + "/metrics", timeout=5).text
    return int(text.split(f'hall_http_streams{{listener="{listener}"}} ')[1].split("\n")[0])


def test_every_event_from_the_first_on(hall: LiveHall, staff: CheckedClient) -> None:
    issue(hall, 30)
    schema = {"$ref": "#/components/schemas/StreamEvent"}
    with EventReader(hall.staff.port, "/api/v1/events?after=0") as reader:
        events = list(islice(reader, hall.core.seq))
    assert [event.id for event in events] == list(range(1, hall.core.seq + 1))
    assert events[0].kind == "DayOpened"
    for event in events:
        staff.conforms(event.data, schema)
        assert event.data["seq"] == event.id
        assert event.data["kind"] == event.kind
        assert "token" not in event.data["body"]
    assert "text/event-stream" in reader.head


def test_without_a_place_it_begins_now_and_says_where(hall: LiveHall) -> None:
    with EventReader(hall.staff.port, "/api/v1/events") as reader:
        events = iter(reader)
        eventually(lambda: open_streams(hall) == 1)
        before = hall.core.seq
        issue(hall, 1)
        assert next(events).id == before + 1


def test_a_client_that_breaks_off_again_and_again_misses_nothing(hall: LiveHall) -> None:
    start = hall.core.seq
    writer = threading.Thread(target=issue, args=(hall, 600))
    writer.start()
    seen: list[int] = []
    last = start
    while len(seen) < 600:
        with EventReader(hall.staff.port, "/api/v1/events", last_id=last) as reader:
            for event in islice(reader, 70):
                assert event.id is not None
                seen.append(event.id)
                if len(seen) == 600:
                    break
            last = seen[-1]
    writer.join()
    assert seen == list(range(start + 1, start + 601))


def test_a_client_that_resumes_goes_on_where_it_was_and_not_where_it_first_began(hall: LiveHall) -> None:
    """A browser opens the same address again; what it heard last is in a head."""
    issue(hall, 3)
    last = hall.core.seq - 1
    with EventReader(hall.staff.port, "/api/v1/events?after=0", last_id=last) as reader:
        assert next(iter(reader)).id == last + 1


def test_what_lies_far_back_comes_from_the_journal(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall") as hall:
        issue(hall, 6000)  # more than the follower keeps in memory
        eventually(lambda: hall.follower.seq == hall.core.seq)
        with EventReader(hall.staff.port, "/api/v1/events?after=0") as reader:
            ids = [event.id for event in islice(reader, 6001)]
        assert ids == list(range(1, 6002))


def test_a_last_id_of_another_journal_goes_on_from_now(hall: LiveHall) -> None:
    with EventReader(hall.staff.port, "/api/v1/events", last_id=10**9) as reader:
        events = iter(reader)
        first = next(events)
        assert (first.kind, first.data) == ("reset", {"seq": hall.core.seq})
        issue(hall, 1)
        assert next(events).id == hall.core.seq


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=999999999", "after=1e3"])
def test_a_place_that_is_none_is_refused(hall: LiveHall, staff: CheckedClient, query: str) -> None:
    answer = staff.get(f"/api/v1/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_field")


def test_head_of_a_stream_ends(hall: LiveHall, public: CheckedClient) -> None:
    for url in (hall.staff.url + "/api/v1/events", hall.public.url + "/api/v1/stream"):
        answer = requests.head(url, timeout=5)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream")


def test_a_silent_stream_beats(tmp_path: Path) -> None:
    limits = STAFF_LIMITS._replace(beat_s=0.05)
    with live_hall(tmp_path / "hall", staff_limits=limits) as hall, EventReader(
        hall.staff.port, "/api/v1/events?after=0"
    ) as reader:
        events = iter(reader)
        assert next(events).kind == "DayOpened"
        beats = [next(events) for _ in range(3)]
        assert [beat.kind for beat in beats] == ["beat"] * 3
        assert all(beat.id is None and beat.data["seq"] == 1 for beat in beats)
        assert reader.comments >= 3
        assert reader.last_id == 1


def printer(state: m.DeviceLife, detail: str = "") -> m.DeviceView:
    return m.DeviceView(id="printer-1", kind="escpos-printer", state=state, detail=detail, age_s=0, counters={})


def test_a_device_that_comes_or_goes_is_told_beside_the_journal(tmp_path: Path) -> None:
    """No event says so: the stream and the ETag of the hall do, within a second."""
    devices = [printer("ready")]
    views = ViewContext(plan=small_plan(), epoch=7, devices=lambda: tuple(devices))
    with live_hall(tmp_path / "hall", views=views) as hall, EventReader(hall.staff.port, "/api/v1/events") as reader:
        url = hall.staff.url + "/api/v1/hall"
        etag = requests.get(url, timeout=5).headers["ETag"]
        events = iter(reader)
        eventually(lambda: open_streams(hall) == 1)
        for now in (printer("disconnected", "unplugged"), printer("alert", "paper out"), printer("ready")):
            devices[0] = now
            told = next(events)
            assert (told.kind, told.id, told.data) == ("devices", None, {"seq": hall.core.seq})
            answer = requests.get(url, headers={"If-None-Match": etag}, timeout=5)
            assert answer.status_code == 200
            [seen] = answer.json()["devices"]
            assert (seen["state"], seen["detail"]) == (now.state, now.detail)
            etag = answer.headers["ETag"]


def test_a_client_that_goes_gives_its_place_back(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall", staff_limits=STAFF_LIMITS._replace(streams=1)) as hall:
        staff = CheckedClient(hall.staff.url)
        with EventReader(hall.staff.port, "/api/v1/events?after=0") as reader:
            assert next(iter(reader)).id == 1
            refused = staff.get("/api/v1/events")
            assert (refused.status_code, refused.json()["code"]) == (503, "too_many_streams")
            assert int(refused.headers["Retry-After"]) > 0
        eventually(lambda: open_streams(hall) == 0)
        with EventReader(hall.staff.port, "/api/v1/events?after=0") as reader:
            assert next(iter(reader)).id == 1
        staff.close()


def test_one_address_keeps_no_other_from_its_streams(tmp_path: Path) -> None:
    """Somebody in the waiting area opens all that there are; the hall's screens still come in."""
    ask = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with live_hall(tmp_path / "hall", staff_limits=STAFF_LIMITS._replace(streams=4)) as hall, ExitStack() as open_:
        loud = [open_.enter_context(connected(hall.staff.port, source="127.0.0.2")) for _ in range(5)]
        for sock in loud[:4]:
            sock.sendall(ask)
            assert sock.recv(12) == b"HTTP/1.1 200"
        loud[4].sendall(ask)
        assert RawReader(loud[4]).answer().code == "too_many_streams", "its own do not make room"
        for _ in range(2):
            sock = open_.enter_context(connected(hall.staff.port))
            sock.sendall(ask)
            assert sock.recv(12) == b"HTTP/1.1 200"
        eventually(lambda: open_streams(hall) == 4)
        said = b""
        while b"\r\n0\r\n\r\n" not in said:  # told in good order that it ends
            said += loud[0].recv(4096)


def test_one_address_keeps_no_other_from_its_connections(tmp_path: Path) -> None:
    limits = STAFF_LIMITS._replace(connections=4, connections_each=0)
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with live_hall(tmp_path / "hall", staff_limits=limits) as hall, ExitStack() as open_:
        for status in (200, 200, 200, 200, 503):
            sock = open_.enter_context(connected(hall.staff.port, source="127.0.0.2"))
            sock.sendall(ask)
            assert RawReader(sock).answer().status == status
        sock = open_.enter_context(connected(hall.staff.port))
        sock.sendall(ask)
        assert RawReader(sock).answer().status == 200


def test_a_client_that_reads_nothing_is_cut_and_resumes_without_a_gap(tmp_path: Path) -> None:
    limits = STAFF_LIMITS._replace(stall_s=0.2, stream_buffer_bytes=8192)
    with live_hall(tmp_path / "hall", staff_limits=limits) as hall:
        slow = EventReader(hall.staff.port, "/api/v1/events?after=0", receive_buffer=4096)
        events = iter(slow)
        assert next(events).id == 1
        issue(hall, 3000)
        eventually(lambda: open_streams(hall) == 0)
        assert dropped(hall) == 1
        slow.close()
        with EventReader(hall.staff.port, "/api/v1/events", last_id=slow.last_id) as again:
            ids = [event.id for event in islice(again, 3000)]
        assert ids == list(range(2, 3002))


def test_stopping_ends_streams_in_good_order(tmp_path: Path) -> None:
    with live_hall(tmp_path / "hall") as hall, connected(hall.staff.port) as keeping:
        ended = EventReader(hall.staff.port, "/api/v1/events?after=0")
        public = EventReader(hall.public.port, "/api/v1/stream")
        assert next(iter(ended)).id == 1
        assert next(iter(public)).kind == "hall"
        keeping.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert RawReader(keeping).answer().status == 200
        hall.staff.stop()
        hall.public.stop()
        assert list(ended) == []
        assert [event.kind for event in public if event.kind != "hall"] == []
        with pytest.raises(requests.ConnectionError):
            requests.get(hall.staff.url + "/healthz", timeout=5)
        ended.close()
        public.close()


def test_the_public_stream_sends_the_last_state_and_few_of_those_between(hall: LiveHall, public: CheckedClient) -> None:
    limit = 20
    with EventReader(hall.public.port, "/api/v1/stream") as reader:
        events = iter(reader)
        first = next(events)
        public.conforms(first.data, {"$ref": "#/components/schemas/HallView"})
        issue(hall, 400)
        states = 0
        for event in events:
            states += 1
            assert event.kind == "hall"
            assert event.data["windows"][0]["staff"] == ""
            if event.data["seq"] == hall.core.seq:
                break
        assert event.data["queues"][0]["waiting"] >= 400
        assert states < limit


def test_the_public_stream_says_again_what_did_not_change(tmp_path: Path) -> None:
    limits = PUBLIC_LIMITS._replace(beat_s=0.05)
    with live_hall(tmp_path / "hall", public_limits=limits) as hall, EventReader(
        hall.public.port, "/api/v1/stream"
    ) as reader:
        events = iter(reader)
        told = [next(events) for _ in range(3)]
        assert {event.data["seq"] for event in told} == {1}
        assert len({event.data["as_of"] for event in told}) >= 2

"""The client at a real HTTP server: what it sends, and that every way an exchange can end is an event."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from hall_daemon.wire import messages as m
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.problems import problem
from kiosk_ui.client import MAX_BYTES, HallClient, NoAnswer, lost
from kiosk_ui.courier import Courier
from kiosk_ui.samples import ENQUIRY, NOW_S, hall, issued, state, ticket
from kiosk_ui.state import events as e
from kiosk_ui.state import reduce
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import DRAW_RETRY_S
from tests.hall_daemon.adapters.http.halls import live_hall
from tests.kiosk_ui.tiny_hall import Answer, TinyHall, refusal, said, tiny_hall

DRAW = e.DrawNumber(session=3, key="key-1", service="enquiry", ground="", printer="printer-1")
SLIP = e.PressTicket(3, "slip", "s", "A1", "printer-1")
RATE = e.RateVisit(3, "r", "T1", 1, ("manner",))


@pytest.fixture
def served() -> Iterator[TinyHall]:
    with tiny_hall() as served:
        yield served


@pytest.fixture
def client(served: TinyHall) -> Iterator[HallClient]:
    client = HallClient(served.url, "kiosk-7", connect_s=2, answer_s=2)
    yield client
    client.close()


def test_the_hall_and_its_etag(served: TinyHall, client: HallClient) -> None:
    assert client.do(e.FetchHall("")) == e.HallCame(hall(), 'W/"1"')
    assert client.do(e.FetchHall('W/"1"')) == e.HallSame()
    assert "If-None-Match" not in served.asked[0].headers
    assert "Authorization" not in served.asked[1].headers


def test_a_number_is_asked_for_with_its_key(served: TinyHall, client: HallClient) -> None:
    assert client.do(DRAW) == e.Drawn(3, "key-1", issued())
    (asked,) = served.asked
    assert (asked.method, asked.path, asked.headers["Idempotency-Key"]) == ("POST", "/api/v1/tickets", "key-1")
    body = msgspec.json.decode(asked.body, type=m.IssueBody)
    assert body == m.IssueBody(service="enquiry", printer="printer-1", channel="kiosk")


def test_a_ground_makes_it_a_priority_number(served: TinyHall, client: HallClient) -> None:
    client.do(e.DrawNumber(session=3, key="key-1", service="enquiry", ground="soldier", printer=""))
    body = msgspec.json.decode(served.asked[0].body, type=m.IssueBody)
    assert (body.class_, body.class_reason, body.printer) == ("priority", "soldier", "")


def test_the_same_key_is_the_same_number(client: HallClient) -> None:
    assert client.do(DRAW) == client.do(DRAW)


def test_a_ticket_and_its_return(served: TinyHall, client: HallClient) -> None:
    served.tickets["2026-11-23-A012"] = ticket(state="missed")
    assert client.do(e.FetchTicket(3, "A012")) == e.TicketCame(3, "A012", ticket(state="missed"))
    assert client.do(e.PressTicket(3, "return", "r1", "2026-11-23-A012")) == e.PressTaken(3, "return", "r1")
    assert served.posts()[0].headers["Idempotency-Key"] == "r1"
    assert client.do(e.FetchTicket(3, "A012")) == e.TicketCame(3, "A012", ticket())


def test_a_rating_goes_with_its_key_and_nothing_of_a_person(served: TinyHall, client: HallClient) -> None:
    path = "/api/v1/tickets/by-token/T1/rating"
    served.answer("POST", path, said(m.Done(window=None, ticket=None, number=None, events=("ServiceRated",), seq=9)))
    assert client.do(RATE) == e.VisitRated(3, "r")
    (asked,) = served.posts()
    assert (asked.path, asked.headers["Idempotency-Key"]) == (path, "r")
    assert msgspec.json.decode(asked.body) == {"level": 1, "reasons": ["manner"]}


def test_what_is_typed_stays_one_part_of_the_path(served: TinyHall, client: HallClient) -> None:
    client.do(e.FetchTicket(3, "../hall?x=1"))
    assert served.asked[0].path == "/api/v1/tickets/..%2Fhall%3Fx%3D1"


@pytest.mark.parametrize(
    ("effect", "path", "event"),
    [
        (DRAW, "/api/v1/tickets", e.Refused(3, "draw", "key-1", problem("day_full", {"cap": 9}))),
        (e.FetchTicket(3, "A1"), "/api/v1/tickets/A1", e.Refused(3, "ticket", "A1", problem("day_full", {"cap": 9}))),
        (e.PressTicket(3, "return", "r", "A1"), "/api/v1/tickets/A1/return",
         e.Refused(3, "return", "r", problem("day_full", {"cap": 9}))),
        (SLIP, "/api/v1/tickets/A1/slip", e.Refused(3, "slip", "s", problem("day_full", {"cap": 9}))),
        (e.PressTicket(3, "cancel", "c", "A1"), "/api/v1/tickets/A1/cancel",
         e.Refused(3, "cancel", "c", problem("day_full", {"cap": 9}))),
        (RATE, "/api/v1/tickets/by-token/T1/rating", e.Refused(3, "rate", "r", problem("day_full", {"cap": 9}))),
        (e.FetchHall(""), "/api/v1/hall", e.HallLost("answered 409")),
        (e.FetchSettings(), "/api/v1/kiosks/kiosk-7", e.SettingsRefused(problem("day_full", {"cap": 9}))),
    ],
)
def test_a_no_is_told_in_the_halls_words(
    served: TinyHall, client: HallClient, effect: e.Effect, path: str, event: e.Event
) -> None:
    for method in ("GET", "POST"):
        served.answer(method, path, refusal("day_full", cap=9))
    assert client.do(effect) == event


CANCEL = e.PressTicket(3, "cancel", "c", "A1")
RETURN = e.PressTicket(3, "return", "r", "A1")
EFFECTS = [DRAW, e.FetchTicket(3, "A1"), RETURN, SLIP, CANCEL, RATE, e.FetchHall(""), e.FetchSettings()]
OF_A1 = [f"/api/v1/tickets/A1{key}" for key in ("", "/return", "/slip", "/cancel")]
PATHS = ["/api/v1/tickets", *OF_A1, "/api/v1/tickets/by-token/T1/rating", "/api/v1/hall", "/api/v1/kiosks/kiosk-7"]


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize(
    "answer",
    [
        Answer(hang_up=True),
        Answer(200, b"<html>a router's login page</html>"),
        Answer(201, b'{"ticket": 7}'),
        Answer(500, b"oops"),
        Answer(302, b"", (("Location", "http://127.0.0.1:1/"),)),
        Answer(200, b"\xff\xfe\x00"),
        Answer(200, b"x" * (MAX_BYTES + 1)),
        Answer(200, b"not gzip", (("Content-Encoding", "gzip"),)),
    ],
)
def test_what_cannot_be_read_is_no_answer(
    served: TinyHall, client: HallClient, effect: e.Effect, answer: Answer
) -> None:
    for path in PATHS:
        for method in ("GET", "POST"):
            served.answer(method, path, answer)
    assert type(client.do(effect)) is type(lost(effect, ""))


def test_an_answer_without_end_is_not_read_however_well_it_begins(served: TinyHall, client: HallClient) -> None:
    served.answer("GET", "/api/v1/hall", Answer(200, msgspec.json.encode(hall()) + b" " * MAX_BYTES))
    assert isinstance(client.do(e.FetchHall("")), e.HallLost)


def test_no_proxy_of_the_machine_stands_between(client: HallClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert isinstance(client.do(e.FetchHall("")), e.HallCame)


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(served: TinyHall, client: HallClient, effect: e.Effect, status: int) -> None:
    """Whoever stands between the kiosk and the hall (a router's login page) does not become the hall."""
    elsewhere = f"{served.url}/api/v1/elsewhere"
    for path in PATHS:
        for method in ("GET", "POST"):
            served.answer(method, path, Answer(status, b"", (("Location", elsewhere),)))
    assert type(client.do(effect)) is type(lost(effect, ""))
    (asked,) = served.asked
    assert asked.path in PATHS


@pytest.mark.parametrize("after", ["0", "3600", "soon"])
def test_a_busy_hall_is_asked_again_after_our_own_time(served: TinyHall, client: HallClient, after: str) -> None:
    """Whatever Retry-After says, 0 too: a kiosk neither storms the hall nor leaves a person waiting for an hour."""
    busy = refusal("busy", retry_after_ms=1)
    served.answer("POST", "/api/v1/tickets", busy._replace(headers=(("Retry-After", after),)))
    here = state(step=s.Drawing(ENQUIRY, s.Draw("key-1", "enquiry", "")))
    here = reduce(here, client.do(replace(DRAW, session=1)), NOW_S).state
    assert isinstance(here.session.step, s.Drawing)
    assert here.session.step.draw.retry_at_s == NOW_S + DRAW_RETRY_S[0]
    assert len(served.posts()) == 1


def test_what_a_kiosk_is(served: TinyHall, client: HallClient) -> None:
    served.kiosks["kiosk-7"] = KioskSettings(printer="printer-2", services=("enquiry",), screen_mm=(338, 270))
    assert client.do(e.FetchSettings()) == e.SettingsCame(served.kiosks["kiosk-7"])
    served.answer("GET", "/api/v1/kiosks/kiosk-7", Answer(200, b'{"idle_s": 0}'))
    assert isinstance(client.do(e.FetchSettings()), e.SettingsLost)
    served.answer("GET", "/api/v1/kiosks/kiosk-7", Answer(200, b'{"idle_s": 9, "of_a_later_hall": 1}'))
    assert client.do(e.FetchSettings()) == e.SettingsCame(KioskSettings(idle_s=9))


def test_nobody_there_and_an_address_that_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for base in (f"http://127.0.0.1:{port}", "http://[broken", "http://" + "x" * 300 + ".invalid"):
        client = HallClient(base, "k", connect_s=0.5, answer_s=0.5)
        assert isinstance(client.do(e.FetchHall("")), e.HallLost)
        client.close()


def test_a_silent_hall_is_given_up_in_time(served: TinyHall) -> None:
    gate = threading.Event()
    served.answer("POST", "/api/v1/tickets", Answer(gate=gate))
    client = HallClient(served.url, "k", connect_s=0.5, answer_s=0.2)
    assert client.do(DRAW) == e.Lost(3, "draw", "key-1", "ReadTimeout")
    gate.set()
    client.close()


def test_an_answer_that_drips_is_given_up(served: TinyHall) -> None:
    clock = iter([0.0, *range(5, 500, 5)])
    client = HallClient(served.url, "k", connect_s=1, answer_s=1, monotonic=lambda: next(clock))
    assert client.do(e.FetchHall("")) == e.HallLost("answer came too slowly")
    client.close()


# -- the thread ------------------------------------------------------------------------------------


def test_a_courier_answers_in_order_on_its_own_thread(served: TinyHall) -> None:
    came: queue.Queue[tuple[str, e.Event]] = queue.Queue()

    def take(event: e.Event) -> None:
        came.put((threading.current_thread().name, event))

    courier = Courier("ask", HallClient(served.url, "k"), take)
    courier.start()
    courier.send(e.FetchHall(""))
    courier.send(DRAW)
    assert came.get(timeout=5) == ("ask", e.HallCame(hall(), 'W/"1"'))
    assert came.get(timeout=5) == ("ask", e.Drawn(3, "key-1", issued()))
    courier.stop()


def test_a_full_courier_says_so_at_once(served: TinyHall) -> None:
    came: list[e.Event] = []
    courier = Courier("ask", HallClient(served.url, "k"), came.append, limit=1)
    courier.send(DRAW)
    courier.send(e.FetchTicket(3, "A1"))
    assert came == [e.Lost(3, "ticket", "A1", "too much is waiting")]


def test_a_bug_in_a_request_does_not_end_the_courier(served: TinyHall, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(HallClient):
        def do(self, effect: e.Effect) -> e.Event:
            return super().do(effect) if isinstance(effect, e.FetchHall) else 1 / 0  # type: ignore[return-value]

    came: queue.Queue[e.Event] = queue.Queue()
    courier = Courier("ask", Broken(served.url, "k"), came.put)
    courier.start()
    courier.send(DRAW)
    assert came.get(timeout=5) == e.Lost(3, "draw", "key-1", "failed")
    assert "ZeroDivisionError" in caplog.text
    courier.send(e.FetchHall(""))
    assert came.get(timeout=5) == e.HallCame(hall(), 'W/"1"')
    courier.stop()


def test_stopping_a_full_courier_waits_no_longer_than_told(served: TinyHall) -> None:
    gate = threading.Event()
    served.answer("GET", "/api/v1/hall", Answer(gate=gate, hang_up=True))
    courier = Courier("ask", HallClient(served.url, "k"), lambda event: None, limit=1)
    courier.start()
    courier.send(e.FetchHall(""))
    courier.stop(0.05)
    gate.set()
    courier.stop(5)


def test_every_effect_has_its_lost_answer() -> None:
    assert [lost(effect, "why") for effect in EFFECTS] == [
        e.Lost(3, "draw", "key-1", "why"), e.Lost(3, "ticket", "A1", "why"), e.Lost(3, "return", "r", "why"),
        e.Lost(3, "slip", "s", "why"), e.Lost(3, "cancel", "c", "why"), e.Lost(3, "rate", "r", "why"),
        e.HallLost("why"), e.SettingsLost("why"),
    ]
    assert issubclass(NoAnswer, Exception)


def test_a_credential_that_is_put_in_place_later_is_taken(served: TinyHall) -> None:
    file = ["kiosk-7.old"]
    client = HallClient(served.url, "kiosk-7", credential=lambda: file[0])
    served.answer("GET", "/api/v1/hall", refusal("bad_credential"), said(hall()))
    assert client.do(e.FetchHall("")) == e.HallLost("answered 401", refused=True)
    file[0] = "kiosk-7.new"
    served.answer("GET", "/api/v1/hall", refusal("not_allowed", right="look"), said(hall()))
    assert client.do(e.FetchHall("")) == e.HallLost("answered 403", refused=True)
    assert isinstance(client.do(e.FetchHall("")), e.HallCame)
    assert [asked.headers["Authorization"] for asked in served.asked] == [
        "Bearer kiosk-7.old", "Bearer kiosk-7.old", "Bearer kiosk-7.new",
    ]
    client.close()


# -- the real hall ---------------------------------------------------------------------------------


def test_with_the_real_hall(tmp_path: Path) -> None:
    kiosks = {"kiosk-1": KioskSettings(printer="printer-1", services=("idcard", "tax"))}
    with live_hall(tmp_path / "hall", kiosks=kiosks, gated=True) as live:
        nobody = HallClient(live.staff.url, "kiosk-1")
        assert nobody.do(e.FetchHall("")) == e.HallLost("answered 401", refused=True)
        nobody.close()
        credential = live.accounts.roster.add_machine("kiosk-1", "kiosk", by="tool:test")
        client = HallClient(live.staff.url, "kiosk-1", credential=lambda: credential)
        assert client.do(e.FetchSettings()) == e.SettingsCame(kiosks["kiosk-1"])
        stranger = HallClient(live.staff.url, "k" * 64, credential=lambda: credential)
        refused = stranger.do(e.FetchSettings())
        assert isinstance(refused, e.SettingsRefused)
        assert (refused.problem.code, "kiosk-1" in refused.problem.advice) == ("unknown_kiosk", True)
        stranger.close()
        came = client.do(e.FetchHall(""))
        assert isinstance(came, e.HallCame)
        assert [service.id for service in came.hall.services] == ["idcard", "permit", "scarce", "tax"]
        # An ETag of the hall holds for some seconds; at most one of these falls on the change.
        etag = came.etag
        again = [client.do(e.FetchHall(etag)) for _ in range(3)]
        assert e.HallSame() in again
        wanted = e.DrawNumber(session=1, key="key-1", service="idcard", ground="soldier", printer="printer-1")
        drawn = client.do(wanted)
        assert isinstance(drawn, e.Drawn)
        assert client.do(wanted) == drawn
        looked = client.do(e.FetchTicket(1, drawn.issued.number))
        assert isinstance(looked, e.TicketCame)
        assert (looked.ticket.state, looked.ticket.class_, looked.ticket.slip) == ("waiting", "priority", "pending")
        early = client.do(e.PressTicket(1, "return", "r1", drawn.issued.ticket))
        assert isinstance(early, e.Refused)
        assert early.problem.code == "not_now"
        asked = e.PressTicket(1, "slip", "s1", drawn.issued.ticket, "printer-1")
        assert client.do(asked) == client.do(asked) == e.PressTaken(1, "slip", "s1")
        given_up = e.PressTicket(1, "cancel", "c1", drawn.issued.ticket)
        assert client.do(given_up) == client.do(given_up) == e.PressTaken(1, "cancel", "c1")
        once_more = client.do(e.PressTicket(1, "cancel", "c2", drawn.issued.ticket))
        assert isinstance(once_more, e.Refused)
        assert once_more.problem.code == "ticket_over"
        nothing = client.do(e.FetchTicket(1, "A999"))
        assert isinstance(nothing, e.Refused)
        assert nothing.problem.code == "unknown_ticket"
        client.close()

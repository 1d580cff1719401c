"""Every way of saying no that HTTP can cause, each from a real hall, each with its documented status and words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.adapters.http import PUBLIC_LIMITS, STAFF_LIMITS
from hall_daemon.adapters.questions.helps import MOST_OPEN
from hall_daemon.adapters.questions.store import MOST_LEADS
from hall_daemon.adapters.storage.data_folder import ANSWERS
from hall_daemon.app.record import Request
from hall_daemon.config.guides import EMPTY
from hall_daemon.domain import commands as c
from hall_daemon.domain import plan as p
from hall_daemon.domain.decide import Refused
from hall_daemon.web.limits import Rate
from hall_daemon.wire.problems import PROBLEMS
from tests.hall_daemon.adapters.http.checked import CheckedClient
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall, small_plan
from tests.hall_daemon.adapters.http.raw import Answer, RawReader, connected
from tests.hall_daemon.matters.form_maker import SMALL
from tests.hall_daemon.matters.guides import guide


@dataclass
class Scene:
    """A hall at 10:00 with window 1 (ID cards), 2 (ID cards and tax) and 3 (tax) open."""

    hall: LiveHall
    staff: CheckedClient

    def draw(self, service: str = "idcard") -> str:
        return str(self.staff.post("/api/v1/tickets", {"service": service}).json()["ticket"])

    def press(self, path: str, body: Any = None, **options: Any) -> Answer:
        said = self.staff.post(f"/api/v1/{path}", body, **options)
        return Answer(said.status_code, {k.lower(): v for k, v in said.headers.items()}, said.content)

    def get(self, path: str) -> Answer:
        said = self.staff.get(path)
        return Answer(said.status_code, {k.lower(): v for k, v in said.headers.items()}, said.content)

    def raw(self, data: bytes) -> Answer:
        with connected(self.hall.staff.port) as sock:
            sock.sendall(data)
            return RawReader(sock).answer()

    def ready(self) -> str:
        """Somebody is called to window 1."""
        ticket = self.draw()
        assert self.press("windows/1/call-next").status == 200
        return ticket


Cause = Callable[[Scene], Answer]
HOURS = p.Hours(weekly=(((8 * 60, 12 * 60), (14 * 60, 17 * 60)),) * 7, stop_issuing_min=15)


@dataclass
class Case:
    """What leads to the problem. `policy` and `plan` change the hall, the rest the way it is started."""

    cause: Cause
    policy: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    hour: float = 10.0


def issue(scene: Scene, **body: Any) -> Answer:
    return scene.press("tickets", {"service": "idcard", **body})


def after_draw(path: str, body: Any = None, *, first: str | None = None, first_body: Any = None) -> Cause:
    """Draw, perhaps press something, then press `path`; `{ticket}` in it is the one drawn."""

    def cause(scene: Scene) -> Answer:
        ticket = scene.draw()
        if first is not None:
            assert scene.press(first.format(ticket=ticket), first_body).status == 200
        filled = {k: v.format(ticket=ticket) for k, v in body.items()} if body else None
        return scene.press(path.format(ticket=ticket), filled)

    return cause


def without_vault(scene: Scene) -> Answer:
    ticket = scene.draw()
    vault = scene.hall.folder / "vault.db"
    vault.write_bytes(bytes(vault.stat().st_size))
    return scene.press(f"tickets/{ticket}/holder", {"name": "张小三"})


def again_and_again(path: str, body: Any) -> Cause:
    """Draw, then press the same until it is refused, at most a dozen times."""

    def cause(scene: Scene) -> Answer:
        ticket = scene.draw()
        answers = (scene.press(path.format(ticket=ticket), body) for _ in range(12))
        return next(answer for answer in answers if answer.status != 200)

    return cause


def after_call(*presses: tuple[str, Any] | str) -> Cause:
    """Somebody is called to window 1, then these presses; the last one is refused."""

    def cause(scene: Scene) -> Answer:
        ticket = scene.ready()
        answer = None
        for press in presses:
            path, body = press if isinstance(press, tuple) else (press, None)
            answer = scene.press(path.format(ticket=ticket), body)
        assert answer is not None
        return answer

    return cause


def later(seconds: float, first: Cause, then: Callable[[Scene], Answer]) -> Cause:
    def cause(scene: Scene) -> Answer:
        first(scene)
        scene.hall.clock.forward(seconds)
        return then(scene)

    return cause


def twice(service: str) -> Cause:
    def cause(scene: Scene) -> Answer:
        scene.draw(service)
        return scene.press("tickets", {"service": service})

    return cause


def key_reused(scene: Scene) -> Answer:
    scene.press("tickets", {"service": "idcard"}, key="one")
    return scene.press("tickets", {"service": "permit"}, key="one")


def day_closed(scene: Scene) -> Answer:
    scene.hall.core.ask(Request(c.CloseDay("2026-11-23")))
    return issue(scene)


def crowded(scene: Scene) -> Answer:
    with connected(scene.hall.staff.port) as first:
        first.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reader = RawReader(first)
        assert reader.answer().status == 200
        with connected(scene.hall.staff.port) as second:
            return RawReader(second).answer()


def too_many_streams(scene: Scene) -> Answer:
    return scene.get("/api/v1/events")


def stopping(scene: Scene) -> Answer:
    loop, site = scene.hall.staff._loop, scene.hall.staff._site
    assert loop is not None
    closed = threading.Event()
    loop.call_soon_threadsafe(site.close)
    loop.call_soon_threadsafe(closed.set)
    assert closed.wait(5)
    return scene.get("/api/v1/events")


def rate_limited(scene: Scene) -> Answer:
    with connected(scene.hall.public.port) as sock:
        reader = RawReader(sock)
        for _ in range(3):
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = reader.answer()
        return answer


def unknown_token(scene: Scene) -> Answer:
    scene.draw()
    with connected(scene.hall.public.port) as sock:
        sock.sendall(b"GET /api/v1/tickets/by-token/A001 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return RawReader(sock).answer()


def too_slow(scene: Scene) -> Answer:
    return scene.raw(b"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Le")


def broken(*_: object) -> Any:
    raise RuntimeError("planted")


def no_storage(command: c.Command, code: str = "storage_low") -> Refused | None:
    return Refused(code) if isinstance(command, c.IssueTicket) else None


def overtaken(scene: Scene) -> Answer:
    ticket = scene.ready()
    scene.press("windows/1/miss")
    scene.press(f"tickets/{ticket}/return")
    return scene.press("windows/1/undo")


def held_and_closed(scene: Scene) -> Answer:
    return after_call("windows/1/start", "windows/1/hold", "windows/1/close")(scene)


def add(scene: Scene) -> Answer:
    return scene.press("accounts", {"number": "1024", "roles": ["window"]})


def accounts_away(scene: Scene) -> Answer:
    scene.hall.accounts.access.store._conn.execute("PRAGMA query_only=ON")
    return add(scene)


# A hall with one guide.
STALL: dict[str, Any] = {"shelf": lambda: EMPTY._replace(guides={"stall": guide()})}


def asking(scene: Scene) -> Scene:
    scene.hall.questions.prepare()
    return scene


def full_of_leads(scene: Scene) -> Answer:
    asking(scene)
    with closing(sqlite3.connect(scene.hall.folder / ANSWERS)) as conn, conn:
        conn.executemany("INSERT INTO leads VALUES (?, 'stall', '', 0)", [(str(at),) for at in range(MOST_LEADS)])
    return scene.press("questions/lead", {"question": "stall please", "matter": "stall"})


def crowded_with_helps(scene: Scene) -> Answer:
    for at in range(MOST_OPEN):
        scene.press("helps", {}, headers={"X-Hall-Client": f"kiosk:{at}"})
    return scene.press("helps", {}, headers={"X-Hall-Client": "kiosk:late"})


def full_hour(**changes: Any) -> dict[str, Any]:
    return {"hours": HOURS, **changes}


def turned(scene: Scene) -> Answer:
    scene.hall.clock.forward(24 * 3600)
    scene.press("windows/1/close")
    return scene.press("day/reopen")


HEAD = b"Host: localhost\r\nContent-Type: application/json\r\n"

CASES: dict[str, Case] = {
    "bad_request": Case(lambda s: s.raw(b"HELO mail\r\n\r\n")),
    "head_too_large": Case(lambda s: s.raw(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n")),
    "too_slow": Case(too_slow, options={"staff_limits": STAFF_LIMITS._replace(request_s=0.2)}),
    "cross_site": Case(lambda s: s.press("tickets", {"service": "idcard"}, headers={"Origin": "https://evil.example"})),
    "bad_json": Case(lambda s: s.raw(b"POST /api/v1/tickets HTTP/1.1\r\n" + HEAD + b"Content-Length: 4\r\n\r\nhuh?")),
    "bad_field": Case(lambda s: issue(s, colour="red")),
    "too_large": Case(lambda s: issue(s, class_reason="x" * 20_000)),
    "bad_type": Case(lambda s: s.press("tickets", data="service=idcard", headers={"Content-Type": "text/plain"})),
    "not_found": Case(lambda s: s.get("/api/v1/nothing")),
    "method_not_allowed": Case(lambda s: s.get("/api/v1/tickets")),
    "key_reused": Case(key_reused),
    "bad_key": Case(lambda s: s.press("tickets", {"service": "idcard"}, key="with space")),
    "rate_limited": Case(rate_limited, options={"public_limits": PUBLIC_LIMITS._replace(by_address=Rate(0.01, 2))}),
    "busy": Case(issue, options={"start_core": False, "core_options": {"inbox_limit": 0}}),
    "timeout": Case(issue, options={"start_core": False, "staff_limits": STAFF_LIMITS._replace(answer_s=0.1)}),
    "crowded": Case(crowded, options={"staff_limits": STAFF_LIMITS._replace(connections=2)}),
    "too_many_streams": Case(too_many_streams, options={"staff_limits": STAFF_LIMITS._replace(streams=0)}),
    "internal": Case(lambda s: s.get("/api/v1/tickets/A001/why"), options={"explain": broken}),
    "stopping": Case(stopping),
    "unknown_service": Case(lambda s: s.press("tickets", {"service": "nope"})),
    "bad_services": Case(lambda s: s.press("tickets", {"services": ["idcard", "idcard"]})),
    "priority_reason_needed": Case(lambda s: issue(s, **{"class": "priority", "class_reason": "hurry"})),
    "slot_needed": Case(lambda s: issue(s, **{"class": "appointment"})),
    "day_closed": Case(day_closed),
    "hall_closed": Case(issue, plan=full_hour(), hour=13.0),
    "hall_closed_today": Case(issue, plan=full_hour(), hour=18.0),
    "hall_closed_all_day": Case(issue, plan={"hours": p.Hours(((),) * 6 + (((510, 720),),))}, hour=9.0),
    "issuing_stopped": Case(issue, plan=full_hour(), hour=11.9),
    "service_full": Case(twice("scarce")),
    "day_full": Case(twice("idcard"), plan={"daily_cap": 1}),
    "storage_low": Case(issue, options={"core_options": {"admit": no_storage}}),
    # Of a disk itself: tests/drills/test_failing_disk.py.
    "storage_read_only": Case(
        issue, options={"core_options": {"admit": partial(no_storage, code="storage_read_only")}}
    ),
    "unknown_ticket": Case(lambda s: s.press("tickets/A404/cancel")),
    "persons_away": Case(without_vault),
    "no_holder": Case(lambda s: s.get(f"/api/v1/tickets/{s.draw()}/holder")),
    "unknown_token": Case(unknown_token),
    "unknown_printer": Case(lambda s: issue(s, printer="printer-9")),
    "slips_used_up": Case(again_and_again("tickets/{ticket}/slip", {"printer": "printer-1"})),
    "ticket_over": Case(after_draw("tickets/{ticket}/cancel", first="tickets/{ticket}/cancel")),
    "not_now": Case(after_call("windows/1/start", "windows/1/start")),
    "return_too_late": Case(
        later(120, after_call("windows/1/miss"), lambda s: s.press("tickets/A001/return")),
        policy={"return_limit_s": 60},
    ),
    "postponed_enough": Case(after_draw("tickets/{ticket}/postpone"), policy={"postpone_times": 0}),
    "postpone_too_late": Case(after_draw("tickets/{ticket}/postpone"), policy={"postpone_s": 86_400}),
    "no_first_clerk": Case(after_draw("tickets/{ticket}/transfer", {"keep": "clerk"})),
    "reserved": Case(
        after_draw(
            "windows/1/call",
            {"ticket": "{ticket}", "reason": "frail"},
            first="tickets/{ticket}/transfer",
            first_body={"to_window": "2"},
        )
    ),
    "no_explanation": Case(lambda s: s.get("/api/v1/tickets/A002/why")),
    "figures_away": Case(lambda s: s.get("/api/v1/one-more-window")),
    "number_taken": Case(lambda s: (add(s), add(s))[1]),
    "accounts_away": Case(accounts_away),
    "no_turn": Case(lambda s: s.press("day/reopen")),
    "turn_holds": Case(turned),
    "unknown_kiosk": Case(lambda s: s.get("/api/v1/kiosks/nope")),
    "unknown_matter": Case(lambda s: s.get("/api/v1/guides/nope")),
    "unknown_help": Case(lambda s: s.get("/api/v1/helps/nope")),
    "helps_full": Case(crowded_with_helps),
    "unknown_question": Case(lambda s: asking(s).press("questions/drop", {"question": "nope"}), options=STALL),
    "leads_full": Case(full_of_leads, options=STALL),
    "unknown_form": Case(lambda s: s.get("/api/v1/forms/nope")),
    "unknown_field": Case(
        lambda s: s.press("forms/small/verdict", {"answers": {"nope": 1}}), options={"cabinet": SMALL}
    ),
    "unknown_file": Case(lambda s: s.get("/api/v1/guides/files/nope.jpg")),
    "unknown_queue": Case(lambda s: s.get("/api/v1/queues/nope")),
    "unknown_window": Case(lambda s: s.press("windows/9/call-next")),
    "window_closed": Case(lambda s: (s.press("windows/1/close"), s.press("windows/1/call-next"))[1]),
    "window_paused": Case(
        lambda s: (s.press("windows/1/pause", {"reason": "break"}), s.press("windows/1/call-next"))[1]
    ),
    "window_busy": Case(after_call("windows/1/call-next"), policy={"call_next_finishes": False}),
    "window_taken": Case(lambda s: s.press("windows/1/open", {"staff": "newcomer"})),
    "window_holds": Case(held_and_closed),
    "nobody_waits": Case(lambda s: s.press("windows/1/call-next")),
    "nobody_at_window": Case(lambda s: s.press("windows/1/finish")),
    "called_just_now": Case(after_call("windows/1/call-next"), policy={"recall_lock_s": 3}),
    "recalled_just_now": Case(after_call("windows/1/recall", "windows/1/recall")),
    "nothing_held": Case(lambda s: s.press("windows/1/resume")),
    "nothing_to_undo": Case(lambda s: s.press("windows/1/undo")),
    "undo_too_late": Case(later(120, after_call("windows/1/start"), lambda s: s.press("windows/1/undo"))),
    "undo_overtaken": Case(overtaken),
    "not_skilled": Case(after_draw("windows/3/call", {"ticket": "{ticket}", "reason": "frail"})),
    "pick_reason_needed": Case(after_draw("windows/1/call", {"ticket": "{ticket}", "reason": "whim"})),
    "pause_reason_needed": Case(lambda s: s.press("windows/1/pause", {"reason": "bored"})),
    "staff_elsewhere": Case(lambda s: s.press("windows/1/open", {"staff": "clerk-2"})),
}

# Problems that no request to these listeners can cause, and why.
_RATED = "only evaluators cause it, and they hear a beep"
ELSEWHERE = {
    "bad_rating": _RATED,
    "nobody_to_rate": _RATED,
    **dict.fromkeys(("dossiers_full", "dossier_full"), "the store of dossiers has tests of its own"),
    "unknown_class": "the body's schema names the classes, so another one is bad_field before the core sees it",
}

# Problems of whoever asks, and the file beside this one, or among those of the accounts, that causes them.
WHO_ASKS = {
    "test_draw_limits.py": ("source_full", "person_full"),
    "test_rights_table.py": ("wrong_host", "log_in_needed", "bad_credential", "not_allowed", "not_your_window"),
    "test_uploads.py": ("page_there", "paper_refused", "unknown_handover"),
    "test_guessing.py": ("log_in_refused", "log_in_waits"),
    "test_access.py": (
        "code_needed", "code_wrong", "weak_password", "no_invitation", "bad_roles", "unknown_machine",
    ),
    "test_origins.py": ("unknown_meaning",),
    "test_readings.py": ("no_reading", "not_your_kiosk"),
    "test_desk_reader.py": ("no_reader_here",),
    "test_ratings.py": ("bad_rating_reason", "not_served", "rated_already"),
    "test_oidc.py": ("oidc_away", "oidc_refused", "oidc_no_account"),
    "test_reviews.py": (
        "form_away", "review_busy", "no_promise", "no_promise_instead", "no_review", "dossiers_away", "no_dossier",
        "unknown_review", "unknown_page", "review_changed", "version_needed", "review_taken", "review_empty",
        "form_broken", "papers_missing", "replies_missing", "review_not_yours", "review_in_use", "review_not_passed",
        "review_needed", "second_person_needed", "bad_list", "unknown_defect", "unknown_place", "words_needed",
        "late_reason_needed", "bad_circle",
    ),
    "test_window_review.py": ("nothing_promised",),
    "../../cases": (
        "bad_answers",
        "unknown_paper", "bad_page", "form_changed", "reviews_full", "reviews_each", "review_over", "review_not_now",
        "bad_reply", "reply_unfit", "review_used", "review_lapsed", "ticket_for_another", "ticket_prepared",
        "defect_twice", "refuse_reason_needed",
    ),
    "test_accounts.py": ("roles_apart", "card_taken", "own_account", "unknown_account", "audit_broken"),
}

RETRIED = {"rate_limited", "busy", "crowded", "too_many_streams", "stopping", "called_just_now", "recalled_just_now"}


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    case: Case = request.param
    plan = small_plan(**case.plan)
    policy = {"recall_lock_s": 0, "missed_lock_s": 0, "undo_s": 60, **case.policy}
    plan = small_plan(**case.plan, policy=p.Policy(**policy))
    with live_hall(tmp_path / "hall", plan, clock=HandClock(case.hour), **case.options) as hall:
        staff = CheckedClient(hall.staff.url)
        if case.options.get("start_core", True):
            for window in ("1", "2", "3"):
                hall.core.ask(Request(c.OpenWindow(window, f"clerk-{window}")))
        yield Scene(hall, staff)
        staff.close()


@pytest.mark.parametrize(("code", "scene"), CASES.items(), ids=CASES, indirect=["scene"])
def test_it_is_said_as_documented(code: str, scene: Scene) -> None:
    answer = CASES[code].cause(scene)
    assert answer.code == code, answer.body
    assert answer.status == PROBLEMS[code]
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("retry-after" in answer.headers) == (code in RETRIED)
    assert b"Traceback" not in answer.body
    assert b"{" not in answer.body[1:-1].replace(b'\\"', b"")


def test_no_problem_is_left_untried() -> None:
    who_asks = {code for codes in WHO_ASKS.values() for code in codes}
    assert set(CASES) | set(ELSEWHERE) | who_asks == set(PROBLEMS)
    assert not set(CASES) & {*ELSEWHERE, *who_asks}


def test_a_bug_is_logged_with_its_stack_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with live_hall(tmp_path / "hall", explain=broken) as hall:
        staff = CheckedClient(hall.staff.url)
        for _ in range(3):
            answer = staff.get("/api/v1/tickets/A001/why")
            assert "planted" not in answer.text
        assert staff.get("/healthz").status_code == 200
        staff.close()
    bugs = [record for record in caplog.records if "explainTicket" in record.getMessage()]
    assert [record.exc_info is not None for record in bugs] == [True, False, False]

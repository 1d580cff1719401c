"""A whole hall for the page tests: real core, journal, follower and listeners; a clock that can be put forward.

Listeners can be stopped and started again on their port while the hall goes on behind them. Also the watch over a
page: a script error, a policy violation or a request to elsewhere fails its test.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from device_drivers.ports import Health, LifeState
from hall_daemon.adapters.accounts.proofs import Passwords
from hall_daemon.adapters.accounts.provider import IdentityProvider
from hall_daemon.adapters.accounts.service import AccountService
from hall_daemon.adapters.http import (
    PUBLIC_LIMITS,
    Dependencies,
    HttpServer,
    Limits,
    both_servers,
    public_server,
    staff_server,
)
from hall_daemon.adapters.http.gate import StaffGate
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.keys import load_keys
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.app.core import Core
from hall_daemon.app.device_views import device_view
from hall_daemon.app.follower import Follower
from hall_daemon.app.last_calls import LastCalls
from hall_daemon.app.promises import Span, accuracy_feed
from hall_daemon.app.record import Accepted, Request
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config.floor import Floor
from hall_daemon.config.settings import BigScreen
from hall_daemon.domain import commands as c
from hall_daemon.domain import plan as p
from hall_daemon.domain.events import TicketIssued
from hall_daemon.domain.hall import Hall
from hall_daemon.staff.account import Account
from hall_daemon.wire.device_words import Role, role_name
from hall_daemon.wire.messages import DeviceView, Wait
from hall_daemon.words.text import text as name
from tests.plain_hall import CHEAP, PLAIN

PAGES = Path(__file__).resolve().parent.parent.parent / "hall_daemon" / "pages"
PRINTERS = ("printer-1", "printer-2")
PASSWORD = "Right-horse-7"
NO_NOTICES = BigScreen()
FLOOR = Floor(
    rows=("1 2 3", ". . .", "seats seats desk"),
    names={"seats": name("等候区", "Seats"), "desk": name("服务台", "Service desk")},
    places={"1": name("等候区左前方", "Ahead of the seats, on the left")},
)
# People who are there in every hall of these tests, by work number; an account's id is its number here, so that events
# read as a test writes them.
CLERKS = ("1024", "2005", "2099", "3003")

KINDS: dict[Role, str] = {"printer": "escpos-printer", "screen": "aabb-strip", "pad": "ff68-pad", "speaker": "speaker"}


def seen_device(
    id_: str, role: Role, state: LifeState = "ready", detail: str = "", *,
    windows: tuple[str, ...] = ("1", "2", "3"), code: str = "",
) -> DeviceView:
    """A device as the bridge shows it; it has been so for four minutes."""
    health = Health(
        device=id_,
        kind=KINDS[role],
        state=state,
        detail=detail,
        since_s=100.0,
        reported_s=338.0,
        code=code,
        facts={"zones": "hall"},
    )
    return device_view(health, 340.0, role=role, name=role_name(role), windows=windows)


PRINTER_OUT = seen_device(
    "printer-1", "printer", "alert", "paper out: put in a new roll", windows=(), code="paper_out"
)
STRIPS_WELL = seen_device("strips", "screen")
STRIPS_OUT = seen_device("strips", "screen", "disconnected", "no such port")
PADS_OUT = seen_device("pads", "pad", "disconnected", "no such port")
VOICE_OUT = seen_device("speaker", "speaker", "alert", "the hall is silent", code="zone_silent")


def page_plan() -> p.Plan:
    return p.Plan(
        id="demo",
        name=name("示范区政务服务大厅", "Demonstration District Service Hall"),
        timezone="Asia/Shanghai",
        queues={
            "general": p.Queue("general", name("综合业务", "General matters"), "A"),
            "social": p.Queue("social", name("社保医保", "Social and medical insurance"), "B"),
            "property": p.Queue("property", name("不动产登记", "Real estate registration"), "C"),
        },
        services={
            "licence": p.Service(id="licence", name=name("营业执照办理", "Business licence"), queue="general"),
            "enquiry": p.Service(id="enquiry", name=name("综合咨询", "General enquiry"), queue="general"),
            "social-card": p.Service(id="social-card", name=name("社会保障卡", "Social security card"), queue="social"),
            "medical": p.Service(
                id="medical", name=name("医保报销与异地就医", "Medical insurance claims"), queue="social"
            ),
            "transfer": p.Service(
                id="transfer", name=name("不动产转移登记", "Transfer of real estate"), queue="property", daily_cap=1
            ),
        },
        windows={
            "1": p.Window("1", "1", {"licence": "yes", "enquiry": "yes", "social-card": "idle"}),
            "2": p.Window("2", "2", {"social-card": "first", "medical": "yes"}),
            "3": p.Window("3", "3", {"transfer": "yes", "enquiry": "idle"}),
        },
        policy=p.Policy(recall_lock_s=0, missed_lock_s=0, undo_s=60, misses_before_void=2),
        priority_reasons={"elderly": name("老年人", "Elderly person")},
        pick_reasons={
            "supplement": name("补交材料", "Came back with missing papers"),
            "assistance": name("需要帮办", "Needs assistance"),
            "supervisor": name("值班长安排", "Told by the supervisor"),
        },
        pause_reasons={"break": name("短暂休息", "Short break"), "lunch": name("午餐", "Lunch")},
    )


class ForwardClock(HallClock):
    """The real clock, which a test may put forward: both hands, so that nothing looks like a jump of the wall."""

    ahead_ms = 0

    def now(self) -> p.Moment:
        now = super().now()
        return p.Moment(now.tick + self.ahead_ms, now.wall + self.ahead_ms)


class SetWaits:
    """Waits as the test sets them, by queue."""

    def __init__(self) -> None:
        self.by_queue: dict[str, Wait] = {
            "general": Wait(p10_s=480, p50_s=660, p90_s=890),
            "social": Wait(unknown="too_little_seen"),
            "property": Wait(unknown="no_window_open"),
        }
        self.mine = Wait(p10_s=480, p50_s=660, p90_s=890)

    def queue(self, queue_id: str) -> Wait:
        return self.by_queue[queue_id]

    def service(self, service_id: str) -> Wait:
        return self.by_queue[page_plan().services[service_id].queue]

    def ticket(self, ticket_id: str, drawn: object) -> Wait:
        return self.mine


class PageHall:
    """`do` is somebody else's press: a pad, a kiosk, another clerk."""

    def __init__(
        self, deps: Dependencies, core: Core, follower: Follower, clock: ForwardClock, waits: SetWaits
    ) -> None:
        self.deps = deps
        self.core = core
        self.follower = follower
        self.clock = clock
        self.waits = waits
        self.spans: tuple[Span, ...] = ()
        self.devices: list[DeviceView] = [STRIPS_WELL]
        self.checks = {"core": "ok"}
        self.public_limits = PUBLIC_LIMITS
        self.staff: HttpServer
        self.public: HttpServer

    def do(self, command: c.Command, by: str = "pad:pad-1") -> Accepted:
        answer = self.core.ask(Request(command, by))
        assert isinstance(answer, Accepted), f"{command} refused: {answer}"
        if answer.events:
            assert self.follower.wait_for(answer.events[-1].seq, 5.0)
        return answer

    def person(self, number: str, *roles: str, windows: tuple[str, ...] = (), **more: Any) -> Account:
        """An account with PASSWORD, a window clerk's unless `roles` says otherwise."""
        account = Account(
            id=number, number=number, roles=roles or ("window",), windows=windows, password=_hashed(),
            **{"changed": self.clock.now().wall, **more},
        )
        self.deps.access.store.put(account)
        return account

    def issue(self, *services: str, **more: Any) -> TicketIssued:
        token = os.urandom(18).hex()
        event = self.do(c.IssueTicket(services=services, token=token, **more), "kiosk:kiosk-1").events[0].event
        assert isinstance(event, TicketIssued)
        return event

    def later(self, minutes: float) -> None:
        self.clock.ahead_ms += int(minutes * 60_000)

    def state(self, number: str) -> str:
        """A ticket's state as the hall has it, by its number."""
        return self.follower.read(lambda hall: hall.tickets[f"{hall.day}-{number}"].state)

    def restart_staff(self) -> None:
        """A new listener on the port of the one that was stopped."""
        self.staff = staff_server(self.deps, "127.0.0.1", self.staff.port)
        self.staff.start()

    def restart_public(self) -> None:
        self.public = public_server(self.deps, "127.0.0.1", self.public.port, limits=self.public_limits)
        self.public.start()


@cache
def _hashed() -> str:
    return Passwords(CHEAP.argon2_passes, CHEAP.argon2_mib).hash(PASSWORD)


@contextmanager
def page_hall(
    folder: Path,
    *,
    public_limits: Limits = PUBLIC_LIMITS,
    oidc: IdentityProvider | None = None,
    screen: BigScreen = NO_NOTICES,
    **more: Any,
) -> Iterator[PageHall]:
    """`more`: other dependencies than the plain ones."""
    plan, clock, waits = page_plan(), ForwardClock(), SetWaits()
    with ExitStack() as parts:
        journal = Journal(folder / "journal.db")
        parts.callback(journal.close)
        reader = journal.reader()
        parts.callback(reader.close)
        vault = Vault(folder / "vault.db", load_keys(folder / "vault.key"))
        parts.callback(vault.close)
        accounts = AccountService(folder, CHEAP, lambda: clock.now().wall, time.monotonic)
        parts.callback(accounts.stop)
        follower = Follower(Hall(), 0, reader, clock)
        core = Core(plan, Hall(), journal, clock, on_batch=follower.hand_over)
        calls = LastCalls()
        follower.subscribe(calls)
        views = ViewContext(
            plan=plan, epoch=7, waits=waits,
            devices=lambda: tuple(hall.devices), printers=PRINTERS, reasons=calls.reason, announced=calls.announced,
            recent=calls.recent, screen=screen, floor=FLOOR,
            staff_number=accounts.access.number_of,
            accuracy=lambda: accuracy_feed(plan, hall.spans, clock.now().wall),
        )
        deps = Dependencies(
            plan=plan,
            core=core,
            follower=follower,
            views=views,
            clock=clock,
            random_bytes=os.urandom,
            monotonic=time.monotonic,
            version="1.2.3",
            printers=frozenset(PRINTERS),
            persons=vault,
            gate=StaffGate(accounts.access),
            access=accounts.access,
            roster=accounts.roster,
            **{**PLAIN, "health": lambda: hall.checks, "pages": PAGES, "oidc": oidc, **more},
        )
        hall = PageHall(deps, core, follower, clock, waits)
        hall.public_limits = public_limits
        for number in CLERKS:
            hall.person(number)
        hall.staff, hall.public = both_servers(deps, ("127.0.0.1", 0), ("127.0.0.1", 0), public_limits=public_limits)
        follower.start()
        parts.callback(follower.stop)
        core.start()
        parts.callback(core.stop)
        assert follower.wait_for(1, 5.0), "the day opens before a page is asked for"
        parts.callback(lambda: hall.staff.stop())
        parts.callback(lambda: hall.public.stop())
        hall.staff.start()
        hall.public.start()
        yield hall


@contextmanager
def watched(page: Page, *origins: str) -> Iterator[Page]:
    """`page`, of which nothing may go wrong that is its own fault; a refusal or a lost answer is not."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((*origins, "data:")) else wrong.append(asked.url))
    yield page
    assert [text for text in wrong if "Failed to load resource" not in text] == []


def log_in_as(page: Page, number: str, password: str = PASSWORD) -> None:
    """The log-in form filled and sent; what comes next depends on who that is."""
    page.locator("#login-number").fill(number)
    page.locator("#login-password").fill(password)
    page.locator("#login-go").click()


def work_at(page: Page, window: str) -> None:
    page.locator(f"[data-window='{window}']").click()
    page.locator("#window-go").click()


def log_in(page: Page, window: str = "1", staff: str = "1024", password: str = PASSWORD) -> None:
    log_in_as(page, staff, password)
    work_at(page, window)
    expect(page.locator("#desk")).to_be_visible()
    expect(page.locator("#who")).to_contain_text(staff)


def press(page: Page, key: str) -> None:
    """One press with the mouse; Playwright waits until the key may be pressed."""
    page.locator(f"[data-key={key}]").click()


def shows(page: Page, number: str, state: str) -> None:
    expect(page.locator("#number")).to_have_text(number)
    expect(page.locator("#state")).to_have_text(state)


def waiting(page: Page) -> list[str]:
    return page.locator("#line .row-number").all_text_contents()

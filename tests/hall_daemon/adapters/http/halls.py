"""A whole small hall for the HTTP tests: real core, real journal, real follower, real listeners on free ports."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hall_daemon.adapters.accounts.service import AccountService
from hall_daemon.adapters.http import PUBLIC_LIMITS, STAFF_LIMITS, Dependencies, HttpServer, Limits, both_servers
from hall_daemon.adapters.http.gate import StaffGate
from hall_daemon.adapters.questions.desk import QuestionDesk
from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.adapters.storage.keys import load_keys
from hall_daemon.adapters.storage.vault import Vault
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.app.core import Core
from hall_daemon.app.follower import Follower
from hall_daemon.app.record import Recorded
from hall_daemon.app.view_context import ViewContext
from hall_daemon.config.settings import Access
from hall_daemon.domain import events as e
from hall_daemon.domain import plan as p
from hall_daemon.domain.decide import Refused
from hall_daemon.domain.hall import Hall
from hall_daemon.wire.messages import Explanation
from hall_daemon.wire.shown import ShownScreen, ShownText
from hall_daemon.words.text import Text, text
from tests.hall_daemon.adapters.http.open_gate import OpenGate
from tests.plain_hall import CHEAP, PLAIN


def name(word: str) -> Text:
    return text(f"{word}（中文）", word)


# Something that a screen took a while ago, and something newer that it did not take yet.
STRIP = ShownScreen(
    id="strip-1", device="strips", window="1", desired=ShownText("请A001号办理", True),
    reported=ShownText("等候叫号", False), age_s=7,
)


def small_plan(**changes: Any) -> p.Plan:
    plan = p.Plan(
        id="north",
        name=name("North hall"),
        timezone="Asia/Shanghai",
        queues={"general": p.Queue("general", name("General"), "A"), "tax": p.Queue("tax", name("Tax"), "T")},
        services={
            "idcard": p.Service(id="idcard", name=name("ID card"), queue="general"),
            "permit": p.Service(id="permit", name=name("Permit"), queue="general"),
            "scarce": p.Service(id="scarce", name=name("Scarce"), queue="general", daily_cap=1),
            "tax": p.Service(id="tax", name=name("Tax"), queue="tax"),
        },
        windows={
            "1": p.Window("1", "1", {"idcard": "yes", "permit": "yes", "scarce": "yes"}),
            "2": p.Window("2", "2", {"idcard": "yes", "tax": "yes"}),
            "3": p.Window("3", "3", {"tax": "yes"}),
        },
        policy=p.Policy(recall_lock_s=0, missed_lock_s=0, undo_s=60),
        priority_reasons={"soldier": name("Soldier")},
        pick_reasons={"frail": name("Frail")},
        pause_reasons={"break": name("Break")},
    )
    return replace(plan, **changes)


class HandClock:
    """A clock that goes on only when told: for hours and limits. Begins on Monday 2026-11-23 at `hour` local."""

    def __init__(self, hour: float) -> None:
        self._now = int(datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
        self.forward(hour * 3600)

    def forward(self, seconds: float) -> None:
        self._now += int(seconds * 1000)

    def now(self) -> p.Moment:
        return p.Moment(self._now, self._now)

    def step(self) -> int:
        return 0


@dataclass
class LiveHall:
    plan: p.Plan
    clock: Any
    core: Core
    follower: Follower
    journal: Journal
    folder: Path
    staff: HttpServer
    public: HttpServer
    accounts: AccountService
    ticks: Any
    questions: QuestionDesk
    behind: Dependencies


@contextmanager
def live_hall(
    folder: Path,
    plan: p.Plan | None = None,
    *,
    staff_limits: Limits = STAFF_LIMITS,
    public_limits: Limits = PUBLIC_LIMITS,
    clock: Any = None,
    core_options: dict[str, Any] | None = None,
    start_core: bool = True,
    gated: bool = False,
    said: Access = CHEAP,
    ticks: Any = time.monotonic,
    trusted_proxies: tuple[str, ...] = (),
    tls: ssl.SSLContext | None = None,
    **more: Any,
) -> Iterator[LiveHall]:
    plan = plan or small_plan()
    folder.mkdir(exist_ok=True)
    journal = Journal(folder / "journal.db")
    clock = clock or HallClock()
    reader = journal.reader()
    follower = Follower(Hall(), 0, reader, clock)
    core = Core(plan, Hall(), journal, clock, on_batch=follower.hand_over, **(core_options or {}))
    history_reader = journal.reader()
    vault = Vault(folder / "vault.db", load_keys(folder / "vault.key"))
    accounts = AccountService(folder, said, lambda: clock.now().wall, ticks)

    def history(ticket_id: str) -> Sequence[Recorded]:
        return [row for row in history_reader.all() if e.public_about(row.event).ticket == ticket_id]

    def explain(ticket_id: str, before: str) -> Explanation | Refused:
        if not ticket_id.endswith("-A001"):
            return Refused("no_explanation", {"ticket": ticket_id})
        return Explanation(ticket_id, "A001", before or None, text("先到先办", "First come, first served"), {"n": 1})

    given: dict[str, Any] = {
        **PLAIN,
        "history": history,
        "explain": explain,
        "printers": frozenset({"printer-1"}),
        "health": lambda: {"journal": "ok"},
        "views": ViewContext(plan=plan, epoch=7),
        "persons": vault,
        "gate": StaffGate(accounts.access) if gated else OpenGate(),
        "access": accounts.access,
        "roster": accounts.roster,
        "monotonic": ticks,
        "shown": lambda: (STRIP,),
        **more,
    }
    if "questions" not in more:
        given["questions"] = QuestionDesk(given["shelf"]().guides, folder, clock)
    behind = Dependencies(
        plan=plan,
        core=core,
        follower=follower,
        clock=clock,
        random_bytes=os.urandom,
        version="1.2.3",
        **given,
    )
    staff, public = both_servers(
        behind, ("127.0.0.1", 0), ("127.0.0.1", 0), staff_limits=staff_limits, public_limits=public_limits,
        trusted_proxies=trusted_proxies, staff_tls=tls, public_tls=tls,
    )
    follower.start()
    if start_core:
        core.start()
        assert follower.wait_for(1, 10), "the day did not begin"
    try:
        staff.start()
        public.start()
        yield LiveHall(
            plan, clock, core, follower, journal, folder, staff, public, accounts, ticks, behind.questions, behind
        )
    finally:
        staff.ask_to_stop()
        public.stop()
        staff.stop()
        core.stop()
        follower.stop()
        vault.close()
        accounts.stop()
        behind.questions.stop()
        history_reader.close()
        reader.close()
        journal.close()

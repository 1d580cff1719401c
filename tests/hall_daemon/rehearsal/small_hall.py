"""A hall of three windows for weeks of history: quick to live, slow enough to queue."""

from __future__ import annotations

from datetime import date

from hall_daemon.domain.plan import Hours, Plan, Policy, Queue, Service, Window
from hall_daemon.words.text import same

SESSIONS = ((510, 720), (840, 1050))
HOLIDAYS = (date(2026, 10, 1), date(2026, 10, 2))
MAKE_UP = date(2026, 10, 10)  # a Saturday


def small_hall() -> Plan:
    services = {
        "card": ("social", 420), "pension": ("social", 660), "enquiry": ("general", 240), "tax": ("general", 500),
    }
    days = dict.fromkeys(HOLIDAYS, ()) | {MAKE_UP: SESSIONS}
    return Plan(
        id="small",
        name=same("hall"),
        timezone="Asia/Shanghai",
        queues={"social": Queue("social", same("social"), "B"), "general": Queue("general", same("general"), "A")},
        services={
            id_: Service(id=id_, name=same(id_), queue=queue, expected_s=s) for id_, (queue, s) in services.items()
        },
        windows={
            "1": Window("1", "1", {"enquiry": "first", "tax": "first", "card": "idle"}),
            "2": Window("2", "2", {"card": "first", "pension": "first", "enquiry": "idle"}),
            "3": Window("3", "3", {"card": "yes", "enquiry": "yes", "tax": "yes", "pension": "idle"}),
        },
        hours=Hours(weekly=(SESSIONS,) * 5 + ((),) * 2, days=days),
        policy=Policy(recall_lock_s=0),
        priority_reasons={"elderly": same("elderly")},
        pause_reasons={"break": same("break")},
    )

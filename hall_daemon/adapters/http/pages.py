"""The pages of both listeners: one table. A new page is its body, its script and a row here.

Files lie in hall_daemon/pages: `phone` what an applicant opens, `staff` the desk, `reports` figures and forecasts,
`shared` what several pages have in common. What a script needs to know of the contract is made here, not typed there.
"""

from __future__ import annotations

from pathlib import Path

from hall_daemon.adapters.http.stream import BESIDE_EVENTS
from hall_daemon.domain.events import EVENTS
from hall_daemon.web.endpoint import encode
from hall_daemon.web.pages import Frame, Page, Pages, Shell

PHONE = Frame(
    styles=("base.css", "phone.css"),
    scripts=("dom.js", "words.js", "elder.js", "ask.js"),
    header="shared/phone-header.html",
    footer="shared/phone-footer.html",
)
DESK = Frame(styles=("base.css",), scripts=("dom.js", "words.js", "ask.js"), footer="shared/desk-footer.html")
# It must be readable without any script, in both languages at once.
PLAIN = Frame(styles=("base.css", "phone.css"), scripts=("dom.js", "elder.js"))

_MISSING = Page(
    body="shared/missing.html",
    addresses=(),
    listener="public",
    title={"zh": "没有这个页面 No such page", "en": "No such page"},
    frame=PLAIN,
    look="phone-page",
    scripts=("missing.js",),
)

PAGES: tuple[Page, ...] = (
    Page(
        body="phone/phone.html",
        addresses=("/", "/t/{token}"),
        listener="public",
        title={"zh": "排队查询", "en": "Queues"},
        frame=PHONE,
        look="phone-page",
        scripts=("live.js", "phone-source.js", "phone-ticket.js", "phone-hall.js", "phone.js"),
    ),
    Page(
        body="reports/quiet.html",
        addresses=("/quiet",),
        listener="public",
        title={"zh": "什么时候来人少", "en": "When it is quiet"},
        frame=PHONE,
        look="phone-page",
        styles=("quiet.css",),
        scripts=("quiet.js",),
        listed=True,
    ),
    Page(
        body="reports/accuracy.html",
        addresses=("/accuracy",),
        listener="public",
        title={"zh": "等候时间准不准", "en": "Do the waits we tell hold?"},
        frame=PHONE,
        look="phone-page accuracy-page",
        styles=("accuracy.css",),
        scripts=("accuracy.js",),
        listed=True,
    ),
    Page(
        body="staff/staff.html",
        addresses=("/", "/staff"),
        listener="staff",
        title={"zh": "窗口工作台", "en": "Staff desk"},
        frame=DESK,
        look="staff-page",
        styles=("staff.css",),
        scripts=(
            "live.js", "contract.js", "staff-hall.js", "staff-dialogs.js", "staff-help.js", "staff-keys.js",
            "staff-faults.js", "staff-desk.js", "staff-line.js", "staff-login.js", "staff.js",
        ),
    ),
    Page(
        body="reports/efficiency.html",
        addresses=("/efficiency",),
        listener="staff",
        title={"zh": "效率统计", "en": "Efficiency"},
        frame=DESK,
        look="figures-page",
        styles=("efficiency.css",),
        scripts=("efficiency.js",),
    ),
    _MISSING,
    _MISSING._replace(listener="staff"),
)  # fmt: skip


def contract_script() -> bytes:
    """Every kind of event that a stream may bring: a browser hears only kinds that it names."""
    return b"'use strict';\n\nvar EVENT_KINDS = %b;\n" % encode((*EVENTS, *BESIDE_EVENTS))


def load_pages(folder: Path | None, listener: str, timezone: str) -> Pages:
    """`folder` is hall_daemon/pages, None for a hall without pages. Raises BadPages."""
    if folder is None:
        return Pages({})
    table = tuple(page for page in PAGES if page.listener == listener)
    shell = Shell("shared/shell.html", "zh", "zh-CN", timezone)
    return Pages.load(folder, table, shell, {"contract.js": contract_script()})

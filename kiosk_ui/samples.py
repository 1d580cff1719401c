"""A hall as the kiosk reads it, and every page of the kiosk as a state: for pictures and for tests. Values only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from msgspec import Struct, structs

from hall_daemon.wire import guides as g
from hall_daemon.wire import messages as m
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.problems import problem
from hall_daemon.words.text import text
from kiosk_ui import sample_asked, sample_news, sample_rating
from kiosk_ui import sample_matters as matters
from kiosk_ui.sample_matters import GUIDES as GUIDES
from kiosk_ui.sample_matters import guide as guide
from kiosk_ui.sample_matters import guide_view as guide_view
from kiosk_ui.state import Assist, Link, Own, Session, State
from kiosk_ui.state import steps as s
from kiosk_ui.state.drafts import Place
from kiosk_ui.state.model import Library, Reader
from kiosk_ui.state.news import News
from kiosk_ui.state.steps import Draw, Trouble, Watch

URL = "https://hall.example/t/Zt3xk0QmD1v9bWc8yLw2RfHs"
NOW_S = 1000.0

QUEUES = (
    ("general", "综合业务", "General matters", "A", 3, m.Wait(p10_s=300, p50_s=480, p90_s=600)),
    ("social", "社保医保", "Social and medical insurance", "B", 12, m.Wait(p10_s=1260, p50_s=1500, p90_s=1980)),
    ("property", "不动产登记", "Real estate registration", "C", 0, m.Wait(unknown="no_window_open")),
)
SERVICES = (
    ("business-licence", "营业执照办理", "Business licence", "general", 900),
    ("food-permit", "食品经营许可", "Food business permit", "general", 1080),
    ("housing-fund", "公积金提取", "Housing fund withdrawal", "general", 600),
    ("enquiry", "综合咨询", "General enquiry", "general", 240),
    ("social-card", "社会保障卡", "Social security card", "social", 420),
    ("pension", "养老保险", "Pension insurance", "social", 720),
    ("medical", "医保报销与异地就医", "Medical insurance claims", "social", 660),
    ("property-transfer", "不动产转移登记", "Transfer of real estate", "property", 1500),
    ("property-search", "不动产信息查询", "Search of the land register", "property", 300),
)
GROUNDS = {
    "soldier": text("军人依法优先", "Member of the armed forces"),
    "firefighter": text("消防救援人员", "Fire and rescue service"),
    "disabled": text("残疾人", "Person with a disability"),
    "pregnant": text("孕晚期", "Late pregnancy"),
    "elderly": text("老年人", "Elderly person"),
    "green-channel": text("绿色通道", "Green channel"),
}
WAITS = {queue: wait for queue, *_, wait in QUEUES}
View = TypeVar("View", bound=Struct)
AT: Any = {"epoch": 1, "seq": 40, "as_of": "2026-11-23T01:40:00.000Z", "ttl_s": 30}


def printer(life: Any = "ready", detail: str = "") -> m.DeviceView:
    """The kiosk's own one."""
    return m.DeviceView(id="printer-1", kind="escpos-printer", state=life, detail=detail, age_s=1, counters={})


def queue(id: str, zh: str, en: str, prefix: str, waiting: int, wait: m.Wait, **changes: Any) -> m.QueueState:
    view = m.QueueState(id=id, name=text(zh, en), prefix=prefix, waiting=waiting, serving=1, windows_open=1,
        wait=wait, calling=(), issued=waiting + 4, **AT)
    return _changed(view, changes)


def service(id: str, zh: str, en: str, queue: str, expected_s: int = 600, **changes: Any) -> m.ServiceState:
    view = m.ServiceState(id=id, name=text(zh, en), queue=queue, expected_s=expected_s, waiting=2, windows_open=2,
        issued=9, daily_cap=None, open=True, closed_because=None, wait=WAITS.get(queue, m.Wait()), **AT)
    return _changed(view, changes)


def window(id: str, number: str | None = None, called_at: str | None = None) -> m.WindowView:
    return m.WindowView(id=id, label=id, zone="hall", status="open", reason="", staff="7", ticket=None, number=number,
        service=None, state="serving" if number else None, calls=1, called_at=called_at, started_at=None, held=(),
        waiting=0, can_undo=None, services=(), **AT)


def windows_of(*ids: str) -> tuple[m.WindowView, ...]:
    """Open ones that do the business licence."""
    return tuple(_changed(window(id_), {"services": ("business-licence",)}) for id_ in ids)


def hall(**changes: Any) -> m.HallView:
    """The hall of config/hall.toml on a Monday morning."""
    view = m.HallView(
        **AT, id="demo", name=text("示范区政务服务大厅", "Demonstration District Service Hall"),
        day="2026-11-23", open=True, opens="14:00", closes="12:00", waiting=9, serving=2, windows_open=3,
        order=m.Order((), (), ()),
        queues=tuple(queue(*row) for row in QUEUES), services=tuple(service(*row) for row in SERVICES),
        windows=(window("1", "A003", "2026-11-23T01:38:00Z"), window("2", "B007", "2026-11-23T01:39:00Z"), window("3")),
        devices=(printer(),), pick_reasons={}, pause_reasons={}, priority_reasons=GROUNDS, tally={},
        reopens="2026-11-24T08:30",
    )
    return _changed(view, changes)


def few(count: int = 4, **changes: Any) -> m.HallView:
    """A hall with the first `count` matters only."""
    return hall(services=tuple(service(*row) for row in SERVICES[:count]), **changes)


MORE_QUEUES = (
    ("fund", "公积金", "Housing fund", "D", 2, m.Wait(p10_s=240, p50_s=400, p90_s=540)),
    ("resident", "户籍居住", "Residence", "E", 0, m.Wait(p10_s=0, p50_s=30, p90_s=60)),
    ("vehicle", "车辆驾驶", "Vehicles and driving", "F", 5, m.Wait(p10_s=360, p50_s=500, p90_s=720)),
    ("welfare", "民生优待", "Welfare", "G", 0, m.Wait(unknown="no_window_open")),
    ("ask", "综合咨询", "Enquiries", "H", 3, m.Wait(p10_s=300, p50_s=400, p90_s=600)),
)


def eight() -> m.HallView:
    """A hall of eight groups, one of which opens later."""
    later: dict[str, Any] = {"open": False, "closed_because": "hall_closed"}
    more = tuple(
        service(id_, zh, en, id_, wait=wait, **(later if id_ == "welfare" else {}))
        for id_, zh, en, _, _, wait in MORE_QUEUES
    )
    groups = tuple(queue(*row) for row in (*QUEUES, *MORE_QUEUES))
    return hall(queues=groups, services=(*(service(*row) for row in SERVICES), *more))


def _defaults(changes: dict[str, Any], /, **values: Any) -> dict[str, Any]:
    return values | changes


def guides() -> Library:
    groups = (
        ("business", "企业开办", "Starting a business"), ("social", "社保医保", "Insurance"),
        ("housing", "公积金", "Housing fund"),
    )
    return Library(
        groups=tuple(g.GuideGroup(id_, text(zh, en)) for id_, zh, en in groups),
        guides=tuple(g.summary(guide(*row), matters.DAY) for row in GUIDES), ask_at_s=None,
    )


def shut(because: str, **changes: Any) -> m.HallView:
    """A hall that gives no numbers."""
    services = tuple(service(*row, open=False, closed_because=because) for row in SERVICES)
    return hall(**{"services": services, "open": False, "closes": None} | changes)


def issued(**changes: Any) -> m.Issued:
    view = m.Issued(ticket="2026-11-23-A012", number="A012", token=URL[-24:], day="2026-11-23", queue="general",
        services=("business-licence",), ahead=3, wait=m.Wait(p10_s=300, p50_s=480, p90_s=600),
        issued_at="2026-11-23T01:40:00.000Z", url=URL)
    return _changed(view, changes)


def ticket(**changes: Any) -> m.TicketView:
    view = m.TicketView(
        **AT, ticket="2026-11-23-A012", number="A012", day="2026-11-23", state="waiting", queue="general",
        services=("business-licence",), service_name=text("营业执照办理", "Business licence"),
        class_="ordinary", ahead=3, wait=m.Wait(p10_s=300, p50_s=480, p90_s=600),
        window=None, window_label=None, calls=0, misses=0,
        issued_at="2026-11-23T01:40:00.000Z", called_at=None, reason=None, slip="printed", slip_detail="",
        can=("cancel",),
    )
    return _changed(view, changes)


def _changed(view: View, changes: dict[str, Any]) -> View:
    return structs.replace(view, **changes)


def state(view: m.HallView | None = None, *, settings: KioskSettings | None = None, **session: Any) -> State:
    """Somebody who chooses what a number is for, unless `step` says otherwise; the hall just heard of."""
    settings = settings or KioskSettings(printer="printer-1")
    return State(
        settings=settings,
        own=Own(known=True, ask_at_s=NOW_S + 60),
        session=Session(**_defaults(session, language=settings.language, step=s.Choose())),
        link=Link(hall=view or hall(), etag="etag", got_at_s=NOW_S, poll_at_s=NOW_S + 3),
        library=Library(ask_at_s=None),
        news=News(notices_at_s=None, forecast_at_s=None),
        reader=Reader(begun=True),
        touched_at_s=NOW_S,
        now_s=NOW_S,
    )


REFUSED = Trouble("draw", "service_full", problem("service_full", {"cap": 60}))


ENQUIRY = s.Matter("general", "enquiry")
LICENCE = s.Matter("general", "business-licence")


def drawn_number(view: m.TicketView | None = None, **changes: Any) -> s.Number:
    """Somebody has just drawn A012 here."""
    watch = Watch("2026-11-23-A012", view, NOW_S if view else 0.0)
    return s.Number(**_defaults(changes, issued=issued(), issued_at_s=NOW_S, watch=watch))


def gallery() -> Iterator[tuple[str, State]]:
    """Every page in every kind of news it can bring, by name."""
    yield "00-home", state(step=s.FIRST)
    yield "00-home-quiet", state(hall(windows=(window("1"), window("2"))), step=s.FIRST)
    yield "00-home-closed", state(shut("hall_closed"), step=s.FIRST)
    library = guides()
    reads = KioskSettings(printer="printer-1", reads=("card", "code", "page"))
    yield "00-home-guides", replace(state(settings=reads, step=s.FIRST), library=library)
    yield "01-choose-search", replace(state(eight()), library=library)
    yield "31-precheck", replace(state(step=s.Guides(forms=True)), library=library)
    yield "31-checkin", replace(state(settings=reads, step=s.CheckIn()), library=library)
    yield "31-guides", replace(state(step=s.Guides()), library=library)
    yield "31-guides-group", replace(state(step=s.Guides("business")), library=library)
    food = s.Guide("food", s.Guides(), guide_view())
    yield "32-guide", replace(state(step=food), library=library, news=sample_news.NEWS)
    gone = matters.stopped_view()
    shelf = replace(library, guides=(*library.guides[:-1], gone.summary))
    beside = replace(library, guides=(library.guides[0], structs.replace(gone.summary, group="business")))
    yield "31-guides-stopped", replace(state(step=s.Guides("business")), library=beside)
    yield "32-guide-stopped", replace(state(step=s.Guide("fund-rent", s.Guides(), gone)), library=shelf)
    announced = s.Guide("food", s.Guides(), matters.announced_view())
    yield "32-guide-stops", replace(state(step=announced), library=library)
    yield "32-guide-coming", replace(state(step=s.Guide("food", s.Guides())), library=library)
    yield "32-guide-failed", replace(state(step=s.Guide("food", s.Guides(), failed=True)), library=library)
    yield "33-search", replace(state(step=s.Search()), library=library)
    yield "33-search-found", replace(state(step=s.Search(typed="shipin", found=("food", "company"))), library=library)
    words = s.Search(typed="食品xuke", found=("food", "company", "card-new", "fund-rent"), chosen=2)
    yield "33-search-words", replace(state(step=words), library=library)
    yield "33-search-nothing", replace(state(step=s.Search(typed="zzzz")), library=library)
    yield from ((name, replace(state(step=step), library=library)) for name, step in sample_asked.pages())
    yield from ((name, replace(state(step=step), library=library)) for name, step in matters.guide_read())
    company = structs.replace(library.guides[1], aliases=("营业执照", "Business licence"))
    named = replace(library, guides=(library.guides[0], company, *library.guides[2:]))
    yield "34-topic-words", replace(state(step=s.Topic(matters.ALL_OF_IT, "papers")), library=named)
    yield from ((name, replace(state(step=step), library=library)) for name, step in matters.steps(NOW_S))
    yield from ((name, replace(state(step=step), library=named)) for name, step in matters.asides(NOW_S))
    yield from (
        (name, replace(state(settings=reads, step=step), library=library)) for name, step in matters.read_here(NOW_S)
    )
    yield "50-question-card-read", replace(
        state(settings=reads, step=matters.asking(Place("id_no"), matters.ANSWERS), heard="filled"), library=library
    )
    yield "50-question-earlier", replace(
        state(settings=reads, step=matters.begun_before(Place("place")), heard="earlier"), library=library
    )
    yield from sample_news.pages(replace(state(), library=library)).items()
    yield "49-languages", state(languages=0)
    yield "00-help", state(step=s.Help(before=s.FIRST, key="k", told=True, call="c", since_s=NOW_S))
    yield "00-help-coming", state(step=s.Help(before=s.FIRST, key="k", told=True, call="c", coming=True, since_s=NOW_S))
    yield "00-help-late", state(step=s.Help(before=s.FIRST, key="k", told=True, call="c", since_s=NOW_S - 90))
    yield "00-help-lost", state(step=s.Help(before=s.FIRST, key="k", told=True, call="c", lost=True))
    yield "00-help-not-told", state(step=s.Help(before=s.FIRST, key="k", told=False))
    plain = state()
    yield "01-choose", plain
    yield "01-choose-eight", state(eight())
    yield "02-choose-few", state(few(6))
    yield "03-choose-closed", state(shut("hall_closed"))
    yield "03-choose-closed-today", state(shut("hall_closed_today", opens=None), step=s.Choose(ground="elderly"))
    yield "04-choose-late", replace(plain, now_s=NOW_S + 95, touched_at_s=NOW_S + 90)
    yield "05-services", state(step=s.Services("general"))
    unlike = service(*SERVICES[1], wait=m.Wait(unknown="no_window_open"))
    yield "05-services-unlike", state(
        hall(services=(service(*SERVICES[0]), unlike, *(service(*row) for row in SERVICES[2:]))),
        step=s.Services("general"),
    )
    yield "06-services-full", state(
        hall(services=tuple(service(*row, open=row[0] != "food-permit",
            closed_because=None if row[0] != "food-permit" else "service_full", daily_cap=60) for row in SERVICES)),
        step=s.Services("general"),
    )
    yield "07-matter", replace(state(step=LICENCE), news=sample_news.NEWS)
    yield "08-matter-priority", state(step=s.Matter("general", "business-licence", "soldier"))
    stopped = shut("issuing_stopped", open=True, closes="12:00")
    yield "09-matter-closed", state(stopped, step=LICENCE)
    yield "10-matter-no-window", state(
        hall(services=tuple(service(*row, windows_open=0) for row in SERVICES),
            devices=(printer("alert", "paper out"),)),
        step=s.Matter("property", "property-transfer"),
    )
    yield "11-grounds", state(step=s.Grounds(LICENCE))
    yield "12-drawing", state(step=s.Drawing(LICENCE, Draw("k", "business-licence", "")))
    yield "13-drawing-again", state(step=s.Drawing(LICENCE, Draw("k", "business-licence", "", 3)))
    yield "14-number-printing", state(step=drawn_number())
    yield "15-number-printed", state(
        hall(windows=windows_of("1", "2", "3", "5")), step=drawn_number(ticket(class_="priority"))
    )
    no_paper = ticket(slip="failed", slip_detail="paper_out")
    roll_out = hall(devices=(printer("alert", "paper out"),))
    yield "16-number-no-paper", state(roll_out, step=drawn_number(no_paper))
    called = ticket(state="called", window="3", window_label="3", ahead=None, wait=m.Wait(unknown="not_waiting"))
    mended = Watch("2026-11-23-A012", no_paper, NOW_S, None, NOW_S - 20)
    yield "16-number-paper-again", state(step=drawn_number(watch=mended))
    yield "17-number-called", state(step=drawn_number(called))
    away = state(step=drawn_number(ticket()))
    away = replace(away, link=replace(away.link, failures=4))
    yield "18-cancel", state(step=s.AskedCancel(drawn_number(ticket())))
    yield "18-cancel-called", state(step=s.AskedCancel(drawn_number(called)))
    asked = drawn_number(ticket(), cancel_key="k")
    yield "18-cancelling", state(step=s.Cancelling(asked))
    yield "18-cancel-unknown", state(step=s.Problem(Trouble("cancel", "unreachable"), asked))
    yield "18-number-cancelled", state(step=drawn_number(ticket(), cancelled=True))
    yield "18-number-away", replace(away, now_s=NOW_S + 130, touched_at_s=NOW_S + 120)
    yield "19-lookup", state(step=s.LookUp())
    yield "20-lookup-typed", state(step=s.LookUp("A012"))
    yield "20-lookup-longest", state(step=s.LookUp("WWW0000000"))
    yield "21-searching", state(step=s.Ticket(Watch("A012")))
    yield "22-ticket-waiting", state(step=s.Ticket(Watch("A012", ticket(), NOW_S, None)))
    first = Watch("A012", ticket(class_="priority"), NOW_S, None)
    yield "22-ticket-priority", state(hall(windows=windows_of("1", "2", "3")), step=s.Ticket(first))
    missed = ticket(state="missed", ahead=None, wait=m.Wait(unknown="not_waiting"), can=("cancel", "return"))
    yield "22-ticket-no-slip", state(step=s.Ticket(Watch("A012", ticket(slip="failed"), NOW_S, None)))
    yield "23-ticket-missed", state(step=s.Ticket(Watch("A012", missed, NOW_S, None)))
    causes = (
        m.Cause("overtaken", {"n": 2}, text("新到2位优先办理", "2 came who go first (Priority)")),
        m.Cause("window_still_paused", {"window": "3"}, text("3号窗口暂停时间较长", "window 3 is still paused")),
    )
    later = ticket(wait=m.Wait(300, 480, 600, cause=causes, since="2026-11-23T02:42:00.000Z"))
    yield "24-ticket-returned", state(step=s.Ticket(Watch("A012", later, NOW_S, None), returned=True))
    why = ticket(state="called", window="3", window_label="3", ahead=None, wait=m.Wait(unknown="not_waiting"),
        reason=text("普通号中等候最久", "Has waited longest of the ordinary numbers"))
    yield "25-ticket-called", state(step=s.Ticket(Watch("A012", why, NOW_S, None)))
    yield from sample_rating.pages(state(), ticket())
    slips = Trouble("slip", "slips_used_up", problem("slips_used_up", {"number": "A012", "max": 5}))
    yield "26-problem-slips", state(step=s.Problem(slips, s.Ticket(Watch("A012", ticket(), NOW_S, None))))
    yield "26-problem", state(step=s.Problem(REFUSED, s.Matter("property", "property-transfer")))
    yield "27-problem-unreachable", state(
        unsettled=(Draw("k", "business-licence", ""),), step=s.Problem(Trouble("draw", "unreachable"), LICENCE)
    )
    yield "28-away", replace(plain, link=replace(plain.link, failures=5), now_s=NOW_S + 60, touched_at_s=NOW_S + 60)
    yield "29-starting", replace(plain, link=Link())
    nobody = problem("unknown_kiosk", {"kiosk": "kiosk-9", "known": "kiosk-1"})
    yield "29-refused", replace(plain, own=Own(refusal=nobody))
    yield "29-unknown", replace(plain, link=Link(failures=1, refused=True))
    counting = state(step=LICENCE)
    link = replace(counting.link, got_at_s=NOW_S + 50)
    yield "30-countdown", replace(counting, link=link, now_s=NOW_S + 52)


SENIOR = Assist(large=True, contrast=True, low=True, spoken=True)


def shown_as(state: State, **session: Any) -> State:
    """The same page in another language, or with assistance; a countdown stays at its second."""
    shown = replace(state, session=replace(state.session, **session))
    if state.countdown_left_s is not None and shown.countdown_left_s is None:
        shown = replace(shown, touched_at_s=shown.touched_at_s - (shown.settings.assist_idle_s - shown.settings.idle_s))
    return shown

"""What a hall tells everybody, made up, and the kiosk's pages of it: for pictures and for tests. Values only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hall_daemon.wire.figures import DayView, People, QueueDayView, SlotView
from hall_daemon.wire.guides import Notice
from hall_daemon.wire.messages import Wait
from hall_daemon.words.text import text
from kiosk_ui.state import State
from kiosk_ui.state import steps as s
from kiosk_ui.state.news import News

DAY = "2026-11-23"
_MORNING, _AFTERNOON = range(17, 24), range(28, 35)  # half hours of the day: 8:30 to 12:00, 14:00 to 17:30
_SHAPE = (8, 13, 17, 22, 24, 23, 19, 11, 5, 8, 12, 14, 13, 9)
_SLOTS = (*_MORNING, *_AFTERNOON)
_NOBODY = People(0, 0, 0)


def _clock(half: int) -> str:
    return f"{half // 2:02}:{half % 2 * 30:02}"


def _waits(share: float) -> tuple[Wait, ...]:
    return tuple(Wait(round(20 * share * high), round(40 * share * high), round(60 * share * high)) for high in _SHAPE)


def day(*queues: str) -> DayView:
    """A day that is fullest at half past ten."""
    slots = tuple(
        SlotView(_clock(half), _clock(half + 1), People(4, 6, 9), None, wait)
        for half, wait in zip(_SLOTS, _waits(1.0), strict=True)
    )
    return DayView(
        day=DAY, unknown=None, people=People(120, 150, 190), slots=slots, quietest=(8,),
        queues={
            id_: QueueDayView(_NOBODY, (_NOBODY,) * len(_SLOTS), _waits(1.6 - 0.2 * at))
            for at, id_ in enumerate(queues)
        },
    )


NOTICES = (
    Notice(id="holiday", since="2026-11-20", until="2027-01-03",
        title=text("2027年元旦放假安排", "New Year 2027: closed"),
        text=(
            text("2027年1月1日至3日大厅放假，1月4日（星期一）照常开放。放假期间不取号，不收材料。",
                "The hall is closed from 1 to 3 January 2027 and open again on Monday, 4 January. No numbers are given "
                "and no papers are taken meanwhile."),
            text("放假期间网上照常可以先做预审，工作人员上班后按顺序审查。急事请拨打值班电话，号码贴在大门右侧。",
                "Pre-reviews can be sent from home all the time and are looked at in their order afterwards. What "
                "cannot wait: call the number beside the door."),
        )),
    Notice(id="in-one", since="2026-11-16",
        title=text("“开餐饮店一件事”可以一次提交", "Opening a restaurant in one go"),
        text=(text("营业执照和食品经营许可可以一起申请。", "Business licence and food licence go together now."),),
        matters=("food",)),
    *(Notice(id=f"road-{at}", since=f"2026-10-{20 - at}",
        title=text(f"{at + 3}号门施工，请走南门", f"Door {at + 3} is closed")) for at in range(6)),
)
DAY_OF_QUEUES = day("general", "social", "property")
NEWS = News(NOTICES, DAY_OF_QUEUES, None, None)
_MORE: dict[str, s.Step] = {
    "49-lookups": s.LookUps(), "49-waits": s.Waits(), "49-notices": s.Notices(),
    "49-notice": s.OneNotice("holiday"), "49-notice-guide": s.OneNotice("in-one"),
}


def pages(plain: State) -> dict[str, State]:
    """Each page with news, and without any."""
    told = replace(plain, news=NEWS, clock=datetime(2026, 11, 23, 9, 42, tzinfo=UTC))
    with_news = {name: replace(told, session=replace(told.session, step=step)) for name, step in _MORE.items()}
    nothing = {
        f"{name}-none": replace(plain, session=replace(plain.session, step=_MORE[name]))
        for name in ("49-lookups", "49-waits", "49-notices")
    }
    return with_news | nothing

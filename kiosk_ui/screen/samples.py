"""A hall that is made up, for pictures of the big screen and for tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from hall_daemon.wire.screens import Called, Missed, ScreenLook, ScreenQueue, ScreenView
from hall_daemon.wire.waits import Wait
from hall_daemon.words.text import same, text

WIDE, UPRIGHT = (1920, 1080), (1080, 1920)
CLOCK = datetime(2026, 11, 30, 9, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
# Seconds ago, and how often; those before the first three stand in the line of earlier ones.
_CALLS = (("A012", "3", 1), ("B007", "5", 1), ("C004", "1", 40), ("A011", "2", 90), ("B006", "6", 130),
    ("D003", "8", 200), ("C003", "1", 260))
# Letter, names, and both ends of the wait in seconds.
_QUEUES = (
    ("A", "企业", "Business", 480, 900), ("B", "社保", "Social", 900, 1500), ("C", "不动产", "Property", 180, 360),
    ("D", "公积金", "Housing fund", 240, 540), ("E", "户籍", "Residence", 0, 0),
)


def view() -> ScreenView:
    return ScreenView(
        version=1, epoch=1, seq=1, as_of=CLOCK.isoformat(), ttl_s=30,
        name=text("示范区政务服务大厅", "Demonstration District Service Hall"),
        called=tuple(called(number, label, ago) for number, label, ago in _CALLS),
        missed=tuple(Missed(number, "hall") for number in ("A008", "B003", "C002")),
        notices=(
            text("12:00–14:00 午休，13:45 起取下午的号", "Lunch 12:00–14:00; numbers for the afternoon from 13:45"),
            text("过号后请到服务台，可以重新排队", "Missed your call? The service desk helps you to queue again"),
        ),
        desk=text("服务台", "the desk"), zones={"hall": text("大厅", "hall")}, short={}, queue_zones={},
        look=ScreenLook(theme="qing", ground="dark", inches=75, metres=8, languages=("zh", "en")),
        timezone="Asia/Shanghai", open=True, opens="09:00", closes="17:00", reopens=None, day="2026-11-30", serving=3,
        queues=tuple(
            ScreenQueue(
                id=prefix, prefix=prefix, name=text(zh, en), zones=("hall",), waiting=4 if high else 0, windows_open=2,
                wait=Wait(low, (low + high) // 2, high),
            )
            for prefix, zh, en, low, high in _QUEUES
        ),
        quiet=None,
    )


def called(number: str, label: str, ago_s: float, calls: int = 1) -> Called:
    at = (CLOCK - timedelta(seconds=ago_s)).isoformat()
    return Called(number=number, window=label, label=label, zone="hall", calls=calls, called_at=at)


def long() -> ScreenView:
    """Where every word is long, and nine are called at once."""
    name = text("食品经营许可证核发", "Food business permits")
    many = tuple(
        called(f"XYZ{100 + n:06}", f"综合受理专窗{'一二三四五六'[n % 6]}" if n % 2 else str(n), 1) for n in range(9)
    )
    full = Wait(6000, 6600, 7200)
    plain = view()
    queues = tuple(structs.replace(queue, waiting=3, wait=full) for queue in plain.queues)
    return structs.replace(
        plain, called=many, missed=tuple(Missed(call.number, "hall") for call in many[:3]),
        name=text(
            "示范新区经济技术开发区政务服务中心第二分中心", "Second Branch of the Demonstration District Service Hall"
        ),
        queues=(*queues, *(structs.replace(queue, id=queue.id + "2", name=name) for queue in queues)),
    )


def gallery() -> Iterator[tuple[str, tuple[int, int], ScreenView | None, float]]:
    """(name of the picture, px, what the hall said, seconds since)."""
    plain = view()
    closed = structs.replace(
        plain, called=(), missed=(), open=False, opens=None, serving=0, reopens="2026-12-01T09:00",
        queues=tuple(structs.replace(queue, waiting=0, windows_open=0) for queue in plain.queues),
    )
    quiet = structs.replace(plain, called=(), missed=())
    light = structs.replace(plain, look=structs.replace(plain.look, ground="light", theme="song"))
    english = structs.replace(plain, look=structs.replace(plain.look, languages=("en", "zh")))
    unnamed = structs.replace(plain, name=same(""), called=plain.called[:1], notices=())
    for shape, size in (("wide", WIDE), ("upright", UPRIGHT)):
        for name, said, age_s in (
            ("board", plain, 2.0), ("english", english, 2.0), ("late", plain, 12.4), ("silent", plain, 70.0),
            ("never", None, 2.0), ("closed", closed, 2.0), ("none", quiet, 2.0), ("light", light, 2.0),
            ("many", long(), 2.0), ("few", unnamed, 2.0),
        ):
            yield f"{shape}-{name}", size, said, age_s

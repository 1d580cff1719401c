"""The hall of the generated day: a district hall of 12 services, 5 queues and 18 windows. Data only.

About 1,300 tickets fill its windows to three quarters, and overfill them in the middle of each wave.
"""

from __future__ import annotations

from typing import NamedTuple

from hall_daemon.domain.plan import Hours, Plan, Queue, Service, Skill, Window
from hall_daemon.words.text import text

PRIORITIES = {
    "soldier": text("军人依法优先", "Member of the armed forces"),
    "disabled": text("残疾人", "Person with a disability"),
    "pregnant": text("孕晚期", "Late pregnancy"),
    "elderly": text("老年人", "Elderly person"),
}
PICKS = {"supervisor": text("值班长安排", "Told by the supervisor")}
PAUSES = {"break": text("短暂休息", "Short break")}


class Matter(NamedTuple):
    """A service as people use it: its share of the tickets, and the mean time at the window."""

    zh: str
    en: str
    queue: str
    share: float
    mean_s: int


MATTERS: dict[str, Matter] = {
    "business-licence": Matter("营业执照办理", "Business licence", "general", 0.09, 420),
    "food-permit": Matter("食品经营许可", "Food business permit", "general", 0.04, 480),
    "housing-fund": Matter("公积金提取", "Housing fund withdrawal", "general", 0.10, 300),
    "enquiry": Matter("综合咨询", "General enquiry", "general", 0.15, 120),
    "collection": Matter("证照领取", "Collection of papers", "general", 0.10, 90),
    "social-card": Matter("社会保障卡", "Social security card", "social", 0.12, 240),
    "pension": Matter("养老保险", "Pension insurance", "social", 0.09, 330),
    "medical": Matter("医保报销与异地就医", "Medical insurance claims", "social", 0.10, 300),
    "property-transfer": Matter("不动产转移登记", "Transfer of real estate", "property", 0.06, 600),
    "property-search": Matter("不动产信息查询", "Search of the land register", "property", 0.06, 180),
    "tax": Matter("个人涉税事项", "Personal tax matters", "tax", 0.05, 270),
    "residence": Matter("居住证办理", "Residence permit", "residence", 0.04, 300),
}
QUEUES = {
    "general": ("A", "综合业务", "General matters"),
    "social": ("B", "社保医保", "Social and medical insurance"),
    "property": ("C", "不动产登记", "Real estate registration"),
    "tax": ("D", "税务", "Tax"),
    "residence": ("E", "居住证", "Residence permits"),
}
# How many windows of each kind, and what they do besides when they have nothing of their own.
_KINDS: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (7, "general", ("social-card",)),
    (6, "social", ("enquiry", "collection")),
    (3, "property", ("enquiry",)),
    (1, "tax", ("enquiry", "collection")),
    (1, "residence", ("enquiry", "collection")),
)
_SESSIONS = ((8 * 60 + 30, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))


def district_hall() -> Plan:
    return Plan(
        id="district",
        name=text("示范区政务服务大厅", "Demonstration District Service Hall"),
        timezone="Asia/Shanghai",
        queues={id_: Queue(id_, text(zh, en), prefix) for id_, (prefix, zh, en) in QUEUES.items()},
        services={
            id_: Service(id=id_, name=text(m.zh, m.en), queue=m.queue, expected_s=m.mean_s)
            for id_, m in MATTERS.items()
        },
        windows=_windows(),
        hours=Hours(weekly=(_SESSIONS,) * 5 + ((),) * 2),
        priority_reasons=PRIORITIES,
        pick_reasons=PICKS,
        pause_reasons=PAUSES,
    )


def _windows() -> dict[str, Window]:
    windows: dict[str, Window] = {}
    for count, queue, others in _KINDS:
        own: dict[str, Skill] = {id_: "first" for id_, matter in MATTERS.items() if matter.queue == queue}
        for _ in range(count):
            id_ = str(len(windows) + 1)
            windows[id_] = Window(id_, id_, own | dict.fromkeys(others, "idle"))
    return windows

"""How long it takes, as it is said: a range, or why there is none; and why a range is later than before.

In the words of causes `{…}` is filled in from the facts: `n` people, `min` minutes, `class` by its name in the
configuration, `window` as people call it: 3号窗口, Window 3.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from hall_daemon.wire.texts import Message, Text


class Cause(Message, frozen=True):
    """Why a range is later than before: a code of WAIT_CAUSES, the facts its words were made of, the words."""

    code: str
    facts: dict[str, str | int]
    text: Text


class Wait(Struct, frozen=True, omit_defaults=True):
    """A range of seconds that holds for 80 of 100 people, or why there is none: then only `unknown` is set. When the
    range is later than the one before it, `cause` says why, the weightiest first, and `since` from when on."""

    p10_s: int | UnsetType = UNSET
    p50_s: int | UnsetType = UNSET
    p90_s: int | UnsetType = UNSET
    unknown: str | UnsetType = UNSET
    cause: tuple[Cause, ...] | UnsetType = UNSET
    since: str | UnsetType = UNSET


UNKNOWN_WAITS: dict[str, tuple[str, str]] = {
    "no_window_open": ("暂无窗口办理此业务", "No window is open for this"),
    "hall_closed": ("大厅未开放", "The hall is closed"),
    "closing_before_turn": ("下班前可能轮不到", "It may not be your turn before closing"),
    "too_little_seen": ("数据不足，暂无法估计", "Not enough seen yet to say"),
    "predictor_away": ("预测暂不可用", "The forecast is not available now"),
    "not_waiting": ("不在等候中", "Not waiting"),
}

# code -> Chinese, English
WAIT_CAUSES: dict[str, tuple[str, str]] = {
    "overtaken": ("新到{n}位{class}办理", "{n} came who go first ({class})"),
    "drew_before": ("{n}位在您之前刚取号", "{n} drew a number just before you"),
    "taking_turns": ("新到{n}位{class}办理，轮流叫号", "{n} came ({class}), and calls take turns"),
    "preferred": ("新到{n}位，其事项由窗口先办", "{n} came with matters that the windows take first"),
    "returned": ("{n}位过号后返回", "{n} came back after a missed call"),
    "transferred": ("{n}位由其他窗口转来", "{n} sent on from another window"),
    "call_undone": ("撤回了{n}次叫号", "{n} taken back after being called"),
    "own_call_undone": ("对您的叫号已撤回", "your call was taken back"),
    "own_transferred": ("您的业务已转办", "you were sent on"),
    "window_paused": ("{window}暂停", "{window} paused"),
    "window_closed": ("{window}关闭", "{window} closed"),
    "window_still_paused": ("{window}暂停时间较长", "{window} is still paused"),
    "window_late": ("窗口少于预期：{window}未开", "fewer windows than planned: {window} is not open"),
    "slow_matter": ("{window}办理时间较长", "a matter at {window} takes longer than usual"),
    "few_calls": ("{min}分钟里只叫了{n}个号，比平时慢", "only {n} called in {min} min, slower than usual"),
    "no_calls": ("{min}分钟里没有叫号", "nobody called for {min} min"),
    "more_people": ("排队多了{n}人", "{n} more in line"),
    "re_estimated": ("按最新情况重新估算", "re-estimated"),
}

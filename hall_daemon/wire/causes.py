"""Why a range of waiting is later than before: codes and their words. `{…}` is filled in from the facts.

`n` people, `min` minutes, `class` by its name in the configuration, `window` as people call it: 3号窗口, window 3.
"""

from __future__ import annotations

# code -> Chinese, English
WAIT_CAUSES: dict[str, tuple[str, str]] = {
    "overtaken": ("新到{n}位{class}办理", "{n} came who go first ({class})"),
    "taking_turns": ("新到{n}位{class}办理，轮流叫号", "{n} came ({class}), and calls take turns"),
    "preferred": ("新到{n}位，其事项由窗口先办", "{n} came with matters that the windows take first"),
    "returned": ("{n}位过号后返回", "{n} came back after a missed call"),
    "transferred": ("{n}位由其他窗口转来", "{n} sent on from another window"),
    "call_undone": ("撤回了{n}次叫号", "{n} taken back after being called"),
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

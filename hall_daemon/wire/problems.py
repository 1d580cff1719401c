"""Every way the hall says no, as a table: code -> HTTP status, what happened, what to do, in both languages.

Placeholders are filled from a refusal's facts; `{at}` is its window as people call it, `{state}` a state in words.
The table is served at /api/v1/problems and in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hall_daemon.wire.messages import Problem
from hall_daemon.wire.texts import staff_name, state_name, window_name


class Words(NamedTuple):
    status: int
    zh: str
    en: str
    advice_zh: str
    advice_en: str


PROBLEMS: dict[str, Words] = {
    # What was sent cannot be read.
    "bad_request": Words(400, "无法识别的 HTTP 请求", "This is not an HTTP request",
        "请使用 HTTP/1.1 客户端", "Use an HTTP/1.1 client"),
    "head_too_large": Words(431, "请求行与请求头过大，上限 {limit} 字节",
        "Request line and headers are over {limit} bytes",
        "请缩短网址或请求头", "Send a shorter address or fewer headers"),
    "too_slow": Words(408, "请求在 {limit_s} 秒内未发送完", "The request was not complete within {limit_s} s",
        "请重新发送", "Send it again"),
    "cross_site": Words(403, "不接受其他网站发起的操作", "Another web site may not do this",
        "请在本大厅的页面上操作", "Do it on the hall's own page"),
    "bad_json": Words(400, "请求不是有效的 JSON：{why}", "The body is not valid JSON: {why}",
        "请按接口说明重新发送", "Send a JSON object as the API document describes"),
    "bad_field": Words(422, "字段有误：{why}", "A field is wrong: {why}",
        "请改正该字段后重新发送", "Mend that field and send it again"),
    "too_large": Words(413, "请求过大，上限 {limit} 字节", "The body is larger than {limit} bytes",
        "请缩短内容", "Send less"),
    "bad_type": Words(415, "请求类型应为 application/json", "The body must be application/json",
        "请设置 Content-Type", "Set the Content-Type header"),
    "not_found": Words(404, "没有这个地址", "There is nothing at this address",
        "请核对网址，接口说明见 /api/v1/openapi.json", "Check the path; see /api/v1/openapi.json"),
    "method_not_allowed": Words(405, "此地址不支持该方法", "This address does not take that method",
        "接口说明见 /api/v1/openapi.json", "See /api/v1/openapi.json"),
    "key_reused": Words(422, "该幂等键已用于另一请求", "This Idempotency-Key was used for another request",
        "请为新请求换一个键", "Use a new key for a new request"),
    "bad_key": Words(400, "幂等键应为 1 到 64 个可见字符", "An Idempotency-Key is 1 to 64 visible characters",
        "请换一个键", "Use another key"),
    "rate_limited": Words(429, "请求过于频繁", "Too many requests",
        "请稍候再试", "Wait a moment and try again"),
    "busy": Words(503, "大厅正忙，暂时未能受理", "The hall is too busy to take this now",
        "请稍候再试，未产生任何记录", "Try again in a moment; nothing was recorded"),
    "timeout": Words(504, "未能及时答复，结果未知", "No answer in time; the outcome is not known",
        "请用同一幂等键重试，不会重复取号", "Try again with the same Idempotency-Key; nothing happens twice"),
    "crowded": Words(503, "连接过多", "Too many connections",
        "请稍候再试", "Try again in a moment"),
    "too_many_streams": Words(503, "实时连接过多，上限 {limit}", "More than {limit} event streams are open",
        "请稍候再试，或定时读取", "Try again in a moment, or read now and then"),
    "internal": Words(500, "系统内部错误，已记录", "Something broke inside; it has been logged",
        "请稍候再试；如仍不行请联系工作人员", "Try again in a moment; tell the staff if it stays"),
    "stopping": Words(503, "大厅系统正在停止", "The hall is stopping",
        "请稍候再试", "Try again in a moment"),
    # Drawing a number.
    "unknown_service": Words(404, "没有事项 {service}", "There is no service {service}",
        "可选事项：{known}", "Choose one of: {known}"),
    "bad_services": Words(422, "请选择 1 到 {max} 个不同的事项", "Choose 1 to {max} different services",
        "请重新选择", "Choose again"),
    "unknown_class": Words(422, "没有类别 {class}", "There is no class {class}",
        "可选：ordinary、appointment、priority", "Use ordinary, appointment or priority"),
    "priority_reason_needed": Words(422, "优先办理须说明依据", "Priority needs its ground",
        "可选：{known}", "Give class_reason, one of: {known}"),
    "slot_needed": Words(422, "预约取号须有预约时段", "An appointment needs its slot",
        "请提供 slot.from 与 slot.to", "Give slot.from and slot.to"),
    "day_closed": Words(409, "今日业务已结束", "The business day is over",
        "请下一个工作日再来", "Please come on the next working day"),
    "hall_closed": Words(409, "大厅现未开放，{opens} 开放", "The hall is closed now; it opens at {opens}",
        "请在开放时间取号", "Take a number after it opens"),
    "hall_closed_today": Words(409, "大厅今日不再开放", "The hall does not open again today",
        "请下一个工作日再来", "Please come on the next working day"),
    "hall_closed_all_day": Words(409, "大厅今日不开放", "The hall is closed today",
        "下次开放：{next}", "It opens again on {next}"),
    "issuing_stopped": Words(409, "临近 {closes} 结束办理，已停止取号", "No more numbers before {closes}",
        "请下一个时段再来，或咨询工作人员", "Come in the next session, or ask the staff"),
    "service_full": Words(409, "该事项今日 {cap} 个号已取完", "All {cap} numbers of this service are given today",
        "请改日再来，或咨询工作人员", "Come another day, or ask the staff"),
    "day_full": Words(409, "今日 {cap} 个号已取完", "All {cap} numbers of today are given",
        "请改日再来，或咨询工作人员", "Come another day, or ask the staff"),
    "storage_low": Words(503, "存储空间不足，暂停取号", "Storage is nearly full; no new numbers",
        "请到人工窗口，工作人员已收到提醒", "Please see the staff; they have been told"),
    # Tickets.
    "unknown_ticket": Words(404, "没有号码 {ticket}", "There is no ticket {ticket}",
        "请核对号码", "Check the number"),
    "unknown_token": Words(404, "没有这个号码页面，或已过期", "There is no such ticket page, or it is over",
        "请核对链接；如仍需办理，请在大厅取号", "Check the link; take a number in the hall if you still need to"),
    "unknown_printer": Words(422, "没有打印机 {printer}", "There is no printer {printer}",
        "可选打印机：{known}", "Choose one of: {known}"),
    "unknown_kiosk": Words(404, "没有自助机 {kiosk}", "There is no kiosk {kiosk}",
        "请在 hall.toml 中加入 [kiosks.{kiosk}]，或改用：{known}",
        "Add [kiosks.{kiosk}] to hall.toml, or use one of: {known}"),
    "slips_used_up": Words(409, "{number} 号已补打 {max} 次小票，不能再打",
        "The slip of {number} was printed again {max} times; that is all",
        "请拍照或扫码保存号码，或咨询工作人员", "Photograph or scan the number to keep it, or ask the staff"),
    "no_holder": Words(404, "{ticket} 号未登记持有人", "Ticket {ticket} has no holder on record",
        "如需要请登记", "Name one if the matter needs it"),
    "ticket_over": Words(409, "{number} 号已结束（{state}）",
        "Ticket {number} is over ({state})",
        "如仍需办理，请重新取号", "Take a new number if you still need to"),
    "not_now": Words(409, "{number} 号现在{state}，不能进行此操作",
        "Ticket {number} is {state}; this cannot be done now",
        "请刷新后再试", "Look again and then decide"),
    "return_too_late": Words(409, "{number} 号过号已超过 {limit_min} 分钟",
        "Ticket {number} was missed over {limit_min} min ago",
        "请重新取号，或咨询工作人员", "Take a new number, or ask the staff"),
    "no_first_clerk": Words(409, "{number} 号尚未有窗口办理过", "No clerk has served {number} yet",
        "请指定窗口", "Name a window"),
    "reserved": Words(409, "{number} 号由{at}继续办理", "Ticket {number} goes back to {at}",
        "请由该窗口叫号", "Let that window call it"),
    "no_explanation": Words(404, "{ticket} 号没有可说明的叫号", "There is no call of {ticket} to explain",
        "请核对号码", "Check the numbers"),
    "unknown_queue": Words(404, "没有队列 {queue}", "There is no queue {queue}",
        "可选队列：{known}", "Choose one of: {known}"),
    "figures_away": Words(503, "统计与预报暂不可用：{why}", "There are no figures now: {why}",
        "请稍候再试，大厅业务不受影响", "Try again in a moment; the hall itself goes on"),
    # The day.
    "no_turn": Words(409, "没有可撤回的换日", "There is no turn of the day to take back",
        "无需操作", "Nothing to do"),
    "turn_holds": Words(409, "按大厅时间，{day} 已经开始，不能撤回换日",
        "By the hall's time {day} has begun; its turn holds",
        "请先校正主机时钟，再撤回", "Set the machine's clock right first, then take it back"),
    # Windows.
    "unknown_window": Words(404, "没有窗口 {window}", "There is no window {window}",
        "可选窗口：{known}", "Choose one of: {known}"),
    "window_closed": Words(409, "{at}未开放", "{at} is closed",
        "请先登录窗口", "Open the window first"),
    "window_paused": Words(409, "{at}暂停服务", "{at} is paused",
        "请先恢复服务", "Open the window again first"),
    "window_busy": Words(409, "{at}正在办理 {number} 号", "{at} is with {number}",
        "请先完成、挂起或转移该号", "Finish, hold or transfer it first"),
    "window_taken": Words(409, "{at}现由{who}使用", "{at} is in use by {who}",
        "对方已离开时请选择接管，窗口上的号码一并接管", "Take it over (take_over) if they have left; its number stays"),
    "window_holds": Words(409, "{at}还有挂起的 {number} 号", "{at} still holds {number}",
        "请先恢复并完成该号", "Resume and finish it first"),
    "nobody_waits": Words(409, "{at}没有可叫的号", "Nobody waits for {at}",
        "稍候再按", "Press again later"),
    "nobody_at_window": Words(409, "{at}当前没有号", "Nobody is at {at}",
        "请先叫号", "Call a number first"),
    "called_just_now": Words(409, "刚刚已叫 {number} 号，请勿连按", "{number} was called just now",
        "请等申请人到达；重呼请按“重呼”", "Give them time; press recall to call again"),
    "recalled_just_now": Words(409, "刚刚已重呼 {number} 号，请勿连按", "{number} was recalled just now",
        "请等叫号播完；没有人来按“过号”", "Let the call be heard; press miss if nobody comes"),
    "nothing_held": Words(409, "{at}没有挂起的号", "{at} holds no such ticket",
        "请核对号码", "Check the number"),
    "nothing_to_undo": Words(409, "{at}没有可撤销的操作", "There is nothing to undo at {at}",
        "无需操作", "Nothing to do"),
    "undo_too_late": Words(409, "超过 {limit_s} 秒，不能撤销", "It is over {limit_s} s ago and cannot be undone",
        "请用转移或重新叫号处理", "Use transfer, or call the number"),
    "undo_overtaken": Words(409, "该号状态已变，不能撤销", "The ticket has moved on; the press cannot be undone",
        "请刷新后再试", "Look again and then decide"),
    "not_skilled": Words(409, "{at}不办理 {service}", "{at} does not do {service}",
        "请转移到能办理的窗口", "Transfer it to a window that does"),
    "pick_reason_needed": Words(422, "指定叫号须选择原因", "Calling out of turn needs a reason",
        "可选：{known}", "Give one of: {known}"),
    "pause_reason_needed": Words(422, "暂停须选择原因", "A pause needs a reason",
        "可选：{known}", "Give one of: {known}"),
    "bad_rating": Words(422, "评价应为 {least} 到 {most}", "A rating is {least} to {most}",
        "请按评价器上的键", "Press a key of the evaluator"),
    "nobody_to_rate": Words(409, "{at}没有可评价的服务", "There is no service to rate at {at}",
        "办理后请尽快评价", "Rate it while you are there, or right after"),
    "rated_already": Words(409, "{number} 号已评价", "Ticket {number} has been rated",
        "每次办理评价一次", "Each visit is rated once"),
    "staff_elsewhere": Words(409, "该工作人员已在{at}", "This member of staff is at {at}",
        "请先关闭那个窗口", "Close that window first"),
}  # fmt: skip


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def problem(code: str, facts: Mapping[str, object] | None = None, *, instance: str = "") -> Problem:
    """The problem body for `code`; an unknown code is our bug and raises KeyError."""
    words = PROBLEMS[code]
    said = facts or {}
    at, state = window_name(str(said.get("window", ""))), state_name(str(said.get("state", "")))
    who = staff_name(str(said.get("staff", "")))
    zh = _Facts({**said, "at": at.zh, "state": state.zh, "who": who.zh})
    en = _Facts({**said, "at": at.en, "state": state.en, "who": who.en})
    retry_ms = said.get("retry_after_ms")
    return Problem(
        type=f"urn:hall:problem:{code}",
        title=words.en.format_map(en),
        status=words.status,
        code=code,
        detail=words.en.format_map(en),
        detail_zh=words.zh.format_map(zh),
        advice=words.advice_en.format_map(en),
        advice_zh=words.advice_zh.format_map(zh),
        instance=instance,
        retry_after_s=-(-int(str(retry_ms)) // 1000) if retry_ms else None,
    )

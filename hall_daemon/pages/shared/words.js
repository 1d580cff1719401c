/* What both pages say: states, classes, waits, reasons. Pairs are [Chinese, English]. */
'use strict';

var STATES = {
  waiting: ['等候中', 'Waiting'], called: ['已叫号', 'Called'], serving: ['正在办理', 'Being served'],
  held: ['已挂起', 'On hold'], missed: ['已过号', 'Missed'], served: ['已办结', 'Done'],
  cancelled: ['已取消', 'Cancelled'], 'void': ['已作废', 'Void'], expired: ['已过期', 'Expired']
};
var CLASSES = {
  ordinary: ['普通', 'Ordinary'], appointment: ['预约', 'Appointment'], priority: ['优先', 'Priority']
};
var STATUSES = {open: ['服务中', 'Open'], paused: ['暂停服务', 'Paused'], closed: ['未开放', 'Closed']};

/* Why there is no range of minutes: hall_daemon.wire.messages.UNKNOWN_WAITS. */
var UNKNOWN_WAITS = {
  no_window_open: ['暂无窗口办理此业务', 'No window is open for this'],
  hall_closed: ['大厅未开放', 'The hall is closed'],
  closing_before_turn: ['下班前可能轮不到', 'It may not be your turn before closing'],
  too_little_seen: ['数据不足，暂无法估计', 'Not enough seen yet to say'],
  predictor_away: ['预测暂不可用', 'The forecast is not available now'],
  not_waiting: ['不在等候中', 'Not waiting']
};
/* Why no numbers are given now: codes of hall_daemon.wire.problems. */
var NO_NUMBERS = {
  day_closed: ['今日业务已结束', 'Over for today'], hall_closed: ['大厅未开放', 'The hall is closed'],
  hall_closed_today: ['今日不再开放', 'Not open again today'], hall_closed_all_day: ['今日不开放', 'Closed today'],
  issuing_stopped: ['临近结束，已停止取号', 'Near closing: no more numbers'],
  service_full: ['今日号已取完', 'All numbers of today are taken'],
  day_full: ['大厅今日号已取完', 'All numbers of the hall are taken'],
  storage_low: ['暂停取号，请到人工窗口', 'No numbers now, please see the staff']
};
var BLOCKED = {
  slot: ['预约时段未到', 'Slot not begun'], lock: ['刚过号，稍候', 'Just missed'],
  returner: ['过号返回，按序稍后', 'Returned: a little later']
};
var UNDO = {
  call: ['叫号', 'call'], recall: ['重呼', 'recall'], start: ['开始', 'start'], finish: ['办结', 'finish'],
  miss: ['过号', 'miss'], hold: ['挂起', 'hold'], resume: ['恢复', 'resume'], transfer: ['转移', 'transfer']
};

function word(table, name) { return t(table[name] || [String(name), String(name)]); }

/* A range of minutes, rounded to the side of patience; {known, text}. */
function waitWords(wait) {
  var low, high;
  if (!wait || wait.p90_s === undefined || wait.p10_s === undefined) {
    return {known: false, text: word(UNKNOWN_WAITS, wait && wait.unknown || 'predictor_away')};
  }
  low = Math.floor(wait.p10_s / 60);
  high = Math.max(1, Math.ceil(wait.p90_s / 60));
  if (low < 1) { return {known: true, text: t(['{high} 分钟以内', 'within {high} min'], {high: high})}; }
  if (low === high) { return {known: true, text: t(['约 {high} 分钟', 'about {high} min'], {high: high})}; }
  return {known: true, text: t(['{low}–{high} 分钟', '{low}–{high} min'], {low: low, high: high})};
}

/* Who sits at a window: a number of the staff, or the caller pad that opened it, which knows nobody's number. */
function staffWords(staff) {
  return /^pad:/.test(staff) ? t(['呼叫器', 'caller pad']) : t(['工号 {staff}', 'staff {staff}'], {staff: staff});
}

/* "3" is 3号窗口; a label with words of its own stays as it is. */
function windowWords(label) {
  return /^[A-Za-z]?\d{1,4}$/.test(label) ? t(['{label}号窗口', 'Window {label}'], {label: label}) : label;
}

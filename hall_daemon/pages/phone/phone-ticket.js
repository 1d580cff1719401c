/* My ticket: its number, where it stands in plain words, and what its holder may do. */
'use strict';

var SOON_AHEAD = 3;
var told = {state: '', calls: 0, soon: false};
var pressing = null;

/* headline and advice for each state; {window} {ahead} {n} are filled in. */
var HEADLINES = {
  waiting: ['前面还有 {ahead} 人', '{ahead} ahead of you'],
  first: ['前面没有人了', 'Nobody is ahead of you'],
  called: ['请到{window}', 'Please go to {window}'],
  serving: ['正在{window}办理', 'Being served at {window}'],
  held: ['{window}已暂时挂起', 'On hold at {window}'],
  missed: ['已过号', 'Your call was missed'],
  served: ['已办结', 'Done'],
  cancelled: ['已放弃', 'Given up'],
  'void': ['此号已作废', 'This number is void'],
  expired: ['此号已过期', 'This number has expired']
};
var ADVICE = {
  waiting: ['请留意大厅屏幕和广播。', 'Watch the screens and listen in the hall.'],
  soon: ['快到您了，请到大厅等候。', 'It is nearly your turn: please be in the hall.'],
  noWindow: ['现在没有窗口办理此业务，您的号保留，开窗后按序叫号。', 'No window takes this now. You keep your number; it is called in turn once one opens.'],
  back: ['过号后已重新排队，将按序再次叫号。', 'Back in line after a missed call; you will be called again in turn.'],
  mine: ['将由{window}继续办理。', '{window} will go on with your matter.'],
  called: ['正在叫您的号，请马上前往。', 'Your number is being called: please go now.'],
  again: ['第 {n} 次叫您的号，请马上前往。', 'Your number is called for the {n}. time: please go now.'],
  serving: ['', ''],
  held: ['请在附近等候，由该窗口继续办理。', 'Please stay nearby: that window will go on with it.'],
  missed: ['如已到场，请点下面的按钮，或告诉工作人员。', 'If you are here, press the button below or tell the staff.'],
  missedUntil: ['可在 {until} 前返回。如已到场，请点下面的按钮，或告诉工作人员。', 'You may come back until {until}. If you are here, press the button below or tell the staff.'],
  missedLate: ['请咨询工作人员，或重新取号。', 'Please ask the staff, or take a new number.'],
  served: ['感谢您的配合，再见。', 'Thank you, and goodbye.'],
  cancelled: ['如仍需办理，请重新取号。', 'Take a new number if you still need to.'],
  'void': ['多次过号。如仍需办理，请重新取号或咨询工作人员。', 'Missed too often. Take a new number, or ask the staff.'],
  expired: ['号码当日有效。如仍需办理，请重新取号。', 'Numbers are good for one day. Take a new number if you still need to.']
};

/* Whether a window that takes the matter is open. The hall says it; until it is heard, the reason for no estimate does. */
function windowOpen(ticket) {
  var now = hallSource.body && hallSource.body.services.filter(function (s) { return s.id === ticket.services[0]; })[0];
  return now ? now.windows_open > 0 : ticket.wait.unknown !== 'no_window_open';
}

function isSoon(ticket) { return ticket.state === 'waiting' && ticket.ahead <= SOON_AHEAD && windowOpen(ticket); }

function ticketWords(ticket) {
  var place = windowWords(ticket.window_label || ''), head = ticket.state, advice = ticket.state;
  var facts = {window: place, ahead: ticket.ahead, n: ticket.calls, until: hallTime(ticket.return_until)};
  if (ticket.state === 'waiting') {
    if (ticket.ahead === 0) { head = 'first'; }
    advice = isSoon(ticket) ? 'soon' : 'waiting';
    if (ticket.misses > 0) { advice = 'back'; }
    if (!windowOpen(ticket)) { advice = 'noWindow'; }
    if (ticket.window_label) { advice = 'mine'; }
  }
  if (ticket.state === 'called' && ticket.calls > 1) { advice = 'again'; }
  if (ticket.state === 'missed' && ticket.return_until) { advice = 'missedUntil'; }
  if (ticket.state === 'missed' && ticket.can.indexOf('return') < 0) { advice = 'missedLate'; }
  return {headline: t(HEADLINES[head], facts), advice: t(ADVICE[advice], facts)};
}

/* Why the estimate is later than before, as the hall says it; '' when it is not. */
function causeWords(wait) {
  if (!wait.cause || !wait.cause.length) { return ''; }
  return t(['{time} 起比原来长：', 'Longer since {time}: '], {time: hallTime(wait.since)}) +
    wait.cause.map(function (cause) { return named(cause.text); }).join(t(['；', '; '])) + t(['。', '.']);
}

function showWait(ticket) {
  var wait = waitWords(ticket.wait), cause = causeWords(ticket.wait);
  setHidden(byId('estimate'), ticket.state !== 'waiting');
  setText(byId('wait'), wait.text);
  setClass(byId('wait'), 'is-unknown', !wait.known);
  setText(byId('wait-note'), wait.known ? t(['{time} 估计，每十人中约八人在此范围内', 'As of {time}; right for about eight people in ten'], {time: hallTime(ticket.as_of)}) :
    t(['{time} 起暂无预计时间', 'No estimate as of {time}'], {time: hallTime(ticket.as_of)}));
  setHidden(byId('wait-change'), !cause);
  setText(byId('wait-change'), cause);
}

function showTicket() {
  var ticket = ticketSource.body, words, names;
  setHidden(byId('ticket'), !ticket || ticketSource.status === 404);
  setHidden(byId('missing'), ticketSource.status !== 404);
  if (!ticket || ticketSource.status === 404) { return; }
  words = ticketWords(ticket);
  names = ticket.services.length > 1 ? t(['（共 {n} 项）', ' ({n} matters)'], {n: ticket.services.length}) : '';
  setAttr(byId('ticket'), 'data-state', ticket.state);
  setText(byId('number'), ticket.number);
  setClass(byId('number'), 'is-long', ticket.number.length > 5);
  setText(byId('matter'), named(ticket.service_name) + names + (ticket.class !== 'ordinary' ? ' · ' + word(CLASSES, ticket.class) : ''));
  setText(byId('headline'), words.headline);
  setText(byId('advice'), words.advice);
  showWait(ticket);
  setHidden(byId('reason'), !ticket.reason);
  setText(byId('reason'), ticket.reason ? t(['叫号依据：', 'Why now: ']) + named(ticket.reason) : '');
  setText(byId('ticket-as-of'), ticketSource.asOfWords());
  setHidden(byId('return'), ticket.can.indexOf('return') < 0);
  setHidden(byId('cancel'), ticket.can.indexOf('cancel') < 0 || !byId('confirm').hidden);
  if (ticket.can.indexOf('cancel') < 0) { setHidden(byId('confirm'), true); }
  byId('return').disabled = byId('cancel').disabled = byId('confirm-yes').disabled = Boolean(pressing);
  setText(byId('confirm-title'), t(['确认放弃 {number}？', 'Give {number} up?'], {number: ticket.number}));
  notice(ticket, words);
}

/* What must not be missed: a buzz and a title that changes, once for each call and once when it is nearly time. */
function notice(ticket, words) {
  var called = ticket.state === 'called', soon = isSoon(ticket);
  if (called && (told.state !== 'called' || ticket.calls > told.calls)) { buzz([400, 150, 400, 150, 700]); }
  else if (soon && !told.soon && told.state === 'waiting') { buzz([250]); }
  told.state = ticket.state;
  told.calls = ticket.calls;
  told.soon = soon;
  titles = called ? ['🔔 ' + words.headline, ticket.number + ' ' + words.headline] : [ticket.number + ' · ' + words.headline];
  showTitle();
}

function buzz(pattern) {
  try { if (navigator.vibrate) { navigator.vibrate(pattern); } } catch (error) { /* not allowed before a touch */ }
}

var titles = [], titleTurn = 0;
function showTitle() {
  if (titles.length) { titleTurn += 1; document.title = titles[titleTurn % titles.length]; }
}
setInterval(showTitle, 1500);

/* -- presses -------------------------------------------------------------------------------------------------- */

function sayPhone(kind, lines) {
  var box = byId('said');
  empty(box);
  setHidden(box, !lines.length);
  setAttr(box, 'data-said', kind);
  lines.forEach(function (line, index) { box.appendChild(make('p', {'class': index > 1 ? 'small' : '', text: line})); });
  bringUp(lines.length ? box : byId('news'));
}

/* Large print is longer than the screen: what was asked or answered is brought into view. */
function bringUp(node) { if (node.scrollIntoView) { node.scrollIntoView({block: 'center'}); } }

function pressPhone(action) {
  var sent = new Press(ticketPath + '/' + action, {}, '');
  if (pressing) { return; }
  pressing = action;
  sayPhone('pending', [t(['正在发送…', 'Sending…'])]);
  changed();
  sent.send(function () {
    sayPhone('pending', [t(['没有收到答复，正在重试，不会重复操作。', 'No answer, trying again; nothing happens twice.'])]);
  }, function (answer) {
    var words;
    pressing = null;
    setHidden(byId('confirm'), true);
    if (answer.unknown) {
      sayPhone('refused', [t(['没有收到答复，结果未知。', 'No answer, so the outcome is not known.']), t(['请看上面的状态，或再试一次。', 'Look at the state above, or try again.'])]);
    } else if (answer.status >= 400) {
      words = refusalWords(answer);
      sayPhone('refused', [words[0][0], words[0][1], words[1].join(' · ')]);
    } else {
      sayPhone('done', []);
    }
    ticketSource.failures = 0;
    ticketSource.read();
    changed();
  });
}

function startTicket() {
  byId('return').addEventListener('click', function () { pressPhone('return'); });
  byId('cancel').addEventListener('click', function () {
    setHidden(byId('confirm'), false);
    setHidden(byId('cancel'), true);
    bringUp(byId('confirm'));
    byId('confirm-no').focus();
  });
  byId('confirm-no').addEventListener('click', function () { setHidden(byId('confirm'), true); changed(); byId('cancel').focus(); });
  byId('confirm-yes').addEventListener('click', function () { pressPhone('cancel'); });
  byId('look-again').addEventListener('click', function () { ticketSource.failures = 0; ticketSource.read(); });
}

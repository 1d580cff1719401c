/* My ticket: its number, where it stands in plain words, and what its holder may do. */
'use strict';

var SOON_AHEAD = 3, AHEAD_SHOWN = 5;
var told = {state: '', calls: 0, soon: false};
var pressing = null;


/* Whether a window that takes the matter is open. The hall says it; until it is heard, the reason for no estimate does. */
function windowOpen(ticket) {
  var now = hallSource.body && hallSource.body.services.filter(function (s) { return s.id === ticket.services[0]; })[0];
  return now ? now.windows_open > 0 : ticket.wait.unknown !== 'no_window_open';
}

function isSoon(ticket) { return ticket.state === 'waiting' && !ticket.postponed_until && ticket.ahead <= SOON_AHEAD && windowOpen(ticket); }

function ticketWords(ticket) {
  var place = windowWords(ticket.window_label || ''), head = ticket.state, advice = ticket.state;
  var facts = {window: place, ahead: ticket.ahead, n: ticket.calls, until: hallTime(ticket.return_until), postponed: hallTime(ticket.postponed_until)};
  if (ticket.state === 'waiting') {
    if (ticket.ahead === 0) { head = 'first'; }
    advice = isSoon(ticket) ? 'soon' : 'waiting';
    if (ticket.misses > 0) { advice = 'back'; }
    if (!windowOpen(ticket)) { advice = 'noWindow'; }
    if (ticket.postponed_until) { advice = 'later'; }
    if (ticket.window_label) { advice = 'mine'; }
  }
  if (ticket.state === 'called' && ticket.calls > 1) { advice = 'again'; }
  if (ticket.coming) { advice = 'coming'; }
  if (ticket.state === 'missed' && ticket.return_until) { advice = 'missedUntil'; }
  if (ticket.state === 'missed' && ticket.can.indexOf('return') < 0) { advice = 'missedLate'; }
  return {headline: t('phone.headline.' + head, facts), advice: t('phone.advice.' + advice, facts)};
}

/* Why the estimate is later than before, as the hall says it; '' when it is not. */
function causeWords(wait) {
  if (!wait.cause || !wait.cause.length) { return ''; }
  return t('phone.longer_since_time', {time: hallTime(wait.since)}) +
    wait.cause.map(function (cause) { return named(cause.text); }).join(t('shared.semicolon')) + t('phone.full_stop');
}

function showWait(ticket) {
  var wait = waitWords(ticket.wait), cause = causeWords(ticket.wait);
  setHidden(byId('estimate'), ticket.state !== 'waiting');
  setText(byId('wait'), wait.text);
  setClass(byId('wait'), 'is-unknown', !wait.known);
  setText(byId('wait-note'), wait.known ? t('phone.as_of_time_right', {time: hallTime(ticket.as_of)}) :
    t('phone.no_estimate_as_of', {time: hallTime(ticket.as_of)}));
  setHidden(byId('wait-change'), !cause);
  setText(byId('wait-change'), cause);
}

/* "请到3号窗口" with the window's own figure apart, so that it can be the largest thing on the page. */
function showHeadline(ticket, words) {
  var node = byId('headline'), label = ticket.window_label || '', at = ticket.state === 'called' && /^[A-Za-z]?\d{1,4}$/.test(label) ? words.lastIndexOf(label) : -1;
  if (node.textContent === words && Boolean(node.querySelector('.figure')) === (at >= 0)) { return; }
  empty(node);
  if (at < 0) { node.textContent = words; return; }
  node.appendChild(make('span', {text: words.slice(0, at)}));
  node.appendChild(make('b', {'class': 'figure', text: label}));
  node.appendChild(make('span', {text: words.slice(at + label.length)}));
}

/* How long the call still waits, where the hall ends it by itself. */
function showLeft(ticket) {
  var ends = ticket.state === 'called' && ticket.call_ends ? Date.parse(ticket.call_ends) : 0, whole = ends - Date.parse(ticket.called_at);
  var left = Math.max(0, Math.round((ends - Date.parse(ticket.as_of)) / 1000 - ticketSource.age()));
  setHidden(byId('left'), !ends);
  setText(byId('left-words'), ends ? t('phone.call_left', {m: Math.floor(left / 60), s: two(left % 60)}) : '');
  byId('left-bar').value = ends && whole > 0 ? Math.min(1, left * 1000 / whole) : 0;
}

/* Those before me as people: up to five of them, how many more, and I. */
function showAhead(ticket) {
  var shown = Math.min(ticket.ahead, AHEAD_SHOWN), rows = [];
  setHidden(byId('ahead'), ticket.state !== 'waiting' || ticket.ahead === null);
  if (byId('ahead').hidden) { return; }
  while (rows.length < shown) { rows.push({id: rows.length, look: 'is-person', text: ''}); }
  if (ticket.ahead > shown) { rows.push({id: 'more', look: 'is-more', text: '+' + (ticket.ahead - shown)}); }
  rows.push({id: 'me', look: 'is-me', text: t('phone.you')});
  keyed(byId('ahead'), rows, function (row) { return row.id; }, function (row) { return make('li', {'class': row.look}); },
    function (node, row) { setText(node, row.text); });
}

/* The open windows that do my matter: "1–4号窗口". '' when none does, or one is mine already. */
function placeWords(ticket) {
  var labels, numbers, runs = [];
  if (ticket.state !== 'waiting' || ticket.window_label || !hallSource.body) { return ''; }
  labels = hallSource.body.windows.filter(function (w) { return w.status === 'open' && w.services.indexOf(ticket.services[0]) >= 0; }).map(function (w) { return w.label; });
  numbers = labels.filter(function (label) { return /^\d{1,4}$/.test(label); }).map(Number).sort(function (a, b) { return a - b; });
  if (!labels.length || numbers.length < labels.length) { return labels.map(windowWords).join(t('shared.comma')); }
  numbers.forEach(function (n) { if (runs.length && n - runs[runs.length - 1][1] === 1) { runs[runs.length - 1][1] = n; } else { runs.push([n, n]); } });
  return windowsWords(runs.map(function (run) { return run[1] - run[0] > 1 ? run.join('–') : run[0] === run[1] ? run[0] : run.join(t('shared.comma')); }).join(t('shared.comma')), numbers.length);
}

function windowsWords(labels, n) { return n > 1 ? t('phone.windows_labels', {labels: labels}) : windowWords(labels); }

function showTicket() {
  var ticket = ticketSource.body, gone = !ticket || ticketSource.status === 404, words, names, place;
  setHidden(byId('ticket'), gone);
  setHidden(byId('lower'), gone);
  setHidden(byId('missing'), ticketSource.status !== 404);
  if (ticketSource.status === 404 || (ticket && OVER[ticket.state])) { forgetTicket(token); } else if (ticket) { keepTicket(token); }
  setAttr(document.body, 'data-ticket', gone ? '' : ticket.state);
  setClass(document.body, 'is-late', !gone && ticketSource.late());
  if (gone) { return; }
  words = ticketWords(ticket);
  names = ticket.services.length > 1 ? t('phone.n_matters', {n: ticket.services.length}) : '';
  setAttr(byId('ticket'), 'data-state', ticket.state);
  setText(byId('number'), ticket.number);
  setClass(byId('number'), 'is-long', ticket.number.length > 5);
  setText(byId('matter'), named(ticket.service_name) + names + (ticket.prepared ? ' · ' + t('phone.prepared') : ''));
  setHidden(byId('class'), ticket.class === 'ordinary');
  setText(byId('class'), word('shared.class', ticket.class));
  /* Whoever has a pre-review on this phone may do it with this number. */
  setHidden(byId('bring'), ticket.prepared || Boolean(OVER[ticket.state]) || (kept('hall.cases') || '[]') === '[]');
  setHidden(byId('rate'), ticket.rating !== 'open');
  showAhead(ticket);
  showHeadline(ticket, words.headline);
  setText(byId('advice'), words.advice);
  setHidden(byId('called-at'), ticket.state !== 'called');
  setText(byId('called-at'), ticket.state === 'called' ? t('phone.called_at', {n: ticket.calls, time: hallTime(ticket.called_at)}) : '');
  showLeft(ticket);
  place = placeWords(ticket) ? t('phone.called_to', {windows: placeWords(ticket)}) : ticket.state === 'called' ? wayWords(ticket) : '';
  setHidden(byId('where'), !place);
  setText(byId('where-words'), place);
  showFloor(ticket);
  showWait(ticket);
  setHidden(byId('reason'), !ticket.reason);
  setText(byId('reason'), ticket.reason ? t('phone.why_now') + named(ticket.reason) : '');
  setText(byId('ticket-as-of'), ticketSource.asOfWords());
  showTicketKeys(ticket);
  notice(ticket, words);
}

var TICKET_KEYS = ['return', 'coming', 'cancel', 'postpone'];
var confirming = '';

function showTicketKeys(ticket) {
  var min = Math.round(ticket.postpone_s / 60);
  TICKET_KEYS.forEach(function (key) {
    setHidden(byId(key), ticket.can.indexOf(key) < 0);
    byId(key).disabled = Boolean(pressing);
  });
  setText(byId('cancel'), ticket.state === 'called' ? t('phone.cannot_come') : t('phone.give_this_number_up'));
  if (ticket.can.indexOf(confirming) < 0) { confirming = ''; }
  setHidden(byId('confirm'), !confirming);
  setHidden(byId('ticket-keys'), Boolean(confirming));
  byId('confirm-yes').disabled = Boolean(pressing);
  if (!confirming) { return; }
  setClass(byId('confirm-yes'), 'is-bad', confirming === 'cancel');
  setText(byId('confirm-title'), confirming === 'cancel' ? t('phone.give_number_up', {number: ticket.number}) : t('phone.call_later_by', {min: min}));
  setText(byId('confirm-words'), confirming === 'cancel' ? t('phone.it_cannot_be_taken') : t('phone.later_costs', {min: min}));
  setHidden(byId('confirm-left'), confirming === 'cancel');
  setText(byId('confirm-left'), t('phone.later_left', {n: Math.max(0, ticket.postpones_left - 1)}));
  setText(byId('confirm-no'), confirming === 'cancel' ? t('phone.keep_it') : t('phone.not_later'));
  setText(byId('confirm-yes'), confirming === 'cancel' ? t('phone.give_it_up') : t('phone.call_me_later'));
}

/* Asks first: what it costs, and the key that does nothing before the other. */
function confirmFirst(key) {
  byId(key).addEventListener('click', function () {
    confirming = key;
    changed();
    byId('confirm-no').focus();
    if (byId('confirm-title').scrollIntoView) { byId('confirm-title').scrollIntoView({block: 'nearest'}); }
  });
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
  if (!lines.length) { bringUp(byId('news')); }
}

/* Large print is longer than the screen: what became of a press is brought into view. */
function bringUp(node) { if (node.scrollIntoView) { node.scrollIntoView({block: 'center'}); } }

function pressPhone(action) {
  var sent = new Press(ticketPath + '/' + action, {});
  if (pressing) { return; }
  pressing = action;
  sayPhone('pending', [t('phone.sending')]);
  changed();
  sent.send(function () {
    sayPhone('pending', [t('phone.no_answer_trying_again')]);
  }, function (answer) {
    var words;
    pressing = null;
    confirming = '';
    if (answer.unknown) {
      sayPhone('refused', [t('phone.no_answer_so_the'), t('phone.look_at_the_state')]);
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
  setAttr(byId('rate'), 'href', '/rate#t=' + token);
  byId('return').addEventListener('click', function () { pressPhone('return'); });
  byId('coming').addEventListener('click', function () { pressPhone('coming'); });
  confirmFirst('cancel');
  confirmFirst('postpone');
  byId('confirm-no').addEventListener('click', function () { var key = confirming; confirming = ''; changed(); byId(key).focus(); });
  byId('confirm-yes').addEventListener('click', function () { pressPhone(confirming); });
  byId('look-again').addEventListener('click', function () { ticketSource.failures = 0; ticketSource.read(); });
}

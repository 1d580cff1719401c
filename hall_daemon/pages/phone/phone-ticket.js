/* My ticket: its number, where it stands in plain words, and what its holder may do. */
'use strict';

var SOON_AHEAD = 3;
var told = {state: '', calls: 0, soon: false};
var pressing = null;


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

function showTicket() {
  var ticket = ticketSource.body, words, names;
  setHidden(byId('ticket'), !ticket || ticketSource.status === 404);
  setHidden(byId('missing'), ticketSource.status !== 404);
  if (!ticket || ticketSource.status === 404) { return; }
  words = ticketWords(ticket);
  names = ticket.services.length > 1 ? t('phone.n_matters', {n: ticket.services.length}) : '';
  setAttr(byId('ticket'), 'data-state', ticket.state);
  setText(byId('number'), ticket.number);
  setClass(byId('number'), 'is-long', ticket.number.length > 5);
  setText(byId('matter'), named(ticket.service_name) + names + (ticket.prepared ? ' · ' + t('phone.prepared') : '') + (ticket.class !== 'ordinary' ? ' · ' + word('shared.class', ticket.class) : ''));
  setText(byId('headline'), words.headline);
  setText(byId('advice'), words.advice);
  showWait(ticket);
  setHidden(byId('reason'), !ticket.reason);
  setText(byId('reason'), ticket.reason ? t('phone.why_now') + named(ticket.reason) : '');
  setText(byId('ticket-as-of'), ticketSource.asOfWords());
  setHidden(byId('return'), ticket.can.indexOf('return') < 0);
  setHidden(byId('cancel'), ticket.can.indexOf('cancel') < 0 || !byId('confirm').hidden);
  if (ticket.can.indexOf('cancel') < 0) { setHidden(byId('confirm'), true); }
  byId('return').disabled = byId('cancel').disabled = byId('confirm-yes').disabled = Boolean(pressing);
  setText(byId('confirm-title'), t('phone.give_number_up', {number: ticket.number}));
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
    setHidden(byId('confirm'), true);
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

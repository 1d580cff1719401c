/* How a visit was, once it is done: five equal keys, for the two lowest why, then thanks. The ticket's token is in the
   fragment, which goes to no server by itself; what is touched is kept on no phone. */
'use strict';

var LEVELS = [5, 4, 3, 2, 1], LOW = 2, REASONS = ['waited_long', 'told_twice', 'unclear', 'manner', 'place'], RATE_MS = 7000;
var rated = {token: (/[#&]t=([A-Za-z0-9_-]+)/.exec(location.hash) || [])[1] || '', ticket: null, low: 0, sending: false};
var ratedPath = '/api/v1/tickets/by-token/' + rated.token;

function levelKey(level) {
  return make('button', {type: 'button', 'class': 'm-key', 'data-level': level, on: {click: function () { chooseLevel(level); }}},
    [make('span'), make('span', {'class': 'small'})]);
}

function reasonBox(reason) { return make('label', {'class': 'm-key'}, [make('input', {type: 'checkbox', value: reason}), make('span')]); }

function showRating() {
  var ticket = rated.ticket, state = ticket ? ticket.rating || 'not' : '';
  setHidden(byId('rating'), !ticket);
  if (!ticket) { return; }
  setHidden(byId('how'), state !== 'open' || rated.low > 0);
  setHidden(byId('why'), state !== 'open' || !rated.low);
  setHidden(byId('nameless'), state === 'not');
  setText(byId('title'), state === 'open' && rated.low ? t('rate.what') : word('rate.title', state));
  setText(byId('visit'), [ticket.number, named(ticket.service_name), windowWords(ticket.window_label || ''),
    ticket.served_at ? t('rate.done_at', {time: hallTime(ticket.served_at)}) : ''].filter(Boolean).join(' · '));
  keyed(byId('how'), LEVELS, String, levelKey, function (node, level) {
    node.disabled = rated.sending;
    setText(node.firstChild, word('rate.level', level));
    setText(node.lastChild, level > LOW ? '' : t('rate.why'));
  });
  keyed(byId('reasons'), REASONS, String, reasonBox, function (node, reason) { setText(node.lastChild, word('rate.reason', reason)); });
  byId('send').disabled = rated.sending;
  setText(byId('ticket'), t(state === 'open' ? 'rate.not' : 'rate.ticket'));
}

function sayRating(lines) {
  var box = byId('said');
  empty(box);
  setHidden(box, !lines.length);
  lines.forEach(function (line) { box.appendChild(make('p', {text: line})); });
}

function chooseLevel(level) {
  if (level > LOW) { sendRating(level, []); return; }
  rated.low = level;
  showRating();
  byId('title').focus();
}

function sendRating(level, reasons) {
  if (rated.sending) { return; }
  rated.sending = true;
  sayRating([t('rate.sending')]);
  showRating();
  new Press(ratedPath + '/rating', {level: level, reasons: reasons}).send(function () {}, function (answer) {
    rated.sending = false;
    sayRating(answer.status < 400 && !answer.unknown ? [] : answer.unknown ? [t('rate.unknown')] : refusalWords(answer)[0]);
    readVisit();
    byId('title').focus();
  });
}

function readVisit() {
  ask('GET', ratedPath, null, {}, RATE_MS, function (answer) {
    setHidden(byId('loading'), true);
    if (answer.status === 200) { rated.ticket = answer.body; } else if (!rated.ticket) { sayRating(refusalWords(answer)[0]); }
    showRating();
  });
}

byId('send').addEventListener('click', function () {
  sendRating(rated.low, REASONS.filter(function (reason) { return byId('reasons').querySelector('[value=' + reason + ']').checked; }));
});
byId('anew').addEventListener('click', function () { rated.low = 0; showRating(); byId('title').focus(); });
language.changed.push(showRating);
startElder();
startLanguage(byId('language'));
if (rated.token) { setAttr(byId('ticket'), 'href', '/t/' + rated.token); }
readVisit();

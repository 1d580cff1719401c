/* The keys of a window: what they are called, when they may be pressed, what a press says. One press at a time. */
'use strict';

/* However fast the hall answers, two clicks this near are one. */
var DOUBLE_MS = 600, CATCH_UP_MS = 3000;
/* What was done is old news soon; what was not done stays until the next press. */
var DONE_MS = 8000;

function stateIs(mine, states) { return Boolean(mine.number) && states.indexOf(mine.state) >= 0; }
function isOpen(mine) { return mine.status === 'open'; }

/* id, digit, words, look, when it may be pressed; whoever has none of the rights has no such key */
var KEYS = [
  ['call-next', '1', 'staff.call_next', 'key-main key-big', isOpen, ['call']],
  ['recall', '2', 'staff.recall', 'key-second', function (mine) { return stateIs(mine, ['called']); }, ['call']],
  ['start', '3', 'staff.start', 'key-second', function (mine) { return stateIs(mine, ['called']); }, ['call']],
  ['finish', '4', 'staff.finish', 'key-plain', function (mine) { return stateIs(mine, ['called', 'serving']); }, ['call']],
  ['miss', '5', 'staff.miss', 'key-warn', function (mine) { return stateIs(mine, ['called']); }, ['call']],
  ['hold', '6', 'staff.hold', 'key-plain', function (mine) { return stateIs(mine, ['serving']); }, ['call']],
  ['resume', '7', 'staff.resume', 'key-plain', function (mine) { return isOpen(mine) && mine.held.length > 0 && !mine.number; }, ['call']],
  ['transfer', '8', 'staff.transfer', 'key-plain', function (mine) { return stateIs(mine, ['called', 'serving']); }, ['transfer']],
  ['undo', '9', 'staff.undo_2', 'key-plain', function (mine) { return Boolean(mine.can_undo); }, ['call']],
  ['help', 'H', 'staff.help_a_person', 'key-plain', function () { return true; }, ['draw', 'help']],
  ['pause', '0', 'staff.pause', 'key-plain', isOpen, ['call']],
  ['close', 'F', 'staff.close_window', 'key-plain', function (mine) { return mine.status !== 'closed'; }, ['call']]
];

var pressing = {now: null, until: 0, waitsFor: 0, waitsSince: 0, unanswered: null};

function numberOf(ticketId) { return ticketId.slice(11); }

function hasKey(key) { return key[5].some(may); }

/* Whether anything may be pressed: sure of the picture, at a window that is mine to press at, nothing under way. */
function mayPress() {
  var mine = hall.mine();
  if (!hall.view || pressing.now || hall.doubt() || tick() < pressing.until) { return false; }
  if (hall.view.seq < pressing.waitsFor && tick() - pressing.waitsSince < CATCH_UP_MS) { return false; }
  return !hall.window || Boolean(mine) && (mine.status === 'closed' || isMine(mine) || may('supervise'));
}

/* Send one press. `what` is its name for the clerk; done() after it was accepted. */
function press(what, path, body, done) {
  if (!mayPress()) {
    if (!pressing.now) { say('refused', t('staff.not_sent') + what, t('staff.the_picture_changed_or')); }
    return;
  }
  sendPress(new Press('/api/v1/' + path, body), what, done);
}

function sendPress(sent, what, done) {
  pressing.now = sent;
  pressing.unanswered = null;
  pressing.until = tick() + DOUBLE_MS;
  say('pending', what + '…', '');
  hall.tell();
  sent.send(function (tries) {
    say('pending', t('staff.what_no_answer_trying', {what: what, n: tries}),
      t('staff.trying_again_never_does'));
  }, function (answer) {
    pressing.now = null;
    if (answer.unknown) {
      pressing.unanswered = {press: sent, what: what, done: done};
      sayUnanswered();
    } else if (answer.status >= 400) {
      sayRefused(what, answer);
    } else {
      if (answer.body.events) {
        hall.expect(answer.body.seq);
        pressing.waitsFor = answer.body.seq;
        pressing.waitsSince = tick();
        sayDone(what, answer.body);
      } else {
        say('', '');
      }
      if (done) { done(answer.body); }
    }
    hall.refresh();
    hall.tell();
    setTimeout(hall.tell, Math.max(0, pressing.until - tick()) + 10);
  });
}

/* -- what was said -------------------------------------------------------------------------------------------- */

/* Where the clerk looks: at the help dialog while it is open. */
function saidBox() { return byId('help-said') || byId({desk: 'said', hallway: 'hallway-said'}[desk.place] || 'login-said'); }

function say(kind, first, second, more) {
  var box = saidBox();
  clearTimeout(say.timer);
  if (kind === 'done') { say.timer = setTimeout(function () { say('', ''); }, DONE_MS); }
  empty(box);
  setAttr(box, 'data-said', kind);
  if (!first) { return; }
  box.appendChild(make('p', {'class': 'said-first', text: first}));
  if (second) { box.appendChild(make('p', {'class': 'said-second', text: second})); }
  (more || []).forEach(function (node) { box.appendChild(node); });
}

function sayRefused(what, answer) {
  var words = refusalWords(answer);
  say('refused', t('staff.not_done') + words[0][0], words[0][1], [
    make('p', {'class': 'said-other', lang: spoken(language.now === 'zh' ? 'en' : 'zh').html, text: words[1].join(' · ')})
  ]);
  setAttr(saidBox(), 'data-code', answer.body && answer.body.code || 'unreadable');
}

function sayUnanswered() {
  var waiting = pressing.unanswered;
  say('unknown', t('staff.what_no_answer_the', {what: waiting.what}),
    t('staff.look_at_the_number'), [
      make('div', {'class': 'said-end'}, [
        make('button', {type: 'button', 'class': 'quiet-button', 'data-said-key': 'again', text: t('staff.try_again'),
          on: {click: function () { if (mayPress()) { sendPress(waiting.press, waiting.what, waiting.done); } }}}),
        make('button', {type: 'button', 'class': 'quiet-button', 'data-said-key': 'drop', text: t('staff.leave_it'),
          on: {click: function () { pressing.unanswered = null; say('', ''); }}})
      ])
    ]);
}

function sayDone(what, done) {
  var first = what;
  if (done.number) { first += ' ' + done.number; }
  if (done.events.length === 0) { say('done', first, t('staff.there_was_nothing_to')); return; }
  say('done', '✓ ' + first, done.reason ? named(done.reason) : done.events.indexOf('TicketVoided') >= 0 ?
    t('staff.missed_too_often_the') : '');
}

/* -- pressing ------------------------------------------------------------------------------------------------- */

function windowPath(action) { return 'windows/' + encodeURIComponent(hall.window) + '/' + action; }
function keyWords(id) { return t(KEYS.filter(function (key) { return key[0] === id; })[0][2]); }

/* Keys that ask something first; the others are sent as they are. */
var ASKING = {
  help: function () { openHelp(); },
  pause: function () {
    askReason(t('staff.why_pause'), hall.view.pause_reasons, function (code) {
      press(keyWords('pause'), windowPath('pause'), {reason: code});
    });
  },
  resume: function (mine) { resumeTicket(mine.held[mine.held.length - 1]); },
  transfer: function (mine) {
    askTransfer(mine, function (body) {
      press(keyWords('transfer'), 'tickets/' + encodeURIComponent(mine.ticket) + '/transfer', body);
    });
  },
  close: function (mine) {
    askConfirm(t('staff.close_window_2', {window: windowWords(mine.label)}),
      t('staff.no_more_calls_here'), keyWords('close'), function () {
        press(keyWords('close'), windowPath('close'), {}, leaveWindow);
      });
  }
};

function resumeTicket(ticketId) { press(keyWords('resume'), windowPath('resume'), {ticket: ticketId}); }
/* After closing: the own window is left, somebody else's only looked away from. */
function leaveWindow() { if (hall.window === session.now.window) { sitDown(''); } else { lookAt(''); } }
function openWindow(mine) {
  if (mine.status === 'closed' || isMine(mine)) { press(t('staff.open_again'), windowPath('open'), {staff: session.now.account}, function () { sitDown(mine.id); }); }
  else { workAt(mine); }
}

function callTicket(ticketId) {
  askReason(t('staff.why_call_number_out', {number: numberOf(ticketId)}), hall.view.pick_reasons, function (code) {
    press(t('staff.call'), windowPath('call'), {ticket: ticketId, reason: code});
  });
}
function returnTicket(ticketId) { press(t('staff.return'), 'tickets/' + encodeURIComponent(ticketId) + '/return', {}); }

function pressKey(id) {
  var mine = hall.mine(), key = KEYS.filter(function (row) { return row[0] === id; })[0];
  if (!mayPress() || !hasKey(key)) { return; }
  /* The pause key ends a pause, and opens a window that somebody closed. */
  if ((id === 'pause' || id === 'call-next') && mine.status !== 'open') { openWindow(mine); return; }
  if (!key[4](mine)) { return; }
  if ((id === 'finish' || id === 'call-next') && promiseOpen(mine)) { askPromise(mine, id); return; }
  if (ASKING[id]) { ASKING[id](mine); } else { press(t(key[2]), windowPath(id), {}); }
}

/* What whoever stands at the window, or comes next, brings of a pre-review, and what is missing; what they promised, and
   whether that is signed. Read again as long as they stand there: it may pass meanwhile, and an answer may be lost. */
'use strict';

var BRINGS_MS = 8000, NO_BRINGS_MS = 15000, BRINGS_AGAIN_MS = [2000, 4000, 8000, 16000], GO_ON_MS = 8000;
var SETTLING = ['signed', 'brought', 'declined'];

/* ticket -> {view, at, busy, failures, none, prepared}: the last answer, and how the reading of it goes. */
var brings = {};
/* What was pressed before it was said what became of a promise: {id, ticket, at}. */
var afterPromise = null;

function bringsNames(rows) { return rows.map(function (row) { return named(row.said); }).join(t('shared.comma')); }

/* `prepared`: what the picture says of the number; where that changes the answer is old. */
function bringsOf(ticket, prepared) {
  var one, pause;
  if (!ticket || !may('call')) { return null; }
  one = brings[ticket] = brings[ticket] || {view: null, at: -BRINGS_AGAIN_MS[3], busy: false, failures: 0, none: false, turn: 0, prepared: prepared};
  pause = one.failures ? BRINGS_AGAIN_MS[Math.min(one.failures, BRINGS_AGAIN_MS.length) - 1] : one.view ? BRINGS_MS : NO_BRINGS_MS;
  if (prepared !== undefined && one.prepared !== prepared) { one.prepared = prepared; pause = 0; }
  if (!one.busy && tick() - one.at >= pause) { readBrings(ticket, one); }
  return one;
}

function readBrings(ticket, one) {
  var turn = one.turn;
  one.busy = true;
  ask('GET', '/api/v1/tickets/' + encodeURIComponent(ticket) + '/review', null, {}, 7000, function (answer) {
    if (brings[ticket] !== one) { return; }
    one.busy = false;
    one.at = tick();
    if (one.turn !== turn) { hall.tell(); return; }  /* asked before what was said here since */
    if (answer.status === 200) { takeBrings(one, answer.body); }
    else if (answer.status === 404) { one.view = null; one.failures = 0; one.none = Boolean(answer.body) && answer.body.code === 'no_review'; }
    else { one.failures += 1; }
    hall.tell();
  });
}

function takeBrings(one, view) { one.view = view; one.turn += 1; one.failures = 0; one.none = false; }

/* Nobody else's papers stay in this page. */
function keepBrings(tickets) {
  Object.keys(brings).forEach(function (ticket) { if (tickets.indexOf(ticket) < 0) { delete brings[ticket]; } });
}

/* Services whose matter can be pre-reviewed; null until it is known. */
var reviewed = null, reviewedAt = -NO_BRINGS_MS;

function mayBring(services) {
  if (!reviewed && tick() - reviewedAt >= NO_BRINGS_MS) {
    reviewedAt = tick();
    ask('GET', '/api/v1/guides', null, {}, 7000, function (answer) {
      if (answer.status === 200) { reviewed = answer.body.guides.filter(function (guide) { return guide.form; }).map(function (guide) { return guide.service; }); hall.tell(); }
    });
  }
  return (services || []).some(function (id) { return reviewed && reviewed.indexOf(id) >= 0; });
}

/* `ticket`: of whoever is at my window, '' for who comes next: of them nothing is said here; `services`: what they come
   for. */
function showBrings(box, one, ticket, services) {
  var view = one && one.view, away = Boolean(one) && one.failures > 1, asks = Boolean(one) && one.none && Boolean(ticket) && mayBring(services), shown = JSON.stringify([view, away, asks, ticket, language.now]);
  setHidden(box, !view && !away && !asks);
  if (box.shown === shown) { return; }
  box.shown = shown;
  empty(box);
  if (away) { box.appendChild(make('p', {'class': 'quiet', text: t('staff.brings_late')})); }
  if (asks) { box.appendChild(make('button', {type: 'button', 'class': 'small-key', 'data-bring': '', text: t('staff.bring'), on: {click: function () { askReview(ticket); }}})); }
  if (!view) { return; }
  box.appendChild(make('p', {}, [
    make('b', {text: t(view.prepared ? 'staff.prereview_passed' : 'staff.prereview_is', {state: named(view.state_said)})}),
    view.papers.length ? make('span', {text: ' ' + t('staff.brings', {names: bringsNames(view.papers)})}) : null,
    view.missing.length ? make('span', {'class': 'brings-away', text: ' ' + t('staff.lacks', {names: bringsNames(view.missing)})}) : null
  ]));
  if (view.promised.length) { box.appendChild(promisesNode(view, ticket)); }
  box.appendChild(make('small', {'class': 'quiet', text: named(view.note)}));
}

/* -- promises ------------------------------------------------------------------------------------------------- */

function promiseRow(row) {
  return make('li', {}, [make('b', {text: named(row.said)}), make('span', {'class': 'tag', 'data-look': row.way === 'later' ? 'warn' : 'now', text: named(row.called)}), make('span', {text: named(row.means)})]);
}

function promisesNode(view, ticket) {
  return make('div', {'class': 'promises', 'data-settled': view.settled}, [
    make('ul', {}, view.promised.map(promiseRow)),
    ticket ? make('div', {'class': 'promise-keys'}, [printLink(ticket, 'small-key')].concat(SETTLING.map(function (how) {
      return make('button', {type: 'button', 'class': 'small-key', 'data-settle': how, 'aria-pressed': view.settled === how ? 'true' : 'false', text: word('staff.settle', how),
        on: {click: function () { settlePromise(ticket, how); }}});
    }))) : null
  ]);
}

function printLink(ticket, look) {
  return make('a', {'class': look, href: '/promise?ticket=' + encodeURIComponent(ticket), target: '_blank', rel: 'noopener', text: t('staff.print_promise')});
}

function settlePromise(ticket, how, then) {
  press(word('staff.settle', how), 'tickets/' + encodeURIComponent(ticket) + '/promise', {how: how}, function (view) {
    if (brings[ticket]) { takeBrings(brings[ticket], view); }
    if (then) { then(); }
  });
}

/* Whether the visit may not end yet without a word: something is promised, and nobody said whether it is signed. */
function promiseOpen(mine) {
  var one = mine.ticket ? brings[mine.ticket] : null;
  return Boolean(one && one.view && one.view.promised.length && !one.view.settled);
}

/* Asked once, before the press `id` ends the visit; it goes on when it is said. */
function askPromise(mine, id) {
  var view = brings[mine.ticket].view, ticket = mine.ticket;
  openDialog(t('staff.promise_open', {number: mine.number}), [
    make('ul', {'class': 'promises'}, view.promised.map(promiseRow)),
    make('div', {'class': 'reasons'}, SETTLING.map(function (how) {
      return dialogButton(word('staff.settle', how), 'key-choice', {'data-settle': how}, function () {
        settlePromise(ticket, how, function () { afterPromise = {id: id, ticket: ticket, at: tick()}; });
      });
    })),
    make('div', {'class': 'dialog-end'}, [cancelButton(), printLink(ticket, 'key key-plain')])
  ]);
}

/* The press that was asked about, as soon as one may press again; nothing once somebody else stands there. */
hall.changed.push(function () {
  var now = afterPromise, mine = hall.mine();
  if (!now || !mine) { return; }
  if (mine.ticket !== now.ticket || tick() - now.at > GO_ON_MS) { afterPromise = null; return; }
  if (mayPress()) { afterPromise = null; pressKey(now.id); }
});

/* -- a review that somebody comes with without having said so -------------------------------------------------- */

function askReview(ticket) {
  var number = make('input', {id: 'bring-number', maxlength: 32, autocapitalize: 'characters', spellcheck: 'false', 'data-first': '', placeholder: 'YS-20261128-000012'});
  openDialog(t('staff.bring'), [
    make('label', {'class': 'field', 'for': 'bring-number'}, [make('span', {text: t('staff.bring_number')}), number]),
    make('p', {'class': 'quiet', text: t('staff.bring_why')}),
    make('div', {'class': 'dialog-end'}, [cancelButton(), dialogButton(t('staff.bring_go'), 'key-main', {'data-dialog': 'yes'}, function () {
      press(t('staff.bring_go'), 'tickets/' + encodeURIComponent(ticket) + '/review', {review: number.value.trim()}, function (view) {
        if (brings[ticket]) { takeBrings(brings[ticket], view); }
      });
    })])
  ]);
}

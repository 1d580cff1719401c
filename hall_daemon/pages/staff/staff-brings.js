/* What whoever stands at the window, or comes next, brings of a pre-review, and what is missing. Asked once a number. */
'use strict';

/* ticket -> the answer; null until it is there, and where there is no review. */
var brings = {};

function bringsNames(rows) { return rows.map(function (row) { return named(row.said); }).join(t('shared.comma')); }

function bringsOf(ticket) {
  if (!ticket || brings[ticket] !== undefined) { return brings[ticket] || null; }
  brings[ticket] = null;
  ask('GET', '/api/v1/tickets/' + encodeURIComponent(ticket) + '/review', null, {}, 7000, function (answer) {
    if (answer.status !== 200) { return; }
    brings[ticket] = answer.body;
    hall.tell();
  });
  return null;
}

/* Nobody else's papers stay in this page. */
function keepBrings(tickets) {
  Object.keys(brings).forEach(function (ticket) { if (tickets.indexOf(ticket) < 0) { delete brings[ticket]; } });
}

function showBrings(box, view) {
  var shown = JSON.stringify([view, language.now]);
  setHidden(box, !view);
  if (box.shown === shown) { return; }
  box.shown = shown;
  empty(box);
  if (!view) { return; }
  box.appendChild(make('b', {text: t(view.prepared ? 'staff.prereview_passed' : 'staff.prereview_is', {state: named(view.state_said)})}));
  if (view.papers.length) { box.appendChild(document.createTextNode(' ' + t('staff.brings', {names: bringsNames(view.papers)}))); }
  if (view.missing.length) { box.appendChild(make('span', {'class': 'brings-away', text: ' ' + t('staff.lacks', {names: bringsNames(view.missing)})})); }
  if (view.promised.length) { box.appendChild(make('span', {'class': 'brings-away', text: ' ' + t('staff.promised', {names: bringsNames(view.promised)})})); }
  box.appendChild(make('small', {'class': 'quiet', text: ' ' + named(view.note)}));
}

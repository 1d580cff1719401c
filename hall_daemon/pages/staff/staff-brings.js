/* What whoever stands at the window brings of a pre-review, and what is missing. Asked once for each number. */
'use strict';

var brings = {ticket: '', view: null};

function bringsNames(rows) { return rows.map(function (row) { return named(row.said); }).join(t('shared.comma')); }

function readBrings(ticket) {
  brings = {ticket: ticket, view: null};
  if (!ticket) { return; }
  ask('GET', '/api/v1/tickets/' + encodeURIComponent(ticket) + '/review', null, {}, 7000, function (answer) {
    if (brings.ticket !== ticket || answer.status !== 200) { return; }
    brings.view = answer.body;
    showBrings();
  });
}

function showBrings() {
  var box = byId('brings'), view = brings.view;
  setHidden(box, !view);
  empty(box);
  if (!view) { return; }
  box.appendChild(make('b', {text: t(view.prepared ? 'staff.prereview_passed' : 'staff.prereview_is', {state: named(view.state_said)})}));
  if (view.papers.length) { box.appendChild(document.createTextNode(' ' + t('staff.brings', {names: bringsNames(view.papers)}))); }
  if (view.missing.length) { box.appendChild(make('span', {'class': 'brings-away', text: ' ' + t('staff.lacks', {names: bringsNames(view.missing)})})); }
  if (view.promised.length) { box.appendChild(make('span', {'class': 'brings-away', text: ' ' + t('staff.promised', {names: bringsNames(view.promised)})})); }
  box.appendChild(make('small', {'class': 'quiet', text: ' ' + named(view.note)}));
}

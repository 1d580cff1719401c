/* The paper that is signed at the window for what is promised (承诺书): matter, papers, by when, what happens else. Name,
   hand and date are written on it; nothing of a person is on this page, so nothing of one is in a browser's files. */
'use strict';

var LETTER_MS = 7000, AGAIN_MS = 3000;
var letter = null, printed = false;
var ticketId = (/[?&]ticket=([A-Za-z0-9-]{1,64})(&|$)/.exec(location.search) || [])[1] || '';

function read() {
  ask('GET', '/api/v1/tickets/' + encodeURIComponent(ticketId) + '/review', null, {}, LETTER_MS, function (answer) {
    if (answer.status === 200) { letter = answer.body; show(); return; }
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) { tell(t('promise.none')); return; }
    tell(t('promise.again'));
    setTimeout(read, Math.max(AGAIN_MS, answer.retryAfterMs || 0));
  });
}

function tell(words) { setText(byId('said'), words); setHidden(byId('said'), !words); }

function list(id, way) {
  var rows = letter.promised.filter(function (row) { return row.way === way; });
  setHidden(byId(id), !rows.length);
  empty(byId(id + '-list'));
  rows.forEach(function (row) {
    byId(id + '-list').appendChild(make('li', {}, [make('b', {text: named(row.said)}), make('span', {text: way === 'later' && !row.due ? t('promise.agreed') : named(row.means)})]));
  });
  return rows.length;
}

function show() {
  var later, instead;
  if (!letter) { return; }
  if (!letter.promised.length) { tell(t('promise.none')); return; }
  tell('');
  later = list('later', 'later');
  instead = list('instead', 'instead');
  setHidden(byId('letter'), false);
  setText(byId('title'), t(later && instead ? 'promise.both_title' : later ? 'promise.later_title' : 'promise.instead_title'));
  setText(byId('office'), letter.office ? named(letter.office) : '');
  setText(byId('opening'), t('promise.opening', {matter: named(letter.title), review: letter.review}));
  setText(byId('foot'), t('promise.foot', {review: letter.review, day: letter.day}));
  document.title = byId('title').textContent;
  if (!printed) { printed = true; window.print(); }
}

byId('print').addEventListener('click', function () { window.print(); });
language.changed.push(show);
startLanguage(byId('language'));
read();

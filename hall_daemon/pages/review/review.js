/* The list of reviews that wait, oldest first, and what is done with the one that is open. */
'use strict';

var REVIEWS = '/api/v1/reviews', REVIEWS_MS = 8000;
/* Alarms that stay until somebody has looked into them. */
var LASTING = ['late_defects', 'promise_open'];
var list = {rows: null, more: 0, alarms: [], timer: null};

function dueWords(row) {
  if (!row.due) { return ''; }
  if (row.lamp === 'over') { return t('reviews.over', {day: row.due}); }
  return t(row.lamp === 'soon' ? 'reviews.due_today' : 'reviews.due', {day: row.due, n: row.left});
}

function lookOf(row) { return row.lamp === 'over' ? 'bad' : row.lamp === 'soon' ? 'warn' : 'good'; }

/* Before and after the promised time, above everything, so that it is seen from the review that is open too. */
function showAlarm() {
  var rows = list.rows || [], over = 0, soon = 0, words;
  rows.forEach(function (row) { over += row.lamp === 'over'; soon += row.lamp === 'soon'; });
  words = [over ? t('reviews.many_over', {n: over}) : '', soon ? t('reviews.many_soon', {n: soon}) : ''].filter(Boolean).join(' · ');
  setHidden(byId('review-alarm'), !words);
  setText(byId('review-alarm'), words);
  setAttr(byId('review-alarm'), 'data-look', over ? 'bad' : 'warn');
  document.title = (over ? '⚠ ' + over + ' · ' : '') + byId('title').textContent;
}

/* -- the list ---------------------------------------------------------------------------------------------------- */

function readReviews() {
  if (sheet.view) {
    // Whoever is in the middle of a review is told of others' time, and nothing moves under the hand.
    ask('GET', REVIEWS, null, {}, ADMIN_READ_MS, function (answer) {
      if (answer.status === 200 && answer.body) { list.rows = answer.body.reviews; list.more = answer.body.more; showAlarm(); }
    });
    return;
  }
  readAdmin(REVIEWS, function (body) {
    list.rows = body.reviews;
    list.more = body.more;
    if (body.alarms) { readAlarms(); } else { list.alarms = []; }
  });
}

/* Alarms that nobody has looked into, whatever has become of their reviews. */
function readAlarms() {
  ask('GET', REVIEWS + '?alarms=1', null, {}, ADMIN_READ_MS, function (answer) {
    if (answer.status === 200 && answer.body) { list.alarms = answer.body.reviews; showReviews(); }
  });
}

function showReviews() {
  var rows = list.rows || [];
  showAlarm();
  setHidden(byId('review-list'), Boolean(sheet.view) || !list.rows);
  setHidden(byId('review-sheet'), !sheet.view);
  setHidden(byId('review-alarms'), Boolean(sheet.view) || !list.alarms.length);
  if (sheet.view) { showSheet(); return; }
  setText(byId('review-count'), list.rows ? t('reviews.count', {n: rows.length + list.more}) : '');
  setText(byId('review-first'), rows.length ? dueWords(rows[0]) : '');
  setHidden(byId('review-none'), !list.rows || rows.length > 0);
  keyed(byId('review-rows'), rows, function (row) { return row.review; }, function (row) {
    return make('tr', {}, [
      make('td', {'class': 'review-title'}), make('td'), make('td'), make('td', {}, [make('span', {'class': 'tag'})]), make('td'),
      make('td', {}, [make('button', {type: 'button', 'class': 'small-key', 'data-review': row.review})])
    ]);
  }, function (node, row) {
    var key = node.children[5].firstChild;
    setText(node.children[0], named(row.title));
    setText(node.children[1], row.review + (row.number ? ' · ' + row.number : ''));
    setText(node.children[2], t('reviews.sent_at', {time: hallTime(row.sent_at)}) + (row.lists ? ' · ' + t('reviews.again', {n: row.lists + 1}) : ''));
    setText(node.children[3].firstChild, dueWords(row));
    setAttr(node.children[3].firstChild, 'data-look', lookOf(row));
    setText(node.children[4], [row.looker ? t('reviews.looks', {who: row.looker}) : '', row.second_look ? t('reviews.second') : '',
      row.alarms.indexOf('late_defects') >= 0 ? t('reviews.late') : ''].filter(Boolean).join(' · '));
    setText(key, row.looker && !row.mine ? t('reviews.take_over') : t('reviews.look'));
    key.onclick = function () { takeReview(row); };
  });
  showAlarms();
}

function showAlarms() {
  setText(byId('review-alarm-count'), t('reviews.count', {n: list.alarms.length}));
  keyed(byId('review-alarm-rows'), list.alarms, function (row) { return row.review; }, function (row) {
    return make('tr', {}, [
      make('td', {'class': 'review-title'}), make('td'), make('td'), make('td', {}, [
        make('button', {type: 'button', 'class': 'small-key', 'data-alarm': row.review, on: {click: function () { openReview(row.review); }}}),
        make('button', {type: 'button', 'class': 'small-key', 'data-seen': row.review, on: {click: function (event) { seeAlarm(event.currentTarget, row.review); }}})
      ])
    ]);
  }, function (node, row) {
    setText(node.children[0], named(row.title));
    setText(node.children[1], row.review + (row.number ? ' · ' + row.number : ''));
    setText(node.children[2], row.alarms.filter(function (alarm) { return LASTING.indexOf(alarm) >= 0; }).map(function (alarm) { return word('reviews.alarm_of', alarm); }).join(' · '));
    setText(node.children[3].firstChild, t('reviews.look'));
    setText(node.children[3].lastChild, t('reviews.alarm_seen'));
  });
}

function seeAlarm(key, review) {
  pressOnce(key, 'reviews/' + review + '/alarm', {}, function () {
    list.alarms = list.alarms.filter(function (row) { return row.review !== review; });
    doneWords('reviews.alarm_was_seen', {id: review});
    showReviews();
  });
}

function takeReview(row) {
  if (row.looker && !row.mine) {
    askAgain(t('reviews.take_over'), [t('reviews.looks', {who: row.looker})], t('reviews.take_over'), function (key) {
      pressOnce(key, 'reviews/' + row.review + '/look', {take_over: true}, function () { openReview(row.review); });
    });
    return;
  }
  askOnce('reviews/' + row.review + '/look', {}, function (answer) {
    if (answer.status === 200) { openReview(row.review); return; }
    told(answer);
    readReviews();
  });
}

function openReview(review) {
  readAdmin(REVIEWS + '/' + encodeURIComponent(review) + '/sheet', openSheet);
}

/* -- deciding ---------------------------------------------------------------------------------------------------- */

function told(answer) {
  if (answer.status === 401) { toLogIn(); return; }
  if (answer.status) { sayWords('refused', function () { return refusalWords(answer)[0]; }); } else { say('unknown', [t('shared.the_hall_does_not')]); }
}

function decide(what, body, done) {
  var row = sheet.view.row, turn = sheet;
  ask('POST', REVIEWS + '/' + row.review + '/' + what, body, {'If-Match': '"' + row.version + '"', 'Idempotency-Key': newKey()}, 15000, function (answer) {
    if (turn !== sheet) { return; }
    if (answer.status === 422 && answer.body && answer.body.code === 'late_reason_needed') { askLate(body); return; }
    if (answer.status !== 200) { told(answer); return; }
    closeSheet();
    doneWords(answer.body.state === 'sent' ? 'reviews.was_seconded' : done, {id: row.review});
    readReviews();
    showReviews();
  });
}

function sendList() {
  if (!sheet.view || !sheet.list.length) { return; }
  askAgain(t('reviews.send', {n: sheet.list.length}), [t('reviews.send_once')], t('reviews.send', {n: sheet.list.length}), function () {
    var body = {defects: sheet.list.map(function (one) { return {of: one.of, id: one.id, code: one.code, page: one.page, words: one.words, area: one.area}; }), why_late: ''};
    closeDialog();
    decide('mend', body, 'reviews.was_sent');
  });
}
function reasons(rows) { var found = {}; rows.forEach(function (one) { found[one.code] = one.said; }); return found; }
function askLate(body) {
  askReason(t('reviews.late_title'), reasons(sheet.view.late_reasons), function (code) { body.why_late = code; decide('mend', body, 'reviews.was_sent'); });
}
function refuseReview() {
  var field = make('textarea', {'class': 'sheet-words', maxlength: '1000', 'data-first': '', 'aria-label': t('reviews.refuse_words')});
  openForm(t('reviews.refuse_title'), [make('p', {'class': 'quiet', text: t('reviews.refuse_words')}), field, make('div', {'class': 'reasons'},
    sheet.view.refuse_reasons.map(function (one) {
      return settledButton(named(one.said), 'key-choice', {'data-reason': one.code}, function () {
        var words = field.value.trim();
        closeDialog();
        decide('refuse', {reason: one.code, words: words}, 'reviews.was_refused');
      });
    }))], [cancelButton()]);
}

byId('sheet-send').addEventListener('click', sendList);
byId('sheet-pass').addEventListener('click', function () { decide('pass', {}, 'reviews.was_passed'); });
byId('sheet-refuse').addEventListener('click', refuseReview);
byId('sheet-fine').addEventListener('click', fine);
byId('sheet-before').addEventListener('click', function () { turnPage(-1); });
byId('sheet-after').addEventListener('click', function () { turnPage(1); });
byId('sheet-back').addEventListener('click', function () { closeSheet(); readReviews(); showReviews(); });

/* Whoever walks by Tab presses the key that has the focus; for whoever clicked one last, space and ↵ are the desk's. */
var walking = false;
var DESK_KEYS = {z: 'sheet-zoom', x: 'sheet-turn', arrowleft: 'sheet-before', arrowright: 'sheet-after'};
document.addEventListener('mousedown', function () { walking = false; });
document.addEventListener('keydown', function (event) {
  var at = LETTERS.indexOf(String(event.key).toUpperCase()), pressed = event.target.tagName === 'BUTTON' && walking;
  if (event.key === 'Tab') { walking = true; }
  if (!sheet.view || dialog.node || event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
  if (event.key.length === 1 && at >= 0 && sheet.view.codes[at]) { event.preventDefault(); touch(sheet.view.codes[at].code); }
  else if (event.key === ' ' && !pressed) { event.preventDefault(); fine(); }
  else if (event.key === 'Enter' && !pressed) { event.preventDefault(); sendList(); }
  else if (DESK_KEYS[event.key.toLowerCase()]) { event.preventDefault(); byId(DESK_KEYS[event.key.toLowerCase()]).click(); }
});
window.addEventListener('resize', function () { if (sheet.view) { drawPaper(); } });

startAdmin('review', readReviews, showReviews, true);

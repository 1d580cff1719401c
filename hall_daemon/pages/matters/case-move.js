/* A pre-review that goes on elsewhere: this phone shows a code (a kiosk or another phone reads it), or came with one
   (#s=SECRET). Both sides show two digits; who offered it says that they are the same. */
'use strict';

var MOVE_MS = 10000, MOVE_LOOK_MS = 1500;
var moving = null;

function moveOver(word) {
  if (moving) { clearTimeout(moving.timer); }
  moving = word ? {words: t(word)} : null;
  drawMove();
}

function moveAgain(work, afterMs) { moving.timer = setTimeout(work, Math.max(MOVE_LOOK_MS, afterMs || 0)); }

/* -- it comes here --------------------------------------------------------------------------------------------------- */

function claimMove(secret) {
  moving = {words: t('shared.reading')};
  drawMove();
  ask('POST', '/api/v1/move/claim', {secret: secret}, {}, MOVE_MS, function (answer) {
    if (answer.status === 200) {
      /* A page that is loaded again goes on; this token will be the review's secret. */
      if (window.history.replaceState) { history.replaceState(null, '', location.pathname + '#m=' + answer.body.token); }
      moving = {number: answer.body.number, token: answer.body.token, title: answer.body.title,
        words: t(answer.body.kiosk ? 'case.move_compare_kiosk' : 'case.move_compare_phone', {kiosk: answer.body.kiosk})};
      drawMove();
      moveAgain(collectMove);
    } else if (isAway(answer)) { moveAgain(function () { claimMove(secret); }, answer.retryAfterMs); } else { lost(); }
  });
}

function lost() {
  moveOver('');
  if (window.history.replaceState) { history.replaceState(null, '', location.pathname); }
  missing('case.move_used', 'case.move_used_what');
}

function collectMove() {
  ask('POST', '/api/v1/move/collect', {token: moving.token}, {}, MOVE_MS, function (answer) {
    if (!moving) { return; }
    if (answer.status === 200 && answer.body.state === 'yours') {
      mine = {review: answer.body.review, token: answer.body.token, title: moving.title};
      keepCase(mine);
      moveOver('');
      location.replace(caseLink('/case', mine));
      if (!caseKept(mine.review)) { begin(); }
    } else if (answer.status === 200 || isAway(answer)) { moveAgain(collectMove, answer.retryAfterMs); } else { lost(); }
  });
}

/* -- it goes from here ------------------------------------------------------------------------------------------------- */

function offerMove() {
  moving = {words: t('shared.reading'), here: true};
  drawMove();
  ask('POST', casePath(mine, '/move'), {}, caseHeaders(mine), MOVE_MS, function (answer) {
    if (!moving) { return; }
    if (answer.status !== 200) { moveOver(''); say(refusalWords(answer)[0].join(' ')); return; }
    moving = {here: true, rows: answer.body.rows, words: t('case.move_show')};
    drawMove();
    moveAgain(lookAtMove);
  });
}

function lookAtMove() {
  ask('GET', casePath(mine, '/move'), null, caseHeaders(mine), MOVE_MS, function (answer) {
    var state = answer.body && answer.body.state;
    if (!moving) { return; }
    if (isAway(answer)) { moveAgain(lookAtMove, answer.retryAfterMs); return; }
    /* Another phone has it: this one's secret opens nothing any more. */
    if (answer.status === 404 && moving.confirmed) { forgetCase(mine.review); mine = view = null; moveOver(''); missing('case.moved_away', 'case.moved_away_what'); return; }
    if (answer.status !== 200 || state === 'none') { moveOver('case.move_too_late'); return; }
    if (state === 'moved') { moveOver('case.moved'); return; }
    if (state === 'claimed' && moving.rows) { moving = {here: true, number: answer.body.number, words: t('case.move_same')}; drawMove(); }
    moveAgain(lookAtMove);
  });
}

function confirmMove() {
  ask('POST', casePath(mine, '/move/confirm'), {}, caseHeaders(mine), MOVE_MS, function (answer) {
    if (!moving) { return; }
    if (answer.status !== 200) { moveOver('case.move_too_late'); return; }
    moving.confirmed = true;
    moving.words = t('case.moment');
    drawMove();
  });
}

function endMove() {
  ask('DELETE', casePath(mine, '/move'), null, caseHeaders(mine), MOVE_MS, function () { /* or its time runs out */ });
  moveOver('');
}

/* -- what is shown ------------------------------------------------------------------------------------------------------- */

function codeNode(rows) {
  var spaces = 'http://www.w3.org/2000/svg', quiet = 4, size = rows.length + 2 * quiet, node = document.createElementNS(spaces, 'svg'), way = '', path = document.createElementNS(spaces, 'path');
  rows.forEach(function (row, y) { row.split('').forEach(function (dark, x) { if (dark === '1') { way += 'M' + (x + quiet) + ' ' + (y + quiet) + 'h1v1h-1z'; } }); });
  path.setAttribute('d', way);
  node.setAttribute('viewBox', '0 0 ' + size + ' ' + size);
  node.setAttribute('class', 'c-code');
  node.setAttribute('role', 'img');
  node.setAttribute('aria-label', t('case.move_code'));
  node.appendChild(path);
  return node;
}

function drawMove() {
  var place = byId('move');
  setHidden(place, !moving);
  setHidden(byId('loading'), Boolean(moving) || Boolean(view) || !mine);
  empty(place);
  if (!moving) { return; }
  if (moving.title) { place.appendChild(make('p', {'class': 'm-above', text: named(moving.title)})); }
  if (moving.rows) { place.appendChild(codeNode(moving.rows)); }
  if (moving.number) { place.appendChild(make('p', {'class': 'c-number-is', id: 'move-number', text: moving.number})); }
  place.appendChild(make('p', {role: 'status', text: moving.words}));
  if (moving.here && moving.number && !moving.confirmed) { place.appendChild(answerKey(t('case.move_yes'), true, confirmMove)); }
  if (moving.here) { place.appendChild(answerKey(t('case.move_no'), false, endMove)); }
}

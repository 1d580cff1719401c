/* The number with which one comes: one that this phone follows already keeps its place and becomes that of the
   pre-review; else one is drawn. Nobody brings a number whose own secret they have not. */
'use strict';

var OVER_NUMBER = {served: true, cancelled: true, 'void': true, expired: true}, HELD_MS = 30000;
/* {token, number, services}: the number of this phone that fits; when it was last looked for. */
var held = null, heldAt = -HELD_MS;

function heldFits() { return held && view.numbers_of && held.services.indexOf(view.numbers_of) >= 0 ? held : null; }

function lookForNumber(now) {
  if (!view.numbers_of || (!now && tick() - heldAt < HELD_MS)) { return; }
  heldAt = tick();
  keptTickets().forEach(function (token) {
    ask('GET', '/api/v1/tickets/by-token/' + encodeURIComponent(token), null, {}, CASE_MS, function (answer) {
      var body = answer.body, mineNow = held && held.token === token;
      if (answer.status === 404 || (answer.status === 200 && OVER_NUMBER[body.state])) {
        forgetTicket(token);
        if (mineNow) { held = null; }
      } else if (answer.status === 200) {
        if (body.prepared || body.services.indexOf(view.numbers_of) < 0) { if (mineNow) { held = null; } }
        else if (!held || mineNow) { held = {token: token, number: body.number, services: body.services}; }
      }
      if (view) { show(); }
    });
  });
}

function bring() {
  var one = heldFits();
  if (!one) { return; }
  press('/ticket', {ticket: one.token}, function (answer) {
    if (answer.status === 200) { mine.ticket = one.token; keepCase(mine); }
    if (!TRY_AGAIN[answer.status]) { held = null; heldAt = -HELD_MS; }
  }, caseHeaders(mine));
}

/* One key for one number, so that a bad network never draws two. */
function draw() {
  var headers = caseHeaders(mine);
  mine.draw = mine.draw || newKey();
  keepCase(mine);
  headers['Idempotency-Key'] = mine.draw;
  press('/number', {}, function (answer) {
    if (answer.status === 201) { mine.ticket = answer.body.token; }
    if (!TRY_AGAIN[answer.status]) { delete mine.draw; }
    keepCase(mine);
  }, headers);
}

function numberWords(passed, waits) {
  if (view.used) { return t('case.used'); }
  if (waits) { return t(passed ? 'case.number_what' : 'case.number_before'); }
  if (view.numbers_of) { return heldFits() ? t(passed ? 'case.bring_why' : 'case.bring_before') : t('case.bring_how'); }
  return t('case.at_the_hall');
}

function drawNumber() {
  var passed = view.state === 'passed', waits = view.number && !view.numbers_of, keys = byId('number-keys');
  setHidden(byId('number'), !passed && !view.numbers_of && !(waits && LOOK_MS[view.state]));
  setText(byId('number-is'), waits ? view.number : '');
  setText(byId('number-what'), numberWords(passed, waits));
  setText(byId('number-where'), view.windows.length ? t('case.called_at', {windows: view.windows.join(t('shared.comma'))}) : '');
  empty(keys);
  if (heldFits() && view.state === 'mend') { keys.appendChild(answerKey(t('case.bring', {number: held.number}), false, bring)); }
  if (heldFits() && view.draws) { keys.appendChild(answerKey(t('case.draw_other'), false, draw)); }
  setHidden(keys, !keys.firstChild);
}

/* The page's own key, where it is about a number; null where it is about something else. */
function numberKey() {
  var one = heldFits();
  if (one && view.state !== 'mend') { return [t('case.bring', {number: one.number}), '', bring, false]; }
  if (view.state === 'passed' && view.draws) { return [t('case.draw'), '', draw, false]; }
  if (view.number && mine.ticket && !view.numbers_of) { return [t('case.my_number'), '', function () { location.assign('/t/' + mine.ticket); }, false]; }
  return null;
}

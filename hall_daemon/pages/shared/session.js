/* Who is logged in in this browser, and what they may. GET /api/v1/session says it; the cookie itself no script sees. */
'use strict';

var NOBODY = {account: '', number: '', roles: [], rights: [], window: '', windows: [], must: '', page: '', notice: '', oidc: false, cards: false, reader: ''};
/* Pages of this listener beside the staff page: right, address, words. */
var PLACES = [
  ['review', '/reviews', 'desks.to_reviews'],
  ['report', '/efficiency', 'desks.to_efficiency'],
  ['report', '/review-figures', 'desks.to_review_figures'],
  ['assist', '/questions', 'desks.to_questions'],
  ['appoint', '/accounts', 'desks.to_accounts'],
  ['configure', '/machines', 'desks.to_machines'],
  ['audit', '/audit', 'desks.to_audit']
];

/* `turn` grows whenever this page logs in or out or sits down: an answer to what was asked before is old. */
var session = {now: NOBODY, turn: 0};

function may(right) { return session.now.rights.indexOf(right) >= 0; }

function adoptSession(view) {
  session.now = view;
  session.turn += 1;
  pageProof = view.page;
}

/* done(answer); answer.old when something newer is known already. */
function readSession(timeoutMs, done) {
  var turn = session.turn;
  ask('GET', '/api/v1/session', null, {}, timeoutMs, function (answer) {
    answer.old = turn !== session.turn;
    done(answer);
  });
}

/* One press without a second try: whoever is told that a password is wrong types it anew. */
function askOnce(path, body, done) { ask('POST', '/api/v1/' + path, body, {}, 15000, done); }

function placesOf() { return PLACES.filter(function (place) { return may(place[0]); }); }

/* To the log-in of the staff page, and back here afterwards. */
function toLogIn() { location.replace('/staff?next=' + encodeURIComponent(location.pathname)); }

/* Where the address wants to go after logging in: one of our own pages or nothing. */
function wantedPlace() {
  var said = /[?&]next=([^&]*)/.exec(location.search), path = '';
  try { path = said ? decodeURIComponent(said[1]) : ''; } catch (error) { return null; }
  return PLACES.filter(function (place) { return place[1] === path; })[0] || null;
}

/* Whether an answer means that the log-in is over or that the right is gone; then the page is left. */
function isSentAway(answer) {
  if (answer.status !== 401 && answer.status !== 403) { return false; }
  toLogIn();
  return true;
}

/* work() when whoever is here has the right; else to the log-in. A hall that does not answer is the page's to say. */
function onlyWith(right, work) {
  readSession(7000, function (answer) {
    if (answer.status === 200) { adoptSession(answer.body); }
    if (answer.status === 200 && !may(right)) { toLogIn(); } else { work(); }
  });
}

/* What the browser kept of a page that was left is not for whoever sits here now. */
window.addEventListener('pageshow', function (event) { if (event.persisted) { location.reload(); } });

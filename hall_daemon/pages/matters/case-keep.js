/* Pre-reviews that this phone goes on with. Their secret stands behind the # of their address (#r=REVIEW&t=TOKEN), where
   no server and no log sees it; from there it is taken at once, and kept on this phone until it is taken off. */
'use strict';

var CASES_AS = 'hall.cases', PAPERS_AS = 'hall.papers', MOST_CASES = 20;
/* The review that this page shows and that this phone keeps; `taken`: it was taken off here. */
var here = {review: '', taken: false};

function fragment() {
  var found = {};
  location.hash.slice(1).split('&').forEach(function (pair) {
    var at = pair.indexOf('=');
    if (at > 0) { try { found[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1)); } catch (error) { /* none */ } }
  });
  return found;
}

/* [{review, token, matter, title, ticket; state and said: as it was last seen}], the newest first. */
function keptCases() {
  var list;
  try { list = JSON.parse(kept(CASES_AS)); } catch (error) { list = null; }
  return Array.isArray(list) ? list.filter(function (one) { return one && typeof one.review === 'string' && typeof one.token === 'string'; }) : [];
}

function withoutCase(review) { return keptCases().filter(function (one) { return one.review !== review; }); }
function keepCase(one) {
  keep(CASES_AS, JSON.stringify([one].concat(withoutCase(one.review)).slice(0, MOST_CASES)));
  showsCase(one);
}
function showsCase(one) { here = {review: caseKept(one.review) ? one.review : '', taken: false}; }
function caseKept(review) { return keptCases().filter(function (one) { return one.review === review; })[0] || null; }

function forgetCase(review) {
  keep(CASES_AS, JSON.stringify(withoutCase(review)));
  forgetInTab(review);
  here.taken = true;
}

/* What this tab holds of it: answers, replies, promises, and the secret for its papers. */
function forgetInTab(review) {
  var names = [], at;
  try {
    for (at = 0; at < sessionStorage.length; at += 1) { names.push(sessionStorage.key(at)); }
    names.forEach(function (name) {
      var papers = name === PAPERS_AS && sessionStorage.getItem(name).indexOf(JSON.stringify(review)) >= 0;
      if (papers || name.split('.').indexOf(review) >= 0) { sessionStorage.removeItem(name); }
    });
  } catch (error) { /* then nothing is held */ }
}

/* Taken off in another tab, or here before the phone's back key: nothing of it stays on a page. */
function leaveIfTaken() {
  if (!here.taken && (!here.review || caseKept(here.review))) { return; }
  if (here.review) { forgetInTab(here.review); }
  location.replace('/case');
}
window.addEventListener('storage', function (event) { if (event.key === CASES_AS || event.key === null) { leaveIfTaken(); } });
window.addEventListener('pageshow', function (event) { if (event.persisted) { leaveIfTaken(); } });

/* The one that the address names, by its secret or by what this phone has kept; null for none. */
function caseOfAddress() {
  var said = fragment(), one = null, field = /[?&](field=[A-Za-z0-9_]+)/.exec(location.search);
  if (said.r && said.t) {
    one = caseKept(said.r);
    if (!one || one.token !== said.t) { one = {review: said.r, token: said.t}; }
    keepCase(one);
    if (window.history.replaceState) { history.replaceState(null, '', caseLink(location.pathname, one, field ? field[1] : '', stepOfAddress())); }
  }
  one = one || (caseAsked() && caseKept(caseAsked())) || null;
  if (one) { showsCase(one); }
  return one;
}

/* The review that the address asks for, whether this phone has it or not. */
function caseAsked() {
  var asked = /[?&]case=([A-Za-z0-9-]{1,64})/.exec(location.search);
  return asked ? asked[1] : '';
}

/* What of the address says where on a page one is: '#/step', '' for nothing. */
function stepOfAddress() { return (/^#\/[^&]*/.exec(location.hash) || [''])[0]; }

/* The address of a page of this review, `query` and `step` of it; with the secret only where this browser keeps nothing. */
function caseLink(page, one, query, step) {
  var secret = secretOf(one), asks = [secret ? '' : 'case=' + one.review, query].filter(Boolean).join('&');
  return page + (asks && '?' + asks) + (step ? step + (secret && '&') : secret && '#') + secret;
}
function caseAddress(one) { return location.origin + '/case#' + secretWords(one); }
function secretWords(one) { return 'r=' + encodeURIComponent(one.review) + '&t=' + encodeURIComponent(one.token); }
/* What an address has to hold of it, '' where this browser keeps it. */
function secretOf(one) { return !one || caseKept(one.review) ? '' : secretWords(one); }

/* The hall itself does not answer now, or cannot: worth another look later. */
function isAway(answer) { return Boolean(TRY_AGAIN[answer.status]) || answer.status >= 500; }
function awayWords(answer) { return answer.status === 429 ? t('case.too_many', {n: waitSeconds(answer)}) : t('shared.the_hall_does_not'); }
function waitSeconds(answer) { return Math.ceil(Math.max(1000, answer.retryAfterMs) / 1000); }

/* Of a press that the hall did not take up, also after it was sent again: what to do; '' where it has said why. */
function unheardWords(answer) {
  if (answer.status === 429) { return t('case.press_wait', {n: waitSeconds(answer)}); }
  return TRY_AGAIN[answer.status] && !(answer.body && answer.body.code) ? t('case.press_lost') : '';
}

function casePath(one, rest) { return '/api/v1/reviews/' + encodeURIComponent(one.review) + (rest || ''); }

/* `version`: what was seen, so that whoever writes second is told so. */
function caseHeaders(one, version) {
  var headers = {'Case-Token': one.token};
  if (version) { headers['If-Match'] = '"' + version + '"'; }
  return headers;
}

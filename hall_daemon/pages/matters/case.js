/* One pre-review of this phone: what it is now, what is to do, the one list of what is wrong, the number in the end.
   Goes on by its address, on any phone; two tabs see the same hall. */
'use strict';

var CASE_MS = 10000, LOOK_MS = {draft: 30000, sent: 8000, looking: 8000, mend: 20000, passed: 20000}, SURE_MS = 4000;
/* What the hall found when it was sent, in a person's words. */
var UNREADY = {form_broken: 'case.form_is.broken', papers_missing: 'case.papers_missing'};
/* Only these say that there is no such review: whoever forgets it loses its secret. */
var GONE = {unknown_review: true, no_dossier: true};
var mine = null, view = null, handed = null, chosen = null, drawn = '', busy = false, begun = false, timer = null, sure = null, handedIn = '', none = null;

function fieldLink(field) { return caseLink('/forms/' + encodeURIComponent(view.form), mine, 'field=' + encodeURIComponent(field)); }

/* -- the hall ------------------------------------------------------------------------------------------------------ */

/* looked() once the hall has answered, or has not. */
function look(looked) {
  clearTimeout(timer);
  ask('GET', casePath(mine), null, caseHeaders(mine), CASE_MS, function (answer) {
    var code = answer.body && answer.body.code;
    if (looked) { looked(); }
    if (!mine) { return; }
    if (answer.status === 200 && answer.body.review === mine.review) { late(null); seen(answer.body); return; }
    if (GONE[code]) { late(null); gone(); return; }
    late(answer);
    timer = setTimeout(function () { look(); }, Math.max(4000, answer.retryAfterMs));
    show();
  });
}

/* `answer`: one that was none, null when all is well. */
function late(answer) {
  setHidden(byId('late'), !answer);
  setText(byId('late'), answer ? awayWords(answer) : '');
}

function seen(body) {
  var first = !view, other = view && (view.state !== body.state || view.lists.length !== body.lists.length);
  view = body;
  if (caseKept(mine.review) && (!mine.title || mine.state !== body.state)) {
    mine.title = body.title;
    mine.state = body.state;
    mine.said = body.state_said;
    keepCase(mine);
  }
  if (first || other) { readReplies(); readPromised(); }
  if (!guideOf && (first || other)) { readGuide(); }
  if (view.state !== 'draft' && view.state !== 'mend') { forgetInTab(view.review); }
  if (first) { readKeywords(view.matter, function () { drawn = ''; show(); }); }
  clearTimeout(timer);
  if (LOOK_MS[view.state]) { timer = setTimeout(function () { look(); }, LOOK_MS[view.state]); }
  if (view.state === 'draft' || view.state === 'mend') { readPapers(); }
  if (handedIn && view.state === 'mend' && lastList().some(function (one) { return one.id === handedIn && !one.mended; })) { say(t('case.same_picture')); }
  handedIn = '';
  lookForNumber(first || other);
  show();
  if (other) { byId('headline').focus(); }
}

function readPapers() {
  ask('GET', casePath(mine, '/papers'), null, caseHeaders(mine), CASE_MS, function (answer) {
    if (answer.status !== 200 || !view) { return; }
    handed = answer.body;
    handed.papers.forEach(function (paper) { if (paper.pages.length) { promise(paper.id, ''); } });
    show();
  });
}

function readGuide() {
  ask('GET', '/api/v1/guides/' + encodeURIComponent(view.matter), null, {}, CASE_MS, function (answer) {
    if (answer.status === 200) { guideOf = answer.body.guide; drawn = ''; show(); }
  });
}

function gone() {
  forgetCase(mine.review);
  mine = view = null;
  missing('case.gone', 'case.gone_what');
}

/* A press on the review, sent again by itself while nobody answers: it names the version that was seen, so it happens
   once. done(answer) first; then the hall is looked at again, whatever the answer was, and until then no key is there. */
function press(path, body, done, headers) {
  var tries = 0, proofs = headers || caseHeaders(mine, view.version), to = casePath(mine, path);
  if (busy) { return; }
  busy = true;
  say(null);
  show();
  function attempt() {
    ask('POST', to, body, proofs, CASE_MS, function (answer) {
      var pause = RETRY_MS[tries];
      if (!mine) { busy = false; return; }
      if (TRY_AGAIN[answer.status]) { late(answer); }
      if (TRY_AGAIN[answer.status] && pause !== undefined && answer.retryAfterMs <= LONGEST_PAUSE_MS) {
        tries += 1;
        setTimeout(attempt, Math.max(pause, answer.retryAfterMs));
        return;
      }
      if (done) { done(answer); }
      say(pressWords(answer, tries));
      look(function () { busy = false; });
    });
  }
  attempt();
}

/* Where an earlier try arrived and its answer was lost, the next look says what became of it. */
function pressWords(answer, tries) {
  var code = answer.body && answer.body.code;
  if (unheardWords(answer)) { return unheardWords(answer); }
  if (UNREADY[code]) { return t(UNREADY[code]); }
  if (answer.status < 400 || (tries && (code === 'review_changed' || code === 'review_not_now' || code === 'review_over'))) { return null; }
  return refusalWords(answer)[0].join(' ');
}

/* -- presses --------------------------------------------------------------------------------------------------------- */

/* 18 characters have to check; other papers have other numbers. */
function numberWrong(text) {
  if (!/^[0-9A-Za-z-]{5,32}$/.test(text)) { return true; }
  if (text.length !== 18) { return false; }
  var weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], sum = 0, at;
  for (at = 0; at < 17; at += 1) { sum += weights[at] * Number(text[at]); }
  return '10X98765432'[sum % 11] !== text[17].toUpperCase();
}

function send() {
  var number = byId('who-number').value.replace(/\s/g, ''), now = view.state === 'mend' ? promisedReplies() : promised;
  if (view.state === 'draft' && !view.mine && numberWrong(number)) {
    setText(byId('who-wrong'), t('case.who_wrong'));
    byId('who-number').focus();
    return;
  }
  setText(byId('who-wrong'), '');
  press('/send', {
    id_number: number, replies: view.state === 'mend' ? allReplies() : [],
    promised: Object.keys(now), instead: Object.keys(now).filter(function (id) { return now[id] === 'instead'; })
  }, function (answer) {
    if (answer.status === 200) { byId('who-number').value = ''; }
    if (answer.body && answer.body.code === 'form_broken') { broken = view.version; }
  });
}

function choosePage(paper, page) {
  chosen = {paper: paper, page: page};
  byId('file').value = '';
  byId('file').click();
}

/* Two presses within some seconds; what is redrawn between them is known by its name. */
function twice(name, button, word, work) {
  var again = sure && sure.name === name;
  function over() { sure = null; drawn = ''; show(); }
  if (sure) { clearTimeout(sure.timer); over(); }
  if (again) { work(); return; }
  sure = {name: name, timer: setTimeout(over, SURE_MS)};
  if (document.contains(button)) { setText(button, t(word)); } else { drawn = ''; show(); }
}

function isSure(name) { return Boolean(sure) && sure.name === name; }

/* With the hall's name, which this page asks for now; without it where the hall does not answer. */
function printList() {
  var now = new Date();
  setText(byId('printed'), t('case.printed', {day: dayWords([now.getFullYear(), now.getMonth() + 1, now.getDate()].join('-'))}));
  ask('GET', '/api/v1/hall', null, {}, CASE_MS, function (answer) {
    if (answer.status === 200 && answer.body.name) { setText(byId('printed-hall'), named(answer.body.name)); }
    window.print();
  });
}

function copyAddress() {
  var text = caseAddress(mine), button = byId('address');
  function told(well) { setText(button, t(well ? 'case.copied' : 'case.address_is')); if (!well) { window.prompt(t('case.address_is'), text); } }
  if (navigator.clipboard && navigator.clipboard.writeText) {
    navigator.clipboard.writeText(text).then(function () { told(true); }, function () { told(false); });
  } else { told(false); }
}

/* -- what papers-send.js asks of a page ---------------------------------------------------------------------------- */

/* The very same picture again is no new one. */
function put(paper) { handedIn = paper.id; look(); }
function over() { look(); }
function say(words) { setText(byId('said'), words || ''); setHidden(byId('said'), !words); }

/* -- what is shown ----------------------------------------------------------------------------------------------------- */

function dayWords(day) { var parts = (day || '').split('-'); return t('case.day', {year: parts[0], month: word('case.month', Number(parts[1])), day: Number(parts[2])}); }

/* What stands in [ ] strikes the eye. */
function marked(node, text) {
  empty(node);
  text.split(/[[\]]/).forEach(function (part, at) { if (part) { node.appendChild(at % 2 ? make('em', {text: part}) : document.createTextNode(part)); } });
}

/* A headline begins with a capital, in languages that have some. */
function stateWords() { var said = named(view.state_said); return said.charAt(0).toUpperCase() + said.slice(1); }

function headline() {
  var open = view.state === 'mend' ? openEntries() : 0;
  if (view.state === 'mend') { return [open ? t('case.open_entries', {n: open}) : t('case.all_mended'), t('case.once')]; }
  if (view.state === 'draft') { return [stateWords(), t('case.draft_what')]; }
  if (view.state === 'refused') { return [stateWords(), word('review.refused', view.reason) + (view.words ? ' ' + view.words : '')]; }
  return [stateWords(), word('case.what', view.state)];
}

function untilWords() {
  if (!view.due) { return ''; }
  return word('case.until', view.state === 'looking' ? 'sent' : view.state).replace('{day}', (view.about ? t('case.about') : '') + dayWords(view.due));
}

function mainKey() {
  var open = view.state === 'mend' ? openEntries() : 0;
  if (view.state === 'draft') { return [t('case.send'), draftLacks(), send, Boolean(draftLacks())]; }
  if (view.state === 'mend') { return [t('case.send_again'), open ? t('case.still_open', {n: open}) : '', send, open > 0 || Object.keys(sending).length > 0]; }
  return numberKey();
}

function drawMain() {
  var key = mainKey(), button = byId('main');
  setHidden(button, !key);
  if (!key) { return; }
  setText(button, busy ? t('case.moment') : key[0]);
  if (key[1] && !busy) { button.appendChild(make('small', {text: key[1]})); }
  button.disabled = busy || key[3];
  button.press = key[2];
}

function show() {
  var head, now;
  setHidden(byId('loading'), Boolean(view) || !mine);
  setHidden(byId('case'), !view);
  if (!view) { return; }
  drawMain();
  now = JSON.stringify([view, broken, handed, promised, replies, language.now, mine.ticket, held, Object.keys(sending).map(function (id) { return [id, sending[id].share, sending[id].failed]; })]);
  if (now === drawn) { return; }
  drawn = now;
  head = headline();
  document.title = head[0].replace(/[[\]]/g, '');
  setText(byId('above'), named(view.title));
  setText(byId('id'), view.review);
  marked(byId('headline'), head[0]);
  setText(byId('sub'), head[1]);
  setText(byId('until'), untilWords());
  setText(byId('note'), named(view.note));
  setHidden(byId('who'), view.state !== 'draft' || view.mine);
  setHidden(byId('print'), view.state !== 'mend');
  setHidden(byId('all-papers'), view.state !== 'mend');
  setAttr(byId('all-papers'), 'href', caseLink('/papers', mine));
  setHidden(byId('to-other'), !LOOK_MS[view.state]);
  setHidden(byId('withdraw'), !LOOK_MS[view.state] || view.used);
  setAttr(byId('guide'), 'href', '/guides/' + encodeURIComponent(view.matter));
  setAttr(byId('person'), 'href', '/ask#m=' + encodeURIComponent(view.matter));
  if (!sure) { setText(byId('withdraw'), t('case.withdraw')); setText(byId('forget'), t('case.forget')); }
  drawTodo();
  drawDefects();
  drawNumber();
}

/* Without a review in the address: those that this phone keeps. */
function missing(title, what) {
  var list = keptCases();
  none = [title, what];
  setHidden(byId('loading'), true);
  setHidden(byId('case'), true);
  setHidden(byId('missing'), Boolean(list.length) && title === 'case.none');
  setText(byId('missing-title'), t(title));
  setText(byId('missing-what'), t(what));
  setHidden(byId('kept'), !list.length);
  empty(byId('kept-list'));
  list.forEach(function (one) {
    byId('kept-list').appendChild(make('li', {}, [make('a', {'class': 'm-row', href: caseLink('/case', one)}, [make('b', {text: one.title ? named(one.title) : one.review}), make('span', {'class': 'small', text: (one.said ? named(one.said) + ' · ' : '') + one.review})])]));
  });
}

byId('file').addEventListener('change', function () {
  var file = byId('file').files[0], where = chosen;
  if (!file || !where) { return; }
  shrunk(file, function (blob) { sendPage(where.paper, where.page, blob); });
});
byId('main').addEventListener('click', function () { byId('main').press(); });
byId('who').addEventListener('submit', function (event) { event.preventDefault(); if (!byId('main').disabled) { send(); } });
byId('address').addEventListener('click', copyAddress);
byId('to-other').addEventListener('click', function () { offerMove(); window.scrollTo(0, 0); });
byId('print').addEventListener('click', printList);
byId('withdraw').addEventListener('click', function () { twice('withdraw', byId('withdraw'), 'case.withdraw_sure', function () { press('/withdraw', {}); }); });
byId('forget').addEventListener('click', function () {
  twice('forget', byId('forget'), 'case.forget_sure', function () { forgetCase(mine.review); mine = view = null; location.assign('/case'); });
});
document.addEventListener('visibilitychange', function () { if (!document.hidden && view) { look(); } });

function begin() {
  begun = true;
  setHidden(byId('kept'), true);
  var secret = fragment().s;
  if (secret) {
    if (window.history.replaceState) { history.replaceState(null, '', location.pathname); }
    claimMove(secret);
    return;
  }
  if (fragment().m && !moving) {
    moving = {token: fragment().m, words: t('case.moment')};
    drawMove();
    collectMove();
    return;
  }
  mine = mine || caseOfAddress();
  me = mine;
  if (mine) { look(); } else if (caseAsked()) { missing('case.gone', 'case.gone_what'); } else { missing('case.none', 'case.none_what'); }
}

window.addEventListener('hashchange', function () { if (fragment().r || fragment().s) { mine = view = null; drawn = ''; begin(); } });
language.changed.push(function () { if (view) { show(); } else if (begun && !mine && none) { missing(none[0], none[1]); } });
startElder();
startLanguage(byId('language'));
begin();

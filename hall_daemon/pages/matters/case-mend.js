/* The one list of what is wrong, entry by entry: taken again, mended in the form, promised, or not needed and why.
   Answers wait in this tab until all of them go together. */
'use strict';

var replies = {}, guideOf = null;

function lastList() { return view.lists.length ? view.lists[view.lists.length - 1].defects : []; }
function repliesName() { return 'hall.case.' + view.review + '.' + view.lists.length; }

function readReplies() {
  try { replies = JSON.parse(sessionStorage.getItem(repliesName())) || {}; } catch (error) { replies = {}; }
}

/* `way` of a promise: later (容缺), or instead of the paper (告知承诺). */
function reply(at, how, words, way) {
  if (how) { replies[at] = {at: at, how: how, words: words || '', way: way || ''}; } else { delete replies[at]; }
  try { sessionStorage.setItem(repliesName(), JSON.stringify(replies)); } catch (error) { /* a reload loses it */ }
  show();
}

/* What an entry is answered with now; null while it is open. Something new in its place answers by itself. */
function replyTo(defect, at) {
  var said = replies[at];
  if (said && said.how === 'promise') { return said; }
  if (said && said.words) { return said; }
  if (defect.mended && isDropped(defect)) { return {at: at, how: 'not_needed', words: t('case.dropped')}; }
  return defect.mended ? {at: at, how: 'replaced', words: ''} : null;
}

function openEntries() { return lastList().filter(function (defect, at) { return !replyTo(defect, at); }).length; }
function allReplies() { return lastList().map(replyTo).map(function (one) { return {at: one.at, how: one.how, words: one.words}; }); }

function waysTo(paper) { return view.ways[paper] || []; }
function wayOf(said, paper) { return said && said.how === 'promise' ? said.way || waysTo(paper)[0] : ''; }

/* paper -> way, of what is promised in answer to the list. */
function promisedReplies() {
  var found = {};
  lastList().forEach(function (defect, at) { var way = defect.of === 'paper' ? wayOf(replyTo(defect, at), defect.id) : ''; if (way) { found[defect.id] = way; } });
  return found;
}

function materialOf(defect) { return defect.of === 'paper' && guideOf && guideOf.materials[defect.id] || null; }

function sampleLink(material) {
  return material && material.sample ? make('a', {href: '/api/v1/guides/files/' + encodeURIComponent(material.sample), text: t('case.sample')}) : null;
}

/* What each of the two kinds asks of whoever promises. */
function promiseWords(material, way) {
  var gap = material && material.gap;
  if (way === 'instead') { return t('case.promise_takes'); }
  return gap && gap.days ? t(gap.unit === 'natural' ? 'case.promise_natural' : 'case.promise_days', {n: gap.days}) : t('case.promise_words');
}

/* chosen(way) of a press: the way, or '' where it was taken back. */
function promiseKeys(paper, now, chosen) {
  return waysTo(paper).map(function (way) {
    return answerKey(word('case.promise', way), false, function () { chosen(now === way ? '' : way); }, now === way);
  });
}

function answerKey(word, main, press, pressed) {
  return make('button', {type: 'button', 'class': 'm-key' + (main ? ' is-primary' : ''), 'aria-pressed': pressed === undefined ? null : pressed ? 'true' : 'false', text: word, on: {click: press}});
}

function keysOf(defect, at) {
  var way = sending[defect.id], said = replies[at] || {}, mended = defect.mended, keys = [];
  if (way) {
    return [answerKey(way.failed ? t('case.resend') : t('case.sending', {n: Math.floor(way.share * 100)}), way.failed, function () { if (way.failed) { way.retry(); } }), answerKey(t('case.stop'), false, way.stop)];
  }
  if (defect.of === 'paper') {
    keys = paperKeys(defect).concat(promiseKeys(defect.id, wayOf(said, defect.id), function (way) { reply(at, way && 'promise', '', way); }));
  } else {
    keys.push(make('a', {'class': 'm-key' + (mended ? '' : ' is-primary'), href: fieldLink(defect.id), text: t(mended ? 'case.look_again' : 'case.to_field')}));
  }
  keys.push(answerKey(t('case.not_needed'), false, function () { reply(at, said.how === 'not_needed' ? '' : 'not_needed'); }, said.how === 'not_needed'));
  return keys;
}

function doneWords(defect, at) {
  var now = replyTo(defect, at);
  return now ? word('case.done', wayOf(now, defect.id) || now.how) : '';
}

function entryNode(defect, at) {
  var material = materialOf(defect), said = replies[at] || {}, now = replyTo(defect, at), page = defect.page ? t('case.page', {n: defect.page}) : '';
  /* 'what it is: how to mend it' */
  var told = named(defect.said).split(/[\uff1a:]/);
  var words = make('textarea', {'class': 'f-input', id: 'words-' + at, maxlength: 1000, rows: 2, 'aria-label': t('case.why_not_needed'), placeholder: t('case.why_not_needed'), on: {change: function () { reply(at, 'not_needed', words.value); }}});
  words.value = said.words || '';
  return make('li', {'class': 'panel f-defect' + (now ? ' is-done' : ''), 'data-entry': at}, [
    make('b', {'data-n': at + 1}, worded(named(defect.place) + page)),
    make('p', {'class': 'c-why'}, worded(told[0].trim() + (defect.words ? ' · ' + defect.words : ''))),
    told[1] || material ? make('p', {}, [make('b', {text: t('case.mend')}), make('span', {}, worded((told[1] || t('case.as_told')).trim() + ' ')), sampleLink(material)]) : null,
    defect.of === 'paper' ? make('div', {}, waysTo(defect.id).map(function (way) { return make('p', {'class': 'c-why c-promise', text: t('case.or.' + way, {words: promiseWords(material, way)})}); })) : null,
    now ? make('p', {'class': 'c-done', role: 'status', text: doneWords(defect, at)}) : null,
    said.how === 'not_needed' ? words : null,
    make('div', {'class': 'c-answers'}, keysOf(defect, at)),
    pagesNode(defect)
  ]);
}

function drawDefects() {
  var list = view.state === 'mend' ? lastList() : [];
  redrawn(byId('defects'), function () {
    list.forEach(function (defect, at) { byId('defects').appendChild(entryNode(defect, at)); });
  });
}

/* The rows of `place` anew; who stood on a key stands on the same one of its row, or on the first there. */
function redrawn(place, draw) {
  var active = document.activeElement, row = active && place.contains(active) ? active : null, at, words = row && row.textContent, keys;
  while (row && row.parentNode !== place) { row = row.parentNode; }
  at = row ? Array.prototype.indexOf.call(place.children, row) : -1;
  empty(place);
  draw();
  if (!place.children[at]) { return; }
  keys = Array.prototype.slice.call(place.children[at].querySelectorAll('button, a, textarea'));
  keys = keys.filter(function (key) { return key.nodeName === active.nodeName && key.textContent === words; }).concat(keys);
  if (keys[0]) { keys[0].focus({preventScroll: true}); }
}

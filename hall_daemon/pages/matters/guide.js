/* One matter's guide: how long, what it costs, what to bring, why people come in vain, the steps, and the rest by
   paragraph. What the hall still has to confirm says so beside it. */
'use strict';

var GUIDE_TIMEOUT_MS = 8000, GUIDE_AGAIN_MS = 4000;
/* Where a form is filled in, before the form's name. */
var FORM_PAGE = '/forms/';
/* Paragraphs that are shown closed; the others have a place of their own. */
var CLOSED = ['matter', 'scope', 'conditions', 'forbidden', 'limit', 'fee', 'places', 'hours', 'channels', 'result', 'basis', 'rights', 'contact', 'progress'];
var matter = decodeURIComponent(location.pathname.split('/').pop()), view = null;

function readGuide() {
  ask('GET', '/api/v1/guides/' + encodeURIComponent(matter), null, {}, GUIDE_TIMEOUT_MS, function (answer) {
    var well = answer.status === 200 && answer.body, none = answer.status === 404;
    setHidden(byId('late'), Boolean(well || none));
    setText(byId('late'), t('shared.no_connection_trying_again'));
    if (none) { setHidden(byId('loading'), true); setHidden(byId('missing'), false); return; }
    if (!well) { setTimeout(readGuide, Math.max(answer.retryAfterMs, GUIDE_AGAIN_MS)); return; }
    view = answer.body;
    showGuide();
  });
}

function doubtNode(confirm) {
  return confirm ? make('span', {'class': 'm-tag is-doubt', title: word('guide.why', confirm), text: t('guide.confirm')}) : null;
}

function fileOf(name) { return '/api/v1/guides/files/' + encodeURIComponent(name); }

function figure(large, small, confirm) { return make('div', {}, [make('b', {text: large}), make('span', {text: small}), doubtNode(confirm)]); }

// Why one of them has to be looked at first, null where all are certain.
function doubtOf(facts) { return facts.map(function (fact) { return fact && fact.confirm; }).filter(Boolean)[0] || null; }

function daysWords(limit) {
  return limit.days ? t(limit.unit === 'natural' ? 'guide.natural_days' : 'guide.working_days', {n: limit.days}) : t('guide.at_once');
}

function showFigures() {
  var guide = view.guide, place = byId('figures'), legal = guide.limits.legal, fee = guide.fee;
  var dearest = Math.max.apply(null, [0].concat((fee.charges || []).map(function (charge) { return charge.fen || 0; })));
  empty(place);
  place.appendChild(figure(daysWords(guide.limits.promised), legal ? t('guide.legal', {days: daysWords(legal)}) : t('guide.no_legal'), doubtOf([guide.limits.promised, legal])));
  place.appendChild(figure(fee.charged ? t('guide.up_to', {yuan: dearest / 100}) : t('guides.free'), t(fee.charged ? 'guide.fee_below' : 'guide.nobody_charges'), doubtOf([fee].concat(fee.charges || []))));
  if (guide.visits !== undefined && guide.visits !== null) {
    place.appendChild(figure(t('guide.times', {n: guide.visits}), t('guide.visits'), guide.visits_confirm));
  }
}

function tagsOf(one) {
  var gap = one.gap, found = [];
  function tag(kind, key, facts) { found.push(make('span', {'class': 'm-tag' + kind, text: t(key, facts)})); }
  if (one.shared) { tag(' is-ok', 'guide.tag_shared'); }
  if (one.original) { tag('', 'guide.tag_original', {n: one.original}); }
  if (one.copies) { tag('', 'guide.tag_copies', {n: one.copies}); }
  if (one.electronic) { tag(' is-tint', 'guide.tag_electronic'); }
  if (gap) { tag('', !gap.days ? 'guide.tag_gap_agreed' : gap.unit === 'natural' ? 'guide.tag_gap_natural' : 'guide.tag_gap', {n: gap.days}); }
  if (one.promise) { tag('', 'guide.tag_promise'); }
  found.push(doubtNode(doubtOf([one, gap, one.promise])));
  return make('div', {'class': 'm-tags'}, found);
}

function sampleNode(name, key) {
  if (!name) { return null; }
  if (/\.(jpg|png|webp)$/.test(name)) {
    return make('details', {'class': 'm-sample'}, [make('summary', {text: t(key)}), make('img', {src: fileOf(name), alt: t(key), loading: 'lazy'})]);
  }
  return make('p', {}, [make('a', {'class': 'm-key', href: fileOf(name), text: t(key)})]);
}

function paperNode(key) {
  var one = view.guide.materials[key];
  var told = ['when', 'issuer', 'pages', 'signed', 'valid', 'photo', 'note'].filter(function (name) { return one[name]; }).map(function (name) {
    return make('span', {'class': 'small'}, worded(t('guide.paper.' + name, {what: named(one[name])})));
  });
  if (!one.issuer) { told.unshift(make('span', {'class': 'small', text: word('guide.source', one.source)})); }
  return make('li', {id: 'materials.' + key}, [make('b', {}, worded(named(one.name))), tagsOf(one)].concat(told, [
    sampleNode(one.sample, 'guide.sample'), sampleNode(one.blank, 'guide.blank')
  ]));
}

// Whether something of it stands in Chinese only.
function lacksWords(value) {
  if (!value || typeof value !== 'object') { return false; }
  if (typeof value.zh === 'string') { return !value[language.now]; }
  return Object.keys(value).some(function (key) { return lacksWords(value[key]); });
}

function showPapers() {
  var papers = Object.keys(view.guide.materials);
  var always = papers.filter(function (key) { return (view.guide.materials[key].need || 'always') === 'always'; });
  var others = papers.filter(function (key) { return always.indexOf(key) < 0; });
  setText(byId('papers-title'), t('guide.bring', {n: always.length}));
  empty(byId('papers'));
  always.forEach(function (key) { byId('papers').appendChild(paperNode(key)); });
  empty(byId('cases'));
  if (others.length) {
    byId('cases').appendChild(make('h4', {'class': 'm-sub', text: t('guide.in_some_cases', {n: others.length})}));
    byId('cases').appendChild(make('ol', {'class': 'm-papers'}, others.map(paperNode)));
  }
}

function showWrong() {
  var wrong = view.guide.often_wrong || [], place = byId('wrong');
  setHidden(place, !wrong.length);
  empty(place);
  place.appendChild(make('h3', {'class': 'm-panel-title', text: t('guide.in_vain')}));
  place.appendChild(make('ul', {}, wrong.map(function (one) { return lineNode(one); })));
}

function showSteps() {
  empty(byId('steps'));
  view.guide.steps.forEach(function (step) {
    var pictured = step.pictured ? named(step.pictured) : named(step.name);
    byId('steps').appendChild(make('li', {'class': 'm-step'}, [
      make('b', {text: named(step.name)}),
      make('p', {}, worded(named(step.actor) + t('guide.does') + named(step.action))),
      step.time && make('p', {'class': 'small', text: t('guide.takes', {time: named(step.time)})}),
      step.document && make('p', {'class': 'small', text: t('guide.gives', {paper: named(step.document)})}),
      doubtNode(step.confirm),
      step.picture && make('img', {src: fileOf(step.picture), alt: pictured, loading: 'lazy'}),
      step.video && make('video', {src: fileOf(step.video), controls: '', preload: 'none', playsinline: '', 'aria-label': pictured})
    ]));
  });
}

function lineNode(line) { return make('li', {}, [make('span', {}, worded(named(line.text))), doubtNode(line.confirm)]); }

function showParts() {
  empty(byId('parts'));
  view.paragraphs.forEach(function (one) {
    if (CLOSED.indexOf(one.id) < 0) { return; }
    byId('parts').appendChild(make('details', {'class': 'panel m-part', id: one.id}, [
      make('summary', {text: named(one.title)}), make('ul', {}, one.lines.map(lineNode))
    ]));
  });
}

function showAsked() {
  var place = byId('asked'), asked = view.guide.faq || [];
  setHidden(place, !asked.length);
  empty(place);
  place.appendChild(make('h2', {'class': 'm-asked-title', text: t('guide.asked')}));
  asked.forEach(function (one, at) {
    place.appendChild(make('details', {'class': 'm-asked', id: 'faq.' + (at + 1)}, [
      make('summary', {text: named(one.q)}), make('p', {}, [make('span', {}, worded(named(one.a) + ' ')), doubtNode(one.confirm)])
    ]));
  });
}

function showNear() {
  var place = byId('near'), near = view.guide.near || [];
  setHidden(place, !near.length);
  empty(place);
  place.appendChild(make('h2', {'class': 'm-panel-title', text: t('guide.near')}));
  near.forEach(function (one) {
    place.appendChild(one.matter ? make('p', {}, [make('a', {'class': 'm-key', href: '/guides/' + one.matter, text: named(one.text)})]) :
      make('p', {text: named(one.text)}));
  });
}

function showStopped() {
  var stopped = view.guide.stopped, place = byId('stopped');
  setHidden(place, !stopped);
  empty(place);
  if (!stopped) { return; }
  place.appendChild(make('h3', {'class': 'm-panel-title', text: t('guide.stopped_since', {day: stopped.since})}));
  place.appendChild(make('p', {text: named(stopped.text)}));
  if (stopped.replaced_by) { place.appendChild(make('a', {'class': 'm-key', href: '/guides/' + stopped.replaced_by, text: t('guide.instead')})); }
}

/* An address with a paragraph's id opens it: an answer leads there; to all of them where the one paper is not there. */
function openAsked() {
  var asked = decodeURIComponent(location.hash.slice(1)).replace('often_wrong', 'wrong');
  var node = asked && (byId(asked) || byId(asked.split('.')[0]));
  if (!node) { return; }
  node.open = true;
  node.scrollIntoView();
}

function showGuide() {
  var guide = view && view.guide;
  if (!guide) { return; }
  document.title = named(guide.title);
  setHidden(byId('loading'), true);
  setHidden(byId('guide'), false);
  setText(byId('above'), named(guide.department));
  setText(byId('title'), named(guide.title));
  showTexts();
  setText(byId('version'), t('guide.version', {n: guide.version || 1, day: guide.dated}));
  setHidden(byId('chinese'), !lacksWords(view.guide));
  setHidden(byId('lower'), !(FORM_PAGE && guide.form) || view.summary.over);
  setAttr(byId('begin'), 'href', FORM_PAGE + guide.form);
  setAttr(byId('ask-link'), 'href', '/ask#m=' + encodeURIComponent(matter));
  openAsked();
}

/* Anew in another language, or with its keywords: what somebody opened stays open. */
function showTexts() {
  var before = opened();
  [showStopped, showFigures, showPapers, showWrong, showSteps, showParts, showAsked, showNear].forEach(function (part) { part(); });
  if (before.length === opened().length) { each(document.querySelectorAll('details'), function (node, at) { node.open = before[at]; }); }
}
function opened() {
  var found = [];
  each(document.querySelectorAll('details'), function (node) { found.push(node.open); });
  return found;
}

language.changed.push(showGuide);
startElder();
startLanguage(byId('language'));
readGuide();
readKeywords(matter, function () { if (view) { showTexts(); } });

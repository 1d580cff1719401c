/* 交材料: photos of papers, made smaller here and sent page by page, for a kiosk (#s=SECRET of its code; first both show
   the same number, and the kiosk's person says so) or for one's own review (?case=REVIEW, or #r=REVIEW&t=TOKEN). What the
   address held is taken out of it at once. A page that did not get through is sent again by itself; what a picture lacks
   is told, and it may stay. */
'use strict';

var CONFIRMED_MS = 2000;
var handed = null, ended = '', chosen = null, saidNow = null;

/* -- who I am ---------------------------------------------------------------------------------------------------- */

/* In this tab only, so that the page can be loaded anew. */
function remember() {
  try {
    if (me) { sessionStorage.setItem(PAPERS_AS, JSON.stringify(me)); } else { sessionStorage.removeItem(PAPERS_AS); }
  } catch (error) { /* then it cannot */ }
}

function remembered() {
  try { return JSON.parse(sessionStorage.getItem(PAPERS_AS)); } catch (error) { return null; }
}

function over(why) {
  if (me && me.own) { location.replace(caseLink('/case', me)); return; }
  ended = why;
  me = null;
  remember();
  show();
}

/* Says when the hall does not answer; whether it did not. */
function late(answer) {
  var away = isAway(answer);
  setHidden(byId('late'), !away);
  setText(byId('late'), away ? awayWords(answer) : '');
  return away;
}

function claim(secret) {
  ask('POST', '/api/v1/handover/claim', {secret: secret}, {}, READ_MS, function (answer) {
    var away = late(answer);
    if (answer.status === 200) {
      me = {box: true, token: answer.body.token, number: answer.body.number, kiosk: answer.body.kiosk};
      remember();
      show();
      setTimeout(opened, CONFIRMED_MS);
    } else if (away) {
      setTimeout(function () { claim(secret); }, Math.max(2000, answer.retryAfterMs));
    } else { over('used'); }
  });
}

/* What the kiosk asks for, once its person has said that both numbers are the same. */
function opened() {
  if (!me) { return; }
  ask('POST', '/api/v1/handover/open', {token: me.token}, {}, READ_MS, function (answer) {
    if (!me) { return; }
    if (!late(answer) && answer.status !== 200) { over('gone'); return; }
    if (answer.status === 200 && answer.body.state === 'open') {
      handed = answer.body.papers;
      me.review = handed.review;
      remember();
      show();
      return;
    }
    setTimeout(opened, Math.max(CONFIRMED_MS, answer.retryAfterMs));
  });
}

function read() {
  if (!me) { return; }
  ask('GET', path(''), null, proof(), READ_MS, function (answer) {
    if (!me) { return; }
    if (answer.status === 200 && !answer.body.papers) { answer.status = 0; }
    if (!late(answer) && answer.status !== 200) { over('gone'); return; }
    if (answer.status === 200) { handed = answer.body; show(); return; }
    setTimeout(read, Math.max(3000, answer.retryAfterMs));
  });
}

/* Papers of one's own review, while something may be handed in; else its page says what it is now. */
function readOwn() {
  ask('GET', casePath(me), null, caseHeaders(me), READ_MS, function (answer) {
    var state = answer.body && answer.body.state;
    if (!me) { return; }
    if (late(answer) || (answer.status === 200 && !state)) { setTimeout(readOwn, Math.max(3000, answer.retryAfterMs)); return; }
    if (state === 'draft' || state === 'mend') { read(); } else { over('gone'); }
  });
}

function put(paper) {
  handed.papers = handed.papers.map(function (one) { return one.id === paper.id ? paper : one; });
}

function say(words) { saidNow = words; }

/* -- presses --------------------------------------------------------------------------------------------------------- */

/* `page` 0: one more. */
function choosePage(paper, page) {
  chosen = {paper: paper.id, page: page};
  byId('file').value = '';
  byId('file').click();
}

/* The pages behind the first go, the first is taken again. */
function takeAnew(paper) {
  paper.pages.slice(1).forEach(function (page) {
    ask('DELETE', pagePath(paper.id, page.page), null, proof(), READ_MS, function (answer) {
      if (answer.status === 200) { put(answer.body); } else { say(refusalWords(answer)[0].join(' ')); }
      show();
    });
  });
  choosePage(paper, paper.pages[0].page);
}

function insist(paper, page) {
  ask('POST', pagePath(paper.id, page.page) + '/insist', {version: page.version}, proof(), READ_MS, function (answer) {
    if (answer.status === 200) { put(answer.body); } else { say(refusalWords(answer)[0].join(' ')); }
    show();
  });
}

/* -- what is shown ----------------------------------------------------------------------------------------------------- */

function svg(children) {
  var node = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  node.setAttribute('viewBox', '0 0 36 36');
  node.setAttribute('aria-hidden', 'true');
  node.setAttribute('class', 'paper-sign');
  children.forEach(function (child) {
    var part = document.createElementNS('http://www.w3.org/2000/svg', child[0]);
    Object.keys(child[1]).forEach(function (name) { part.setAttribute(name, child[1][name]); });
    node.appendChild(part);
  });
  return node;
}

var WAY = 2 * Math.PI * 14;
var SIGNS = {
  bad: function () { return svg([['path', {'class': 'sign-bad', d: 'M18 5 33 31H3Z M18 14v9 M18 26.8v.2'}]]); },
  none: function () { return svg([['circle', {'class': 'sign-none', cx: 18, cy: 18, r: 15}]]); },
  good: function () { return svg([['circle', {'class': 'sign-good', cx: 18, cy: 18, r: 17}], ['path', {'class': 'sign-good-mark', d: 'M10 18.5 15.5 24 26 13'}]]); },
  way: function (share) {
    return svg([['circle', {'class': 'sign-track', cx: 18, cy: 18, r: 14}], ['circle', {'class': 'sign-way', cx: 18, cy: 18, r: 14,
      transform: 'rotate(-90 18 18)', 'stroke-dasharray': (WAY * share).toFixed(1) + ' ' + WAY.toFixed(1)}]]);
  }
};

var ENDED = {
  done: ['papers.ended_done', 'papers.ended_done_advice'], used: ['papers.ended_used', 'papers.ended_used_advice'],
  gone: ['papers.ended_gone', 'papers.ended_gone_advice'], none: ['papers.ended_none', 'papers.ended_none_advice']
};

function unclear(paper) {
  return paper.pages.filter(function (page) { return page.marks.length && !page.insisted; })[0];
}

/* {sign, words, keys: [[word, main, press]]} */
function stateOf(paper) {
  var way = sending[paper.id], lacking = unclear(paper);
  if (way && way.failed) {
    return {sign: SIGNS.bad(), words: t('papers.not_sent'), keys: [['papers.again', true, way.retry], ['papers.stop', false, way.stop]]};
  }
  if (way) {
    return {sign: SIGNS.way(way.share), words: way.tries ? t(way.limited ? 'papers.limited' : 'papers.trying', {n: way.tries}) :
      way.share < 1 ? t('papers.sending', {n: Math.floor(way.share * 100)}) : t('papers.looking'), keys: [['papers.stop', false, way.stop]]};
  }
  if (lacking) {
    return {sign: SIGNS.bad(), words: t('papers.page', {n: lacking.page}) + named(lacking.marks[0].say), keys: [
      ['papers.retake', true, function () { choosePage(paper, lacking.page); }], ['papers.keep', false, function () { insist(paper, lacking); }]
    ]};
  }
  if (!paper.pages.length) {
    return {sign: SIGNS.none(), words: t('papers.none'), keys: [['papers.take', true, function () { choosePage(paper, 0); }]]};
  }
  return {sign: SIGNS.good(), words: t('papers.pages', {n: paper.pages.length}), keys: [
    ['papers.more', false, function () { choosePage(paper, 0); }],
    ['papers.anew', false, function () { takeAnew(paper); }]
  ]};
}

function showPaper(node, paper) {
  var state = stateOf(paper), name = named(paper.name), drawn = JSON.stringify([state.words, name, language.now, state.keys.map(function (key) { return key[0]; })]);
  node.replaceChild(state.sign, node.firstChild);
  if (node.drawn === drawn) {  /* focus stays where it is */
    each(node.lastChild.children, function (key, at) { key.press = state.keys[at][2]; });
    return;
  }
  node.drawn = drawn;
  setText(node.children[1].firstChild, name);
  setText(node.children[1].lastChild, state.words);
  empty(node.lastChild);
  state.keys.forEach(function (key) {
    var button = make('button', {type: 'button', 'class': 'paper-key' + (key[1] ? ' main' : ''), text: t(key[0]), 'aria-label': t(key[0]) + ' ' + name,
      on: {click: function () { button.press(); }}});
    button.press = key[2];
    node.lastChild.appendChild(button);
  });
}

function buildPaper() {
  return make('li', {'class': 'paper'}, [
    make('span'), make('p', {'class': 'paper-words'}, [make('b'), make('span')]), make('div', {'class': 'paper-keys'})
  ]);
}

/* What is missing or unclear stands first; the order is that of the first look, so that no row moves under a finger. */
var places = null;
function inOrder(papers) {
  function open(paper) { return !paper.pages.length || unclear(paper) ? 0 : 1; }
  if (!places) {
    places = {};
    papers.map(function (paper, at) { return [open(paper), at, paper.id]; }).sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; }).forEach(function (row, at) { places[row[2]] = at; });
  }
  return papers.slice().sort(function (a, b) { return places[a.id] - places[b.id]; });
}

function show() {
  var there;
  setHidden(byId('loading'), Boolean(me && (handed || me.number)) || Boolean(ended));
  setHidden(byId('ended'), !ended);
  setHidden(byId('box'), Boolean(ended) || !handed || !me);
  setHidden(byId('kiosk'), Boolean(ended) || !me || !me.number);
  if (ended) {
    setText(byId('ended-title'), t(ENDED[ended][0]));
    setText(byId('ended-advice'), t(ENDED[ended][1]));
    return;
  }
  if (me && me.number) {
    setText(byId('kiosk-name'), me.kiosk ? t('papers.kiosk', {kiosk: me.kiosk}) : t('papers.a_kiosk'));
    setText(byId('compare-how'), t(handed ? 'papers.compare' : 'papers.compare_how'));
    setText(byId('compare-number'), me.number);
  }
  if (!handed || !me) { return; }
  there = handed.papers.filter(function (paper) { return paper.pages.length && !unclear(paper); }).length;
  setText(byId('count'), t('papers.count', {all: handed.papers.length, there: there}));
  setText(byId('matter'), handed.title ? named(handed.title) : '');
  setText(byId('done'), t(me.own ? 'papers.done_case' : 'papers.done_kiosk'));
  setHidden(byId('said'), !saidNow);
  setText(byId('said'), saidNow || '');
  keyed(byId('papers'), inOrder(handed.papers), function (paper) { return paper.id; }, buildPaper, showPaper);
}

byId('file').addEventListener('change', function () {
  var file = byId('file').files[0], where = chosen;
  if (!file || !where) { return; }
  shrunk(file, function (blob) { sendPage(where.paper, where.page, blob); });
});
byId('done').addEventListener('click', function () {
  if (Object.keys(sending).length) { say(t('papers.wait')); show(); return; }
  if (me.own) { location.assign(caseLink('/case', me)); return; }
  over('done');
});
/* Another tab may have sent pages meanwhile. */
document.addEventListener('visibilitychange', function () {
  if (!document.hidden && handed && !Object.keys(sending).length) { read(); }
});
window.addEventListener('beforeunload', function (event) {
  if (Object.keys(sending).length) { event.preventDefault(); event.returnValue = ''; }
});

language.changed.push(show);
startElder();
startLanguage(byId('language'));

(function begin() {
  var said = fragment(), own = caseOfAddress();
  if (!own && caseAsked()) { location.replace('/case?case=' + caseAsked()); return; }
  if (location.hash && !own && window.history.replaceState) { history.replaceState(null, '', location.pathname + location.search); }
  if (said.s) { claim(said.s); return; }
  me = own ? {own: true, review: own.review, token: own.token} : remembered();
  if (!me) { over('none'); return; }
  remember();
  if (me.box) { show(); opened(); } else { readOwn(); }
}());

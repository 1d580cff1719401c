/* 办事指南: notices, a search, and every matter by its group. Read once; a page that got no answer asks again. */
'use strict';

var GUIDES_TIMEOUT_MS = 8000, GUIDES_AGAIN_MS = 4000;
var list = {guides: null, groups: [], notices: []};
var meant = {words: '', matters: []};

function readGuides() {
  ask('GET', '/api/v1/guides', null, {}, GUIDES_TIMEOUT_MS, function (answer) {
    var well = answer.status === 200 && answer.body;
    setHidden(byId('late'), Boolean(well));
    setText(byId('late'), t('shared.no_connection_trying_again'));
    if (!well) { setTimeout(readGuides, Math.max(answer.retryAfterMs, GUIDES_AGAIN_MS)); return; }
    list.guides = answer.body.guides;
    list.groups = answer.body.groups;
    showGuides();
  });
}

function readNotices() {
  ask('GET', '/api/v1/notices', null, {}, GUIDES_TIMEOUT_MS, function (answer) {
    if (answer.status !== 200 || !answer.body) { return; }
    list.notices = answer.body.notices;
    showNotices();
  });
}

function dayWords(day) { return t('guides.day', {month: Number(day.slice(5, 7)), day: Number(day.slice(8))}); }

function noticeNode(notice) {
  var links = (notice.matters || []).map(function (matter) {
    return (list.guides || []).filter(function (guide) { return guide.matter === matter; })[0];
  }).filter(Boolean);
  return make('details', {'class': 'panel m-notice'}, [
    make('summary', {}, [make('span', {}, [make('b', {text: named(notice.title)}), make('span', {'class': 'm-day', text: dayWords(notice.since)})])])
  ].concat((notice.text || []).map(function (line) { return make('p', {text: named(line)}); }), links.map(function (guide) {
    return make('p', {}, [make('a', {'class': 'm-key', href: '/guides/' + guide.matter, text: named(guide.title)})]);
  })));
}

/* The newest one; the others behind one key. */
function showNotices() {
  var place = byId('notices'), rest = list.notices.slice(1), more;
  empty(place);
  if (list.notices.length) { place.appendChild(noticeNode(list.notices[0])); }
  if (!rest.length) { return; }
  more = make('button', {type: 'button', 'class': 'm-key m-notices-more', text: t('guides.more_notices', {n: rest.length})});
  more.addEventListener('click', function () {
    place.removeChild(more);
    rest.forEach(function (notice) { place.appendChild(noticeNode(notice)); });
  });
  place.appendChild(more);
}

function inShort(guide) {
  var node = make('span', {'class': 'small'});
  [named(guide.limit), t(guide.free ? 'guides.free' : 'guides.paid'), t('guides.papers', {n: guide.papers})].forEach(function (text, at) {
    if (at) { node.appendChild(document.createTextNode(' · ')); }
    node.appendChild(make('span', {'class': 'm-bound', text: text}));
  });
  return node;
}

function rowNode(guide) {
  return make('a', {'class': 'm-row', href: '/guides/' + guide.matter}, [
    make('b', {text: named(guide.title)}),
    guide.over ? make('span', {'class': 'm-tag is-bad', text: t('guides.stopped')}) : inShort(guide)
  ]);
}

/* Words that no name has may be a question: asked of the hall once they are sent off, not at each letter. */
function askAbout() {
  var words = byId('search').value.trim();
  if (!words || findGuides(list.guides || [], words).length) { return; }
  ask('POST', '/api/v1/ask', {q: words}, {}, GUIDES_TIMEOUT_MS, function (answer) {
    if (answer.status === 503) { setTimeout(askAbout, Math.max(answer.retryAfterMs, 1000)); }
    if (answer.status !== 200 || !answer.body) { return; }
    meant = {words: words, matters: answer.body.matters};
    showGuides();
  });
}

function meantBy(words) {
  return meant.words !== words ? [] : meant.matters.map(function (matter) {
    return list.guides.filter(function (guide) { return guide.matter === matter; })[0];
  }).filter(Boolean);
}

function showGuides() {
  var asked = byId('search').value, found, place = byId('groups');
  setAttr(byId('search'), 'placeholder', t('guides.placeholder'));
  if (!list.guides) { return; }
  found = findGuides(list.guides, asked);
  if (!found.length) { found = meantBy(asked.trim()); }
  setHidden(byId('loading'), true);
  setHidden(byId('all'), false);
  setHidden(byId('nothing'), found.length > 0);
  setAttr(byId('ask-link'), 'href', '/ask#q=' + encodeURIComponent(asked.trim()));
  setText(byId('found'), asked.trim() && found.length ? t('guides.found', {n: found.length}) : '');
  empty(place);
  if (asked.trim()) {
    place.appendChild(make('div', {'class': 'm-rows'}, found.map(rowNode)));
    return;
  }
  list.groups.forEach(function (group) {
    var rows = found.filter(function (guide) { return guide.group === group.id; });
    if (!rows.length) { return; }
    place.appendChild(make('h2', {'class': 'm-group', text: named(group.name)}));
    place.appendChild(make('div', {'class': 'm-rows'}, rows.map(rowNode)));
  });
}

byId('search').addEventListener('input', showGuides);
byId('search-form').addEventListener('submit', function (event) { event.preventDefault(); byId('search').blur(); askAbout(); });
language.changed.push(showGuides, showNotices);
startElder();
startLanguage(byId('language'));
readGuides();
readNotices();

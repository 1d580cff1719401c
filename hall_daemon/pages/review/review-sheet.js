/* One review before whoever looks: choose a page or a field, touch what is wrong with it, send all of it once, or pass.
   The list lives here until it is sent; nothing of it is kept when the page goes. */
'use strict';

var LETTERS = 'QWERTYUIOP';
var sheet = {view: null, list: [], fine: {}, paper: '', page: 1, field: '', late: ''};

function placeOf() { return sheet.field ? {of: 'field', id: sheet.field, page: 0} : {of: 'paper', id: sheet.paper, page: pageOpen()}; }
/* The number of the page that is open, 0 for none: what was taken out leaves a gap. */
function pageOpen() {
  var now = paperOf(sheet.paper);
  return now && now.pages.length ? now.pages[Math.min(sheet.page, now.pages.length) - 1].page : 0;
}
function same(a, b) { return a.of === b.of && a.id === b.id && (a.page === b.page || !a.page || !b.page); }
function entriesOf(place) { return sheet.list.filter(function (one) { return same(one, place); }); }
function paperOf(id) { return sheet.view.papers.filter(function (one) { return one.id === id; })[0]; }
function fieldOf(id) { return sheet.view.fields.filter(function (one) { return one.id === id; })[0]; }
function nameOf(place) { return named(place.of === 'paper' ? (paperOf(place.id) || {name: {zh: place.id}}).name : (fieldOf(place.id) || {label: {zh: place.id}}).label); }
function saidOf(code) { return named((sheet.view.codes.filter(function (one) { return one.code === code; })[0] || {said: {zh: code}}).said); }

function openSheet(view) {
  var first = view.papers.filter(function (one) { return one.pages.length; })[0] || view.papers[0];
  sheet = {view: view, list: [], fine: {}, paper: first ? first.id : '', page: 1, field: '', late: ''};
  view.papers.forEach(function (one) {
    if (one.needed && !one.pages.length && !one.promised) { sheet.list.push({of: 'paper', id: one.id, code: 'missing', page: 0, words: '', area: []}); }
  });
  showSheet();
  showPaper();
}
/* Circles on the page that is open: those of this list by their number, those told before in grey. */
function circlesHere() {
  var now = paperOf(sheet.paper), page = pageOpen(), found = [];
  function take(one, at, old) {
    if (one.of === 'paper' && one.id === sheet.paper && one.page === page && one.area.length) { found.push({area: one.area, at: String(at + 1), old: old}); }
  }
  sheet.view.told.slice(-1).forEach(function (told) { if (!now || !now.changed) { told.defects.forEach(function (one, at) { take(one, at, true); }); } });
  sheet.list.forEach(function (one, at) { take(one, at, false); });
  return found;
}
function closeSheet() { sheet.view = null; paper.image = null; paper.asked += 1; dropThumbs(); }

/* -- what is shown ---------------------------------------------------------------------------------------------- */

/* `column` of a group, with its point, else ''. What was chosen has words of the reader's language. */
function valueWords(value, options, column) {
  if (value === null || value === undefined || value === '') { return '—'; }
  if (Array.isArray(value)) { return value.map(function (each) { return valueWords(each, options, column); }).join(t('shared.comma')); }
  if (typeof value === 'object') { return Object.keys(value).map(function (key) { return valueWords(value[key], options, key + '.'); }).join(' '); }
  return Object.prototype.hasOwnProperty.call(options, column + value) ? named(options[column + value]) : String(value);
}

/* How often it was sent: once, and after each list that was answered. */
function rounds(view) {
  return 1 + view.told.filter(function (told) { return told.defects.some(function (one) { return one.reply; }); }).length;
}

function showSheet() {
  var row = sheet.view.row, broken = sheet.view.findings, wrong = sheet.list.length, times = rounds(sheet.view);
  setText(byId('sheet-title'), named(row.title));
  setText(byId('sheet-id'), row.review);
  setText(byId('sheet-sent'), t('reviews.sent_at', {time: hallTime(row.sent_at)}));
  setText(byId('sheet-round'), times > 1 ? t('reviews.again', {n: times}) : t('reviews.first'));
  setText(byId('sheet-due'), dueWords(row));
  setAttr(byId('sheet-due'), 'data-look', lookOf(row));
  setText(byId('sheet-checked'), broken.length ? t('reviews.broken', {n: broken.length}) : t('reviews.checked'));
  setAttr(byId('sheet-checked'), 'data-look', broken.length ? 'bad' : 'good');
  /* What its person writes and photographs meanwhile is theirs until they send it again. */
  setHidden(byId('sheet-mending'), row.state !== 'mend');
  showPapers();
  showThumbs();
  showFields(broken);
  showCodes();
  showList();
  setText(byId('sheet-note'), t('reviews.note'));
  setText(byId('sheet-send-words'), t('reviews.send', {n: wrong}));
  /* One that was opened for its alarm, or that somebody else has, is read and not decided. */
  setHidden(byId('sheet-keys'), row.state !== 'looking' || !row.mine);
  byId('sheet-send').disabled = !wrong;
  byId('sheet-pass').disabled = wrong > 0;
  setText(byId('sheet-pass-hint'), wrong ? t('reviews.still', {n: wrong}) : row.second_look ? t('reviews.second') : '');
}

function showPapers() {
  keyed(byId('sheet-papers'), sheet.view.papers, function (one) { return one.id; }, function (one) {
    return make('button', {type: 'button', role: 'tab', on: {click: function () { choosePaper(one.id, 1); }}});
  }, function (node, one) {
    var place = {of: 'paper', id: one.id, page: 0};
    setText(node, named(one.name) + (one.pages.length > 1 ? ' ' + one.pages.length : '') + (one.changed && sheet.view.row.lists ? ' · ' + t('reviews.changed') : ''));
    setAttr(node, 'aria-selected', String(!sheet.field && one.id === sheet.paper));
    setAttr(node, 'data-mark', entriesOf(place).length ? (one.pages.length ? 'wrong' : 'missing') : sheet.fine[one.id] ? 'fine' : '');
  });
}

/* What stood there before from elsewhere: the card's word, that the person wrote over. */
function overWords(one) {
  return one.over.length ? t('reviews.over_it', {origin: word('reviews.origin', one.over[0].origin.split(':')[0]), value: valueWords(one.over[0].value, one.options, '')}) : '';
}

/* What a machine read of the papers, beside this field. */
function readOf(id) { return sheet.view.compared.filter(function (one) { return one.field === id && one.field; }); }
function readWords(one) { return t(one.agrees ? 'reviews.agrees' : 'reviews.differs', {paper: named((paperOf(one.paper) || {name: {zh: one.paper}}).name), value: one.value}); }

function showFields(broken) {
  keyed(byId('sheet-fields'), sheet.view.fields, function (one) { return one.id; }, function (one) {
    return make('button', {type: 'button', 'class': 'sheet-field', on: {click: function () { chooseField(one.id); }}}, [make('span'), make('b'), make('small')]);
  }, function (node, one) {
    var faults = broken.filter(function (each) { return each.field === one.id; }), read = readOf(one.id), differs = read.filter(function (each) { return !each.agrees; });
    setText(node.children[0], named(one.label));
    setText(node.children[1], valueWords(one.value, one.options, ''));
    setAttr(node.children[2], 'title', one.at ? hallTime(one.at) : '');
    setText(node.children[2], faults.length ? named(faults[0].say) : [one.origin ? word('reviews.origin', one.origin.split(':')[0]) : '', overWords(one), (differs.length ? differs : read).slice(0, 1).map(readWords).join(''),
      one.changed && sheet.view.row.lists ? t('reviews.changed') : '', one.often_wrong ? t('reviews.often_wrong') : ''].filter(Boolean).join(' · '));
    setAttr(node, 'aria-pressed', String(sheet.field === one.id));
    setAttr(node, 'data-mark', faults.length || differs.length || entriesOf({of: 'field', id: one.id, page: 0}).length ? 'wrong' : '');
  });
}

function showCodes() {
  var here = entriesOf(placeOf()), words = sheet.field ? t('reviews.about_field', {name: nameOf(placeOf())}) :
    t(paper.circle ? 'reviews.about_circle' : 'reviews.about_page', {name: nameOf(placeOf()), n: sheet.page});
  setText(byId('sheet-about'), words);
  keyed(byId('sheet-codes'), sheet.view.codes, function (one) { return one.code; }, function (one) {
    return make('button', {type: 'button', 'class': 'key', on: {click: function () { touch(one.code); }}}, [make('kbd'), make('span')]);
  }, function (node, one) {
    setText(node.children[0], LETTERS[sheet.view.codes.indexOf(one)] || '');
    setText(node.children[1], t('reviews.code.' + one.code));
    setAttr(node, 'aria-pressed', String(here.some(function (each) { return each.code === one.code; })));
  });
}

function showList() {
  setText(byId('sheet-list-title'), t('reviews.list', {n: sheet.list.length}));
  empty(byId('sheet-before-list'));
  sheet.view.told.forEach(function (told, round) {
    told.defects.forEach(function (one) {
      byId('sheet-before-list').appendChild(make('p', {text: t('reviews.told_before', {n: round + 1, place: named(one.place), what: t('reviews.code.' + one.code),
        reply: [one.reply ? word('reviews.reply', one.reply) : '', one.reply_words].filter(Boolean).join(' ')})}));
    });
  });
  empty(byId('sheet-list'));
  sheet.list.forEach(function (one, at) {
    byId('sheet-list').appendChild(make('div', {'class': 'sheet-entry'}, [
      make('span', {text: String(at + 1)}),
      make('div', {}, [make('b', {text: nameOf(one) + (one.page ? ' ' + t('reviews.page', {n: one.page}) : '') + ' · ' + t('reviews.code.' + one.code)}), make('p', {text: (one.area.length ? '◯ ' : '') + (one.words || saidOf(one.code))})]),
      make('button', {type: 'button', 'class': 'small-key', text: t('reviews.words'), on: {click: function () { askWords(one); }}}),
      make('button', {type: 'button', 'class': 'small-key', text: '✕', 'aria-label': t('reviews.take_off', {n: at + 1}), on: {click: function () { sheet.list.splice(at, 1); showSheet(); drawPaper(); }}})
    ]));
  });
}

/* -- choosing ---------------------------------------------------------------------------------------------------- */

function choosePaper(id, page) {
  sheet.field = '';
  sheet.paper = id;
  sheet.page = page;
  showSheet();
  showPaper();
}
function chooseField(id) { sheet.field = sheet.field === id ? '' : id; showSheet(); }

function showPaper() {
  var now = paperOf(sheet.paper), there = now && now.pages.length, one;
  setHidden(byId('sheet-empty'), Boolean(there));
  setAttr(byId('sheet-canvas'), 'aria-label', now ? named(now.name) + ' ' + t('reviews.page', {n: sheet.page}) : t('reviews.no_papers'));
  if (!there) {
    paper.image = null; paper.asked += 1; drawPaper();
    setText(byId('sheet-empty'), !now ? t('reviews.no_papers') : now.promised ? t(now.instead ? 'reviews.promised_instead' : 'reviews.promised') : t('reviews.not_there'));
    setText(byId('sheet-page'), '');
    return;
  }
  one = now.pages[Math.min(sheet.page, now.pages.length) - 1];
  setText(byId('sheet-page'), [t('reviews.page_of', {n: sheet.page, of: now.pages.length})].concat(one.marks.map(function (mark) { return word('reviews.mark', mark); }),
    one.insisted ? [t('reviews.insisted')] : []).concat(sheet.view.compared.filter(function (each) {
    return each.kind === 'expires' && !each.agrees && each.paper === now.id && each.page === one.page;
  }).map(function (each) { return t('reviews.ended', {day: each.value}); })).join(' · '));
  readPaper(sheet.view.row.review, now.id, one.page, function (found, status) {
    if (found) { return; }
    if (status === 401) { toLogIn(); return; }
    setHidden(byId('sheet-empty'), false);
    setText(byId('sheet-empty'), t('reviews.page_away'));
  });
}
function turnPage(by) {
  var now = paperOf(sheet.paper), to = sheet.page + by;
  if (now && to >= 1 && to <= now.pages.length) { choosePaper(sheet.paper, to); }
}
function nextPaper() {
  var papers = sheet.view.papers.filter(function (one) { return one.pages.length && !sheet.fine[one.id] && !entriesOf({of: 'paper', id: one.id, page: 0}).length; });
  if (papers.length) { choosePaper(papers[0].id, 1); } else { showSheet(); }
}

/* -- marking ----------------------------------------------------------------------------------------------------- */

/* One touch a defect; the same touch again takes it off. */
function touch(code) {
  var place = placeOf(), there = sheet.list.filter(function (one) { return same(one, place) && one.code === code; })[0];
  if (!place.id) { return; }
  if (there) { sheet.list.splice(sheet.list.indexOf(there), 1); showSheet(); drawPaper(); return; }
  there = {of: place.of, id: place.id, code: code, page: place.page, words: '', area: place.of === 'paper' && place.page && paper.circle || []};
  paper.circle = null;
  if (place.of === 'paper') { delete sheet.fine[place.id]; }
  sheet.list.push(there);
  showSheet();
  drawPaper();
  if (code === 'other') { askWords(there); }
}
function fine() {
  var now = paperOf(sheet.paper);
  if (!now || !now.pages.length) { return; }
  if (sheet.page < now.pages.length) { turnPage(1); return; }
  sheet.fine[sheet.paper] = true;
  nextPaper();
}
function askWords(one) {
  var field = make('textarea', {'class': 'sheet-words', maxlength: '1000', 'data-first': '', 'aria-label': t('reviews.words')});
  field.value = one.words;
  openForm(nameOf(one) + ' · ' + t('reviews.code.' + one.code), [make('p', {'class': 'quiet', text: t('reviews.words_hint')}), field], [
    cancelButton(), dialogButton(t('reviews.take_words'), 'key-main', {'data-dialog': 'yes'}, function () { one.words = field.value.trim(); showSheet(); })
  ]);
}

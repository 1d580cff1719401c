/* The pages of a paper that was sent back: the one that was told is taken anew, one more goes behind them, any is taken
   away. What is mended by one page more never goes in place of one. */
'use strict';

var ADDED = {missing: true, too_few_copies: true}, pagesOpen = {};

function pagesOf(paper) {
  var found = handed && handed.papers.filter(function (one) { return one.id === paper; })[0];
  return found ? found.pages : [];
}

/* One after the other: the hall writes a review for one at a time. */
function dropPages(paper, pages) {
  if (!pages.length) { put({id: ''}); return; }
  ask('DELETE', pagePath(paper, pages[0].page), null, proof(), READ_MS, function (answer) {
    if (answer.status === 200 || (answer.body && answer.body.code === 'unknown_page')) { dropPages(paper, pages.slice(1)); return; }
    say(refusalWords(answer)[0].join(' '));
    look();
  });
}

/* A paper that was not needed, and is taken back. */
function isDropped(defect) { return defect.code === 'not_needed' && defect.of === 'paper' && Boolean(handed) && !pagesOf(defect.id).length; }

function addKey(defect, main) {
  return answerKey(t(pagesOf(defect.id).length ? 'case.add_page' : 'case.take'), main, function () { choosePage(defect.id, 0); });
}

/* Takes these pages away; pressed once it asks, also when it is redrawn meanwhile. */
function dropKey(paper, words, main, pages) {
  var name = 'drop ' + paper + '/' + pages.map(function (page) { return page.page; }).join(' '), key;
  key = answerKey(t(isSure(name) ? 'case.drop_sure' : words), main, function () { twice(name, key, 'case.drop_sure', function () { dropPages(paper, pages); }); });
  return key;
}

/* What mends this entry first. Without a look at the pages nothing can be added behind them. */
function paperKeys(defect) {
  var mended = defect.mended, pages = pagesOf(defect.id), keys = [];
  if (defect.code === 'not_needed' && pages.length) {
    return [dropKey(defect.id, 'case.drop_paper', true, pages)];
  }
  if (defect.code === 'not_needed') { return []; }
  if (ADDED[defect.code]) { return handed ? [addKey(defect, !mended)] : []; }
  keys.push(answerKey(t(mended ? 'case.retake_again' : 'case.retake'), !mended, function () { choosePage(defect.id, defect.page || 1); }));
  if (pages.length) { keys.push(addKey(defect, false)); }
  return keys;
}

function pageRow(defect, page) {
  return make('li', {}, [
    make('span', {'class': 'c-words', text: t('case.page_n', {n: page.page}) + (page.marks.length && !page.insisted ? ' · ' + named(page.marks[0].say) : '')}),
    answerKey(t('case.retake'), false, function () { choosePage(defect.id, page.page); }),
    dropKey(defect.id, 'case.drop_page', false, [page])
  ]);
}

/* Every page, for who needs more than the first key. */
function pagesNode(defect) {
  var pages = defect.of === 'paper' ? pagesOf(defect.id) : [], node;
  if (!pages.length || sending[defect.id]) { return null; }
  node = make('details', {'class': 'c-pages'}, [
    make('summary', {text: t('case.each_page', {n: pages.length})}),
    make('ol', {}, pages.map(function (page) { return pageRow(defect, page); }))
  ]);
  node.open = Boolean(pagesOpen[defect.id]);
  node.addEventListener('toggle', function () { pagesOpen[defect.id] = node.open; });
  return node;
}

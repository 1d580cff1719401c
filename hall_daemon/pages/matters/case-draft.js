/* A draft: its form and its papers as rows, what is promised, why it cannot be sent yet. */
'use strict';

/* paper -> way of what is promised; the version whose form the hall found wanting. */
var promised = {}, broken = 0;

/* What a draft promises, kept for this tab as replies are: who hands the other papers in comes back to it. */
function promisedName() { return 'hall.case.' + view.review + '.promised'; }

function readPromised() {
  var found = {};
  promised = {};
  try { found = JSON.parse(sessionStorage.getItem(promisedName())) || {}; } catch (error) { /* none */ }
  Object.keys(found).forEach(function (paper) { if (waysTo(paper).indexOf(found[paper]) >= 0) { promised[paper] = found[paper]; } });
}

/* `way` of a paper, '' where it is promised no more. */
function promise(paper, way) {
  if ((promised[paper] || '') === way) { return; }
  if (way) { promised[paper] = way; } else { delete promised[paper]; }
  try { sessionStorage.setItem(promisedName(), JSON.stringify(promised)); } catch (error) { /* a reload loses it */ }
}

function todo(there, title, words, key) {
  return make('li', {}, [make('span', {'class': 'c-sign' + (there ? ' is-there' : '')}), make('p', {'class': 'c-words'}, [make('b', {text: title}), make('span', {text: words})]), key]);
}

function openPapers() {
  return handed ? handed.papers.filter(function (paper) { return paper.needed && !paper.pages.length && !promised[paper.id]; }) : [];
}

/* Its last page lists all that is to be mended. */
function formNode() {
  var state = !view.filled ? 'open' : broken === view.version ? 'broken' : 'there', form = '/forms/' + encodeURIComponent(view.form);
  return todo(state === 'there', t('case.form'), word('case.form_is', state), make('a', {
    'class': 'm-key' + (state === 'there' ? '' : ' is-primary'), id: 'to-form', href: caseLink(form, mine, '', state === 'broken' ? '#/' : ''),
    text: t(state === 'open' ? 'case.fill' : 'case.change')
  }));
}

function drawTodo() {
  setHidden(byId('todo'), view.state !== 'draft');
  redrawn(byId('todo'), function () { if (view.state === 'draft') { drawRows(byId('todo')); } });
}

function drawRows(place) {
  place.appendChild(formNode());
  if (!handed) { return; }
  var there = handed.papers.filter(function (paper) { return paper.pages.length; }).length;
  place.appendChild(todo(!openPapers().length, t('case.papers'), t('case.papers_there', {all: handed.papers.length, there: there}), make('a', {'class': 'm-key' + (openPapers().length ? ' is-primary' : ''), id: 'to-papers', href: caseLink('/papers', mine), text: t('case.hand_in')})));
  handed.papers.forEach(function (paper) {
    var way = promised[paper.id] || '', material = guideOf && guideOf.materials[paper.id], keys = paper.pages.length ? [] : promiseKeys(paper.id, way, function (chosen) { promise(paper.id, chosen); show(); });
    place.appendChild(todo(paper.pages.length || way, named(paper.name), paper.pages.length ? t('case.pages', {n: paper.pages.length}) : way ? promiseWords(material, way) : t('case.not_there'),
      keys.length ? make('div', {'class': 'c-ways'}, keys) : null));
  });
}

/* Why it cannot be sent yet, '' where it can. */
function draftLacks() {
  var papers = openPapers().length;
  return !view.filled ? t('case.form_first') : papers ? t('case.papers_first', {n: papers}) : '';
}

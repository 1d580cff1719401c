/* Filling in a form: one thing a page, then everything checked at once. `?walk=1` shows it with its samples and sends
   nothing; `?case=REVIEW` goes on with a pre-review of this phone, `&field=` at one of its fields. */
'use strict';

var FORM_TIMEOUT_MS = 8000, FORM_AGAIN_MS = 4000, SURE_MS = 4000;
/* Behind the # of the address: no id of the page, so that the browser scrolls nowhere by itself. */
var STEP_MARK = '#/';
var formName = decodeURIComponent(location.pathname.split('/').pop());
/* The step that is shown, '' for the last page; `told`: steps whose mistakes are shown; `aim`: where focus goes. */
var shown = { step: null, told: {}, aim: '' };
var sure = null;

/* Whoever began with an edition ends with it: that of the review, or of what this tab keeps. */
function readForm() {
  if (!mine) { readEdition(keptVersion()); return; }
  ask('GET', casePath(mine), null, caseHeaders(mine), CASE_TIMEOUT_MS, function (answer) {
    setHidden(byId('late'), !isAway(answer));
    setText(byId('late'), awayWords(answer));
    if (isAway(answer)) { setTimeout(readForm, Math.max(answer.retryAfterMs, FORM_AGAIN_MS)); return; }
    readEdition(answer.status === 200 ? answer.body.edition : 0);
  });
}

function readEdition(edition) {
  ask('GET', '/api/v1/forms/' + encodeURIComponent(formName) + (edition ? '?edition=' + edition : ''), null, {}, FORM_TIMEOUT_MS, function (got) {
    var well = got.status === 200 && got.body, none = got.status === 404;
    setHidden(byId('late'), Boolean(well || none));
    setText(byId('late'), awayWords(got));
    if (none) { setHidden(byId('loading'), true); setHidden(byId('missing'), false); return; }
    if (!well) { setTimeout(function () { readEdition(edition); }, Math.max(got.retryAfterMs, FORM_AGAIN_MS)); return; }
    beginForm(got.body, /[?&]walk=1\b/.test(location.search));
    if (mine && !filled.walk) { readCase(showForm); } else { showForm(); }
  });
}

function showForm() {
  var asked = /[?&]field=([A-Za-z0-9_]+)/.exec(location.search), field = asked && fieldOf(asked[1]);
  setHidden(byId('loading'), true);
  setHidden(byId('form'), false);
  readPaperNames(function () { if (shown.step === '') { drawPage(); } });
  readKeywords(filled.form.matter, function () { wordAll('.f-help'); });
  if (field && filled.verdict.steps.indexOf(field.step) >= 0 && !stepOfAddress() && window.history.replaceState) {
    history.replaceState(null, '', location.pathname + location.search + stepMark(field.step));
    shown.aim = field.id;
  }
  showPage();
}

/* '' is the last page. Where this browser keeps nothing, the review's secret stays in the address. */
function stepMark(step) {
  var secret = secretOf(mine);
  return STEP_MARK + step + (secret && '&' + secret);
}

/* The address holds the step, so that the phone's own back key goes back a step. */
function showPage() {
  var asked = stepOfAddress().slice(STEP_MARK.length), steps = filled.verdict.steps;
  shown.step = stepOfAddress() === STEP_MARK ? '' : steps.indexOf(asked) >= 0 ? asked : steps[0];
  drawPage();
  window.scrollTo(0, 0);
  aimFocus();
}

function goTo(field) {
  shown.aim = field;
  shown.told[fieldOf(field).step] = true;
  location.hash = stepMark(fieldOf(field).step);
}

function aimFocus() {
  var node = shown.aim && byId('f-' + shown.aim), field;
  if (node) {
    field = node.closest ? node.closest('.f-field') : node;
    node = node.matches && node.matches('.f-options') ? node.firstChild : node;
    node.focus({ preventScroll: true });
    field.scrollIntoView();
    window.scrollBy(0, -90);
  } else { (byId('headline') || byId('step-title')).focus({ preventScroll: true }); }
  shown.aim = '';
}

function stepFields(step) { return filled.form.fields.filter(function (field) { return field.step === step; }); }

function brokenIn(step) {
  return stepFields(step).reduce(function (all, field) { return all.concat(brokenAt(field.id)); }, []);
}

/* What is said at a question: what a rule tells of several of them is told at each for itself. */
function brokenAt(field) {
  return filled.verdict.broken.concat(filled.verdict.beside).filter(function (each) { return each.field === field && !each.faulty.length; });
}

function drawPage() {
  var steps = filled.verdict.steps, at = steps.indexOf(shown.step), last = shown.step === '';
  var step = filled.form.steps.filter(function (each) { return each.id === shown.step; })[0];
  setText(byId('name'), named(filled.form.title));
  setText(byId('walk'), t('form.walk'));
  setHidden(byId('walk'), !filled.walk);
  setText(byId('changed'), t('form.changed'));
  setHidden(byId('changed'), !filled.changed);
  setText(byId('progress'), last ? t('form.check_title') : t('form.progress', { n: at + 1, all: steps.length }));
  empty(byId('bar'));
  steps.forEach(function (each, n) { byId('bar').appendChild(make('i', { 'class': last || n < at ? 'is-done' : n === at ? 'is-now' : '' })); });
  setText(byId('step-title'), last ? '' : named(step.title));
  setHidden(byId('step-title'), last);
  setHidden(byId('step'), last);
  setHidden(byId('check'), !last);
  document.title = last ? t('form.check_title') : named(step.title);
  setText(byId('begin-walk'), t(filled.walk ? 'form.end_walk' : 'form.begin_walk'));
  setAttr(byId('begin-walk'), 'href', location.pathname + (filled.walk ? '' : '?walk=1'));
  setHidden(byId('begin-walk'), Boolean(mine) && !filled.walk);
  setText(byId('clear'), t('form.clear'));
  drawKept();
  drawCarry();
  setAttr(byId('to-guide'), 'href', '/guides/' + filled.form.matter);
  setAttr(byId('to-person'), 'href', '/ask#m=' + filled.form.matter);
  setHidden(byId('back'), at === 0);
  if (last) { drawLast(); } else { drawStep(); }
}

function drawStep() {
  empty(byId('step'));
  stepFields(shown.step).forEach(function (field) {
    byId('step').appendChild(fieldNode(field, {
      id: 'f-' + field.id,
      beside: function (id) { return filled.answers[id]; },
      write: function (id, value) { answer(id, value); },
      get: function () { return filled.answers[field.id]; },
      set: function (value) { answer(field.id, value); freshen(field.id); }
    }, function () { drawStep(); }));
  });
  freshen('');
}

/* After each answer: what hides, what is worked out, what is wrong. `by` is the field that is being written. */
function freshen(by) {
  var broken = brokenIn(shown.step), errors = broken.filter(function (each) { return each.level === 'error'; }).length;
  var steps = filled.verdict.steps, told = Boolean(shown.told[shown.step]);
  stepFields(shown.step).forEach(function (field) {
    var node = document.querySelector('[data-field="f-' + field.id + '"]'), place = byId('f-' + field.id + '-told');
    var input = byId('f-' + field.id), origin = filled.origins[field.id], mine = brokenAt(field.id);
    setHidden(node, isHidden(field.id));
    setHidden(node.querySelector('.f-optional'), isNeeded(field.id) && field.kind !== 'choices');
    if (input && input.classList.contains('f-input')) {
      if (field.id !== by && origin === 'computed' && input.value !== textOf(filled.answers[field.id])) { input.value = textOf(filled.answers[field.id]); }
      setClass(input, 'is-bad', told && mine.some(function (each) { return each.level === 'error'; }));
    }
    setText(byId('f-' + field.id + '-origin'), origin === 'computed' && textOf(filled.answers[field.id]) ? t('form.computed') : '');
    empty(place);
    mine.forEach(function (each) { if (told || each.level !== 'error') { place.appendChild(toldNode(each)); } });
  });
  sameAgain();
  setText(byId('why'), told && errors ? t('form.fix_first', { n: errors }) : '');
  setText(byId('next'), told && errors ? t('form.go_on') : t(steps.indexOf(shown.step) === steps.length - 1 ? 'form.next_check' : 'form.next'));
  byId('next').disabled = false;
}

function drawLast() {
  drawCheck(byId('check'), goTo, function (errors) {
    setText(byId('next'), t(mine ? 'form.to_case' : 'form.to_papers'));
    byId('next').disabled = filled.walk || held.off || (errors > 0 && !mine);
    setText(byId('why'), errors ? t('form.fix_first', { n: errors }) : filled.walk ? t('form.send_walk') : held.off ? t('form.send_off') : '');
  });
}

/* The first time the page's mistakes are shown; who goes on all the same may, and hears them at the end. */
function onNext(event) {
  var steps = filled.verdict.steps, at = steps.indexOf(shown.step), errors;
  event.preventDefault();
  if (shown.step === '') { toCase(); return; }
  errors = brokenIn(shown.step).filter(function (each) { return each.level === 'error'; });
  if (errors.length && !shown.told[shown.step]) {
    shown.told[shown.step] = true;
    freshen('');
    shown.aim = errors[0].field;
    aimFocus();
    return;
  }
  location.hash = stepMark(at === steps.length - 1 ? '' : steps[at + 1]);
}

function onBack() {
  var steps = filled.verdict.steps, at = shown.step === '' ? steps.length : steps.indexOf(shown.step);
  if (at > 0) { location.hash = stepMark(steps[at - 1]); }
}

function onClear() {
  if (sure === null) {
    setText(byId('clear'), t('form.clear_sure'));
    sure = setTimeout(function () { sure = null; setText(byId('clear'), t('form.clear')); }, SURE_MS);
    return;
  }
  clearTimeout(sure);
  sure = null;
  clearAnswers();
  carried.off = false;
  shown.told = {};
  location.hash = stepMark(filled.verdict.steps[0]);
  showPage();
}

window.addEventListener('hashchange', function () {
  if (!filled.form || shown.step === null) { return; }
  carried.told = -1;
  showPage();
  if (mine) { saveCase(); }
});
byId('carry').addEventListener('click', function () { carryFrom(otherCases(), ''); });
byId('save').addEventListener('click', function () { beginCase(function (well) { if (well) { saveCase(); } }); });
byId('form').addEventListener('submit', onNext);
byId('back').addEventListener('click', onBack);
byId('clear').addEventListener('click', onClear);
language.changed.push(function () { if (filled.form && shown.step !== null) { drawPage(); } });
startElder();
startLanguage(byId('language'));
mine = /[?&]walk=1\b/.test(location.search) ? null : caseOfAddress();
/* A review that this phone has not: an empty form would be filled in for nothing. */
if (!mine && caseAsked()) { location.replace('/case?case=' + caseAsked()); } else { readForm(); }

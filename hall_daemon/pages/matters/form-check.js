/* The last page: everything that is wrong at once, with a way to it; every answer with a way to change it; papers. */
'use strict';

var CHECK_TIMEOUT_MS = 6000;
var paperNames = {};

/* The hall's verdict where it answers, this phone's own before that and otherwise; done(broken, papers, byHall). */
function askVerdict(done) {
  var own = filled.verdict;
  done(own.broken, own.papers, true);
  ask('POST', '/api/v1/forms/' + encodeURIComponent(filled.form.id) + '/verdict', { answers: shownAnswers(), edition: filled.form.version }, {}, CHECK_TIMEOUT_MS, function (answer) {
    if (answer.status === 200 ? answer.body.version !== filled.form.version : answer.body && answer.body.code === 'unknown_field') {
      beginAgain();
      return;
    }
    if (answer.status === 200) { done(answer.body.broken, answer.body.required, true); return; }
    done(own.broken, own.papers, false);
  });
}

function readPaperNames(again) {
  ask('GET', '/api/v1/guides/' + encodeURIComponent(filled.form.matter), null, {}, CHECK_TIMEOUT_MS, function (answer) {
    if (answer.status !== 200 || !answer.body) { return; }
    Object.keys(answer.body.guide.materials).forEach(function (id) { paperNames[id] = answer.body.guide.materials[id].name; });
    again();
  });
}

function defectNode(broken, n, goTo) {
  var words = brokenWords(broken), unsaid = broken.check === 'required' && !broken.row;
  return make('li', { 'class': 'panel f-defect' + (unsaid ? ' is-short' : '') + (broken.level === 'error' ? '' : ' is-' + broken.level) }, [
    make('b', { 'data-n': n, text: words.say }),
    unsaid ? null : make('p', {}, [make('b', { text: t('form.mend') }), make('span', { text: words.mend })]),
    make('button', { type: 'button', 'class': 'm-key' + (broken.level === 'error' ? ' is-primary' : ''), text: t(unsaid ? 'form.go_fill' : 'form.go_mend'), on: { click: function () { goTo(placeOf(broken)); } } })
  ]);
}

function defectsNode(broken, goTo) {
  var node = make('div', {}), n = 0;
  [['error', 'form.broken_of', 'form.broken_what'], ['warn', 'form.maybe_of', ''], ['info', 'form.info_of', '']].forEach(function (row) {
    var some = broken.filter(function (each) { return each.level === row[0]; }), title;
    if (row[0] === 'error' && !some.length) {
      node.appendChild(make('h2', { 'class': 'f-headline', id: 'headline', tabindex: '-1', text: t('form.well') }));
      node.appendChild(make('p', { text: t('form.well_what') }));
    }
    if (!some.length) { return; }
    title = t(row[1], { n: some.length });
    node.appendChild(row[0] === 'error' ? make('h2', { 'class': 'f-headline', id: 'headline', tabindex: '-1', text: title }) : make('h3', { 'class': 'm-panel-title', text: title }));
    if (row[2]) { node.appendChild(make('p', { text: t(row[2]) })); }
    node.appendChild(make('ol', { 'class': 'f-defects' }, some.map(function (each) { n += 1; return defectNode(each, n, goTo); })));
  });
  return node;
}

function valueText(field, value) {
  var base = CHECK_KINDS[field.kind][0];
  function option(one) {
    var found = (field.options || []).filter(function (each) { return each.value === one; })[0];
    return found ? named(found.label) : String(one);
  }
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length)) { return ''; }
  if (base === 'group') { return t('form.rows', { n: value.length }); }
  if (base === 'choices') { return Array.isArray(value) ? value.map(option).join(' · ') : ''; }
  if (base === 'choice') { return option(value); }
  if (base === 'file') { return t('form.ready'); }
  return hiddenPart(field, String(value)) + (field.unit ? ' ' + named(field.unit) : '');
}

/* Numbers of a person are shown whole on their own page only. */
function hiddenPart(field, text) {
  var start = field.mask === 'tail' ? 0 : 3;
  if ((field.mask !== 'digits' && field.mask !== 'tail') || text.length < 8) { return text; }
  return text.slice(0, start) + text.slice(start, -4).replace(/[^]/g, '*') + text.slice(-4);
}

function valuesNode(goTo) {
  return make('div', {}, filled.form.steps.filter(function (step) { return filled.verdict.steps.indexOf(step.id) >= 0; }).map(function (step) {
    var fields = filled.form.fields.filter(function (field) { return field.step === step.id && !isHidden(field.id); });
    return make('section', { 'class': 'panel f-values' }, [make('h3', { text: named(step.title) })].concat(fields.map(function (field) {
      var text = valueText(field, filled.answers[field.id]);
      return make('div', { 'class': 'f-value' }, [
        make('div', {}, [make('span', { text: named(field.label) }), make('b', { 'class': text ? '' : 'is-none', text: text || t('form.empty_value') })]),
        make('button', { type: 'button', 'class': 'm-key', text: t('form.change'), 'aria-label': t('form.change_of', { label: named(field.label) }), on: { click: function () { goTo(field.id); } } })
      ]);
    })));
  }));
}

function papersNode(papers) {
  var rules = filled.form.papers;
  return make('section', { 'class': 'panel' }, [
    make('h3', { 'class': 'm-panel-title', text: t('form.papers') }), make('p', { 'class': 'small', text: t('form.papers_reason') }),
    make('ol', { 'class': 'm-papers' }, papers.map(function (id) {
      var rule = rules.filter(function (each) { return each.need.indexOf(id) >= 0; })[0];
      return make('li', {}, [make('b', { text: paperNames[id] ? named(paperNames[id]) : id }), rule ? make('span', { 'class': 'small', text: named(rule.reason) }) : null]);
    }))
  ]);
}

/* Draws it into `place`, again only where the hall says otherwise; done(errors) says how many keep it from being sent. */
function drawCheck(place, goTo, done) {
  var before = '';
  askVerdict(function (broken, papers, byHall) {
    var now = JSON.stringify([broken.map(function (each) { return [each.check, each.field, each.row, each.part]; }), papers, byHall]);
    if (now === before) { return; }
    before = now;
    var errors = broken.filter(function (each) { return each.level === 'error'; }).length;
    empty(place);
    if (!byHall) { place.appendChild(make('p', { 'class': 'panel m-hazard', role: 'status', text: t('form.offline') })); }
    [defectsNode(broken, goTo), valuesNode(goTo), papersNode(papers), make('p', { 'class': 'small as-of', text: t('form.only_reference') })].forEach(function (node) {
      place.appendChild(node);
    });
    done(errors);
  });
}

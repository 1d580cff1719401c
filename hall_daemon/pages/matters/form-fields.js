/* Questions: a node for each kind of field, with its sample, its cases and what is wrong with it. */
'use strict';

var NUMERIC = { phone: 'tel', contact: 'tel', card: 'numeric', postcode: 'numeric', integer: 'numeric', number: 'decimal', money: 'decimal' };
var LONG_TEXT = 60;

/* `place`: {get, set(value), id, group}: where its answer stands. */
function inputNode(field, place) {
  var base = CHECK_KINDS[field.kind][0];
  if (base === 'choice' || base === 'choices') { return optionsNode(field, place, base === 'choices'); }
  if (base === 'file') { return readyNode(field, place); }
  var long = field.kind === 'text' && (field.most || CHECK_KINDS.text[2]) > LONG_TEXT && !field.format;
  var date = field.kind === 'date';
  var input = make(long ? 'textarea' : 'input', {
    id: place.id, 'class': 'f-input', type: long ? null : date ? 'date' : 'text', inputmode: NUMERIC[field.kind] || null,
    autocapitalize: base === 'id' || field.kind === 'uscc' || field.kind === 'identifier' ? 'characters' : 'off', autocomplete: 'off', spellcheck: 'false',
    maxlength: date ? null : 4000, 'aria-describedby': place.id + '-told',
    on: { input: function () { place.set(input.value); } }
  });
  input.value = textOf(place.get());
  if (field.unit) { return make('div', { 'class': 'f-with-unit' }, [input, make('span', { text: named(field.unit) })]); }
  if (field.kind === 'expiry') {
    return make('div', {}, [input, make('button', { type: 'button', 'class': 'm-key', text: t('form.forever'), on: { click: function () {
      input.value = CHECK_FOREVER;
      place.set(CHECK_FOREVER);
    } } })]);
  }
  return input;
}

function textOf(value) { return value === undefined || value === null ? '' : String(value); }

/* A case that leads to an option is the option: the person's words large, the form's beside them. */
function optionsNode(field, place, many) {
  var told = {};
  (field.cases || []).forEach(function (each) { if (each.choose) { (told[each.choose] = told[each.choose] || []).push(each); } });
  var node = make('div', { 'class': 'f-options', id: place.id, role: many ? 'group' : 'radiogroup', 'aria-labelledby': place.id + '-label' });
  field.options.forEach(function (option) {
    var cases = told[option.value] || [];
    var own = cases.map(function (each) { return named(each.when); }).join(' / ');
    var words = cases.length ? named(cases[0].write) : named(option.label);
    var key = make('button', { type: 'button', 'class': 'f-option', role: many ? 'checkbox' : 'radio', 'data-value': option.value, on: { click: function () {
      place.set(chosen(place.get(), option.value, many));
      mark();
    } } }, [make('span', {}, own ? [make('b', { text: own }), make('span', { 'class': 'small', text: words })] : [make('b', { text: words })])]);
    node.appendChild(key);
  });
  function mark() {
    var now = place.get();
    each(node.children, function (key) {
      var value = key.getAttribute('data-value'), on = many ? Array.isArray(now) && now.indexOf(value) >= 0 : now === value;
      setAttr(key, 'aria-checked', on ? 'true' : 'false');
    });
  }
  mark();
  return node;
}

function chosen(now, value, many) {
  if (!many) { return value; }
  var before = Array.isArray(now) ? now : [], without = before.filter(function (each) { return each !== value; });
  return without.length < before.length ? without : before.concat([value]);
}

function readyNode(field, place) {
  var key = make('button', { type: 'button', id: place.id, 'class': 'f-option', role: 'checkbox', on: { click: function () {
    place.set(place.get() ? null : 'ready');
    setAttr(key, 'aria-checked', place.get() ? 'true' : 'false');
  } } }, [make('span', {}, [make('b', { text: t('form.ready') }), make('span', { 'class': 'small', text: t('form.at_papers') })])]);
  setAttr(key, 'aria-checked', place.get() ? 'true' : 'false');
  return make('div', { 'class': 'f-options' }, [key]);
}

function sampleText(field) {
  var sample = field.sample, option;
  if (CHECK_KINDS[field.kind][0] === 'choice') {
    option = field.options.filter(function (each) { return each.value === sample; })[0];
    return option ? named(option.label) : sample;
  }
  return field.unit ? sample + ' ' + named(field.unit) : String(sample);
}

function sampleNode(field, place, redraw) {
  var base = CHECK_KINDS[field.kind][0];
  if (field.sample === undefined || base === 'choice' || base === 'choices' || base === 'group' || base === 'file') { return null; }
  return make('p', { 'class': 'f-sample' }, [
    make('span', { 'class': 'small', text: t('form.sample') }), make('span', { text: sampleText(field) }),
    filled.walk ? null : make('button', { type: 'button', 'class': 'm-key', text: t('form.use_sample'), on: { click: function () {
      place.set(field.sample);
      redraw();
    } } })
  ]);
}

function casesNode(field) {
  var rows = (field.cases || []).filter(function (each) { return !each.choose; }), list;
  if (!rows.length) { return null; }
  list = make('dl', {});
  rows.forEach(function (each) {
    list.appendChild(make('dt', { text: named(each.when) }));
    list.appendChild(make('dd', { text: named(each.write) }));
  });
  return make('details', { 'class': 'f-cases' }, [make('summary', { text: t('form.your_case') + ' → ' + t('form.write_so') }), list]);
}

function toldNode(broken) {
  var words = brokenWords(broken);
  return make('div', { 'class': 'f-bad' + (broken.level === 'error' ? '' : ' is-' + broken.level) }, [
    make('b', { text: words.say }), make('span', { text: t('form.mend') + words.mend })
  ]);
}

/* One question whole. Its label is the person's question where there is one, the form's words beside it. */
function fieldNode(field, place, redraw) {
  var base = CHECK_KINDS[field.kind][0], single = base !== 'choice' && base !== 'choices' && base !== 'group';
  var label = [make('span', { text: named(field.ask || field.label) })];
  if (!(place.row && field.required)) { label.push(make('span', { 'class': 'small f-optional', text: base === 'choices' ? t('form.choose_many') : t('form.optional') })); }
  return make('div', { 'class': 'f-field', 'data-field': place.id }, [
    single ? make('label', { 'class': 'f-label', 'for': place.id, id: place.id + '-label' }, label) : make('div', { 'class': 'f-label', id: place.id + '-label' }, label),
    field.ask ? make('p', { 'class': 'f-form-words', text: named(field.label) }) : null,
    field.help ? make('p', { 'class': 'f-help' }, worded(named(field.help))) : null,
    field.often_wrong ? make('p', { 'class': 'f-wrong m-hazard' }, [make('b', { text: t('form.often_wrong') }), make('span', { text: named(field.often_wrong) })]) : null,
    base === 'group' ? groupNode(field, place, redraw) : inputNode(field, place),
    make('p', { 'class': 'f-origin', id: place.id + '-origin' }),
    sameNode(field, place, redraw),
    sampleNode(field, place, redraw),
    casesNode(field),
    make('div', { 'class': 'f-told', id: place.id + '-told' })
  ]);
}

function groupNode(group, place, redraw) {
  var rows = Array.isArray(place.get()) ? place.get() : [];
  function change(work) {
    var copy = rows.map(function (row) { return Object.assign({}, row); });
    work(copy);
    place.set(copy);
    rows = copy;
  }
  var nodes = rows.map(function (row, at) {
    var title = t('form.row_title', { label: named(group.label), row: named(filled.form.row).replace('{row}', at + 1) });
    return make('div', { 'class': 'f-row' }, [make('h4', { text: title })].concat(group.parts.map(function (part) {
      return fieldNode(part, {
        id: place.id + '-' + at + '-' + part.id, row: at + 1, group: group,
        beside: function (id) { return rows[at][id]; },
        write: function (id, value) { change(function (copy) { copy[at][id] = value; }); },
        get: function () { return rows[at][part.id]; },
        set: function (value) { change(function (copy) { copy[at][part.id] = value; }); }
      }, redraw);
    }), [make('button', { type: 'button', 'class': 'm-key', text: t('form.drop_row'), on: { click: function () {
      change(function (copy) { copy.splice(at, 1); });
      redraw();
    } } })]));
  });
  nodes.push(make('div', { 'class': 'm-keys' }, [make('button', { type: 'button', 'class': 'm-key', id: place.id, text: t(rows.length ? 'form.add_row' : 'form.first_row'), on: { click: function () {
    change(function (copy) { copy.push({}); });
    redraw();
  } } })]));
  return make('div', {}, nodes);
}

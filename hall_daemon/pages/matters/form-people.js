/* Who stands in this form already: one touch writes the same person again, where the same has several roles. Nobody is
   written by himself: the person says who it is. */
'use strict';

/* What of a person a question asks for, '' for nothing: by its meaning, or by its kind. */
function personPart(field) {
  var last = (field.means || '').split('.')[1] || '';
  if (last === 'name' && (field.means || '').split('.')[0] !== 'org') { return 'name'; }
  return field.kind === 'id_number' || field.kind === 'identifier' ? 'id_number' : '';
}

function bearerOf(field) { return (field.means || field.id).split('.')[0]; }

/* [{name, id_number}] by number, in the order of the form; a name alone is nobody. */
function peopleHere() {
  var found = [], today = checkDay(todayText());
  function take(parts) {
    var number = typeof parts.id_number === 'string' ? checkTidy('id_number', parts.id_number) : '';
    var known = found.filter(function (each) { return each.id_number === number; })[0];
    if (!checkBorn(number, today)) { return; }
    if (known) { known.name = known.name || parts.name || ''; } else { found.push({ id_number: number, name: parts.name || '' }); }
  }
  function gather(fields, values) {
    var people = {};
    fields.forEach(function (field) {
      var part = personPart(field), whose = bearerOf(field);
      if (part) { (people[whose] = people[whose] || {})[part] = values[field.id]; }
    });
    Object.keys(people).forEach(function (whose) { take(people[whose]); });
  }
  var shown = filled.form.fields.filter(function (field) { return !isHidden(field.id); });
  gather(shown, filled.answers);
  shown.forEach(function (field) {
    var rows = field.parts && filled.answers[field.id];
    if (Array.isArray(rows)) { rows.forEach(function (row) { gather(field.parts, row); }); }
  });
  return found;
}

/* Questions about the same person: in the row, or in the form. */
function sameBearer(field, place) {
  var fields = place.row ? place.group.parts : filled.form.fields;
  return fields.filter(function (each) { return personPart(each) && bearerOf(each) === bearerOf(field); });
}

/* Keys of the people who can be meant, while the question is empty; draws itself anew with sameAgain(). */
function sameNode(field, place, redraw) {
  var part = personPart(field), node, before = '';
  if (!part || filled.walk) { return null; }
  node = make('div', { 'class': 'f-sample f-same' });
  node.drawSame = function () {
    var people = isNothing(place.get()) ? peopleHere().filter(function (each) { return each[part]; }) : [];
    var now = JSON.stringify(people);
    if (now === before) { return; }
    before = now;
    empty(node);
    people.forEach(function (each) {
      node.appendChild(make('button', {
        type: 'button', 'class': 'm-key', text: t('form.same_as', { name: each.name, end: each.id_number.slice(-4) }),
        on: { click: function () { writeSame(field, place, each); redraw(); } }
      }));
    });
  };
  node.drawSame();
  return node;
}

function writeSame(field, place, person) {
  sameBearer(field, place).forEach(function (each) {
    var value = person[personPart(each)], own = each.id === field.id;
    if (value && (own || isNothing(place.beside(each.id)))) { place.write(each.id, value); }
  });
}

function sameAgain() { each(document.querySelectorAll('.f-same'), function (node) { node.drawSame(); }); }

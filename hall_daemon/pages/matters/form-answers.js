/* What a person has answered, where from, and what is wrong with it now. Nothing of it leaves this page but for the
   verdict, and for the review that it belongs to (form-case.js); it is kept for this tab alone, so that a reload loses
   nothing. Hidden answers stay and are not sent. */
'use strict';

var filled = { form: null, answers: {}, origins: {}, verdict: null, walk: false, changed: false };

function tabKept(name) { try { return sessionStorage.getItem(name); } catch (error) { return null; } }
function tabKeep(name, value) {
  try {
    if (value === null) { sessionStorage.removeItem(name); } else { sessionStorage.setItem(name, value); }
  } catch (error) { /* private mode: a reload loses it */ }
}
function keptName() { return 'hall.form.' + (filled.form ? filled.form.id : formName) + (mine ? '.' + mine.review : ''); }
function keptAnswers() { try { return JSON.parse(tabKept(keptName()) || 'null'); } catch (error) { return null; } }

/* The edition that was begun with here, 0 for none: then it is the present one. */
function keptVersion() { return (keptAnswers() || { version: 0 }).version; }

/* The hall has that edition no more: the page begins again with the present one, and takes over what still fits. */
function beginAgain() {
  var before = keptAnswers();
  if (before) { before.version = 0; tabKeep(keptName(), JSON.stringify(before)); }
  location.reload();
}

/* The hall's day as text; the hall's own verdict counts by the hall's clock. */
function todayText() {
  var now = new Date();
  return now.getFullYear() + '-' + two(now.getMonth() + 1) + '-' + two(now.getDate());
}

function fieldOf(id) { return filled.form.fields.filter(function (field) { return field.id === id; })[0]; }
function isHidden(id) { return filled.verdict.hidden.indexOf(id) >= 0; }
function isNeeded(id) { return filled.verdict.needed.indexOf(id) >= 0; }

function beginForm(form, walk) {
  var before = walk ? null : keptAnswers();
  filled.form = form;
  filled.walk = walk;
  if (walk) {
    form.fields.forEach(function (field) {
      if (field.sample !== undefined) { filled.answers[field.id] = field.sample; filled.origins[field.id] = 'sample'; }
    });
  } else if (before) { takeOver(before); }
  judge();
}

/* Of an earlier version what is asked alike stays. */
function takeOver(before) {
  filled.changed = before.version !== filled.form.version;
  held.there = before.there || {};
  filled.form.fields.forEach(function (field) {
    if (before.kinds[field.id] === field.kind && before.answers[field.id] !== undefined) {
      filled.answers[field.id] = before.answers[field.id];
      filled.origins[field.id] = before.origins[field.id] || 'person';
    }
  });
}

function keepAnswers() {
  var kinds = {};
  if (filled.walk) { return; }
  filled.form.fields.forEach(function (field) { kinds[field.id] = field.kind; });
  tabKeep(keptName(), JSON.stringify({ version: filled.form.version, answers: filled.answers, origins: filled.origins, kinds: kinds, there: held.there }));
}

function clearAnswers() {
  filled.answers = {};
  filled.origins = {};
  tabKeep(keptName(), null);
  judge();
}

function answer(id, value, origin) {
  filled.answers[id] = value;
  filled.origins[id] = origin || 'person';
  judge();
  keepAnswers();
}

/* A value of a term as an answer holds it. */
function asAnswer(field, value) {
  var base = CHECK_KINDS[field.kind][0], parts;
  if (base === 'number') { return value / CHECK_SCALE; }
  if (base !== 'date') { return value; }
  parts = checkParts(value);
  return parts[0] + '-' + two(parts[1]) + '-' + two(parts[2]);
}

/* Work out what can be: only where nothing stands, or what was worked out before. */
function judge() {
  filled.verdict = checkForm(filled.form, filled.answers, todayText());
  var more = filled.form.fields.filter(function (field) {
    var empty = filled.answers[field.id] === undefined || filled.answers[field.id] === '' || filled.answers[field.id] === null;
    if (!field.fill || !(empty || filled.origins[field.id] === 'computed')) { return false; }
    var value = checkRun(field.fill, filled.verdict.values);
    var said = value === null ? '' : asAnswer(field, value);
    if (said === (empty ? '' : filled.answers[field.id])) { return false; }
    filled.answers[field.id] = said;
    filled.origins[field.id] = 'computed';
    return true;
  });
  if (more.length) { filled.verdict = checkForm(filled.form, filled.answers, todayText()); }
}

/* What may be sent: hidden answers are not. */
function shownAnswers() {
  var found = {};
  Object.keys(filled.answers).forEach(function (id) {
    if (fieldOf(id) && !isHidden(id)) { found[id] = filled.answers[id]; }
  });
  return found;
}

function figureText(value) { return value === undefined ? '' : String(Math.round(value * 10000) / 10000); }

/* The field where it is mended. */
function placeOf(broken) { return broken.faulty && broken.faulty.length ? broken.faulty[0] : broken.field; }

/* {say, mend} of something broken, by a rule's own words or those of every field. */
function brokenWords(broken) {
  var rule = filled.form.rules.filter(function (each) { return each.id === broken.check; })[0];
  if (rule) { return { say: named(rule.say), mend: named(rule.mend) }; }
  var field = fieldOf(broken.field), meant = field, key = broken.check, label = named(field.label), words;
  if (broken.row) {
    meant = field.parts.filter(function (part) { return part.id === broken.part; })[0];
    label += ' ' + named(filled.form.row).replace('{row}', broken.row) + ' ' + named(meant.label);
  }
  var kind = CHECK_KINDS[meant.kind], scale = kind[0] === 'number' ? CHECK_SCALE : 1;
  var least = meant.least === undefined ? '' : figureText(meant.least / scale);
  var most = meant.most !== undefined ? figureText(meant.most / scale) : key === 'length' ? String(kind[2]) : key === 'rows' ? String(CHECK_ROWS) : '';
  if (key === 'format') {
    key = 'format.' + (kind[0] === 'id' ? kind[1] : meant.format || kind[1]) + (broken.fault ? '_' + broken.fault : '');
  } else if (['range', 'length', 'rows'].indexOf(key) >= 0 && !(least && most)) {
    key += most ? '_most' : '_least';
  } else if (key === 'number' && meant.kind !== 'number') { key += '_' + meant.kind; }
  words = filled.form.words[key];
  function fill(text) { return named(text).replace('{label}', label).replace('{least}', least).replace('{most}', most); }
  return { say: fill(words.say), mend: fill(words.mend) };
}

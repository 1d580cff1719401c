/* A form that belongs to a pre-review: the hall keeps its answers too, page by page. Who writes second is told so
   (If-Match): what the other window changed comes along, what both changed stays as it is here, and is said. */
'use strict';

var CASE_TIMEOUT_MS = 10000, SAVE_AGAIN_MS = 4000, MOST_CATCH_UPS = 4;
var KEPT_WORDS = { saving: 'saving', catching: 'saving', failed: 'failed', refused: 'refused' };
var mine = null;
/* `there`: answers as the hall has them; `seen`: their version; `both`: fields that another window changed as well. */
var held = { there: {}, seen: 0, both: [], state: '', timer: null, caught: 0, tries: 0, off: false };

function isNothing(value) { return value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length); }
function asText(value) { return isNothing(value) ? '' : JSON.stringify(value); }
function copyOf(answers) { return JSON.parse(JSON.stringify(answers)); }

function heldAs(state) {
  held.state = state;
  if (filled.form && shown.step !== null) { drawKept(); }
}

/* Other answers than those it was begun from: theirs where nothing changed here, ours where something did. */
function mergeAnswers(theirs, version) {
  held.both = filled.form.fields.filter(function (field) {
    var was = asText(held.there[field.id]), now = asText(filled.answers[field.id]), other = asText(theirs[field.id]);
    if (other === was || other === now) { return false; }
    if (now === was) { filled.answers[field.id] = theirs[field.id]; filled.origins[field.id] = 'person'; return false; }
    return true;
  }).map(function (field) { return field.id; });
  held.there = theirs;
  held.seen = version;
  judge();
  keepAnswers();
}

/* done() once the answers of the review are here. */
function readCase(done, number) {
  ask('GET', casePath(mine), null, caseHeaders(mine), CASE_TIMEOUT_MS, function (answer) {
    var view = answer.body;
    if (isAway(answer)) { setTimeout(function () { readCase(done, number); }, Math.max(SAVE_AGAIN_MS, answer.retryAfterMs)); return; }
    if (answer.status !== 200 || (view.state !== 'draft' && view.state !== 'mend')) { location.replace(caseLink('/case', mine)); return; }
    carried.off = carried.off || view.state !== 'draft';
    filled.changed = filled.changed || view.edition !== filled.form.version;
    ask('POST', casePath(mine, '/answers'), number ? { id_number: number } : {}, caseHeaders(mine), CASE_TIMEOUT_MS, function (got) {
      if (got.status === 200) { mergeAnswers(got.body.answers, got.body.version); done(); return; }
      if (isAway(got)) { setTimeout(function () { readCase(done, number); }, Math.max(SAVE_AGAIN_MS, got.retryAfterMs)); return; }
      askWho(done, Boolean(number));
    });
  });
}

/* After it was sent its answers are for who says who it is. */
function askWho(done, wrong) {
  setHidden(byId('loading'), true);
  askNumber(wrong, function (number, over) { readCase(function () { over(); done(); }, number); });
}

/* said(number, over) with the number of the person's paper; over() takes the question away. */
function askNumber(wrong, said) {
  var place = byId('who');
  setHidden(place, false);
  setText(byId('who-wrong'), wrong ? t('form.who_wrong') : '');
  place.onsubmit = function (event) {
    var number = byId('who-number').value.replace(/\s/g, '');
    event.preventDefault();
    if (!number) { return; }
    said(number, function () { byId('who-number').value = ''; setHidden(place, true); });
  };
}

/* Begins the review; done(well). Whoever heard no answer begins again: an empty draft lapses by itself. */
function beginCase(done) {
  heldAs('saving');
  ask('POST', '/api/v1/reviews', { matter: filled.form.matter, edition: filled.form.version }, {}, CASE_TIMEOUT_MS, function (answer) {
    if (answer.status === 201) {
      tabKeep(keptName(), null);
      mine = { review: answer.body.review, token: answer.body.token, matter: answer.body.matter };
      held.there = {};
      held.seen = answer.body.version;
      keepCase(mine);
      keepAnswers();
      heldAs('');
      if (window.history.replaceState) { history.replaceState(null, '', caseLink(location.pathname, mine, '', stepOfAddress())); }
      done(true);
      return;
    }
    if (answer.body && answer.body.code === 'form_changed') { beginAgain(); return; }
    held.off = answer.status === 404;
    heldAs(held.off ? '' : TRY_AGAIN[answer.status] ? 'failed' : 'refused');
    setText(byId('why'), held.off ? t('form.send_off') : unheardWords(answer) || refusalWords(answer)[0].join(' '));
    done(false);
  });
}

/* The hall has what is here; done(well). What did not get through is tried again by itself. */
function saveCase(done) {
  var sent = copyOf(shownAnswers());
  done = done || function () { drawKept(); };
  clearTimeout(held.timer);
  if (!mine || JSON.stringify(sent) === JSON.stringify(held.there)) { heldAs(mine ? 'saved' : ''); done(true); return; }
  if (held.state === 'saving') { held.timer = setTimeout(function () { saveCase(done); }, 300); return; }
  heldAs('saving');
  ask('PUT', casePath(mine, '/answers'), { answers: sent }, caseHeaders(mine, held.seen), CASE_TIMEOUT_MS, function (answer) {
    var code = answer.body && answer.body.code;
    if (answer.status === 200) {
      held.there = sent;
      held.seen = answer.body.version;
      held.caught = held.tries = 0;
      keepAnswers();
      heldAs('saved');
      done(true);
    } else if (code === 'review_changed' && held.caught < MOST_CATCH_UPS) {
      held.caught += 1;
      heldAs('catching');
      readCase(function () { heldAs(''); drawPage(); saveCase(done); });
    } else if (code === 'review_over' || code === 'review_not_now' || code === 'unknown_review') {
      location.assign(caseLink('/case', mine));
    } else {
      heldAs(isAway(answer) || code === 'review_busy' ? 'failed' : 'refused');
      if (held.state === 'failed') {
        held.timer = setTimeout(function () { saveCase(); }, Math.max(RETRY_MS[held.tries] || SAVE_AGAIN_MS, answer.retryAfterMs));
        held.tries += 1;
      } else { setText(byId('why'), code === 'too_large' ? t('form.too_long') : refusalWords(answer)[0].join(' ')); }
      done(false);
    }
  });
}

/* What is kept where, in one line, and the key that changes it. */
function drawKept() {
  setText(byId('kept'), mine ? word('form.kept', KEPT_WORDS[held.state] || 'hall') : t('form.own_phone'));
  setHidden(byId('kept'), filled.walk);
  setHidden(byId('save'), filled.walk || Boolean(mine) || held.off);
  setHidden(byId('clear'), filled.walk || Boolean(mine));
  setHidden(byId('to-case'), !mine);
  if (mine) { setAttr(byId('to-case'), 'href', caseLink('/case', mine)); }
  setHidden(byId('both'), !held.both.length);
  setText(byId('both'), held.both.length ? t('form.both', { fields: held.both.map(function (id) { return named(fieldOf(id).label); }).join(t('form.comma')) }) : '');
}

/* From the form to its review; the hall has it all before. */
function toCase() {
  function onwards(well) {
    if (!well) { byId('next').disabled = false; return; }
    saveCase(function (saved) {
      if (saved) { location.assign(caseLink('/case', mine)); } else { byId('next').disabled = false; }
    });
  }
  byId('next').disabled = true;
  if (mine) { onwards(true); } else { beginCase(onwards); }
}

/* Nothing is asked twice: what another pre-review of this phone says fills what stands empty here. The hall says what
   fits; of one that was sent, for the number of the paper. */
'use strict';

/* `told`: how many were filled in, or -1 before; `off`: no other pre-review is left to ask. */
var carried = { told: -1, off: false, failed: false };

function otherCases() { return keptCases().filter(function (one) { return !mine || one.review !== mine.review; }); }

function drawCarry() {
  setHidden(byId('carry'), filled.walk || carried.off || !otherCases().length);
  setText(byId('carried'), carried.failed ? t('shared.no_connection_trying_again') : carried.told < 0 ? '' : carried.told ? t('form.carried', { n: carried.told }) : t('form.carried_none'));
  setHidden(byId('carried'), !byId('carried').textContent);
}

/* One after the other, the newest first, until one has something for this form. */
function carryFrom(cases, number) {
  var one = cases[0], said = number ? { form: filled.form.id, id_number: number } : { form: filled.form.id };
  if (!one) { carriedOver({}); return; }
  byId('carry').disabled = true;
  ask('POST', casePath(one, '/earlier'), said, caseHeaders(one), CASE_TIMEOUT_MS, function (answer) {
    byId('carry').disabled = false;
    carried.failed = Boolean(TRY_AGAIN[answer.status]);
    if (carried.failed) {
      drawCarry();
      setTimeout(function () { carryFrom(cases, number); }, Math.max(SAVE_AGAIN_MS, answer.retryAfterMs));
    } else if (answer.status === 403) {
      askNumber(Boolean(number), function (said, over) { over(); carryFrom(cases, said); });
      byId('who-number').focus();
    } else if (answer.status === 200 && Object.keys(answer.body.answers).length) {
      carriedOver(answer.body.answers);
    } else { carryFrom(cases.slice(1), number); }
  });
}

function carriedOver(answers) {
  var took = filled.form.fields.filter(function (field) {
    if (isNothing(answers[field.id]) || !isNothing(filled.answers[field.id])) { return false; }
    filled.answers[field.id] = answers[field.id];
    filled.origins[field.id] = 'earlier';
    return true;
  });
  judge();
  keepAnswers();
  carried.told = took.filter(function (field) { return !isHidden(field.id); }).length;
  carried.off = true;
  drawPage();
}

/* 问一问: a question in plain words leads to a guide's paragraph, some matters to choose from, or a person. What is read
   here stands in the guides. The address may bring a question and a ticket behind its #, which no server sees. */
'use strict';

var QUESTION_MS = 8000, CALL_AGAIN_MS = 4000;
var asking = {titles: {}, answer: null, read: null, said: '', turn: 0, call: null, why: ''};

function given(name) {
  var found = new RegExp('[#&]' + name + '=([^&]*)').exec(location.hash);
  try { return found ? decodeURIComponent(found[1]) : ''; } catch (error) { return ''; }
}
var ticketToken = /^[A-Za-z0-9_-]+$/.test(given('t')) ? given('t') : '';

/* -- asking ------------------------------------------------------------------------------------------------------ */

function sayInstead(key) { asking.answer = null; asking.said = key; showQuestion(); }

function askIt() {
  var q = byId('asked').value.trim(), turn = asking.turn += 1;
  if (!q) { byId('asked').focus(); return; }
  asking.read = null;
  sayInstead('shared.reading');
  ask('POST', '/api/v1/ask', {q: q}, {}, QUESTION_MS, function (answer) {
    if (turn !== asking.turn) { return; }
    if (answer.status !== 200) { sayInstead(answer.status === 429 ? 'question.slowly' : 'question.no_answer'); return; }
    asking.said = '';
    asking.answer = answer.body;
    showQuestion();
    if (answer.body.matters.length === 1 && answer.body.paragraph) { readParagraph(answer.body, turn); }
  });
}

/* What the paragraph says, as it stands in the guide. */
function readParagraph(found, turn) {
  ask('GET', '/api/v1/guides/' + found.matters[0], null, {}, QUESTION_MS, function (answer) {
    var parts = found.paragraph.split('.'), whole;
    if (turn !== asking.turn || answer.status !== 200) { return; }
    answer.body.paragraphs.forEach(function (one) { if (one.id === found.paragraph || (!whole && one.id === parts[0])) { whole = one; } });
    if (!whole) { return; }
    asking.read = {title: whole.title, lines: whole.id === found.paragraph ? whole.lines : whole.lines.filter(function (line) { return line.part === parts[1]; })};
    showQuestion();
  });
}

/* -- what is shown ----------------------------------------------------------------------------------------------- */

function titleOf(matter) { return asking.titles[matter] ? named(asking.titles[matter]) : matter; }

function placeOf(found) { return found.paragraph ? '#' + found.paragraph.split('.')[0].replace('faq', found.paragraph) : ''; }

function matterNode(matter, at) {
  var read = at === 0 && asking.read, lines = [];
  if (read) {
    lines.push(make('span', {'class': 'm-sub', text: named(read.title)}));
    read.lines.slice(0, 8).forEach(function (line) {
      lines.push(make('span', {'class': 'm-line'}, [
        document.createTextNode(named(line.text)), line.confirm ? make('span', {'class': 'm-tag is-doubt', text: t('guide.confirm')}) : null
      ]));
    });
  }
  lines.push(make('span', {'class': 'small', text: t('question.read_on')}));
  return make('a', {'class': 'm-row', href: '/guides/' + matter + (at === 0 ? placeOf(asking.answer) : '')}, [make('b', {text: titleOf(matter)})].concat(lines));
}

function answerWords(found) {
  if (found.matters.length > 1) { return t('question.which'); }
  if (found.matters.length) { return t('question.found'); }
  if (found.elsewhere) { return t('question.elsewhere', {what: named(found.elsewhere)}); }
  if (found.paragraph) { return word('question.of_the_hall', found.paragraph); }
  return t(found.person ? 'question.not_understood' : 'question.say_more');
}

function showQuestion() {
  var found = asking.answer, place = byId('matters');
  setHidden(byId('answer'), !found && !asking.said);
  setHidden(byId('examples'), Boolean(found));
  setText(byId('said'), found ? answerWords(found) : asking.said ? t(asking.said) : '');
  empty(place);
  (found ? found.matters : []).forEach(function (matter, at) { place.appendChild(matterNode(matter, at)); });
  setHidden(byId('person'), !found || !(found.person || !found.answered));
  showCall();
}

/* -- a person ---------------------------------------------------------------------------------------------------- */

function showCall() {
  var call = asking.call;
  setText(byId('person-how'), t(ticketToken ? 'question.person_comes' : 'question.person_at_desk'));
  setHidden(byId('call'), !ticketToken || Boolean(call));
  setText(byId('called'), call ? t('question.called.' + call.state, {number: call.place}) : asking.why ? asking.why : '');
}

function callSomebody() {
  byId('call').disabled = true;
  ask('POST', '/api/v1/helps', {token: ticketToken}, {}, QUESTION_MS, function (answer) {
    byId('call').disabled = false;
    asking.why = '';
    if (answer.status === 200) { asking.call = answer.body; setTimeout(followCall, CALL_AGAIN_MS); }
    else if (answer.body && answer.body.detail) { asking.why = language.now === 'zh' ? answer.body.detail_zh + t('shared.semicolon') + answer.body.advice_zh : answer.body.detail + t('shared.semicolon') + answer.body.advice; }
    else { asking.why = t('question.no_answer'); }
    showCall();
  });
}

function followCall() {
  if (!asking.call) { return; }
  ask('GET', '/api/v1/helps/' + asking.call.help, null, {}, QUESTION_MS, function (answer) {
    if (answer.status === 200) { asking.call = answer.body; }
    if (answer.status === 404) { asking.call = null; }
    if (asking.call) { setTimeout(followCall, CALL_AGAIN_MS); }
    showCall();
  });
}

byId('ask').addEventListener('submit', function (event) { event.preventDefault(); byId('asked').blur(); askIt(); });
byId('call').addEventListener('click', callSomebody);
language.changed.push(showQuestion);
startElder();
startLanguage(byId('language'));
if (ticketToken) { setAttr(byId('back'), 'href', '/t/' + ticketToken); }
ask('GET', '/api/v1/guides', null, {}, QUESTION_MS, function (answer) {
  if (answer.status !== 200 || !answer.body) { return; }
  answer.body.guides.forEach(function (guide) { asking.titles[guide.matter] = guide.title; });
  showQuestion();
});
byId('asked').value = given('q').slice(0, 200);
if (byId('asked').value) { askIt(); }

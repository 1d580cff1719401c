/* 问一问: a question in plain words leads to a guide's paragraph, some matters to choose from, or a person. What is read
   here stands in the guides. The address may bring a question, the matter whose guide or form was open and a ticket
   behind its #, which no server sees; without one, a number that this phone follows says where its holder stands. */
'use strict';

var QUESTION_MS = 8000, CALL_AGAIN_MS = 4000, CALL_LATE_MS = 60000;
var asking = {titles: {}, answer: null, read: null, said: '', turn: 0, call: null, since: 0, over: false, why: ''};

function given(name) {
  var found = new RegExp('[#&]' + name + '=([^&]*)').exec(location.hash);
  try { return found ? decodeURIComponent(found[1]) : ''; } catch (error) { return ''; }
}
var ticketToken = /^[A-Za-z0-9_-]+$/.test(given('t')) ? given('t') : keptTickets()[0] || '';
/* The matter that is asked about, where none is named; only one that there is a guide for. */
function aboutMatter() { return asking.titles[given('m')] ? given('m') : ''; }

/* -- asking ------------------------------------------------------------------------------------------------------ */

function sayInstead(key) { asking.answer = null; asking.said = key; showQuestion(); }

function askIt() {
  var q = byId('asked').value.trim(), turn = asking.turn += 1;
  if (!q) { byId('asked').focus(); return; }
  asking.read = null;
  sayInstead('shared.reading');
  ask('POST', '/api/v1/ask', {q: q, matter: aboutMatter()}, {}, QUESTION_MS, function (answer) {
    if (turn !== asking.turn) { return; }
    if (answer.status !== 200) { sayInstead(answer.status === 429 ? 'question.slowly' : 'question.no_answer'); return; }
    asking.said = '';
    asking.answer = answer.body;
    showQuestion();
    if (answer.body.matters.length === 1 && answer.body.paragraph) { readParagraph(answer.body, turn); }
  });
}

/* What the paragraph says, as it stands in the guide; of a field what its form says of it. */
function readParagraph(found, turn) {
  if (found.field) { readField(found.field); return; }
  ask('GET', '/api/v1/guides/' + found.matters[0], null, {}, QUESTION_MS, function (answer) {
    var parts = found.paragraph.split('.'), whole;
    if (turn !== asking.turn || answer.status !== 200) { return; }
    answer.body.paragraphs.forEach(function (one) { if (one.id === found.paragraph || (!whole && one.id === parts[0])) { whole = one; } });
    if (!whole) { return; }
    asking.read = {title: whole.title, lines: whole.id === found.paragraph ? whole.lines : whole.lines.filter(function (line) { return line.part === parts[1]; })};
    showQuestion();
  });
}

function readField(field) {
  var lines = field.help ? [{text: field.help}] : [];
  if (field.sample) { lines.push({text: {zh: tIn('zh', 'question.sample', {sample: field.sample}), en: tIn('en', 'question.sample', {sample: field.sample})}}); }
  asking.read = {title: field.name, lines: lines};
  showQuestion();
}

/* -- what is shown ----------------------------------------------------------------------------------------------- */

function titleOf(matter) { return asking.titles[matter] ? named(asking.titles[matter]) : matter; }

/* Where it is read on: the field in its form, the paragraph in the guide. */
function wayTo(matter, found) {
  if (found && found.field) { return '/forms/' + encodeURIComponent(found.field.form) + '?field=' + encodeURIComponent(found.field.field); }
  return '/guides/' + encodeURIComponent(matter) + (found && found.paragraph ? '#' + found.paragraph : '');
}

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
  lines.push(make('span', {'class': 'small', text: t(asking.answer.field ? 'question.to_form' : 'question.read_on')}));
  return make('a', {'class': 'm-row', href: wayTo(matter, at === 0 && asking.answer)}, [make('b', {text: titleOf(matter)})].concat(lines));
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
  setHidden(byId('about'), !aboutMatter());
  setText(byId('about'), aboutMatter() ? t('question.about', {matter: titleOf(aboutMatter())}) : '');
  showCall();
}

/* -- a person ---------------------------------------------------------------------------------------------------- */

function callWords() {
  var call = asking.call, late = call && call.state === 'open' && Date.now() - asking.since > CALL_LATE_MS;
  if (call) { return t('question.called.' + (late ? 'late' : call.state), {number: call.place}); }
  return asking.over ? t('question.called.over') : asking.why;
}

function showCall() {
  setText(byId('person-how'), t(ticketToken ? 'question.person_comes' : 'question.person_at_desk'));
  setHidden(byId('call'), !ticketToken || Boolean(asking.call));
  setHidden(byId('uncall'), !asking.call);
  setText(byId('called'), callWords());
}

function pressCall(key, path, body, done) {
  byId(key).disabled = true;
  asking.why = '';
  asking.over = false;
  ask('POST', '/api/v1/helps' + path, body, {}, QUESTION_MS, function (answer) {
    byId(key).disabled = false;
    done(answer);
    showCall();
  });
}

function whyNot(answer) {
  if (answer.body && answer.body.code === 'unknown_token') { forgetTicket(ticketToken); ticketToken = keptTickets()[0] || ''; }
  asking.why = answer.body && answer.body.detail ? refusalWords(answer)[0].join(t('shared.semicolon')) : t('question.no_answer');
}

function callSomebody() {
  var matters = asking.answer ? asking.answer.matters : [], body = {token: ticketToken};
  if (aboutMatter() || matters.length === 1) { body.matter = matters.length === 1 ? matters[0] : aboutMatter(); }
  pressCall('call', '', body, function (answer) {
    if (answer.status !== 200) { whyNot(answer); return; }
    asking.call = answer.body;
    asking.since = Date.now();
    setTimeout(followCall, CALL_AGAIN_MS);
  });
}

/* One that staff do not know any more is taken back too. */
function takeBack() {
  pressCall('uncall', '/' + asking.call.help + '/withdraw', {}, function (answer) {
    if (answer.status !== 200 && answer.status !== 404) { whyNot(answer); return; }
    asking.call = null;
    asking.why = t('question.called.back');
  });
}

function followCall() {
  var call = asking.call;
  if (!call) { return; }
  ask('GET', '/api/v1/helps/' + call.help, null, {}, QUESTION_MS, function (answer) {
    if (asking.call !== call) { return; }
    if (answer.status === 200) { asking.call = answer.body; }
    if (answer.status === 404) { asking.call = null; asking.over = true; }
    if (asking.call) { setTimeout(followCall, CALL_AGAIN_MS); }
    showCall();
  });
}

byId('ask').addEventListener('submit', function (event) { event.preventDefault(); byId('asked').blur(); askIt(); });
byId('call').addEventListener('click', callSomebody);
byId('uncall').addEventListener('click', takeBack);
language.changed.push(showQuestion);
startElder();
startLanguage(byId('language'));
if (ticketToken) { setAttr(byId('back'), 'href', '/t/' + ticketToken); }
ask('GET', '/api/v1/guides', null, {}, QUESTION_MS, function (answer) {
  if (answer.status !== 200 || !answer.body) { return; }
  answer.body.guides.forEach(function (guide) { asking.titles[guide.matter] = guide.title; });
  showQuestion();
});
showQuestion();
byId('asked').value = given('q').slice(0, 200);
if (byId('asked').value) { askIt(); }

/* Questions that found no answer, for whoever helps in the hall: one press makes one lead to a matter, one takes it back.
   Nobody's name or number is among them. */
'use strict';

/* Matters that a question may be about stand beside it as keys, all others in the list behind them. */
var questions = {view: null, titles: {}};

function matterName(matter) { return questions.titles[matter] ? named(questions.titles[matter]) : matter; }

function send(key, path, body, words, facts) {
  pressOnce(key, 'questions/' + path, body, function (view) { questions.view = view; doneWords(words, facts); showQuestions(); });
}
function pressKeyOf(words, look, work) {
  return make('button', {type: 'button', 'class': 'small-key' + look, text: words, on: {click: function (event) { work(event.currentTarget); }}});
}
function leadTo(key, row, matter) {
  send(key, 'lead', {question: row.question, matter: matter}, 'questions.leads_now', {question: row.question, matter: matterName(matter)});
}

function choiceOf(row) {
  var others = Object.keys(questions.titles).filter(function (matter) { return row.near.indexOf(matter) < 0; }), choice;
  if (!others.length) { return null; }
  choice = make('select', {'aria-label': t('questions.other_matter'), on: {change: function () { if (choice.value) { leadTo(choice, row, choice.value); } }}},
    [make('option', {value: '', text: t('questions.other_matter')})].concat(others.map(function (matter) {
      return make('option', {value: matter, text: matterName(matter)});
    })));
  return choice;
}

function showQuestions() {
  var view = questions.view;
  if (!view) { return; }
  setText(byId('counted'), t('questions.many', {n: view.unanswered.length}));
  setHidden(byId('nothing'), view.unanswered.length > 0);
  setHidden(byId('none-led'), view.led.length > 0);
  keyed(byId('rows'), view.unanswered, function (row) { return row.question; }, function () { return make('tr'); }, function (node, row) {
    fillRow(node, JSON.stringify([language.now, row, questions.titles]), function () {
      return [
        cell(t('questions.question'), [make('b', {text: row.question})]),
        cell(t('questions.times'), [String(row.times)]),
        make('td', {'class': 'question-keys', 'data-label': t('questions.is_about')}, row.near.map(function (matter) {
          return pressKeyOf(matterName(matter), '', function (key) { leadTo(key, row, matter); });
        }).concat([choiceOf(row), pressKeyOf(t('questions.drop'), ' small-key-plain', function (key) {
          send(key, 'drop', {question: row.question}, 'questions.dropped', {question: row.question});
        })]))
      ];
    });
  });
  keyed(byId('led'), view.led, function (row) { return row.question; }, function () { return make('tr'); }, function (node, row) {
    fillRow(node, JSON.stringify([language.now, row, questions.titles]), function () {
      return [
        cell(t('questions.question'), [make('b', {text: row.question})]),
        cell(t('questions.matter'), [matterName(row.matter)]),
        cell(t('questions.by'), [make('span', {'class': 'admin-time', text: row.by + ' ' + dayAndTime(row.at)})]),
        make('td', {'class': 'admin-keys'}, [pressKeyOf(t('questions.undo'), '', function (key) {
          send(key, 'undo', {question: row.question}, 'questions.undone', {question: row.question});
        })])
      ];
    });
  });
}

function readQuestions() {
  readAdmin('/api/v1/questions', function (body) { questions.view = body; });
}

startAdmin('assist', function () {
  readQuestions();
  if (!Object.keys(questions.titles).length) {
    ask('GET', '/api/v1/guides', null, {}, ADMIN_READ_MS, function (answer) {
      if (answer.status !== 200 || !answer.body) { return; }
      answer.body.guides.forEach(function (guide) { questions.titles[guide.matter] = guide.title; });
      showQuestions();
    });
  }
}, showQuestions, true);

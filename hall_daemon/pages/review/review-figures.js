/* Pre-reviews in figures: whether all was told at once, how much came back, how long an answer took, what is most often
   wrong, by matter. Codes and counts; nobody is in them. */
'use strict';

var figures = {view: null};
var COLUMNS = ['matter', 'sent', 'decided', 'passed', 'one_list', 'returned', 'answer', 'answer_slow', 'on_time', 'late'];

function shareWords(one) { return one.n ? (100 * one.share).toFixed(one.share === 1 ? 0 : 1) + '%' : '–'; }
/* A share with its bar and what it is of. */
function shareCell(label, one, look) {
  var meter = make('meter', {min: '0', max: '1', 'data-look': look, 'aria-hidden': 'true'});
  meter.value = one.share || 0;
  return cell(label, [make('b', {text: shareWords(one)}), make('small', {'class': 'quiet', text: one.n ? ' ' + t('review_figures.of', {k: one.k, n: one.n}) : ''}), meter]);
}
function longWords(seconds) {
  if (seconds === null || seconds === undefined) { return '–'; }
  return seconds < 5400 ? t('review_figures.minutes', {n: Math.max(1, Math.round(seconds / 60))}) : t('review_figures.hours', {n: (seconds / 3600).toFixed(1)});
}
function labelOf(column) { return t('review_figures.column.' + column); }

function showFigures() {
  var view = figures.view;
  keyed(byId('head'), COLUMNS, String, function () { return make('th'); }, function (node, column) { setText(node, labelOf(column)); });
  if (!view) { return; }
  setText(byId('counted'), t('review_figures.days', {from: view.begins, to: view.ends}));
  setHidden(byId('nothing'), view.matters.length > 0);
  keyed(byId('rows'), view.matters.length ? [view.all].concat(view.matters) : [], function (one) { return one.matter; }, function () { return make('tr'); }, function (node, one) {
    setAttr(node, 'class', one.matter ? '' : 'figure-all');
    fillRow(node, JSON.stringify([language.now, one]), function () {
      return [
        cell(labelOf('matter'), [make('b', {text: named(one.title)})]), cell(labelOf('sent'), [String(one.sent)]),
        cell(labelOf('decided'), [String(one.decided)]), cell(labelOf('passed'), [String(one.passed)]),
        shareCell(labelOf('one_list'), one.one_list, 'good'), shareCell(labelOf('returned'), one.returned, 'warn'),
        cell(labelOf('answer'), [longWords(one.answer_median_s)]), cell(labelOf('answer_slow'), [longWords(one.answer_p90_s)]),
        shareCell(labelOf('on_time'), one.on_time, 'good'), cell(labelOf('late'), [String(one.late)])
      ];
    });
  });
  keyed(byId('frequent'), view.matters.filter(function (one) { return one.defects.length; }), function (one) { return one.matter; }, function () {
    return make('div', {'class': 'panel figure-matter'});
  }, function (node, one) {
    fillRow(node, JSON.stringify([language.now, one.defects]), function () {
      return [make('h3', {text: named(one.title)}), make('ol', {}, one.defects.map(function (defect) {
        return make('li', {}, [make('span', {'class': 'figure-times', text: t('review_figures.times', {n: defect.count})}), make('b', {text: named(defect.place)}), make('span', {'class': 'quiet', text: ' ' + named(defect.said)})]);
      }))];
    });
  });
}

function readFigures() {
  var parts = ['from', 'to'].filter(function (name) { return byId(name).value; }).map(function (name) { return name + '=' + encodeURIComponent(byId(name).value); });
  readAdmin('/api/v1/review-figures' + (parts.length ? '?' + parts.join('&') : ''), function (body) { figures.view = body; });
}

byId('span').addEventListener('submit', function (event) { event.preventDefault(); readFigures(); });
startAdmin('report', readFigures, showFigures, false);

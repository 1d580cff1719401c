/* How often the waits that were shown held: the last days, by matter and by hour. Read again while it is looked at. */
'use strict';

var ACCURACY_PATH = '/api/v1/accuracy', ACCURACY_MS = 60000, AGAIN_MS = 5000, ACCURACY_TIMEOUT_MS = 10000;
var feed = null, failed = 0, chosenDays = 0, readTimer = null;

var SPAN_WORDS = 'accuracy.last_n_days';
var FEW = 'accuracy.too_few_to_judge';

function percent(share) { return Math.round(share * 100) + '%'; }
function tenths(seconds) { return (Math.abs(seconds) / 60).toFixed(1); }

/* 平均早 or 晚: later than the middle of what was said is above 0. */
function biasWords(figures) {
  if (Math.abs(figures.bias_s) < 30) { return t('accuracy.neither_early_nor_late'); }
  return t(figures.bias_s > 0 ? 'accuracy.n_min_late_on' : 'accuracy.n_min_early_on', {n: tenths(figures.bias_s)});
}

function verdictWords(figures, aimed) {
  if (figures.share_held === null) { return t(FEW); }
  return t('accuracy.held_for_about_n', {n: Math.round(figures.share_held * 10)}) +
    t('accuracy.n_aimed_at', {n: Math.round(aimed * 10)});
}

function buildJudged() {
  return make('li', {'class': 'judged-row'}, [
    make('div', {'class': 'judged-head'}, [make('span', {'class': 'judged-name'}), make('b', {'class': 'judged-share'})]),
    make('div', {'class': 'bar', 'aria-hidden': 'true'}, [make('i', {'class': 'bar-held'}), make('i', {'class': 'bar-aim'})]),
    make('p', {'class': 'small judged-note'})
  ]);
}

function updateJudged(aimed) {
  return function (node, row) {
    var f = row.figures, told = f.share_held !== null;
    setText(node.querySelector('.judged-name'), row.name);
    setText(node.querySelector('.judged-share'), told ? percent(f.share_held) : '–');
    setHidden(node.querySelector('.bar'), !told);
    setClass(node, 'is-low', told && f.share_held < aimed - 0.1);
    node.querySelector('.bar-held').style.width = told ? percent(f.share_held) : '0';
    node.querySelector('.bar-aim').style.left = percent(aimed);
    setText(node.querySelector('.judged-note'), told ?
      t('accuracy.n_people_off_by', {n: f.scored, error: tenths(f.mean_error_s)}) + biasWords(f) :
      t('accuracy.n_people', {n: f.scored}) + t(FEW));
  };
}

function figureRow(label, value) { return {label: label, value: value}; }

function showVerdict(span, aimed) {
  var f = span.total, told = f.share_held !== null;
  setText(byId('verdict-share'), told ? percent(f.share_held) : '–');
  setText(byId('verdict-words'), verdictWords(f, aimed));
  setText(byId('verdict-days').firstChild, t('accuracy.first_to', span));
  setText(byId('verdict-days').lastChild, t('accuracy.last_n_people', {last: span.last, n: f.scored}));
  keyed(byId('verdict-figures'), told ? [
    figureRow(t('accuracy.off_by_on_average'), t('shared.minutes', {n: tenths(f.mean_error_s)})),
    figureRow(t('accuracy.early_or_late'), biasWords(f)),
    figureRow(t('accuracy.ranges_this_wide'), t('shared.minutes', {n: tenths(f.mean_width_s)}))
  ] : [], function (row) { return row.label; }, function () { return make('div', {}, [make('dt'), make('dd')]); },
    function (node, row) { setText(node.firstChild, row.label); setText(node.lastChild, row.value); });
}

function showUnknown(figures) {
  var codes = Object.keys(figures.unknown), sum = codes.reduce(function (all, code) { return all + figures.unknown[code]; }, 0);
  setHidden(byId('unknown-panel'), !sum);
  setText(byId('unknown-title'), t('accuracy.no_range_at_the', {n: sum, all: figures.tickets}));
  keyed(byId('unknown'), codes, function (code) { return code; }, function () { return make('li'); }, function (node, code) {
    setText(node, word(hasWord('accuracy.no_range.' + code) ? 'accuracy.no_range' : 'waits.unknown', code) + t('accuracy.n', {n: figures.unknown[code]}));
  });
}

function hourName(hour) { return two(hour) + ':00–' + two(hour) + ':59'; }

function showSpans(spans) {
  keyed(byId('spans'), spans, function (span) { return String(span.days); },
    function (span) { return make('button', {type: 'button', 'class': 'span-key', 'data-days': span.days, on: {click: function () { chosenDays = span.days; showAccuracy(); }}}); },
    function (node, span) {
      setText(node, t(SPAN_WORDS, {n: span.days}));
      setAttr(node, 'aria-pressed', span.days === chosenDays ? 'true' : 'false');
    });
}

function showAccuracy() {
  var data = feed && feed.data, span;
  setHidden(byId('loading'), Boolean(feed));
  setHidden(byId('late'), !failed);
  setText(byId('late'), failed ? t('shared.the_hall_does_not') : '');
  setHidden(byId('nothing'), !data || data.spans.length > 0);
  setHidden(byId('accuracy'), !data || !data.spans.length);
  if (!data) { return; }
  setText(byId('whose'), named(data.name));
  document.title = t('accuracy.do_the_waits_we') + ' · ' + named(data.name);
  if (!data.spans.length) { return; }
  span = data.spans.filter(function (s) { return s.days === chosenDays; })[0] || data.spans[0];
  chosenDays = span.days;
  showSpans(data.spans);
  showVerdict(span, data.aimed);
  keyed(byId('services'), span.services.map(function (s) { return {key: s.id, name: named(s.name), figures: s.figures}; }),
    function (row) { return row.key; }, buildJudged, updateJudged(data.aimed));
  keyed(byId('hours'), span.hours.map(function (h) { return {key: String(h.hour), name: hourName(h.hour), figures: h.figures}; }),
    function (row) { return row.key; }, buildJudged, updateJudged(data.aimed));
  showUnknown(span.total);
  setText(byId('as-of'), t('shared.updated_time', {time: hallTime(feed.last_updated, true)}));
}

function readAccuracy() {
  clearTimeout(readTimer);
  if (document.hidden) { return; }
  ask('GET', ACCURACY_PATH, null, {}, ACCURACY_TIMEOUT_MS, function (answer) {
    var well = answer.status === 200 && answer.body;
    if (well) { feed = answer.body; }
    failed = well ? 0 : failed + 1;
    readTimer = setTimeout(readAccuracy, Math.max(answer.retryAfterMs, well ? ACCURACY_MS : AGAIN_MS * Math.min(failed, 12)));
    showAccuracy();
  });
}

language.changed.push(showAccuracy);
document.addEventListener('visibilitychange', readAccuracy);
startElder();
startLanguage(byId('language'));
readAccuracy();

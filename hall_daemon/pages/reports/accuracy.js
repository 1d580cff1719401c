/* How often the waits that were shown held: the last days, by matter and by hour. Read again while it is looked at. */
'use strict';

var ACCURACY_PATH = '/api/v1/accuracy', ACCURACY_MS = 60000, AGAIN_MS = 5000, ACCURACY_TIMEOUT_MS = 10000;
var feed = null, failed = 0, chosenDays = 0, readTimer = null;

var SPAN_WORDS = ['近{n}天', 'Last {n} days'];
var FEW = ['人数太少，不作评价', 'Too few to judge'];
var NO_RANGE = {not_recorded: ['系统中断，未记录', 'Not recorded: the system was interrupted']};

function percent(share) { return Math.round(share * 100) + '%'; }
function tenths(seconds) { return (Math.abs(seconds) / 60).toFixed(1); }

/* 平均早 or 晚: later than the middle of what was said is above 0. */
function biasWords(figures) {
  if (Math.abs(figures.bias_s) < 30) { return t(['平均不早不晚', 'neither early nor late on average']); }
  return t(figures.bias_s > 0 ? ['平均晚\u00a0{n}\u00a0分钟', '{n}\u00a0min late on average'] : ['平均早\u00a0{n}\u00a0分钟', '{n}\u00a0min early on average'], {n: tenths(figures.bias_s)});
}

function verdictWords(figures, aimed) {
  if (figures.share_held === null) { return t(FEW); }
  return t(['每十人中约 {n} 人说准', 'Held for about {n} people in ten'], {n: Math.round(figures.share_held * 10)}) +
    t(['（目标 {n} 人）', ' ({n} aimed at)'], {n: Math.round(aimed * 10)});
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
      t(['{n}\u00a0人 · 平均相差\u00a0{error}\u00a0分钟 · ', '{n}\u00a0people · off by {error}\u00a0min on average · '], {n: f.scored, error: tenths(f.mean_error_s)}) + biasWords(f) :
      t(['{n}\u00a0人，', '{n}\u00a0people: '], {n: f.scored}) + t(FEW));
  };
}

function figureRow(label, value) { return {label: label, value: value}; }

function showVerdict(span, aimed) {
  var f = span.total, told = f.share_held !== null;
  setText(byId('verdict-share'), told ? percent(f.share_held) : '–');
  setText(byId('verdict-words'), verdictWords(f, aimed));
  setText(byId('verdict-days').firstChild, t(['{first} 至 ', '{first} to '], span));
  setText(byId('verdict-days').lastChild, t(['{last}，{n} 人', '{last}, {n} people'], {last: span.last, n: f.scored}));
  keyed(byId('verdict-figures'), told ? [
    figureRow(t(['平均相差', 'Off by, on average']), t(['{n} 分钟', '{n} min'], {n: tenths(f.mean_error_s)})),
    figureRow(t(['偏早偏晚', 'Early or late']), biasWords(f)),
    figureRow(t(['范围平均宽', 'Ranges this wide']), t(['{n} 分钟', '{n} min'], {n: tenths(f.mean_width_s)}))
  ] : [], function (row) { return row.label; }, function () { return make('div', {}, [make('dt'), make('dd')]); },
    function (node, row) { setText(node.firstChild, row.label); setText(node.lastChild, row.value); });
}

function showUnknown(figures) {
  var codes = Object.keys(figures.unknown), sum = codes.reduce(function (all, code) { return all + figures.unknown[code]; }, 0);
  setHidden(byId('unknown-panel'), !sum);
  setText(byId('unknown-title'), t(['取号时没有给出时间：{n} 人，共 {all} 人', 'No range at the draw: {n} of {all} people'], {n: sum, all: figures.tickets}));
  keyed(byId('unknown'), codes, function (code) { return code; }, function () { return make('li'); }, function (node, code) {
    setText(node, (NO_RANGE[code] ? word(NO_RANGE, code) : word(UNKNOWN_WAITS, code)) + t(['：{n} 人', ': {n}'], {n: figures.unknown[code]}));
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
  setText(byId('late'), failed ? t(['大厅系统暂时没有答复，正在重试…', 'The hall does not answer now, trying again…']) : '');
  setHidden(byId('nothing'), !data || data.spans.length > 0);
  setHidden(byId('accuracy'), !data || !data.spans.length);
  if (!data) { return; }
  setText(byId('whose'), named(data.name));
  document.title = t(['等候时间准不准', 'Do the waits we tell hold?']) + ' · ' + named(data.name);
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
  setText(byId('as-of'), t(['更新于 {time}', 'Updated {time}'], {time: hallTime(feed.last_updated, true)}));
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

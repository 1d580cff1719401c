/* Efficiency and one more window, for staff. Figures come from a process beside the hall and may take seconds. */
'use strict';

var READ_MS = 60000;
var seen = {view: null, more: null, hall: null, trouble: null};

function query() {
  var parts = ['by=' + encodeURIComponent(byId('by').value)];
  ['from', 'to', 'service'].forEach(function (name) {
    if (byId(name).value) { parts.push(name + '=' + encodeURIComponent(byId(name).value)); }
  });
  return '?' + parts.join('&');
}

function minutes(seconds) { return seconds === null || seconds === undefined ? '–' : (seconds / 60).toFixed(1); }
function share(value) { return value === null || value === undefined ? '–' : (value > 0 ? '+' : '') + (100 * value).toFixed(1) + '%'; }
function row(tag, cells, classes) {
  return make('tr', {}, cells.map(function (cell, at) {
    var options = {'class': (classes || [])[at] || null};
    if (typeof cell === 'string') { options.text = cell; return make(tag, options); }
    return make(tag, options, [cell]);
  }));
}
function table(id, head, rows, none, classes) {
  var node = byId(id);
  empty(node);
  if (!rows.length) { node.appendChild(make('tbody', {}, [make('tr', {}, [make('td', {'class': 'nothing', text: none})])])); return; }
  node.appendChild(make('thead', {}, [row('th', head.map(function (pair) { return t(pair); }), classes)]));
  node.appendChild(make('tbody', {}, rows));
}
function serviceName(id) {
  var of = seen.view && seen.view.matters.filter(function (m) { return m.service === id; })[0];
  var now = seen.hall && seen.hall.services.filter(function (s) { return s.id === id; })[0];
  return of ? named(of.name) : now ? named(now.name) : id;
}
function labelOf(window) {
  var at = seen.hall && seen.hall.windows.filter(function (w) { return w.id === window; })[0];
  return windowWords(at ? at.label : window);
}

function showOutliers(view) {
  setText(byId('model'), t(['办理时长 30 天变化 {trend}，等候人数翻倍时变化 {load}', 'Handling takes {trend} in 30 days, {load} when twice as many wait'], {trend: share(view.trend), load: share(view.load)}));
  table('outliers', [['事项', 'Service'], ['何处', 'Where'], ['中位', 'Median'], ['通常', 'Usual'], ['相差', 'Off'], ['平常波动的', 'Usual spread'], ['件数', 'Count']],
    view.outliers.map(function (o) {
      var off = o.median_s / o.usual_s - 1;
      return row('td', [serviceName(o.service), o.kind === 'day' ? o.day : labelOf(o.window), minutes(o.median_s), minutes(o.usual_s),
        make('b', {'class': off > 0 ? 'is-slow' : 'is-fast', text: (off > 0 ? '▲ ' : '▼ ') + share(off)}), t(['{n} 倍', '× {n}'], {n: Math.abs(o.sigmas).toFixed(1)}), String(o.n)]);
    }), t(['没有异常', 'Nothing stands out']));
}

function showMatters(view) {
  setText(byId('counted'), t(['{begins} 至 {ends}，{days} 天，{n} 件；{m} 件未计时', '{begins} to {ends}, {days} days, {n} matters; {m} not timed'], {begins: view.begins, ends: view.ends, days: view.days, n: view.n, m: view.unmeasured}));
  table('matters', [['事项', 'Service'], ['件数', 'Count'], ['平均', 'Mean'], ['较快的', 'Quick ones'], ['中位', 'Median'], ['较慢的', 'Slow ones'], ['配置预计', 'Configured'], ['30 天趋势', '30-day trend'], ['同期最佳', 'Best period']],
    view.matters.map(function (m) {
      return row('td', [named(m.name), String(m.times.n), minutes(m.times.mean_s), minutes(m.times.p10_s), minutes(m.times.p50_s), minutes(m.times.p90_s), minutes(m.expected_s), share(m.trend),
        m.best ? '★ ' + m.best + ' · ' + minutes(m.best_s) : '–'], ['', '', '', '', '', '', '', '', 'is-best']);
    }), t(['这段时间没有办结的事项', 'Nothing was finished in this span']));
}

function showMore() {
  var more = seen.more;
  if (!more) { return; }
  setText(byId('one-more-note'), t(['{time} 推算，等候 {n} 人', 'Reckoned at {time}, {n} waiting'], {time: hallTime(more.as_of, true), n: more.waiting}));
  table('one-more', [['打开窗口', 'Open window'], ['可办事项', 'Its services'], ['平均提前', 'Sooner by'], ['明显受益', 'Helped'], ['现在取号者的等候', 'Wait of who comes now']],
    more.windows.map(function (w) {
      var changes = w.queues.map(function (q) { return queueName(q.queue) + ' ' + waitWords(q.before).text + ' → ' + waitWords(q.after).text; });
      return row('td', [windowWords(w.label), w.services.map(serviceName).join(t(['、', ', '])), t(['{n} 分钟', '{n} min'], {n: (w.saved_s / 60).toFixed(1)}), t(['{n} 人', '{n}'], {n: w.helped}),
        changes.join(t(['；', '; '])) || t(['无变化', 'no change'])], ['', 'words', '', '', 'words']);
    }), t(['所有窗口都已开放', 'All windows are open']), ['', 'words', '', '', 'words']);
}
function queueName(id) {
  var at = seen.hall && seen.hall.queues.filter(function (q) { return q.id === id; })[0];
  return at ? named(at.name) : id;
}

function showServices() {
  var select = byId('service'), kept = select.value;
  empty(select);
  select.appendChild(make('option', {value: '', text: t(['全部', 'All'])}));
  (seen.hall ? seen.hall.services : []).forEach(function (s) { select.appendChild(make('option', {value: s.id, text: named(s.name)})); });
  select.value = kept;
}

function show() {
  setHidden(byId('late'), !seen.trouble);
  setText(byId('late'), seen.trouble ? refusalWords(seen.trouble)[0].join('；') : '');
  document.title = t(['效率统计', 'Efficiency']);
  if (seen.hall) { setText(byId('hall-name'), named(seen.hall.name)); showServices(); }
  if (seen.view) { showOutliers(seen.view); showMatters(seen.view); }
  showMore();
}

function look() {
  setClass(document.body, 'is-reading', true);
  ask('GET', '/api/v1/efficiency' + query(), null, {}, READ_MS, function (answer) {
    setClass(document.body, 'is-reading', false);
    seen.trouble = answer.status === 200 ? null : answer;
    if (answer.status === 200) {
      seen.view = answer.body;
      byId('picture').src = '/api/v1/efficiency.svg' + query();
      byId('picture').alt = t(['各事项办理时长图', 'Handling times by service']);
    }
    show();
  });
  byId('csv').href = '/api/v1/efficiency.csv' + query();
}

function reckon() {
  byId('one-more-go').disabled = true;
  setText(byId('one-more-note'), t(['正在推算…', 'Reckoning…']));
  ask('GET', '/api/v1/one-more-window', null, {}, READ_MS, function (answer) {
    byId('one-more-go').disabled = false;
    seen.trouble = answer.status === 200 ? null : answer;
    if (answer.status === 200) { seen.more = answer.body; } else { setText(byId('one-more-note'), ''); }
    show();
  });
}

byId('span').addEventListener('submit', function (event) { event.preventDefault(); look(); });
byId('one-more-go').addEventListener('click', reckon);
language.changed.push(show);
startLanguage(byId('language'));
ask('GET', '/api/v1/hall', null, {}, READ_MS, function (answer) {
  if (answer.status === 200) { seen.hall = answer.body; }
  show();
  look();
});

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
  setText(byId('model'), t('efficiency.handling_takes_trend_in', {trend: share(view.trend), load: share(view.load)}));
  table('outliers', ['efficiency.service', 'efficiency.where', 'efficiency.median', 'efficiency.usual', 'efficiency.off', 'efficiency.usual_spread', 'efficiency.count'],
    view.outliers.map(function (o) {
      var off = o.median_s / o.usual_s - 1;
      return row('td', [serviceName(o.service), o.kind === 'day' ? o.day : labelOf(o.window), minutes(o.median_s), minutes(o.usual_s),
        make('b', {'class': off > 0 ? 'is-slow' : 'is-fast', text: (off > 0 ? '▲ ' : '▼ ') + share(off)}), t('efficiency.times', {n: Math.abs(o.sigmas).toFixed(1)}), String(o.n)]);
    }), t('efficiency.nothing_stands_out'));
}

function showMatters(view) {
  setText(byId('counted'), t('efficiency.begins_to_ends_days', {begins: view.begins, ends: view.ends, days: view.days, n: view.n, m: view.unmeasured}));
  table('matters', ['efficiency.service', 'efficiency.count', 'efficiency.mean', 'efficiency.quick_ones', 'efficiency.median', 'efficiency.slow_ones', 'efficiency.configured', 'efficiency.30_day_trend', 'efficiency.best_period'],
    view.matters.map(function (m) {
      return row('td', [named(m.name), String(m.times.n), minutes(m.times.mean_s), minutes(m.times.p10_s), minutes(m.times.p50_s), minutes(m.times.p90_s), minutes(m.expected_s), share(m.trend),
        m.best ? '★ ' + m.best + ' · ' + minutes(m.best_s) : '–'], ['', '', '', '', '', '', '', '', 'is-best']);
    }), t('efficiency.nothing_was_finished_in'));
}

function showMore() {
  var more = seen.more;
  if (!more) { return; }
  setText(byId('one-more-note'), t('efficiency.reckoned_at_time_n', {time: hallTime(more.as_of, true), n: more.waiting}));
  table('one-more', ['efficiency.open_window', 'efficiency.its_services', 'efficiency.sooner_by', 'efficiency.helped', 'efficiency.wait_of_who_comes'],
    more.windows.map(function (w) {
      var changes = w.queues.map(function (q) { return queueName(q.queue) + ' ' + waitWords(q.before).text + ' → ' + waitWords(q.after).text; });
      return row('td', [windowWords(w.label), w.services.map(serviceName).join(t('shared.comma')), t('shared.minutes', {n: (w.saved_s / 60).toFixed(1)}), t('shared.people', {n: w.helped}),
        changes.join(t('shared.semicolon')) || t('efficiency.no_change')], ['', 'words', '', '', 'words']);
    }), t('efficiency.all_windows_are_open'), ['', 'words', '', '', 'words']);
}
function queueName(id) {
  var at = seen.hall && seen.hall.queues.filter(function (q) { return q.id === id; })[0];
  return at ? named(at.name) : id;
}

function showServices() {
  var select = byId('service'), kept = select.value;
  empty(select);
  select.appendChild(make('option', {value: '', text: t('efficiency.all')}));
  (seen.hall ? seen.hall.services : []).forEach(function (s) { select.appendChild(make('option', {value: s.id, text: named(s.name)})); });
  select.value = kept;
}

function show() {
  setHidden(byId('late'), !seen.trouble);
  setText(byId('late'), seen.trouble ? refusalWords(seen.trouble)[0].join(t('shared.semicolon')) : '');
  document.title = t('efficiency.efficiency');
  if (seen.hall) { setText(byId('hall-name'), named(seen.hall.name)); showServices(); }
  if (seen.view) { showOutliers(seen.view); showMatters(seen.view); }
  showMore();
}

function look() {
  setClass(document.body, 'is-reading', true);
  ask('GET', '/api/v1/efficiency' + query(), null, {}, READ_MS, function (answer) {
    setClass(document.body, 'is-reading', false);
    if (isSentAway(answer)) { return; }
    seen.trouble = answer.status === 200 ? null : answer;
    if (answer.status === 200) {
      seen.view = answer.body;
      byId('picture').src = '/api/v1/efficiency.svg' + query();
      byId('picture').alt = t('efficiency.handling_times_by_service_2');
    }
    show();
  });
  byId('csv').href = '/api/v1/efficiency.csv' + query();
}

function reckon() {
  byId('one-more-go').disabled = true;
  setText(byId('one-more-note'), t('efficiency.reckoning'));
  ask('GET', '/api/v1/one-more-window', null, {}, READ_MS, function (answer) {
    byId('one-more-go').disabled = false;
    if (isSentAway(answer)) { return; }
    seen.trouble = answer.status === 200 ? null : answer;
    if (answer.status === 200) { seen.more = answer.body; } else { setText(byId('one-more-note'), ''); }
    show();
  });
}

byId('span').addEventListener('submit', function (event) { event.preventDefault(); look(); });
byId('one-more-go').addEventListener('click', reckon);
language.changed.push(show);
startLanguage(byId('language'));
onlyWith('report', function () {
  ask('GET', '/api/v1/hall', null, {}, READ_MS, function (answer) {
    if (answer.status === 200) { seen.hall = answer.body; }
    show();
    look();
  });
});

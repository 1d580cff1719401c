/* When it is quiet: the forecast by half hour. Asked for every few minutes; says so when it is old. */
'use strict';

var READ_MS = 10000, AGAIN_MS = 120000, RETRY_MS = 5000, LONGEST_RETRY_MS = 60000;
var WEEKDAYS = ['quiet.sun', 'quiet.mon', 'quiet.tue', 'quiet.wed', 'quiet.thu', 'quiet.fri', 'quiet.sat'];
var feed = {data: null, ttl: 0, at: 0, failures: 0, status: -1, ageMs: 0};
var chosen = {day: '', queue: ''};

function read() {
  ask('GET', '/api/v1/forecast', null, {}, READ_MS, function (answer) {
    var pause = AGAIN_MS;
    feed.status = answer.status;
    if (answer.status === 200 && answer.body) {
      feed.data = answer.body.data;
      feed.ttl = answer.body.ttl;
      feed.at = tick();
      feed.failures = 0;
      if (feed.data.unknown) { pause = RETRY_MS; }
    } else {
      feed.failures += 1;
      pause = Math.max(answer.retryAfterMs, Math.min(LONGEST_RETRY_MS, RETRY_MS * Math.pow(2, feed.failures - 1)));
    }
    show();
    setTimeout(read, (document.hidden ? 3 : 1) * pause * (1 + Math.random() * 0.3));
  });
}

function dateOf(day) { return new Date(day + 'T12:00:00Z'); }
function shortDate(day) { return Number(day.slice(5, 7)) + '/' + Number(day.slice(8)); }
function weekday(day) { return t(WEEKDAYS[dateOf(day).getUTCDay()]); }
function dayName(at, day) {
  var first = feed.data.days[0].day, ahead = Math.round((dateOf(day) - dateOf(first)) / 86400000);
  if (at === 0) { return t('quiet.today'); }
  if (ahead === 1) { return t('quiet.tomorrow'); }
  return weekday(day);
}

function peopleWords(people) {
  if (people.p90 === 0) { return t('quiet.0'); }
  return people.p10 === people.p90 ? t('shared.people', {n: people.p50}) : t('quiet.a_b_people', {a: people.p10, b: people.p90});
}

/* The first days that still have quiet half hours. */
function showBest() {
  var rows = [];
  feed.data.days.forEach(function (day, at) {
    if (rows.length < 3 && day.quietest.length) {
      rows.push({day: day.day, at: at, times: day.quietest.map(function (n) { return day.slots[n].begins + '–' + day.slots[n].ends; })});
    }
  });
  empty(byId('best'));
  rows.forEach(function (row) {
    byId('best').appendChild(make('li', {}, [make('span', {'class': 'best-day', text: dayName(row.at, row.day) + ' ' + shortDate(row.day)})].concat(
      row.times.map(function (time) { return make('span', {'class': 'best-time', text: time}); }))));
  });
  if (!rows.length) { byId('best').appendChild(make('li', {'class': 'best-none', text: t('quiet.not_enough_seen_yet')})); }
}

function showDays() {
  keyed(byId('days'), feed.data.days, function (day) { return day.day; },
    function (day) {
      return make('button', {type: 'button', role: 'tab', 'class': 'day-key', on: {click: function () { chosen.day = day.day; show(); }}}, [make('b'), make('span')]);
    },
    function (key, day) {
      setText(key.querySelector('b'), dayName(feed.data.days.indexOf(day), day.day));
      setText(key.querySelector('span'), shortDate(day.day) + (dayName(feed.data.days.indexOf(day), day.day) === weekday(day.day) ? '' : ' ' + weekday(day.day)));
      setAttr(key, 'aria-selected', day.day === chosen.day ? 'true' : 'false');
    });
}

function showQueues() {
  var select = byId('queue'), ids = Object.keys(feed.data.queues);
  empty(select);
  select.appendChild(make('option', {value: '', text: t('quiet.all_matters')}));
  ids.forEach(function (id) { select.appendChild(make('option', {value: id, text: named(feed.data.queues[id])})); });
  if (chosen.queue && ids.indexOf(chosen.queue) < 0) { chosen.queue = ''; }
  select.value = chosen.queue;
}

/* The day's half hours, of the hall or of the chosen queue. */
function rowsOf(day) {
  var queue = chosen.queue && day.queues[chosen.queue];
  return day.slots.map(function (slot, n) {
    return {
      begins: slot.begins, ends: slot.ends, people: queue ? queue.per_slot[n] : slot.people, wait: queue ? queue.waits[n] : slot.wait,
      came: queue ? null : slot.came, quiet: day.quietest.indexOf(n) >= 0, past: slot.wait.unknown === 'hall_closed'
    };
  });
}

function percent(part, whole) { return (100 * part / Math.max(1, whole)).toFixed(1) + '%'; }

function slotRow(row, most) {
  var wait = row.past ? {known: false, text: t('quiet.over')} : waitWords(row.wait);
  var bars = [make('span', {'class': 'bar'})], half = row.people.p50, node;
  bars[0].style.width = percent(half, most);
  if (!row.past && row.people.p90 > row.people.p10) {
    bars.push(make('span', {'class': 'bar-range'}));
    bars[1].style.left = percent(row.people.p10, most);
    bars[1].style.width = percent(row.people.p90 - row.people.p10, most);
  }
  if (row.came !== null) {
    bars.push(make('span', {'class': 'bar-came'}));
    bars[bars.length - 1].style.width = percent(row.came, most);
  }
  node = make('li', {'class': 'slot'}, [
    make('span', {'class': 'slot-time', text: row.begins}),
    make('span', {'class': 'slot-bars', role: 'img', 'aria-label': peopleWords(row.people)}, bars),
    make('span', {'class': 'slot-wait'}, [
      make('b', {'class': wait.known ? '' : 'is-unknown', text: wait.text}),
      make('span', {text: row.past && row.came !== null ? t('quiet.n_came', {n: row.came}) : peopleWords(row.people)})
    ])
  ]);
  setClass(node, 'is-quiet', row.quiet && !row.past);
  setClass(node, 'is-past', row.past);
  return node;
}

function showDay() {
  var day = feed.data.days.filter(function (d) { return d.day === chosen.day; })[0], list = byId('slots'), rows, most = 1, total, before = '';
  empty(list);
  setText(byId('day-title'), day.day + ' ' + weekday(day.day));
  setHidden(byId('day-unknown'), !day.unknown);
  setText(byId('day-unknown'), day.unknown ? word('waits.unknown', day.unknown) : '');
  setHidden(byId('day-total'), Boolean(day.unknown));
  if (day.unknown) { return; }
  total = chosen.queue && day.queues[chosen.queue] ? day.queues[chosen.queue].people : day.people;
  setText(byId('day-total'), t('quiet.in_the_whole_day', {people: peopleWords(total)}));
  rows = rowsOf(day);
  rows.forEach(function (row) { most = Math.max(most, row.people.p90, row.came || 0); });
  rows.forEach(function (row) {
    if (before && before !== row.begins) { list.appendChild(make('li', {'class': 'slot-break', text: t('quiet.a_b_no_numbers', {a: before, b: row.begins})})); }
    before = row.ends;
    list.appendChild(slotRow(row, most));
  });
}

function showReview() {
  var review = feed.data.review;
  setHidden(byId('review'), !review);
  if (!review) { return; }
  setText(byId('review-people'), t('quiet.day_people_forecast_came', {
    day: review.day, people: peopleWords(review.people), came: review.came, off: review.people_error.toFixed(1),
    week: review.week_error === null ? '' : t('quiet.as_a_week_ago', {n: review.week_error.toFixed(1)})
  }));
  setText(byId('review-waits'), review.waits_kept === null ? '' : t('quiet.share_waited_no_longer', {share: Math.round(review.waits_kept * 100) + '%'}));
}

function show() {
  var late = feed.data && tick() - feed.at > feed.ttl * 1000, none = feed.data && feed.data.unknown, days = feed.data ? feed.data.days : [];
  setHidden(byId('loading'), Boolean(feed.data));
  setHidden(byId('forecast'), !feed.data || Boolean(none));
  setHidden(byId('unknown'), !none);
  setClass(byId('forecast'), 'is-late', late);
  setHidden(byId('late'), !(late || (feed.failures && !feed.data)));
  setText(byId('late'), late ? t('quiet.data_delayed_reading_again') : t('shared.no_connection_trying_again'));
  if (!feed.data) { return; }
  document.title = t('quiet.when_it_is_quiet') + ' · ' + named(feed.data.name);
  if (none) { setText(byId('unknown-why'), t('quiet.the_forecast_is_being')); return; }
  if (!days.some(function (day) { return day.day === chosen.day; })) {
    chosen.day = (days.filter(function (day) { return day.quietest.length; })[0] || days[0]).day;
  }
  showBest();
  showDays();
  showQueues();
  showDay();
  showReview();
  setText(byId('as-of'), t('quiet.made_at_time_from', {time: hallTime(feed.data.made_at), n: feed.data.seen}));
}

byId('queue').addEventListener('change', function () { chosen.queue = byId('queue').value; show(); });
language.changed.push(show);
startElder();
startLanguage(byId('language'));
read();
setInterval(show, 30000);

/* A big screen: the picture of the hall as it comes, with its age. Nobody touches it, so it heals by itself. */
'use strict';

var SCREEN = '/api/v1/screen', SILENT_AFTER_MS = 8000, LATE_MS = 10000, GONE_MS = 60000, POLL_MS = 1500, ASK_MS = 4000;
var TICK_MS = 250, PAGE_MS = 6000, STEP_MS = 8000, TURN_MS = [12000, 8000], SHIFT_PX = 2;
var asked = askedOf(location.search);
/* `at`: the tick at which the picture was true; `epoch`: the hall's start that this page came with. */
var picture = {view: null, at: 0, epoch: null};
var watch = new Watch();
var chosen = {keys: '', at: 0, rows: []};
var begun = tick(), drawnAt = begun;

function askedOf(search) {
  var found = {};
  search.slice(1).split('&').forEach(function (part) {
    var pair = part.split('=');
    if (pair[1]) { try { found[pair[0]] = decodeURIComponent(pair[1]).slice(0, 64); } catch (error) { /* none */ } }
  });
  return found;
}

function numberAsked(name, low, high, otherwise) {
  var value = Number(asked[name]);
  return value >= low && value <= high ? value : otherwise;
}

function look() {
  var told = picture.view ? picture.view.look : {theme: 'qing', ground: 'dark', inches: 75, metres: 8, languages: ['zh', 'en']};
  return {
    theme: /^(qing|song|jiang)$/.test(asked.theme) ? asked.theme : told.theme,
    ground: /^(dark|light)$/.test(asked.ground) ? asked.ground : told.ground,
    inches: numberAsked('inches', 10, 400, told.inches),
    metres: numberAsked('metres', 1, 50, told.metres),
    languages: told.languages
  };
}

/* -- what is heard -------------------------------------------------------------------------------------------- */

function heard(view) {
  var known = picture.view;
  if (known && view.epoch === known.epoch && view.seq < known.seq) { return; }
  if (!known || view.as_of !== known.as_of || view.epoch !== known.epoch) { picture.at = tick(); }
  if (picture.epoch === null) { picture.epoch = view.epoch; }
  picture.view = view;
  draw();
}

var live = new Live(SCREEN + '/stream', {
  kinds: ['screen'],
  silentMs: SILENT_AFTER_MS,
  onLive: function () { /* its age says it */ },
  onEvent: function (kind, view) { heard(view); }
});

/* Where there is no stream (none is left, or an old browser), it asks. */
function poll() {
  if (live.live) { setTimeout(poll, POLL_MS); return; }
  ask('GET', SCREEN, null, {}, ASK_MS, function (answer) {
    if (answer.status === 200 && answer.body) { heard(answer.body); }
    setTimeout(poll, Math.max(answer.retryAfterMs, POLL_MS));
  });
}

/* -- what is shown -------------------------------------------------------------------------------------------- */

function hallMs() { return picture.view ? Date.parse(picture.view.as_of) + tick() - picture.at : Date.now(); }
function ageMs() { return tick() - (picture.view ? picture.at : begun); }

function here(zone) { return !asked.zone || zone === asked.zone; }

function told() {
  var view = picture.view, now = hallMs();
  var calls = view.called.filter(function (call) { return here(call.zone); });
  calls.forEach(function (call) { call.age = now - Date.parse(call.called_at); });
  return {
    calls: calls,
    missed: view.missed.filter(function (one) { return here(one.zone); }).slice(0, 3),
    queues: view.queues.filter(function (queue) { return !asked.zone || queue.zones.indexOf(asked.zone) >= 0; })
  };
}

/* New calls stand at once; pages of them change every six seconds. */
function chooseCalls(calls, room) {
  var picked, keys;
  watch.take(calls);
  picked = watch.pick(calls, room);
  keys = room + ' ' + picked.fresh.map(callKey).join();
  if (picked.fresh.length <= room || keys !== chosen.keys || tick() - chosen.at >= PAGE_MS) {
    chosen = {keys: keys, at: tick(), rows: picked.rows};
  }
  return {rows: chosen.rows, fresh: picked.fresh};
}

function dateWords() {
  try {
    return new Intl.DateTimeFormat(spoken(language.now).html, {month: language.now === 'en' ? 'short' : 'long', day: 'numeric', weekday: 'short',
      timeZone: document.documentElement.getAttribute('data-timezone') || undefined}).format(new Date(hallMs())).replace(/(\d\u65e5)(?=\S)/, '$1 ');
  } catch (error) { return ''; }
}

function reopeningWords(at) {
  var part = at && at.match(/^\d+-0?(\d+)-0?(\d+)T(.+)$/);
  return part ? t('screen.opens_on', {month: part[1], day: part[2], time: part[3]}) : '';
}

/* What stands in place of calls, [what, more]; null while there are some. */
function messageWords(view, shown, silent) {
  var waiting;
  if (silent) { return [t('screen.listen'), t('screen.listen_more')]; }
  if (!view) { return [t('screen.connecting'), '']; }
  if (asked.zone && !view.zones[asked.zone]) {
    return [t('screen.no_zone', {zone: asked.zone}), t('screen.zones', {zones: Object.keys(view.zones).join(' ')})];
  }
  waiting = shown.queues.reduce(function (sum, queue) { return sum + queue.waiting; }, 0);
  if (!view.open && !view.serving && !waiting && !shown.calls.some(function (call) { return watch.isNew(call); })) {
    return [t('screen.closed'), view.opens ? t('screen.opens', view) : reopeningWords(view.reopens)];
  }
  return shown.calls.length ? null : [t('screen.none_called'), view.open ? t('screen.none_more') : ''];
}

function noticesOf(view) {
  var notices = view ? view.notices.slice() : [], quiet = view && view.quiet;
  if (quiet && view.open) {
    notices.push({zh: quietWords('zh', quiet), en: quietWords('en', quiet)});
  }
  return notices;
}

function quietWords(code, quiet) {
  return tIn(code, 'screen.quietest', {begins: quiet.begins, ends: quiet.ends, low: Math.floor(quiet.wait.p10_s / 60), high: Math.max(1, Math.ceil(quiet.wait.p90_s / 60))});
}

function takeTurn(codes) {
  var whole = TURN_MS[0] + TURN_MS[1], code = codes.length < 2 || (tick() - begun) % whole < TURN_MS[0] ? codes[0] : codes[1];
  if (language.now !== code) { speak(code); }
}

function draw() {
  var view = picture.view, style = look(), age = ageMs(), late = age > LATE_MS, silent = age > GONE_MS;
  var shown = view ? told() : {calls: [], missed: [], queues: []}, notices = noticesOf(view), plan, least, picked, before, message, alone, steps, step;
  var count = Math.floor((tick() - begun) / STEP_MS);
  takeTurn(style.languages);
  setAttr(document.documentElement, 'data-theme', style.theme);
  setAttr(document.documentElement, 'data-ground', style.ground);
  least = leastType(window.innerWidth, window.innerHeight, style.inches, style.metres);
  watch.take(shown.calls);
  picked = shown.calls.filter(function (call) { return watch.isNew(call); }).length;
  plan = screenLayout({width: window.innerWidth, height: window.innerHeight, least: least, queues: shown.queues.length, rows: picked > 3 ? 4 : 3,
    bar: late || notices.length > 0});
  /* A screen that is too small for its distance still shows the calls, as large as they fit. */
  plan.least = Math.min(least, plan.type);
  plan.languages = style.languages;
  plan.width = window.innerWidth;
  picked = chooseCalls(shown.calls, plan.rows);
  message = messageWords(view, shown, silent);
  /* Closed, silent or wrongly asked for: one thing on the whole screen. */
  alone = message && (silent || !view || shown.calls.length > 0 || !view.open || !view.zones[asked.zone || Object.keys(view.zones)[0]]);
  drawHead(plan, titleWords(view), dateWords(), hallTime(hallMs()));
  drawMessage(plan, alone ? plan.all : plan.calls, message);
  if (message) { place(byId('calls'), null); } else { drawCalls(plan, picked.rows, function (call) { return watch.isNew(call); }); }
  if (message) { place(byId('before'), null); } else {
    before = shown.calls.filter(function (call) { return picked.rows.indexOf(call) < 0 && !keyIn(picked.rows, call); });
    drawBefore(plan, before, picked.fresh.length > plan.rows ? t('screen.more', {n: picked.fresh.length - plan.rows}) : '');
  }
  if (alone) { place(byId('waits'), null); place(byId('missed'), null); } else {
    drawWaits(plan, shown.queues, count);
    drawMissed(plan, shown.missed, view.desk);
  }
  steps = plan.bar && !late ? barSteps(plan, notices, style.languages) : [];
  step = steps.length ? steps[count % steps.length] : null;
  drawBar(plan, step, notices.length, late ? t('screen.late', {age: ageWords(age / 1000)}) : '');
  shift();
  watch.stood(message ? [] : picked.rows, tick() - drawnAt);
  drawnAt = tick();
}

function keyIn(rows, call) { return rows.some(function (row) { return callKey(row) === callKey(call); }); }

function titleWords(view) {
  var name = view ? named(view.name) : '', zone = view && asked.zone && view.zones[asked.zone];
  return zone ? name + ' · ' + named(zone) : name;
}

/* Against burn-in the whole picture moves a little each hour. */
function shift() {
  var hour = new Date(hallMs()).getUTCHours();
  byId('screen').style.transform = 'translate(' + (hour % 3 - 1) * SHIFT_PX + 'px, ' + (Math.floor(hour / 3) % 3 - 1) * SHIFT_PX + 'px)';
}

/* A hall that was started anew may have another page: fetched where nobody is called just now. */
function renew() {
  var view = picture.view;
  if (view && view.epoch !== picture.epoch && ageMs() < LATE_MS && !told().calls.some(function (call) { return call.age < NEW_MS; })) { location.reload(); }
}

window.addEventListener('resize', draw);
speak(language.now);
draw();
live.open();
poll();
setInterval(draw, TICK_MS);
setInterval(renew, 5000);

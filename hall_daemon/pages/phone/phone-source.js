/* What a phone knows: the hall and, at /t/{token}, one ticket; each with its age. The hall comes as a stream where
   that works and is asked for where it does not; the ticket is asked for when something may have changed.
   A hall that asks for patience (429, 503) gets it: pauses double, and Retry-After is kept. */
'use strict';

var READ_MS = 10000, HALL_MS = 8000, HIDDEN_FACTOR = 2.5, LONGEST_MS = 60000, SILENT_MS = 25000;
/* How often a ticket is asked for: far from its turn, near it, at a window, and when nothing more can happen. */
var FAR_MS = 12000, NEAR_MS = 5000, OVER_MS = 30000, NEAR_AHEAD = 5, NEWS_GAP_MS = 2500;
var MISSING_MS = [4000, 15000, 60000];
var OVER = {served: true, cancelled: true, 'void': true, expired: true};

/* One thing that is read again and again. due(): ms until the next reading, or null for not by itself. */
function Source(path, due) {
  this.path = path;
  this.due = due;
  this.body = null;
  this.status = -1;     /* of the last reading: -1 none yet, 0 no answer */
  this.at = 0;          /* tick at which the body was true */
  this.asked = 0;
  this.failures = 0;
  this.busy = false;
  this.timer = null;
}

Source.prototype.age = function () { return (tick() - this.at) / 1000; };
/* Late: older than the hall itself allows. Broken: it could not be read again. */
Source.prototype.late = function () { return Boolean(this.body) && this.age() > this.body.ttl_s; };

/* The hall's time; where nothing newer can be had how old it is, which goes on by itself. */
Source.prototype.asOfWords = function () {
  var facts = {time: hallTime(this.body.as_of, true), age: ageWords(this.age())};
  return this.failures || this.late() ? t('phone.updated_age_ago_time', facts) : t('shared.updated_time', facts);
};

Source.prototype.take = function (body, ageMs) {
  /* An answer that the stream has overtaken is no news. */
  if (this.body && body.epoch !== undefined && body.epoch === this.body.epoch && body.seq < this.body.seq) { return; }
  this.body = body;
  this.at = tick() - ageMs;
  this.status = 200;
  this.failures = 0;
};

Source.prototype.read = function () {
  var source = this;
  if (this.busy || !this.path) { return; }
  clearTimeout(this.timer);
  this.busy = true;
  this.asked = tick();
  ask('GET', this.path, null, {}, READ_MS, function (answer) {
    source.busy = false;
    if (answer.status === 200 && answer.body) {
      source.take(answer.body, staleMs(answer));
    } else {
      source.status = answer.status;
      source.failures += 1;
    }
    source.plan(answer.retryAfterMs);
    changed();
  });
};

/* How old the body was when it arrived, by the server's own clock: a phone's clock may be wrong. */
function staleMs(answer) {
  var age = Date.parse(answer.date) - Date.parse(answer.body.as_of);
  return age > 1500 ? age : 0;
}

Source.prototype.plan = function (atLeastMs) {
  var source = this, pause = this.due(this);
  clearTimeout(this.timer);
  if (pause === null) { return; }
  if (this.failures && this.status !== 404) { pause = Math.max(pause, 1500) * Math.pow(2, Math.min(this.failures - 1, 5)); }
  if (document.hidden) { pause *= HIDDEN_FACTOR; }
  pause = Math.max(Math.min(pause, LONGEST_MS), atLeastMs || 0);
  /* Phones of one hall must not come back all at once. */
  pause *= 1 + Math.random() * 0.3;
  this.timer = setTimeout(function () { source.read(); }, pause);
};

Source.prototype.soon = function (pause) {
  var source = this;
  clearTimeout(this.timer);
  this.timer = setTimeout(function () { source.read(); }, pause);
};

/* Something may have changed: read soon, but not more often than the gap. */
Source.prototype.nudge = function () {
  if (!this.busy && !this.failures) { this.soon(Math.max(0, this.asked + NEWS_GAP_MS - tick())); }
};

var token = (/^\/t\/([A-Za-z0-9_-]+)$/.exec(location.pathname) || [])[1] || '';
var ticketPath = token ? '/api/v1/tickets/by-token/' + token : '';

var hallSource = new Source('/api/v1/hall', function () { return stream.live ? null : HALL_MS; });
var ticketSource = new Source(ticketPath, function (source) {
  var ticket = source.body;
  if (source.status === 404) { return source.failures <= MISSING_MS.length ? MISSING_MS[source.failures - 1] : null; }
  if (!ticket) { return NEAR_MS; }
  if (OVER[ticket.state]) { return OVER_MS; }
  return ticket.state === 'waiting' && ticket.ahead > NEAR_AHEAD ? FAR_MS : NEAR_MS;
});

/* Whether the hall now says something else about my number than my ticket does. */
function concernsMe(view) {
  var ticket = ticketSource.body, at;
  if (!ticket) { return false; }
  at = view.windows.filter(function (w) { return w.number === ticket.number && view.day === ticket.day; })[0];
  return Boolean(at) !== (ticket.state === 'called' || ticket.state === 'serving') ||
    Boolean(at) && (at.state !== ticket.state || at.calls !== ticket.calls);
}

var stream = new Live('/api/v1/stream', {
  kinds: ['hall'],
  silentMs: SILENT_MS,
  onLive: function (live) { if (!live) { hallSource.soon(500 + Math.random() * 2500); } changed(); },
  onEvent: function (kind, view) {
    var before = hallSource.body;
    hallSource.take(view, 0);
    clearTimeout(hallSource.timer);
    if (ticketPath && (concernsMe(view) || (before && before.seq !== view.seq && nearTurn()))) { ticketSource.nudge(); }
    changed();
  }
});

function nearTurn() { return Boolean(ticketSource.body) && ticketSource.body.state === 'waiting' && ticketSource.body.ahead <= NEAR_AHEAD; }

function followWhenSeen() {
  if (document.hidden) { return; } /* a phone that sleeps is asleep; it reads everything when it wakes */
  stream.open();
  if (!stream.live || hallSource.late()) { hallSource.read(); }
  if (ticketPath) { ticketSource.read(); }
}

function startSources() {
  document.addEventListener('visibilitychange', followWhenSeen);
  window.addEventListener('online', followWhenSeen);
  /* Pages that come back from the browser's memory have a dead stream. */
  window.addEventListener('pageshow', function (event) { if (event.persisted) { stream.close(); followWhenSeen(); } });
  stream.open();
  hallSource.read();
  if (ticketPath) { ticketSource.read(); floorSource.read(); }
}

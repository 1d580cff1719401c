/* What the staff page knows of the hall and how sure it is: one picture at a time, whole or not at all.
   A picture is read after every event and at least every POLL_MS; when that fails, the old one stays and is late. */
'use strict';

var POLL_MS = 5000, POLL_ALONE_MS = 2000, POLL_HIDDEN_MS = 10000, GAP_MS = 250, READ_MS = 4000;
/* What happens at other windows is seen a little later, so that a busy hall is not read by every page at every event. */
var OTHERS_MS = 900, HEALTH_MS = 10000;
/* A beat comes every ten seconds. */
var SILENT_MS = 25000, LATE_MS = 12000, LAG_MS = 3000;

var hall = {
  view: null,         /* the hall: GET /api/v1/hall */
  name: null,         /* the hall's, known from the first picture on */
  line: null,         /* whom my window would call, and who was missed: GET /api/v1/windows/{id}/line */
  ticket: null,       /* whoever is at my window: GET /api/v1/tickets/{id} */
  health: null,
  window: '',         /* the id of the window that I work at or look at, '' for none */
  of: '',             /* the window that the picture was read for */
  at: 0,              /* tick of the last whole picture */
  date: null,         /* the same by the wall clock */
  failed: '',         /* '' | 'lost' | 'refused': how the last reading ended */
  wanted: 0,          /* the highest event that we know of; a picture below it is late */
  wantedAt: 0,
  last: null,         /* the last press at my window: {kind, number} */
  changed: [],        /* called after every picture and whenever sureness may have changed */
  reading: false,
  again: 0,           /* ms after which to read once more, 0 for not */
  timer: null,
  dueAt: 0,
  readAt: 0
};

hall.mine = function () {
  return hall.of === hall.window && hall.view && hall.view.windows.filter(function (w) { return w.id === hall.window; })[0] || null;
};
hall.service = function (id) { return hall.view.services.filter(function (s) { return s.id === id; })[0] || null; };
hall.serviceName = function (id) { var found = hall.service(id); return found ? named(found.name) : id; };
hall.label = function (id) {
  var found = hall.view.windows.filter(function (w) { return w.id === id; })[0];
  return windowWords(found ? found.label : id);
};

/* '' when the picture may be acted on; else 'lost', 'refused', 'late' or 'none' (there never was one). */
hall.doubt = function () {
  if (hall.failed) { return hall.date ? hall.failed : 'none'; }
  if (!hall.date) { return 'none'; }
  if (tick() - hall.at > Math.min(LATE_MS, hall.view ? hall.view.ttl_s * 1000 : LATE_MS)) { return 'late'; }
  if (hall.view && hall.view.seq < hall.wanted && tick() - hall.wantedAt > LAG_MS) { return 'late'; }
  return '';
};

/* Nothing of what one person saw is there for the next. */
hall.forget = function () { hall.view = hall.line = hall.ticket = hall.last = null; hall.of = ''; };

hall.tell = function () { hall.changed.forEach(function (work) { work(); }); };

/* Event `seq` has happened: a picture that does not hold it is soon called late. */
hall.expect = function (seq) {
  if (seq > hall.wanted) { hall.wanted = seq; hall.wantedAt = tick(); }
};

/* Read a picture within `ms`; an earlier reading that is planned anyway will do. */
hall.refreshWithin = function (ms) {
  var pause = Math.max(ms, hall.readAt + GAP_MS - tick());
  if (hall.reading) { hall.again = Math.min(hall.again || ms, ms) || GAP_MS; return; }
  if (hall.dueAt && hall.dueAt <= tick() + pause) { return; }
  clearTimeout(hall.timer);
  hall.dueAt = tick() + pause;
  hall.timer = setTimeout(readNow, pause);
};
hall.refresh = function () { hall.refreshWithin(0); };

function readNow() {
  hall.readAt = tick();
  hall.dueAt = 0;
  hall.reading = true;
  hall.again = 0;
  readPicture(function (picture, failed) {
    hall.reading = false;
    if (picture && picture.window === hall.window) {
      hall.of = picture.window;
      hall.view = picture.view;
      hall.name = picture.view ? picture.view.name : hall.name;
      hall.line = picture.line;
      hall.ticket = picture.ticket;
      hall.health = picture.health;
      hall.at = hall.readAt;
      hall.date = new Date();
      hall.failed = '';
    } else if (failed) {
      hall.failed = failed;
    } else {
      hall.again = GAP_MS; /* somebody logged in or out meanwhile */
    }
    settle();
    hall.plan();
  });
}

hall.plan = function () {
  var pause = document.hidden ? POLL_HIDDEN_MS : (hall.stream.live || !may('look')) && !hall.failed ? POLL_MS : POLL_ALONE_MS;
  clearTimeout(hall.timer);
  hall.dueAt = 0;
  hall.refreshWithin(hall.again || pause);
};

var healthAt = -HEALTH_MS;

/* done(picture) when everything was read, done(null, how it failed) when anything was not: never half a picture,
   because a line that could not be read must not look like an empty one. The session comes first: it says whether there
   is anything to read. */
function readPicture(done) {
  readSession(READ_MS, function (answer) {
    var view = answer.body;
    if (answer.status !== 200) { done(null, answer.status ? 'refused' : 'lost'); return; }
    if (answer.old) { done(null, ''); return; }
    takeSession(view);
    if (view.rights.indexOf('look') < 0) { done({window: hall.window, view: null, line: null, ticket: null, health: null}, ''); return; }
    readHall(hall.window, done);
  });
}

function readHall(windowId, done) {
  var picture = {window: windowId, view: null, line: null, ticket: null, health: null}, open = 0, failed = '';
  function read(path, take) {
    open += 1;
    ask('GET', path, null, {}, READ_MS, function (answer) {
      open -= 1;
      take(answer);
      if (open === 0) { done(failed ? null : picture, failed); }
    });
  }
  function must(take) {
    return function (answer) {
      if (answer.status === 200) { take(answer.body); } else { failed = answer.status ? 'refused' : 'lost'; }
    };
  }
  read('/api/v1/hall', must(function (view) {
    var mine = view.windows.filter(function (w) { return w.id === windowId; })[0];
    picture.view = view;
    if (!mine) { return; }
    read('/api/v1/windows/' + encodeURIComponent(windowId) + '/line', must(function (line) { picture.line = line; }));
    /* A ticket may move on between two answers: that is news, not a failure. */
    if (mine.ticket) {
      read('/api/v1/tickets/' + encodeURIComponent(mine.ticket), function (answer) {
        if (answer.status === 200) { picture.ticket = answer.body; }
        else if (answer.status !== 404) { failed = answer.status ? 'refused' : 'lost'; }
      });
    }
  }));
  /* Health is a courtesy: a hall without it is still a hall. */
  picture.health = hall.health;
  if (tick() - healthAt > HEALTH_MS) {
    healthAt = tick();
    read('/healthz', function (answer) { picture.health = answer.body && answer.body.checks ? answer.body : null; });
  }
}

hall.stream = new Live('/api/v1/events', {
  kinds: EVENT_KINDS,
  silentMs: SILENT_MS,
  onLive: function () { hall.refresh(); },
  onEvent: function (kind, event) {
    if (kind === 'reset') { hall.wanted = event.seq; }
    hall.expect(event.seq);
    if (kind === 'beat') { return; }
    if (!event.body || event.body.window !== hall.window) { hall.refreshWithin(OTHERS_MS * (0.5 + Math.random())); return; }
    if (event.body.number) { hall.last = {kind: kind, number: event.body.number}; }
    hall.refresh();
  }
});

/* A browser has few connections to one host: a tab that nobody sees gives its stream back. Who may not look has none. */
hall.follow = function () {
  if (document.hidden || !may('look')) { hall.stream.close(); } else { hall.stream.open(); }
};
function followWhenSeen() {
  hall.follow();
  if (document.hidden) { hall.plan(); } else { hall.refresh(); }
}

hall.start = function () {
  document.addEventListener('visibilitychange', followWhenSeen);
  followWhenSeen();
  setInterval(hall.tell, 1000);
};

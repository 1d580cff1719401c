/* Where things stand on a big screen, and how large. Pure: numbers in, numbers out; no page is touched. */
'use strict';

var CAPITAL_EM = 0.733, READ_FROM = 200, SIZE_AT_1080 = 64;
/* What goes first where there is no room for all. Calls and the clock never go. */
var DROPS = ['before', 'names', 'missed', 'bar', 'waits'];
/* A row of a call is at least so many sizes of type high, and a block of them so many wide. */
var ROW_LEAST = 2.2, CALLS_LEAST = 7, NAMES_LEAST = 9.2;

/* The least size of type in px that is read from `metres` on a screen whose diagonal is `inches`: a capital has a 200th
   of the distance. */
function leastType(width, height, inches, metres) {
  var pxPerMm = Math.sqrt(width * width + height * height) / (inches * 25.4);
  return Math.ceil(metres * 1000 / READ_FROM * pxPerMm / CAPITAL_EM);
}

function box(left, top, width, height) {
  return {left: Math.round(left), top: Math.round(top), width: Math.round(width), height: Math.round(height)};
}

/* input: width, height, least (px), queues (how many), rows (of calls, 3 or 4), bar (whether something is to be said).
   The answer: type (px), upright, a box or null for each block, rows and what goes into them; `dropped` names what went. */
function screenLayout(input) {
  var upright = input.height > input.width;
  var type = Math.max(input.least, Math.round(Math.min(input.width, input.height) * SIZE_AT_1080 / 1080));
  var dropped = {}, made, at;
  if (!input.bar) { dropped.bar = true; }
  for (at = 0; at <= DROPS.length; at += 1) {
    made = (upright ? uprightLayout : wideLayout)(input, type, dropped);
    if (made.fits) { break; }
    if (at < DROPS.length) { dropped[DROPS[at]] = true; }
  }
  made.type = type;
  made.upright = upright;
  made.dropped = dropped;
  return made;
}

/* As many rows as can be, at most those that are wanted, at least one. */
function rowsIn(height, wanted, gap, type) {
  var rows = wanted;
  while (rows > 1 && (height - (rows - 1) * gap) / rows < ROW_LEAST * type) { rows -= 1; }
  return rows;
}

function wideLayout(input, type, dropped) {
  var W = input.width, H = input.height, gap = type * 0.33, side = Math.max(0.02 * W, 0.75 * type), foot = 0.02 * H;
  var headHeight = 1.6 * type, barHeight = dropped.bar ? 0 : 1.95 * type;
  var top = foot + headHeight, height = H - top - (barHeight ? barHeight + gap : foot);
  var inner = W - 2 * side, right = dropped.waits ? 0 : dropped.names ? Math.min(0.33 * inner, 6.4 * type) : 0.331 * inner;
  var gutter = right ? 0.62 * type : 0, left = inner - right - gutter;
  var beforeHeight = dropped.before ? 0 : 1.5 * type, missedHeight = dropped.missed || dropped.waits ? 0 : 2.95 * type;
  var callsHeight = height - (beforeHeight ? beforeHeight + gap : 0);
  var rows = rowsIn(callsHeight, input.rows, gap, type);
  var titleHeight = 1.35 * type, rowHeight = 1.44 * type;
  var queueRoom = height - titleHeight - (missedHeight ? missedHeight + gap : 0), each = Math.floor(queueRoom / rowHeight);
  var x = W - side - right;
  return {
    fits: rows >= Math.min(input.rows, 3) && left >= CALLS_LEAST * type &&
      (dropped.waits || (each >= Math.min(input.queues, 2) && (dropped.names || right >= NAMES_LEAST * type))),
    head: box(side, foot, inner, headHeight),
    calls: box(side, top, left, callsHeight),
    rows: rows,
    rowHeight: Math.floor((callsHeight - (rows - 1) * gap) / rows),
    gap: Math.round(gap),
    before: beforeHeight ? box(side, top + callsHeight + gap, left, beforeHeight) : null,
    beforeColumns: 3,
    beforeRows: 1,
    waits: right && each > 0 ? box(x, top, right, titleHeight + queueRoom) : null,
    queuesEach: each,
    titleHeight: Math.round(titleHeight),
    queueHeight: Math.floor(Math.max(rowHeight, Math.min(queueRoom / Math.max(1, Math.min(each, input.queues)), 1.5 * rowHeight))),
    missed: missedHeight ? box(x, top + height - missedHeight, right, missedHeight) : null,
    all: box(side, top, inner, height),
    bar: barHeight ? box(0, H - barHeight, W, barHeight) : null,
    barLines: 1,
    side: Math.round(side)
  };
}

function uprightLayout(input, type, dropped) {
  var W = input.width, H = input.height, gap = type * 0.33, side = Math.max(0.02 * W, 0.75 * type), foot = 0.02 * H;
  var headHeight = 2.7 * type, barHeight = dropped.bar ? 0 : 3.1 * type;
  var top = foot + headHeight + gap, height = H - top - (barHeight ? barHeight + gap : foot), inner = W - 2 * side;
  var rowHeight = 1.38 * type, beforeHeight = dropped.before ? 0 : 3.3 * type, missedHeight = dropped.missed ? 0 : 1.95 * type;
  var fixed = (beforeHeight ? beforeHeight + gap : 0) + (missedHeight ? missedHeight + gap : 0);
  var wanted = input.rows * 3 * type + (input.rows - 1) * gap;
  var each = dropped.waits ? 0 : Math.max(0, Math.min(input.queues, Math.floor((height - fixed - wanted - gap) / rowHeight)));
  var waitsHeight = each * rowHeight, callsHeight = height - fixed - (each ? waitsHeight + gap : 0);
  var rows = rowsIn(callsHeight, input.rows, gap, type);
  var y = top + callsHeight + gap, before = null, waits = null;
  if (beforeHeight) { before = box(side, y, inner, beforeHeight); y += beforeHeight + gap; }
  if (each) { waits = box(side, y, inner, waitsHeight); }
  return {
    fits: rows >= Math.min(input.rows, 3) && inner >= CALLS_LEAST * type &&
      (dropped.waits || (each >= Math.min(input.queues, 2) && (dropped.names || inner >= NAMES_LEAST * type))),
    head: box(side, foot, inner, headHeight),
    calls: box(side, top, inner, callsHeight),
    rows: rows,
    rowHeight: Math.floor((callsHeight - (rows - 1) * gap) / rows),
    gap: Math.round(gap),
    before: before,
    beforeColumns: 2,
    beforeRows: 2,
    waits: waits,
    queuesEach: each,
    titleHeight: 0,
    queueHeight: Math.floor(rowHeight),
    missed: missedHeight ? box(side, top + height - missedHeight, inner, missedHeight) : null,
    all: box(side, top, inner, height),
    bar: barHeight ? box(0, H - barHeight, W, barHeight) : null,
    barLines: 2,
    side: Math.round(side)
  };
}

/* -- which calls are seen -------------------------------------------------------------------------------------- */

var NEW_MS = 15000, SEEN_MS = 6000, STALE_MS = 60000;

/* What is remembered of each call while it is told: `fresh` when it was new as it came, `seen` ms that it stood there. */
function Watch() { this.calls = {}; }

function callKey(call) { return call.number + ' ' + call.calls; }

/* calls: with `age` in ms. Forgets what is no longer told. */
Watch.prototype.take = function (calls) {
  var before = this.calls, now = {};
  calls.forEach(function (call) {
    var key = callKey(call);
    now[key] = before[key] || {fresh: call.age < NEW_MS, seen: 0};
  });
  this.calls = now;
};

/* New for 15 s; of many at once each until it has stood there long enough. */
Watch.prototype.isNew = function (call) {
  var known = this.calls[callKey(call)];
  return call.age < NEW_MS || (known.fresh && known.seen < SEEN_MS && call.age < STALE_MS);
};

Watch.prototype.stood = function (calls, ms) {
  var known = this.calls;
  calls.forEach(function (call) { if (known[callKey(call)]) { known[callKey(call)].seen += ms; } });
};

/* Which of `calls` (newest first) stand in `room` rows: all new ones, then the newest others. Of more new ones than there
   is room for those that were seen least, so that a call that has just come is there at once. */
Watch.prototype.pick = function (calls, room) {
  var watch = this, fresh = calls.filter(function (call) { return watch.isNew(call); }), known = this.calls, chosen;
  if (fresh.length <= room) {
    chosen = fresh.concat(calls.filter(function (call) { return fresh.indexOf(call) < 0; })).slice(0, room);
  } else {
    chosen = fresh.slice().sort(function (one, other) {
      return known[callKey(one)].seen - known[callKey(other)].seen || fresh.indexOf(one) - fresh.indexOf(other);
    }).slice(0, room);
    chosen.sort(function (one, other) { return fresh.indexOf(one) - fresh.indexOf(other); });
  }
  return {rows: chosen, fresh: fresh};
};

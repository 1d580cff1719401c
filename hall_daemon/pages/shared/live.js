/* A stream of events that comes back by itself: notices silence, begins again with growing pauses. */
'use strict';

var REOPEN_MS = [1000, 2000, 4000, 8000, 15000];

/* options: kinds (event names to hear), silentMs (no word for so long is a dead line), onEvent(kind, data),
   onLive(live). Without EventSource it is never live and nothing else happens: whoever uses it polls. */
function Live(path, options) {
  this.path = path;
  this.options = options;
  this.live = false;
  this.source = null;
  this.failures = 0;
  this.heardAt = 0;
}

Live.prototype.open = function () {
  var stream = this, source;
  if (this.source || !window.EventSource) { return; }
  clearTimeout(this.timer);
  this.source = source = new EventSource(this.path);
  this.heardAt = tick();
  function heard() {
    stream.heardAt = tick();
    stream.failures = 0;
    stream.say(true);
  }
  source.onopen = heard;
  this.options.kinds.forEach(function (kind) {
    source.addEventListener(kind, function (event) {
      var data = null;
      heard();
      try { data = JSON.parse(event.data); } catch (error) { return; }
      stream.options.onEvent(kind, data);
    });
  });
  /* Some browsers give up for good after a refusal: begin again ourselves. */
  source.onerror = function () { stream.again(); };
  this.watch = setInterval(function () {
    if (tick() - stream.heardAt > stream.options.silentMs) { stream.again(); }
  }, 1000);
};

Live.prototype.again = function () {
  var stream = this, pause = REOPEN_MS[Math.min(this.failures, REOPEN_MS.length - 1)];
  this.close();
  this.failures += 1;
  this.timer = setTimeout(function () { stream.open(); }, pause * (0.75 + Math.random() / 2));
};

Live.prototype.close = function () {
  clearTimeout(this.timer);
  clearInterval(this.watch);
  if (this.source) { this.source.close(); this.source = null; }
  this.say(false);
};

Live.prototype.say = function (live) {
  if (this.live === live) { return; }
  this.live = live;
  this.options.onLive(live);
};

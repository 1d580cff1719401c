/* Requests and presses. A press has one key however often it is sent, so it happens once; who hears no answer
   asks again with the same key, and says "not known" when that does not help. */
'use strict';

var RETRY_MS = [400, 900, 1800, 3500], LONGEST_PAUSE_MS = 8000;
/* Nobody answered for the hall, or it asked for patience: worth another try. */
var TRY_AGAIN = {0: true, 429: true, 502: true, 503: true, 504: true};

/* What a page proves with each press that it is the hall's own (session.js); nothing where nobody logs in. */
var pageProof = '';

/* done({status, body, retryAfterMs, date}); status 0: no answer. What is not JSON, or a refusal without the hall's own
   code, is somebody else's on the way (a proxy, a hotel's log-in page) and counts as none. */
function ask(method, path, body, headers, timeoutMs, done) {
  var request = new XMLHttpRequest(), ended = false;
  function end(status) {
    var answer = {status: status, body: null, retryAfterMs: 0, date: null}, foreign = false, after;
    if (ended) { return; }
    ended = true;
    if (status) {
      try { answer.body = status === 204 ? null : JSON.parse(request.responseText); } catch (error) { foreign = true; }
      foreign = foreign || (status >= 400 && !(answer.body && answer.body.code));
      if (foreign && status < 500 && status !== 429) { answer.status = 0; }
      after = Number(request.getResponseHeader('Retry-After'));
      if (after > 0) { answer.retryAfterMs = after * 1000; }
      answer.date = request.getResponseHeader('Date');
    }
    done(answer);
  }
  request.open(method, path);
  request.timeout = timeoutMs;
  if (body) { request.setRequestHeader('Content-Type', 'application/json'); }
  if (method !== 'GET' && pageProof) { request.setRequestHeader('X-Hall-Page', pageProof); }
  Object.keys(headers || {}).forEach(function (name) { request.setRequestHeader(name, headers[name]); });
  request.onload = function () { end(request.status); };
  request.onerror = request.ontimeout = request.onabort = function () { end(0); };
  request.send(body ? JSON.stringify(body) : null);
  return request;
}

function newKey() {
  var bytes = new Uint8Array(16), key = '', at;
  (window.crypto || window.msCrypto).getRandomValues(bytes);
  for (at = 0; at < bytes.length; at += 1) { key += (bytes[at] < 16 ? '0' : '') + bytes[at].toString(16); }
  return key;
}

function Press(path, body) {
  this.path = path;
  this.body = body || {};
  this.headers = {'Idempotency-Key': newKey()};
}

/* Sends until somebody answers or the patience is used up. tried(n) before each further try; done(answer) once,
   with answer.unknown when the outcome is not known. May be called again later: the key stays. */
Press.prototype.send = function (tried, done) {
  var press = this, tries = 0;
  function attempt() {
    ask('POST', press.path, press.body, press.headers, 7000, function (answer) {
      var pause = RETRY_MS[tries];
      if (!TRY_AGAIN[answer.status]) { done(answer); return; }
      if (pause === undefined) { answer.unknown = true; done(answer); return; }
      tries += 1;
      tried(tries);
      setTimeout(attempt, Math.min(LONGEST_PAUSE_MS, Math.max(pause, answer.retryAfterMs)));
    });
  }
  attempt();
};

/* Why not, and what to do, in the chosen language and then in the other: [[what, advice], [what, advice]]. */
function refusalWords(answer) {
  var body = answer.body || {};
  var others = body.words || {}, told = {
    zh: [body.detail_zh || tIn('zh', 'shared.not_completed'), body.advice_zh || tIn('zh', 'shared.try_soon')],
    en: [body.detail || tIn('en', 'shared.not_completed'), body.advice || tIn('en', 'shared.try_soon')]
  };
  Object.keys(others).forEach(function (code) { told[code] = [others[code].detail, others[code].advice]; });
  return [told[language.now] || told.zh, language.now === 'zh' ? told.en : told.zh];
}

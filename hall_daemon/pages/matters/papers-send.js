/* Pictures of papers on their way: made smaller here, sent page by page, again by themselves on a bad network. The page
   that uses it has show(), put(paper), say(words) and over(why). */
'use strict';

var LONGEST_PX = 2400, JPEG_QUALITY = 0.8, UPLOAD_MS = 120000, READ_MS = 10000, MOST_BYTES = 10485760;
var UPLOAD_RETRY_MS = [500, 1000, 2000, 4000, 8000, 8000, 8000];
/* Who sends: {review, token, box}; with `box` by a drop-box's secret. */
var me = null;
/* paper id -> {page, share (0 to 1), tries, request, failed} */
var sending = {};

function proof() {
  var headers = {};
  headers[me.box ? 'Drop-Token' : 'Case-Token'] = me.token;
  return headers;
}

function path(rest) { return '/api/v1/reviews/' + encodeURIComponent(me.review) + '/papers' + rest; }
function pagePath(paper, page) { return path('/' + encodeURIComponent(paper) + '/pages/' + page); }

/* done(blob): at most LONGEST_PX, as JPEG; the file itself where this browser cannot, or it is no picture. */
function shrunk(file, done) {
  var reader = new FileReader(), image = new Image();
  if (!/^image\//.test(file.type) || !HTMLCanvasElement.prototype.toBlob) { done(file); return; }
  reader.onerror = image.onerror = function () { done(file); };
  reader.onload = function () { image.src = reader.result; };
  image.onload = function () {
    var share = Math.min(1, LONGEST_PX / Math.max(image.width, image.height)), canvas = document.createElement('canvas'), pen;
    canvas.width = Math.max(1, Math.round(image.width * share));
    canvas.height = Math.max(1, Math.round(image.height * share));
    pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(function (blob) { done(blob || file); }, 'image/jpeg', JPEG_QUALITY);
  };
  reader.readAsDataURL(file);
}

/* Behind all that lie there: another tab or phone, or the kiosk, may have sent some since this page was read. */
function behindAll(papers, paper) {
  return papers.filter(function (one) { return one.id === paper; }).reduce(function (most, one) {
    return one.pages.reduce(function (highest, page) { return Math.max(highest, page.page); }, most);
  }, 0) + 1;
}

/* `page` 0: one more page. Which number that is the hall is asked once, so that a page sent again is the same one, and
   once more where somebody else's came there first. */
function sendPage(paper, page, blob) {
  var way = {page: page, share: 0, tries: 0, request: null}, stopped = false;
  function attempt() {
    if (way.page) { sendAs(); return; }
    way.request = ask('GET', path(''), null, proof(), READ_MS, function (answer) {
      if (stopped || !me) { return; }
      if (answer.status === 200 && answer.body.papers) { way.page = behindAll(answer.body.papers, paper); sendAs(); return; }
      if (answer.status === 200 || isAway(answer)) { again(answer.retryAfterMs, answer.status === 429); return; }
      refused(answer);
    });
  }
  function sendAs() {
    var request = new XMLHttpRequest(), headers = proof();
    way.request = request;
    request.open('PUT', pagePath(paper, way.page));
    request.timeout = UPLOAD_MS;
    Object.keys(headers).forEach(function (name) { request.setRequestHeader(name, headers[name]); });
    if (!page) { request.setRequestHeader('If-None-Match', '*'); }
    request.upload.onprogress = function (event) {
      if (event.lengthComputable) { way.share = event.loaded / event.total; show(); }
    };
    request.onload = function () { answered(request); };
    request.onerror = request.ontimeout = function () { again(0); };
    request.send(blob);
  }
  function again(afterMs, limited) {
    if (stopped || !me) { return; }
    way.limited = Boolean(limited);
    var pause = UPLOAD_RETRY_MS[way.tries];
    if (pause === undefined) { delete sending[paper]; way.failed = true; sending[paper] = way; show(); return; }
    way.tries += 1;
    way.share = 0;
    show();
    setTimeout(function () { if (!stopped && me) { attempt(); } }, Math.max(pause, afterMs));
  }
  function answered(request) {
    var body = null, after = Number(request.getResponseHeader('Retry-After')) * 1000 || 0;
    if (stopped || !me) { return; }
    try { body = JSON.parse(request.responseText); } catch (error) { again(0); return; }
    if (TRY_AGAIN[request.status] || (body && body.code === 'review_busy')) { again(after, request.status === 429); return; }
    if (body && body.code === 'page_there') { way.page = 0; again(0); return; }
    if (request.status !== 200) { refused({status: request.status, body: body}); return; }
    delete sending[paper];
    put(body);
    show();
  }
  function refused(answer) {
    var code = answer.body && answer.body.code;
    delete sending[paper];
    if (code === 'unknown_review' || code === 'review_not_now' || code === 'review_over') { over('gone'); return; }
    say(code === 'too_large' ? t('papers.too_large') : refusalWords(answer)[0].join(' '));
    show();
  }
  way.stop = function () { stopped = true; if (way.request) { way.request.abort(); } delete sending[paper]; show(); };
  way.retry = function () { way.failed = false; way.tries = 0; show(); attempt(); };
  if (blob.size > MOST_BYTES) { say(t('papers.too_large')); show(); return; }
  sending[paper] = way;
  say(null);
  show();
  attempt();
}

/* Words and small tools of the device page. Plain script, no library: it runs in old browsers too. */
'use strict';

var WORDS = {
  event: {
    frame: ['帧', 'frame'], press: ['按键', 'press'], ack: ['应答', 'ack'], resend: ['重发', 're-sent'],
    unacknowledged: ['无人应答', 'no ack'], display: ['显示', 'display'], beep: ['蜂鸣', 'beep'],
    evaluate: ['评价', 'evaluate'], slip: ['出票', 'slip'], speech: ['播报', 'speech'], card: ['卡片', 'card'], code: ['条码', 'code'], trigger: ['触发', 'trigger'], fault: ['故障', 'fault'], port: ['串口', 'port']
  },
  counter: {
    bytes_in: ['收字节', 'bytes in'], bytes_out: ['发字节', 'bytes out'], frames: ['帧', 'frames'],
    bad_frames: ['坏帧', 'bad frames'], other_address: ['他址', 'other address'],
    skipped_bytes: ['丢弃字节', 'skipped bytes'], presses: ['按键', 'presses'], acks: ['应答', 'acks'],
    resends: ['重发', 're-sent'], unacknowledged: ['无应答', 'no ack'], beeps: ['蜂鸣', 'beeps'],
    slips: ['出票', 'slips'], cards: ['放卡', 'cards'], reads: ['读出', 'reads'], codes: ['条码', 'codes'], triggers: ['触发', 'triggers'], lines: ['行', 'lines'], said: ['播报', 'said'], status_asked: ['查询状态', 'status asked'],
    unknown: ['未知指令', 'unknown'], lost_items: ['丢失', 'lost'], plugged_times: ['插线', 'plugged']
  }
};

function words(table, name) { return WORDS[table][name] || [name, '']; }

/* make('div', {class: 'x', text: '…', on: {click: f}}, [children]) */
function make(tag, options, children) {
  var node = document.createElement(tag);
  Object.keys(options || {}).forEach(function (name) {
    var value = options[name];
    if (name === 'text') { node.textContent = value; }
    else if (name === 'on') { Object.keys(value).forEach(function (e) { node.addEventListener(e, value[e]); }); }
    else if (value !== null && value !== undefined) { node.setAttribute(name, value); }
  });
  (children || []).forEach(function (child) { node.appendChild(child); });
  return node;
}

function both(pair) {
  return [make('span', {text: pair[0]}), document.createTextNode(' '), make('small', {lang: 'en', text: pair[1]})];
}

function empty(node) { while (node.firstChild) { node.removeChild(node.firstChild); } }

/* Touch the page only where something changed: selections, focus and animations stay. */
function setText(node, text) { if (node.textContent !== text) { node.textContent = text; } }
function setAttr(node, name, value) { if (node.getAttribute(name) !== value) { node.setAttribute(name, value); } }
function setClass(node, name, on) { if (node.classList.contains(name) !== on) { node.classList.toggle(name); } }

/* Half-width cells of a character, as Chinese boards and printers count them. */
function cellsOf(character) {
  var code = character.charCodeAt(0);
  if (code < 0x80) { return 1; }
  return code >= 0xFF61 && code <= 0xFFDC ? 1 : 2;
}
function widthOf(text) {
  return Array.prototype.reduce.call(text, function (sum, character) { return sum + cellsOf(character); }, 0);
}

/* The clock of the place that the bench stands for; of the browser where the bench names none, or it is not known here. */
var clock = {zone: null, format: null};
function clockZone(zone) {
  if (clock.format && clock.zone === zone) { return; }
  clock.zone = zone;
  try { clock.format = clockOf(zone || undefined); } catch (error) { clock.format = clockOf(undefined); }
}
function clockOf(zone) {
  return new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: zone});
}
function clockTime(epochS) { return clock.format.format(new Date(epochS * 1000)).replace(/^24/, '00'); }

function toast(text) {
  var node = document.getElementById('toast');
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(function () { node.hidden = true; }, 6000);
}

/* send('POST', '/api/…', {…}, function (answer) {…}) — a refusal is shown in the words of the bench. */
function send(method, path, body, done) {
  var request = new XMLHttpRequest();
  request.open(method, path);
  if (body) { request.setRequestHeader('Content-Type', 'application/json'); }
  request.timeout = 5000;
  request.onload = function () {
    var answer = {};
    try { answer = JSON.parse(request.responseText); } catch (error) { answer = {detail: request.responseText}; }
    if (request.status >= 400) { toast('未执行 Refused: ' + answer.detail); }
    else if (done) { done(answer); }
  };
  request.onerror = request.ontimeout = function () { toast('模拟器没有应答 The simulator does not answer'); };
  request.send(body ? JSON.stringify(body) : null);
}

/* Caller pads: six digits of seven segments, keys to press. */

/* Segments a to g of each digit, as points in a box of 10 by 18. */
var SEGMENTS = {
  a: '2,1 8,1 7,2.6 3,2.6', b: '9,2 9,8.4 8.2,8.6 7.4,7.8 7.4,3.4', c: '9,9.6 9,16 7.4,14.6 7.4,10.2 8.2,9.4',
  d: '2,17 3,15.4 7,15.4 8,17', e: '1,9.6 1.8,9.4 2.6,10.2 2.6,14.6 1,16', f: '1,2 2.6,3.4 2.6,7.8 1.8,8.6 1,8.4',
  g: '2,9 3,8.2 7,8.2 8,9 7,9.8 3,9.8'
};
var LIGHTS = {
  ' ': '', 0: 'abcdef', 1: 'bc', 2: 'abged', 3: 'abgcd', 4: 'fgbc', 5: 'afgcd', 6: 'afgedc', 7: 'abc', 8: 'abcdefg', 9: 'abcdfg'
};
/* key on the wire, words, look */
var FUNCTION_KEYS = [
  ['call', '呼叫', 'Call', 'key-call'], ['recall', '重呼', 'Recall', 'key-second'],
  ['confirm', '确认', 'Confirm', 'key-second'], ['cancel', '取消', 'Cancel', ''],
  ['pause', '暂停', 'Pause', ''], ['transfer', '转移', 'Transfer', ''],
  ['evaluate', '评价', 'Evaluate', ''], ['one_metre', '一米线', '1 m line', '']
];
/* Digit and confirm, for those who do not know them by heart. */
var SHORT_KEYS = [['give_up', '过号', '6 ✓'], ['hold', '挂起', '0 ✓'], ['call_back', '召回', '3 ✓']];

/* Keys that other pads have, and what is not drawn as a key of its own. */
var OTHER_KEYS = {start: ['开始', 'Start'], finish: ['办结', 'Finish'], miss: ['过号', 'Miss'], hold: ['挂起', 'Hold'], resume: ['召回', 'Resume']};

function keysOf(device) {
  var has = function (key) { return device.keys.indexOf(key[0]) >= 0; };
  var shorts = SHORT_KEYS.filter(has), drawn = FUNCTION_KEYS.concat(SHORT_KEYS).map(function (key) { return key[0]; });
  var others = device.keys.filter(function (name) {
    return drawn.indexOf(name) < 0 && !/^([0-9]|rate|)$/.test(name) && !(shorts.length && (name === 'miss' || name === 'resume'));
  });
  return {
    main: FUNCTION_KEYS.filter(has).concat(others.map(function (name) {
      var words = OTHER_KEYS[name] || [name, ''];
      return [name, words[0], words[1], ''];
    })),
    shorts: shorts.length === SHORT_KEYS.length ? shorts : []
  };
}

function sevenSegments() {
  var space = 'http://www.w3.org/2000/svg', svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 10 18');
  svg.setAttribute('aria-hidden', 'true');
  Object.keys(SEGMENTS).forEach(function (name) {
    var shape = document.createElementNS(space, 'polygon');
    shape.setAttribute('points', SEGMENTS[name]);
    shape.setAttribute('data-segment', name);
    svg.appendChild(shape);
  });
  return svg;
}

function PadView(device, pad) {
  var view = this;
  this.device = device.id;
  this.pad = pad.id;
  this.typed = '';
  this.digits = [0, 1, 2, 3, 4, 5].map(sevenSegments);
  this.display = make('div', {'class': 'pad-display', role: 'img', 'data-display': pad.id}, this.digits);
  this.status = make('p', {'class': 'pad-status'});
  this.frame = make('p', {'class': 'pad-frame', 'data-frame': pad.id, text: ' '});
  this.rating = make('div', {'class': 'pad-rating', hidden: ''}, [make('span', {text: '请评价 Rate'})].concat(
    [0, 1, 2, 3].map(function (value) { return view.key('rate', String(value), '', '', String(value)); })));
  var keys = keysOf(device);
  this.keys = make('div', {'class': 'pad-keys'}, keys.main.map(function (key) {
    return view.key(key[0], key[1], key[2], key[3]);
  }));
  this.numbers = make('div', {'class': 'pad-digits'}, '1234567890'.split('').map(function (digit) {
    return make('button', {type: 'button', 'class': 'key key-digit', 'data-digit': digit, text: digit,
      on: {click: function () { view.type(digit); }}});
  }).concat([make('button', {type: 'button', 'class': 'key key-digit', 'aria-label': '清除数字 Clear digits', text: '⌫',
    on: {click: function () { view.type(null); }}})]));
  this.shorts = make('div', {'class': 'pad-shorts'}, keys.shorts.map(function (key) {
    return view.key(key[0], key[1], key[2], 'key-short');
  }));
  this.halves = make('div', {'class': 'pad-halves', 'aria-hidden': 'true'}, [make('span', {text: '等候 Waiting'}), make('span', {text: '票号 Ticket'})]);
  this.display.hidden = this.halves.hidden = pad.display === null; /* a keyboard and a button have none */
  this.numbers.hidden = pad.digits === false;
  this.node = make('article', {'class': 'pad', 'aria-label': pad.label + ' ' + pad.id}, [
    make('header', {}, [make('b', {text: pad.label}), make('span', {text: pad.id + ' · 地址 ' + pad.address})]),
    this.display,
    this.halves,
    this.status, this.rating, this.keys, this.numbers, this.shorts, this.frame
  ]);
}

PadView.prototype.key = function (key, chinese, english, look, digits) {
  var view = this;
  return make('button', {
    type: 'button', 'class': 'key ' + look, 'data-pad': this.pad, 'data-key': key, 'data-value': digits,
    on: {click: function () { view.press(key, digits); }}
  }, both([chinese, english]));
};

PadView.prototype.type = function (digit) {
  this.typed = digit === null ? '' : (this.typed + digit).slice(-6);
  this.show();
};

PadView.prototype.press = function (key, digits) {
  var view = this, body = {pad: this.pad, key: key, digits: digits || this.typed || null};
  if (key === 'cancel' && this.typed) { this.type(null); return; }
  if (SHORT_KEYS.some(function (short) { return short[0] === key; })) { body.digits = null; }
  send('POST', '/api/devices/' + this.device + '/press', body, function (answer) {
    setText(view.frame, answer.frame);
    view.type(null);
  });
};

PadView.prototype.show = function () {
  if (this.display.hidden && this.typed) { setText(this.frame, this.typed); }
  var shown = this.typed ? ('      ' + this.typed).slice(-6) : this.text || '      ';
  setClass(this.display, 'is-typing', Boolean(this.typed));
  setAttr(this.display, 'aria-label', '显示 Display: ' + (shown.trim() || '空 blank'));
  setAttr(this.display, 'data-text', shown);
  this.digits.forEach(function (svg, index) {
    var lights = LIGHTS[shown[index]] || '';
    Array.prototype.forEach.call(svg.childNodes, function (shape) {
      setAttr(shape, 'class', lights.indexOf(shape.getAttribute('data-segment')) >= 0 ? 'on' : 'off');
    });
  });
};

PadView.prototype.update = function (pad, plugged, state) {
  var words = ['待机 Idle', ''];
  this.text = plugged ? pad.display : '';
  this.show();
  this.rating.hidden = !pad.evaluating;
  if (!plugged) { words = ['已拔线 Unplugged', 'bad']; }
  else if (pad.pending) { words = ['等待应答… Waiting for the host', 'wait']; }
  else if (this.seen && pad.unacknowledged > this.seen.unacknowledged) { words = ['主机没有应答 No answer', 'bad']; }
  else if (this.seen && pad.acks > this.seen.acks) { words = ['已应答 Acknowledged', 'good']; }
  else if (this.last && this.last[1] !== 'wait') { words = this.last; }
  this.seen = pad;
  this.last = words;
  setText(this.status, words[0]);
  setAttr(this.status, 'class', 'pad-status ' + words[1]);
  setClass(this.node, 'is-unplugged', !plugged);
  setClass(this.node, 'is-beeping', pad.beeped_s !== null && state.now_s - pad.beeped_s < 0.6);
};

function PadsView(device) {
  var views = this.views = {};
  this.node = make('div', {'class': 'pads'}, device.pads.map(function (pad) {
    views[pad.id] = new PadView(device, pad);
    return views[pad.id].node;
  }));
}
PadsView.prototype.update = function (device, state) {
  var views = this.views;
  device.pads.forEach(function (pad) { views[pad.id].update(pad, device.plugged, state); });
};

/* The ticket printer: what is in its slot and the slips it has cut, to scale. */

/* Width of a half-width character on the page; font A of the printer is 12 dots wide, a line 30 dots high. */
var CELL_PX = 7, DOT_PX = CELL_PX / 12, LINE_PX = 30 * DOT_PX;
var SVG = 'http://www.w3.org/2000/svg';

function drawText(item) {
  var line = make('div', {'class': 'paper-line' + (item.bold ? ' bold' : '') + (item.underline ? ' underline' : '')});
  line.style.textAlign = item.align;
  line.style.fontSize = CELL_PX * 2 * item.size + 'px';
  line.style.height = line.style.lineHeight = LINE_PX * (item.size === 1 ? 1 : item.size * 0.9) + 'px';
  Array.prototype.forEach.call(item.text, function (character) {
    var span = make('span', {text: character});
    span.style.width = cellsOf(character) * CELL_PX * item.size + 'px';
    line.appendChild(span);
  });
  return line;
}

/* Rows of 1 and 0 as one path of horizontal strokes. */
function drawBits(rows, dotPx, label) {
  var width = rows.length ? rows[0].length : 0, path = '', svg = document.createElementNS(SVG, 'svg');
  rows.forEach(function (row, y) {
    var run = /1+/g, found;
    while ((found = run.exec(row))) { path += 'M' + found.index + ' ' + y + 'h' + found[0].length + 'v1h-' + found[0].length + 'z'; }
  });
  svg.setAttribute('viewBox', '0 0 ' + width + ' ' + rows.length);
  svg.setAttribute('width', width * dotPx);
  svg.setAttribute('height', rows.length * dotPx);
  svg.setAttribute('shape-rendering', 'crispEdges');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  var shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.appendChild(shape);
  return svg;
}

function drawCode(item) {
  var box = make('div', {'class': 'paper-picture', 'data-qr': item.data, title: item.data});
  box.style.textAlign = item.align;
  if (item.rows.length) { box.appendChild(drawBits(item.rows, item.module * DOT_PX, '二维码 QR code')); }
  else { box.appendChild(make('span', {'class': 'paper-odd', text: '[QR ?]'})); }
  return box;
}

function drawPicture(item) {
  var box = make('div', {'class': 'paper-picture'}, [drawBits(item.rows, DOT_PX, '图 Picture')]);
  box.style.textAlign = item.align;
  return box;
}

function drawFeed(item) {
  var gap = make('div');
  gap.style.height = Math.min(300, item.lines * LINE_PX + item.dots * DOT_PX) + 'px';
  return gap;
}

var DRAW = {
  text: drawText, qr: drawCode, raster: drawPicture, feed: drawFeed,
  barcode: function (item) { return make('div', {'class': 'paper-odd', text: '‖▌‖│▌ ' + item.data}); }
};

function drawPaper(items, columns) {
  var paper = make('div', {'class': 'paper'});
  paper.style.width = columns * CELL_PX + 'px';
  items.forEach(function (item) { if (DRAW[item.kind]) { paper.appendChild(DRAW[item.kind](item)); } });
  return paper;
}

function PrinterView(device) {
  this.columns = device.columns;
  this.lamps = {
    power: make('span', {'class': 'lamp', text: '电源 Power'}), paper: make('span', {'class': 'lamp', text: '纸 Paper'}),
    error: make('span', {'class': 'lamp', text: '错误 Error'}), busy: make('span', {'class': 'lamp', text: '打印 Printing'})
  };
  this.words = make('b', {'class': 'printer-words', 'data-printer': device.id});
  this.slot = make('div', {'class': 'slot'});
  this.stack = make('div', {'class': 'slips'});
  this.slotWords = make('span');
  this.slotHead = make('header', {}, [this.slotWords, make('button', {
    type: 'button', 'class': 'tear', 'data-tear': device.id, text: '撕下 Tear off',
    on: {click: function () { send('POST', '/api/devices/' + device.id + '/tear', {}); }}
  })]);
  this.drawn = {};
  this.node = make('div', {'class': 'printer'}, [
    make('div', {'class': 'printer-body'}, [
      make('div', {'class': 'lamps'}, [this.lamps.power, this.lamps.paper, this.lamps.error, this.lamps.busy]), this.words,
      make('div', {'class': 'mouth'})
    ]),
    make('div', {'class': 'tray', tabindex: '0', 'aria-label': '小票 Slips'}, [this.slot, this.stack])
  ]);
}

PrinterView.prototype.update = function (device, state) {
  var paper = device.paper, view = this;
  this.lamp('power', device.plugged, '');
  this.lamp('paper', paper !== 'ok', paper === 'out' ? 'red' : 'amber');
  this.lamp('error', !device.online, 'red');
  this.lamp('busy', device.busy && device.online, 'blink');
  setText(this.words, this.say(device));
  var slot = JSON.stringify(device.in_slot);
  if (slot !== this.inSlot) {
    this.inSlot = slot;
    empty(this.slot);
    if (device.in_slot.length) {
      this.slot.appendChild(make('div', {'class': 'slip in-slot'}, [
        this.slotHead, drawPaper(device.in_slot, this.columns)]));
    }
  }
  setText(this.slotWords, !device.busy ? '未切纸 Not cut yet' : device.online ? '正在打印… Printing' : '停在这里 Stopped here');
  this.stackUp(device.slips, state);
  setClass(this.node, 'is-empty', !device.slips.length && !device.in_slot.length);
  setClass(view.node, 'is-unplugged', !device.plugged);
};

PrinterView.prototype.say = function (device) {
  if (!device.plugged) { return '已拔线 Unplugged'; }
  if (device.cover_open) { return '盖子打开 Cover open'; }
  if (device.paper === 'out') { return '缺纸 Paper out'; }
  if (!device.online) { return '离线 Offline'; }
  if (device.busy) { return '正在打印 Printing'; }
  return device.paper === 'near_end' ? '纸将尽 Paper near end' : '就绪 Ready';
};

PrinterView.prototype.lamp = function (name, on, look) {
  setAttr(this.lamps[name], 'class', 'lamp' + (on ? ' on ' + look : ''));
};

PrinterView.prototype.stackUp = function (slips, state) {
  var kept = {}, view = this;
  slips.slice().reverse().forEach(function (slip) {
    kept[slip.n] = true;
    if (view.drawn[slip.n]) { return; }
    view.drawn[slip.n] = make('div', {'class': 'slip', 'data-slip': slip.n}, [
      make('header', {text: '#' + slip.n + ' · ' + clockTime(state.epoch_s + slip.at_s - state.now_s) +
        (slip.cut === 'torn' ? ' · 撕断 torn' : '')}),
      drawPaper(slip.items, view.columns)
    ]);
    view.stack.insertBefore(view.drawn[slip.n], view.stack.firstChild);
  });
  Object.keys(this.drawn).forEach(function (n) {
    if (!kept[n]) { view.stack.removeChild(view.drawn[n]); delete view.drawn[n]; }
  });
};

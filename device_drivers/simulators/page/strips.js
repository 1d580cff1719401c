/* LED strips, drawn dot by dot: 16 rows, 8 columns for a half-width character. */

var ROWS = 16, PITCH = 6, GAP_COLUMNS = 24, STEP_MS = 45;
/* No source says what the colour byte means. Here: 0 red, 1 green, 2 both, which is amber; others light red. */
var LIT = {1: ['#58ff6a', '#0f7a1d'], 2: ['#ffb52e', '#8a5200']};
var RED = ['#ff5233', '#8f1606'];

function StripView(screen) {
  this.canvas = make('canvas', {
    'class': 'strip-dots', width: screen.cells * 8 * PITCH, height: ROWS * PITCH, role: 'img',
    'data-screen': screen.id
  });
  this.age = make('span', {'class': 'strip-age'});
  this.node = make('figure', {'class': 'strip'}, [
    make('figcaption', {}, [make('b', {text: screen.label}), make('span', {text: screen.id + ' · 地址 ' + screen.address}), this.age]),
    make('div', {'class': 'strip-frame'}, [this.canvas, make('div', {'class': 'strip-off', text: '已拔线 Unplugged'})])
  ]);
  this.columns = screen.cells * 8;
  this.node.style.maxWidth = Math.max(260, this.columns * PITCH) + 'px'; /* a board of four digits is no wall */
  this.key = null;
  this.offset = 0;
  this.dots = [];
}

StripView.prototype.update = function (screen, plugged, state) {
  var text = plugged && screen.text ? screen.text : '';
  var key = text + '/' + screen.color + '/' + plugged;
  setClass(this.node, 'is-unplugged', !plugged);
  setAttr(this.canvas, 'data-text', text);
  setAttr(this.canvas, 'aria-label', screen.label + '：' + (plugged ? text || '熄灭 dark' : '已拔线 unplugged'));
  setText(this.age, text ? clockTime(state.epoch_s + screen.at_s - state.now_s) + ' · ' + screen.frames + ' 帧' : '');
  if (key === this.key) { return; }
  this.key = key;
  this.colour = LIT[screen.color] || RED;
  this.dots = rasterize(text);
  this.offset = 0;
  this.scrolls = this.dots.length > this.columns;
  this.paint();
};

/* The text as columns of 16 booleans. Each character is drawn on its own so that cells stay cells. */
function rasterize(text) {
  var width = widthOf(text) * 8, at = 0, column, row, columns = [];
  if (!width) { return columns; }
  var sheet = make('canvas', {width: width, height: ROWS}), pen = sheet.getContext('2d');
  pen.fillStyle = '#000';
  pen.textBaseline = 'alphabetic';
  Array.prototype.forEach.call(text, function (character) {
    var cells = cellsOf(character);
    pen.font = (cells === 2 ? '16px ' : 'bold 15px ') +
      '"WenQuanYi Bitmap Song","SimSun","NSimSun","Noto Sans CJK SC","Microsoft YaHei",sans-serif';
    pen.save();
    pen.beginPath(); pen.rect(at * 8, 0, cells * 8, ROWS); pen.clip();
    pen.textAlign = 'center';
    pen.fillText(character, at * 8 + cells * 4, 14, cells * 8);
    pen.restore();
    at += cells;
  });
  var pixels = pen.getImageData(0, 0, width, ROWS).data;
  for (column = 0; column < width; column += 1) {
    columns.push([]);
    for (row = 0; row < ROWS; row += 1) { columns[column].push(pixels[(row * width + column) * 4 + 3] > 105); }
  }
  return columns;
}

StripView.prototype.paint = function () {
  var pen = this.canvas.getContext('2d'), loop = this.dots.length + GAP_COLUMNS, x, y, column, lit;
  pen.fillStyle = '#0a0706';
  pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
  for (x = 0; x < this.columns; x += 1) {
    column = this.dots[this.scrolls ? (x + this.offset) % loop : x];
    for (y = 0; y < ROWS; y += 1) {
      lit = column && column[y];
      if (lit) {
        pen.globalAlpha = 0.55; pen.fillStyle = this.colour[1];
        pen.beginPath(); pen.arc(x * PITCH + PITCH / 2, y * PITCH + PITCH / 2, PITCH * 0.62, 0, 7); pen.fill();
        pen.globalAlpha = 1;
      }
      pen.fillStyle = lit ? this.colour[0] : '#21100c';
      pen.beginPath(); pen.arc(x * PITCH + PITCH / 2, y * PITCH + PITCH / 2, PITCH * 0.4, 0, 7); pen.fill();
    }
  }
};

StripView.prototype.step = function () {
  if (!this.scrolls) { return; }
  this.offset = (this.offset + 1) % (this.dots.length + GAP_COLUMNS);
  this.paint();
};

function StripsView(device) {
  var views = this.views = {};
  this.node = make('div', {'class': 'strips'}, device.screens.map(function (screen) {
    views[screen.id] = new StripView(screen);
    return views[screen.id].node;
  }));
  setInterval(function () { Object.keys(views).forEach(function (id) { views[id].step(); }); }, STEP_MS);
}
StripsView.prototype.update = function (device, state) {
  var views = this.views, powered = device.plugged;
  device.screens.forEach(function (screen) { views[screen.id].update(screen, powered, state); });
};

/* Texts that fit: measured before they are shown, so that nothing is cut. */
'use strict';

var FAMILY = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
/* What no line begins with. */
var NEVER_FIRST = /^[\uff0c\u3002\u3001\uff1b\uff1a\uff1f\uff01\uff09\u300b”’,.;:?!)%]/;
var ruler = document.createElement('canvas').getContext('2d');

/* Its width in em. */
function ems(text, bold) {
  ruler.font = (bold ? '700' : '400') + ' 100px ' + FAMILY;
  return ruler.measureText(text).width / 100;
}

/* The largest size between `least` and `most` at which it is no wider than `width`; 0 when none is. */
function sizeFor(text, bold, width, least, most) {
  var size = Math.floor(Math.min(most, (width - 1) / Math.max(0.01, ems(text, bold))));
  return size >= least ? size : 0;
}

/* Words of Latin letters stay whole, Hanzi may be parted anywhere but before a mark. */
function pieces(text) { return text.match(/[\u2e80-\uffef][\uff0c\u3002\u3001\uff1b\uff1a\uff1f\uff01\uff09\u300b”’]*|[^\s\u2e80-\uffef]+\s*[\uff0c\u3002\u3001\uff1b\uff1a\uff1f\uff01\uff09\u300b”’]*|\s+/g) || []; }

function linesOf(text, bold, size, width) {
  var lines = [], line = '';
  pieces(text).forEach(function (piece) {
    if (line && ems((line + piece).trim(), bold) * size > width && !NEVER_FIRST.test(piece)) { lines.push(line.trim()); line = ''; }
    line += piece;
  });
  if (line.trim()) { lines.push(line.trim()); }
  return lines;
}

/* On two lines, after a mark where that is possible, else of like length; null when it does not fit. */
function partedOnce(text, bold, size, width) {
  var parts = pieces(text), best = null, cost, at, one, other, first, second;
  for (at = 1; at < parts.length; at += 1) {
    one = parts.slice(0, at).join('').trim();
    other = parts.slice(at).join('').trim();
    first = ems(one, bold) * size;
    second = ems(other, bold) * size;
    cost = Math.abs(first - second) - (/[\uff0c\u3002\uff1b\uff1a\uff1f\uff01,;:?!]$/.test(one) ? width : 0);
    if (one && other && !NEVER_FIRST.test(other) && first <= width && second <= width && (!best || cost <= best.cost)) { best = {cost: cost, lines: [one, other]}; }
  }
  return best && best.lines;
}

/* A text that has to be shown whole: on one line or two, as large as can be, at most `most` px. */
function whole(text, bold, width, most, twoLines) {
  var one = Math.min(most, Math.floor((width - 1) / Math.max(0.01, ems(text, bold)))), size, lines;
  if (!twoLines || one >= most) { return {size: one, lines: [text]}; }
  for (size = Math.floor(most); size > one; size -= 1) {
    lines = partedOnce(text, bold, size, width);
    if (lines) { return {size: size, lines: lines}; }
  }
  return {size: one, lines: [text]};
}

function place(node, where) {
  setHidden(node, !where);
  if (!where) { return; }
  ['left', 'top', 'width', 'height'].forEach(function (side) { px(node, side, where[side]); });
}

function px(node, name, value) {
  var text = value + 'px';
  if (node.style[name] !== text) { node.style[name] = text; }
}

/* Lines of a text as nodes. */
function setLines(node, lines) {
  var text = lines.join('\n');
  if (node.shownLines === text) { return; }
  node.shownLines = text;
  empty(node);
  lines.forEach(function (line) { node.appendChild(make('span', {'class': 'line', text: line})); });
}

/* One page of a paper on the canvas, with a watermark that says who looked and when. It is read into memory, drawn, and
   forgotten; there is no address that a browser could keep. */
'use strict';

var paper = {image: null, zoom: 1, turn: 0, asked: 0, fit: 1, circle: null, from: null};

/* The picture of a page in memory: done(image, status), with null for one that is not there. */
function readPicture(review, id, page, done) {
  var request = new XMLHttpRequest();
  request.open('GET', '/api/v1/reviews/' + encodeURIComponent(review) + '/papers/' + encodeURIComponent(id) + '/pages/' + page);
  request.responseType = 'blob';
  request.timeout = 20000;
  request.onload = function () {
    var reader = new FileReader(), image = new Image();
    if (request.status !== 200) { done(null, request.status); return; }
    image.onload = function () { done(image, 200); };
    image.onerror = function () { done(null, 0); };
    reader.onload = function () { image.src = reader.result; };
    reader.readAsDataURL(request.response);
  };
  request.onerror = request.ontimeout = function () { done(null, 0); };
  request.send();
}

/* done(found, status) once it is drawn, or is not there. */
function readPaper(review, id, page, done) {
  var asked = paper.asked += 1;
  paper.image = null;
  paper.zoom = 1;
  paper.turn = 0;
  paper.circle = null;
  drawPaper();
  readPicture(review, id, page, function (image, status) {
    if (asked !== paper.asked) { return; }
    paper.image = image;
    if (image) { drawPaper(); }
    done(Boolean(image), status);
  });
}

function drawPaper() {
  var canvas = byId('sheet-canvas'), pen = canvas.getContext('2d'), image = paper.image, box = canvas.parentNode, fit, width, height, aside;
  setHidden(canvas, !image);
  if (!image) { canvas.width = canvas.width; return; }
  aside = paper.turn % 2 === 1;
  width = aside ? image.naturalHeight : image.naturalWidth;
  height = aside ? image.naturalWidth : image.naturalHeight;
  fit = Math.min((box.clientWidth - 4) / width, (box.clientHeight - 4) / height) * paper.zoom;
  canvas.width = Math.max(1, Math.round(width * fit));
  canvas.height = Math.max(1, Math.round(height * fit));
  pen.save();
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate(paper.turn * Math.PI / 2);
  pen.drawImage(image, -image.naturalWidth * fit / 2, -image.naturalHeight * fit / 2, image.naturalWidth * fit, image.naturalHeight * fit);
  paper.fit = fit;
  circlesHere().forEach(function (one) { drawCircle(pen, one.area, one.at, one.old); });
  if (paper.circle) { drawCircle(pen, paper.circle, '', false); }
  pen.restore();
  drawMark(pen, canvas.width, canvas.height);
}

/* -- circles: left, top, width, height in thousandths of the upright picture --------------------------------------- */

/* Drawn in the picture's own frame, so that turning turns them too; the number stays upright. */
function drawCircle(pen, area, at, old) {
  var wide = paper.image.naturalWidth * paper.fit / 1000, high = paper.image.naturalHeight * paper.fit / 1000;
  var x = (area[0] - 500) * wide, y = (area[1] - 500) * high, width = area[2] * wide, height = area[3] * high;
  pen.save();
  pen.lineWidth = 4;
  pen.strokeStyle = old ? '#6b7686' : '#b3261e';
  pen.setLineDash([12, 7]);
  pen.strokeRect(x, y, width, height);
  if (at) {
    pen.translate(x + width, y + height);
    pen.rotate(-paper.turn * Math.PI / 2);
    pen.setLineDash([]);
    pen.fillStyle = old ? '#6b7686' : '#8a1212';
    pen.beginPath(); pen.arc(0, 0, 15, 0, 2 * Math.PI); pen.fill();
    pen.fillStyle = '#fff';
    pen.font = '700 17px "Noto Sans CJK SC", sans-serif';
    pen.textAlign = 'center'; pen.textBaseline = 'middle';
    pen.fillText(at, 0, 1);
  }
  pen.restore();
}

/* Where a pointer is, in thousandths of the upright picture. */
function pointOf(event) {
  var canvas = byId('sheet-canvas'), box = canvas.getBoundingClientRect();
  var x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
  var turned = [[x, y], [y, 1 - x], [1 - x, 1 - y], [1 - y, x]][paper.turn];
  return turned.map(function (part) { return Math.max(0, Math.min(1000, Math.round(1000 * part))); });
}
function between(a, b) { return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(1, Math.abs(a[0] - b[0])), Math.max(1, Math.abs(a[1] - b[1]))]; }
/* What is smaller than a letter was a touch and no circle; one at the very edge stays on the page. */
function settled(area) { return area[2] < 12 && area[3] < 12 ? null : [Math.min(area[0], 999), Math.min(area[1], 999), area[2], area[3]]; }

function circleKeys(canvas) {
  canvas.addEventListener('pointerdown', function (event) {
    if (!paper.image || event.button) { return; }
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    paper.from = pointOf(event);
    paper.circle = null;
    drawPaper();
  });
  canvas.addEventListener('pointermove', function (event) {
    if (!paper.from) { return; }
    paper.circle = between(paper.from, pointOf(event));
    drawPaper();
  });
  ['pointerup', 'pointercancel'].forEach(function (end) {
    canvas.addEventListener(end, function () {
      if (!paper.from) { return; }
      paper.from = null;
      paper.circle = paper.circle && settled(paper.circle);
      drawPaper();
      showCodes();
    });
  });
}

/* All over it, and once to be read. */
function drawMark(pen, width, height) {
  var words = session.now.number + ' · ' + hallTime(Date.now()) + ' · ' + t('reviews.look_only'), x, y, long;
  pen.save();
  pen.font = '17px "Noto Sans CJK SC", sans-serif';
  long = pen.measureText(words).width + 60;
  pen.fillStyle = 'rgba(120, 20, 20, .17)';
  pen.rotate(-0.35);
  for (y = -height; y < 2 * height; y += 110) { for (x = -width; x < 2 * width; x += long) { pen.fillText(words, x, y); } }
  pen.restore();
  pen.save();
  pen.font = '14px "Noto Sans CJK SC", sans-serif';
  long = pen.measureText(words).width + 16;
  if (long + 8 > width) { pen.restore(); return; }
  pen.fillStyle = 'rgba(255, 255, 255, .85)';
  pen.fillRect(width - long - 8, height - 32, long, 24);
  pen.fillStyle = '#16202e';
  pen.fillText(words, width - long, height - 15);
  pen.restore();
}

circleKeys(byId('sheet-canvas'));
byId('sheet-canvas').addEventListener('contextmenu', function (event) { event.preventDefault(); });
byId('sheet-zoom').addEventListener('click', function () { paper.zoom = paper.zoom >= 3 ? 1 : paper.zoom + 1; drawPaper(); });
byId('sheet-turn').addEventListener('click', function () { paper.turn = (paper.turn + 1) % 4; drawPaper(); });

/* One page of a paper on the canvas, with a watermark that says who looked and when. It is read into memory, drawn, and
   forgotten; there is no address that a browser could keep. */
'use strict';

var paper = {image: null, zoom: 1, turn: 0, asked: 0};

/* done(found) once it is drawn, or is not there. */
function readPaper(review, id, page, done) {
  var request = new XMLHttpRequest(), asked;
  paper.asked += 1;
  asked = paper.asked;
  paper.image = null;
  paper.zoom = 1;
  paper.turn = 0;
  drawPaper();
  request.open('GET', '/api/v1/reviews/' + encodeURIComponent(review) + '/papers/' + encodeURIComponent(id) + '/pages/' + page);
  request.responseType = 'blob';
  request.timeout = 20000;
  request.onload = function () {
    var reader = new FileReader(), image = new Image();
    if (asked !== paper.asked) { return; }
    if (request.status !== 200) { done(false, request.status); return; }
    image.onload = function () {
      if (asked !== paper.asked) { return; }
      paper.image = image;
      drawPaper();
      done(true);
    };
    image.onerror = function () { done(false, 0); };
    reader.onload = function () { image.src = reader.result; };
    reader.readAsDataURL(request.response);
  };
  request.onerror = request.ontimeout = function () { if (asked === paper.asked) { done(false, 0); } };
  request.send();
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
  pen.restore();
  drawMark(pen, canvas.width, canvas.height);
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
  pen.fillStyle = 'rgba(255, 255, 255, .85)';
  pen.fillRect(width - long - 8, height - 32, long, 24);
  pen.fillStyle = '#16202e';
  pen.fillText(words, width - long, height - 15);
  pen.restore();
}

byId('sheet-canvas').addEventListener('contextmenu', function (event) { event.preventDefault(); });
byId('sheet-zoom').addEventListener('click', function () { paper.zoom = paper.zoom >= 3 ? 1 : paper.zoom + 1; drawPaper(); });
byId('sheet-turn').addEventListener('click', function () { paper.turn = (paper.turn + 1) % 4; drawPaper(); });

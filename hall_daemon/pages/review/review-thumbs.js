/* Every page of every paper, small, beside the one that is open: to see at a glance what there is and to go there. Each is
   a picture as the large one is: asked for when it comes into sight, with the watermark, kept nowhere. */
'use strict';

var THUMB = {width: 152, height: 200};
var thumbs = {review: '', drawn: {}, busy: false};

function pagesThere() {
  return sheet.view.papers.reduce(function (found, one) {
    return found.concat(one.pages.map(function (page, at) { return {id: one.id + ' ' + page.page, paper: one, page: page.page, at: at + 1, of: one.pages.length}; }));
  }, []);
}

function dropThumbs() { thumbs = {review: '', drawn: {}, busy: false}; keyed(byId('sheet-thumbs'), [], String); }

function showThumbs() {
  var box = byId('sheet-thumbs'), row = sheet.view.row, rows = pagesThere(), open = sheet.paper + ' ' + pageOpen();
  if (thumbs.review !== row.review + ' ' + row.version) { dropThumbs(); thumbs.review = row.review + ' ' + row.version; }
  setHidden(box, rows.length < 2);
  keyed(box, rows, function (one) { return one.id; }, function (one) {
    var canvas = make('canvas', {width: THUMB.width, height: THUMB.height, 'aria-hidden': 'true'});
    return make('button', {type: 'button', 'class': 'sheet-thumb', 'data-thumb': one.id, on: {click: function () { choosePaper(one.paper.id, one.at); }}}, [canvas, make('span')]);
  }, function (node, one) {
    var name = (one.of > 1 ? one.at + '/' + one.of + ' ' : '') + named(one.paper.name);
    setText(node.lastChild, name);
    setAttr(node, 'title', name);
    setAttr(node, 'aria-current', String(one.id === open));
    setAttr(node, 'data-mark', entriesOf({of: 'paper', id: one.paper.id, page: one.page}).length ? 'wrong' : sheet.fine[one.paper.id] ? 'fine' : '');
  });
  if (box.querySelector('[aria-current=true]') && box.scrollHeight > box.clientHeight) { box.querySelector('[aria-current=true]').scrollIntoView({block: 'nearest'}); }
  readThumbs();
}

function inSight(node) {
  var box = byId('sheet-thumbs');
  return node.offsetTop < box.scrollTop + box.clientHeight && node.offsetTop + node.offsetHeight > box.scrollTop;
}

/* One after the other, those that are in sight and not drawn yet. */
function readThumbs() {
  var box = byId('sheet-thumbs'), mine = thumbs, next;
  if (!sheet.view || box.hidden || mine.busy) { return; }
  next = pagesThere().filter(function (one) { return !mine.drawn[one.id] && inSight(box.querySelector('[data-thumb="' + one.id + '"]')); })[0];
  if (!next) { return; }
  mine.busy = true;
  mine.drawn[next.id] = true;
  readPicture(sheet.view.row.review, next.paper.id, next.page, function (image) {
    var node = box.querySelector('[data-thumb="' + next.id + '"]');
    mine.busy = false;
    if (mine !== thumbs || !sheet.view) { return; }
    if (image && node) { drawThumb(node.firstChild, image); }
    readThumbs();
  });
}

function drawThumb(canvas, image) {
  var pen = canvas.getContext('2d'), fit = Math.min(THUMB.width / image.naturalWidth, THUMB.height / image.naturalHeight);
  canvas.width = Math.max(1, Math.round(image.naturalWidth * fit));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * fit));
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  drawMark(pen, canvas.width, canvas.height);
  setAttr(canvas, 'data-drawn', 'yes');
}

byId('sheet-thumbs').addEventListener('scroll', readThumbs);
byId('sheet-thumbs').addEventListener('contextmenu', function (event) { event.preventDefault(); });

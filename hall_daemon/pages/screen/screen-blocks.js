/* The blocks of a big screen, each drawn into its box of the layout. Calls are in all languages at once, the rest takes
   turns. */
'use strict';

var ARROW = 'M3 12h17M13 5l7 7-7 7';

function arrow() {
  var svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), path = document.createElementNS(svg.namespaceURI, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'arrow');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ARROW);
  svg.appendChild(path);
  return svg;
}

function bare(label) { return /^[A-Za-z]?\d{1,4}$/.test(label); }
/* 号窗口 and Window: what stands beside the bare number of a window. */
function besideWindow(code) { return tIn(code, 'screen.beside_window'); }

/* -- head ----------------------------------------------------------------------------------------------------- */

function drawHead(plan, name, date, clock) {
  var box = plan.head, size = plan.type, seal = Math.round(1.2 * size), big = Math.round((plan.upright ? 1.55 : 1.45) * size);
  var clockWidth = Math.ceil(ems('00:00', true) * big), room, fitted, dateSize;
  place(byId('head'), box);
  setText(byId('clock'), clock);
  px(byId('head'), 'fontSize', size);
  px(byId('clock'), 'fontSize', big);
  each(document.querySelectorAll('.seal'), function (node) { px(node, 'width', seal); px(node, 'height', seal); });
  room = box.width - seal - clockWidth - 1.3 * size;
  setClass(byId('when'), 'in-a-column', plan.upright);
  dateSize = Math.round(0.85 * size);
  fitted = whole(name, true, plan.upright ? room - Math.max(0, ems(date, false) * dateSize - clockWidth) : room, size, true);
  if (plan.upright && fitted.size < plan.least) {
    dateSize = 0;
    fitted = whole(name, true, room, size, true);
  }
  if (fitted.lines.length === 2 && !plan.upright && fitted.size * 2.4 > box.height) { fitted = whole(name, true, room, Math.floor(box.height / 2.4), true); }
  setLines(byId('name'), fitted.lines);
  px(byId('name'), 'fontSize', fitted.size);
  if (!plan.upright) { dateSize = sizeFor(date, false, room - ems(fitted.lines[0], true) * fitted.size - 0.6 * size, plan.least, size); }
  setHidden(byId('date'), !dateSize || fitted.lines.length > 1 && !plan.upright);
  setText(byId('date'), date);
  px(byId('date'), 'fontSize', dateSize || size);
}

/* -- calls ---------------------------------------------------------------------------------------------------- */

function buildCall() {
  return make('div', {'class': 'call'}, [
    make('b', {'class': 'call-number'}), arrow(), make('b', {'class': 'call-window'}),
    make('span', {'class': 'call-words'}, [make('span', {'class': 'zh', lang: 'zh-CN'}), make('span', {'class': 'en', lang: 'en'})])
  ]);
}

/* What stands beside a window's number: 号窗口 and Window, one of them, or nothing; the first that leaves the numbers
   large. */
function besideWords(plan, numberEm, labelEm) {
  var size = plan.type, small = Math.max(plan.least, Math.round(0.72 * size)), two = plan.languages.length > 1;
  var choices = [two ? [language.now] : plan.languages, []], at, codes, sizes, width, figure;
  if (two && plan.rowHeight > 1.18 * (size + small)) { choices.unshift(plan.languages); }
  for (at = 0; at < choices.length; at += 1) {
    codes = choices[at];
    sizes = {zh: size, en: codes.length > 1 ? small : size};
    width = codes.reduce(function (most, code) { return Math.max(most, ems(besideWindow(code), true) * sizes[code]); }, 0);
    figure = Math.floor(Math.min(0.84 * plan.rowHeight, (plan.calls.width - 3.3 * size - (width ? width + 0.35 * size : 0)) / (numberEm + labelEm)));
    if (figure >= 1.5 * size) { break; }
  }
  return {codes: codes, sizes: sizes, width: Math.ceil(width), gap: width ? Math.round(0.35 * size) : 0, figure: figure};
}

function drawCalls(plan, rows, isNew) {
  var size = plan.type, number = 0.6, label = 0.6, beside, room;
  place(byId('calls'), plan.calls);
  rows.forEach(function (call) {
    number = Math.max(number, ems(call.number, true));
    if (bare(call.label)) { label = Math.max(label, ems(call.label, true)); }
  });
  beside = besideWords(plan, number, label);
  /* A label of words stands where number and words of the others do. */
  room = label * beside.figure + beside.gap + beside.width;
  rows.forEach(function (call) { if (!bare(call.label)) { room = Math.max(room, Math.min(ems(call.label, true) * size, plan.calls.width * 0.5)); } });
  beside.figure = Math.min(beside.figure, Math.floor((plan.calls.width - 3.3 * size - room) / number));
  keyed(byId('calls'), rows, callKey, buildCall, function (node, call) {
    var known = bare(call.label), figure = beside.figure;
    setClass(node, 'is-new', isNew(call));
    px(node, 'height', plan.rowHeight);
    px(node, 'marginBottom', plan.gap);
    node.style.padding = '0 ' + Math.round(0.45 * size) + 'px';
    setText(node.children[0], call.number);
    px(node.children[0], 'fontSize', figure);
    px(node.children[0], 'width', Math.ceil(number * figure) + 2);
    px(node.children[1], 'width', Math.round(1.1 * size));
    px(node.children[1], 'height', Math.round(1.1 * size));
    setText(node.children[2], call.label);
    px(node.children[2], 'fontSize', known ? figure : Math.floor(Math.min(figure, (room - 2) / ems(call.label, true))));
    px(node.children[2], 'width', Math.ceil(known ? room - beside.width - beside.gap : room) + 2);
    setHidden(node.children[3], !known || !beside.codes.length);
    px(node.children[3], 'width', beside.width + 2);
    px(node.children[3], 'marginLeft', beside.gap);
    ['zh', 'en'].forEach(function (code, at) {
      var line = node.children[3].children[at];
      setHidden(line, beside.codes.indexOf(code) < 0);
      setText(line, besideWindow(code));
      px(line, 'fontSize', beside.sizes[code]);
    });
  });
}

function shortWindow(label) { return bare(label) ? t('screen.window_short', {label: label}) : label; }

function drawBefore(plan, calls, more) {
  var node = byId('before'), box = plan.before, size = plan.type, gap = size, shown = [], used = 0, wide = 0;
  place(node, box);
  if (!box) { return []; }
  function width(call) { return ems(call.number, true) * size + 1.25 * size + ems(shortWindow(call.label), true) * size; }
  if (more) {
    keyed(node, [more], function (text) { return text; }, function (text) { return make('span', {'class': 'more', text: text}); },
      function (line, text) { px(line, 'fontSize', sizeFor(text, true, box.width, plan.least, size) || plan.least); });
    return [];
  }
  calls.slice(0, plan.beforeColumns * plan.beforeRows).forEach(function (call) { wide = Math.max(wide, width(call)); });
  if (plan.beforeRows === 1) {
    calls.slice(0, plan.beforeColumns).some(function (call) {
      if (used + width(call) > box.width) { return true; }
      shown.push(call);
      used += width(call) + gap;
      return false;
    });
  } else {
    shown = calls.slice(0, plan.beforeRows * (wide * 2 + gap <= box.width ? 2 : 1));
  }
  keyed(node, shown, callKey, function () { return make('span', {'class': 'was'}, [make('b'), arrow(), make('b')]); }, function (line, call) {
    px(line, 'fontSize', size);
    px(line, 'width', plan.beforeRows === 1 ? Math.ceil(width(call)) : Math.floor(wide * 2 + gap <= box.width ? (box.width - gap) / 2 : box.width));
    setText(line.children[0], call.number);
    px(line.children[1], 'width', Math.round(0.8 * size));
    px(line.children[1], 'height', Math.round(0.8 * size));
    setText(line.children[2], shortWindow(call.label));
  });
  return shown;
}

/* -- waits, missed -------------------------------------------------------------------------------------------- */

function waitShort(queue, upright) {
  var wait = queue.wait, low, high;
  if (queue.waiting === 0 && queue.windows_open > 0) { return t('screen.nobody'); }
  if (wait.p90_s === undefined) {
    return t(wait.unknown === 'no_window_open' ? 'screen.no_window' : wait.unknown === 'hall_closed' || wait.unknown === 'closing_before_turn' ? 'screen.no_more' : 'screen.unknown');
  }
  low = Math.floor(wait.p10_s / 60);
  high = Math.max(1, Math.ceil(wait.p90_s / 60));
  return t('screen.range', {range: low < 1 ? '≤\u2060' + high : low === high ? String(high) : low + '–' + high, unit: t(upright ? 'screen.minutes' : 'screen.minutes_short')});
}

/* The name of a queue as it fits: in the language of the turn, else in Chinese, else none: its letter stays. */
function fittingName(name, width, least, most) {
  var found = [named(name), name.zh].map(function (text) { return {text: text, size: text ? sizeFor(text, false, width, least, most) : 0}; });
  return found[0].size ? found[0] : found[1].size ? found[1] : {text: '', size: most};
}

function drawWaits(plan, queues, turn) {
  var box = plan.waits, size = plan.type, pages, first, shown, title, plate;
  place(byId('waits'), box);
  if (!box) { return; }
  title = t('screen.waits');
  setHidden(byId('waits-title'), !plan.titleHeight);
  setText(byId('waits-title'), title);
  px(byId('waits-title'), 'height', plan.titleHeight);
  px(byId('waits-title'), 'fontSize', Math.min(size, Math.floor(box.width / ems(title, true))));
  pages = Math.max(1, Math.ceil(queues.length / Math.max(1, plan.queuesEach)));
  /* The last page is as full as the others. */
  first = Math.max(0, Math.min((turn % pages) * plan.queuesEach, queues.length - plan.queuesEach));
  shown = queues.slice(first, first + plan.queuesEach);
  plate = shown.reduce(function (most, queue) { return Math.max(most, ems(queue.prefix, true)); }, 0.7) * size * 0.85 + 0.5 * size;
  keyed(byId('queues'), shown, function (queue) { return queue.id; },
    function () { return make('li', {'class': 'queue'}, [make('b', {'class': 'plate'}), make('span', {'class': 'queue-name'}), make('b', {'class': 'queue-wait'})]); },
    function (row, queue) {
      var words = waitShort(queue, plan.upright), wait = sizeFor(words, true, box.width - plate - 0.3 * size, 1, size);
      var name = fittingName(queue.name, box.width - plate - ems(words, true) * wait - 0.9 * size, plan.least, size);
      px(row, 'height', plan.queueHeight);
      setText(row.children[0], queue.prefix);
      px(row.children[0], 'fontSize', Math.round(0.85 * size));
      px(row.children[0], 'width', Math.round(plate));
      px(row.children[0], 'height', Math.round(1.2 * size));
      setText(row.children[1], plan.dropped.names ? '' : name.text);
      px(row.children[1], 'fontSize', name.size);
      setText(row.children[2], words);
      px(row.children[2], 'fontSize', wait);
    });
}

function drawMissed(plan, missed, desk) {
  var box = plan.missed, size = plan.type, pad = 0.35 * size, room, title, fitted, numbers, gap = 0.4 * size, used = 0;
  place(byId('missed'), box);
  if (!box) { return; }
  title = t(missed.length ? 'screen.missed' : 'screen.missed_none', {desk: named(desk)});
  byId('missed').style.padding = '0 ' + Math.round(pad) + 'px';
  room = box.width - 2 * pad - 8;
  setClass(byId('missed'), 'in-a-row', plan.upright);
  if (plan.upright && missed.length) {
    title = t('screen.missed_short', {desk: named(desk)});
    fitted = {size: sizeFor(title, true, room * 0.5, plan.least, size) || Math.min(plan.least, Math.floor(room * 0.75 / ems(title, true))), lines: [title]};
    room -= ems(title, true) * fitted.size + gap;
  } else {
    fitted = whole(title, true, room, size, !missed.length);
  }
  setLines(byId('missed-title'), fitted.lines);
  px(byId('missed-title'), 'fontSize', fitted.size);
  numbers = missed.filter(function (one) {
    used += ems(one.number, true) * size + (used ? gap : 0);
    return used <= room;
  });
  setHidden(byId('missed-numbers'), !numbers.length);
  keyed(byId('missed-numbers'), numbers, function (one) { return one.number; }, function (one) { return make('b', {text: one.number}); },
    function (node) { px(node, 'fontSize', size); px(node, 'marginRight', Math.round(gap)); });
}

/* -- message, bar --------------------------------------------------------------------------------------------- */

function drawMessage(plan, where, words) {
  var node = byId('message'), main, more;
  place(node, words ? where : null);
  if (!words) { return; }
  main = whole(words[0], true, where.width * 0.9, Math.min(2.6 * plan.type, where.height * 0.24), true);
  more = whole(words[1] || ' ', false, where.width * 0.9, Math.min(1.25 * plan.type, where.height * 0.12), true);
  setLines(byId('message-main'), main.lines);
  px(byId('message-main'), 'fontSize', main.size);
  setLines(byId('message-more'), more.lines);
  px(byId('message-more'), 'fontSize', more.size);
  setHidden(byId('message-more'), !words[1]);
}

/* Every notice in every language, cut into what stands there at once: [[lines], place among notices]. */
function barSteps(plan, notices, codes) {
  var steps = [], width = plan.width - 2 * plan.side - 1.7 * plan.type - (notices.length > 1 ? notices.length * 0.45 * plan.type : 0);
  notices.forEach(function (notice, at) {
    codes.forEach(function (code) {
      var text = notice[code] || notice.zh, size = sizeFor(text, true, width * plan.barLines * 0.95, plan.least, plan.type) || plan.least;
      var lines = ems(text, true) * size <= width ? [text] : partedOnce(text, true, size, width) || linesOf(text, true, size, width), from;
      for (from = 0; from < lines.length; from += plan.barLines) { steps.push({lines: lines.slice(from, from + plan.barLines), size: size, at: at}); }
    });
  });
  return steps;
}

function drawBar(plan, step, count, late) {
  var bar = byId('bar'), size = plan.type, shown;
  place(bar, plan.bar);
  if (!plan.bar || !(step || late)) { return; }
  shown = late ? whole(late, true, plan.width - 2 * plan.side - 1.7 * size, size, plan.barLines > 1) : step;
  setClass(bar, 'is-late', Boolean(late));
  bar.style.padding = '0 ' + plan.side + 'px';
  px(byId('bar-icon'), 'width', Math.round(1.4 * size));
  px(byId('bar-icon'), 'height', Math.round(1.4 * size));
  px(byId('bar-icon'), 'marginRight', Math.round(0.3 * size));
  setLines(byId('bar-lines'), shown.lines);
  px(byId('bar-lines'), 'fontSize', shown.size);
  setHidden(byId('bar-dots'), Boolean(late) || count < 2);
  px(byId('bar-dots'), 'fontSize', Math.round(0.24 * size));
  if (late || count < 2) { return; }
  while (byId('bar-dots').children.length > count) { byId('bar-dots').removeChild(byId('bar-dots').lastChild); }
  while (byId('bar-dots').children.length < count) { byId('bar-dots').appendChild(make('i')); }
  each(byId('bar-dots').children, function (dot, at) { setClass(dot, 'is-now', at === step.at); });
}

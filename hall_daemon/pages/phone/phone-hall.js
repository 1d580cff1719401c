/* The hall as everybody may see it: open or not, and each queue. My own queue comes first. */
'use strict';

function openingWords(view) {
  if (view.open) { return view.closes ? t('phone.open_until_closes', view) : t('phone.open'); }
  if (view.opens) { return t('phone.closed_opens_at_opens', view); }
  return t(closedAllDay(view) ? 'phone.closed_today' : 'phone.not_open_again_today') + reopeningWords(view.reopens);
}

function closedAllDay(view) {
  return view.services.some(function (service) { return service.closed_because === 'hall_closed_all_day'; });
}

/* The next day it opens, as 2026-11-30T08:30. */
function reopeningWords(at) {
  var part = at && at.match(/^\d+-0?(\d+)-0?(\d+)T(.+)$/);
  return part ? t('phone.opens_month_day_time', {month: part[1], day: part[2], time: part[3]}) : '';
}

function figure(name, label) {
  return make('div', {}, [make('dt', {'data-word': label}), make('dd', {'data-figure': name})]);
}

function buildQueue(queue) {
  return make('li', {'class': 'panel queue', 'data-queue': queue.id}, [
    make('h3', {}, [make('span', {'class': 'queue-prefix', text: queue.prefix}), make('span', {'class': 'queue-name'}), make('em', {'class': 'queue-mine'})]),
    make('dl', {}, [figure('waiting', 'waiting'), figure('wait', 'wait'), figure('windows', 'windows')]),
    make('p', {'class': 'calling'}, [make('span', {'class': 'calling-label'}), make('span', {'class': 'calling-numbers'})]),
    make('ul', {'class': 'stopped'})
  ]);
}
var CALLING_SHOWN = 6;

function updateQueue(view) {
  return function (node, queue) {
    var wait = waitWords(queue.wait), mine = ticketSource.body && ticketSource.status !== 404 && ticketSource.body.queue === queue.id && !OVER[ticketSource.body.state];
    function find(selector) { return node.querySelector(selector); }
    each(node.querySelectorAll('[data-word]'), function (label) { setText(label, word('phone.figure', label.getAttribute('data-word'))); });
    setText(find('.queue-name'), named(queue.name));
    setText(find('.queue-mine'), mine ? t('phone.mine') : '');
    setClass(node, 'is-mine', mine);
    setText(find('[data-figure=waiting]'), t('shared.people', {n: queue.waiting}));
    setText(find('[data-figure=wait]'), wait.text);
    setClass(find('[data-figure=wait]'), 'is-unknown', !wait.known);
    setText(find('[data-figure=windows]'), t('phone.windows', {n: queue.windows_open}));
    setText(find('.calling-label'), queue.calling.length ? t('phone.now_at') : t('phone.nobody_is_called_now'));
    keyed(find('.calling-numbers'), callingRows(view, queue), function (row) { return row.number; }, function () { return make('b', {'class': 'called'}); },
      function (chip, row) {
        setText(chip, row.number + (row.window ? ' → ' + row.window : ''));
        setAttr(chip, 'data-state', row.state);
        setClass(chip, 'is-me', mine && ticketSource.body.number === row.number);
      });
    keyed(find('.stopped'), stoppedRows(view, queue), function (row) { return row.id; }, function () { return make('li'); },
      function (line, row) { setText(line, named(row.name) + t('phone.colon') + word('shared.no_numbers', row.closed_because)); });
  };
}

function callingRows(view, queue) {
  return queue.calling.slice(0, CALLING_SHOWN).map(function (number) {
    var at = view.windows.filter(function (w) { return w.number === number; })[0];
    return {number: number, window: at ? windowWords(at.label) : '', state: at ? at.state : ''};
  });
}

/* Matters for which no numbers are given; when the whole hall is closed the line above says it once. */
function stoppedRows(view, queue) {
  return view.open ? view.services.filter(function (s) { return s.queue === queue.id && !s.open && s.closed_because !== 'review_needed'; }) : [];
}

function showHall() {
  var view = hallSource.body, mine = ticketSource.body ? ticketSource.body.queue : '', queues, waiting = 0, open = 0;
  setHidden(byId('hall'), !view);
  if (!view) { return; }
  view.queues.forEach(function (q) { waiting += q.waiting; });
  view.windows.forEach(function (w) { open += w.status === 'open' ? 1 : 0; });
  queues = view.queues.filter(function (q) { return q.id === mine; }).concat(view.queues.filter(function (q) { return q.id !== mine; }));
  setText(byId('hall-name'), named(view.name));
  setText(byId('opening'), openingWords(view));
  setClass(byId('opening'), 'is-open', view.open);
  setText(byId('hall-figures'), t('phone.waiting_waiting_windows_open', {waiting: waiting, open: open}));
  keyed(byId('queues'), queues, function (q) { return q.id; }, buildQueue, updateQueue(view));
  setText(byId('hall-as-of'), hallSource.asOfWords());
  setHidden(byId('hint'), Boolean(ticketPath) && ticketSource.status === 200);
  if (!titles.length) { document.title = named(view.name); }
}

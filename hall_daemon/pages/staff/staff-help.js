/* 帮助取号: what a clerk does for somebody who cannot use kiosk or phone: draw a number, print it again, take a missed
   one back, let it go first, give it up. One dialog, which stays open until the clerk closes it. */
'use strict';

var FOUND_LIVE = {waiting: true, called: true, serving: true, held: true, missed: true};
/* The code and the slip of a number are asked for again while it is being printed. */
var SLIP_WATCH_MS = 700, SLIP_WATCHES = 40;
/* What is open now: `asked` grows with each question, so that a late answer is not shown. */
var help = {asked: 0};

function helpPlace(id) { return byId('help-' + id); }
function helpShow(place, children) {
  dialog.shownAt = tick();
  empty(place);
  children.forEach(function (child) { if (child) { place.appendChild(child); } });
  showHelp();
  if (!dialog.node.contains(document.activeElement)) { byId('help-number').focus(); }
}
/* What sends a press waits, as the keys do, until the picture is sure. */
function showHelp() {
  var free = mayPress();
  each(document.querySelectorAll('#veil [data-press]'), function (button) { button.disabled = !free; });
}
function helpField(words, node) {
  return make('label', {'class': 'field', 'for': node.id}, [make('span', {text: words}), node]);
}
function groundOptions() {
  return Object.keys(hall.view.priority_reasons).map(function (code) { return option(code, named(hall.view.priority_reasons[code])); });
}
function printerName(id) { return t('staff.printer') + (hall.view.printers.length > 1 ? ' ' + id : ''); }
function ticketPath(number, action) { return 'tickets/' + encodeURIComponent(number) + (action ? '/' + action : ''); }

function openHelp() {
  openDialog(t('staff.help_a_person'), [
    make('div', {'class': 'help'}, [
      may('draw') ? make('section', {id: 'help-draw', 'class': 'help-half'}) : null,
      make('section', {'class': 'help-half'}, [
        make('form', {id: 'help-find', 'class': 'help-find', autocomplete: 'off', on: {submit: function (event) { event.preventDefault(); findNumber(false); }}}, [
          helpField(t('staff.a_number_they_have'),
            make('input', {id: 'help-number', maxlength: '20', autocapitalize: 'characters', spellcheck: 'false', placeholder: 'A012'})),
          make('button', {type: 'submit', 'class': 'key key-second', 'data-help': 'find', text: t('staff.find')})
        ]),
        make('div', {id: 'help-found', 'class': 'help-found', 'aria-live': 'polite'})
      ])
    ]),
    make('div', {id: 'help-said', 'class': 'said', role: 'status', 'aria-live': 'assertive'}),
    make('div', {'class': 'dialog-end'}, [dialogButton(t('staff.close'), 'key-plain', {'data-dialog': 'back'})])
  ], 'dialog-wide');
  if (may('draw')) { showDraw(); }
  dialog.node.querySelector('[name=help-matter]:enabled, #help-number').focus();
}

/* -- drawing a number ------------------------------------------------------------------------------------------ */

function matterChoice(service) {
  return make('label', {'class': 'choice'}, [
    make('input', {type: 'checkbox', name: 'help-matter', value: service.id, disabled: service.open ? null : ''}),
    make('span', {text: named(service.name)}),
    make('small', {'class': 'quiet', text: service.open ? t('staff.n_waiting', {n: service.waiting}) : word('shared.no_numbers', service.closed_because)})
  ]);
}

function showDraw() {
  var mine = hall.mine(), grounds = groundOptions();
  var services = hall.view.services.filter(function (s) { return Boolean(mine) && mine.services.indexOf(s.id) >= 0; });
  services = services.concat(hall.view.services.filter(function (s) { return services.indexOf(s) < 0; }));
  services = services.filter(function (s) { return s.closed_because !== 'review_needed'; });
  helpShow(helpPlace('draw'), [
    make('fieldset', {'class': 'choices'}, [make('legend', {text: t('staff.draw_a_number_for')}),
      make('div', {'class': 'help-matters'}, services.map(matterChoice))]),
    grounds.length ? helpField(t('staff.class'), make('select', {id: 'help-class'}, [option('', word('shared.class', 'ordinary'))].concat(
      grounds.map(function (ground) { ground.textContent = word('shared.class', 'priority') + ' · ' + ground.textContent; return ground; })))) : null,
    helpField(t('staff.slip_2'), make('select', {id: 'help-printer'}, hall.view.printers.map(function (id) {
      return option(id, printerName(id));
    }).concat([option('', t('staff.none_show_number_and'))]))),
    settledButton(t('staff.draw'), 'key-main', {'data-help': 'draw', 'data-press': ''}, drawNumber)
  ]);
}

function drawNumber() {
  var chosen = [], ground = byId('help-class') ? byId('help-class').value : '', body;
  each(document.querySelectorAll('[name=help-matter]'), function (box) { if (box.checked) { chosen.push(box.value); } });
  if (!chosen.length) { say('refused', t('staff.choose_a_matter_first'), ''); return; }
  body = {services: chosen, printer: byId('help-printer').value, channel: 'staff'};
  if (ground) { body['class'] = 'priority'; body.class_reason = ground; }
  press(t('staff.draw'), 'tickets', body, showDrawn);
}

function showDrawn(issued) {
  var printed = byId('help-printer').value !== '', wait = waitWords(issued.wait);
  helpShow(helpPlace('draw'), [make('div', {'class': 'help-drawn'}, [
    make('p', {'class': 'help-number', 'data-drawn': issued.number, text: issued.number}),
    make('p', {'class': 'help-matter', text: issued.services.map(hall.serviceName).join(t('shared.comma'))}),
    make('p', {text: t('staff.n_ahead', {n: issued.ahead}) + ' · ' + (wait.known ? t('staff.wait') : '') + wait.text}),
    make('img', {'class': 'help-code', src: '/api/v1/' + ticketPath(issued.ticket, 'qr.svg'), alt: t('staff.qr_code_of_number', {number: issued.number})}),
    make('p', {'class': 'quiet', text: t('staff.scan_it_to_follow')}),
    make('p', {'data-help': 'slip', role: 'status'}),
    settledButton(t('staff.draw_another'), 'key-second', {'data-help': 'another'}, showDraw)
  ])]);
  if (printed) { watchSlip(issued.ticket, helpPlace('draw').querySelector('[data-help=slip]'), SLIP_WATCHES); }
}

/* Says how the slip went, until it is known. */
function watchSlip(ticketId, place, left) {
  setText(place, word('staff.slip', 'pending'));
  ask('GET', '/api/v1/' + ticketPath(ticketId), null, {}, READ_MS, function (answer) {
    if (!document.body.contains(place)) { return; }
    if (answer.status === 200 && answer.body.slip !== 'pending') { setText(place, hasWord('staff.slip.' + answer.body.slip) ? word('staff.slip', answer.body.slip) : ''); return; }
    setText(place, word('staff.slip', left > 0 ? 'pending' : 'unknown'));
    if (left > 0) { setTimeout(function () { if (document.body.contains(place)) { watchSlip(ticketId, place, left - 1); } }, SLIP_WATCH_MS); }
  });
}

/* -- a number that somebody has -------------------------------------------------------------------------------- */

/* `quiet`: what a press said stays readable. */
function findNumber(quiet) {
  var number = byId('help-number').value.replace(/\s/g, '').toUpperCase(), question = help.asked += 1;
  if (!number) { byId('help-number').focus(); return; }
  byId('help-number').value = number;
  ask('GET', '/api/v1/' + ticketPath(number), null, {}, READ_MS, function (answer) {
    if (question !== help.asked || !helpPlace('found')) { return; }
    if (answer.status === 200) { if (!quiet) { say('', ''); } showFound(answer.body); return; }
    helpShow(helpPlace('found'), []);
    if (answer.status) { sayRefused(t('staff.find'), answer); }
    else { say('refused', t('staff.no_answer'), t('staff.try_again_in_a')); }
  });
}

function stateWords(ticket) {
  var words = word('shared.state', ticket.state);
  return ticket.window_label && FOUND_LIVE[ticket.state] && ticket.state !== 'waiting' && ticket.state !== 'missed' ?
    words + ' · ' + windowWords(ticket.window_label) : words;
}

function showFound(ticket) {
  var live = FOUND_LIVE[ticket.state], can = may('help') ? ticket.can : [], actions = [], grounds = groundOptions(), printers = hall.view.printers;
  function again() { findNumber(true); }
  if (can.indexOf('return') >= 0) {
    actions.push(settledButton(t('staff.return_to_the_line'), 'key-good', {'data-help': 'return', 'data-press': ''}, function () {
      press(t('staff.return'), ticketPath(ticket.ticket, 'return'), {}, again);
    }));
  }
  if (live && may('draw')) {
    printers.forEach(function (id) {
      actions.push(settledButton(t('staff.print_again') + (printers.length > 1 ? ' · ' + id : ''), 'key-second', {'data-help': 'slip', 'data-press': '', 'data-printer': id}, function () {
        press(t('staff.print_again'), ticketPath(ticket.ticket, 'slip'), {printer: id}, again);
      }));
    });
  }
  if (may('help') && ticket.state === 'waiting' && ticket['class'] !== 'priority' && grounds.length) {
    actions.push(make('div', {'class': 'help-priority'}, [
      make('select', {id: 'help-ground', 'aria-label': t('staff.ground_of_the_priority')}, grounds),
      settledButton(t('staff.make_priority'), 'key-warn', {'data-help': 'priority', 'data-press': ''}, function () {
        press(t('staff.make_priority'), ticketPath(ticket.ticket, 'priority'), {reason: byId('help-ground').value}, again);
      })
    ]));
  }
  if (can.indexOf('cancel') >= 0) {
    actions.push(settledButton(t('staff.cancel_it'), 'key-plain', {'data-help': 'cancel'}, function () { askCancel(ticket); }));
  }
  helpShow(helpPlace('found'), [
    live ? make('img', {'class': 'help-code help-code-small', src: '/api/v1/' + ticketPath(ticket.ticket, 'qr.svg'),
      alt: t('staff.qr_code_of_number', {number: ticket.number})}) : null,
    make('p', {'class': 'help-number', 'data-found': ticket.number, text: ticket.number}),
    make('p', {'class': 'help-matter', text: ticket.services.map(hall.serviceName).join(t('shared.comma'))}),
    make('p', {'data-help': 'state', text: [stateWords(ticket), word('shared.class', ticket['class']),
      ticket.state === 'waiting' && ticket.ahead !== null ? t('staff.n_ahead', {n: ticket.ahead}) : '',
      ticket.misses ? t('staff.missed_n', {n: ticket.misses}) : ''].filter(Boolean).join(' · ')}),
    live ? make('p', {'data-help': 'slip', role: 'status'}) : null,
    make('div', {'class': 'help-actions'}, actions)
  ]);
  if (live && ticket.slip === 'pending') { watchSlip(ticket.ticket, helpPlace('found').querySelector('[data-help=slip]'), SLIP_WATCHES); }
}

function askCancel(ticket) {
  var yes = settledButton(t('staff.yes_cancel_number', {number: ticket.number}), 'key-main', {'data-help': 'cancel-yes', 'data-press': ''}, function () {
    press(t('staff.cancel'), ticketPath(ticket.ticket, 'cancel'), {}, function () { findNumber(true); });
  });
  helpShow(helpPlace('found').querySelector('.help-actions'), [
    make('p', {text: t('staff.cancel_number_a_new', {number: ticket.number})}),
    settledButton(t('staff.keep_it'), 'key-plain', {'data-help': 'cancel-no'}, function () { showFound(ticket); }), yes
  ]);
  yes.focus();
}

/* Questions before a press: pick a reason, confirm, transfer. One at a time, over everything else. */
'use strict';

/* A second click of a double click must not hit what has just appeared under it. */
var SETTLE_MS = 400;
var dialog = {node: null, back: null, shownAt: 0};

function closeDialog() {
  if (!dialog.node) { return; }
  empty(byId('veil'));
  byId('veil').hidden = true;
  dialog.node = null;
  if (dialog.back && document.body.contains(dialog.back)) { dialog.back.focus(); }
}

function openDialog(title, children, look) {
  closeDialog();
  dialog.back = document.activeElement;
  dialog.shownAt = tick();
  dialog.node = make('div', {'class': look ? 'dialog ' + look : 'dialog', role: 'dialog', 'aria-modal': 'true', 'aria-label': title},
    [make('h2', {text: title})].concat(children));
  byId('veil').appendChild(dialog.node);
  byId('veil').hidden = false;
  (dialog.node.querySelector('[data-first]') || dialog.node.querySelector('button, select')).focus();
}

/* A button of a dialog. */
function settledButton(words, look, attributes, work) {
  var button = make('button', {type: 'button', 'class': 'key ' + look, text: words, on: {click: function () {
    if (tick() - dialog.shownAt >= SETTLE_MS) { work(); }
  }}});
  Object.keys(attributes).forEach(function (name) { button.setAttribute(name, attributes[name]); });
  return button;
}

/* One that ends it. */
function dialogButton(words, look, attributes, work) {
  return settledButton(words, look, attributes, function () {
    closeDialog();
    if (work) { work(); }
  });
}

function cancelButton() { return dialogButton(t('staff.back'), 'key-plain', {'data-dialog': 'back'}); }

/* choices: {code: {zh, en}}; work(code). Digits choose too. */
function askReason(title, choices, work) {
  var codes = Object.keys(choices);
  openDialog(title, [
    make('div', {'class': 'reasons'}, codes.map(function (code, index) {
      var button = dialogButton(named(choices[code]), 'key-choice', {'data-reason': code}, function () { work(code); });
      if (index < 9) { button.insertBefore(make('kbd', {text: String(index + 1)}), button.firstChild); }
      return button;
    })),
    codes.length ? null : make('p', {'class': 'quiet', text: t('staff.this_hall_has_no')}),
    make('div', {'class': 'dialog-end'}, [cancelButton()])
  ]);
}

function askConfirm(title, text, yes, work) {
  openDialog(title, [
    make('p', {text: text}),
    make('div', {'class': 'dialog-end'}, [cancelButton(), dialogButton(yes, 'key-main', {'data-dialog': 'yes'}, work)])
  ]);
  dialog.node.querySelector('[data-dialog=yes]').focus();
}

function option(value, text, chosen) {
  var node = make('option', {value: value, text: text});
  node.selected = Boolean(chosen);
  return node;
}

/* work({service, to_window, keep}) for the ticket at `mine`. */
function askTransfer(mine, work) {
  var service = make('select', {id: 'transfer-service', 'data-first': '', on: {change: showTargets}}, hall.view.services.map(function (s) {
    return option(s.id, named(s.name), s.id === mine.service);
  }));
  var target = make('select', {id: 'transfer-window'});
  /* Only windows that do the chosen matter; the hall refuses the others. */
  function showTargets() {
    var chosen = target.value;
    empty(target);
    [option('', t('staff.any_window_that_does'))].concat(hall.view.windows.filter(function (w) {
      return w.status !== 'closed' && w.id !== mine.id && w.services.indexOf(service.value) >= 0;
    }).map(function (w) {
      return option(w.id, windowWords(w.label) + (w.status === 'paused' ? ' · ' + word('shared.window', 'paused') : ''), w.id === chosen);
    })).forEach(function (node) { target.appendChild(node); });
  }
  showTargets();
  var keep = [
    ['place', 'staff.keep_the_place_in'], ['end', 'staff.go_to_the_end'],
    ['clerk', 'staff.come_back_to_this']
  ].map(function (choice, index) {
    var radio = make('input', {type: 'radio', name: 'transfer-keep', value: choice[0]});
    radio.checked = index === 0;
    return make('label', {'class': 'choice'}, [radio, make('span', {text: t(choice[1])})]);
  });
  function field(label, node) {
    return make('label', {'class': 'field', 'for': node.id}, [make('span', {text: label}), node]);
  }
  openDialog(t('staff.transfer_number', {number: mine.number}), [
    field(t('staff.matter'), service), field(t('staff.to'), target),
    make('fieldset', {'class': 'choices'}, [make('legend', {text: t('staff.place')})].concat(keep)),
    make('div', {'class': 'dialog-end'}, [
      cancelButton(),
      dialogButton(t('staff.transfer'), 'key-main', {'data-dialog': 'yes'}, function () {
        var chosen = keep.filter(function (label) { return label.firstChild.checked; })[0].firstChild.value;
        work({service: service.value === mine.service ? '' : service.value, to_window: chosen === 'clerk' ? '' : target.value, keep: chosen});
      })
    ])
  ]);
}

/* Keys while a dialog is open; true when the dialog took it. */
function dialogKey(event) {
  var stops, at, button;
  if (!dialog.node) { return false; }
  if (event.key === 'Escape' || event.key === 'Esc') { closeDialog(); }
  else if (event.key === 'Tab') {
    stops = dialog.node.querySelectorAll('button:enabled, select:enabled, input:enabled');
    at = Array.prototype.indexOf.call(stops, document.activeElement);
    stops[(at + (event.shiftKey ? stops.length - 1 : 1)) % stops.length].focus();
    event.preventDefault();
  } else if (/^[1-9]$/.test(event.key) && !/SELECT|INPUT/.test(document.activeElement.tagName)) {
    button = dialog.node.querySelectorAll('[data-reason]')[Number(event.key) - 1];
    if (button && !event.repeat) { button.click(); }
  }
  return true;
}

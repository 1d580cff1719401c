/* The left half: who is at my window, and the keys. Shows `hall`, decides nothing. */
'use strict';

var keyNodes = {};

function buildKeys() {
  var box = byId('keys');
  KEYS.forEach(function (key) {
    var parts = {words: make('span', {'class': 'key-words'}), hint: make('small', {'class': 'key-hint'})};
    parts.node = make('button', {type: 'button', 'class': 'key ' + key[3], 'data-key': key[0], disabled: '',
      on: {click: function () { pressKey(key[0]); }}}, [key[1] ? make('kbd', {text: key[1]}) : null, parts.words, parts.hint]);
    keyNodes[key[0]] = parts;
    box.appendChild(parts.node);
  });
}

function showKeys(mine) {
  var free = mayPress(), doubt = hall.doubt();
  KEYS.forEach(function (key) {
    var parts = keyNodes[key[0]], can = key[4](mine), words = t(key[2]), hint = '';
    if ((key[0] === 'call-next' || key[0] === 'pause') && mine.status !== 'open') {
      can = true;
      words = mine.status === 'paused' ? t('staff.open_again') : t('staff.open_window');
    } else if (key[0] === 'call-next') {
      can = can && (mine.waiting > 0 || Boolean(mine.number));
      hint = mine.number ? t('staff.finishes_number_first', {number: mine.number}) :
        mine.waiting ? t('staff.n_waiting', {n: mine.waiting}) : t('staff.nobody_waits');
    } else if (key[0] === 'undo' && mine.can_undo) {
      hint = '“' + word('staff.undo', mine.can_undo) + '”' + (hall.last ? ' ' + hall.last.number : '');
    } else if (key[0] === 'resume' && mine.held.length) {
      hint = numberOf(mine.held[mine.held.length - 1]);
    }
    if (doubt && key[0] === 'call-next') { hint = t('staff.no_connection'); }
    setText(parts.words, words);
    setText(parts.hint, hint);
    setHidden(parts.node, !hasKey(key));
    parts.node.disabled = !(free && can);
    setAttr(parts.node, 'aria-busy', pressing.now ? 'true' : 'false');
  });
  each(document.querySelectorAll('[data-said-key=again]'), function (button) { button.disabled = !free; });
}

function fact(name, value) { return value ? [name, value] : null; }

function factsOf(mine) {
  var ticket = hall.ticket && hall.ticket.ticket === mine.ticket ? hall.ticket : null, passed;
  if (!mine.number) { return []; }
  passed = (hall.view ? new Date(hall.view.as_of) : 0) - new Date(mine.started_at || mine.called_at || hall.view.as_of);
  passed = Math.max(0, passed + tick() - hall.at) / 1000;
  return [
    ticket && fact(t('staff.class'), word('shared.class', ticket.class)),
    ticket && fact(t('staff.waited'), t('shared.minutes', {n: minutesOf((new Date(ticket.called_at) - new Date(ticket.issued_at)) / 1000)})),
    fact(t('staff.called'), t('staff.n', {n: mine.calls})),
    ticket && ticket.misses ? fact(t('staff.missed'), t('staff.n', {n: ticket.misses})) : null,
    fact(mine.state === 'serving' ? t('staff.served_for') : t('staff.called_for'),
      Math.floor(passed / 60) + ':' + two(Math.floor(passed % 60))),
    ticket && ticket.services.length > 1 ? fact(t('staff.then'), ticket.services.slice(1).map(hall.serviceName).join(t('shared.comma'))) : null
  ].filter(Boolean);
}

/* What the large field says: [state for the look, headline, number or words, line below]. */
function currentWords(mine) {
  var stranger = mine.status !== 'closed' && !isMine(mine) && !may('supervise');
  if (stranger) {
    return ['stranger', t('staff.somebody_else_is_logged'), staffWords(mine.staff),
      t('staff.switch_window_or_log')];
  }
  if (mine.number) { return [mine.state, word('shared.state', mine.state) + (mine.coming ? ' · ' + t('staff.coming') : ''), mine.number, hall.serviceName(mine.service)]; }
  if (mine.status === 'paused') {
    return ['paused', word('shared.window', 'paused'), named(hall.view.pause_reasons[mine.reason]) || '—', t('staff.no_calls_during_a')];
  }
  if (mine.status === 'closed') { return ['closed', word('shared.window', 'closed'), '—', '']; }
  return ['idle', t('staff.free'), '—',
    mine.waiting ? t('staff.n_waiting_press_call', {n: mine.waiting}) : t('staff.nobody_is_waiting')];
}

function showCurrent(mine) {
  var words = currentWords(mine), ticket = hall.ticket && hall.ticket.ticket === mine.ticket ? hall.ticket : null, reason = ticket ? ticket.reason : null;
  setAttr(byId('current'), 'data-state', words[0]);
  setText(byId('state'), words[1]);
  setText(byId('number'), words[2]);
  setClass(byId('number'), 'is-words', !mine.number || words[0] === 'stranger');
  setText(byId('matter'), words[3]);
  keyed(byId('facts'), factsOf(mine), function (row) { return row[0]; }, function (row) {
    return make('div', {}, [make('dt', {text: row[0]}), make('dd')]);
  }, function (node, row) { setText(node.lastChild, row[1]); });
  showUnheard(mine);
  showBrings(byId('brings'), bringsOf(mine.ticket, ticket ? ticket.prepared : undefined), mine.ticket, ticket ? ticket.services : []);
  setText(byId('reason'), reason && mine.number ? t('staff.why') + named(reason) : '');
  setHidden(byId('held'), mine.held.length === 0);
  keyed(byId('held'), mine.held.map(function (id) { return {id: id}; }), function (row) { return row.id; }, function (row) {
    return make('button', {type: 'button', 'class': 'held-one', 'data-held': row.id, on: {click: function () { resumeTicket(row.id); }}});
  }, function (node, row) {
    setText(node, t('staff.on_hold_number_resume', {number: numberOf(row.id)}));
    node.disabled = !mayPress() || Boolean(mine.number) || mine.status !== 'open';
  });
  document.title = (mine.number ? mine.number + ' ' + word('shared.state', mine.state) : words[1]) + ' · ' + windowWords(mine.label);
}

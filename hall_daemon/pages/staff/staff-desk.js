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
    var parts = keyNodes[key[0]], may = key[4](mine), words = t(key[2]), hint = '';
    if ((key[0] === 'call-next' || key[0] === 'pause') && mine.status !== 'open') {
      may = true;
      words = mine.status === 'paused' ? t(['恢复服务', 'Open again']) : t(['开放窗口', 'Open window']);
    } else if (key[0] === 'call-next') {
      may = may && (mine.waiting > 0 || Boolean(mine.number));
      hint = mine.number ? t(['{number} 先办结', 'finishes {number} first'], {number: mine.number}) :
        mine.waiting ? t(['等候 {n} 人', '{n} waiting'], {n: mine.waiting}) : t(['暂无人等候', 'nobody waits']);
    } else if (key[0] === 'undo' && mine.can_undo) {
      hint = '“' + word(UNDO, mine.can_undo) + '”' + (hall.last ? ' ' + hall.last.number : '');
    } else if (key[0] === 'resume' && mine.held.length) {
      hint = numberOf(mine.held[mine.held.length - 1]);
    }
    if (doubt && key[0] === 'call-next') { hint = t(['连接中断', 'No connection']); }
    setText(parts.words, words);
    setText(parts.hint, hint);
    parts.node.disabled = !(free && may);
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
    ticket && fact(t(['类别', 'Class']), word(CLASSES, ticket.class)),
    ticket && fact(t(['等候', 'Waited']), t(['{n} 分钟', '{n} min'], {n: minutesOf((new Date(ticket.called_at) - new Date(ticket.issued_at)) / 1000)})),
    fact(t(['呼叫', 'Called']), t(['{n} 次', '{n}×'], {n: mine.calls})),
    ticket && ticket.misses ? fact(t(['过号', 'Missed']), t(['{n} 次', '{n}×'], {n: ticket.misses})) : null,
    fact(mine.state === 'serving' ? t(['已办理', 'Served for']) : t(['已叫', 'Called for']),
      Math.floor(passed / 60) + ':' + two(Math.floor(passed % 60))),
    ticket && ticket.services.length > 1 ? fact(t(['还有事项', 'Then']), ticket.services.slice(1).map(hall.serviceName).join('、')) : null
  ].filter(Boolean);
}

/* What the large field says: [state for the look, headline, number or words, line below]. */
function currentWords(mine) {
  var stranger = mine.status !== 'closed' && mine.staff !== session.staff;
  if (stranger) {
    return ['stranger', t(['此窗口已由他人登录', 'Somebody else is logged in here']), staffWords(mine.staff),
      t(['请切换窗口，或重新登录接管。', 'Switch window, or log in again to take over.'])];
  }
  if (mine.number) { return [mine.state, word(STATES, mine.state), mine.number, hall.serviceName(mine.service)]; }
  if (mine.status === 'paused') {
    return ['paused', word(STATUSES, 'paused'), named(hall.view.pause_reasons[mine.reason]) || '—', t(['暂停期间不叫号', 'No calls during a pause'])];
  }
  if (mine.status === 'closed') { return ['closed', word(STATUSES, 'closed'), '—', '']; }
  return ['idle', t(['空闲', 'Free']), '—',
    mine.waiting ? t(['等候 {n} 人，请按“下一位”', '{n} waiting: press Call next'], {n: mine.waiting}) : t(['暂无人等候', 'Nobody is waiting'])];
}

function showCurrent(mine) {
  var words = currentWords(mine), reason = hall.ticket && hall.ticket.ticket === mine.ticket ? hall.ticket.reason : null;
  setAttr(byId('current'), 'data-state', words[0]);
  setText(byId('state'), words[1]);
  setText(byId('number'), words[2]);
  setClass(byId('number'), 'is-words', !mine.number || words[0] === 'stranger');
  setText(byId('matter'), words[3]);
  keyed(byId('facts'), factsOf(mine), function (row) { return row[0]; }, function (row) {
    return make('div', {}, [make('dt', {text: row[0]}), make('dd')]);
  }, function (node, row) { setText(node.lastChild, row[1]); });
  showUnheard(mine);
  setText(byId('reason'), reason && mine.number ? t(['叫号依据：', 'Why: ']) + named(reason) : '');
  setHidden(byId('held'), mine.held.length === 0);
  keyed(byId('held'), mine.held.map(function (id) { return {id: id}; }), function (row) { return row.id; }, function (row) {
    return make('button', {type: 'button', 'class': 'held-one', 'data-held': row.id, on: {click: function () { resumeTicket(row.id); }}});
  }, function (node, row) {
    setText(node, t(['挂起 {number} · 恢复', 'On hold {number} · resume'], {number: numberOf(row.id)}));
    node.disabled = !mayPress() || Boolean(mine.number) || mine.status !== 'open';
  });
  document.title = (mine.number ? mine.number + ' ' + word(STATES, mine.state) : words[1]) + ' · ' + windowWords(mine.label);
}

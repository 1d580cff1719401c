/* The right half: whom my window would call, in the hall's order, and who was missed. */
'use strict';

function buildRow(person) {
  var end = make('span', {'class': 'row-end'});
  if (person.state === 'missed') {
    end.appendChild(make('button', {type: 'button', 'class': 'small-key', 'data-return': person.number,
      on: {click: function () { if (mayPress()) { returnTicket(person.ticket); } }}}));
  }
  end.appendChild(make('button', {type: 'button', 'class': 'small-key', 'data-call': person.number,
    on: {click: function () { if (mayPress()) { callTicket(person.ticket); } }}}));
  return make('li', {'class': 'row', 'data-number': person.number}, [
    make('b', {'class': 'row-number', text: person.number}),
    make('span', {'class': 'row-main'}, [make('span', {'class': 'row-matter'}), make('span', {'class': 'row-note'})]),
    make('span', {'class': 'badge'}), make('span', {'class': 'row-waited'}), end
  ]);
}

/* Whoever is at my window stands in the line too when one more matter of theirs is done here. */
function goesOn(person) { return person.state === 'called' || person.state === 'serving'; }

function noteOf(person) {
  if (goesOn(person)) { return t(['办结后继续办理此事项', 'Goes on with this matter when done']); }
  if (person.state === 'missed') { return t(['过号 {n} 次', 'Missed {n}×'], {n: person.misses}); }
  if (person.blocked) { return word(BLOCKED, person.blocked); }
  return person.only_window ? t(['回到本窗口', 'Comes back to you']) : '';
}

function updateRow(mine) {
  return function (node, person) {
    var parts = node.childNodes, buttons = node.querySelectorAll('button'), there = goesOn(person);
    setText(parts[1].firstChild, hall.serviceName(person.service));
    setText(parts[1].lastChild, noteOf(person));
    setAttr(parts[2], 'data-class', person.class);
    setText(parts[2], word(CLASSES, person.class));
    setText(parts[3], t(['{n} 分', '{n} min'], {n: minutesOf(person.waited_s)}));
    setClass(node, 'is-blocked', person.blocked);
    each(buttons, function (button) {
      var back = button.hasAttribute('data-return');
      setText(button, back ? t(['返回', 'Return']) : t(['叫此号', 'Call']));
      setAttr(button, 'aria-label', (back ? t(['返回', 'Return']) : t(['叫此号', 'Call'])) + ' ' + person.number);
      button.disabled = !mayPress() || (!back && (mine.status !== 'open' || there));
    });
  };
}

function showPeople(mine, which, rows, all, emptyWords) {
  var none = byId(which + '-empty'), more = all - rows.filter(function (person) { return !goesOn(person); }).length;
  keyed(byId(which), rows, function (person) { return person.ticket + person.state; }, buildRow, updateRow(mine));
  setHidden(none, rows.length > 0 && more === 0);
  setText(none, more > 0 ? t(['还有 {n} 人', '{n} more'], {n: more}) : emptyWords);
}

function showLine(mine) {
  showPeople(mine, 'line', hall.line.line, hall.line.waiting, t(['暂无人等候', 'Nobody is waiting']));
  showPeople(mine, 'missed', hall.line.missed, hall.line.missing, t(['没有过号', 'Nobody was missed']));
  /* Of the same answer as the rows, so that they agree. */
  setText(byId('waiting-count'), t(['{n} 人', '{n}'], {n: hall.line.waiting}));
  setText(byId('missed-count'), t(['{n} 人', '{n}'], {n: hall.line.missing}));
}

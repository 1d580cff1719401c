/* The right half: who waits for my window, and who was missed. */
'use strict';

var MOST_ROWS = 80;

/* My queues' people, each queue in its order of call, the longest waiting head first. */
function mergeLines(mine, lines) {
  var heads = lines.map(function () { return 0; }), merged = [], best;
  function better(a, b) {
    return (a.only_window === mine.id) !== (b.only_window === mine.id) ? a.only_window === mine.id : a.waited_s > b.waited_s;
  }
  do {
    best = -1;
    lines.forEach(function (line, index) {
      var head = line[heads[index]];
      if (head && (best < 0 || better(head, lines[best][heads[best]]))) { best = index; }
    });
    if (best >= 0) { merged.push(lines[best][heads[best]]); heads[best] += 1; }
  } while (best >= 0);
  return merged;
}

function peopleOf(mine, which) {
  return mergeLines(mine, Object.keys(hall.queues).map(function (id) {
    return hall.queues[id][which].filter(function (person) { return mine.services.indexOf(person.service) >= 0; });
  }));
}

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

function noteOf(mine, person) {
  if (person.only_window) {
    return person.only_window === mine.id ? t(['回到本窗口', 'Comes back to you']) : t(['只由{window}办理', 'Only {window}'], {window: hall.label(person.only_window)});
  }
  if (person.blocked) { return word(BLOCKED, person.blocked); }
  return person.misses && person.state === 'missed' ? t(['过号 {n} 次', 'Missed {n}×'], {n: person.misses}) : '';
}

function updateRow(mine) {
  return function (node, person) {
    var parts = node.childNodes, buttons = node.querySelectorAll('button'), elsewhere = person.only_window && person.only_window !== mine.id;
    setText(parts[1].firstChild, hall.serviceName(person.service));
    setText(parts[1].lastChild, noteOf(mine, person));
    setAttr(parts[2], 'data-class', person.class);
    setText(parts[2], word(CLASSES, person.class));
    setText(parts[3], t(['{n} 分', '{n} min'], {n: minutesOf(person.waited_s)}));
    setClass(node, 'is-blocked', person.blocked || elsewhere);
    each(buttons, function (button) {
      var back = button.hasAttribute('data-return');
      setText(button, back ? t(['返回', 'Return']) : t(['叫此号', 'Call']));
      setAttr(button, 'aria-label', (back ? t(['返回', 'Return']) : t(['叫此号', 'Call'])) + ' ' + person.number);
      button.disabled = !mayPress() || (!back && (mine.status !== 'open' || elsewhere));
    });
  };
}

function showPeople(mine, which, emptyWords) {
  var people = peopleOf(mine, which), shown = people.slice(0, MOST_ROWS), none = byId(which + '-empty');
  keyed(byId(which), shown, function (person) { return person.ticket + person.state; }, buildRow, updateRow(mine));
  setHidden(none, people.length > 0 && people.length <= MOST_ROWS);
  setText(none, people.length ? t(['还有 {n} 人', '{n} more'], {n: people.length - MOST_ROWS}) : emptyWords);
  return people;
}

function showLine(mine) {
  var waiting = showPeople(mine, 'line', t(['暂无人等候', 'Nobody is waiting']));
  var missed = showPeople(mine, 'missed', t(['没有过号', 'Nobody was missed']));
  var elsewhere = waiting.filter(function (p) { return p.only_window && p.only_window !== mine.id; }).length;
  setText(byId('waiting-count'), t(['{n} 人', '{n}'], {n: mine.waiting}));
  setText(byId('missed-count'), t(['{n} 人', '{n}'], {n: missed.length}));
  setText(byId('elsewhere-count'), elsewhere ? t(['另有 {n} 人由其他窗口办理', '{n} more for other windows'], {n: elsewhere}) : '');
}

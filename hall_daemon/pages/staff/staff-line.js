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
  if (goesOn(person)) { return t('staff.goes_on_with_this'); }
  if (person.state === 'missed') { return t('staff.missed_n_2', {n: person.misses}) + (person.coming ? ' · ' + t('staff.coming') : ''); }
  if (person.blocked) { return word('staff.blocked', person.blocked); }
  return person.only_window ? t('staff.comes_back_to_you') : person.prepared ? '✓ ' + t('staff.prepared') : '';
}

function updateRow(mine) {
  return function (node, person) {
    var parts = node.childNodes, buttons = node.querySelectorAll('button'), there = goesOn(person);
    setText(parts[1].firstChild, hall.serviceName(person.service));
    setText(parts[1].lastChild, noteOf(person));
    setAttr(parts[2], 'data-class', person.class);
    setText(parts[2], word('shared.class', person.class));
    setText(parts[3], t('staff.min', {n: minutesOf(person.waited_s)}));
    setClass(node, 'is-blocked', person.blocked);
    each(buttons, function (button) {
      var back = button.hasAttribute('data-return');
      setText(button, back ? t('staff.return') : t('staff.call_2'));
      setAttr(button, 'aria-label', (back ? t('staff.return') : t('staff.call_2')) + ' ' + person.number);
      setHidden(button, !may(back ? 'help' : 'pick'));
      button.disabled = !mayPress() || (!back && (mine.status !== 'open' || there));
    });
  };
}

function showPeople(mine, which, rows, all, emptyWords) {
  var none = byId(which + '-empty'), more = all - rows.filter(function (person) { return !goesOn(person); }).length;
  keyed(byId(which), rows, function (person) { return person.ticket + person.state; }, buildRow, updateRow(mine));
  setHidden(none, rows.length > 0 && more === 0);
  setText(none, more > 0 ? t('staff.n_more_2', {n: more}) : emptyWords);
}

/* Whom the next press calls, and what comes with them. */
function showNext(mine) {
  var next = hall.line.line[0] && !hall.line.line[0].blocked ? hall.line.line[0] : null;
  setHidden(byId('next'), !next);
  keepBrings([mine.ticket || '', next ? next.ticket : '']);
  if (!next) { return; }
  setText(byId('next-number'), next.number);
  setText(byId('next-matter'), hall.serviceName(next.service));
  keyed(byId('next-tags'), tagsOf(next), function (tag) { return tag[0]; }, function (tag) { return make('b', {'class': 'tag', 'data-look': tag[0]}); },
    function (node, tag) { setText(node, tag[1]); });
  setText(byId('next-waited'), t('staff.waited') + ' ' + t('staff.min', {n: minutesOf(next.waited_s)}));
  showBrings(byId('next-brings'), next.prepared ? bringsOf(next.ticket, true) : null, '');
}

function tagsOf(person) {
  return [
    goesOn(person) ? ['', t('staff.goes_on_with_this')] : null,
    person.prepared ? ['good', t('staff.prepared')] : null,
    person.class !== 'ordinary' ? ['now', word('shared.class', person.class)] : null,
    person.misses || person.only_window ? ['warn', person.misses ? t('staff.missed_n_2', {n: person.misses}) : t('staff.comes_back_to_you')] : null
  ].filter(Boolean);
}

function showLine(mine) {
  showNext(mine);
  showPeople(mine, 'line', hall.line.line, hall.line.waiting, t('staff.nobody_is_waiting'));
  showPeople(mine, 'missed', hall.line.missed, hall.line.missing, t('staff.nobody_was_missed'));
  /* Of the same answer as the rows, so that they agree. */
  setText(byId('waiting-count'), t('shared.people', {n: hall.line.waiting}));
  setText(byId('missed-count'), t('shared.people', {n: hall.line.missing}));
}

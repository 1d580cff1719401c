/* Where my window is: the hall's own plan of its floor, drawn small, and how one gets there. Asked for once. */
'use strict';

var floorSource = new Source('/api/v1/floor', function (source) { return source.body ? null : FAR_MS; });

/* My window, or while I wait the open ones that do my matter. */
function mineOf(ticket) {
  if (ticket.window) { return [ticket.window]; }
  return ticket.state !== 'waiting' || !hallSource.body ? [] : hallSource.body.windows.filter(function (w) {
    return w.status === 'open' && w.services.indexOf(ticket.services[0]) >= 0;
  }).map(function (w) { return w.id; });
}

function wayWords(ticket) {
  var place = floorSource.body && ticket.state !== 'waiting' && ticket.window ? floorSource.body.places[ticket.window] : null;
  return place ? named(place) : '';
}

function showFloor(ticket) {
  var box = byId('floor'), mine = mineOf(ticket), rows = floorSource.body ? floorSource.body.rows : [];
  var there = rows.some(function (row) { return row.some(function (cell) { return mine.indexOf(cell.window) >= 0; }); });
  setHidden(box, !there || ['waiting', 'called', 'held'].indexOf(ticket.state) < 0);
  if (box.hidden) { return; }
  setAttr(box, 'aria-label', t('phone.floor') + t('phone.colon') + (wayWords(ticket) || byId('where-words').textContent));
  keyed(box, rows.map(function (row, at) { return {id: at, cells: row}; }), function (row) { return row.id; }, function (row) {
    return make('div', {'class': 'floor-row'}, row.cells.map(function (cell) {
      var node = make('span', {'class': cell.window ? 'is-window' : cell.name ? 'is-mark' : ''});
      node.style.flexGrow = cell.wide;
      return node;
    }));
  }, function (node, row) {
    row.cells.forEach(function (cell, at) {
      var here = mine.indexOf(cell.window) >= 0;
      setClass(node.children[at], 'is-here', here);
      setText(node.children[at], cell.window ? (here ? '▲ ' : '') + cell.label : cell.name ? named(cell.name) : '');
    });
  });
}

/* The big screen's window: who is called where. */

function PanelView(device) {
  var rows = this.rows = {};
  this.node = make('div', {'class': 'panel-glass'}, device.screens.map(function (screen) {
    rows[screen.id] = {
      number: make('b', {'data-screen': screen.id}), age: make('span', {'class': 'strip-age'}),
      node: make('p', {'class': 'panel-row'})
    };
    var row = rows[screen.id];
    [row.number, make('i', {'aria-hidden': 'true', text: '→'}), make('span', {text: screen.label}), row.age].forEach(function (part) {
      row.node.appendChild(part);
    });
    return row.node;
  }));
}

PanelView.prototype.update = function (device, state) {
  var rows = this.rows;
  setClass(this.node, 'is-unplugged', !device.plugged);
  device.screens.forEach(function (screen) {
    var text = device.plugged && screen.text ? screen.text : '', row = rows[screen.id];
    setText(row.number, device.plugged ? text || '—' : '已拔线 Unplugged');
    setAttr(row.number, 'data-text', text);
    setClass(row.node, 'is-called', Boolean(text));
    setText(row.age, text ? clockTime(state.epoch_s + screen.at_s - state.now_s) : '');
  });
};

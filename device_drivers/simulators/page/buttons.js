/* Ticket machines: a button for each matter, what the hall answered. */

function ButtonsView(device) {
  var view = this;
  this.device = device.id;
  this.words = make('b', {'data-answers': device.id});
  this.node = make('div', {'class': 'reader'}, [
    make('p', {'class': 'reader-glass', role: 'status'}, [this.words]),
    make('div', {'class': 'reader-keys'}, device.keys.map(function (key) {
      return make('button', {type: 'button', 'class': 'key key-call', 'data-key': key, text: key, on: {click: function () {
        send('POST', '/api/devices/' + view.device + '/press', {pad: device.pads[0].id, key: key}, function () { return null; });
      }}});
    }))
  ]);
}

ButtonsView.prototype.update = function (device) {
  var pad = device.pads[0];
  setText(this.words, !device.plugged ? '已拔线 Unplugged' :
    pad.ticket || '按键 ' + pad.presses + ' · 应答 ' + pad.acks + ' presses, answers');
  setClass(this.node, 'is-unplugged', !device.plugged);
};

/* Devices that speak: what each zone says, and what it said before. */

function VoicesView(device) {
  var lists = this.lists = {};
  this.node = make('div', {'class': 'strips'}, device.zones.map(function (zone) {
    lists[zone.id] = make('ol', {'class': 'voice-said', 'data-zone': zone.id});
    return make('figure', {'class': 'strip'}, [
      make('figcaption', {}, [make('b', {text: zone.label})]), lists[zone.id]]);
  }));
}
VoicesView.prototype.update = function (device, state) {
  var lists = this.lists;
  device.zones.forEach(function (zone) {
    var list = lists[zone.id], last = zone.said.slice(-5).reverse();
    var key = last.map(function (one) { return one.at_s; }).join('/') + '/' + zone.until_s;
    if (list.key === key) { return; }
    list.key = key;
    list.textContent = '';
    last.forEach(function (one, at) {
      var now = at === 0 && zone.until_s !== null;
      list.appendChild(make('li', {'class': now ? 'voice-now' : '',
        text: clockTime(state.epoch_s + one.at_s - state.now_s) + ' ' + one.text}));
    });
  });
};

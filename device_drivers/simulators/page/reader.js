/* Readers of cards, codes and papers: what lies there, samples to lay down, a field for a code. */

function ReaderView(device) {
  var view = this;
  this.device = device.id;
  this.lamp = make('span', {'class': 'reader-lamp', 'aria-hidden': 'true'});
  this.words = make('b', {'data-present': device.id});
  this.samples = device.samples.map(function (sample) {
    return make('button', {type: 'button', 'class': 'key key-second', 'data-sample': sample.id,
      on: {click: function () { view.present(sample.id); }}}, both([sample.zh, sample.en]));
  });
  this.away = make('button', {type: 'button', 'class': 'key', 'data-sample': '',
    on: {click: function () { view.present(''); }}}, both(['拿走', 'Take away']));
  this.code = make('input', {type: 'text', 'class': 'reader-code', maxlength: '2000', 'aria-label': '条码内容 Code',
    placeholder: '条码内容 Code', 'data-code': device.id});
  this.form = make('form', {'class': 'reader-form', on: {submit: function (event) {
    event.preventDefault();
    if (view.code.value) { view.present(view.code.value); }
  }}}, [this.code, make('button', {type: 'submit', 'class': 'key key-call'}, both(['扫码', 'Scan']))]);
  this.form.hidden = device.reads !== 'code';
  this.node = make('div', {'class': 'reader'}, [
    make('p', {'class': 'reader-glass', role: 'status'}, [this.lamp, this.words]),
    make('div', {'class': 'reader-keys'}, this.samples.concat(device.reads === 'code' ? [] : [this.away])),
    this.form
  ]);
}

ReaderView.prototype.present = function (what) {
  send('POST', '/api/devices/' + this.device + '/present', {what: what}, function () { return null; });
};

ReaderView.prototype.update = function (device) {
  var shown = device.samples.filter(function (sample) { return sample.id === device.present; })[0];
  var words = shown ? shown.zh + ' ' + shown.en : device.present || '空 Nothing here';
  setText(this.words, device.plugged ? words : '已拔线 Unplugged');
  setClass(this.lamp, 'on', device.plugged && device.lit);
  setClass(this.node, 'is-unplugged', !device.plugged);
};

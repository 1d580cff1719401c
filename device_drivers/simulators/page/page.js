/* The page: follows the stream of states, builds a panel per device, says when the data is late. */

/* How a kind is drawn: it says so itself (`view`). */
var VIEWS = {strips: StripsView, pads: PadsView, printer: PrinterView, voices: VoicesView, reader: ReaderView, buttons: ButtonsView, panel: PanelView};
/* A sign of life comes every two seconds. */
var LATE_MS = 5000, RECONNECT_MS = 2000;
var FOR = [['一直 for good', null], ['5 s', 5], ['10 s', 10], ['30 s', 30]];

function Panel(device) {
  var panel = this;
  this.id = device.id;
  this.view = new VIEWS[device.view](device);
  this.cure = {}; /* which word ends a fault; the others end by asking for them to be cleared */
  this.isCure = {};
  device.can.forEach(function (fault) {
    fault.cures.forEach(function (cured) { panel.cure[cured] = fault.fault; panel.isCure[fault.fault] = true; });
  });
  this.plug = make('button', {type: 'button', 'class': 'plug', 'data-plug': device.id,
    on: {click: function () { panel.fault(panel.plugged ? 'unplug' : 'plug'); }}});
  this.span = make('select', {'aria-label': '故障持续多久 How long a fault holds'}, FOR.map(function (choice, index) {
    return make('option', {value: index, text: choice[0]});
  }));
  this.buttons = {};
  this.port = make('span', {'class': 'port'});
  this.counters = make('dl', {'class': 'counters'});
  this.counts = {};
  var rows = [['device', '机器 Device'], ['line', '线路 Line']].map(function (group) {
    return [group[1], device.can.filter(function (fault) { return fault.button && fault.group === group[0]; })];
  }).filter(function (row) { return row[1].length; }).map(function (row) { return panel.faultRow(row[0], row[1]); });
  this.node = make('section', {'class': 'panel panel-' + device.view, 'data-device': device.id}, [
    make('header', {'class': 'panel-head'}, [
      make('h2', {}, both([device.words.zh, device.words.en])), make('code', {text: device.id}), this.port, this.plug
    ]),
    this.view.node,
    make('div', {'class': 'faults'}, rows.concat([make('div', {'class': 'fault-row'}, [
      make('span', {'class': 'fault-title', text: '持续 For'}), this.span,
      make('button', {type: 'button', 'class': 'fault clear', 'data-clear': device.id,
        on: {click: function () { send('DELETE', '/api/devices/' + panel.id + '/fault', null); }}}, both(['全部清除', 'clear all']))
    ])])),
    this.counters
  ]);
}

Panel.prototype.faultRow = function (title, faults) {
  var panel = this;
  return make('div', {'class': 'fault-row'}, [make('span', {'class': 'fault-title', text: title})].concat(faults.map(function (fault) {
    var name = fault.fault, button = make('button', {type: 'button', 'class': 'fault', 'data-fault': name, 'aria-pressed': 'false',
      on: {click: function () { panel.toggle(name); }}});
    both([fault.zh, fault.en]).forEach(function (part) { button.appendChild(part); });
    panel.buttons[name] = button;
    return button;
  })));
};

Panel.prototype.toggle = function (name) {
  var holds = this.buttons[name].getAttribute('aria-pressed') === 'true';
  if (!holds) { this.fault(name); }
  else if (this.cure[name]) { this.fault(this.cure[name]); }
  else { send('DELETE', '/api/devices/' + this.id + '/fault?fault=' + name, null); }
};

Panel.prototype.fault = function (name) {
  var seconds = FOR[Number(this.span.value)][1];
  if (this.isCure[name]) { seconds = null; }
  send('POST', '/api/devices/' + this.id + '/fault', {fault: name, for_s: seconds});
};

Panel.prototype.update = function (device, state) {
  var holding = {}, panel = this;
  this.plugged = device.plugged;
  device.faults.forEach(function (entry) { holding[entry.fault] = entry; });
  Object.keys(this.buttons).forEach(function (name) {
    setAttr(panel.buttons[name], 'aria-pressed', holding[name] ? 'true' : 'false');
    setAttr(panel.buttons[name], 'title', holding[name] ? '再按一次结束 press again to end' + endOf(holding[name], state) : '');
  });
  setText(this.plug, device.plugged ? '拔线 Unplug' : '插上 Plug in');
  setClass(this.plug, 'is-out', !device.plugged);
  setText(this.port, device.plugged ? (device.opened ? '● 已打开 open' : '○ 没有程序打开 not open') : '✕ 已拔线 unplugged');
  setAttr(this.port, 'class', 'port ' + (device.plugged ? (device.opened ? 'good' : 'wait') : 'bad'));
  setAttr(this.port, 'title', device.port);
  setClass(this.node, 'is-unplugged', !device.plugged);
  setClass(this.node, 'is-silent', Boolean(holding.silence));
  Object.keys(device.counters).forEach(function (name) { panel.count(name, device.counters[name]); });
  this.view.update(device, state);
};

/* When a fault ends by itself, as the clock shows it. */
function endOf(entry, state) {
  return entry.left_s === null ? '' : ' · ' + clockTime(state.epoch_s + entry.left_s) + ' 自动结束 ends by itself';
}

Panel.prototype.count = function (name, value) {
  if (!this.counts[name]) {
    this.counts[name] = make('dd', {'data-counter': name});
    this.counters.appendChild(make('div', {}, [make('dt', {}, both(words('counter', name))), this.counts[name]]));
  }
  setText(this.counts[name], String(value));
};

var page = {panels: {}, boot: null, seenAt: 0, live: false, logged: 0};

function showState(state) {
  var bench = document.getElementById('bench');
  clockZone(state.timezone);
  if (page.boot !== state.boot) { /* another bench answers now: begin anew */
    page.boot = state.boot;
    page.panels = {};
    page.logged = 0;
    empty(bench);
    empty(document.getElementById('log'));
    document.title = state.title;
    setText(document.getElementById('title'), state.title);
    showLinks(state.links);
    state.devices.forEach(function (device) {
      page.panels[device.id] = new Panel(device);
      bench.appendChild(page.panels[device.id].node);
    });
  }
  state.devices.forEach(function (device) { page.panels[device.id].update(device, state); });
  showLog(state);
}

function showLinks(links) {
  var bar = document.getElementById('links');
  empty(bar);
  links.concat(linksOfAddress()).forEach(function (link) { bar.appendChild(make('a', {href: link.href, text: link.label})); });
}

/* ?link=窗口工作台|http://… may be given several times. */
function linksOfAddress() {
  return location.search.slice(1).split('&').map(function (part) {
    var text = '', cut;
    try { text = decodeURIComponent(part.replace(/^link=/, '').replace(/\+/g, ' ')); } catch (error) { return null; }
    cut = text.indexOf('|');
    return /^link=/.test(part) && cut > 0 && /^(https?:\/\/|\/)/.test(text.slice(cut + 1)) ?
      {label: text.slice(0, cut).slice(0, 40), href: text.slice(cut + 1)} : null;
  }).filter(Boolean).slice(0, 16);
}

function showLog(state) {
  var table = document.getElementById('log');
  state.log.forEach(function (entry) {
    if (entry.n <= page.logged) { return; }
    page.logged = entry.n;
    table.insertBefore(make('tr', {'class': 'log-' + entry.event}, [
      make('td', {text: clockTime(state.epoch_s + entry.at_s - state.now_s)}), make('td', {text: entry.device}),
      make('td', {}, both(words('event', entry.event))), make('td', {text: entry.detail})
    ]), table.firstChild);
  });
  while (table.childNodes.length > 60) { table.removeChild(table.lastChild); }
}

function alive() { page.seenAt = Date.now(); page.live = true; showLife(); }

function showLife() {
  var late = document.getElementById('late'), life = document.getElementById('life');
  var age = Math.round((Date.now() - page.seenAt) / 1000), isLate = !page.live || Date.now() - page.seenAt > LATE_MS;
  setClass(document.body, 'is-late', Boolean(page.seenAt) && isLate);
  if (!page.seenAt) { return; }
  late.hidden = !isLate;
  setText(late, isLate ? '数据延迟：模拟器已 ' + age + ' 秒没有消息，下面是旧的画面。Data delayed: no word for ' + age + ' s, what you see is old.' : '');
  setText(life, isLate ? '数据延迟 Delayed' : '实时 Live');
  setAttr(life, 'class', 'life ' + (isLate ? 'life-late' : 'life-live'));
}

function follow() {
  var source = new EventSource('/api/devices/events');
  source.addEventListener('state', function (event) { showState(JSON.parse(event.data)); alive(); });
  source.addEventListener('beat', alive);
  source.onerror = function () { /* some browsers give up for good after a refusal: begin again ourselves */
    page.live = false;
    showLife();
    source.close();
    setTimeout(follow, RECONNECT_MS);
  };
}

setInterval(showLife, 500);
follow();

/* What is out: one line each, above everything else; and whether my call reached anybody. Shows `hall`, decides nothing.
   The words of a device come with it (hall_daemon.wire.device_words); those of the hall's own parts stand here. */
'use strict';

/* Parts of the daemon as /healthz names them: what is out, what it means, what to do. */
var PARTS = {
  storage: [['存储空间不足', 'Storage is nearly full'], ['已停止取号，叫号照常', 'No numbers are given; calls go on'], ['请联系维护人员', 'Tell whoever maintains the hall']],
  journal: [['账本有损坏', 'The journal is damaged'], ['叫号照常，过去的记录不完整', 'Calls go on; the past is not whole'], ['请立即联系维护人员', 'Tell whoever maintains the hall at once']],
  clock: [['主机日期不可信', 'The machine\'s date is not believed'], ['大厅按原来的时间继续', 'The hall goes on by the time it had'], ['请校正主机时钟；日期无误时由维护人员确认（hall day --confirm）', 'Have its clock set right, or its date confirmed (hall day --confirm)']],
  core: [['大厅系统故障', 'The hall has failed'], ['操作可能不被受理', 'Presses may not be taken'], ['请联系维护人员', 'Tell whoever maintains the hall']],
  follower: [['画面落后', 'Screens lag behind'], ['显示可能不是最新', 'What is shown may be old'], ['请稍候', 'Wait a moment']],
  broker: [['手机推送中断', 'Messages to phones are down'], ['手机页面更新较慢', 'Phones are told later'], ['叫号不受影响', 'Calls go on']],
  mqtt: [['手机推送中断', 'Messages to phones are down'], ['手机页面更新较慢', 'Phones are told later'], ['叫号不受影响', 'Calls go on']],
  forecaster: [['等候预测中断', 'The forecast of waits is down'], ['暂不显示预计时间', 'No waits are shown'], ['叫号不受影响', 'Calls go on']],
  foresight: [['客流预报中断', 'The forecast of days is down'], ['预报和统计暂不可用', 'No forecasts and figures of days'], ['叫号不受影响', 'Calls go on']],
  promises: [['准确度记录中断', 'The record of kept promises is down'], ['准确度暂不更新', 'Its figures stand still'], ['叫号不受影响', 'Calls go on']]
};
var OTHER_PART = [['大厅系统有一处异常', 'A part of the hall is down'], ['叫号照常', 'Calls go on'], ['请联系维护人员', 'Tell whoever maintains the hall']];
/* Not worth a clerk's look: it passes by itself. */
var PASSING = {starting: true};
/* What stands in the way of everything else is said first; more lines than these would push the number away. */
function mostFaults() { return window.innerHeight < 760 ? 2 : 3; }

function isWell(device) { return device.code === '' || PASSING[device.code] === true; }
function concerns(mine, device) { return device.windows.length === 0 || device.windows.indexOf(mine.id) >= 0; }

function sinceWords(seconds) {
  return seconds < 60 ? t(['刚刚', 'just now']) : t(['已 {age}', 'for {age}'], {age: ageWords(seconds)});
}

/* [{id, look, what, means, action, told}], the gravest first, each thing once. */
function faultsOf(mine) {
  var found = hall.view.devices.filter(function (d) { return d.trouble && !isWell(d) && concerns(mine, d); }).map(function (device) {
    return {
      id: device.id, look: device.trouble.urgent ? 'bad' : 'warn',
      what: named(device.name) + (language.now === 'en' ? ': ' : '') + named(device.trouble.what),
      means: named(device.trouble.means), action: named(device.trouble.action), told: sinceWords(device.trouble.since_s)
    };
  });
  Object.keys(hall.health ? hall.health.checks : {}).forEach(function (name) {
    var words = PARTS[name] || OTHER_PART;
    /* Devices are in the picture itself. */
    if (hall.health.checks[name] === 'ok' || /^device:/.test(name)) { return; }
    found.push({id: name, look: name === 'core' || name === 'storage' ? 'bad' : 'warn', what: t(words[0]), means: t(words[1]), action: t(words[2]), told: ''});
  });
  return found.sort(function (a, b) { return (a.look === 'bad' ? 0 : 1) - (b.look === 'bad' ? 0 : 1); });
}

function showFaults(mine) {
  var found = faultsOf(mine), most = mostFaults(), shown = found.length > most ? found.slice(0, most - 1) : found, left = found.slice(shown.length);
  if (left.length) {
    shown.push({id: ' more', look: 'warn', what: t(['还有 {n} 处：', '{n} more: '], {n: left.length}) + left.map(function (f) { return f.what; }).join(t(['、', ', '])),
      means: '', action: '', told: ''});
  }
  setHidden(byId('faults'), shown.length === 0);
  setAttr(byId('desk'), 'data-faults', String(shown.length));
  keyed(byId('faults'), shown, function (row) { return row.id; }, function (row) {
    return make('li', {'class': 'fault', 'data-device': row.id.trim()}, [make('b'), make('span'), make('strong'), make('small')]);
  }, function (node, row) {
    var told = row.told ? row.told + t([' · 已记录，各窗口可见', ' · recorded, every window sees it']) : '';
    setAttr(node, 'data-look', row.look);
    [row.what, row.means, row.action, told].forEach(function (words, at) { setText(node.childNodes[at], words); });
  });
}

/* How many devices there are and how many are well; those of other windows by name only. */
function showDevices(mine) {
  var devices = hall.view.devices, well = devices.filter(isWell).length;
  var rows = [{id: ' all', look: well === devices.length ? 'good' : 'quiet', name: t(['设备', 'Devices']),
    text: devices.length ? t(['{well}/{all} 正常', '{well} of {all} well'], {well: well, all: devices.length}) : t(['未配置', 'none'])}];
  devices.forEach(function (device) {
    if (device.trouble && !isWell(device) && !concerns(mine, device)) {
      rows.push({id: device.id, look: 'warn', name: named(device.name) + t(['（其他窗口）', ' (other windows)']), text: named(device.trouble.what)});
    }
  });
  keyed(byId('devices'), rows, function (row) { return row.id; }, function (row) {
    return make('span', {'class': 'device', 'data-device': row.id.trim()}, [make('b'), make('span')]);
  }, function (node, row) {
    setAttr(node, 'data-look', row.look);
    setText(node.firstChild, row.name);
    setText(node.lastChild, row.text);
  });
  showFaults(mine);
}

/* -- my call --------------------------------------------------------------------------------------------------- */

/* Whether this window has anything that announces: where people are called by voice alone there is nothing to miss. */
function announces(mine) {
  return hall.view.devices.some(function (d) { return (d.role === 'screen' || d.role === 'speaker') && d.windows.indexOf(mine.id) >= 0; });
}

function showUnheard(mine) {
  var unheard = mine.state === 'called' && mine.announced && !mine.announced.visible && !mine.announced.audible && announces(mine);
  setClass(byId('current'), 'is-unheard', unheard);
  setHidden(byId('unheard'), !unheard);
  setText(byId('unheard'), unheard ? t(['没有人看到或听到这次叫号：屏幕不亮，也没有语音。请口头叫 {number}，或走过去；人来了按“开始”，设备恢复后可“重呼”，没有人来按“过号”。',
    'Nobody could see or hear this call. Call {number} aloud or walk over, then press Start or Miss; Recall once a device is back.'],
    {number: mine.number}) : '');
}

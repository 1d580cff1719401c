/* What is out: one line each, above everything else; and whether my call reached anybody. Shows `hall`, decides nothing.
   The words of a device come with it (hall_daemon.wire.device_words); those of the hall's own parts stand with the page's. */
'use strict';

/* Not worth a clerk's look: it passes by itself. */
var PASSING = {starting: true};
/* What stands in the way of everything else is said first; more lines than these would push the number away. */
function mostFaults() { return window.innerHeight < 760 ? 2 : 3; }

function isWell(device) { return device.code === '' || PASSING[device.code] === true; }
function concerns(mine, device) { return device.windows.length === 0 || device.windows.indexOf(mine.id) >= 0; }

function sinceWords(seconds) {
  return seconds < 60 ? t('staff.just_now') : t('staff.for_age', {age: ageWords(seconds)});
}

/* [{id, look, what, means, action, told}], the gravest first, each thing once. */
function faultsOf(mine) {
  var found = hall.view.devices.filter(function (d) { return d.trouble && !isWell(d) && concerns(mine, d); }).map(function (device) {
    return {
      id: device.id, look: device.trouble.urgent ? 'bad' : 'warn',
      what: named(device.name) + t('staff.device_is') + named(device.trouble.what),
      means: named(device.trouble.means), action: named(device.trouble.action), told: sinceWords(device.trouble.since_s)
    };
  });
  Object.keys(hall.health ? hall.health.checks : {}).forEach(function (name) {
    var part = 'staff.part.' + (hasWord('staff.part.' + name + '.what') ? name : 'other');
    /* Devices are in the picture itself. */
    if (/^ok/.test(hall.health.checks[name]) || /^device:/.test(name)) { return; }
    found.push({id: name, look: /^(core|storage|disk)$/.test(name) ? 'bad' : 'warn', what: t(part + '.what'), means: t(part + '.means'), action: t(part + '.action'), told: ''});
  });
  return found.sort(function (a, b) { return (a.look === 'bad' ? 0 : 1) - (b.look === 'bad' ? 0 : 1); });
}

function showFaults(mine) {
  var found = faultsOf(mine), most = mostFaults(), shown = found.length > most ? found.slice(0, most - 1) : found, left = found.slice(shown.length);
  if (left.length) {
    shown.push({id: ' more', look: 'warn', what: t('staff.n_more', {n: left.length}) + left.map(function (f) { return f.what; }).join(t('shared.comma')),
      means: '', action: '', told: ''});
  }
  setHidden(byId('faults'), shown.length === 0);
  setAttr(byId('desk'), 'data-faults', String(shown.length));
  keyed(byId('faults'), shown, function (row) { return row.id; }, function (row) {
    return make('li', {'class': 'fault', 'data-device': row.id.trim()}, [make('b'), make('span'), make('strong'), make('small')]);
  }, function (node, row) {
    var told = row.told ? row.told + t('staff.recorded_every_window_sees') : '';
    setAttr(node, 'data-look', row.look);
    [row.what, row.means, row.action, told].forEach(function (words, at) { setText(node.childNodes[at], words); });
  });
}

/* How many devices there are and how many are well; those of other windows by name only. */
function showDevices(mine) {
  var devices = hall.view.devices, well = devices.filter(isWell).length;
  var rows = [{id: ' all', look: well === devices.length ? 'good' : 'quiet', name: t('staff.devices'),
    text: devices.length ? t('staff.well_of_all_well', {well: well, all: devices.length}) : t('staff.none')}];
  devices.forEach(function (device) {
    if (device.trouble && !isWell(device) && !concerns(mine, device)) {
      rows.push({id: device.id, look: 'warn', name: named(device.name) + t('staff.other_windows'), text: named(device.trouble.what)});
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
  setText(byId('unheard'), unheard ? t('staff.nobody_could_see_or',
    {number: mine.number}) : '');
}

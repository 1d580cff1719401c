/* Kiosks, screens, devices, gateways and tools, for the system administrator: each has a credential of its own. And the
   health of the hall with its reasons. */
'use strict';

var machinery = {view: null, health: null};
/* What a tool may be given besides: what machines do, and what people do at windows. */
var MORE = ['draw', 'help', 'call', 'pick', 'transfer', 'name_person', 'supervise'];

/* -- health ------------------------------------------------------------------------------------------------------ */

var LOOKS = {ok: 'good', degraded: 'warn', failing: 'bad'};

/* What is not well comes first, worst before. */
function checksNow() {
  var order = Object.keys(LOOKS).reverse();
  return Object.keys(machinery.health.checks || {}).map(function (name) {
    var said = machinery.health.checks[name], at = said.indexOf(':');
    return {name: name, state: at < 0 ? said : said.slice(0, at), why: at < 0 ? '' : said.slice(at + 1).trim()};
  }).sort(function (a, b) { return order.indexOf(a.state) - order.indexOf(b.state) || (a.name < b.name ? -1 : 1); });
}

function showHealth() {
  var health = machinery.health;
  if (!health) { return; }
  setText(byId('well'), word('machines.is', health.status));
  setAttr(byId('well'), 'data-look', LOOKS[health.status] || '');
  setText(byId('version'), t('machines.version', {version: health.version, seq: health.seq}));
  keyed(byId('checks'), checksNow(), function (check) { return check.name; }, function (check) {
    return make('li', {'class': 'check', 'data-check': check.name}, [make('b'), make('span', {'class': 'tag'}), make('span', {'class': 'check-why'})]);
  }, function (node, check) {
    setText(node.childNodes[0], check.name);
    setText(node.childNodes[1], word('machines.is', check.state));
    setAttr(node.childNodes[1], 'data-look', LOOKS[check.state] || '');
    setText(node.childNodes[2], check.why);
    setClass(node, 'is-well', check.state === 'ok');
  });
}

/* -- credentials ------------------------------------------------------------------------------------------------- */

function showMachines() {
  showHealth();
  if (!machinery.view) { return; }
  setText(byId('counted'), t('machines.many', {n: machinery.view.machines.length}));
  setHidden(byId('nothing'), machinery.view.machines.length > 0);
  keyed(byId('rows'), machinery.view.machines, function (machine) { return machine.name; }, function (machine) {
    return make('tr', {'data-machine': machine.name});
  }, function (node, machine) {
    fillRow(node, JSON.stringify([language.now, machine]), function () {
      return [
        cell(t('machines.name'), [make('b', {'class': 'admin-number', text: machine.name})]),
        cell(t('machines.kind'), [word('role', machine.role)]),
        cell(t('machines.may'), [rightWords(ofMachine(machine.rights))]),
        cell(t('machines.given'), [dayAndTime(machine.made), machine.credentials > 1 ? tag('warn', t('machines.old_one_holds')) : '']),
        make('td', {'class': 'admin-keys'}, [
          machineKey('rotate', t('machines.rotate'), machine, askRotate), machineKey('remove', t('machines.remove'), machine, askRemove)
        ])
      ];
    });
  });
}
function ofMachine(rights) { return rights.filter(function (right) { return right !== 'anybody' && right !== 'signed_in'; }); }
function machineKey(what, words, machine, work) {
  return make('button', {type: 'button', 'class': 'small-key', 'data-key': what, text: words, on: {click: function () { work(machine); }}});
}

/* What it has beyond its role. */
function moreOf(machine) {
  var usual = machinery.view.roles[machine.role] || [];
  return ofMachine(machine.rights).filter(function (right) { return usual.indexOf(right) < 0; });
}
function freeName(role) {
  var names = machinery.view.machines.map(function (machine) { return machine.name; }), n = 1;
  while (names.indexOf(role + '-' + n) >= 0) { n += 1; }
  return role + '-' + n;
}

function openMachine() {
  var role, name, may, more, go;
  function chooseRole() {
    var usual = machinery.view.roles[role.value];
    name.value = freeName(role.value);
    setText(may, t('machines.it_may', {rights: rightWords(usual)}));
    setHidden(more, role.value !== 'tool');
  }
  role = make('select', {id: 'role', 'data-first': '', on: {change: chooseRole}}, Object.keys(machinery.view.roles).map(function (code) {
    return option(code, word('role', code), code === 'kiosk');
  }));
  name = make('input', {id: 'name', maxlength: '64', autocapitalize: 'off', spellcheck: 'false'});
  may = make('p', {'class': 'quiet'});
  more = make('div', {}, [make('h3', {text: t('machines.besides')}), boxes('more', MORE.map(function (right) { return [right, word('right', right)]; }), [])]);
  go = settledButton(t('machines.give'), 'key-main', {'data-dialog': 'yes'}, function () {
    var known = machinery.view.machines.some(function (machine) { return machine.name === name.value.trim(); });
    if (known) { sayWords('refused', function () { return [t('machines.name_is_taken')]; }); return; }
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name.value.trim())) { sayWords('refused', function () { return [t('machines.name_rule')]; }); return; }
    giveCredential(go, {name: name.value.trim(), role: role.value, more: role.value === 'tool' ? ticked('more') : []});
  });
  openForm(t('machines.add'), [labelled(t('machines.kind'), role), may, labelled(t('machines.name'), name, t('machines.name_rule')), more], [cancelButton(), go]);
  chooseRole();
}

function giveCredential(key, body) {
  pressOnce(key, 'machines', body, function (given) {
    var file = '/etc/hall/' + body.name + '.credential', lines = ['install -m 600 /dev/stdin ' + file];
    if (body.role === 'kiosk') {
      lines.push('systemctl edit hall-kiosk', '  [Service]', '  LoadCredential=hall-kiosk:' + file, 'systemctl restart hall-kiosk');
    } else if (machinery.view.roles[body.role].indexOf('look') >= 0) {
      lines.push('curl -H "Authorization: Bearer $(cat ' + file + ')" ' + location.origin + '/api/v1/hall');
    }
    showOnce(t('machines.credential_of', {name: given.name}), given.credential, [
      body.role === 'kiosk' ? null : make('p', {text: t('machines.over_mqtt', {user: given.credential.replace(/\.[^.]*$/, '')})}),
      make('p', {text: t(body.role === 'kiosk' ? 'machines.where_kiosk' : 'machines.where_other')}),
      make('pre', {'class': 'where', text: lines.join('\n')})
    ]);
  });
}

/* The old one holds beside the new one until the next change, unless it must end now. */
function askRotate(machine) {
  var now = make('input', {type: 'checkbox', id: 'at-once'}), go;
  go = settledButton(t('machines.rotate'), 'key-main', {'data-dialog': 'yes'}, function () {
    giveCredential(go, {name: machine.name, role: machine.role, more: moreOf(machine), at_once: now.checked});
  });
  openForm(t('machines.rotate_what', {name: machine.name}), [
    make('p', {text: t('machines.both_hold')}),
    machine.credentials > 1 ? make('p', {'class': 'apart', 'data-bad': 'yes', text: t('machines.older_one_ends')}) : null,
    make('label', {'class': 'choice'}, [now, make('span', {text: t('machines.at_once')})])
  ], [cancelButton(), go]);
}

function askRemove(machine) {
  askAgain(t('machines.remove_what', {name: machine.name}), [t('machines.remove_means')], t('machines.remove'), function (key) {
    pressOnce(key, 'machines/' + encodeURIComponent(machine.name) + '/remove', {}, function () {
      doneWords('machines.removed', {name: machine.name});
    });
  });
}

byId('add').addEventListener('click', function () { if (machinery.view) { openMachine(); } });
startAdmin('configure', function () {
  readAdmin('/api/v1/machines', function (body) { machinery.view = body; });
  /* 503 is an answer here: the hall says that it is failing, and why. */
  ask('GET', '/healthz', null, {}, ADMIN_READ_MS, function (answer) {
    if (answer.body && answer.body.status) { machinery.health = answer.body; showHealth(); }
  });
}, showMachines, true);

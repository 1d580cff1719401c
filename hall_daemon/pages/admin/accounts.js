/* Everybody who works here, for the security administrator: who they are, what they may, whether they can log in. */
'use strict';

/* What is shown at once; a hall with more people finds them by number. */
var SHOWN = 200;
var people = {view: null};

function accountPath(account, what) { return 'accounts/' + encodeURIComponent(account.id) + (what || ''); }
function roleWords(roles) { return roles.map(function (role) { return word('role', role); }).join(t('shared.comma')); }
function isMe(account) { return account.id === session.now.account; }
function isApart(role) { return people.view.apart.indexOf(role) >= 0; }
function windowName(id) { return windowWords(people.view.windows[id] || id); }

function stateTags(account) {
  var apart = account.roles.some(isApart), tags = [];
  if (account.disabled) { tags.push(tag('bad', t('accounts.disabled'))); }
  if (account.invited) { tags.push(tag('warn', t('accounts.invited'))); }
  if (account.two_factor) { tags.push(tag('good', t('accounts.two_factor'))); }
  else if (apart && !account.invited) { tags.push(tag('warn', t('accounts.no_two_factor'))); }
  if (account.card) { tags.push(tag('', t('accounts.card'))); }
  if (account.sessions) { tags.push(tag('now', t('accounts.logged_in', {n: account.sessions}))); }
  return tags;
}

function showPeople() {
  var wanted = byId('find').value.trim().toLowerCase(), found, shown;
  if (!people.view) { return; }
  found = people.view.accounts.filter(function (account) { return account.number.toLowerCase().indexOf(wanted) >= 0; });
  shown = found.slice(0, SHOWN);
  setText(byId('counted'), t(found.length > SHOWN ? 'accounts.first_of_many' : 'accounts.many', {n: found.length, shown: SHOWN}));
  setHidden(byId('nothing'), found.length > 0);
  keyed(byId('rows'), shown, function (account) { return account.id; }, function (account) {
    return make('tr', {'data-number': account.number});
  }, function (node, account) {
    setClass(node, 'is-off', account.disabled);
    fillRow(node, JSON.stringify([language.now, account]), function () {
      return [
        cell(t('accounts.number'), [make('b', {'class': 'admin-number', text: account.number}), isMe(account) ? tag('', t('accounts.me')) : '']),
        cell(t('accounts.roles'), [roleWords(account.roles)]),
        cell(t('accounts.windows'), [windowsWords(account)]),
        cell(t('accounts.state'), stateTags(account)),
        make('td', {'class': 'admin-keys'}, [make('button', {type: 'button', 'class': 'small-key', 'data-change': account.number, text: t('accounts.change'),
          on: {click: function () { openAccount(accountNow(account.id)); }}})])
      ];
    });
  });
}
function accountNow(id) { return people.view.accounts.filter(function (account) { return account.id === id; })[0]; }

function callsAnywhere(roles) { return roles.some(function (role) { return people.view.roles[role].indexOf('call') >= 0; }); }
function windowsWords(account) {
  if (!callsAnywhere(account.roles)) { return ''; }
  return account.windows.length ? account.windows.map(windowName).join(t('shared.comma')) : t('accounts.any_window');
}

/* -- one account ------------------------------------------------------------------------------------------------- */

/* Why these roles cannot be given together, '' when they can. */
function rolesTrouble(roles) {
  if (!roles.length) { return t('accounts.at_least_one_role'); }
  return roles.length > 1 && roles.some(isApart) ? t('accounts.apart_refused') : '';
}

/* `account` null: a new one. `draft` is what was chosen before a question that was answered with no. */
function openAccount(account, draft) {
  var roles = Object.keys(people.view.roles), mine = Boolean(account) && isMe(account), windows, go, trouble, number, card, uncard, children, given;
  given = draft || {roles: account ? account.roles : [], windows: account ? account.windows : [], number: '', card: '', uncard: false};
  function row(role) { return [role, word('role', role), rightWords(people.view.roles[role])]; }
  function check() {
    var why = mine ? '' : rolesTrouble(ticked('role'));
    setText(trouble, why || t('accounts.apart_why'));
    setAttr(trouble, 'data-bad', why ? 'yes' : 'no');
    go.disabled = Boolean(why) && ticked('role').length > 0;
    setHidden(windows, !callsAnywhere(chosen().roles));
  }
  function chosen() {
    return {number: number.value.trim(), roles: mine ? account.roles : ticked('role'), windows: windows.hidden ? [] : ticked('window'), card: card.value.trim(), uncard: uncard.checked};
  }
  number = make('input', {id: 'number', maxlength: '32', autocapitalize: 'off', spellcheck: 'false', 'data-first': ''});
  number.value = given.number;
  card = make('input', {id: 'card', maxlength: '64', autocapitalize: 'off', spellcheck: 'false', autocomplete: 'off'});
  card.value = given.card;
  uncard = make('input', {type: 'checkbox', id: 'uncard'});
  uncard.checked = given.uncard;
  trouble = make('p', {id: 'apart', 'class': 'apart', role: 'status'});
  go = settledButton(t(account ? 'accounts.save' : 'accounts.invite'), 'key-main', {'data-dialog': 'yes'}, function () {
    if (account) { saveAccount(account, chosen(), go); } else { addAccount(chosen(), go); }
  });
  windows = make('div', {}, [
    make('h3', {text: t('accounts.windows')}),
    make('p', {'class': 'quiet', text: t('accounts.none_is_any')}),
    boxes('window', Object.keys(people.view.windows).map(function (id) { return [id, windowName(id)]; }), given.windows)
  ]);
  children = [
    account && !mine ? make('div', {'class': 'account-ends'}, [
      account.disabled ? accountKey('enable', t('accounts.enable'), account, enableAccount) : accountKey('disable', t('accounts.disable'), account, askDisable),
      accountKey('reset', t('accounts.reset'), account, askReset)
    ]) : null,
    account ? null : labelled(t('accounts.number'), number, t('accounts.number_rule')),
    make('h3', {text: t('accounts.roles')}),
    mine ? make('p', {'class': 'quiet', text: roleWords(account.roles) + ' · ' + t('accounts.not_oneself')}) : make('div', {'class': 'roles'}, [
      boxes('role', roles.filter(function (role) { return !isApart(role); }).map(row), given.roles, check),
      make('div', {'class': 'roles-apart'}, [boxes('role', roles.filter(isApart).map(row), given.roles, check), trouble])
    ]),
    windows
  ];
  if (account) {
    children.push(make('h3', {text: t('accounts.staff_card')}), labelled(t(account.card ? 'accounts.card_anew' : 'accounts.card_hold'), card));
    if (account.card) { children.push(make('label', {'class': 'choice'}, [uncard, make('span', {text: t('accounts.card_away')})])); }
  }
  openForm(account ? t('accounts.account_of', {number: account.number}) : t('accounts.add'), children, [cancelButton(), go]);
  check();
}
function accountKey(what, words, account, work) {
  var key = settledButton(words, 'key-plain', {'data-account': what}, function () { work(account, key); });
  return key;
}

function addAccount(given, key) {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(given.number)) { sayWords('refused', function () { return [t('accounts.number_rule')]; }); byId('number').focus(); return; }
  if (!given.roles.length) { sayWords('refused', function () { return [t('accounts.at_least_one_role')]; }); return; }
  pressOnce(key, 'accounts', {number: given.number, roles: given.roles, windows: given.windows}, showInvitation);
}

function showInvitation(invited) {
  showOnce(t('accounts.invitation_of', {number: invited.account.number}), location.origin + invited.link, [
    make('p', {text: t('accounts.hand_it_over', {number: invited.account.number})})
  ]);
}

/* Only what was changed is sent. */
function saveAccount(account, given, key) {
  var body = {};
  function other(name) { return given[name].slice().sort().join() !== account[name].slice().sort().join(); }
  if (other('roles')) { body.roles = given.roles; }
  if (other('windows')) { body.windows = given.windows; }
  if (given.card) { body.card = given.card; } else if (given.uncard) { body.card = ''; }
  if (!given.roles.length) { sayWords('refused', function () { return [t('accounts.at_least_one_role')]; }); return; }
  if (!Object.keys(body).length) { closeDialog(); return; }
  function send(button) {
    pressOnce(button, accountPath(account), body, function () { doneWords('accounts.changed', {number: account.number}); });
  }
  if (!body.roles || !account.sessions) { send(key); return; }
  askAgain(t('accounts.change_roles_of', {number: account.number}), [
    roleWords(account.roles) + ' → ' + roleWords(body.roles), endsWords(account)
  ], t('accounts.save'), send, function () { openAccount(accountNow(account.id), given); });
}

function endsWords(account) {
  return account.sessions ? t('accounts.ends_sessions', {n: account.sessions}) : t('accounts.ends_none');
}

function askDisable(account) {
  askAgain(t('accounts.disable_who', {number: account.number}), [endsWords(account), t('accounts.name_stays')], t('accounts.disable'), function (key) {
    pressOnce(key, accountPath(account), {disabled: true}, function () { doneWords('accounts.disabled_who', {number: account.number}); });
  }, function () { openAccount(accountNow(account.id)); });
}
function enableAccount(account, key) {
  pressOnce(key, accountPath(account), {disabled: false}, function () { doneWords('accounts.enabled_who', {number: account.number}); });
}
function askReset(account) {
  askAgain(t('accounts.reset_who', {number: account.number}), [endsWords(account), t('accounts.reset_what')], t('accounts.reset'), function (key) {
    pressOnce(key, accountPath(account, '/reset'), {}, showInvitation);
  }, function () { openAccount(accountNow(account.id)); });
}

byId('find').addEventListener('input', showPeople);
byId('add').addEventListener('click', function () { if (people.view) { openAccount(null); } });
startAdmin('appoint', function () {
  readAdmin('/api/v1/accounts', function (body) { people.view = body; });
}, showPeople, true);

/* Logging in and out, one's own password and second factor: a form for each, sent once. */
'use strict';

/* What is being set up: the secret that the authenticator was given. */
var second = {secret: '', asking: false, sent: false};

function value(id) { return byId(id).value; }
function clear(ids) { ids.forEach(function (id) { byId(id).value = ''; }); }

/* While one is under way nothing else is sent. */
function onForm(id, work) {
  byId(id).addEventListener('submit', function (event) {
    event.preventDefault();
    if (!pressing.now) { work(); }
  });
}
/* done(body) for a yes; refused(answer) may take a no by itself and then says so. */
function sendForm(path, body, what, done, refused) {
  pressing.now = {};
  say('pending', what + '…', '');
  hall.tell();
  askOnce(path, body, function (answer) {
    pressing.now = null;
    say('', '');
    if (answer.status === 200) { done(answer.body); }
    else if (refused && refused(answer)) { /* taken */ }
    else if (answer.status) { sayRefused(what, answer); }
    else { say('refused', t('staff.no_answer'), t('staff.try_again_in_a')); }
    hall.refresh();
    hall.tell();
  });
}

function enterPlace(place) {
  clear(['login-password', 'login-card', 'login-code', 'password-old', 'password-new', 'password-again', 'second-code', 'second-old']);
  if (place !== 'wait') { cameBack(place); }
  if (place === 'login') {
    setHidden(byId('login-code-field'), true);
    showForms();
    byId(desk.city ? 'login-code' : 'login-number').focus();
  }
  if (place === 'password') { byId('password-old').focus(); }
  if (place === 'second') { beginSecond(); }
  if (place === 'windows') { byId('window-go').focus(); }
  waitForCard();
}

/* A card is read by a keyboard that types it and Enter; after the city's log-in only a code is still to be said. */
function logIn() {
  var card = value('login-card').trim();
  if (desk.city) { logInBy('session/oidc', {code: value('login-code').trim()}); }
  else if (card) { logInBy('session/card', {card: card}); }
  else { logInByPassword(); }
}
function logInBy(path, body) {
  clear(['login-card', 'login-code']);
  sendForm(path, body, t('staff.log_in'), function (view) { desk.city = false; takeSession(view, true); }, function (answer) {
    if (answer.body && answer.body.code === 'oidc_refused') { desk.city = false; }
    showForms();
    byId(desk.city ? 'login-code' : 'login-card').focus();
  });
}

/* The reader of this desk is asked for as long as somebody is to log in here: a card that is laid there is one log-in. */
var reader = {asked: null};
function waitForCard() {
  if (desk.place !== 'login' || desk.city || !session.now.reader) { leaveReader(); return; }
  if (reader.asked || pressing.now) { return; }
  reader.asked = ask('POST', '/api/v1/session/reader', {}, {}, 40000, function (answer) {
    reader.asked = null;
    if (answer.status === 200) { takeSession(answer.body, true); return; }
    if (answer.status >= 400 && desk.place === 'login') { sayRefused(t('staff.log_in'), answer); }
    window.setTimeout(waitForCard, answer.status === 204 ? 0 : Math.max(3000, answer.retryAfterMs));
  });
}
function leaveReader() {
  var asked = reader.asked;
  if (asked) { asked.onload = asked.onabort = null; asked.abort(); reader.asked = null; }
}

/* What the way back from the city's log-in says behind the #: that a code is needed, or the code of a problem. */
function cameBack(place) {
  var code = location.hash.slice(1);
  if (!/^[a-z_]+$/.test(code)) { return; }
  history.replaceState(null, '', location.pathname + location.search);
  desk.city = place === 'login' && code === 'code_needed';
  if (code === 'code_needed') { return; }
  ask('GET', '/api/v1/problems', null, {}, 7000, function (answer) {
    var found = answer.status === 200 && answer.body.problems[code];
    if (!found) { return; }
    found.code = code;
    sayRefused(t('staff.city_log_in'), {status: found.status, body: found});
  });
}

function logInByPassword() {
  var body = {number: value('login-number').trim(), password: value('login-password'), code: value('login-code').trim()};
  if (!body.number || !body.password) { say('refused', t('staff.enter_number_and_password'), ''); return; }
  sendForm('session', body, t('staff.log_in'), function (view) {
    clear(['login-number', 'login-password', 'login-code']);
    takeSession(view, true);
  }, function (answer) {
    var field = byId('login-code-field'), wanted = answer.body && answer.body.code === 'code_needed' && field.hidden;
    if (wanted) { setHidden(field, false); }
    if (!wanted && field.hidden) { clear(['login-password']); }
    clear(['login-code']);
    byId(field.hidden ? 'login-password' : 'login-code').focus();
    return wanted;
  });
}

function changePassword() {
  if (value('password-new') !== value('password-again')) { say('refused', t('desks.passwords_differ'), ''); return; }
  sendForm('session/password', {old: value('password-old'), 'new': value('password-new')}, t('staff.change_password'), function (view) {
    desk.asked = '';
    takeSession(view, true);
    settle();
    say('done', t('staff.password_changed'), t('staff.other_log_ins_ended'));
  });
}

/* A secret for the authenticator, as a picture and as letters for whoever cannot photograph it. */
function beginSecond() {
  if (second.asking) { return; }
  second.asking = true;
  second.secret = '';
  setHidden(byId('second-old-field'), !session.now.second);
  askOnce('session/second-factor/begin', {}, function (answer) {
    second.asking = false;
    if (answer.status !== 200) { sayRefused(t('staff.set_up_second'), answer); return; }
    second.secret = answer.body.secret;
    byId('second-picture').src = 'data:image/svg+xml,' + encodeURIComponent(answer.body.picture);
    setText(byId('second-secret'), answer.body.secret.replace(/(.{4})(?=.)/g, '$1 '));
    byId('second-code').focus();
  });
}

function confirmSecond() {
  second.sent = true;
  sendForm('session/second-factor', {secret: second.secret, code: value('second-code').trim(), old: value('second-old').trim()}, t('staff.set_up_second'), function (body) {
    second.sent = false;
    desk.codes = body.codes;
    desk.asked = '';
    second.secret = '';
    settle();
  }, function (answer) { second.sent = !answer.status; });
}

function showCodes() {
  keyed(byId('codes'), desk.codes || [], function (code) { return code; }, function (code) {
    return make('li', {text: code.replace(/(.{4})(?=.)/g, '$1 ')});
  }, function () { });
}

/* -- logging out ------------------------------------------------------------------------------------------------- */

function logOut(everywhere) {
  sendForm('session/end', {everywhere: everywhere}, t('staff.log_out'), function (view) { takeSession(view, true); });
}

/* Whoever leaves a window open is asked what becomes of it. */
function askLogOut(everywhere) {
  var mine = hall.view && hall.view.windows.filter(function (w) { return isMine(w); })[0], buttons;
  closeMenu();
  if (!mine) { logOut(everywhere); return; }
  buttons = [cancelButton(), dialogButton(t('staff.log_out'), 'key-second', {'data-dialog': 'out'}, function () { logOut(everywhere); })];
  if (!mine.number && !mine.held.length && mine.id === session.now.window) {
    buttons.push(dialogButton(t('staff.close_and_log_out'), 'key-main', {'data-dialog': 'yes'}, function () {
      sendPress(new Press('/api/v1/windows/' + encodeURIComponent(mine.id) + '/close', {}), t('staff.close_window'), function () { logOut(everywhere); });
    }));
  }
  openDialog(t('staff.log_out'), [
    make('p', {text: t('staff.window_stays_open', {window: windowWords(mine.label)})}),
    make('div', {'class': 'dialog-end'}, buttons)
  ]);
}

function showForms() {
  var busy = Boolean(pressing.now) || Boolean(hall.doubt()), forced = Boolean(session.now.must);
  each(document.querySelectorAll('#login [data-go]'), function (button) { button.disabled = busy; });
  setHidden(byId('login-city'), !session.now.oidc);
  setHidden(byId('login-card-field'), !session.now.cards || Boolean(session.now.reader) || desk.city);
  setHidden(byId('login-reader'), !session.now.reader || desk.city);
  waitForCard();
  ['login-number', 'login-password'].forEach(function (id) { setHidden(byId(id).parentNode, desk.city); });
  if (desk.city) { setHidden(byId('login-code-field'), false); }
  setHidden(byId('notice'), !session.now.notice);
  setText(byId('notice'), session.now.notice);
  setHidden(byId('password-why'), !forced);
  setHidden(byId('second-why'), !forced);
  each(document.querySelectorAll('#login [data-back]'), function (button) { setHidden(button, forced); });
  if (desk.place === 'codes') { showCodes(); }
}

function startLogin() {
  onForm('login-form', logIn);
  onForm('password-form', changePassword);
  onForm('second-form', confirmSecond);
  onForm('codes-form', function () { desk.codes = null; settle(); hall.refresh(); goOn(); });
  byId('windows-form').addEventListener('submit', onWindow);
  byId('window-look').addEventListener('click', function () { var found = chosenWindow(); if (found && !hall.doubt()) { lookAt(found.id); } });
  byId('switch').addEventListener('click', chooseWindow);
  byId('hallway-help').addEventListener('click', function () { if (mayPress()) { openHelp(); } });
  each(document.querySelectorAll('#login [data-back]'), function (button) {
    button.addEventListener('click', function () { desk.asked = ''; settle(); });
  });
  byId('menu').addEventListener('click', onMenu);
  byId('menu-password').addEventListener('click', function () { desk.asked = 'password'; settle(); });
  byId('menu-second').addEventListener('click', function () { desk.asked = 'second'; settle(); });
  byId('menu-out').addEventListener('click', function () { askLogOut(false); });
  byId('menu-everywhere').addEventListener('click', function () { askLogOut(true); });
  document.addEventListener('click', function (event) {
    if (!byId('menu').contains(event.target) && !byId('menu-list').contains(event.target)) { closeMenu(); }
  });
}

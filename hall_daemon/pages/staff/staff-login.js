/* Who sits where: kept for this tab only, so that a reload goes on and another tab is another window. */
'use strict';

var session = {staff: '', chosen: ''};

function keepSession() {
  try { sessionStorage.setItem('hall.desk', JSON.stringify({window: hall.window, staff: session.staff})); }
  catch (error) { /* a browser that keeps nothing: log in again after a reload */ }
}
function readSession() {
  try { return JSON.parse(sessionStorage.getItem('hall.desk')) || {}; } catch (error) { return {}; }
}

function enterDesk(windowId, staff) {
  session.staff = staff;
  session.chosen = windowId;
  hall.window = windowId;
  hall.last = null;
  keepSession();
  say('', '');
  showPlace();
  hall.refresh();
}

function leaveDesk() {
  hall.window = '';
  hall.ticket = null;
  pressing.unanswered = null;
  keepSession();
  say('', '');
  showPlace();
  byId('login-staff').value = session.staff;
  byId('login-staff').focus();
}

function showPlace() {
  var inside = Boolean(hall.window);
  setHidden(byId('login'), inside);
  setHidden(byId('desk'), !inside);
  setHidden(byId('switch'), !inside);
  setHidden(byId('who'), !inside);
  closeDialog();
  hall.tell();
}

function showLogin() {
  var windows = hall.view ? hall.view.windows : [];
  setHidden(byId('login-wait'), windows.length > 0);
  keyed(byId('login-windows'), windows, function (w) { return w.id; }, function (w) {
    return make('button', {type: 'button', 'class': 'login-window', role: 'radio', 'data-window': w.id,
      on: {click: function () { session.chosen = w.id; showLogin(); byId('login-staff').focus(); }}}, [make('b'), make('span')]);
  }, function (node, w) {
    setText(node.firstChild, windowWords(w.label));
    setText(node.lastChild, w.status === 'closed' ? word('shared.window', 'closed') :
      word('shared.window', w.status) + ' · ' + staffWords(w.staff));
    setAttr(node, 'data-status', w.status);
    setAttr(node, 'aria-checked', w.id === session.chosen ? 'true' : 'false');
  });
  byId('login-go').disabled = Boolean(hall.doubt()) || Boolean(pressing.now);
}

/* Who is at a window and which numbers go over with it, for the clerk who takes it over. */
function takeOverWords(found) {
  var words = [t('staff.in_use_by_who', {who: staffWords(found.staff)})], held = found.held.map(numberOf).join(t('shared.comma'));
  if (found.number) { words.push(t('staff.number_is_there_and', {number: found.number})); }
  if (held) { words.push(t('staff.you_also_get_what', {held: held})); }
  return words.join(t('staff.between_sentences'));
}

/* Opens the window; one that this member of staff has already (perhaps paused) is only entered. */
function logIn(event) {
  var staff = byId('login-staff').value.trim(), chosen = session.chosen, found;
  event.preventDefault();
  if (hall.doubt() || pressing.now) { return; }
  found = hall.view.windows.filter(function (w) { return w.id === chosen; })[0];
  if (!found) { say('refused', t('staff.choose_a_window_first'), ''); return; }
  if (!staff) { say('refused', t('staff.enter_your_staff_number'), ''); byId('login-staff').focus(); return; }
  if (!/^[A-Za-z0-9][A-Za-z0-9_:-]*$/.test(staff)) { say('refused', t('staff.no_name_as_staff_number'), ''); byId('login-staff').focus(); return; }
  if (found.status !== 'closed' && found.staff === staff) { enterDesk(chosen, staff); return; }
  function open(body, what) {
    var path = '/api/v1/windows/' + encodeURIComponent(chosen) + '/open';
    sendPress(new Press(path, body, 'staff:window-' + chosen), what, function () { enterDesk(chosen, staff); });
  }
  if (found.status === 'closed') { open({staff: staff}, t('staff.log_in')); return; }
  askConfirm(t('staff.take_over_window', {window: windowWords(found.label)}), takeOverWords(found), t('staff.take_over'),
    function () { open({staff: staff, take_over: true}, t('staff.take_over')); });
}

function startLogin() {
  var known = readSession();
  byId('login-form').addEventListener('submit', logIn);
  byId('switch').addEventListener('click', leaveDesk);
  session.staff = known.staff || '';
  session.chosen = known.window || '';
  byId('login-staff').value = session.staff;
  if (known.window && known.staff) { hall.window = known.window; }
}

/* What of the page is shown: the log-in, a duty that comes first, the choice of a window, the hall, a desk. The session
   decides (GET /api/v1/session); what somebody may not do has no place and no key. */
'use strict';

/* `looking` is the window of somebody else that a shift leader has before the eyes; `asked` what was taken from the
   menu; `codes` are recovery codes that were not written down yet; `city`: the city knows who it is, a code is
   still to be said. */
var desk = {place: '', chosen: kept('hall.window') || '', choosing: false, looking: '', asked: '', codes: null, city: false};

function isMine(w) { return w.status !== 'closed' && w.staff === session.now.number; }
function mayHelp() { return may('draw') || may('help'); }
function mayWorkAt(id) { return session.now.windows.length === 0 || session.now.windows.indexOf(id) >= 0; }

function placeNow() {
  var now = session.now;
  if (!now.account) { return hall.date || hall.failed ? 'login' : 'wait'; } /* a reload at a desk flashes no log-in */
  if (desk.codes) { return 'codes'; }
  if (now.must === 'password' || desk.asked === 'password') { return 'password'; }
  if (now.must === 'two_factor' || desk.asked === 'second') { return 'second'; }
  if (hall.window) { return 'desk'; }
  return may('call') ? 'windows' : 'hallway';
}

/* After anything that may have moved us. What was said and asked at the place before ends there. */
function settle() {
  var place;
  hall.window = session.now.must || !may('call') || desk.choosing ? '' : desk.looking || session.now.window;
  place = placeNow();
  if (place !== desk.place) {
    say('', '');
    closeDialog();
    closeMenu();
    desk.place = place;
    each(document.querySelectorAll('[data-place]'), function (node) {
      setHidden(node, node.getAttribute('data-place').split(' ').indexOf(place) < 0);
    });
    enterPlace(place);
    document.title = t('desks.staff_desk');
  }
  hall.follow();
  hall.tell();
}

/* The session as the hall has it now; `ours` when this page brought the change about. */
function takeSession(view, ours) {
  var before = session.now, words = '';
  if (JSON.stringify(before) === JSON.stringify(view)) { return; }
  adoptSession(view);
  if (before.account !== view.account) {
    pressing.unanswered = null;
    desk.asked = '';
    desk.codes = null;
    hall.forget();
    closeDialog();
    if (before.account && !view.account && !ours) { words = t('staff.log_in_ended'); }
  } else if (before.window && !view.window && !ours) {
    words = t('staff.window_went_over', {window: hall.view ? hall.label(before.window) : before.window});
  }
  if (before.account !== view.account || before.window !== view.window) {
    desk.looking = '';
    desk.choosing = false;
  }
  settle();
  if (words) { say('refused', words, ''); }
  /* Not before the recovery codes were seen: the hall may say that the factor stands before its answer with them comes. */
  if (view.account && !view.must && !desk.codes && !second.sent) { goOn(); }
}

/* Whoever was sent here from another page goes back to it, or hears why not. */
function goOn() {
  var place = wantedPlace();
  if (session.now.must || !/[?&]next=/.test(location.search)) { return; }
  history.replaceState(null, '', location.pathname);
  if (place && may(place[0])) { location.assign(place[1]); }
  else { say('refused', t('staff.no_right_for_page'), t('staff.ask_who_gives_rights')); }
}

/* -- windows ----------------------------------------------------------------------------------------------------- */

function sitDown(id) {
  var now = JSON.parse(JSON.stringify(session.now));
  now.window = id;
  if (id) { desk.chosen = id; keep('hall.window', id); }
  takeSession(now, true);
  desk.choosing = false;
  desk.looking = '';
  hall.last = null;
  settle();
  hall.refresh();
}

function lookAt(id) { desk.looking = id; desk.choosing = false; hall.last = null; settle(); hall.refresh(); }
function chooseWindow() { desk.choosing = true; settle(); }

function windowsToChoose() {
  return hall.view ? hall.view.windows.filter(function (w) { return mayWorkAt(w.id) || may('supervise'); }) : [];
}
function chosenWindow() {
  return windowsToChoose().filter(function (w) { return w.id === desk.chosen; })[0] || null;
}

function windowStatus(w) {
  return w.status === 'closed' ? word('shared.window', 'closed') :
    word('shared.window', w.status) + ' · ' + (isMine(w) ? t('staff.you') : staffWords(w.staff));
}

function showWindows() {
  var windows = windowsToChoose(), found;
  windows.forEach(function (w) { if (isMine(w) && !chosenWindow()) { desk.chosen = w.id; } });
  if (windows.length === 1) { desk.chosen = windows[0].id; }
  found = chosenWindow();
  setHidden(byId('login-wait'), windows.length > 0);
  keyed(byId('login-windows'), windows, function (w) { return w.id; }, function (w) {
    return make('button', {type: 'button', 'class': 'login-window', role: 'radio', 'data-window': w.id,
      on: {click: function () { desk.chosen = w.id; showWindows(); byId(byId('window-go').hidden ? 'window-look' : 'window-go').focus(); }}}, [make('b'), make('span')]);
  }, function (node, w) {
    setText(node.firstChild, windowWords(w.label));
    setText(node.lastChild, windowStatus(w));
    setAttr(node, 'data-status', w.status);
    setAttr(node, 'aria-checked', w.id === desk.chosen ? 'true' : 'false');
  });
  setHidden(byId('window-go'), Boolean(found) && !mayWorkAt(found.id));
  setHidden(byId('window-look'), !may('supervise') || !found || isMine(found) || found.status === 'closed');
  setClass(byId('window-go'), 'key-main', byId('window-look').hidden);
  setClass(byId('window-go'), 'key-second', !byId('window-look').hidden);
  setText(byId('window-go'), !found || found.status === 'closed' ? t('staff.work_here') :
    isMine(found) ? t('staff.go_on_here') : t('staff.take_over'));
  byId('window-go').disabled = byId('window-look').disabled = Boolean(hall.doubt()) || Boolean(pressing.now);
}

/* Who is at a window and which numbers go over with it, for the clerk who takes it over. */
function takeOverWords(found) {
  var words = [t('staff.in_use_by_who', {who: staffWords(found.staff)})], held = found.held.map(numberOf).join(t('shared.comma'));
  if (found.number) { words.push(t('staff.number_is_there_and', {number: found.number})); }
  if (held) { words.push(t('staff.you_also_get_what', {held: held})); }
  return words.join(t('staff.between_sentences'));
}

/* Opens the window, or goes back to the own one as it was left; somebody else's is taken over after a question. */
function workAt(found) {
  function open(take, what) {
    var path = '/api/v1/windows/' + encodeURIComponent(found.id) + '/open';
    sendPress(new Press(path, {staff: session.now.account, take_over: take}), what, function () { sitDown(found.id); });
  }
  if (isMine(found) && found.id === session.now.window) { sitDown(found.id); return; }
  if (found.status === 'closed' || isMine(found)) { open(false, t('staff.open_window')); return; }
  askConfirm(t('staff.take_over_window', {window: windowWords(found.label)}), takeOverWords(found), t('staff.take_over'),
    function () { open(true, t('staff.take_over')); });
}

function onWindow(event) {
  var found = chosenWindow();
  event.preventDefault();
  if (hall.doubt() || pressing.now) { return; }
  if (!found) { say('refused', t('staff.choose_a_window_first'), ''); return; }
  if (mayWorkAt(found.id)) { workAt(found); }
}

/* -- the hall, for those who work at no window ------------------------------------------------------------------- */

function showRows(id, rows) {
  keyed(byId(id), rows, function (row) { return row[0]; }, function () {
    return make('li', {'class': 'row'}, [make('b', {'class': 'row-name'}), make('span', {'class': 'row-main'}), make('b', {'class': 'count'})]);
  }, function (node, row) { row.forEach(function (text, at) { setText(node.childNodes[at], text); }); });
}

function showHallway() {
  var help = byId('hallway-help'), links = placesOf(), view = hall.view;
  setHidden(help, !mayHelp());
  help.disabled = !mayPress();
  setHidden(byId('hallway-look'), !may('look') || !view);
  setClass(byId('hallway'), 'is-plain', !may('look'));
  keyed(byId('hallway-links'), links, function (place) { return place[1]; }, function (place) {
    return make('a', {'class': 'key key-second', href: place[1]});
  }, function (node, place) { setText(node, t(place[2])); });
  if (!view) { return; }
  showRows('hallway-windows', view.windows.map(function (w) { return [windowWords(w.label), windowStatus(w), w.number || '']; }));
  showRows('hallway-services', view.services.map(function (s) {
    return [named(s.name), s.open ? '' : word('shared.no_numbers', s.closed_because), t('shared.people', {n: s.waiting})];
  }));
}

/* -- the menu ---------------------------------------------------------------------------------------------------- */

function closeMenu() { byId('menu-list').hidden = true; setAttr(byId('menu'), 'aria-expanded', 'false'); }
function onMenu() {
  var list = byId('menu-list'), first;
  list.hidden = !list.hidden;
  setAttr(byId('menu'), 'aria-expanded', list.hidden ? 'false' : 'true');
  first = list.querySelector('a, button');
  if (!list.hidden && first) { first.focus(); }
}

function showHead() {
  var inside = Boolean(session.now.account), mine = hall.mine();
  setHidden(byId('menu'), !inside);
  setText(byId('menu-who'), staffWords(session.now.number));
  setHidden(byId('switch'), desk.place !== 'desk');
  setHidden(byId('who'), desk.place !== 'desk' || !mine);
  setHidden(byId('life'), !may('look') && !hall.doubt());
  setHidden(byId('page-name'), !hall.name);
  if (mine) {
    setText(byId('who'), windowWords(mine.label) + ' · ' + (desk.looking ? t('staff.for_who', {who: staffWords(mine.staff)}) : staffWords(session.now.number)));
  }
  setHidden(byId('menu-second'), Boolean(session.now.must));
  setHidden(byId('menu-password'), Boolean(session.now.must));
  keyed(byId('menu-links'), placesOf(), function (place) { return place[1]; }, function (place) {
    return make('a', {'class': 'menu-item', href: place[1]});
  }, function (node, place) { setText(node, t(place[2])); });
}

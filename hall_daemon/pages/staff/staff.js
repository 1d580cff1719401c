/* The staff page put together: shows the picture, says loudly when it is not sure, takes the digits as keys. */
'use strict';

var STARTING_MS = 3000;
var startedAt = tick();

function showSureness() {
  var doubt = hall.doubt(), late = byId('late'), life = byId('life');
  var starting = doubt === 'none' && !hall.failed && tick() - startedAt < STARTING_MS;
  var facts = hall.date ? {age: ageWords((tick() - hall.at) / 1000), time: hallTime(hall.date, true)} : {};
  setHidden(late, !doubt || starting);
  setText(late, doubt && !starting ? t('staff.doubt.' + doubt, facts) : '');
  setClass(document.body, 'is-late', doubt && doubt !== 'none');
  setAttr(life, 'data-life', doubt ? (starting ? 'wait' : 'late') : hall.stream.live ? 'live' : 'poll');
  setText(life, starting ? t('staff.connecting') : doubt === 'late' ? t('staff.delayed') :
    doubt ? t('staff.no_connection') : hall.stream.live ? t('staff.live') : t('staff.polling'));
}

function showAll() {
  var mine;
  setText(byId('clock'), hallTime(new Date()));
  showSureness();
  if (hall.name) { setText(byId('hall-name'), named(hall.name)); }
  showHead();
  showForms();
  if (desk.place === 'windows') { showWindows(); }
  if (desk.place === 'hallway') { showHallway(); showHelp(); }
  if (desk.place !== 'desk') { return; }
  mine = hall.mine();
  setClass(byId('desk'), 'is-blank', !mine);
  if (!mine) {
    if (hall.view && hall.of === hall.window) { chooseWindow(); } /* the hall has no such window any more */
    return;
  }
  showCurrent(mine);
  showKeys(mine);
  showLine(mine);
  showDevices(mine);
  showHelp();
}

function onKey(event) {
  var key;
  if (dialogKey(event)) { return; }
  if (event.key === 'Escape' || event.key === 'Esc') { closeMenu(); }
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return; }
  if (/INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) { return; }
  if (desk.place === 'hallway' && event.key.toUpperCase() === 'H' && mayHelp() && mayPress()) { event.preventDefault(); openHelp(); }
  if (desk.place !== 'desk') { return; }
  key = KEYS.filter(function (row) { return row[1] && row[1] === event.key.toUpperCase(); })[0];
  if (key) { event.preventDefault(); pressKey(key[0]); }
}

hall.changed.push(showAll);
language.changed.push(showAll);
language.changed.push(function () { if (pressing.unanswered) { sayUnanswered(); } else if (!pressing.now) { say('', ''); } });
buildKeys();
startLogin();
startLanguage(byId('language'));
document.addEventListener('keydown', onKey);
settle();
hall.start();

/* The staff page put together: shows the picture, says loudly when it is not sure, takes the digits as keys. */
'use strict';

var DOUBTS = {
  none: ['无法连接大厅系统，正在重试。', 'The hall cannot be reached, trying again.'],
  lost: ['连接中断，正在重新连接。下面是 {age}前（{time}）的画面，可能已经变化。', 'Connection lost, reconnecting. Below is the picture of {age} ago ({time}); it may have changed.'],
  refused: ['大厅系统暂不能读取，正在重试。下面是 {age}前（{time}）的画面，可能已经变化。', 'The hall cannot be read now, trying again. Below is the picture of {age} ago ({time}); it may have changed.'],
  late: ['数据延迟。下面是 {age}前（{time}）的画面，可能已经变化。', 'Data delayed. Below is the picture of {age} ago ({time}); it may have changed.']
};
var STARTING_MS = 3000;
var startedAt = tick();

function showSureness() {
  var doubt = hall.doubt(), late = byId('late'), life = byId('life');
  var starting = doubt === 'none' && !hall.failed && tick() - startedAt < STARTING_MS;
  var facts = hall.date ? {age: ageWords((tick() - hall.at) / 1000), time: hallTime(hall.date, true)} : {};
  setHidden(late, !doubt || starting);
  setText(late, doubt && !starting ? t(DOUBTS[doubt], facts) : '');
  setClass(document.body, 'is-late', doubt && doubt !== 'none');
  setAttr(life, 'data-life', doubt ? (starting ? 'wait' : 'late') : hall.stream.live ? 'live' : 'poll');
  setText(life, starting ? t(['正在连接…', 'Connecting…']) : doubt === 'late' ? t(['数据延迟', 'Delayed']) :
    doubt ? t(['连接中断', 'No connection']) : hall.stream.live ? t(['实时', 'Live']) : t(['定时刷新', 'Polling']));
}

function showAll() {
  var mine;
  setText(byId('clock'), hallTime(new Date()));
  showSureness();
  if (hall.view) { setText(byId('hall-name'), named(hall.view.name)); }
  if (!hall.window) { document.title = t(['窗口工作台', 'Staff desk']); showLogin(); return; }
  mine = hall.mine();
  setClass(byId('desk'), 'is-blank', !mine);
  if (!mine) {
    if (hall.view && hall.of === hall.window) { leaveDesk(); } /* the hall has no such window any more */
    return;
  }
  setText(byId('who'), windowWords(mine.label) + ' · ' + staffWords(session.staff));
  showCurrent(mine);
  showKeys(mine);
  showLine(mine);
  showDevices(mine);
  showHelp();
}

function onKey(event) {
  var key;
  if (dialogKey(event) || event.ctrlKey || event.altKey || event.metaKey || event.repeat || !hall.window) { return; }
  if (/INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) { return; }
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
showPlace();
hall.start();

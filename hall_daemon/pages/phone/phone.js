/* The phone page put together: shows what is known, and says how old it is when it is old. */
'use strict';

var SLOW_MS = 4000;
var startedAt = tick();

/* What stands in the banner: '' when all that is shown is fresh. */
function doubtWords() {
  var sources = ticketPath && ticketSource.status !== 404 ? [ticketSource, hallSource] : [hallSource];
  var oldest = sources.reduce(function (worst, s) { return s.body && (!worst || s.at < worst.at) ? s : worst; }, null);
  var empty = sources.some(function (s) { return !s.body; });
  var late = sources.some(function (s) { return s.late(); });
  var broken = sources.filter(function (s) { return s.failures > 0 && s.status !== 404 && !(s === hallSource && stream.live); })[0];
  var facts = oldest ? {time: hallTime(oldest.body.as_of), age: ageWords(oldest.age())} : {};
  if (!empty && late) {
    return t(['数据延迟：下面是 {time} 的数据（{age}前）。请以大厅屏幕和广播为准。', 'Data delayed: this is from {time} ({age} ago). Trust the screens and the voice in the hall.'], facts);
  }
  if (broken && broken.status === 429) { return t(['查询的人较多，稍后自动更新。', 'Many people are looking; this updates by itself soon.']); }
  if (broken && broken.status === 0) { return t(['网络中断，正在重新连接…', 'No connection, trying again…']); }
  if (broken) { return t(['大厅系统暂时没有答复，正在重试…', 'The hall does not answer now, trying again…']); }
  if (empty && tick() - startedAt > SLOW_MS) { return t(['网络较慢，正在读取…', 'A slow connection, still reading…']); }
  return '';
}

function changed() {
  var doubt = doubtWords(), unread = ticketPath ? ticketSource.status === -1 || (!ticketSource.body && ticketSource.status !== 404) : !hallSource.body;
  setHidden(byId('late'), !doubt);
  setText(byId('late'), doubt);
  setHidden(byId('loading'), !unread);
  setClass(byId('ticket'), 'is-late', ticketSource.late());
  setClass(byId('hall'), 'is-late', hallSource.late());
  showTicket();
  showHall();
}

language.changed.push(changed);
startElder();
startTicket();
startLanguage(byId('language'));
startSources();
setInterval(changed, 1000);

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
    return t('phone.data_delayed_this_is', facts);
  }
  if (broken && broken.status === 429) { return t('phone.many_people_are_looking'); }
  if (broken && broken.status === 0) { return t('shared.no_connection_trying_again'); }
  if (broken) { return t('shared.the_hall_does_not'); }
  if (empty && tick() - startedAt > SLOW_MS) { return t('phone.a_slow_connection_still'); }
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
if (token) { setAttr(byId('ask-link'), 'href', '/ask#t=' + token); }
startTicket();
startLanguage(byId('language'));
startSources();
setInterval(changed, 1000);

/* 帮办: who stands at a kiosk or holds a number and wants a person; whoever goes there says so with one press. Above all
   else, for those who help in the hall. */
'use strict';

var CALLS_MS = 5000;
/* At a window only who waits longest, so that the number stays in sight; elsewhere so many. */
var CALLS_SHOWN = 4;
var calls = {list: [], titles: null, timer: null, may: false};

function isUnanswered(call) { return call.state === 'open'; }
function callPlace(call) { return t('staff.call_from.' + call.channel, {place: call.place}); }

function callNode(call) {
  return make('li', {'class': 'call', 'data-call': call.help}, [
    make('b'), make('span', {'class': 'call-what'}),
    make('button', {type: 'button', 'class': 'key key-main', on: {click: function (event) { goThere(call, event.currentTarget); }}}), make('span', {'class': 'call-who'})
  ]);
}

function showCalls() {
  var all = may('assist') ? calls.list : [], mine = desk.place === 'desk' ? all.filter(isUnanswered).slice(0, 1) : all.slice(0, CALLS_SHOWN);
  var more = all.filter(isUnanswered).length - mine.filter(isUnanswered).length;
  setHidden(byId('calls'), !mine.length);
  keyed(byId('calls'), mine, function (call) { return call.help; }, callNode, function (node, call) {
    var title = calls.titles && calls.titles[call.matter], coming = call.state === 'coming';
    setClass(node, 'is-coming', coming);
    setText(node.childNodes[0], callPlace(call));
    setText(node.childNodes[1], [title ? named(title) : '', t('staff.call_since', {time: hallTime(new Date(call.at))}),
      more && call === mine[mine.length - 1] ? t('staff.call_more', {n: more}) : ''].filter(Boolean).join(' · '));
    setText(node.childNodes[2], t('staff.call_go'));
    setHidden(node.childNodes[2], coming);
    setText(node.childNodes[3], coming ? t('staff.call_coming', {who: staffWords(call.by)}) : '');
  });
}

function goThere(call, key) {
  key.disabled = true;
  askOnce('helps/' + encodeURIComponent(call.help) + '/answer', {}, function () { key.disabled = false; readCalls(); });
}

function readCalls() {
  clearTimeout(calls.timer);
  calls.timer = setTimeout(readCalls, CALLS_MS);
  if (!may('assist')) { calls.list = []; showCalls(); return; }
  ask('GET', '/api/v1/helps', null, {}, READ_MS, function (answer) {
    if (answer.status === 200 && answer.body) { calls.list = answer.body.helps; }
    if (answer.status === 401 || answer.status === 403) { calls.list = []; }
    showCalls();
  });
  if (!calls.titles) {
    calls.titles = {};
    ask('GET', '/api/v1/guides', null, {}, READ_MS, function (answer) {
      if (answer.status !== 200 || !answer.body) { calls.titles = null; return; }
      answer.body.guides.forEach(function (guide) { calls.titles[guide.matter] = guide.title; });
      showCalls();
    });
  }
}

/* Who has just logged in sees them at once. */
hall.changed.push(function () {
  if (calls.may !== may('assist')) { calls.may = may('assist'); readCalls(); } else { showCalls(); }
});
language.changed.push(showCalls);
readCalls();

/* What the pages of the three administrators share: the head with what else they may see, reading again and again,
   presses that are sent once, questions before them, and what is told only once. */
'use strict';

var ADMIN_READ_MS = 20000, ADMIN_AGAIN_MS = 10000, ADMIN_DONE_MS = 8000;
var admin = {said: null, timer: null, right: '', read: null, show: null};

/* -- reading ----------------------------------------------------------------------------------------------------- */

/* taken(body) for a yes; until the next one what was not answered is said above everything. */
function readAdmin(path, taken) {
  ask('GET', path, null, {}, ADMIN_READ_MS, function (answer) {
    if (isSentAway(answer)) { return; }
    setHidden(byId('late'), answer.status === 200);
    if (answer.status !== 200) {
      setText(byId('late'), answer.status ? refusalWords(answer)[0].join(t('shared.semicolon')) : t('shared.the_hall_does_not'));
      return;
    }
    taken(answer.body);
    admin.show();
  });
}

function showAdmin() {
  document.title = byId('title').textContent;
  setText(byId('admin-who'), session.now.number ? staffWords(session.now.number) : '');
  keyed(byId('places'), [['signed_in', '/staff', 'desks.staff_desk']].concat(placesOf()), function (place) { return place[1]; }, function (place) {
    return make('a', {href: place[1], 'aria-current': place[1] === location.pathname ? 'page' : null});
  }, function (node, place) { setText(node, t(place[2])); });
  showSaid();
  admin.show();
}

/* `read` is called at once, every ten seconds where `again` says so, and after each press. A page that asks by itself
   keeps nobody logged in. */
function startAdmin(right, read, show, again) {
  admin.right = right;
  admin.read = read;
  admin.show = show;
  language.changed.push(showAdmin);
  byId('log-out').addEventListener('click', function () {
    askOnce('session/end', {everywhere: false}, function (answer) {
      if (answer.status) { location.replace('/staff'); } else { say('refused', [t('shared.the_hall_does_not')]); }
    });
  });
  document.addEventListener('keydown', function (event) {
    if (dialog.node && !(dialog.node.hasAttribute('data-once') && /^Esc/.test(event.key))) { dialogKey(event); }
  });
  startLanguage(byId('language'));
  onlyWith(right, function () {
    showAdmin();
    read();
    if (again) { setInterval(read, ADMIN_AGAIN_MS); }
  });
}

/* -- presses ----------------------------------------------------------------------------------------------------- */

/* What happened last: words() are sentences in the language of now; shown in the question that is open, else above
   the list. */
function showSaid() {
  var box = dialog.node && dialog.node.querySelector('.said') || byId('said');
  each(document.querySelectorAll('.said'), function (other) { empty(other); setAttr(other, 'data-said', ''); });
  if (!admin.said) { return; }
  setAttr(box, 'data-said', admin.said.kind);
  admin.said.words().forEach(function (text, at) { box.appendChild(make('p', {'class': at ? 'said-second' : 'said-first', text: text})); });
}
function sayWords(kind, words) {
  clearTimeout(admin.timer);
  admin.said = kind && {kind: kind, words: words};
  if (kind === 'done') { admin.timer = setTimeout(function () { sayWords('', null); }, ADMIN_DONE_MS); }
  showSaid();
}
function say(kind, words) { sayWords(kind, function () { return words; }); }

/* Sent once: a second credential or invitation would end the first. Without an answer the list shows whether it was
   done. `key` is the button, which waits meanwhile. */
function pressOnce(key, path, body, done) {
  key.disabled = true;
  askOnce(path, body, function (answer) {
    key.disabled = false;
    if (answer.status === 401) { toLogIn(); return; }
    if (answer.status === 200) { closeDialog(); done(answer.body); }
    else if (answer.status) { sayWords('refused', function () { return refusalWords(answer)[0]; }); }
    else { sayWords('unknown', function () { return [t('accounts.no_answer'), t('accounts.see_the_list')]; }); }
    admin.read();
  });
}
function doneWords(key, facts) { sayWords('done', function () { return ['✓ ' + t(key, facts)]; }); }

/* -- questions --------------------------------------------------------------------------------------------------- */

function openForm(title, children, keys) {
  sayWords('', null);
  openDialog(title, children.concat([make('div', {'class': 'said', role: 'alert'}), make('div', {'class': 'dialog-end'}, keys)]), 'dialog-wide admin-form');
}

/* Asked once more before something ends; `back` is where no leads to. */
function askAgain(title, sentences, yes, send, back) {
  sayWords('', null);
  openDialog(title, sentences.map(function (text) { return make('p', {text: text}); }).concat([
    make('div', {'class': 'said', role: 'alert'}),
    make('div', {'class': 'dialog-end'}, [
      dialogButton(t('staff.back'), 'key-plain', {'data-dialog': 'back'}, back),
      settledButton(yes, 'key-danger', {'data-dialog': 'yes'}, function () { send(dialog.node.querySelector('[data-dialog=yes]')); })
    ])
  ]));
}

function labelled(words, node, hint) {
  return make('label', {'class': 'field'}, [make('span', {text: words}), node, hint ? make('small', {'class': 'quiet', text: hint}) : null]);
}

/* Boxes to tick; rows are [code, words, small words]. */
function boxes(name, rows, chosen, changed) {
  return make('div', {'class': 'boxes boxes-' + name}, rows.map(function (row) {
    var box = make('input', {type: 'checkbox', name: name, value: row[0], on: {change: changed || function () { }}});
    box.checked = chosen.indexOf(row[0]) >= 0;
    return make('label', {'class': 'choice'}, [box, make('span', {}, [make('b', {text: row[1]}), row[2] ? make('small', {text: row[2]}) : null])]);
  }));
}
function ticked(name) {
  return Array.prototype.filter.call(dialog.node.querySelectorAll('input[name=' + name + ']'), function (box) { return box.checked; })
    .map(function (box) { return box.value; });
}

/* What is told this once, to be copied; `more` is where it belongs. Only the key ends it. */
function showOnce(title, text, more) {
  var field = make('textarea', {id: 'once', readonly: '', rows: text.length > 80 ? '2' : '1', 'aria-label': title});
  field.value = text;
  openDialog(title, [
    make('p', {text: t('accounts.shown_once')}), field,
    make('button', {type: 'button', id: 'copy', 'class': 'key key-main', text: t('accounts.copy'), on: {click: function () { copyOnce(field); }}})
  ].concat(more, [
    make('div', {'class': 'dialog-end'}, [dialogButton(t('accounts.i_have_it'), 'key-plain', {'data-dialog': 'done'}, null)])
  ]), 'dialog-wide');
  setAttr(dialog.node, 'data-once', '');
  field.select();
}

/* The clipboard of newer browsers is there with HTTPS only; this one everywhere. */
function copyOnce(field) {
  var copied = false;
  field.focus();
  field.select();
  try { copied = document.execCommand('copy'); } catch (error) { /* by hand then */ }
  setText(byId('copy'), copied ? '✓ ' + t('accounts.copied') : t('accounts.copy_by_hand'));
}

/* -- tables ------------------------------------------------------------------------------------------------------ */

function tag(look, text) { return make('span', {'class': 'tag', 'data-look': look, text: text}); }
/* What a role may, beside what everybody may. */
function rightWords(rights) {
  return rights.map(function (right) { return word('right', right); }).join(t('shared.comma'));
}
/* Cells anew only where something changed, so that a key under the hand stays. */
function fillRow(node, key, cells) {
  if (node.rowKey === key) { return; }
  node.rowKey = key;
  empty(node);
  cells().forEach(function (cell) { node.appendChild(cell); });
}
function cell(label, children) {
  var inside = make('span', {}, children.map(function (child) { return typeof child === 'string' ? document.createTextNode(child) : child; }));
  return make('td', {'data-label': label, 'class': inside.textContent ? null : 'is-empty'}, [inside]);
}
/* 'YYYY-MM-DD HH:MM:SS' by the hall's clock. */
function dayAndTime(iso) {
  var date = new Date(iso), day;
  try { day = new Intl.DateTimeFormat('sv-SE', {timeZone: document.documentElement.getAttribute('data-timezone') || undefined}).format(date); }
  catch (error) { day = iso.slice(0, 10); }
  return day + ' ' + hallTime(date, true);
}

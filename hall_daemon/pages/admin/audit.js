/* Who did what, for the auditor: searched by words and day, a page at a time, newest first. Nothing here changes
   anything. */
'use strict';

/* `befores`: where each page before this one began, so that one can go back. */
var log = {view: null, chain: null, at: '', before: 0, befores: [], problems: {}};

function auditQuery(before) {
  var parts = [];
  if (byId('words').value.trim()) { parts.push('words=' + encodeURIComponent(byId('words').value.trim())); }
  if (byId('day').value) { parts.push('day=' + byId('day').value); }
  if (before) { parts.push('before=' + before); }
  return parts.length ? '?' + parts.join('&') : '';
}

function sourceWords(source, number) {
  var at = source.indexOf(':'), role = source.slice(0, at), name = source.slice(at + 1);
  if (!source) { return t('audit.nobody'); }
  if (number) { return number; }
  return hasWord('role.' + role) ? word('role', role) + ' ' + name : source;
}
/* Behind an account stands the role that it was given, behind a machine the right. */
function aboutWords(row) {
  var about = row.about_number || row.about, at = about.indexOf('/'), kind = /_role$/.test(row.what) ? 'role' : 'right';
  var code = about.slice(at + 1);
  return at > 0 && hasWord(kind + '.' + code) ? about.slice(0, at) + ' · ' + word(kind, code) : about;
}
/* What is said to whoever is refused, without what belongs to the one case. */
function resultWords(code) {
  var problem = log.problems[code];
  if (code === 'done') { return t('audit.done'); }
  if (code === 'too_many') { return t('audit.too_many'); }
  return problem ? (language.now === 'zh' ? problem.detail_zh : problem.detail).replace(/\s*[(\uff08]\{\w+\}[)\uff09]/g, '').replace(/\{\w+\}/g, '…') : code;
}

function showLog() {
  showChain();
  if (!log.view) { return; }
  setHidden(byId('nothing'), log.view.entries.length > 0);
  setText(byId('counted'), log.view.entries.length ? t('audit.rows_as_of', {
    first: log.view.entries[0].seq, last: log.view.entries[log.view.entries.length - 1].seq, time: log.at
  }) : '');
  byId('older').disabled = !log.view.more;
  byId('newer').disabled = !log.befores.length;
  byId('csv').href = '/api/v1/audit.csv' + auditQuery(0);
  keyed(byId('rows'), log.view.entries, function (row) { return row.seq; }, function (row) {
    return make('tr', {'data-seq': row.seq});
  }, function (node, row) {
    setClass(node, 'is-refused', row.result !== 'done');
    fillRow(node, JSON.stringify([language.now, row, Boolean(log.problems[row.result])]), function () {
      return [
        cell(t('audit.time'), [make('span', {'class': 'admin-time', text: dayAndTime(row.at)})]),
        cell(t('audit.who'), [make('b', {title: row.who, text: sourceWords(row.who, row.number)})]),
        cell(t('audit.what'), [hasWord('audit.act.' + row.what) ? word('audit.act', row.what) : t('audit.asked', {what: row.what})]),
        cell(t('audit.about'), [make('span', {title: row.about, text: aboutWords(row)})]),
        cell(t('audit.origin'), [row.origin]),
        cell(t('audit.result'), [tag(row.result === 'done' ? 'good' : 'bad', resultWords(row.result)), row.times > 1 ? ' × ' + row.times : ''])
      ];
    });
  });
}

/* -- whether it is as it was written ----------------------------------------------------------------------------- */

function showChain() {
  var chain = log.chain;
  if (!chain) { return; }
  setAttr(byId('chain'), 'data-look', chain.broken_at ? 'bad' : 'good');
  setText(byId('chain'), chain.broken_at ? t('audit.broken', {row: chain.broken_at}) : t('audit.whole', {n: chain.rows}));
  setText(byId('chain-means'), chain.broken_at ? t('audit.broken_means', {n: chain.rows}) : t('audit.whole_means'));
}
function checkChain() {
  byId('check').disabled = true;
  ask('GET', '/api/v1/audit/chain', null, {}, 60000, function (answer) {
    byId('check').disabled = false;
    if (isSentAway(answer)) { return; }
    if (answer.status === 200) { log.chain = answer.body; showChain(); return; }
    log.chain = null;
    setAttr(byId('chain'), 'data-look', 'bad');
    setText(byId('chain'), answer.status ? refusalWords(answer)[0].join(t('shared.semicolon')) : t('shared.the_hall_does_not'));
  });
}

/* -- searching --------------------------------------------------------------------------------------------------- */

function search() {
  setClass(document.body, 'is-reading', true);
  readAdmin('/api/v1/audit' + auditQuery(log.before), function (body) {
    log.view = body;
    log.at = hallTime(new Date(), true);
    setClass(document.body, 'is-reading', false);
  });
}
function searchAnew() { log.before = 0; log.befores = []; search(); }

byId('search').addEventListener('submit', function (event) { event.preventDefault(); searchAnew(); });
byId('check').addEventListener('click', checkChain);
byId('older').addEventListener('click', function () {
  log.befores.push(log.before);
  log.before = log.view.entries[log.view.entries.length - 1].seq;
  search();
});
byId('newer').addEventListener('click', function () { log.before = log.befores.pop(); search(); });
startAdmin('audit', function () {
  search();
  checkChain();
  ask('GET', '/api/v1/problems', null, {}, ADMIN_READ_MS, function (answer) {
    if (answer.status === 200) { log.problems = answer.body.problems; showLog(); }
  });
}, showLog, false);

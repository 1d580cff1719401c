/* Building and touching the page, language, times. Plain JavaScript of 2015: old browsers stand at windows too. */
'use strict';

/* make('div', {class: 'x', text: '…', on: {click: f}}, [children]) */
function make(tag, options, children) {
  var node = document.createElement(tag);
  Object.keys(options || {}).forEach(function (name) {
    var value = options[name];
    if (name === 'text') { node.textContent = value; }
    else if (name === 'on') { Object.keys(value).forEach(function (e) { node.addEventListener(e, value[e]); }); }
    else if (value !== null && value !== undefined) { node.setAttribute(name, value); }
  });
  (children || []).forEach(function (child) { if (child) { node.appendChild(child); } });
  return node;
}

function byId(id) { return document.getElementById(id); }
function each(list, work) { Array.prototype.forEach.call(list, work); }
function empty(node) { while (node.firstChild) { node.removeChild(node.firstChild); } }

/* Touch the page only where something changed: focus, selections, half-done clicks and screen readers stay. */
function setText(node, text) { if (node.textContent !== text) { node.textContent = text; } }
function setAttr(node, name, value) { if (node.getAttribute(name) !== value) { node.setAttribute(name, value); } }
function setClass(node, name, on) { if (node.classList.contains(name) !== Boolean(on)) { node.classList.toggle(name); } }
function setHidden(node, hidden) { if (node.hidden !== Boolean(hidden)) { node.hidden = Boolean(hidden); } }

/* Rows that stay the same nodes while they stand for the same thing; what is gone goes first, so that the others
   need not move. build(item) -> node; update(node, item). */
function keyed(parent, items, keyOf, build, update) {
  var before = parent.keyedRows || {}, now = {}, at;
  items.forEach(function (item) { now[keyOf(item)] = before[keyOf(item)] || build(item); });
  Object.keys(before).forEach(function (key) { if (!now[key]) { parent.removeChild(before[key]); } });
  at = parent.firstChild;
  items.forEach(function (item) {
    var node = now[keyOf(item)];
    update(node, item);
    if (node === at) { at = at.nextSibling; } else { parent.insertBefore(node, at); }
  });
  parent.keyedRows = now;
}

/* -- language: words come by key from languages.js (hall_daemon/words), Chinese where a language has none. Nodes with
   data-word follow by themselves. ------------------------------------------------------------------------------ */

var language = {now: 'zh', changed: []};

function kept(name) { try { return localStorage.getItem(name); } catch (error) { return null; } }
function keep(name, value) { try { localStorage.setItem(name, value); } catch (error) { /* private mode: not kept */ } }

function hasWord(key) { return WORDS.zh[key] !== undefined; }
function tIn(code, key, facts) {
  var words = (WORDS[code] || {})[key];
  if (words === undefined) { words = hasWord(key) ? WORDS.zh[key] : key; }
  return facts ? words.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, function (all, name, one, several) {
    var figure = String(facts[name]);
    return facts[name] === undefined ? all : one === undefined ? figure : (figure === '1' ? one : several).replace(/#/g, figure);
  }) : words;
}
function t(key, facts) { return tIn(language.now, key, facts); }
/* The words of a code of a table; a code that is not in it reads as itself. */
function word(table, code) { return hasWord(table + '.' + code) ? t(table + '.' + code) : String(code); }
function named(text) { return text ? text[language.now] || text.zh : ''; }
function spoken(code) { return LANGUAGES.filter(function (row) { return row.code === code; })[0]; }

function speak(chosen) {
  language.now = (spoken(chosen) || LANGUAGES[0]).code;
  setAttr(document.documentElement, 'lang', spoken(language.now).html);
  each(document.querySelectorAll('[data-word]'), function (node) { setText(node, t(node.getAttribute('data-word'))); });
  each(document.querySelectorAll('[data-word-label]'), function (node) { setAttr(node, 'aria-label', t(node.getAttribute('data-word-label'))); });
  language.changed.forEach(function (work) { work(); });
}

function choose(code) { keep('hall.language', code); speak(code); }

/* Of two languages a button that names the other one, of more a list. */
function languageChoice(button) {
  var list;
  function other() { return LANGUAGES[language.now === LANGUAGES[0].code ? 1 : 0]; }
  if (LANGUAGES.length === 2) {
    button.addEventListener('click', function () { choose(other().code); });
    return function () { setText(button, other().button); setAttr(button, 'aria-label', other()['switch']); };
  }
  list = make('select', {id: button.id, 'class': button.className, on: {change: function () { choose(list.value); }}}, LANGUAGES.map(function (row) {
    return make('option', {value: row.code, lang: row.html, text: row.name});
  }));
  button.parentNode.replaceChild(list, button);
  return function () { list.value = language.now; setAttr(list, 'aria-label', t('shared.language')); };
}

/* `?lang=en` in the address wins over what was kept. */
function startLanguage(button) {
  var asked = /[?&]lang=([A-Za-z0-9-]+)/.exec(location.search);
  language.changed.push(languageChoice(button));
  speak(asked && spoken(asked[1]) ? asked[1] : kept('hall.language'));
}

/* -- times --------------------------------------------------------------------------------------------------- */

/* Milliseconds that do not jump when somebody sets the clock. */
function tick() { return window.performance && performance.now ? performance.now() : Date.now(); }
function two(number) { return (number < 10 ? '0' : '') + number; }

/* The hall's clock, wherever the browser stands: <html data-timezone>. Null where the browser does not know the zone;
   its own clock must do then. */
var hallZone = (function () {
  try {
    return new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
      timeZone: document.documentElement.getAttribute('data-timezone') || undefined});
  } catch (error) { return null; }
}());

/* 'HH:MM', with `seconds` 'HH:MM:SS', by the hall's clock; `when` is a Date, ms or an ISO time, '' for none. */
function hallTime(when, seconds) {
  var date = new Date(when || 0), text;
  if (!when || isNaN(date)) { return ''; }
  text = hallZone ? hallZone.format(date).replace(/^24/, '00') : [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return seconds ? text : text.slice(0, 5);
}
function minutesOf(seconds) { return Math.max(0, Math.floor(seconds / 60)); }

function ageWords(seconds) {
  if (seconds < 100) { return t('shared.seconds', {n: Math.max(0, Math.round(seconds))}); }
  return t('shared.minutes', {n: Math.round(seconds / 60)});
}

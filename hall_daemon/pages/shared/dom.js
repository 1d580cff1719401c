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

/* -- language: pairs are [Chinese, English]; nodes with data-zh and data-en follow by themselves. ------------- */

var language = {now: 'zh', changed: []};

function kept(name) { try { return localStorage.getItem(name); } catch (error) { return null; } }
function keep(name, value) { try { localStorage.setItem(name, value); } catch (error) { /* private mode: not kept */ } }

function t(pair, facts) {
  var words = language.now === 'en' ? pair[1] : pair[0];
  return facts ? words.replace(/\{(\w+)\}/g, function (all, name) { return facts[name] === undefined ? all : String(facts[name]); }) : words;
}
function named(text) { return text ? (language.now === 'en' ? text.en || text.zh : text.zh) : ''; }

function speak(chosen) {
  language.now = chosen === 'en' ? 'en' : 'zh';
  setAttr(document.documentElement, 'lang', language.now === 'en' ? 'en' : 'zh-CN');
  each(document.querySelectorAll('[data-zh]'), function (node) { setText(node, node.getAttribute('data-' + language.now)); });
  each(document.querySelectorAll('[data-zh-label]'), function (node) { setAttr(node, 'aria-label', node.getAttribute('data-' + language.now + '-label')); });
  language.changed.forEach(function (work) { work(); });
}

/* The button names the other language. `?lang=en` in the address wins over what was kept. */
function startLanguage(button) {
  var asked = /[?&]lang=(en|zh)\b/.exec(location.search);
  button.addEventListener('click', function () {
    keep('hall.language', language.now === 'en' ? 'zh' : 'en');
    speak(kept('hall.language') || (language.now === 'en' ? 'zh' : 'en'));
  });
  speak(asked ? asked[1] : kept('hall.language'));
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
  if (seconds < 100) { return t(['{n} 秒', '{n} s'], {n: Math.max(0, Math.round(seconds))}); }
  return t(['{n} 分钟', '{n} min'], {n: Math.round(seconds / 60)});
}

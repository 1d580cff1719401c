/* What a form's answers are: days, formats with their check digits, and how an answer becomes a value. As
   hall_daemon/matters/days.py, formats.py and fields.py: the tests hold both equal. Numbers are whole ten-thousandths,
   days count from 1970. */
'use strict';

var CHECK_SCALE = 10000, CHECK_LARGEST = 1000000000, CHECK_LONGEST = 2000, CHECK_ROWS = 100, CHECK_DAY_MS = 86400000;

/* kind -> base, format, characters at most where the format has no length of its own, decimals, tight */
var CHECK_KINDS = {
  text: ['text', '', 200], address: ['text', '', 100], name: ['text', 'han_name', 64],
  id_number: ['id', 'id_number', 18, 0, true], uscc: ['text', 'uscc', 18, 0, true],
  identifier: ['text', '', 18, 0, true], phone: ['text', 'phone', 11, 0, true],
  contact: ['text', 'contact', 12, 0, true], card: ['text', 'digits', 200, 0, true],
  postcode: ['text', 'postcode', 6, 0, true],
  number: ['number', '', 0, 4], integer: ['number', '', 0, 0], money: ['number', '', 0, 2],
  date: ['date', ''], expiry: ['date', ''], choice: ['choice', ''], choices: ['choices', ''], group: ['group', ''],
  file: ['file', '', 200]
};
/* Formats that say how long a text is, in words of their own. */
var CHECK_LENGTHS = ['id_number', 'uscc', 'phone', 'contact', 'card', 'postcode'];
var CHECK_TOO_LONG = { id: 'format', date: 'date_written', choice: 'option', file: 'kind' };

/* -- days -- */

function checkDay(text) {
  var parts = /^([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})$/.exec(text);
  return parts ? checkDayNumber(Number(parts[1]), Number(parts[2]), Number(parts[3])) : null;
}

function checkDayNumber(year, month, day) {
  if (year < 1) { return null; }
  var made = new Date(Date.UTC(2000, month - 1, day));
  made.setUTCFullYear(year, month - 1, day);
  if (made.getUTCFullYear() !== year || made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) { return null; }
  return Math.round(made.getTime() / CHECK_DAY_MS);
}

function checkParts(day) {
  var made = new Date(day * CHECK_DAY_MS);
  return [made.getUTCFullYear(), made.getUTCMonth() + 1, made.getUTCDate()];
}

function checkMonths(first, last) {
  var a = checkParts(first), b = checkParts(last);
  return (b[0] - a[0]) * 12 + b[1] - a[1] - (b[2] < a[2] ? 1 : 0);
}

function checkYears(born, on) {
  var a = checkParts(born), b = checkParts(on);
  return b[0] - a[0] - (b[1] < a[1] || (b[1] === a[1] && b[2] < a[2]) ? 1 : 0);
}

/* -- formats -- */

/* What an expiry without an end holds, and what an ID number says of its person: words of the forms themselves. */
var CHECK_FOREVER = '\u957f\u671f';
var CHECK_ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
var CHECK_USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY';
var CHECK_USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
var CHECK_PROVINCE = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])$/;
var CHECK_HAN = '\\u3400-\\u9fff\\u3007\\ue000-\\ufaff\\u{20000}-\\u{3fffd}';
var CHECK_NAME = new RegExp('^[' + CHECK_HAN + ']{1,15}(·[' + CHECK_HAN + ']{1,15})*$', 'u');
var CHECK_TITLE = new RegExp('^[()\\uff08\\uff09·' + CHECK_HAN + ']+$', 'u');

function checkBorn(text, today) {
  if (!/^[0-9]{17}[\x00-\x7f]$/.test(text)) { return null; }
  if (!CHECK_PROVINCE.test(text[0] === '9' ? text.slice(1, 3) : text.slice(0, 2))) { return null; }
  var day = checkDayNumber(Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14)));
  if (day === null || today - day < 0 || today - day > 45656) { return null; }
  var sum = 0;
  for (var at = 0; at < 17; at += 1) { sum += CHECK_ID_WEIGHTS[at] * Number(text[at]); }
  if ('10X98765432'[sum % 11] !== text[17]) { return null; }
  return { day: day, sex: Number(text[16]) % 2 ? '\u7537' : '\u5973' };
}

/* The first thing that is wrong with an ID number, '' for nothing. */
function checkIdFault(text, today) {
  if (!/^[0-9]{17}[0-9X]$/.test(text)) { return 'length'; }
  var day = checkDayNumber(Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14)));
  if (day === null) { return 'date'; }
  if (day > today) { return 'future'; }
  if (today - day > 45656) { return 'old'; }
  if (checkBorn(text, today)) { return ''; }
  var sum = 0;
  for (var at = 0; at < 17; at += 1) { sum += CHECK_ID_WEIGHTS[at] * Number(text[at]); }
  return '10X98765432'[sum % 11] === text[17] ? 'region' : 'digit';
}

function checkDigits(text) { return /^[0-9]+$/.test(text); }

var CHECK_FORMATS = {
  id_number: function (text, today) { return checkBorn(text, today) !== null; },
  uscc: function (text) {
    if (!/^[0-9A-Z]{18}$/.test(text)) { return false; }
    var sum = 0;
    for (var at = 0; at < 18; at += 1) {
      var value = CHECK_USCC.indexOf(text[at]);
      if (value < 0) { return false; }
      if (at < 17) { sum += value * CHECK_USCC_WEIGHTS[at]; }
    }
    return CHECK_USCC[(31 - sum % 31) % 31] === text[17];
  },
  phone: function (text) { return /^1[3-9][0-9]{9}$/.test(text); },
  contact: function (text) { return /^(1[3-9][0-9]{9}|0[0-9]{9,11})$/.test(text); },
  card: function (text) {
    if (!/^[0-9]{16,19}$/.test(text)) { return false; }
    var sum = 0;
    for (var at = 0; at < text.length; at += 1) {
      var digit = Number(text[text.length - 1 - at]) * (at % 2 ? 2 : 1);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 === 0;
  },
  postcode: function (text) { return /^[0-9]{6}$/.test(text) && /^(0[1-9]|[1-7][0-9]|8[0-5]|99)/.test(text); },
  digits: checkDigits,
  han_name: function (text) { return CHECK_NAME.test(text); },
  han_title: function (text) { return CHECK_TITLE.test(text); }
};

/* -- an answer becomes a value; {code} is one that cannot be read -- */

var CHECK_EDGES = /^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g;
var CHECK_FORBIDDEN = new RegExp(
  '[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164' +
  '\\ud800-\\udfff\\ufe0e\\ufe0f\\ufeff\\uffa0\\ufff9-\\uffff\\u2600-\\u2604\\u2607-\\u27bf\\u2b50\\u2b55' +
  '\\u{1f000}-\\u{1faff}\\u{e0000}-\\u{e007f}]', 'u');

function checkLength(text) {
  var length = 0;
  for (var at = 0; at < text.length; at += 1) {
    var code = text.charCodeAt(at), next = text.charCodeAt(at + 1);
    if (code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000) { at += 1; }
    length += 1;
  }
  return length;
}

/* Full-width characters as plain ones. */
function checkPlain(text) {
  return text.replace(/[\uff01-\uff5e]/g, function (wide) { return String.fromCharCode(wide.charCodeAt(0) - 0xfee0); });
}

function checkSaysLength(field) { return CHECK_LENGTHS.indexOf(field.format || CHECK_KINDS[field.kind][1]) >= 0; }

function checkTidy(kind, text) {
  if (checkLength(text) > CHECK_LONGEST) { return text; }
  if (!CHECK_KINDS[kind][4]) { return text.replace(CHECK_EDGES, ''); }
  text = checkPlain(text.replace(/[ \t\r\n\u00a0\u3000-]/g, '')).replace(/[a-z]/g, function (letter) { return letter.toUpperCase(); });
  return (kind === 'phone' || kind === 'contact') && text.slice(0, 3) === '+86' ? text.slice(3) : text;
}

function checkNumber(answer) {
  if (typeof answer === 'string') {
    answer = checkPlain(checkTidy('text', answer));
    if (!answer) { return null; }
    if (!/^-?[0-9]{1,10}(\.[0-9]{1,4})?$/.test(answer)) { return { code: 'number' }; }
    answer = Number(answer);
  }
  if (typeof answer !== 'number' || !(answer >= -CHECK_LARGEST && answer <= CHECK_LARGEST)) { return { code: 'number' }; }
  return Math.floor(answer * CHECK_SCALE + 0.5);
}

function checkOptions(field) { return (field.options || []).map(function (option) { return option.value; }); }

function checkRead(field, answer) {
  var base = CHECK_KINDS[field.kind][0];
  if (answer === null || answer === undefined) { return null; }
  if (base === 'number') { return checkNumber(answer); }
  if (base === 'choices') {
    if (!Array.isArray(answer)) { return { code: 'kind' }; }
    var known = checkOptions(field);
    var good = answer.every(function (each, at) {
      return typeof each === 'string' && known.indexOf(each) >= 0 && answer.indexOf(each) === at;
    });
    return good ? (answer.length ? answer : null) : { code: 'option' };
  }
  if (base === 'group') {
    var rows = Array.isArray(answer) && answer.every(function (row) {
      return row !== null && typeof row === 'object' && !Array.isArray(row);
    });
    if (!rows) { return { code: 'kind' }; }
    return answer.length > CHECK_ROWS ? { code: 'rows' } : answer.length ? answer : null;
  }
  if (typeof answer !== 'string') { return { code: 'kind' }; }
  var text = checkTidy(field.kind, answer);
  if (!text) { return null; }
  if (checkLength(text) > CHECK_LONGEST) { return { code: CHECK_TOO_LONG[base] || (checkSaysLength(field) ? 'format' : 'length') }; }
  if (CHECK_FORBIDDEN.test(text)) { return { code: 'characters' }; }
  if (base === 'date') {
    text = field.kind === 'expiry' && text === CHECK_FOREVER ? '9999-12-31' : checkPlain(text);
    var day = checkDay(text);
    return day === null ? { code: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? 'date' : 'date_written' } : day;
  }
  if (base === 'choice' && checkOptions(field).indexOf(text) < 0) { return { code: 'option' }; }
  return text;
}

/* The verdict on a form, as hall_daemon/matters/checks.py gives it: the same table, walked in the browser for an answer
   at once. The hall's own verdict counts. Needs check-values.js. */
'use strict';

var CHECK_BUILT_IN_BETTER = ['required', 'range', 'format'], CHECK_CELLS = 50;

/* -- conditions and terms: [word, …]; `form` and `row` are {values, born} -- */

var CHECK_WORDS = {
  all: function (tree, form, row) { return tree[1].every(function (each) { return checkRun(each, form, row); }); },
  any: function (tree, form, row) { return tree[1].some(function (each) { return checkRun(each, form, row); }); },
  not: function (tree, form, row) { return !checkRun(tree[1], form, row); },
  filled: function (tree, form, row) {
    return tree[1].every(function (each) { return checkRun(each, form, row) !== null; });
  },
  is: checkCompare(function (a, b) { return a === b; }),
  lt: checkCompare(function (a, b) { return a < b; }),
  le: checkCompare(function (a, b) { return a <= b; }),
  gt: checkCompare(function (a, b) { return a > b; }),
  ge: checkCompare(function (a, b) { return a >= b; }),
  between: function (tree, form, row) {
    var a = checkRun(tree[1], form, row), least = checkRun(tree[2], form, row), most = checkRun(tree[3], form, row);
    return a !== null && least !== null && most !== null && least <= a && a <= most;
  },
  in: function (tree, form, row) {
    var a = checkRun(tree[1], form, row);
    return a !== null && tree[2].indexOf(a) >= 0;
  },
  has: function (tree, form, row) {
    return (checkRun(tree[1], form, row) || []).some(function (each) { return tree[2].indexOf(each) >= 0; });
  },
  only: function (tree, form, row) {
    var a = checkRun(tree[1], form, row);
    return a !== null && a.every(function (each) { return tree[2].indexOf(each) >= 0; });
  },
  holds: function (tree, form, row) {
    var a = checkRun(tree[1], form, row);
    return a !== null && tree[2].some(function (word) { return a.indexOf(word) >= 0; });
  },
  format: function (tree, form, row) {
    var a = checkRun(tree[1], form, row);
    return a !== null && CHECK_FORMATS[tree[2]](a, form.today);
  },
  wrong: function (tree, form, row) {
    var a = checkRun(tree[1], form, row);
    return a !== null && !CHECK_FORMATS[tree[2]](a, form.today);
  },
  every: function (tree, form) {
    return (form.values[tree[1]] || []).every(function (row) { return checkRun(tree[2], form, row); });
  },
  some: function (tree, form) {
    return (form.values[tree[1]] || []).some(function (row) { return checkRun(tree[2], form, row); });
  },
  distinct: function (tree, form) {
    var seen = (form.values[tree[1]] || []).map(function (row) { return row.values[tree[2]]; }).filter(function (each) {
      return each !== null;
    });
    return seen.every(function (each, at) { return seen.indexOf(each) === at; });
  },
  field: function (tree, form) { return form.values[tree[1]]; },
  part: function (tree, form, row) { return row.values[tree[1]]; },
  today: function (tree, form) { return form.today; },
  value: function (tree) { return tree[1]; },
  days: checkCount(function (a, b) { return (b - a) * CHECK_SCALE; }),
  months: checkCount(function (a, b) { return checkMonths(a, b) * CHECK_SCALE; }),
  plus: checkCount(function (a, b) { return a + b; }),
  minus: checkCount(function (a, b) { return a - b; }),
  times: checkCount(function (a, b) { return a * b / CHECK_SCALE; }),
  apart: checkCount(function (a, b) { return Math.abs(a - b); }),
  age: function (tree, form, row) {
    var day = checkBirth(tree[1], form, row);
    return day === null ? null : checkYears(day, form.today) * CHECK_SCALE;
  },
  birth: function (tree, form, row) { return checkBirth(tree[1], form, row); },
  sex: function (tree, form, row) {
    var said = checkRun(tree[1], form, row), born = said === null ? null : checkBorn(said, form.today);
    return born === null ? null : born.sex;
  },
  sum: function (tree, form) {
    return (form.values[tree[1]] || []).reduce(function (sum, row) { return sum + (row.values[tree[2]] || 0); }, 0);
  },
  count: function (tree, form) { return (form.values[tree[1]] || []).length * CHECK_SCALE; },
  cap: function (tree, form, row) {
    for (var at = 0; at < tree[1].length; at += 1) {
      if (checkRun(tree[1][at][0], form, row)) { return checkRun(tree[1][at][1], form, row); }
    }
    return checkRun(tree[2], form, row);
  }
};

function checkRun(tree, form, row) { return CHECK_WORDS[tree[0]](tree, form, row); }

function checkCompare(compare) {
  return function (tree, form, row) {
    var a = checkRun(tree[1], form, row), b = checkRun(tree[2], form, row);
    return a !== null && b !== null && compare(a, b);
  };
}

function checkCount(count) {
  return function (tree, form, row) {
    var a = checkRun(tree[1], form, row), b = checkRun(tree[2], form, row);
    return a === null || b === null ? null : count(a, b);
  };
}

function checkBirth(tree, form, row) {
  var said = checkRun(tree, form, row);
  if (typeof said !== 'string') { return said; }
  var born = checkBorn(said, form.today);
  return born === null ? null : born.day;
}

/* -- the whole form -- */

/* Put an answer among `values`; the codes of what is wrong with it alone. */
function checkTake(field, answer, values, today, must) {
  var kind = CHECK_KINDS[field.kind], value = checkRead(field, answer);
  var bad = value !== null && typeof value === 'object' && !Array.isArray(value);
  values[field.id] = bad ? null : value;
  if (bad) { return [value.code]; }
  if (value === null) { return must ? ['required'] : []; }
  var least = field.least === undefined ? -Infinity : field.least;
  var most = field.most === undefined ? Infinity : field.most;
  var codes = [];
  if (kind[0] === 'number') {
    if (!(least <= value && value <= most)) { codes.push('range'); }
    if (value % Math.pow(10, 4 - kind[3]) !== 0) { codes.push('decimals'); }
  } else if (kind[0] === 'group') {
    if (!(least <= value.length && value.length <= most)) { codes.push('rows'); }
  } else if (typeof value === 'string' && kind[0] !== 'choice') {
    var length = checkLength(value), format = field.format || kind[1];
    if (field.most === undefined) { most = checkSaysLength(field) ? Infinity : kind[2]; }
    if (!(least <= length && length <= most)) { codes.push('length'); }
    if (format && !CHECK_FORMATS[format](value, today)) { codes.push('format'); }
  }
  return codes;
}

/* What of an ID number does not check, the first that fails. */
function checkFault(field, code, answer, today) {
  var told = code === 'format' && CHECK_KINDS[field.kind][0] === 'id' && typeof answer === 'string';
  return told ? checkIdFault(checkTidy(field.kind, answer), today) : '';
}

/* 'field code' of what need not be told beside a broken rule. */
function checkSpeaks(rule, form) {
  var found = [];
  if (rule.fields.length === 1) {
    found = CHECK_BUILT_IN_BETTER.map(function (code) { return rule.fields[0] + ' ' + code; });
  }
  return rule.must ? found.concat(checkWants(rule.must, form)) : found;
}

/* What such a rule says of fields, because each of them has to be filled, or of its own format. */
function checkWants(must, form) {
  var named = must[1], found;
  if (must[0] === 'all') {
    return named.reduce(function (all, each) { return all.concat(checkWants(each, form)); }, []);
  }
  if (must[0] === 'filled') {
    return named.filter(function (tree) { return tree[0] === 'field'; }).map(function (tree) { return tree[1] + ' required'; });
  }
  if (must[0] !== 'format' || named[0] !== 'field') { return []; }
  found = form.fields.filter(function (field) { return field.id === named[1]; })[0];
  return [named[1] + ' required'].concat((found.format || CHECK_KINDS[found.kind][1]) === must[2] ? [named[1] + ' format'] : []);
}

/* `form` as the hall serves it, `answers` by field, `today` as ISO text; gives what matters.checks.Verdict holds. */
function checkForm(form, answers, today) {
  var order = Object.create(null), values = Object.create(null), broken = [], hidden = [], needed = [], said = [], beside = [];
  var all = { values: values, today: checkDay(today) };
  form.fields.forEach(function (field, at) {
    order[field.id] = at;
    values[field.id] = null;
  });
  form.fields.forEach(function (field) {
    if (field.shown_when && !checkRun(field.shown_when, all)) { hidden.push(field.id); return; }
    var must = Boolean(field.required || (field.required_when && checkRun(field.required_when, all)));
    var answer = Object.prototype.hasOwnProperty.call(answers, field.id) ? answers[field.id] : null;
    if (must) { needed.push(field.id); }
    checkTake(field, answer, values, all.today, must).forEach(function (code) {
      broken.push({
        check: code, field: field.id, level: 'error', row: 0, part: '', fields: [], faulty: [],
        fault: checkFault(field, code, answer, all.today)
      });
    });
    if (field.parts && values[field.id] !== null) {
      var told = 0;
      values[field.id] = values[field.id].map(function (row, at) {
        var cells = Object.create(null);
        field.parts.forEach(function (part) {
          var cell = Object.prototype.hasOwnProperty.call(row, part.id) ? row[part.id] : null;
          checkTake(part, cell, cells, all.today, Boolean(part.required)).forEach(function (code) {
            told += 1;
            if (told > CHECK_CELLS) { return; }
            broken.push({
              check: code, field: field.id, level: 'error', row: at + 1, part: part.id, fields: [], faulty: [],
              fault: checkFault(part, code, cell, all.today)
            });
          });
        });
        return { values: cells };
      });
    }
  });
  var ruled = form.rules.filter(function (rule) {
    if (rule.when && !checkRun(rule.when, all)) { return false; }
    return rule.must ? !checkRun(rule.must, all) : checkRun(rule.never, all);
  }).map(function (rule) {
    var speaks = rule.level === 'error' ? checkSpeaks(rule, form) : [], many = rule.fields.length > 1;
    var told = broken.filter(function (each) { return !each.row && speaks.indexOf(each.field + ' ' + each.check) >= 0; });
    said = said.concat(told);
    if (many) { beside = beside.concat(told); }
    return {
      check: rule.id, field: rule.fields[0], level: rule.level, row: 0, part: '', fields: rule.fields, fault: '',
      faulty: many ? checkFields(told) : []
    };
  });
  beside = broken.filter(function (each) { return beside.indexOf(each) >= 0; });
  broken = broken.filter(function (each) { return said.indexOf(each) < 0; }).concat(ruled);
  var papers = [];
  form.papers.forEach(function (rule) {
    if (rule.when && !checkRun(rule.when, all)) { return; }
    rule.need.forEach(function (paper) { if (papers.indexOf(paper) < 0) { papers.push(paper); } });
  });
  return {
    broken: checkInOrder(broken, function (each) { return order[each.field]; }),
    beside: beside, hidden: hidden, needed: needed, papers: papers,
    steps: form.steps.map(function (step) { return step.id; }).filter(function (step) {
      return form.fields.some(function (field) { return field.step === step && hidden.indexOf(field.id) < 0; });
    }),
    values: all
  };
}

/* Each field once, in the order of the form. */
function checkFields(broken) {
  return broken.map(function (each) { return each.field; }).filter(function (field, at, all) { return all.indexOf(field) === at; });
}

/* Sorting that keeps equals in order: old browsers' own does not. */
function checkInOrder(list, place) {
  return list.map(function (each, at) { return [place(each), at, each]; }).sort(function (a, b) {
    return a[0] - b[0] || a[1] - b[1];
  }).map(function (each) { return each[2]; });
}

/* Words that name another matter, wherever they are read: a touch on one leads to its guide, or to the question which of
   several is meant. Names and what people call them are those of the guides. */
'use strict';

var KEYWORD_LETTERS = 3;
var keywords = {matters: {}, pattern: null};

/* `guides` in short, as the hall lists them; names of the matter that the page is about lead nowhere. */
function takeKeywords(guides, about) {
  var own = {}, found = {};
  guides.forEach(function (guide) {
    Object.keys(guide.title).map(function (code) { return guide.title[code]; }).concat(guide.aliases).forEach(function (name) {
      var key = name.toLowerCase();
      if (guide.matter === about) { own[key] = true; }
      if (name.length >= KEYWORD_LETTERS) { (found[key] = found[key] || []).push(guide.matter); }
    });
  });
  Object.keys(own).forEach(function (key) { delete found[key]; });
  keywords.matters = found;
  keywords.pattern = patternOf(Object.keys(found));
}

/* The longest name first; English ones as whole words. */
function patternOf(names) {
  var parts = names.sort(function (a, b) { return b.length - a.length; }).map(function (name) {
    var plain = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return /^[\x20-\x7e]+$/.test(name) ? '\\b' + plain + '\\b' : plain;
  });
  return parts.length ? new RegExp(parts.join('|'), 'gi') : null;
}

function keywordNode(text) {
  var matters = keywords.matters[text.toLowerCase()].filter(function (one, at, all) { return all.indexOf(one) === at; });
  var to = matters.length > 1 ? '/ask#q=' + encodeURIComponent(text) : '/guides/' + encodeURIComponent(matters[0]);
  return make('a', {'class': 'm-word', href: to, text: text});
}

/* A text as nodes, its keywords among them. */
function worded(text) {
  var nodes = [], from = 0;
  if (!keywords.pattern) { return [document.createTextNode(text)]; }
  text.replace(keywords.pattern, function (found, at) {
    nodes.push(document.createTextNode(text.slice(from, at)), keywordNode(found));
    from = at + found.length;
    return found;
  });
  return nodes.concat(document.createTextNode(text.slice(from)));
}

/* The same of what is shown already, so that whoever is typing loses nothing. */
function wordAll(selector) {
  each(document.querySelectorAll(selector), function (node) {
    var text = node.textContent;
    empty(node);
    worded(text).forEach(function (one) { node.appendChild(one); });
  });
}

/* Asked once; without an answer nothing is touched. */
function readKeywords(about, done) {
  ask('GET', '/api/v1/guides', null, {}, 8000, function (answer) {
    if (answer.status !== 200 || !answer.body) { return; }
    takeKeywords(answer.body.guides, about);
    done();
  });
}

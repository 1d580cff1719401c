/* Which matters are meant by some words: a name or what people call it, then names that have much of it. */
'use strict';

var FIND_ENOUGH = 0.5;

function plainWords(text) { return String(text).toLowerCase().replace(/[\s!-\/:-@\[-\x60{-~\u2010-\u2027\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]+/g, ''); }

function pairsOf(text) {
  var pairs = {}, at;
  for (at = 0; at < text.length - 1; at += 1) { pairs[text.substr(at, 2)] = true; }
  return Object.keys(pairs);
}

/* How alike: 2 when one holds the other, else the share of the shorter one's pairs of characters; a single pair in common
   counts by the length of what was asked, so that a sentence is not taken for each name that shares a word with it. */
function likeness(asked, name) {
  var pairs, shared, shorter;
  if (!asked || !name) { return 0; }
  if (name.indexOf(asked) >= 0 || (name.length > 1 && asked.indexOf(name) >= 0)) { return 2; }
  pairs = pairsOf(asked);
  shared = pairs.filter(function (pair) { return name.indexOf(pair) >= 0; }).length;
  shorter = shared > 1 ? Math.min(pairs.length, name.length - 1) : pairs.length;
  return shorter ? shared / shorter : 0;
}

/* Guides that fit, best first; all of them, in their order, when nothing was asked. */
function findGuides(guides, words) {
  var asked = plainWords(words), rated;
  if (!asked) { return guides; }
  rated = guides.map(function (guide, at) {
    var names = guide.aliases.concat(Object.keys(guide.title).map(function (code) { return guide.title[code]; }));
    return {guide: guide, at: at, fits: Math.max.apply(null, names.map(function (name) { return likeness(asked, plainWords(name)); }))};
  });
  rated = rated.filter(function (row) { return row.fits >= FIND_ENOUGH; });
  rated.sort(function (a, b) { return b.fits - a.fits || a.at - b.at; });
  return rated.map(function (row) { return row.guide; });
}

/* 长辈版: everything larger, kept on this phone. */
'use strict';

function wantsElder() { return kept('hall.elder') === 'yes' || /[?&]elder=1\b/.test(location.search); }

function setElder(on) {
  setClass(document.documentElement, 'is-elder', on);
  setAttr(byId('elder'), 'aria-pressed', on ? 'true' : 'false');
}

function startElder() {
  byId('elder').addEventListener('click', function () {
    var on = !document.documentElement.classList.contains('is-elder');
    keep('hall.elder', on ? 'yes' : 'no');
    setElder(on);
  });
  setElder(wantsElder());
}

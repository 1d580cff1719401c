/* A page for addresses that are none: large where that was chosen before. */
'use strict';

setClass(document.documentElement, 'is-elder', wantsElder());

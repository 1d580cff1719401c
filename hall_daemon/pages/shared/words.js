/* What several pages say: a wait, who sits at a window, what a window is called. */
'use strict';

/* A range of minutes, rounded to the side of patience; {known, text}. */
function waitWords(wait) {
  var low, high;
  if (!wait || wait.p90_s === undefined || wait.p10_s === undefined) {
    return {known: false, text: word('waits.unknown', wait && wait.unknown || 'predictor_away')};
  }
  low = Math.floor(wait.p10_s / 60);
  high = Math.max(1, Math.ceil(wait.p90_s / 60));
  if (low < 1) { return {known: true, text: t('shared.within_high_min', {high: high})}; }
  if (low === high) { return {known: true, text: t('shared.about_high_min', {high: high})}; }
  return {known: true, text: t('shared.low_high_min', {low: low, high: high})};
}

/* Who sits at a window: a number of the staff, or the caller pad that opened it, which knows nobody's number. */
function staffWords(staff) {
  return /^pad:/.test(staff) ? t('shared.caller_pad') : t('shared.staff_staff', {staff: staff});
}

/* "3" is 3号窗口; a label with words of its own stays as it is. */
function windowWords(label) {
  return /^[A-Za-z]?\d{1,4}$/.test(label) ? t('shared.window_label', {label: label}) : label;
}

"""Keys of our own to type with: a pad of digits, letters with what they find. Screen thread."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk_ui.presenters.page import Button, Choice, Note, Pad, Search
from kiosk_ui.widgets.cards import choice_row
from kiosk_ui.widgets.controls import Room, bounded_by, grid_of
from kiosk_ui.widgets.displays import note_panel
from kiosk_ui.widgets.guides import found, has_room, is_empty, reads_found
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import GAP_MM, TARGET_MM, Look, Role
from kiosk_ui.widgets.touch import OnPress, key, mend_key, word_key

_KEY_MAX_MM = 42.0
# Of the keyboard: ten keys of 20 mm across, and the gaps that leaves.
_LETTER_ROOMY_MM, _LETTER_HIGH_MM, _LETTER_GAP_MM = 30.0, 24.3, 5.1
# Words that letters may mean beside each other, each a key: fewer where they are large.
_IN_ROW, _IN_ROW_LARGE = 6, 4
_WORDS_MM, _WORDS_LOW_MM = 26.0, TARGET_MM
# Of a keyboard's ten places in a row, what takes more than one.
_WIDE_KEYS = {"key-space": 3}
# Letters beside the digits go in as many rows as these; above them, so many in a row.
_LETTERS_IN_ROW = 8


def keys(body: Pad, look: Look, on_press: OnPress, room: Room) -> QWidget:
    """The hall's letters and the digits: beside each other on a wide screen, letters above on an upright one."""
    digits, digit_rows, digit_columns = digit_pad(body.digits, body.mends, look, on_press)
    letters = grid_of(look)
    count = max(1, len(body.letters))
    across = min(_LETTERS_IN_ROW, count) if look.upright else -(-count // digit_rows)
    letter_rows = -(-count // across)
    for at, button in enumerate(body.letters):
        letters.addWidget(key(button, look, on_press, _digit_role(look)), at // across, at % across)
    both: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    both.setSpacing(look.px(GAP_MM if look.upright else 2 * GAP_MM))
    both.addLayout(letters, letter_rows if look.upright else across)
    both.addLayout(digits, digit_rows if look.upright else digit_columns)
    rows = digit_rows + (letter_rows if look.upright else 0)
    return bounded_by(both, look, rows, _KEY_MAX_MM, room)


def _digit_role(look: Look) -> Role:
    """Where half a page must do the keys are lower."""
    if look.upright:
        return "key" if look.assist.low else "digit"
    return "row" if look.assist.low or look.dense else "key"


def digit_pad(
    digits: Sequence[Button], mends: Sequence[Button], look: Look, on_press: OnPress
) -> tuple[QGridLayout, int, int]:
    """As on a telephone, the keys that mend at the right; two rows where half a page must do. With its rows and
    columns. An eleventh digit, X, stands left of the 0."""
    grid = grid_of(look)
    pad = [key(button, look, on_press, _digit_role(look)) for button in digits]
    clear, erase = (mend_key(button, look, on_press) for button in mends)
    if look.tight or (look.assist.low and (look.assist.large or not look.upright)):
        across = -(-len(pad) // 2)
        for at, digit in enumerate(pad):
            grid.addWidget(digit, at // across, at % across)
        for column in range(across + 1):
            grid.setColumnStretch(column, 2 if column < across else 3)
        grid.addWidget(erase, 0, across)
        grid.addWidget(clear, 1, across)
        return grid, 2, across + 1
    for at, digit in enumerate(pad[:9]):
        grid.addWidget(digit, at // 3, at % 3)
    for at, digit in enumerate(pad[:9:-1]):
        grid.addWidget(digit, 3, at)
    zero_from = len(pad) - 10
    grid.addWidget(pad[9], 3, zero_from, 1, 3 - zero_from)
    grid.addWidget(erase, 0, 3, 2, 1)
    grid.addWidget(clear, 2, 3, 2, 1)
    for column in range(4):
        grid.setColumnStretch(column, 1)
    for row in range(4):
        grid.setRowStretch(row, 1)
    return grid, 4, 4


def search(body: Search, look: Look, on_press: OnPress, room: Room) -> QWidget:
    """What was found above the letters, on a wide screen beside them; between them what the letters may mean. Where all
    keys are in the lower half what was found is read above, and its numbers are keys beside the words."""
    choices, leaves = found(body, look)
    roomy = has_room(look)
    listed = QVBoxLayout()
    listed.setSpacing(look.px(GAP_MM))
    for choice in () if reads_found(look) else choices:
        shown_as = choice if look.upright else choice._replace(icon="")  # beside letters there is width for its name
        listed.addWidget(choice_row(shown_as, look, on_press, beside=False, plated=look.upright))
    if is_empty(body) and roomy:
        listed.addWidget(note_panel(Note("nothing", body.hint), look, large=True), 1)
    if body.other and roomy:
        listed.addWidget(Label(body.other, look, "body", colour="soft", name="other"))
    if not (is_empty(body) and roomy):
        listed.addStretch(1)
    whole: QBoxLayout = QVBoxLayout() if look.upright else QHBoxLayout()
    whole.setSpacing(look.px(GAP_MM))
    whole.addLayout(listed, 0 if look.upright else 1)
    rows = (*body.keys, (*body.mends, *((body.more,) if leaves > 1 else ())))
    high_mm = _LETTER_ROOMY_MM if roomy else _LETTER_HIGH_MM
    typed = QVBoxLayout()
    typed.setSpacing(look.px(_LETTER_GAP_MM))
    picks = tuple(_pick(at, choice) for at, choice in enumerate(choices, 1)) if reads_found(look) else ()
    if body.spelled or picks:
        typed.addWidget(candidate_row(body.candidates, body.turn, body.turned, look, on_press, kept=roomy, picks=picks))
    typed.addLayout(letter_rows(rows, look, on_press, high_mm))
    whole.addLayout(typed, 0 if look.upright else 3)
    return bounded_by(whole, look, 8, _KEY_MAX_MM, room)


def _pick(number: int, choice: Choice) -> Button:
    return Button(choice.name, str(number), choice.press, spoken=f"{number}，{choice.title}")


def candidate_row(
    candidates: Sequence[Button], more: Button, leaf: int, look: Look, on_press: OnPress, *, kept: bool,
    picks: Sequence[Button] = (),
) -> QWidget:
    """Words above the letters, each a key, behind keys for what was found (`picks`). `kept`: the row has its place also
    when there are none, so that nothing moves."""
    shown = (_IN_ROW_LARGE if look.assist.large else _IN_ROW) - len(picks)
    leaves = max(1, -(-len(candidates) // shown))
    first = leaf % leaves * shown
    row = QWidget()
    low = look.assist.low or not look.upright
    role: Role = ("fine" if low else "body") if look.assist.large else "nav" if low else "key"
    used = candidates or picks or kept
    row.setFixedHeight(look.px(_WORDS_LOW_MM if low else _WORDS_MM) if used else 0)
    words = QHBoxLayout(row)
    words.setContentsMargins(0, 0, 0, 0)
    words.setSpacing(look.px(GAP_MM))
    for button in picks:
        words.addWidget(key(button, look, on_press, role), 1)
    for button in candidates[first : first + shown]:
        words.addWidget(key(button, look, on_press, role), len(button.title))
    if leaves > 1:
        words.addWidget(key(more, look, on_press, role), 1)
    return row


def letter_rows(
    rows: Sequence[Sequence[Button]], look: Look, on_press: OnPress, high_mm: float = _LETTER_HIGH_MM
) -> QVBoxLayout:
    """Ten keys across at most, each row in the middle; the last row mends and takes the whole width."""
    letters = QVBoxLayout()
    gap = look.px(_LETTER_GAP_MM)
    letters.setSpacing(gap)
    small = look.tight or not look.upright or high_mm <= TARGET_MM
    role: Role = "fine" if small else "nav" if look.assist.large else "key"
    tail_role: Role = "fine" if look.assist.large or not look.upright else "nav"
    high = look.px(20 if small else high_mm)
    for at, buttons in enumerate(rows):
        is_tail = at == len(rows) - 1
        line = QHBoxLayout()
        line.setSpacing(gap)
        places = [_WIDE_KEYS.get(button.name, 1) for button in buttons]
        indent = 0 if is_tail else max(0, 10 - sum(places)) * (look.px(20) + gap) // 2
        line.setContentsMargins(indent, 0, indent, 0)
        for button, wide in zip(buttons, places, strict=True):
            signed = is_tail and not small and not look.assist.large
            touch = word_key(button, look, on_press, tail_role) if signed else key(
                button, look, on_press, tail_role if is_tail else role)
            if look.packed and is_tail:
                touch.setMinimumHeight(high)  # words of two lines
            else:
                touch.setFixedHeight(high)
            line.addWidget(touch, wide)
        letters.addLayout(line)
    return letters

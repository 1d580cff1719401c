"""Pages of who comes back to a pre-review or takes one along: looked up, proved, to a phone and from one. Pure."""

from __future__ import annotations

from kiosk_ui.presenters.digits import grouped, groups
from kiosk_ui.presenters.forms import said
from kiosk_ui.presenters.page import Button, Code, Notice, Pad, Part
from kiosk_ui.state import State, finding, proving
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.words import Words

# -- looked up -------------------------------------------------------------------------------------


def find_page(state: State, words: Words, step: s.FindReview) -> Pad:
    """First its number, then that of one's own paper: digits on the same keys."""
    whole = len(step.typed) >= finding.NUMBER_DIGITS
    digits = "1234567890X" if whole else "1234567890"
    typed = step.person or step.typed
    return Pad(
        title=words("find.person" if whole else "find.title"),
        hint=_hint(state, words, whole),
        typed=grouped("id_number", step.person) if whole else finding.review_number(step.typed), letters=(),
        groups=groups(words, "id_number", step.person) if whole else (),
        digits=tuple(Button(f"key-{sign}", sign, e.TypeKey(sign)) for sign in digits),
        mends=(
            Button("clear", words("lookup.clear"), e.Key.CLEAR, "close", enabled=bool(typed)),
            Button("erase", words("lookup.erase"), e.Key.ERASE, "erase", enabled=bool(typed)),
        ),
    )


def find_actions(words: Words, step: s.FindReview) -> tuple[Button, ...]:
    whole = len(step.typed) >= finding.NUMBER_DIGITS
    left = finding.PERSON_DIGITS - len(step.person) if whole else finding.NUMBER_DIGITS - len(step.typed)
    ready = whole and not left
    why = "" if ready else words("live.left", n=left)
    return (Button("find", words("lookup.find"), e.Key.FIND, "search", enabled=ready, why=why),)


def _hint(state: State, words: Words, whole: bool) -> str:
    """What a reader of this kiosk spares."""
    sort = "card" if whole else "code"
    here = words(f"find.{sort}") if sort in state.settings.reads else ""
    return words("list.dot").join(filter(None, (here, words("find.person.hint" if whole else "find.hint"))))


# -- whose it is -----------------------------------------------------------------------------------


def prove_page(state: State, words: Words, step: s.Prove) -> Pad | Notice:
    """Who has its secret types the number of their paper, or lays the card; who has not lays the card."""
    card = "card" in state.settings.reads
    if not proving.may_type(step):
        kind = "card" if card else "no_card"
        parts = (
            Part(words("prove.why"), words("prove.why.head"), words("prove.why.text")),
            Part(words("prove.how"), words(f"prove.{kind}"), words(f"prove.{kind}.text")),
        )
        return Notice("card", "plain", words("prove.title"), (), parts=parts)
    return Pad(
        title=words("find.person"), hint=_hint(state, words, True), typed=grouped("id_number", step.person), letters=(),
        groups=groups(words, "id_number", step.person),
        digits=tuple(Button(f"key-{sign}", sign, e.TypeKey(sign)) for sign in "1234567890X"),
        mends=(
            Button("clear", words("lookup.clear"), e.Key.CLEAR, "close", enabled=bool(step.person)),
            Button("erase", words("lookup.erase"), e.Key.ERASE, "erase", enabled=bool(step.person)),
        ),
    )


def prove_actions(words: Words, step: s.Prove) -> tuple[Button, ...]:
    if not proving.may_type(step):
        return ()
    left = finding.PERSON_DIGITS - len(step.person)
    why = words("live.left", n=left) if left else ""
    return (Button("find", words("prove.go"), e.Key.FIND, "next", enabled=not left, why=why),)


# -- to a phone, and from one ----------------------------------------------------------------------


def moving_page(state: State, words: Words, step: s.Moving) -> Notice:
    """A code; then the same number on both sides."""
    if step.agreed:
        return Notice("hourglass", "plain", words("move.going"), (words("asking.text"),))
    parts = tuple(Part(words(f"move.{at}"), words(f"move.{at}.head")) for at in ("first", "second", "third"))
    return Notice("phone", "plain", words("move.title"), (), parts=parts, code=_code(state, words, step))


def _code(state: State, words: Words, step: s.Moving) -> Code | None:
    if step.number:
        return Code("", words("move.compare"), words("move.compare.text"), step.number)
    return None if _is_old(state, step) else Code(step.url, words("move.scan"), words("move.scan.text"))


def _is_old(state: State, step: s.Moving) -> bool:
    return not step.url or state.now_s > step.offered_at_s + step.good_s


def moving_actions(state: State, words: Words, step: s.Moving) -> tuple[Button, ...]:
    """Once somebody has come, whether it is them; a code that is old is made anew."""
    if step.agreed:
        return ()
    if step.number:
        same = Button("same", words("move.same"), e.Key.SAME_NUMBER, "check")
        return same, Button("other", words("move.other"), e.Key.BACK, "close")
    return (Button("new-code", words("papers.new_code"), e.Key.NEW_CODE, "qr"),) if _is_old(state, step) else ()


def moving_ways(words: Words, step: s.Moving) -> tuple[Button, ...]:
    return () if step.agreed else (Button("back", words("move.stay"), e.Key.BACK, "back"),)


def taken_page(words: Words, step: s.Taken) -> Notice:
    parts = (Part(words("review.number"), step.review), Part(words("review.now"), words("leave.taken.text")))
    return Notice("phone", "good", words("leave.taken"), (), parts=parts)


def taken_actions(words: Words) -> tuple[Button, ...]:
    return (Button("leave", words("review.leave"), e.Key.FINISH, "check"),)


def arriving_page(words: Words, step: s.Arriving) -> Notice:
    parts = (
        Part(words("review.matter"), said(words, step.title)),
        Part(words("review.now"), words("arrive.do"), words("arrive.do.text")),
    )
    code = Code("", words("move.compare"), words("arrive.compare"), step.number)
    return Notice("phone", "plain", words("arrive.title"), (), parts=parts, code=code)

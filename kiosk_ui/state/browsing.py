"""Guides and the search for a matter: what each key does and each answer brings. Pure.

What is typed is looked for in the names that the hall told, and asked of the hall, which knows pinyin and initials.
Nothing of it is kept: it is in the step, and goes with it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state import topics
from kiosk_ui.state.model import State
from kiosk_ui.state.outcome import Outcome, Table, behind, on

# From so many letters on it is looked for; more than these are no question.
ASKED_FROM, TYPED_MAX = 2, 60
_FOUND = 12


def open_guides(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    return on(state, s.Guides()) if state.library.guides else Outcome(state)


def open_forms(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    return on(state, s.Guides(forms=True)) if state.library.with_forms else Outcome(state)


def open_search(state: State, step: s.Step, press: e.Key, key: str) -> Outcome:
    return on(state, s.Search()) if state.library.guides else Outcome(state)


def choose_group(state: State, step: s.Guides | s.Search, press: e.ChooseGroup, key: str) -> Outcome:
    forms = isinstance(step, s.Guides) and step.forms
    found = state.library.within(press.group, forms=forms)
    if len(found) == 1:
        return choose_guide(state, step, e.ChooseGuide(found[0].matter), key)
    return on(state, s.Guides(press.group, forms=forms)) if found else Outcome(state)


def choose_guide(
    state: State, step: s.Guides | s.Search | s.OneNotice | s.Topic, press: e.ChooseGuide, key: str
) -> Outcome:
    if state.library.of(press.matter) is None:
        return Outcome(state)
    guide = s.Guide(press.matter, step, lead=lead_of(step, press.matter))
    return on(state, guide, e.FetchGuide(state.session_no, press.matter))


def lead_of(step: s.Step, matter: str) -> str:
    """The paragraph that the question was for: of the first matter that the hall named."""
    said = step.said if isinstance(step, s.Search) else None
    return said.paragraph or "" if said is not None and said.matters[:1] == (matter,) else ""


def ask_word(state: State, step: s.Topic | s.OneNotice, press: e.AskWord, key: str) -> Outcome:
    """To the matter that is called so; where several are, to the question which is meant."""
    matters = state.library.called().get(press.word, ())
    if len(matters) == 1:
        return on(state, s.Guide(matters[0], step), e.FetchGuide(state.session_no, matters[0]))
    if not matters:
        return Outcome(state)
    word = press.word[:TYPED_MAX]
    asked = s.Search(typed=word, asked=word, found=matters, chosen=len(word), before=step)
    return on(state, asked, e.FindMatters(state.session_no, word))


def again(state: State, step: s.Guide, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, failed=False), e.FetchGuide(state.session_no, step.matter))


def choose_instead(state: State, step: s.Guide, press: e.ChooseGuide, key: str) -> Outcome:
    """What takes the place of a matter that is stopped; the way back leads where this one was found."""
    return choose_guide(state, step.before, press, key)


def back_from_guide(state: State, step: s.Guide, press: e.Key, key: str) -> Outcome:
    return on(state, left(step.before))


def type_letter(state: State, step: s.Search, press: e.TypeKey, key: str) -> Outcome:
    """Nothing begins with a space, and one is enough."""
    spaced = press.key == " " and (not step.typed or step.typed.endswith(" "))
    return Outcome(state) if spaced else _look_for(state, step, (step.typed + press.key.lower())[:TYPED_MAX])


def pick_word(state: State, step: s.Search, press: e.PickText, key: str) -> Outcome:
    """The first letters mean this word; what is left of them is typed behind it."""
    before = step.typed[: step.chosen] + press.text
    typed = (before + step.letters[press.used :])[:TYPED_MAX]
    return _look_for(state, replace(step, chosen=min(len(before), len(typed))), typed)


def turn_words(state: State, step: s.Search, press: e.Key, key: str) -> Outcome:
    return on(state, replace(step, turned=step.turned + 1))


def erase(state: State, step: s.Search, press: e.Key, key: str) -> Outcome:
    return _look_for(state, step, step.typed[:-1])


def clear(state: State, step: s.Search, press: e.Key, key: str) -> Outcome:
    return on(state, s.Search(before=step.before))


def _look_for(state: State, step: s.Search, typed: str) -> Outcome:
    """At once among the names that are known; the hall is asked for one thing at a time."""
    chosen = min(step.chosen, len(typed))
    if not is_question(typed):
        return on(state, s.Search(typed=typed, asked=step.asked, chosen=chosen, before=step.before))
    here = s.Search(
        typed=typed, asked=step.asked or typed, found=by_name(state, typed), chosen=chosen, before=step.before
    )
    return on(state, here) if step.asked else on(state, here, e.FindMatters(state.session_no, typed))


def find(state: State, step: s.Search, press: e.Key, key: str) -> Outcome:
    """Asked as it stands, once: what finds no answer so is told to staff."""
    if step.whole or not is_question(step.typed):
        return Outcome(state)
    asked = replace(step, asked=step.typed, whole=True)
    return on(state, asked, e.FindMatters(state.session_no, step.typed, whole=True))


def is_question(typed: str) -> bool:
    """A letter alone is none, a character is."""
    typed = typed.strip()
    return len(typed) >= ASKED_FROM or (bool(typed) and not typed.isascii())


def by_name(state: State, typed: str) -> tuple[str, ...]:
    """Matters one of whose names has what is typed, letters for letters; those that begin with it first."""
    wanted = typed.replace(" ", "")
    ranked = [(rank, guide.matter) for guide in state.library.guides
        if (rank := min((_rank(name, wanted) for name in (*guide.title.values(), *guide.aliases)), default=2)) < 2]
    return tuple(matter for _, matter in sorted(ranked, key=lambda each: each[0]))[:_FOUND]


def _rank(name: str, wanted: str) -> int:
    words = name.lower().split()
    letters, initials = "".join(words), "".join(word[0] for word in words)
    if letters.startswith(wanted) or (initials == wanted and len(words) > 1):
        return 0
    return 1 if wanted in letters else 2


def guide_came(state: State, event: e.GuideCame) -> Outcome:
    step = state.session.step
    if isinstance(step, s.Aside) and step.matter == event.matter and step.view is None:
        return on(state, replace(step, view=event.guide))
    if isinstance(step, s.Over):
        return behind(state, step, lambda inner: guide_came(inner, event))
    if isinstance(step, s.Waiting) and isinstance(step.before, s.Review):  # its number is being brought
        inner = guide_came(on(state, step.before).state, event).state
        review = inner.session.step
        return on(inner, replace(step, before=review) if isinstance(review, s.Review) else step)
    if isinstance(step, s.Review) and step.before is None and step.view.matter == event.matter:
        return on(state, replace(step, before=s.Guide(event.matter, s.Guides(), event.guide)))
    if not isinstance(step, s.Guide) or step.matter != event.matter:
        return Outcome(state)
    return on(state, topics.led(replace(step, view=event.guide)))


def guide_failed(state: State, ref: str, trouble: s.Trouble) -> Outcome:
    step = state.session.step
    if isinstance(step, s.Over) and not (isinstance(step, s.Aside) and step.matter == ref):
        return behind(state, step, lambda inner: guide_failed(inner, ref, trouble))
    if not isinstance(step, s.Guide | s.Aside) or step.matter != ref or step.view is not None:
        return Outcome(state)
    return on(state, replace(step, failed=True))


def matters_found(state: State, event: e.MattersFound) -> Outcome:
    """What was typed meanwhile is asked for now."""
    step = state.session.step
    if not isinstance(step, s.Search) or step.asked != event.typed:
        return Outcome(state)
    if step.typed == event.typed:
        known = tuple(matter for matter in event.matters if state.library.of(matter) is not None)
        merged = tuple(dict.fromkeys((*known, *step.found)))[:_FOUND]
        return on(state, replace(step, asked="", found=merged, said=event.said))
    if not is_question(step.typed):
        return on(state, replace(step, asked=""))
    return on(state, replace(step, asked=step.typed), e.FindMatters(state.session_no, step.typed))


def search_failed(state: State, ref: str, trouble: s.Trouble) -> Outcome:
    """What is known by name stays; the next letter asks again."""
    step = state.session.step
    if not isinstance(step, s.Search) or step.asked != ref:
        return Outcome(state)
    return on(state, replace(step, asked="", whole=False))


def left(step: s.Step) -> s.Step:
    """A page that is gone back to: no answer came to it meanwhile, and what is typed on it is asked anew."""
    return replace(step, asked="", whole=False) if isinstance(step, s.Search) and step.asked else step


AT: Table = {
    (s.Topic, e.AskWord): ask_word,
    (s.OneNotice, e.AskWord): ask_word,
    (s.Search, e.TypeKey): type_letter,
    (s.Search, e.PickText): pick_word,
    (s.Search, e.Key.TURN_WORDS): turn_words,
    (s.Search, e.Key.ERASE): erase,
    (s.Search, e.Key.CLEAR): clear,
    (s.Search, e.Key.FIND): find,
    (s.Guide, e.Key.TRY_AGAIN): again,
    (s.Guide, e.Key.BACK): back_from_guide,
    (s.Guide, e.ChooseGuide): choose_instead,
}

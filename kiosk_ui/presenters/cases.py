"""Pages of a pre-review: papers, what becomes of it, the list of what is to be mended. Pure.

With every result stands that it is no acceptance.
"""

from __future__ import annotations

from hall_daemon.wire.reviews import DefectView, ReviewView
from hall_daemon.wire.uploads import HandedPaper
from kiosk_ui.presenters.digits import grouped, groups
from kiosk_ui.presenters.forms import said
from kiosk_ui.presenters.notice import unknown
from kiosk_ui.presenters.page import Button, Choice, Choices, Code, Icon, Notice, Pad, Part, Progress, Tone
from kiosk_ui.state import State, cases, finding
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import UNKNOWN
from kiosk_ui.state.drafts import Case
from kiosk_ui.state.model import SHORT_MM, choices_per_leaf
from kiosk_ui.words import Words

_ICONS: dict[str, Icon] = {
    "clear": "check", "unclear": "warn", "missing": "photo", "later": "hourglass", "again": "warn",
}
_TONES: dict[str, Tone] = {"clear": "good", "unclear": "bad", "later": "warn", "again": "bad"}
_PAPERS_MOST = 4


# -- papers ----------------------------------------------------------------------------------------


def papers_page(state: State, words: Words, step: s.Papers) -> Choices | Notice:
    if step.wanted:
        return _paper_page(words, step)
    papers = [paper for paper in (step.handed.papers if step.handed else ()) if paper.needed or paper.pages]
    papers.sort(key=lambda paper: _ORDER.index(how(step, paper)))
    ready = sum(how(step, paper) in ("clear", "later") for paper in papers)
    left = len(papers) - ready
    title = words("papers.title", ready=ready, left=left) if left else words("papers.ready")
    of = len(step.draft.verdict.steps) + 2
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        title=title if step.handed else words("papers.coming"), hint="", more=turn, leaf=step.leaf,
        per_leaf=min(_PAPERS_MOST, choices_per_leaf(state)),
        choices=tuple(_choice(words, step, each) for each in papers),
        progress=Progress(words("form.step", at=of, of=of, title=words("papers.name")), of, of),
        code=_code(state, words, step),
    )


_ORDER = ("again", "unclear", "missing", "later", "clear")


def how(step: s.Papers, paper: HandedPaper) -> str:
    """How it stands with a paper."""
    if paper.id in step.promised:
        return "later"
    if not paper.pages:
        return "missing"
    if any(page.marks and not page.insisted for page in paper.pages):
        return "unclear"
    again = any((each.of, each.id) == ("paper", paper.id) for each in step.draft.defects)
    return "again" if again else "clear"


def _choice(words: Words, step: s.Papers, paper: HandedPaper) -> Choice:
    kind = how(step, paper)
    detail = words.count("paper.how.clear", len(paper.pages)) if kind == "clear" else words(f"paper.how.{kind}")
    return Choice(f"paper-{paper.id}", "", said(words, paper.name), detail, e.ShowPaper(paper.id), icon=_ICONS[kind],
        wait=detail, tone=_TONES.get(kind, "plain"))


def _stale(state: State, step: s.Papers) -> bool:
    return not step.claimed and (not step.url or state.now_s > step.offered_at_s + step.good_s)


def _code(state: State, words: Words, step: s.Papers) -> Code | None:
    """Scanned once; then both show the same number."""
    if step.claimed:
        return Code("", words("papers.claimed"), words("papers.claimed.text"), step.number)
    if step.handed is not None and _stale(state, step):
        return Code("", words("papers.stale"), words("papers.stale.text", new=words("papers.new_code")))
    return Code(step.url, words("papers.scan"), words("papers.scan.text")) if step.url else None


def papers_actions(state: State, words: Words, step: s.Papers) -> tuple[Button, ...]:
    """Sent when nothing is missing; of one paper what can be done about it."""
    if step.wanted:
        return _paper_actions(words, step)
    lacking = cases.lacking(step)
    ready = step.handed is not None and not lacking
    why = words.count("papers.first", len(lacking)) if lacking else words("moment")
    send = Button("send", words("papers.send"), e.Key.SEND, "check", enabled=ready, why="" if ready else why)
    code = (Button("new-code", words("papers.new_code"), e.Key.NEW_CODE, "qr"),) if _stale(state, step) else ()
    if state.session.assist.all:  # one key below a list in its lower half
        return (send,) if ready or not code else code
    return send, *code


def _paper_page(words: Words, step: s.Papers) -> Notice:
    paper = cases.paper_of(step)
    if paper is None:
        return Notice("info", "plain", words("papers.coming"), ())
    parts = tuple(
        Part(words("papers.page", page=page.page), said(words, lack.say),
            words("papers.insisted") if page.insisted else "")
        for page in paper.pages for lack in page.marks
    )[:3]
    told = tuple(
        Part(words("papers.told"), said(words, each.said), each.words)
        for each in step.draft.defects if (each.of, each.id) == ("paper", paper.id)
    )
    kind = how(step, paper)
    what = Part(words("papers.how"), words(f"paper.do.{kind}"))
    icon = _ICONS[kind]
    return Notice(icon, "warn" if icon == "warn" else "plain", said(words, paper.name), (), parts=(*told, *parts, what))


def _paper_actions(words: Words, step: s.Papers) -> tuple[Button, ...]:
    paper = cases.paper_of(step)
    back = Button("list", words("papers.back"), e.Key.BACK, "back")
    if paper is None:
        return (back,)
    unclear = any(page.marks and not page.insisted for page in paper.pages)
    keep = (Button("insist", words("papers.insist"), e.Key.INSIST, "check"),) if unclear else ()
    promised = step.wanted in step.promised
    title = words("papers.no_promise" if promised else "papers.promise")
    later = (Button("promise", title, e.Key.PROMISE, "hourglass"),)
    return (back, *keep, *(later if cases.may_promise(step.before, step.wanted) and not keep else ()))


# -- what becomes of it ----------------------------------------------------------------------------


def review_page(state: State, words: Words, step: s.Review) -> Choices | Notice:
    view = step.view
    if view.state == "mend" and view.lists:
        return _list_page(state, words, step, view.lists[-1].defects)
    if view.state == "passed":
        return _passed(state, words, step)
    parts = (
        Part(words("review.matter"), said(words, view.title)),
        Part(words("review.number"), view.review),
        Part(words("review.now"), _until(words, view) or words("review.nothing"), said(words, view.note)),
    )
    tone: Tone = "good" if view.state in ("sent", "looking") else "plain"
    return Notice("precheck", tone, said(words, view.state_said), (), parts=parts, code=_own(state, words, step))


def _until(words: Words, view: ReviewView) -> str:
    """Until when the hall answers, the person mends, or the result holds."""
    if not view.due:
        return ""
    _, month, day = view.due.split("-")
    about = "_about" if view.about else ""
    key = f"review.due.{view.state}{about}"
    key = key if words.has(key) else f"review.due.other{about}"
    return words(key, month=words(f"month.{int(month)}"), day=int(day))


def taken_page(words: Words, step: s.Taken) -> Notice:
    parts = (Part(words("review.number"), step.case.review), Part(words("review.now"), words("leave.taken.text")))
    return Notice("phone", "good", words("leave.taken"), (), parts=parts, code=_to_phone(words, step.site, step.case))


def taken_actions(words: Words) -> tuple[Button, ...]:
    return (Button("leave", words("review.leave"), e.Key.FINISH, "check"),)


def _own(state: State, words: Words, step: s.Review) -> Code | None:
    """Its page on the phone; the secret stands behind the #, which no server on the way sees. A short screen has no
    room for it beside large print."""
    if not step.site or (state.session.assist.large and state.screen_mm[1] < SHORT_MM):
        return None
    return _to_phone(words, step.site, step.case)


def _to_phone(words: Words, site: str, case: Case) -> Code:
    return Code(f"{site}/case#r={case.review}&t={case.token}", words("review.phone"), words("review.phone.text"))


def _list_page(state: State, words: Words, step: s.Review, defects: tuple[DefectView, ...]) -> Choices:
    found = tuple(
        Choice(f"defect-{at}", "", said(words, each.place),
            words("list.dot").join(filter(None, (said(words, each.said), each.words))), e.Key.NEXT, number=str(at))
        for at, each in enumerate(defects, 1)
    )
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    where = "" if step.draft is not None else words("review.elsewhere")
    hint = words("list.dot").join(filter(None, (words("review.whole"), _until(words, step.view), where)))
    return Choices(title=words.count("review.wrong", len(defects)), hint=hint, choices=found, more=turn,
        per_leaf=min(_PAPERS_MOST, choices_per_leaf(state)), leaf=step.leaf, code=_own(state, words, step),
        marked=words.count("review.points", len(defects)))


def _passed(state: State, words: Words, step: s.Review) -> Notice:
    view, guide = step.view, step.before.view if step.before else None
    names = {id_: material.name for id_, material in guide.guide.materials.items()} if guide else {}
    bring = words("list.and").join(said(words, names[each]) for each in view.papers if each in names)
    later = words("list.and").join(said(words, names[each]) for each in view.promised if each in names)
    parts = tuple(
        _part(state, words, key, head, text)
        for key, head, text in (
            ("matter", said(words, view.title), view.review), ("until", _until(words, view), ""),
            ("bring", bring or words("review.bring_card"), ""), ("later", later, ""),
        )
        if head and not (key == "matter" and state.session.assist.all)
    )
    return Notice("check", "good", words("review.passed"), (), parts=parts, strip=Part("", said(words, view.note), ""),
        code=_own(state, words, step), done=True)


def _part(state: State, words: Words, key: str, head: str, text: str) -> Part:
    """In 长辈模式 a full page leaves its labels out: there the answer says what it is."""
    label = words(f"review.{key}")
    return Part(label, words("review.elder", label=label, head=head) if state.session.assist.all else head, text)


def review_actions(state: State, words: Words, step: s.Review) -> tuple[Button, ...]:
    view = step.view
    if view.state == "mend" and step.draft is not None:
        return (Button("mend", words("review.mend"), e.Key.NEXT, "pencil"),)
    go = Button("leave", words("review.leave"), e.Key.FINISH, "check")
    if view.state == "passed" and cases.draw_service(state, step):
        return Button("draw-prepared", words("review.draw"), e.Key.DRAW_PREPARED, "ticket"), go
    return (go,)


# -- looked up -------------------------------------------------------------------------------------


def find_page(words: Words, step: s.FindReview) -> Pad:
    """First its number, then that of one's own paper: digits on the same keys."""
    whole = len(step.typed) >= finding.NUMBER_DIGITS
    digits = "1234567890X" if whole else "1234567890"
    typed = step.person or step.typed
    return Pad(
        title=words("find.person" if whole else "find.title"),
        hint=words("find.person.hint" if whole else "find.hint"),
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
    why = "" if ready else words.count("live.left", left)
    return (Button("find", words("lookup.find"), e.Key.FIND, "search", enabled=ready, why=why),)


# -- the hall is asked -----------------------------------------------------------------------------


def waiting(words: Words, step: s.Waiting) -> Notice:
    return Notice("hourglass", "plain", words(f"asking.{step.asked.about}"), (words("asking.text"),))


def stuck(words: Words, step: s.Stuck) -> Notice:
    """The hall's own words where it said no; where it said nothing, that all that was filled in is still here."""
    trouble = step.trouble
    if trouble.code in UNKNOWN:
        return unknown(words)
    if trouble.said is None:
        return Notice("warn", "warn", words("unreachable.title"), (words("unreachable.form"), words("unreachable.do")))
    refusal = trouble.said.said(words.language)
    return Notice("warn", "warn", refusal.detail, (refusal.advice, words("problem.staff")))

"""Pages of a pre-review: papers, what becomes of it, the list of what is to be mended. Pure.

With every result stands that it is no acceptance.
"""

from __future__ import annotations

from hall_daemon.wire.reviews import DefectView, ReviewView
from hall_daemon.wire.uploads import HandedPaper
from kiosk_ui.presenters.forms import said
from kiosk_ui.presenters.notice import unknown
from kiosk_ui.presenters.page import Button, Choice, Choices, Code, Icon, Notice, Part, Picture, Progress, Tone
from kiosk_ui.state import State, cases
from kiosk_ui.state import events as e
from kiosk_ui.state import papers as kept
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import UNKNOWN
from kiosk_ui.state.model import choices_per_leaf, printer_works
from kiosk_ui.words import Words

_ICONS: dict[str, Icon] = {
    "clear": "check", "unclear": "warn", "missing": "photo", "later": "hourglass", "again": "warn",
}
_TONES: dict[str, Tone] = {"clear": "good", "unclear": "bad", "later": "warn", "again": "bad"}
_PAPERS_MOST = 4


# -- papers ----------------------------------------------------------------------------------------


def papers_page(state: State, words: Words, step: s.Papers) -> Choices | Notice:
    if step.shot is not None and step.wanted:
        paper = kept.paper_of(step)
        shown = Picture(step.shot.data, words("shot.look"))
        return Notice("check", "plain", said(words, paper.name) if paper else "", (), picture=shown)
    if step.wanted:
        return _paper_page(state, words, step)
    papers = [paper for paper in (step.handed.papers if step.handed else ()) if paper.needed or paper.pages]
    papers.sort(key=lambda paper: _ORDER.index(how(step, paper)))
    ready = sum(how(step, paper) in ("clear", "later") for paper in papers)
    left = len(papers) - ready
    title = words("papers.title", ready=ready, left=left) if left else words("papers.ready")
    title = words("shot.which") if step.shot is not None else title
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
    again = any(kept.is_open(step, paper, each) for each in step.draft.defects)
    return "again" if again else "clear"


def _choice(words: Words, step: s.Papers, paper: HandedPaper) -> Choice:
    kind = how(step, paper)
    detail = words("paper.how.clear", n=len(paper.pages)) if kind == "clear" else words(f"paper.how.{kind}")
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
    if step.shot is not None and step.wanted:
        return (
            Button("keep-shot", words("shot.keep"), e.Key.KEEP_SHOT, "check"),
            Button("drop-shot", words("shot.again"), e.Key.DROP_SHOT, "repeat"),
        )
    if step.wanted:
        return _paper_actions(state, words, step)
    lacking = kept.lacking(step)
    ready = step.handed is not None and not lacking
    why = words("papers.first", n=len(lacking)) if lacking else words("moment")
    camera = "page" in state.settings.reads
    title = words("papers.send.short" if camera else "papers.send")
    send = Button("send", title, e.Key.SEND, "check", enabled=ready, why="" if ready else why)
    scan = (Button("scan", words("papers.scan_here"), e.Key.SCAN),) if camera else ()
    code = (Button("new-code", words("papers.new_code"), e.Key.NEW_CODE, "qr"),) if _stale(state, step) else scan
    if state.session.assist.all:  # one key below a list in its lower half
        return (send,) if ready or not code else code
    return send, *code


def _paper_page(state: State, words: Words, step: s.Papers) -> Notice:
    paper = kept.paper_of(step)
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
    here = words("paper.camera") if "page" in state.settings.reads else ""
    what = Part(words("papers.how"), words(f"paper.do.{kind}"), here)
    icon = _ICONS[kind]
    return Notice(icon, "warn" if icon == "warn" else "plain", said(words, paper.name), (), parts=(*told, *parts, what))


def _paper_actions(state: State, words: Words, step: s.Papers) -> tuple[Button, ...]:
    paper = kept.paper_of(step)
    back = Button("list", words("papers.back"), e.Key.BACK, "back")
    if paper is None:
        return (back,)
    unclear = any(page.marks and not page.insisted for page in paper.pages)
    keep = (Button("insist", words("papers.insist"), e.Key.INSIST, "check"),) if unclear else ()
    promised = step.wanted in step.promised
    title = words("papers.no_promise" if promised else "papers.promise")
    later = (Button("promise", title, e.Key.PROMISE, "hourglass"),)
    scan = (Button("scan", words("papers.scan_here"), e.Key.SCAN),) if "page" in state.settings.reads else ()
    promise = later if kept.may_promise(step.before, step.wanted) and not keep else ()
    return (*scan, *keep, *promise) if scan and (keep or promise) else (*scan, back, *keep, *promise)


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
    return Notice("precheck", tone, said(words, view.state_said), (), parts=parts)


def _until(words: Words, view: ReviewView) -> str:
    """Until when the hall answers, the person mends, or the result holds."""
    if not view.due:
        return ""
    _, month, day = view.due.split("-")
    about = "_about" if view.about else ""
    key = f"review.due.{view.state}{about}"
    key = key if words.has(key) else f"review.due.other{about}"
    return words(key, month=words(f"month.{int(month)}"), day=int(day))


def _list_page(state: State, words: Words, step: s.Review, defects: tuple[DefectView, ...]) -> Choices:
    found = tuple(
        Choice(f"defect-{at}", "", said(words, each.place),
            words("list.dot").join(filter(None, (said(words, each.said), each.words))), e.Key.NEXT, number=str(at))
        for at, each in enumerate(defects, 1)
    )
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    printed = words(f"list.{step.printed or 'printing'}") if step.printed or step.slip else ""
    hint = words("list.dot").join(filter(None, (words("review.whole"), _until(words, step.view), printed)))
    return Choices(title=words("review.wrong", n=len(defects)), hint=hint, choices=found, more=turn,
        per_leaf=min(_PAPERS_MOST, choices_per_leaf(state)), leaf=step.leaf,
        marked=words("review.points", n=len(defects)))


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
        done=True)


def _part(state: State, words: Words, key: str, head: str, text: str) -> Part:
    """In 长辈模式 a full page leaves its labels out: there the answer says what it is."""
    label = words(f"review.{key}")
    return Part(label, words("review.elder", label=label, head=head) if state.session.assist.all else head, text)


def review_actions(state: State, words: Words, step: s.Review) -> tuple[Button, ...]:
    view = step.view
    if view.state in ("mend", "draft"):
        title = words("review.mend" if view.state == "mend" else "review.go_on")
        mend = Button("mend", title, e.Key.NEXT, "pencil")
        paper = view.state == "mend" and printer_works(state) and not state.session.assist.all
        why = words("moment") if step.slip else ""
        slip = Button("print-list", words("review.print"), e.Key.PRINT_LIST, "print", enabled=not step.slip, why=why)
        return (mend, slip) if paper else (mend,)
    go = Button("leave", words("review.leave"), e.Key.FINISH, "check")
    if view.state == "passed" and cases.draw_service(state, step):
        return Button("draw-prepared", words("review.draw"), e.Key.DRAW_PREPARED, "ticket"), go
    return (go,)


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

"""Papers of a pre-review at the kiosk: all of them, one by itself, the phone that takes pictures, and why an entry of
the list needs no mending. Pure."""

from __future__ import annotations

from hall_daemon.wire.reviews import DefectView
from hall_daemon.wire.uploads import HandedPaper
from kiosk_ui.presenters.forms import said
from kiosk_ui.presenters.page import Button, Choice, Choices, Code, Icon, Notice, Part, Picture, Progress, Tone
from kiosk_ui.state import State, mending
from kiosk_ui.state import events as e
from kiosk_ui.state import papers as kept
from kiosk_ui.state import steps as s
from kiosk_ui.state.model import choices_per_leaf
from kiosk_ui.words import Words

ICONS: dict[str, Icon] = {
    "clear": "check", "unclear": "warn", "missing": "photo", "later": "hourglass",
    "instead": "pencil", "again": "warn",
}
TONES: dict[str, Tone] = {"clear": "good", "unclear": "bad", "later": "warn", "instead": "warn", "again": "bad"}
PAPERS_MOST = 4
_REASONS = ("right", "not_mine", "elsewhere", "agreed")


def papers_page(state: State, words: Words, step: s.Papers) -> Choices | Notice:
    if step.shot is not None and step.wanted:
        paper = kept.paper_of(step)
        shown = Picture(step.shot.data, words("shot.look"))
        return Notice("check", "plain", said(words, paper.name) if paper else "", (), picture=shown)
    if step.wanted:
        return _paper_page(state, words, step)
    papers = [paper for paper in (step.handed.papers if step.handed else ()) if paper.needed or paper.pages]
    papers.sort(key=lambda paper: _ORDER.index(how(step, paper)))
    ready = sum(how(step, paper) in ("clear", "later", "instead") for paper in papers)
    left = len(papers) - ready
    title = words("papers.title" if ready else "papers.none", ready=ready, left=left) if left else (
        words("papers.ready"))
    title = words("shot.which") if step.shot is not None else title
    of = len(step.draft.verdict.steps) + 2
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        title=title if step.handed else words("papers.coming"), hint="", more=turn, leaf=step.leaf,
        per_leaf=min(PAPERS_MOST, choices_per_leaf(state)),
        choices=tuple(_choice(words, step, each) for each in papers),
        progress=Progress(words("form.step", at=of, of=of, title=words("papers.name")), of, of),
        code=_code(state, words, step),
    )


_ORDER = ("again", "unclear", "missing", "later", "instead", "clear")


def how(step: s.Papers, paper: HandedPaper) -> str:
    """How it stands with a paper."""
    if paper.id in step.promised and not kept.is_there(step, paper):
        return "instead" if paper.id in step.instead else "later"
    if not paper.pages:
        return "missing"
    if any(page.marks and not page.insisted for page in paper.pages):
        return "unclear"
    return "clear" if kept.is_there(step, paper) else "again"


def _choice(words: Words, step: s.Papers, paper: HandedPaper) -> Choice:
    kind = how(step, paper)
    detail = words("paper.how.clear", n=len(paper.pages)) if kind == "clear" else words(f"paper.how.{kind}")
    return Choice(f"paper-{paper.id}", "", said(words, paper.name), detail, e.ShowPaper(paper.id), icon=ICONS[kind],
        wait=detail, tone=TONES.get(kind, "plain"))


def _stale(state: State, step: s.Papers) -> bool:
    return not step.claimed and (not step.url or state.now_s > step.offered_at_s + step.good_s)


def _code(state: State, words: Words, step: s.Papers) -> Code | None:
    """Scanned once; then both show the same number."""
    if kept.asks_number(step):
        return Code("", words("papers.compare"), words("papers.compare.text"), step.number)
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
    if kept.asks_number(step):
        return _compare(words, brief=state.session.assist.all)
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


def _compare(words: Words, *, brief: bool = False) -> tuple[Button, Button]:
    """Whether the phone that has come is that of whoever stands here; another's is sent away by a new code. `brief`: in
    words that leave room for a list in the lower half."""
    short = ".short" if brief else ""
    same = Button("same", words(f"papers.same{short}"), e.Key.SAME_NUMBER, "check")
    return same, Button("other", words(f"papers.other{short}"), e.Key.NEW_CODE, "close")


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
    icon = ICONS[kind]
    tone: Tone = "warn" if icon == "warn" else "plain"
    code = _code(state, words, step) if step.review is not None else None  # there is no list of papers to show it
    means = () if parts or kept.asks_number(step) else _meanings(words, step, paper)
    return Notice(icon, tone, said(words, paper.name), (), parts=(*told, *parts, what, *means), code=code)


def _meanings(words: Words, step: s.Papers, paper: HandedPaper) -> tuple[Part, ...]:
    """What each promise means, before it is made; once it is made, how it is taken back."""
    if kept.is_there(step, paper) or step.before.view is None:
        return ()
    if step.wanted in step.promised:
        return (Part(words("promise.undo"), words("promise.undo.text", key=words("papers.no_promise"))),)
    ways = kept.ways_of(step.before, step.wanted)
    gap = step.before.view.guide.materials[step.wanted].gap if "later" in ways else None
    days = words(f"guide.days.{gap.unit}", n=gap.days) if gap is not None and gap.days else ""
    heads = {
        "later": words("promise.later", days=days) if days else words("promise.agreed"),
        "instead": words("promise.instead"),
    }
    labels = {"later": words("papers.promise"), "instead": words("papers.instead")}
    return tuple(Part(labels[way], heads[way]) for way in ways)


def not_needed(words: Words) -> Button:
    """From the place of an entry: it need not be mended, and why. The way back stands below."""
    return Button("not-needed", words("papers.not_needed"), e.Key.NOT_NEEDED, "pencil")


def wrong(words: Words, entry: DefectView) -> str:
    return words("list.dot").join(filter(None, (said(words, entry.said), entry.words)))


def reasons_page(state: State, words: Words, step: s.Reasons) -> Choices:
    """Sentences that the desk reads, in the language in which they were touched."""
    found = mending.entries(step.review)
    entry = found[step.at] if step.at < len(found) else None
    ids = ("extra", *_REASONS) if entry is not None and entry.code == "not_needed" else _REASONS
    hint = words("list.dot").join(filter(None, (said(words, entry.place), wrong(words, entry)))) if entry else ""
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        title=words("reason.title"), hint=hint, more=turn, leaf=step.leaf,
        per_leaf=min(PAPERS_MOST, choices_per_leaf(state)),
        choices=tuple(
            Choice(f"reason-{id_}", "", words(f"reason.{id_}"), "", e.GiveReason(words(f"reason.{id_}")), icon="pencil")
            for id_ in ids
        ),
    )


def reasons_actions(words: Words, step: s.Reasons) -> tuple[Button, ...]:
    return (Button("mend-it", words("reason.mend"), e.Key.NEXT, "next"),)


def _paper_actions(state: State, words: Words, step: s.Papers) -> tuple[Button, ...]:
    paper = kept.paper_of(step)
    back = Button("list", words("papers.back"), e.Key.BACK, "back") if step.review is None else not_needed(words)
    if step.review is not None and paper is not None and kept.asks_number(step):
        return _compare(words)
    if step.review is not None and paper is not None and _stale(state, step):
        return (back, Button("new-code", words("papers.new_code"), e.Key.NEW_CODE, "qr"))
    if paper is None:
        return (back,)
    unclear = any(page.marks and not page.insisted for page in paper.pages)
    keep = (Button("insist", words("papers.insist"), e.Key.INSIST, "check"),) if unclear else ()
    later = _promises(words, step, paper)
    scan = (Button("scan", words("papers.scan_here"), e.Key.SCAN),) if "page" in state.settings.reads else ()
    promise = later if not keep else ()
    if len(scan + promise) > 2 and state.session.assist.large:  # three large keys have room for words alone
        promise = tuple(key._replace(icon="") for key in promise)
    if step.review is not None:
        return (*scan, *keep, *promise, back)
    full = bool(scan and (keep or promise)) or (len(promise) > 1 and state.session.assist.large)
    return (*scan, *(() if full else (back,)), *keep, *promise)  # the way back stands below, too


def _promises(words: Words, step: s.Papers, paper: HandedPaper) -> tuple[Button, ...]:
    """By its two kinds, or not any more; what is there needs none."""
    ways = kept.ways_of(step.before, step.wanted)
    if ways and step.wanted in step.promised:
        return (Button("promise", words("papers.no_promise"), e.Key.PROMISE, "hourglass"),)
    if kept.is_there(step, paper):
        return ()
    keys = {
        "later": Button("promise", words("papers.promise"), e.Key.PROMISE, "hourglass"),
        "instead": Button("promise-instead", words("papers.instead"), e.Key.PROMISE_INSTEAD, "pencil"),
    }
    return tuple(keys[way] for way in ways)

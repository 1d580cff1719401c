"""Pages of a pre-review: papers, what becomes of it, the list of what is to be mended. Pure.

With every result stands that it is no acceptance.
"""

from __future__ import annotations

from typing import Any

from hall_daemon.wire.reviews import DefectView, ReviewView
from hall_daemon.wire.uploads import HandedPaper
from kiosk_ui.presenters.figures import as_of, known, short_wait, windows_named
from kiosk_ui.presenters.forms import is_cramped, said
from kiosk_ui.presenters.notice import unknown
from kiosk_ui.presenters.page import Button, Choice, Choices, Code, Icon, Line, Notice, Part, Picture, Progress, Tone
from kiosk_ui.state import State, cases, mending
from kiosk_ui.state import events as e
from kiosk_ui.state import papers as kept
from kiosk_ui.state import steps as s
from kiosk_ui.state.answers import UNKNOWN
from kiosk_ui.state.model import SHORT_MM, choices_per_leaf, printer_works, queue_of
from kiosk_ui.words import Words

_ICONS: dict[str, Icon] = {
    "clear": "check", "unclear": "warn", "missing": "photo", "later": "hourglass",
    "instead": "pencil", "again": "warn",
}
_TONES: dict[str, Tone] = {"clear": "good", "unclear": "bad", "later": "warn", "instead": "warn", "again": "bad"}
_PAPERS_MOST = 4
_REASONS = ("right", "not_mine", "elsewhere", "agreed")
# Entries of a list that are read above its keys.
_LINES = 4


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
    ready = sum(how(step, paper) in ("clear", "later", "instead") for paper in papers)
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
    return Choice(f"paper-{paper.id}", "", said(words, paper.name), detail, e.ShowPaper(paper.id), icon=_ICONS[kind],
        wait=detail, tone=_TONES.get(kind, "plain"))


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
    icon = _ICONS[kind]
    tone: Tone = "warn" if icon == "warn" else "plain"
    code = _code(state, words, step) if step.review is not None else None  # there is no list of papers to show it
    return Notice(icon, tone, said(words, paper.name), (), parts=(*told, *parts, what), code=code)


def not_needed(words: Words) -> Button:
    """From the place of an entry: it need not be mended, and why. The way back stands below."""
    return Button("not-needed", words("papers.not_needed"), e.Key.NOT_NEEDED, "pencil")


def reasons_page(state: State, words: Words, step: s.Reasons) -> Choices:
    """Sentences that the desk reads, in the language in which they were touched."""
    found = mending.entries(step.review)
    entry = found[step.at] if step.at < len(found) else None
    ids = ("extra", *_REASONS) if entry is not None and entry.code == "not_needed" else _REASONS
    hint = words("list.dot").join(filter(None, (said(words, entry.place), _wrong(words, entry)))) if entry else ""
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    return Choices(
        title=words("reason.title"), hint=hint, more=turn, leaf=step.leaf,
        per_leaf=min(_PAPERS_MOST, choices_per_leaf(state)),
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


# -- what becomes of it ----------------------------------------------------------------------------


def review_page(state: State, words: Words, step: s.Review) -> Choices | Notice:
    view = step.view
    if mending.entries(step):
        return _list_page(state, words, step)
    if view.state == "passed":
        return _passed(state, words, step)
    parts = (
        Part(words("review.matter"), said(words, view.title)),
        Part(words("review.number"), view.review),
        Part(words("review.now"), _until(words, view) or words("review.nothing"), said(words, view.note)),
        *(Part(*each) for each in _number(state, words, view)),
    )
    tone: Tone = "good" if view.state in ("sent", "looking") else "plain"
    return Notice("precheck", tone, said(words, view.state_said), (), parts=parts)


def _number(state: State, words: Words, view: ReviewView) -> tuple[tuple[str, str, str], ...]:
    """The number that comes with it; for who holds one already, how to bring it, where a reader can tell it is theirs:
    label, what, more."""
    if view.number and not view.numbers_of:
        return ((words("review.mine"), view.number, words("review.mine.text")),)
    if view.numbers_of and "code" in state.settings.reads:
        return ((words("review.have"), words("review.have.head"), words("review.have.text")),)
    return ()


def _large(words: Words, view: ReviewView, label: str, head: str, text: str) -> Part:
    """All of it in one line."""
    return Part("", words("review.have.large") if view.numbers_of else words("review.elder", label=label, head=head))


def _until(words: Words, view: ReviewView) -> str:
    """Until when the hall answers, the person mends, or the result holds."""
    if not view.due:
        return ""
    _, month, day = view.due.split("-")
    about = "_about" if view.about else ""
    key = f"review.due.{view.state}{about}"
    key = key if words.has(key) else f"review.due.other{about}"
    return words(key, month=words(f"month.{int(month)}"), day=int(day))


def _list_page(state: State, words: Words, step: s.Review) -> Choices:
    """Each entry is a key to its place, and says when it is mended. Where all keys are in the lower half, what is wrong
    is read above them."""
    low, entries, left = state.session.assist.low, mending.entries(step), mending.left(step)
    found = tuple(_entry(words, step, at, each, brief=low) for at, each in enumerate(entries))
    turn = Button("more", words("choose.more"), e.Key.TURN_LEAF, "next")
    printed = words(f"list.{step.printed or 'printing'}") if step.printed or step.slip else ""
    hint = words("list.dot").join(filter(None, (words("review.whole"), _until(words, step.view), printed)))
    form = Button("form", words("review.form"), e.Key.NEXT, "pencil")
    above: dict[str, Any] = {}
    if low:
        told = (Line("", f"{at}  {said(words, each.place)}", _wrong(words, each)) for at, each in enumerate(entries, 1))
        above = {"lines_title": words("review.lines"), "lines": tuple(told)[:_LINES]}
    return Choices(
        title=words("review.wrong", n=left) if left else words("review.mended"), hint=hint, choices=found, more=turn,
        per_leaf=min(_PAPERS_MOST, choices_per_leaf(state)), leaf=step.leaf,
        offers=() if state.session.assist.all or is_cramped(state) else (form,),
        marked=words("review.points", n=left) if left else "", **above,
    )


def _entry(words: Words, step: s.Review, at: int, entry: DefectView, *, brief: bool) -> Choice:
    """What is wrong with which number; what was done about it with a sign."""
    name, title, press = f"defect-{at}", said(words, entry.place), e.MendEntry(at)
    if entry.mended or mending.reason_of(step, at):
        done = words("entry.mended" if entry.mended else "entry.reason")
        return Choice(name, "", title, done, press, icon="check", wait=done, tone="good")
    if mending.is_promised(step, entry):
        how = "instead" if entry.id in mending.instead(step) else "later"
        done = words(f"entry.{how}")
        return Choice(name, "", title, done, press, icon=_ICONS[how], wait=done, tone=_TONES[how])
    todo = words("entry.paper" if entry.of == "paper" else "entry.field")
    return Choice(name, "", title, todo if brief else _wrong(words, entry), press, number=str(at + 1), wait=todo)


def _wrong(words: Words, entry: DefectView) -> str:
    return words("list.dot").join(filter(None, (said(words, entry.said), entry.words)))


def _passed(state: State, words: Words, step: s.Review) -> Notice:
    view, guide = step.view, step.before.view if step.before else None
    names = {id_: material.name for id_, material in guide.guide.materials.items()} if guide else {}
    bring = words("list.and").join(said(words, names[each]) for each in view.papers if each in names)
    later = words("list.and").join(
        said(words, names[each]) for each in view.promised if each in names and each not in view.instead)
    instead = words("list.and").join(said(words, names[each]) for each in view.instead if each in names)
    promised = ("later", later, words("review.instead.of", papers=instead) if instead else "")
    promised = promised if later else ("instead", instead, "")
    numbers, large = _number(state, words, view), state.session.assist.large
    full = bool(numbers) and large  # it says what matters most
    parts = tuple(
        _part(state, words, key, head, text)
        for key, head, text in (
            ("matter", said(words, view.title), view.review), ("until", _until(words, view), ""),
            ("bring", bring or words("review.bring_card"), ""), promised,
        )
        if head and not (key == "matter" and (full or state.session.assist.all))
    )
    mine = tuple(_large(words, view, *each) if large else Part(*each) for each in numbers)
    return Notice("check", "good", words("review.passed"), (), parts=(*mine, *parts),
        strip=Part("", said(words, view.note), ""), done=True, lead=_called_at(state, words, view))


def _called_at(state: State, words: Words, view: ReviewView) -> Part | None:
    """Where the number of who passed is called, where they sit until then, and how long it takes now."""
    hall = state.link.hall
    if not view.windows or hall is None:
        return None
    service = next((each for each in hall.services if each.id == view.service), None)
    queue = queue_of(state, service.queue) if service else None
    seat = words("review.seat", letter=queue.prefix) if queue else ""
    waits = service is not None and known(service.wait) and not state.stale
    wait = (short_wait(words, service.wait), as_of(state, words)) if service and waits else ()
    dot = words("list.dot")
    lines = "\n" if state.screen_mm[1] >= SHORT_MM else dot
    text = lines.join(filter(None, (seat, dot.join(filter(None, wait)))))
    label, head = words("review.window"), windows_named(words, view.windows)
    if state.session.assist.all:
        return Part("", head, seat or text)
    if state.session.assist.large:
        return Part("", words("review.elder", label=label, head=head), text)
    return Part(label, head, text)


def _part(state: State, words: Words, key: str, head: str, text: str) -> Part:
    """In 长辈模式 a full page leaves its labels out: there the answer says what it is."""
    label = words(f"review.{key}")
    return Part(label, words("review.elder", label=label, head=head) if state.session.assist.all else head, text)


def review_actions(state: State, words: Words, step: s.Review) -> tuple[Button, ...]:
    view = step.view
    if view.state == "draft":
        return (Button("mend", words("review.go_on"), e.Key.NEXT, "pencil"),)
    if view.state == "mend":
        left = mending.left(step)
        why = words("check.first", n=left) if left else ""
        send = Button("send-again", words("review.again"), e.Key.SEND, "check", enabled=not left, why=why)
        why = words("moment") if step.slip else ""
        slip = Button("print-list", words("review.print"), e.Key.PRINT_LIST, "print", enabled=not step.slip, why=why)
        return (send, slip) if printer_works(state) and not state.session.assist.all else (send,)
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

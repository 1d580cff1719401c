"""The pages of both listeners: one table. A new page is its body, its script and a row here.

Files lie in hall_daemon/pages: `phone` what an applicant opens, `screen` the big screen, `staff` the desk, `reports`
figures and forecasts, `admin` accounts, machines and the audit log, `matters` guides, forms and papers, `review` the
desk of pre-reviews, `shared` what several pages have in common. What a script needs to know of the contract is made
here, not typed there.
"""

from __future__ import annotations

from pathlib import Path

from hall_daemon.adapters.http.stream import BESIDE_EVENTS
from hall_daemon.domain.events import EVENTS
from hall_daemon.web.endpoint import encode
from hall_daemon.web.pages import Frame, Page, Pages, Shell
from hall_daemon.words.tables import tables
from hall_daemon.words.text import CHINESE, Text, said

PHONE = Frame(
    styles=("base.css", "phone.css"),
    scripts=("languages.js", "dom.js", "words.js", "elder.js", "ask.js"),
    header="shared/phone-header.html",
    footer="shared/phone-footer.html",
)
# What they say is a file of its own, so that who only holds a number need not wait for it.
MATTERS = PHONE._replace(scripts=("languages.js", "words-matters.js", *PHONE.scripts[1:]))
DESK = Frame(
    styles=("base.css",),
    scripts=("languages.js", "dom.js", "words.js", "ask.js", "session.js"),
    footer="shared/desk-footer.html",
)
ADMIN = Frame(
    styles=("base.css", "staff.css", "admin.css"),
    scripts=(*DESK.scripts, "staff-dialogs.js", "admin.js"),
    header="admin/admin-header.html",
    footer="shared/desk-footer.html",
)
# Nobody touches it: no header, no keys.
SCREEN = Frame(styles=("screen.css",), scripts=("languages.js", "dom.js", "words.js", "ask.js", "live.js"))
# It must be readable without any script, in both languages at once.
PLAIN = Frame(styles=("base.css", "phone.css"), scripts=("dom.js", "elder.js"))

_MISSING = Page(
    body="shared/missing.html",
    addresses=(),
    listener="public",
    title="shared.missing.tab",
    frame=PLAIN,
    look="phone-page",
    scripts=("missing.js",),
)

PAGES: tuple[Page, ...] = (
    Page(
        body="phone/phone.html",
        addresses=("/", "/t/{token}"),
        listener="public",
        title="phone.title",
        frame=PHONE,
        look="phone-page",
        scripts=(
            "live.js", "ticket-keep.js", "phone-source.js", "phone-floor.js", "phone-ticket.js", "phone-hall.js",
            "phone.js",
        ),
    ),
    Page(
        body="matters/papers.html",
        addresses=("/papers",),
        listener="public",
        title="papers.title",
        frame=MATTERS,
        look="phone-page papers-page",
        styles=("papers.css",),
        scripts=("case-keep.js", "papers-send.js", "papers.js"),
    ),
    Page(
        body="matters/case.html",
        addresses=("/case",),
        listener="public",
        title="case.title",
        frame=MATTERS,
        look="phone-page matters-page",
        styles=("matters.css", "form.css", "case.css"),
        scripts=(
            "keywords.js", "ticket-keep.js", "case-keep.js", "papers-send.js", "case-pages.js", "case-mend.js",
            "case-draft.js", "case-move.js", "case-number.js", "case.js",
        ),
    ),
    Page(
        body="reports/quiet.html",
        addresses=("/quiet",),
        listener="public",
        title="quiet.title",
        frame=PHONE,
        look="phone-page",
        styles=("quiet.css",),
        scripts=("quiet.js",),
        listed=True,
    ),
    Page(
        body="reports/accuracy.html",
        addresses=("/accuracy",),
        listener="public",
        title="accuracy.title",
        frame=PHONE,
        look="phone-page accuracy-page",
        styles=("accuracy.css",),
        scripts=("accuracy.js",),
        listed=True,
    ),
    Page(
        body="matters/guides.html",
        addresses=("/guides",),
        listener="public",
        title="guides.title",
        frame=MATTERS,
        look="phone-page matters-page",
        styles=("matters.css",),
        scripts=("guides-find.js", "guides.js"),
        listed=True,
    ),
    Page(
        body="matters/guide.html",
        addresses=("/guides/{name}",),
        listener="public",
        title="guide.title",
        frame=MATTERS,
        look="phone-page matters-page",
        styles=("matters.css",),
        scripts=("keywords.js", "guide.js"),
        listed=True,
    ),
    Page(
        body="matters/form.html",
        addresses=("/forms/{name}",),
        listener="public",
        title="form.title",
        frame=MATTERS,
        look="phone-page matters-page",
        styles=("matters.css", "form.css"),
        scripts=(
            "keywords.js", "check-values.js", "checks.js", "case-keep.js", "form-answers.js", "form-people.js",
            "form-fields.js", "form-check.js", "form-case.js", "form-carry.js", "form.js",
        ),
    ),
    Page(
        body="matters/question.html",
        addresses=("/ask",),
        listener="public",
        title="question.title",
        frame=MATTERS,
        look="phone-page matters-page",
        styles=("matters.css",),
        scripts=("ticket-keep.js", "question.js"),
        listed=True,
    ),
    Page(
        body="matters/rate.html",
        addresses=("/rate",),
        listener="public",
        title="rate.tab",
        frame=MATTERS,
        look="phone-page matters-page",
        styles=("matters.css",),
        scripts=("rate.js",),
    ),
    Page(
        body="screen/screen.html",
        addresses=("/screen",),
        listener="public",
        title="screen.title",
        frame=SCREEN,
        look="screen-page",
        scripts=("screen-layout.js", "screen-type.js", "screen-blocks.js", "screen.js"),
    ),
    Page(
        body="staff/staff.html",
        addresses=("/", "/staff"),
        listener="staff",
        title="desks.staff_desk",
        frame=DESK,
        look="staff-page",
        styles=("staff.css",),
        scripts=(
            "live.js", "contract.js", "staff-hall.js", "staff-dialogs.js", "staff-help.js", "staff-keys.js",
            "staff-faults.js", "staff-brings.js", "staff-desk.js", "staff-line.js", "staff-places.js", "staff-login.js",
            "staff-calls.js", "staff.js",
        ),
    ),
    Page(
        body="staff/invitation.html",
        addresses=("/invitation",),
        listener="staff",
        title="invitation.title",
        frame=DESK,
        look="staff-page",
        styles=("staff.css",),
        scripts=("invitation.js",),
    ),
    Page(
        body="reports/efficiency.html",
        addresses=("/efficiency",),
        listener="staff",
        title="efficiency.efficiency",
        frame=DESK,
        look="figures-page",
        styles=("efficiency.css",),
        scripts=("efficiency.js",),
    ),
    *(
        Page(
            body=f"admin/{name}.html",
            addresses=(f"/{name}",),
            listener="staff",
            title=f"desks.to_{name}",
            frame=ADMIN,
            look="admin-page",
            scripts=(f"{name}.js",),
        )
        for name in ("accounts", "machines", "audit", "questions")
    ),
    Page(
        body="review/reviews.html",
        addresses=("/reviews",),
        listener="staff",
        title="desks.to_reviews",
        frame=ADMIN,
        look="admin-page reviews-page",
        styles=("review.css",),
        scripts=("review-paper.js", "review-thumbs.js", "review-sheet.js", "review.js"),
    ),
    Page(
        body="review/review_figures.html",
        addresses=("/review-figures",),
        listener="staff",
        title="desks.to_review_figures",
        frame=ADMIN,
        look="admin-page",
        styles=("review.css",),
        scripts=("review-figures.js",),
    ),
    Page(
        body="review/promise.html",
        addresses=("/promise",),
        listener="staff",
        title="promise.title",
        frame=DESK,
        look="promise-page",
        styles=("promise.css",),
        scripts=("promise.js",),
    ),
    _MISSING,
    _MISSING._replace(listener="staff"),
)


def contract_script() -> bytes:
    """Every kind of event that a stream may bring: a browser hears only kinds that it names."""
    return b"'use strict';\n\nvar EVENT_KINDS = %b;\n" % encode((*EVENTS, *BESIDE_EVENTS))


def page_words(language: str, listener: str) -> dict[str, str]:
    """key -> words of a listener's pages in a language, Chinese where it has none."""
    return {key: said(text, language) for key, text in _texts(listener).items()}


def languages_script(listener: str) -> bytes:
    """Every language that has a file of words, with what this listener's pages say."""
    languages = [
        {
            "code": language,
            "html": _html(language),
            "name": name,
            "button": _own("button", language) or name,
            "switch": _own("switch", language) or name,
        }
        for language in tables().languages
        if (name := _own("name", language))
    ]
    said_there = matter_texts(listener)
    texts = {key: text for key, text in _texts(listener).items() if key not in said_there}
    words = _by_language(texts)
    return b"'use strict';\n\nvar LANGUAGES = %b;\nvar WORDS = %b;\n" % (encode(languages), encode(words))


def matter_words_script(listener: str) -> bytes:
    """What pages about matters say besides, put to the other words."""
    return b"""'use strict';

(function (more) {
  Object.keys(more).forEach(function (code) {
    Object.keys(more[code]).forEach(function (key) { WORDS[code][key] = more[code][key]; });
  });
}(%b));
""" % encode(_by_language(matter_texts(listener)))


def matter_texts(listener: str) -> dict[str, Text]:
    bodies = (page.body for page in PAGES if page.listener == listener and page.frame is MATTERS)
    tables_of = ("review.refused", *(f"{Path(body).stem}" for body in bodies))
    return {
        key: text for key, text in _texts(listener).items() if key.startswith(tuple(f"{each}." for each in tables_of))
    }


def _by_language(texts: dict[str, Text]) -> dict[str, dict[str, str]]:
    return {
        language: {key: text[language] for key, text in texts.items() if language in text}
        for language in tables().languages
    }


def _texts(listener: str) -> dict[str, Text]:
    """What the pages of a listener say: under `page` in the files of words a table for each body, and a shared one; one
    more for those of staff."""
    shown = ("waits.unknown", "review.refused", *(("role", "right") if listener == "staff" else ()))
    found = {f"{table}.{code}": text for table in shown for code, text in tables().under(table).items()}
    desks = ("desks",) if listener == "staff" else ()
    sections = ("shared", *desks, *(Path(page.body).stem for page in PAGES if page.listener == listener))
    for section in dict.fromkeys(sections):
        found |= {f"{section}.{key}": text for key, text in tables().under(f"page.{section}").items()}
    return found


def _own(name: str, language: str) -> str:
    """What a language says of itself; "" where it does not."""
    return (tables().find(f"language.{name}") or {}).get(language, "")


def _html(language: str) -> str:
    return _own("html", language) or language


def load_pages(folder: Path | None, listener: str, timezone: str, theme: str = "qing") -> Pages:
    """`folder` is hall_daemon/pages, None for a hall without pages. Raises BadPages."""
    if folder is None:
        return Pages({})
    table = tuple(page for page in PAGES if page.listener == listener)
    others = {_html(language): page_words(language, listener) for language in tables().languages}
    shell = Shell(
        file="shared/shell.html", lang=_html(CHINESE), timezone=timezone, words=others[_html(CHINESE)], others=others,
        theme=theme,
    )
    made = {
        "contract.js": contract_script(), "languages.js": languages_script(listener),
        "words-matters.js": matter_words_script(listener),
    }
    return Pages.load(folder, table, shell, made)

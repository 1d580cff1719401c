"""A table of pages and a folder: what is served from them, and what is said of a folder that is not whole."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from hall_daemon.web.pages import BadPages, Frame, Page, Pages, Shell
from hall_daemon.web.served import FOR_EVER, REVALIDATE, Served, served, served_reply, takes_gzip

WORDS = {"door.title": '门 <"开">', "none.title": "没有"}
ENGLISH = {"door.title": "Door & more", "none.title": "None"}
SHELL = Shell("shared/shell.html", "zh-CN", "Asia/Shanghai", WORDS, {"en": ENGLISH})
FRAME = Frame(styles=("base.css",), scripts=("dom.js",), header="shared/header.html")
DOOR = Page(
    "door/door.html", ("/", "/door", "/d/{token}"), "public", "door.title", FRAME, "door",
    scripts=("door.js", "made.js"),
)
NONE = Page("shared/none.html", (), "public", "none.title", Frame(), "none", listed=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "shared/shell.html": (
            '<html lang="{lang}" data-timezone="{timezone}">{robots}<title>{title}</title>{styles}'
            '<body class="{look}">{header}{body}{footer}{scripts}</body>'
        ),
        "shared/header.html": (
            '<h1 data-word="{title_word}"></h1><b lang="en" data-word="none.title"></b>'
            '<i data-word-label="door.title"></i>'
        ),
        "shared/none.html": "<p>nothing</p>",
        "shared/dom.js": "'use strict';" + " " * 2000,
        "shared/base.css": "body {}",
        "door/door.html": "<p>{title} of no mark</p>",
        "door/door.js": "1;",
        "door/notes.bak": "not for you",
        "secret": "not for you",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def loaded(folder: Path, *table: Page, shell: Shell = SHELL) -> Pages:
    return Pages.load(folder, table or (DOOR, NONE), shell, {"made.js": b"var MADE = 1;"})


def must(found: Served | None) -> Served:
    assert found is not None
    return found


def text(pages: Pages, address: str) -> str:
    return must(pages.find(address)).body.decode()


def test_the_shell_is_filled_from_the_row_and_everything_is_escaped(folder: Path) -> None:
    pages = loaded(folder, DOOR, NONE, shell=SHELL._replace(timezone='"><script>'))
    page = text(pages, "/")
    assert '<html lang="zh-CN" data-timezone="&quot;&gt;&lt;script&gt;">' in page
    assert "<title>门 &lt;&quot;开&quot;&gt;</title>" in page
    assert '<h1 data-word="door.title">门 &lt;"开"&gt;</h1>' in page
    assert '<b lang="en" data-word="none.title">None</b>' in page
    assert 'data-word-label="door.title" aria-label="门 &lt;&quot;开&quot;&gt;">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert '<body class="door">' in page
    assert page.index("dom.js") < page.index("door.js") < page.index("made.js")
    assert text(pages, "/door") == page == text(pages, "/d/AbC")
    assert "robots" not in must(pages.missing).body.decode()


def test_a_body_holds_no_marks(folder: Path) -> None:
    assert "<p>{title} of no mark</p>" in text(loaded(folder), "/")


def test_addresses_are_what_was_found_and_nothing_else(folder: Path) -> None:
    pages = loaded(folder)
    assert (pages.token("/d/AbC"), pages.token("/d/a/b"), pages.token("/")) == ("AbC", "", "")
    for address in (
        "/secret", "/static/secret", "/static/notes.bak", "/static/door.html", "/static/", "/static/../secret",
        "/static/0123456789abcdef/secret", "/static/0123456789abcdef/../secret", "/d/", "/d/a/b", "/d/" + "x" * 257,
        "/door/door.html", "/shared/none.html",
    ):
        assert pages.find(address) is None, address


def test_a_name_with_the_hash_of_its_content_is_kept_for_ever(folder: Path) -> None:
    pages = loaded(folder)
    bare = must(pages.find("/static/dom.js"))
    hashed = f"/static/{bare.hash}/dom.js"
    assert f'<script src="{hashed}">' in text(pages, "/")
    assert must(pages.find(hashed)).cache == FOR_EVER
    assert bare.cache == must(pages.find("/")).cache == REVALIDATE
    assert must(pages.find("/static/made.js")).body == b"var MADE = 1;"


def test_other_content_has_another_name_and_the_old_one_still_answers_but_is_not_kept(folder: Path) -> None:
    before = must(loaded(folder).find("/static/dom.js")).hash
    (folder / "shared/dom.js").write_text("'use strict'; 2;", encoding="utf-8")
    pages = loaded(folder)
    assert must(pages.find("/static/dom.js")).hash != before
    assert before not in text(pages, "/")
    old = must(pages.find(f"/static/{before}/dom.js"))
    assert (old.body, old.cache) == (b"'use strict'; 2;", REVALIDATE)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (DOOR._replace(body="door/gone.html"), "door/gone.html, which is not there"),
        (DOOR._replace(scripts=("gone.js",)), "door/door.html names gone.js"),
        (DOOR._replace(styles=("../secret",)), "names ../secret"),
        (DOOR._replace(frame=Frame(header="shared/gone.html")), "shared/gone.html, which is not there"),
        (DOOR._replace(title="door.tilte"), "the words door.tilte, which no file of words has"),
        (NONE._replace(addresses=("/door",)), "two pages stand at /door"),
    ],
)
def test_a_row_that_cannot_be_served_is_named(folder: Path, page: Page, says: str) -> None:
    with pytest.raises(BadPages, match=says):
        loaded(folder, DOOR, page)


def test_a_mark_that_means_nothing_a_name_used_twice_and_a_file_too_large_are_named(folder: Path) -> None:
    (folder / "shared/header.html").write_text("{titel}", encoding="utf-8")
    with pytest.raises(BadPages, match=r"header\.html holds \{titel\}"):
        loaded(folder)
    (folder / "shared/door.js").write_text("2;", encoding="utf-8")
    with pytest.raises(BadPages, match=r"door\.js has the name of another file"):
        loaded(folder)
    (folder / "shared/door.js").write_bytes(b" " * (4 * 1024 * 1024 + 1))
    with pytest.raises(BadPages, match="larger than 4194304 bytes"):
        loaded(folder)


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        (b"", False), (b"gzip", True), (b"gzip, deflate, br", True), (b"br;q=1.0, GZIP;q=0.8", True), (b"*", True),
        (b"gzip;q=0", False), (b"gzip; q=0.000", False), (b"*, gzip;q=0", False), (b"gzip;q=0.001", True),
        (b"br", False), (b"identity, *;q=0", False), (b";;,q=", False), (b"gzip;q=nonsense", True),
    ],
)
def test_who_takes_gzip(accepted: bytes, takes: bool) -> None:
    assert takes_gzip(accepted) is takes


def test_each_shape_of_a_body_has_its_own_tag() -> None:
    found = served(b"word " * 500, b"text/plain")
    plain = served_reply(found, {})
    packed = served_reply(found, {b"accept-encoding": b"gzip"})
    assert (plain.body, gzip.decompress(packed.body)) == (found.body, found.body)
    tags = [dict(reply.headers)[b"etag"] for reply in (plain, packed)]
    assert tags[0] != tags[1]
    assert [dict(reply.headers)[b"vary"] for reply in (plain, packed)] == [b"accept-encoding"] * 2
    same = {b"accept-encoding": b"gzip", b"if-none-match": b'"other", W/' + tags[1]}
    assert served_reply(found, same)[:2] == (304, b"")
    assert served_reply(found, {b"if-none-match": tags[1]}).status == 200


def test_what_gzip_does_not_shorten_is_sent_as_it_is() -> None:
    reply = served_reply(served(b"1;", b"text/plain"), {b"accept-encoding": b"gzip"})
    assert reply.body == b"1;"
    assert b"content-encoding" not in dict(reply.headers)

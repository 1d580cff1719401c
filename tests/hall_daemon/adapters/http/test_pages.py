"""The pages that there are, as both listeners serve them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from hall_daemon.adapters.http.pages import PAGES as TABLE
from hall_daemon.bootstrap import PAGES
from hall_daemon.domain.events import EVENTS
from hall_daemon.web.pages import Page
from tests.hall_daemon.adapters.http.halls import LiveHall, live_hall

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PLAIN = {"Accept-Encoding": "identity"}
HTML = "text/html; charset=utf-8"
JAVASCRIPT = "text/javascript; charset=utf-8"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[LiveHall]:
    with live_hall(tmp_path / "hall", pages=PAGES) as running:
        yield running


def drawn(hall: LiveHall) -> str:
    """A ticket's token."""
    answer = requests.post(f"{hall.staff.url}/api/v1/tickets", json={"service": "idcard"}, timeout=5)
    token: str = answer.json()["token"]
    return token


def test_pages_and_their_files(hall: LiveHall) -> None:
    for base, path, kind, text in (
        (hall.staff.url, "/", HTML, "<title>窗口工作台"),
        (hall.staff.url, "/staff", HTML, "<title>窗口工作台"),
        (hall.staff.url, "/efficiency", HTML, "<title>效率统计"),
        (hall.staff.url, "/accounts", HTML, "<title>账号管理"),
        (hall.staff.url, "/machines", HTML, "<title>设备与运行"),
        (hall.staff.url, "/audit", HTML, "<title>审计记录"),
        (hall.public.url, "/", HTML, "<title>排队查询"),
        (hall.public.url, "/quiet", HTML, "<title>什么时候来人少"),
        (hall.public.url, "/accuracy", HTML, "<title>等候时间准不准"),
        (hall.public.url, "/rate", HTML, "<title>评价"),
        (hall.public.url, f"/t/{drawn(hall)}", HTML, "<title>排队查询"),
        (hall.public.url, "/static/dom.js", JAVASCRIPT, "use strict"),
        (hall.staff.url, "/static/staff.css", "text/css; charset=utf-8", "body"),
    ):
        answer = requests.get(base + path, headers=PLAIN, timeout=5)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert text in answer.content.decode()
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-cache"
        packed = requests.get(base + path, timeout=5)
        assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "accept-encoding")
        assert (packed.content, packed.headers["Content-Type"]) == (answer.content, kind)
        assert int(packed.headers["Content-Length"]) < int(answer.headers["Content-Length"])
        same = requests.get(base + path, headers={"If-None-Match": packed.headers["ETag"]}, timeout=5)
        assert (same.status_code, same.content, same.headers["Vary"]) == (304, b"", "accept-encoding")
        assert requests.head(base + path, timeout=5).content == b""
        assert requests.post(base + path, timeout=5).status_code == 405
        assert requests.options(base + path, timeout=5).headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("page", TABLE, ids=lambda page: f"{page.listener} {page.body}")
def test_whatever_a_page_names_is_there_and_kept_for_ever(hall: LiveHall, page: Page) -> None:
    base = {"staff": hall.staff.url, "public": hall.public.url}[page.listener]
    address = page.addresses[0] if page.addresses else "/no/such"
    shown = requests.get(base + address, headers={"Accept": BROWSER}, timeout=5).text
    names = re.findall(r'(?:src|href)="(/static/[^"]+)"', shown)
    assert names
    for name in names:
        answer = requests.get(base + name, timeout=5)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        bare = requests.get(f"{base}/static/{name.rpartition('/')[2]}", timeout=5)
        assert (bare.content, bare.headers["Cache-Control"]) == (answer.content, "no-cache")
    assert "{" not in re.sub(r"<main.*</main>", "", shown, flags=re.DOTALL), "a mark is not filled"
    assert 'lang="zh-CN" data-timezone="Asia/Shanghai"' in shown
    assert "<script>" not in shown
    assert "style=" not in shown


@pytest.mark.parametrize("page", TABLE, ids=lambda page: page.body)
def test_no_two_scripts_of_a_page_give_one_name_to_two_things(page: Page) -> None:
    """They share one room: the second meaning would silently replace the first."""
    names: list[str] = []
    for script in {*page.frame.scripts, *page.scripts}:
        file = next(PAGES.rglob(script), None)
        if file is None:
            assert script in ("languages.js", "contract.js", "words-matters.js"), "those that the hall writes"
            continue
        names += re.findall(r"^(?:function|var) (\w+)", file.read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def test_the_desk_listens_to_every_kind_of_event_of_the_contract(hall: LiveHall) -> None:
    said = requests.get(hall.staff.url + "/static/contract.js", timeout=5).text
    kinds = json.loads(said.partition("EVENT_KINDS = ")[2].rstrip(";\n"))
    assert kinds == [*EVENTS, "devices", "reset", "beat"]
    typed = (PAGES / "staff/staff-hall.js").read_text(encoding="utf-8")
    assert [kind for kind in EVENTS if kind in typed] == []
    shown = requests.get(hall.staff.url + "/staff", timeout=5).text
    assert shown.index("contract.js") < shown.index("staff-hall.js")


def test_what_is_not_there_is_a_page_for_a_browser_and_a_problem_for_a_program(hall: LiveHall) -> None:
    for base, path in (
        (hall.staff.url, "/static/staff.html"),
        (hall.staff.url, "/static/..%2fshared%2fshell.html"),
        (hall.staff.url, "/static/"),
        (hall.staff.url, "/t/AbC"),
        (hall.public.url, "/staff"),
        (hall.public.url, "/t/a/b"),
        (hall.public.url, "/phone/phone.html"),
    ):
        answer = requests.get(base + path, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        shown = requests.get(base + path, headers={"Accept": BROWSER}, timeout=5)
        assert (shown.status_code, shown.headers["Cache-Control"]) == (404, "no-store")
        assert "<title>没有这个页面 No such page" in shown.content.decode()
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert requests.head(base + path, headers={"Accept": BROWSER}, timeout=5).content == b""


def test_a_token_that_is_none_reads_the_same_whatever_it_is(hall: LiveHall) -> None:
    token = drawn(hall)
    wrong = ("A001", token[:-1], token + "x", token.swapcase(), "x" * 22, "%00", "1")
    for accept, code in (
        (BROWSER, b"phone-ticket.js"),
        ("application/json", b"unknown_token"),
        ("*/*", b"unknown_token"),
    ):
        answers = [
            requests.get(f"{hall.public.url}/t/{said}", headers={"Accept": accept}, timeout=5) for said in wrong
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert code in answers[0].content
    assert requests.get(f"{hall.public.url}/t/{token}", timeout=5).status_code == 200


def test_all_that_a_phone_loads_is_small(hall: LiveHall) -> None:
    """A person in a hall with a poor signal waits for these bytes."""
    shown = requests.get(hall.public.url + "/", timeout=5).text
    files = [requests.get(hall.public.url + name, timeout=5) for name in re.findall(r'"(/static/[^"]+)"', shown)]
    packed = sum(int(answer.headers["Content-Length"]) for answer in files) + len(gzip.compress(shown.encode()))
    assert packed < 32_000

"""`hall review`: what the journal says of pre-reviews, and nobody's person."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal import Journal
from hall_daemon.app.record import Recorded
from hall_daemon.cases import commands as k
from hall_daemon.cli import main
from hall_daemon.domain import commands as c
from tests.hall_daemon.cases.books import PlayedBook, defect, statutes
from tests.hall_daemon.cases.test_promises import PAPERS, came, promised

SHIPPED = str(Path(__file__).parents[3] / "config" / "hall.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    played = PlayedBook().open("1")
    played.draft()
    played.sent("ann")
    played.told(defect("licence"), defect("layout", "missing"))
    return kept(tmp_path, played)


def kept(folder: Path, played: PlayedBook) -> Path:
    with closing(Journal(folder / "journal.db")) as journal:
        journal.append([
            Recorded(seq, at.tick, at.wall, "2026-11-23", "test", event)
            for seq, (at, event) in enumerate(played.log, 1)
        ])
    return folder


def said(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str]:
    code = main(["review", *words, "--data", str(folder), "--config", SHIPPED])
    return code, capsys.readouterr().out


def test_the_list_is_by_age_and_without_drafts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, folder, "list", "--json")
    rows = json.loads(out)["reviews"]
    assert code == 0
    assert [(row["review"][-1], row["state"], row["lists"]) for row in rows] == [("2", "sent", 0), ("3", "mend", 1)]
    assert rows[0]["due"] == "2026-11-24"
    _, plain = said(capsys, folder, "list", "--state", "draft")
    assert plain.startswith("YS-20261123-000001  填写中")
    assert "ann" not in out


def test_one_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = said(capsys, folder, "show", "YS-20261123-000003", "--json")
    shown = json.loads(out)
    assert [one["code"] for one in shown["told"][0]] == ["unreadable", "missing"]
    assert "person" not in shown
    code, out = said(capsys, folder, "show", "YS-20261123-000003")
    assert (code, "state      mend" in out) == (0, True)


def test_what_is_promised_is_told_by_its_kind_with_what_became_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played = PlayedBook(statutes=statutes(**PAPERS)).open("1", "9")
    open_, settled = promised(played, "layout"), promised(played, "layout", "licence")
    came(played, settled)
    played.do(k.SettlePromise(settled, "bo", "9", "signed"))
    played.do(c.Finish("9"))
    kept(tmp_path, played)
    found = []
    for review in (open_, settled):
        _, out = said(capsys, tmp_path, "show", review, "--json")
        shown = json.loads(out)
        found.append([shown[name] for name in ("promised", "instead", "settled", "used_at")])
    assert found == [[["layout"], [], None, None], [["layout", "licence"], ["licence"], "signed", "9"]]
    _, plain = said(capsys, tmp_path, "show", settled)
    assert 'instead    ["licence"]\nsettled    signed' in plain


def test_pages_are_counted_as_they_are_and_as_they_were_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played = PlayedBook().open("1")
    review = played.told(defect("licence"), defect("layout", "missing"))
    played.page(review, "layout")
    kept(tmp_path, played)
    shown = json.loads(said(capsys, tmp_path, "show", review, "--json")[1])
    assert "layout" not in shown["sent_papers"]
    assert shown["papers"] == {**shown["sent_papers"], "layout": 1}


def test_none_of_that_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "show", "YS-1", "--data", str(folder), "--config", SHIPPED]) == 1
    assert "hall review list" in capsys.readouterr().err

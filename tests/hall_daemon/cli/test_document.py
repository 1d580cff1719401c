"""`hall document look`: what is taken, and what a machine reads of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall_daemon.adapters.documents import recogniser
from hall_daemon.adapters.documents.pictures import as_jpeg
from tests.hall_daemon.cli.words import hall
from tests.made_papers import made


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "licence.jpg"
    path.write_bytes(as_jpeg(made("licence", 2).image))
    return path


def test_it_shows_what_was_read(paper: Path) -> None:
    said = made("licence", 2).said
    looked = hall("document", "look", str(paper), "--json")
    assert (looked.code, looked.json["accepted"], looked.json["pages"]) == (0, True, 1)
    assert looked.json["facts"] == [[{"kind": "uscc", "value": said["uscc"]}]]
    assert {"label": "名称", "value": said["title"]} in looked.json["printed"][0]
    words = hall("document", "look", str(paper))
    assert f"page 1, read by machine, 名称: {said['title']}" in words.out


def test_without_a_recogniser_it_says_so(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "missing_package", lambda: "tesseract-ocr")
    looked = hall("document", "look", str(paper), "--json")
    assert (looked.code, looked.json["facts"], looked.json["printed"]) == (0, [[]], None)
    assert "tesseract-ocr is not installed" in hall("document", "look", str(paper)).err


def test_what_is_no_paper_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "no.txt"
    path.write_text("no paper")
    looked = hall("document", "look", str(path), "--json")
    assert (looked.code, looked.json["why"], looked.json["printed"]) == (1, "wrong_type", [])

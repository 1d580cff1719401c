"""`hall form`: answers checked as scripts and authors need it, and what is no answers said with exit code 2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.cli import form, main
from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.matters.form_maker import ROOT

CONFIG = ["--config", str(ROOT / "config/hall.toml")]
Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """The shipped guides and forms, which every command here begins with: reading them takes half a second."""
    said = load(ROOT / "config/hall.toml")
    shelf = read_shelf(said)
    cabinet = read_cabinet(said.matters, shelf.papers())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form, "read_shelf", lambda said: shelf)
        patch.setattr(form, "read_cabinet", lambda matters, papers: cabinet)
        yield


def checked(capsys: Said, tmp_path: Path, form: str, over: dict[str, Any]) -> dict[str, Any]:
    assert main(["form", "sample", form, *CONFIG]) == 0
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({**json.loads(capsys.readouterr().out), **over}))
    assert main(["form", "check", form, str(answers), "--today", "2026-12-01", "--json", *CONFIG]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_everything_broken_and_the_papers_that_are_needed(capsys: Said, tmp_path: Path) -> None:
    said = checked(capsys, tmp_path, "company-setup", {"capital": 120, "agent": "委托办理"})
    assert [(each["check"], each["field"], each["level"]) for each in said["broken"]] == [
        ("capital_sum", "shareholders", "error"),
        ("agent_complete", "agent", "error"),
        ("poa_period", "poa_from", "error"),
    ]
    assert said["broken"][0]["say"]["zh"] == "各股东的认缴额加起来不等于注册资本"
    assert said["required"] == ["form", "articles", "shareholder_docs", "officers", "premises", "poa", "agent_id"]


def test_samples_break_nothing(capsys: Said, tmp_path: Path) -> None:
    assert checked(capsys, tmp_path, "social-card", {}) == {"broken": [], "required": ["id_card"]}


def test_thirds_of_a_capital_and_numbers_as_people_write_them(capsys: Said, tmp_path: Path) -> None:
    """Money in 万元 goes on to the yuan; a shareholder's number may have a small x, and a contact Latin letters."""
    ids = ("110101199003070011", "110101 19900307 002x", "91350100m000100y43")
    holders = [
        {"name": "甲", "id": id_, "kind": kind, "amount": amount, "deadline": "2031-11-30"}
        for id_, kind, amount in zip(ids, ("自然人", "自然人", "法人"), (33.3333, 33.3333, 33.3334), strict=True)
    ]
    over = {"shareholders": holders, "liaison_name": "Anna Smith"}
    assert checked(capsys, tmp_path, "company-setup", over)["broken"] == []


def test_a_person_reads_it_in_lines(capsys: Said, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"name": "abc"}')
    assert main(["form", "check", "social-card", str(tmp_path / "a.json"), "--today", "2026-12-01", *CONFIG]) == 0
    said = capsys.readouterr().out
    assert "✗ name [format] 姓名要用汉字 → 照证件写" in said
    assert said.endswith("papers: id_card\n")


@pytest.mark.parametrize(("data", "says"), [
    (b"", "is not JSON"),
    (b"{", "is not JSON"),
    (b'\xff{"name": 1}', "is not JSON in UTF-8"),
    (b'{"name": NaN}', "NaN is no number"),
    (b'{"name": "a", "name": "b"}', "'name' stands there twice"),
    (b"[" * 100_000, "is not JSON"),
    (b"[]", "is no object of answers"),
    (b'{"nme": "x"}', 'did you mean "name"'),
    (b'{"' + b"x" * 200 + b'": 1}', "hall form sample social-card"),
    (b" " * 1_000_001, "larger than"),
])
def test_what_is_no_answers_is_said_and_ends_with_2(capsys: Said, tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "a.json").write_bytes(data)
    assert main(["form", "check", "social-card", str(tmp_path / "a.json"), "--today", "2026-12-01", *CONFIG]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""
    assert "x" * 65 not in said.err


def test_other_mistakes_of_the_command_line(capsys: Said, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    for words, says, code in (
        (["social-crad", str(tmp_path / "a.json")], 'did you mean "social-card"', 2),
        (["social-card", str(tmp_path / "none.json")], "cannot be read", 5),
        (["social-card", str(tmp_path)], "cannot be read", 5),
        (["social-card", str(tmp_path / "a.json"), "--today", "1 Dec"], "is no date", 2),
        (["social-card", str(tmp_path / "a.json"), "--today", "20261201"], "is no date", 2),
        (["social-card", str(tmp_path / "a.json"), "--today", "0026-12-01"], "from 1000 on", 2),
        (["social-card", "--today", "2026-12-01"], "name their file too", 2),
        ([str(tmp_path / "none.toml")], "no such file", 2),
    ):
        assert main(["form", "check", *words, *CONFIG]) == code
        assert says in capsys.readouterr().err


def test_authors_see_every_mistake_of_their_forms(capsys: Said, tmp_path: Path) -> None:
    assert main(["form", "check", *CONFIG]) == 0
    assert capsys.readouterr().out == "no mistakes in 6 forms\n"
    (tmp_path / "own.toml").write_text("[form]\nmatter = 1\n")
    assert main(["form", "check", str(tmp_path / "own.toml"), *CONFIG]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path}/own.toml:2: form.matter: wrong value" in said
    assert "step: is missing" in said


@pytest.mark.parametrize(("words", "data", "code", "says", "hint"), [
    (["social-card"], b'{"nme": "x"}', 2, "social-card has no field 'nme'", 'did you mean "name"?'),
    (["social-card"], b"{", 2, "is not JSON in UTF-8", ""),
    (["social-crad"], b"{}", 2, "no form 'social-crad'", 'did you mean "social-card"?'),
    (["social-card", "none.json"], None, 5, "cannot be read", ""),
    (["own.toml"], None, 2, "wrong value", ""),
])
def test_a_script_hears_of_every_failure_as_json(
    capsys: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], data: bytes | None, code: int,
    says: str, hint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text("[form]\nmatter = 1\n")
    if data is not None:
        (tmp_path / "a.json").write_bytes(data)
        words = [*words, "a.json"]
    assert main(["form", "check", *words, "--json", *CONFIG]) == code
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (found["ok"], told.err) == (False, "")
    assert any(says in each["message"] and each["hint"] == hint for each in found["errors"]), found


def test_the_papers_of_a_form_that_is_named_by_its_file_are_checked(capsys: Said, tmp_path: Path) -> None:
    own = (ROOT / "config/forms/social-card.toml").read_text().replace('need = ["old_card"]', 'need = ["old_cart"]')
    (tmp_path / "social-card.toml").write_text(own)
    assert main(["form", "check", str(tmp_path / "social-card.toml"), *CONFIG]) == 2
    assert 'is no paper of the guide; found "old_cart"' in capsys.readouterr().err

"""`hall ask`: what is no file of questions is said with its line; a terminal without Chinese breaks nothing."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from hall_daemon.cli import main
from hall_daemon.cli.inputs import json_of
from tests.hall_daemon.ask.asked import CONFIG

WORDS = ["--config", str(CONFIG)]


def test_the_line_that_is_no_question_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "asked.jsonl").write_bytes(b'{"q": "%s"}\r\n\n{"q": %s\n' % ("居住证".encode(), b"[" * 30_000))
    assert main(["ask", "--file", str(tmp_path / "asked.jsonl"), "--json", *WORDS]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["matters"] == ["residence-permit"]
    assert "asked.jsonl:3: write one JSON object" in said.err


@pytest.mark.parametrize(("data", "says"), [
    (b'{"q": "\xe7"}', "utf-8"), (b'{"q": "a", "q": "b"}', "'q' stands there twice"),
    (b'[{"q": {"a": 1, "a": 1}}]', "'a' stands there twice"), (b"NaN", "no number"), (b"", "Expecting value"),
])
def test_json_that_is_none_or_says_two_things_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        json_of(data)


def test_questions_come_on_standard_input_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Onto a terminal that has no Chinese: its characters become codes, which JSON reads all the same."""
    said = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO('{"q": "社保卡丢了"}\n'.encode())))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(said, encoding="ascii"))
    assert main(["ask", "--file", "-", *WORDS]) == 0
    assert said.getvalue().startswith(b"social-card \\u793e")


def test_a_file_that_is_not_there_ends_with_5(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--file", str(tmp_path), *WORDS]) == 5
    assert "cannot be read" in capsys.readouterr().err

"""`hall ask`: what is no file of questions is said with its line; a terminal without Chinese breaks nothing."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from hall_daemon.ask.sounds import sounds
from hall_daemon.ask.vocabulary import Libraries
from hall_daemon.cli import main
from hall_daemon.cli.inputs import bytes_of, json_of
from tests.hall_daemon.ask.asked import CONFIG

WORDS = ["--config", str(CONFIG)]


def test_every_line_has_an_answer_and_one_that_is_no_question_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = '{"q": "居住证"}'.encode()
    long = b'{"q": "' + b"x" * 200_000 + b'"}'
    (tmp_path / "asked.jsonl").write_bytes(
        b"\n".join((one + b"\r", b"", b'{"q": ' + b"[" * 30_000, one, long, one)) + b"\n"
    )
    assert main(["ask", "--file", str(tmp_path / "asked.jsonl"), "--json", *WORDS]) == 2
    said = capsys.readouterr()
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert [row.get("matters", row.get("error", "")[:10]) for row in rows] == [
        ["residence-permit"], "write one ", "write one ", ["residence-permit"], "is longer ", ["residence-permit"],
    ]
    for line in ("asked.jsonl:2: write one JSON object", "asked.jsonl:3: write one", "asked.jsonl:5: is longer than"):
        assert line in said.err


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


def test_what_is_of_the_hall_and_what_is_missed_without_a_library_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "几点下班", *WORDS]) == 0
    assert capsys.readouterr().out == "of the hall itself  [hours]\n"
    monkeypatch.setattr("hall_daemon.cli.ask.libraries", lambda: Libraries(sounds("none_such"), None, None))
    assert main(["ask", "社保卡丢了", "--json", *WORDS]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["matters"] == ["social-card"]
    for name in ("pypinyin is not installed: no pinyin", "rapidfuzz is not", "rjieba is not"):
        assert name in said.err


def test_a_pipe_that_nobody_writes_to_keeps_no_command_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert bytes_of(str(tmp_path / "pipe"), 10) == b""


def test_a_file_that_is_not_there_ends_with_5(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--file", str(tmp_path), *WORDS]) == 5
    assert "cannot be read" in capsys.readouterr().err

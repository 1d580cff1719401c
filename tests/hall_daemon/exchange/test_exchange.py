"""The table of a platform's words, its place in the configuration, and a rehearsal that no city hears of."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.cases.events import CASE_EVENTS
from hall_daemon.cases.life import LIFE
from hall_daemon.config import BadConfig, check, load, simulated
from hall_daemon.config.platform import words_of
from hall_daemon.config.settings import Platform
from hall_daemon.exchange.records import is_told
from hall_daemon.exchange.vocabulary import SAID, STATES, delivered, vocabulary

SHIPPED = Path("config/hall.toml")
NO_URL = 'url = ""                                 # 平台'


def table(**changes: Any) -> dict[str, Any]:
    tables = tomllib.loads(delivered())
    for name, more in changes.items():
        tables[name] = {**tables[name], **more}
    return tables


def test_every_state_and_every_event_that_is_told_has_its_words() -> None:
    words = vocabulary(table())
    assert set(words.states) == {state for pair in LIFE.items() for state in (pair[0][0], pair[1])} - {"draft"}
    told = {name for name in CASE_EVENTS if name in SAID}
    assert {name for name, kind in CASE_EVENTS.items() if is_told(object.__new__(kind))} == told
    assert [words.state_of[words.states[state].code] for state in STATES] == list(STATES)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"states": {"sent": {"code": "102", "word": "待预审"}}}, "says '102' twice"),
        ({"elements": {"key": "task_code"}}, "says 'task_code' twice"),
        (
            {"events": {"Again": {"record": "X", "word": "x", "state": "none", "action": "x", "step_state": "1"}}},
            "no state",
        ),
        ({"paths": {"records": "elsewhere"}}, "matching regex"),
        ({"elements": {"case": ""}}, "length >= 1"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(tmp_path: Path, changes: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        vocabulary(table(**changes))
    own = tmp_path / "words.toml"
    own.write_text(delivered().replace('[needs]', "[neds]"), encoding="utf-8")
    with pytest.raises(BadConfig, match=r"words\.toml"):
        words_of(Platform(words=str(own)))


def test_mistakes_of_the_section_have_lines(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    for line, changed, complaint in (
        (NO_URL, 'url = "https://platform.example" #', "the platform knows the hall by it"),
        ("matters = {}", 'matters = { a = "T1", b = "T1" }', "is the task code of a too"),
        ("matters = {}", 'matters = { a = "one two" }', "digits and capitals"),
        (NO_URL, 'url = "http://platform.example" #', "https://"),
        ('reconcile_at = "02:30"', 'reconcile_at = "24:30"', "02:30"),
    ):
        assert line in text
        path = tmp_path / "hall.toml"
        path.write_text(text.replace(line, changed), encoding="utf-8")
        errors = check(path)
        assert [error for error in errors if complaint in str(error) and error.line > 0], errors


def test_no_city_hears_of_a_rehearsal(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace(NO_URL, 'url = "https://platform.example" #')
    (tmp_path / "hall.toml").write_text(text.replace('app = ""', 'app = "hall-1"'), encoding="utf-8")
    said = load(tmp_path / "hall.toml")
    ports = {"http": 1, "public": 2, "mqtt": 3}
    assert said.platform.url == "https://platform.example"
    assert simulated(said, tmp_path, ports).platform.url == ""
    demo = simulated(said, tmp_path, {**ports, "platform": 4}).platform
    assert (demo.url, demo.app, demo.ca_file) == ("http://127.0.0.1:4", "demo", "")

"""The files of words: nothing is missing in Chinese and English, every code has its words, every word its code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from hall_daemon.adapters.http.pages import PAGES as TABLE
from hall_daemon.app.explain import CODES
from hall_daemon.bootstrap import PAGES
from hall_daemon.cli.words import missing
from hall_daemon.domain.dispatch import REASONS
from hall_daemon.domain.ticket import State
from hall_daemon.staff import rights
from hall_daemon.wire.device_words import ANYWHERE, ROLES
from hall_daemon.wire.problems import PROBLEMS
from hall_daemon.wire.waits import UNKNOWN_WAITS, WAIT_CAUSES
from hall_daemon.words.tables import BadWords, Tables, names, read, tables
from hall_daemon.words.text import ALWAYS, filled, filled_in, joined, said, same, text, with_several
from kiosk_ui import words as kiosk_words

# table -> the codes that the rules have
CODES_OF = {
    "reasons": REASONS,
    "explanation": CODES,
    "waits.unknown": UNKNOWN_WAITS,
    "waits.cause": WAIT_CAUSES,
    "ticket.state": get_args(State),
    "page.shared.state": get_args(State),
    "device.life": ANYWHERE,
    "problem": PROBLEMS,
    "role": rights.ROLES,
    "right": rights.RIGHTS,
}


@pytest.mark.parametrize("language", ALWAYS)
def test_nothing_is_missing(language: str) -> None:
    assert missing(tables(), language) == {}


def test_no_sentence_is_empty_in_one_language_only() -> None:
    known = tables()
    for key in known.keys():  # noqa: SIM118 - no mapping
        words = known.text(key)
        assert words.keys() >= set(ALWAYS), key
        # The English of these needs a mark that Chinese does not.
        if key not in ("list.sentences", "page.staff.device_is", "page.staff.between_sentences"):
            assert bool(words["zh"]) == bool(words["en"]), key


@pytest.mark.parametrize("table", CODES_OF)
def test_every_code_of_the_rules_has_words_and_every_word_its_code(table: str) -> None:
    assert {key.split(".")[0] for key in tables().under(table)} == set(CODES_OF[table])


def test_every_role_says_its_name_what_does_not_happen_and_what_does() -> None:
    for role in ROLES:
        assert tables().under(f"device.{role}").keys() - {"meanwhile"} == {"name", "without", "still"}


def page_files(*suffixes: str) -> str:
    files = (path for path in sorted(PAGES.rglob("*")) if path.suffix in suffixes)
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_pages_ask_for_words_that_there_are_and_no_words_are_left_over() -> None:
    there = {*tables().under("page"), *(f"waits.unknown.{code}" for code in UNKNOWN_WAITS)}
    tables_of_pages = "|".join({"shared", "desks", "waits", *(Path(page.body).stem for page in TABLE)})
    asked = set(re.findall(rf"""['"]((?:{tables_of_pages})\.[a-z0-9_.]+)['"]""", page_files(".js", ".html")))
    asked |= {page.title for page in TABLE}
    # A key that is put together: its table is named, its code comes from the hall.
    named_tables = {key.rstrip(".") + "." for key in asked - there}
    assert [table for table in sorted(named_tables) if not any(key.startswith(table) for key in there)] == []
    assert [key for key in sorted(there - asked) if not key.startswith(tuple(named_tables))] == []


def test_pages_have_no_words_of_their_own() -> None:
    scripts = re.sub(r"/\*.*?\*/", "", page_files(".js"), flags=re.DOTALL)
    assert re.findall(r".*[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef].*", scripts + page_files(".html")) == []


SMALL = {"zh": {"a": "{n}个", "b": "乙", "c": "丙"}, "en": {"a": "{n}", "b": "B", "c": "C"}, "ug": {"b": "ئۇ"}}


def test_a_language_says_what_it_has_and_the_rest_in_chinese() -> None:
    small = Tables(SMALL)
    assert small.languages == ("zh", "en", "ug")
    assert [said(small.text(key, {"n": 3}), "ug") for key in "abc"] == ["3个", "ئۇ", "丙"]
    assert small.missing("ug") == ("a", "c")
    assert small.missing("ug", more=("kind.printer",)) == ("a", "c", "kind.printer")
    assert small.missing("en") == ()
    odd = Tables(SMALL | {"ug": {"b": "ئۇ", "kind.printer": "x", "bb": "x"}})
    assert odd.missing("en") == ()
    assert odd.strange("ug", more=("kind.printer",)) == ("bb",)
    assert small.coded("x", "unheard") == same("unheard")
    with pytest.raises(KeyError):
        small.text("d")


def test_facts_that_are_words_are_said_in_the_language_of_the_sentence() -> None:
    window = text("3号窗口", "Window 3")
    assert filled({"zh": "{at}", "en": "at {at}", "ug": "ug {at}"}, {"at": window}) == {
        "zh": "3号窗口", "en": "at Window 3", "ug": "ug 3号窗口",
    }
    assert filled({"zh": "{gone}"}, {}) == {"zh": "?"}
    assert joined([text("甲", "A"), text("乙", "B", ug="U")], text("、", ", ")) == {
        "zh": "甲、乙", "en": "A, B", "ug": "甲、U",
    }
    assert [said({"en": "only"}, "ug"), said({}, "ug")] == ["only", ""]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"zh": "", "en": ""}, r"en\.toml: say what the language calls itself"),
        ({"zh": "[language]\nname = '中'"}, r"en\.toml is missing"),
        ({"ug": "a = ["}, r"ug\.toml: Invalid"),
        ({"ug": "[language]\nname = 'u'\na = 3"}, r"ug\.toml: language\.a: write words in quotes"),
        ({"ug": "[language]\nname = 'u {who}'"}, r"ug\.toml: language\.name: nothing fills in \{who\}"),
        ({"ug": "[language]\nname = 'u {'"}, r"ug\.toml: language\.name: "),
        ({"ug": "[language]\nname = '{0}'"}, r"ug\.toml: language\.name: \{0\} is neither a plain name"),
        ({"ug": "[language]\nname = '{n|a}'"}, r"ug\.toml: language\.name: \{n\|a\} is neither"),
        ({"Uyghur!": ""}, r"Uyghur!\.toml: name the file by its language"),
        ({"ug": "#" * (1024 * 1024 + 1)}, r"ug\.toml: larger than"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(tmp_path: Path, files: dict[str, str], says: str) -> None:
    whole = {"zh": "[language]\nname = '中'", "en": "[language]\nname = 'E'"}
    for language, words in files.items() if "zh" in files else (whole | files).items():
        (tmp_path / f"{language}.toml").write_text(words, encoding="utf-8")
    with pytest.raises(BadWords, match=says):
        Tables(read(tmp_path))


def test_names_of_a_sentence() -> None:
    assert names("{n} of {all|it|them}, {{not}} this") == {"n", "all"}


def test_one_and_several() -> None:
    words = {"zh": "{n} 天", "en": "{n|a day|# days} left"}
    assert [filled(words, {"n": n})["en"] for n in (0, 1, "1", 21)] == [
        "0 days left", "a day left", "a day left", "21 days left"
    ]
    assert filled(words, {"n": 1})["zh"] == "1 天"
    assert filled(words, {})["en"] == "? days left"
    assert with_several(words) == {"zh": "{n} 天", "en": "{n} days left"}
    with pytest.raises(KeyError, match="n"):
        filled_in(words["en"], {}, "en")


_FIGURES = "n|cap|count|days|left|ahead|max|most|least|matters|fields|minutes|seconds|retry_s|all|people|points"
# What is counted right behind its figure; a range ("1 to {n} points") is of several.
_COUNTED = re.compile(rf"(?<! to )(?<!–)\{{({_FIGURES})\}}[ \u00a0](?:(?:more|past|working) )?[a-z-]+s\b")


def test_no_english_sentence_counts_one_as_several() -> None:
    english = {key: tables().text(key)["en"] for key in tables().keys()}  # noqa: SIM118 - no mapping
    english |= {f"kiosk: {key}": sentence for key, sentence in kiosk_words.read("en").items()}
    assert [f"{key}: {sentence}" for key, sentence in english.items() if _COUNTED.search(sentence)] == []

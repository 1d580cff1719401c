"""The tables of sentences: the same in every language, and a language of longer ones."""

from __future__ import annotations

import pytest

from hall_daemon.wire.problems import PROBLEMS
from hall_daemon.words.text import with_several
from kiosk_ui import words
from kiosk_ui.words import Words, names
from tests.kiosk_ui.pseudo import pseudo

TABLES = {language: words.read(language) for language in words.load()}


def test_every_language_says_the_same_things() -> None:
    assert TABLES["zh"].keys() == TABLES["en"].keys()
    zh, en = (with_several(TABLES[language]) for language in ("zh", "en"))  # what decides need not be said
    differing = [key for key in zh if names(zh[key]) != names(en[key])]
    assert differing == []
    assert all(sentence.strip() for table in TABLES.values() for sentence in table.values())


def test_closed_has_words_for_every_refusal_to_issue() -> None:
    spoken = {key.removeprefix("closed.") for key in TABLES["zh"] if key.startswith("closed.")}
    spoken -= {"other", "advice", "brief"}
    assert spoken <= PROBLEMS.keys()
    assert spoken >= {"hall_closed", "hall_closed_today", "issuing_stopped", "service_full", "day_full", "day_closed"}


def test_one_and_many() -> None:
    en = words.load()["en"]
    assert (en("people", n=1), en("people", n=3)) == ("1 person", "3 people")
    assert en("nav.back") == "Back"
    assert en.has("nav.back")
    assert not en.has("nav.nowhere")
    with pytest.raises(KeyError):
        en("nav.nowhere")


def test_the_longer_language_keeps_its_names_and_is_longer() -> None:
    longer, plain = pseudo(TABLES["en"]), with_several(TABLES["en"])
    assert all(names(longer[key]) == names(plain[key]) for key in longer)
    assert all(len(longer[key]) >= len(plain[key]) * 1.3 for key in longer)
    assert Words("en", longer)("people", n=3) == "3 péóplé öñé"

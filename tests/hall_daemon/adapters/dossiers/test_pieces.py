"""Answers that come later lie beside those that an event names, until it names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_daemon.adapters.dossiers.store import Dossiers, open_dossiers
from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.storage.ciphers import AES
from tests.hall_daemon.adapters.dossiers.test_dossiers import ANSWERS, BOUNDS, Wall, filled


@pytest.fixture
def dossiers(tmp_path: Path) -> Iterator[Dossiers]:
    made = open_dossiers(tmp_path, AES, BOUNDS, Wall())
    yield made
    made.close()


def test_answers_that_an_event_names_stay_until_it_names_others(dossiers: Dossiers) -> None:
    case = filled(dossiers)
    assert dossiers.put_answers(case, {"name": "later"}, "1") == 2
    assert dossiers.answers(case, "1") == ANSWERS
    dossiers.drop_answers(case, 2)
    assert dossiers.answers(case, "1") == ANSWERS
    assert dossiers.put_answers(case, {"name": "later"}, "1") == 2
    assert dossiers.put_answers(case, {"name": "latest"}, "2") == 3
    assert dossiers.answers(case, "2") == {"name": "later"}
    assert dossiers.answers(case, "1") == {"name": "latest"}, "gone: only a journal that lost its end names it"
    assert dossiers.answers(case, "") is None


def test_answers_of_an_earlier_version_of_this_program_are_read(dossiers: Dossiers) -> None:
    case = filled(dossiers)
    with dossiers.rows.writing() as conn:
        sealed = dossiers.rows.key(case).seal(b'{"name":"old"}', b"r1\nanswers\n7")
        conn.execute("DELETE FROM pieces WHERE name LIKE 'answers%'")
        conn.execute("INSERT INTO pieces VALUES (?, 'answers', 7, ?)", (case, sealed))
    assert dossiers.answers(case, "7") == {"name": "old"}
    assert dossiers.put_answers(case, ANSWERS, "7") == 8
    assert (dossiers.answers(case, "7"), dossiers.answers(case, "8")) == ({"name": "old"}, ANSWERS)


def test_words_of_an_event_that_was_refused_are_dropped(dossiers: Dossiers) -> None:
    case = filled(dossiers)
    dossiers.put_text(case, "other", "words")
    dossiers.drop_texts(case, ("why", "never"))
    assert (dossiers.text(case, "why"), dossiers.text(case, "other")) == (None, "words")


def test_an_older_version_of_a_text_does_not_come_back(dossiers: Dossiers) -> None:
    case = filled(dossiers)
    with dossiers.rows.writing() as conn:
        (old,) = conn.execute("SELECT sealed FROM pieces WHERE name = 'text why'").fetchone()
    dossiers.put_text(case, "why", "later")
    with dossiers.rows.writing() as conn:
        conn.execute("UPDATE pieces SET sealed = ? WHERE name = 'text why'", (old,))
    with pytest.raises(DossierError, match="altered"):
        dossiers.text(case, "why")

"""Editions of forms: what somebody began with is there for them when the configuration has gone on."""

from __future__ import annotations

from pathlib import Path

from hall_daemon.config import load
from hall_daemon.config.editions import MOST_EDITIONS, with_editions
from hall_daemon.config.forms import Cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.statutes import statutes_of
from hall_daemon.matters.checks import Checker
from hall_daemon.web.endpoint import encode
from hall_daemon.wire.forms import form_view
from tests.hall_daemon.cases.books import YEAR
from tests.hall_daemon.config.test_config_forms import FORM, made
from tests.hall_daemon.matters.form_maker import ROOT, cabinet


def edition(folder: Path, version: int) -> Cabinet:
    text = FORM.replace('matter = "m"', f'matter = "m"\nversion = {version}')
    return with_editions(folder / "kept", made(folder, text))


def test_an_earlier_edition_is_given_whole(tmp_path: Path) -> None:
    first = edition(tmp_path, 1)
    assert first.earlier == {}
    second = edition(tmp_path, 2)
    assert list(second.earlier) == [("f", 1)]
    assert encode(form_view(second.earlier["f", 1])) == encode(form_view(first.forms["f"]))
    assert edition(tmp_path, 2).earlier.keys() == second.earlier.keys(), "nothing new, nothing more"
    back = edition(tmp_path, 1)
    assert list(back.earlier) == [("f", 2)], "a configuration that was put back is the present one"


def test_a_form_that_is_gone_is_there_for_who_began_it(tmp_path: Path) -> None:
    edition(tmp_path, 3)
    gone = with_editions(tmp_path / "kept", Cabinet({}, {}))
    assert list(gone.earlier) == [("f", 3)]


def test_files_have_a_bound_and_strange_ones_cost_nothing(tmp_path: Path) -> None:
    for version in range(1, MOST_EDITIONS + 4):
        edition(tmp_path, version)
    kept = tmp_path / "kept"
    assert len(list(kept.glob("f.*.json"))) == MOST_EDITIONS
    (kept / f"f.{MOST_EDITIONS}.json").write_bytes(b'{"id": "f"')
    (kept / "notes.txt").write_text("mine")
    found = edition(tmp_path, MOST_EDITIONS + 3)
    assert ("f", MOST_EDITIONS) not in found.earlier
    assert ("f", MOST_EDITIONS + 2) in found.earlier
    assert (kept / "notes.txt").read_text() == "mine"


def test_the_shipped_forms_come_back_as_they_were(tmp_path: Path) -> None:
    present = cabinet()
    with_editions(tmp_path / "kept", present)
    gone = with_editions(tmp_path / "kept", Cabinet({}, present.dictionary))
    for form in present.forms.values():
        again = Checker(gone.earlier[form.id, form.version])
        for answers in ({}, form.samples()):
            assert again.verdict(answers, 20_000) == Checker(form).verdict(answers, 20_000)
        assert again.computed(form.samples(), 20_000) == Checker(form).computed(form.samples(), 20_000)


def test_what_is_wrong_in_an_earlier_edition_can_be_told() -> None:
    settings, present = load(ROOT / "config/hall.toml"), cabinet()
    shelf, form = read_shelf(settings), present.forms["social-card"]
    old = present._replace(earlier={(form.id, 1): form}, forms={})
    assert statutes_of(settings.reviews, settings.papers, YEAR, shelf, old).matters == {}
    both = present._replace(earlier={("social-card", 0): present.forms["company-setup"]})
    matter = statutes_of(settings.reviews, settings.papers, YEAR, shelf, both).matters[form.matter]
    assert {"legal_rep_id"} <= matter.fields


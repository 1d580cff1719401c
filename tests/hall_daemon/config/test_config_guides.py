"""Guides and notices from files: every mistake at its file and line, and the others stay."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest

from hall_daemon.config import check, load
from hall_daemon.config.guides import FILES, LARGEST_FILE, Shelf, read_shelf
from hall_daemon.matters import guide as matters
from hall_daemon.matters.lint import untold
from hall_daemon.matters.notice import shown_on

CONFIG = Path(__file__).parents[3] / "config"
GUIDES_PAGE = (CONFIG.parent / "docs" / "guides.md").read_text(encoding="utf-8")


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """The hall that ships, where a test may spoil it."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config" / "hall.toml"


def shelf(hall: Path) -> Shelf:
    return read_shelf(load(hall))


def spoil(hall: Path, name: str, old: str, new: str) -> Path:
    path = hall.parent / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_guides_that_ship_have_no_mistake() -> None:
    found = shelf(CONFIG / "hall.toml")
    assert found.errors == ()
    assert len(found.guides) == 12
    order = list(found.groups)
    groups = [guide.group for guide in found.guides.values()]
    assert groups == sorted(groups, key=order.index)
    assert [one.id for one in found.notices] == ["new-year-2027", "restaurant-in-one", "senior-card-note"]


def test_the_guides_that_ship_stand_in_chinese_and_english() -> None:
    assert [lacking for guide in shelf(CONFIG / "hall.toml").guides.values() for lacking in _chinese_only(guide)] == []


def test_the_guides_that_ship_tell_every_element() -> None:
    assert {id_: left for id_, guide in shelf(CONFIG / "hall.toml").guides.items() if (left := untold(guide))} == {}


def test_papers_that_most_matters_want_have_samples() -> None:
    found = shelf(CONFIG / "hall.toml")
    letters = [guide.materials["poa"] for guide in found.guides.values() if "poa" in guide.materials]
    assert len(letters) == 10
    assert all(one.sample and one.blank for one in letters)
    cards = [one for guide in found.guides.values() for key, one in guide.materials.items() if key.endswith("id_card")]
    assert all(one.sample for one in cards if one.copies)
    assert sum(path.stat().st_size for path in set(found.files())) < 200_000


def _chinese_only(told: object) -> list[object]:
    found = msgspec.to_builtins(told)
    if isinstance(found, dict) and "zh" in found:
        return [] if found.get("en") else [found]
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list | tuple) else ()
    return [lacking for one in inside for lacking in _chinese_only(one)]


def test_a_mistake_is_told_with_file_and_line_and_the_others_stay(hall: Path) -> None:
    path = spoil(hall, "guides/social-card.toml", 'kind = "at_once"', 'kind = "promised_"')
    line = path.read_text(encoding="utf-8").split("\n").index('kind = "promised_"') + 1
    found = shelf(hall)
    (error,) = found.errors
    assert (error.file, error.line, error.key) == (str(path), line, "kind")
    assert error.hint == 'did you mean "promised"?'
    assert "social-card" not in found.guides
    assert len(found.guides) == 11
    assert check(hall) == [error]


def test_every_mistake_of_a_guide_is_told_at_once(hall: Path) -> None:
    spoil(hall, "guides/senior-card.toml", 'group = "elder"', 'group = "elders"\nfarbe = "rot"')
    spoil(hall, "guides/senior-card.toml", "visits = 1", 'visits = "eins"')
    assert [(error.key, bool(error.line)) for error in shelf(hall).errors] == [
        ("group", True), ("farbe", True), ("visits", True),
    ]


def test_contradictions_are_told_beside_mistakes_but_not_of_what_was_left_out(hall: Path) -> None:
    spoil(hall, "guides/food-business-licence.toml", "visits = 1", 'visits = "eins"')
    spoil(hall, "guides/food-business-licence.toml", 'proof = ["biz_licence"]', 'proof = ["bus_licence"]')
    spoil(hall, "guides/food-business-licence.toml", "[limits.promised]\ndays = 5", "[limits.promised]\ndays = 12")
    assert [error.key for error in shelf(hall).errors] == ["visits", "conditions[0].proof[0]", "limits.promised.days"]
    spoil(hall, "guides/food-business-licence.toml", "copies = 1", "copys = 1")
    keys = [error.key for error in shelf(hall).errors]
    assert keys == ["visits", "materials.biz_licence.copys", "limits.promised.days"]


def test_a_contradiction_is_told_at_its_line(hall: Path) -> None:
    promised = "[limits.promised]\ndays = "
    path = spoil(hall, "guides/food-business-licence.toml", f"{promised}5", f"{promised}12")
    line = path.read_text(encoding="utf-8").split("\n").index("days = 12") + 1
    errors = {(error.line, error.message) for error in shelf(hall).errors}
    assert (line, "more is promised than the law allows") in errors


def test_two_guides_of_one_name_are_told_at_the_later_one(hall: Path) -> None:
    shutil.copy(hall.parent / "guides/senior-card.toml", hall.parent / "guides/senior-pass.toml")
    found = shelf(hall)
    assert [(Path(error.file).name, error.key, error.message) for error in found.errors] == [
        ("senior-pass.toml", "title", "another guide has it"),
    ]
    assert len(found.guides) == 12


def test_a_guide_that_is_no_toml_or_has_a_wrong_name(hall: Path) -> None:
    (hall.parent / "guides/Neu.toml").write_text('title = "x', encoding="utf-8")
    shutil.copy(hall.parent / "guides/senior-card.toml", hall.parent / "guides/oben unten.toml")
    said = [f"{Path(error.file).name}: {error.message}" for error in shelf(hall).errors]
    assert [one.partition(":")[0] for one in said] == ["Neu.toml", "oben unten.toml", "oben unten.toml"]
    assert "is not TOML" in said[0]


def test_no_number_is_too_long_to_be_told(hall: Path) -> None:
    path = spoil(hall, "guides/senior-card.toml", "\nversion = 1\n", f"\nversion = {'9' * 5000}\n")
    (error,) = shelf(hall).errors
    assert error.message == "a number has too many digits"
    text = path.read_text(encoding="utf-8").split("\n")
    assert text[error.line - 1].startswith("version = 9")
    spoil(hall, "guides/senior-card.toml", f"version = {'9' * 5000}", f"version = 0x{'f' * 5000}")
    (error,) = shelf(hall).errors
    assert (error.key, error.found) == ("version", "a number of very many digits")


def test_a_form_that_nobody_can_read_takes_no_guide_away(hall: Path) -> None:
    (hall.parent / "forms/deep.toml").write_text("x = " + "[" * 5000, encoding="utf-8")
    assert shelf(hall).errors == ()
    assert [error.message for error in check(hall)] == ["lists or tables stand too deep inside each other"]


def test_a_mistake_in_one_guide_or_notice_hides_none_in_a_form(hall: Path) -> None:
    rule = '\n[[papers]]\nneed = ["neighbor_consent"]\nreason = { zh = "邻居同意", en = "The neighbour agrees" }\n'
    for form in ("food-business-licence", "social-card"):
        path = hall.parent / f"forms/{form}.toml"
        path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    spoil(hall, "guides/senior-card.toml", "\nversion = 1\n", "\nversion = 0\n")
    spoil(hall, "guides/social-card.toml", "\nversion = 1\n", "\nversion = 0\n")
    spoil(hall, "notices.toml", 'matters = ["senior-card"]', 'matters = ["senor-card"]')
    wrong = [(Path(error.file).stem, error.message) for error in check(hall) if "/forms/" in error.file]
    assert wrong == [(form, "is no paper of the guide") for form in ("food-business-licence", "social-card")]
    (hall.parent / "guides/social-card.toml").write_text('title = "', encoding="utf-8")
    assert not [error for error in check(hall) if "forms/social-card" in error.file], "nobody knows its papers"


def test_a_file_that_a_guide_names_is_there_and_not_too_large(hall: Path) -> None:
    spoil(hall, "guides/senior-card.toml", "[[steps]]\n", '[[steps]]\npicture = "counter.jpg"\n')
    (error,) = shelf(hall).errors
    assert error.message == "there is no such file in files"
    folder = hall.parent / "guides" / FILES
    folder.mkdir(exist_ok=True)
    with (folder / "counter.jpg").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    (error,) = shelf(hall).errors
    assert error.message.startswith("is larger than")
    (folder / "counter.jpg").write_bytes(b"\xff\xd8")
    found = shelf(hall)
    assert found.errors == ()
    assert folder.resolve() / "counter.jpg" in [path.resolve() for path in found.files()]


def test_a_form_that_is_not_there_is_told_where_forms_are(hall: Path) -> None:
    shutil.rmtree(hall.parent / "forms", ignore_errors=True)
    assert shelf(hall).errors == ()
    (hall.parent / "forms").mkdir()
    assert {error.key for error in shelf(hall).errors} == {"form"}


def test_a_hall_without_guides_is_as_it_was(hall: Path) -> None:
    shutil.rmtree(hall.parent / "guides")
    (hall.parent / "notices.toml").unlink()
    assert shelf(hall)[:3] == ({}, load(hall).matters.groups, ())
    assert check(hall) == []


def test_notices_hold_from_day_to_day_newest_first() -> None:
    notices = shelf(CONFIG / "hall.toml").notices
    for day, ids in (
        (date(2026, 11, 1), []),
        (date(2026, 11, 28), ["restaurant-in-one", "senior-card-note"]),
        (date(2027, 1, 3), ["new-year-2027", "restaurant-in-one", "senior-card-note"]),
        (date(2027, 1, 4), ["restaurant-in-one", "senior-card-note"]),
    ):
        assert [one.id for one in shown_on(notices, day)] == ids


def test_mistakes_of_notices_are_told(hall: Path) -> None:
    spoil(hall, "notices.toml", 'until = "2027-01-03"', 'until = "2026-01-03"')
    spoil(hall, "notices.toml", 'id = "restaurant-in-one"', 'id = "new-year-2027"')
    spoil(hall, "notices.toml", 'matters = ["senior-card"]', 'matters = ["senor-card"]')
    assert [(error.key, error.hint) for error in shelf(hall).errors] == [
        ("notice[0].until", ""), ("notice[1].id", ""), ("notice[2].matters[0]", 'did you mean "senior-card"?'),
    ]


def test_every_mistake_of_notices_is_told_at_once(hall: Path) -> None:
    spoil(hall, "notices.toml", 'since = "2026-12-15"', 'since = "heute"')
    spoil(hall, "notices.toml", 'since = "2026-11-16"', 'since = "2026-11-16"\nuntil = "2026-11-01"')
    spoil(hall, "notices.toml", 'id = "senior-card-note"', 'id = "new-year-2027"')
    spoil(hall, "notices.toml", 'matters = ["senior-card"]', 'matters = ["senor-card"]')
    found = shelf(hall)
    assert [error.key for error in found.errors] == [
        "notice[0].since", "notice[1].until", "notice[2].id", "notice[2].matters[0]",
    ]
    assert found.notices == ()
    spoil(hall, "notices.toml", 'id = "new-year-2027"\nsince = "2026-11-02"', 'id = "note"\nsince = "2026-11-02"')
    spoil(hall, "notices.toml", 'matters = ["senor-card"]', 'matters = ["senior-card"]')
    assert [one.id for one in shelf(hall).notices] == ["note"]


def test_the_guide_and_the_notice_of_the_documentation_are_good(hall: Path) -> None:
    guide, notice = re.findall(r"```ini\n(.*?)```", GUIDES_PAGE, re.DOTALL)
    (hall.parent / "guides/stall.toml").write_text(guide, encoding="utf-8")
    (hall.parent / "notices.toml").write_text(notice, encoding="utf-8")
    found = shelf(hall)
    assert found.errors == ()
    assert "stall" in found.guides
    assert len(found.notices) == 1


def test_every_key_of_a_guide_is_explained() -> None:
    parts = [kind for kind in vars(matters).values() if isinstance(kind, type) and issubclass(kind, matters.Part)]
    keys = {name for kind in parts for name in kind.__struct_fields__ if not kind.__name__.startswith("_")}
    table = GUIDES_PAGE.partition("## Keys")[2].partition("## What contradicts")[0]
    told = {*re.findall(r"`(\w+)`", GUIDES_PAGE), *re.findall(r"\w+", " ".join(re.findall(r"`\[+(.*?)\]+`", table)))}
    assert keys - told == set()

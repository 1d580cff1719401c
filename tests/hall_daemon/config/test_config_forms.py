"""Forms and the dictionary from their files: what is shipped is whole, every mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall_daemon.config.dictionary import read_dictionary
from hall_daemon.config.forms import Cabinet, read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.load import load
from hall_daemon.config.settings import Matters
from tests.hall_daemon.matters.form_maker import ROOT, cabinet

DICTIONARY = """[field."person.name"]
label = { zh = "姓名", en = "Name" }
kind = "name"
max = 40
personal = true
mask = "name"
papers = ["id_card"]

[field."person.age"]
label = { zh = "年龄", en = "Age" }
kind = "integer"

[field."other.name"]
like = "person.name"
label = { zh = "别人", en = "Somebody else" }
"""
FORM = """[form]
title = { zh = "表", en = "Form" }
matter = "m"

[step.one]
title = { zh = "一", en = "One" }

[field.kind]
step = "one"
kind = "choice"
label = { zh = "种类", en = "Kind" }
options = [{ value = "甲", en = "A" }, { value = "乙", en = "B" }]
sample = "甲"

[field.name]
step = "one"
means = "other.name"
shown_when = { is = ["kind", "甲"] }

[field.people]
step = "one"
kind = "group"
label = { zh = "人", en = "People" }

[field.people.part.age]
kind = "integer"
label = { zh = "年龄", en = "Age" }

[[rule]]
id = "grown"
fields = ["people"]
never = { some = ["people", { lt = ["people.age", 18] }] }
say = { zh = "太小", en = "Too young" }
mend = { zh = "换人", en = "Somebody else" }

[[papers]]
need = ["id_card"]
reason = { zh = "都要", en = "Always" }
"""


def made(folder: Path, form: str = FORM, dictionary: str = DICTIONARY) -> Cabinet:
    (folder / "forms").mkdir(exist_ok=True)
    (folder / "forms/f.toml").write_text(form)
    (folder / "dictionary.toml").write_text(dictionary)
    return read_cabinet(Matters(forms=str(folder / "forms"), dictionary=str(folder / "dictionary.toml")))


def test_what_is_shipped_has_no_mistake_and_names_papers_of_its_guides() -> None:
    shelf = read_shelf(load(ROOT / "config/hall.toml"))
    for form in cabinet().forms.values():
        known = shelf.guides[form.matter].materials
        needed = {paper for rule in form.papers for paper in rule.need} | {f.paper for f in form.fields if f.paper}
        assert needed <= known.keys(), form.id
        assert shelf.guides[form.matter].form == form.id
        assert {field.means for field in form.fields if field.means} <= cabinet().dictionary.keys()


def test_what_a_field_means_says_the_rest(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert found.errors == ()
    name = found.forms["f"].field("name")
    assert (name.kind, name.label["zh"], name.most, name.personal, name.mask) == ("name", "别人", 40, True, "name")
    assert found.dictionary["other.name"].papers == ("id_card",)


def test_a_hall_without_forms_has_none(tmp_path: Path) -> None:
    nowhere = Matters(forms=str(tmp_path / "no"), dictionary=str(tmp_path / "no.toml"))
    assert read_cabinet(nowhere) == Cabinet({}, {}, ())


def test_papers_are_those_of_the_guide(tmp_path: Path) -> None:
    made(tmp_path)
    said = Matters(forms=str(tmp_path / "forms"), dictionary=str(tmp_path / "dictionary.toml"))
    assert read_cabinet(said, {"m": ("id_card",)}).errors == ()
    needed = next(each for each in read_cabinet(said, {"m": ("id_cart",)}).errors if each.line == 37)
    assert "id_cart" in needed.hint
    (error,) = read_cabinet(said, {"n": ("id_card",)}).errors
    assert (error.line, error.message) == (3, "has no guide")


def test_what_proves_a_field_is_a_paper_of_its_guide(tmp_path: Path) -> None:
    """Else somebody else's number on that paper would be nobody's."""
    made(tmp_path, FORM.replace("need = [\"id_card\"]", "need = [\"passport\"]"))
    said = Matters(forms=str(tmp_path / "forms"), dictionary=str(tmp_path / "dictionary.toml"))
    errors = read_cabinet(said, {"m": ("passport", "id_cart")}).errors
    (unknown,) = [each for each in errors if "dictionary" in each.file]
    assert (unknown.line, unknown.message, "id_cart" in unknown.hint) == (7, "is no paper of any guide", True)
    papers = {"m": ("passport",), "other": ("id_card",)}
    (error,) = read_cabinet(said, papers).errors
    assert (error.line, error.message) == (17, "is proved by id_card, which this guide has not")
    for mended in ('means = "other.name"\npaper = "passport"', 'means = "other.name"\npaper = ""'):
        made(tmp_path, (tmp_path / "forms/f.toml").read_text().replace('means = "other.name"', mended))
        assert read_cabinet(said, papers).errors == ()
        made(tmp_path, FORM.replace("need = [\"id_card\"]", "need = [\"passport\"]"))
    made(tmp_path, FORM.replace("label = { zh = \"年龄\"", "paper = \"pasport\"\nlabel = { zh = \"年龄\""))
    assert any(each.line == 27 and "passport" in each.hint for each in read_cabinet(said, papers).errors)


@pytest.mark.parametrize(("old", "new", "line", "says"), [
    ('step = "one"\nmeans', 'step = "oen"\nmeans', 16, 'did you mean "one"'),
    ('means = "other.name"', 'means = "other.nme"', 17, 'did you mean "other.name"'),
    ('"kind", "甲"]', '"kind", "丙"]', 18, "none of the options"),
    ('"kind", "甲"]', '"people", "甲"]', 18, "further below"),
    ('"kind", "甲"]', '"knid", "甲"]', 18, 'did you mean "kind"'),
    ('is = ["kind", "甲"]', 'betwen = ["kind", 1, 2]', 18, 'did you mean "between"'),
    ('sample = "甲"', 'sample = "丙"', 13, "no answer to this field"),
    ('value = "乙"', 'value = "甲"', 12, "there twice"),
    ('kind = "choice"', 'kind = "text"', 12, "has options"),
    ('kind = "integer"', 'kind = "group"', 26, "no rows in them"),
    ('kind = "group"', 'kind = "text"', 20, "it is a group"),
    ('kind = "integer"', 'kind = "integer"\nmin = "x"', 27, "wrong value"),
    ('kind = "choice"', 'kind = "choice"\nmin = 2', 11, "no such bound"),
    ('id = "grown"', 'id = "required"', 30, "every field is held to"),
    ('fields = ["people"]', 'fields = ["poeple"]', 31, 'did you mean "people"'),
    ('["people.age", 18]', '["people.aeg", 18]', 32, "no such column"),
    ('lt = ["people.age", 18]', 'lt = [{ divide = [1, 0] }, 18]', 32, "no such word"),
    ("never = ", "must = { filled = \"kind\" }\nnever = ", 29, "either `never` or `must`"),
    ('mend = { zh = "换人", en = "Somebody else" }', "", 29, "is missing"),
    ('[step.one]', '[step.two]\ntitle = { zh = "二", en = "Two" }\n\n[step.one]', 5, "has no field"),
    ('matter = "m"', 'matter = "m"\nid = "g"', 4, "not the name of the file"),
    ("title", "titel", 2, 'did you mean "title"'),
    ('zh = "表"', "zh = “表”", 2, "is not TOML"),
    ('means = "other.name"', 'means = "other.name"\nmin = 41', 18, "nobody can answer this"),
    ('means = "other.name"', 'means = "other.name"\nkind = "text"', 18, "is not what other.name is"),
    ('means = "other.name"', 'means = "other.name"\nalso = ["person.nme"]', 18, 'did you mean "person.name"'),
    ('means = "other.name"', 'means = "other.name"\nalso = ["person.age"]', 18, "is a integer"),
    ('means = "other.name"', 'means = "other.name"\nfill_from = ["card"]', 18, "key that is gone; take it out"),
    ('means = "other.name"', 'means = "other.name"\nsample = "abc"', 18, "is wrong by this form itself (format)"),
    ('kind = "integer"', 'kind = "integer"\nmin = 4\nmax = 3', 27, "nobody can answer this"),
    ('kind = "integer"', 'kind = "integer"\nmin = 1.2\nmax = 1.8', 27, "nobody can answer this"),
    ('kind = "group"', 'kind = "group"\nmin = 3\nmax = 2', 23, "nobody can answer this"),
    ('kind = "group"', 'kind = "group"\nsample = [{ age = 17 }]', 23, "the rule grown"),
    ('kind = "group"', 'kind = "group"\nsample = [{ age = 20.5 }]', 23, "(decimals)"),
    ('kind = "integer"', 'means = "person.age"\n[field.people.part.old]\nmeans = "person.age"', 28,
        "means the same as age"),
])
def test_a_mistake_is_named_with_its_line_and_the_form_left_out(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert old in FORM
    found = made(tmp_path, FORM.replace(old, new, 1))
    assert found.forms == {}
    assert any(error.line == line and says in str(error) for error in found.errors), [str(e) for e in found.errors]


def test_too_many_fields_and_too_deep_a_rule_are_told_with_numbers_and_lines(tmp_path: Path) -> None:
    more = "".join(
        f'[field.more{n}]\nstep = "one"\nkind = "text"\nlabel = {{ zh = "多", en = "More" }}\n' for n in range(198)
    )
    (error,) = made(tmp_path, FORM.replace("[[rule]]", more + "[[rule]]", 1)).errors
    assert (error.key, error.found, error.expected) == ("field", "a table of 201", "a table, 1 to 200 entries")
    deep = "never = " + "{ not = " * 400 + '{ filled = "kind" }' + " }" * 400
    rule = 'never = { some = ["people", { lt = ["people.age", 18] }] }'
    (error,) = made(tmp_path, FORM.replace(rule, deep)).errors
    assert (error.line, error.message) == (32, "lists or tables stand too deep inside each other")


def test_a_table_beside_a_list_of_the_same_name_is_told_at_the_table(tmp_path: Path) -> None:
    for form, line, other in (
        (FORM.replace("[[rule]]", "[papers]\n\n[[rule]]", 1), 29, 38), (FORM + "[papers]  # more\n", 39, 36),
    ):
        (error,) = made(tmp_path, form).errors
        assert (error.line, f"on line {other}" in error.message) == (line, True), str(error)


def test_a_field_with_a_mistake_is_told_where_it_stands_and_not_wherever_it_is_named(tmp_path: Path) -> None:
    found = made(tmp_path, FORM.replace('step = "one"\nkind = "choice"', 'setp = "one"\nkind = "choice"', 1))
    assert [error.line for error in found.errors] == [9], [str(each) for each in found.errors]


def test_one_bad_form_leaves_the_others(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "forms/bad.toml").write_text("x = 1")
    found = made(tmp_path)
    assert (list(found.forms), len(found.errors)) == (["f"], 4)


@pytest.mark.parametrize(("old", "new", "line", "says"), [
    ('like = "person.name"', 'like = "person.nme"', 14, 'did you mean "person.name"'),
    ('like = "person.name"', 'kind = "nam"', 14, 'did you mean "name"'),
    ('like = "person.name"\n', "", 13, "is missing"),
    ('"other.name"', '"other name"', 13, "is not a name for this"),
    ("max = 40", "min = 40\nmax = 4", 4, "nobody can answer this"),
    ("max = 40", 'format = "phone"\nmax = 10', 5, "phone has 11 to 11 characters"),
    ('mask = "name"\n', "", 5, "has no mask"),
])
def test_a_mistake_of_the_dictionary_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    (tmp_path / "dictionary.toml").write_text(DICTIONARY.replace(old, new, 1))
    entries, errors = read_dictionary(tmp_path / "dictionary.toml")
    assert "person.name" in entries
    assert any(error.line == line and says in str(error) for error in errors), [str(e) for e in errors]

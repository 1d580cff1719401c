"""The linter of guides: each contradiction is found at its place, and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hall_daemon.matters.guide import Stopped
from hall_daemon.matters.lint import across, findings, unsure, untold
from tests.hall_daemon.matters.guides import KNOWN, guide, said

CONTRADICTIONS: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "limits.promised.days: more is promised than the law allows": (("limits", "promised", "days"), 6),
    "limits.promised.days: a matter that is done at once takes no days": (("kind",), "at_once"),
    "limits.promised.days: a promised matter says how many days": (("limits", "promised", "days"), 0),
    "conditions.0: no paper shows this condition": (("conditions", 0, "proof"), []),
    "conditions.0.proof.0: there is no such material": (("conditions", 0, "proof"), ["passport"]),
    "steps: no step is 决定 (decide)": (("steps", 1, "stages"), ["review"]),
    "steps: stand in another order": (("steps", 2, "stages"), ["deliver", "accept"]),
    "fee: something is paid and no amount is told": (("fee", "charges"), []),
    "fee.charged: nothing is paid and amounts are told": (("fee", "charged"), False),
    "fee.charges.0: an amount is missing": (("fee", "charges", 0, "fen"), None),
    "materials.plan: is needed in a case that is not told": (("materials", "plan", "when"), None),
    "materials.plan.need: does not say when": (("materials", "plan", "need"), "always"),
    "materials.plan: neither an original nor a copy": (("materials", "plan", "copies"), 0),
    "materials.plan: comes neither on paper nor otherwise": (("materials", "plan", "paper"), False),
    "materials.plan: does not say which office": (("materials", "plan", "source"), "government"),
    "materials.plan.gap.days: may come later than": (("materials", "plan", "gap", "days"), 4),
    "group: there is no such group": (("group",), "sport"),
    "service: there is no such service": (("service",), "swimming"),
    "form: there is no such form": (("form",), "swimming"),
    "near.0.matter: there is no such guide": (("near",), [{"text": {"zh": "别的"}, "matter": "pool"}]),
    "often_wrong.0.material: there is no such material": (
        ("often_wrong",), [{"text": {"zh": "没带"}, "material": "hat"}],
    ),
    "limits.legal.text: tells other days": (
        ("limits", "legal"), {"days": 5, "text": {"zh": "自受理之日起 10 个工作日内办结"}},
    ),
    "limits.promised.text: tells other days": (
        ("limits", "promised"), {"days": 3, "text": {"zh": "2 个工作日内办结"}},
    ),
    "steps.1.time: takes longer than the matter": (("steps", 1, "time"), {"zh": "20 个工作日"}),
    "conditions.0.proof: is shown only by papers that nobody has to bring": (
        ("materials", "id_card", "need"), "optional",
    ),
    "fee.text: tells another amount than charges": (("fee", "text"), {"zh": "工本费 20 元"}),
    "fee.text: nothing is paid and an amount is told": (("fee",), {"text": {"zh": "工本费 20 元"}}),
    "materials.plan.name: another paper is called so": (("materials", "plan", "name"), {"zh": "身份证", "en": "Plan"}),
    "materials.id_card: comes on paper only": (("visits",), 0),
    "materials.id_card.gap: may come later, and need not": (
        ("materials", "id_card"),
        {"name": {"zh": "身份证", "en": "ID"}, "source": "applicant", "copies": 1, "need": "optional", "gap": {}},
    ),
    "near.0.matter: is this matter itself": (("near",), [{"text": {"zh": "别的"}, "matter": "stall"}]),
    "stopped.replaced_by: there is no such guide": (
        ("stopped",), {"since": "2026-01-01", "text": {"zh": "停办"}, "replaced_by": "pool"},
    ),
    "stopped.replaced_by: a matter does not take its own place": (
        ("stopped",), {"since": "2026-01-01", "text": {"zh": "停办"}, "replaced_by": "stall"},
    ),
}


@pytest.mark.parametrize("message", CONTRADICTIONS)
def test_a_contradiction_is_found_where_it_is(message: str) -> None:
    path, value = CONTRADICTIONS[message]
    found = said(*path, value=value)
    assert [one for one in found if one.startswith(message)], found
    assert all(one.hint for one in findings(guide(*path, value=value), KNOWN)), "what to write instead"


def test_a_guide_without_one_has_none() -> None:
    assert findings(guide(), KNOWN) == []


def test_natural_and_working_days_compare() -> None:
    # Fifteen calendar days hold about eleven working days.
    legal = ("limits", "legal")
    assert said(*legal, value={"days": 15, "unit": "natural"}) == []
    assert said(*legal, value={"days": 4, "unit": "natural"}) != []


def test_where_no_law_sets_a_limit_any_promise_is_good() -> None:
    assert said("limits", value={"promised": {"days": 30}}) == []


def test_forms_that_nobody_knows_here_are_not_looked_for() -> None:
    assert findings(guide("form", value="swimming"), KNOWN._replace(forms=None)) == []


def test_what_decides_a_paper_is_a_field_of_the_form() -> None:
    known = KNOWN._replace(fields={"stall": ("street", "area")})
    assert findings(guide(), known) == []
    (wrong,) = findings(guide("materials", "plan", "decided_by", value=["road"]), known)
    assert (wrong.path, wrong.found) == (("materials", "plan", "decided_by", 0), '"road"')
    assert findings(guide("materials", "plan", "decided_by", value=["road"]), KNOWN) == [], "a form that cannot be read"


def test_a_form_is_of_the_matter_that_names_it() -> None:
    assert findings(guide(), KNOWN._replace(of={"stall": "stall"})) == []
    (wrong,) = findings(guide(), KNOWN._replace(of={"stall": "shop"}))
    assert (wrong.path, wrong.found) == (("form",), '"shop"')


def test_guides_are_told_apart_and_a_stopped_one_replaces_none() -> None:
    stopped = {"since": "2026-01-01", "text": {"zh": "停办"}}
    other = guide("id", value="shop")
    assert [(id_, one.path) for id_, found in across((guide(), other)).items() for one in found] == [
        ("shop", ("title",)),
    ]
    renamed = msgspec.structs.replace(other, title={"zh": "开店", "en": "Shop"})
    assert across((guide(), renamed)) == {}
    replaced = guide("stopped", value={**stopped, "replaced_by": "shop"})
    gone = msgspec.structs.replace(renamed, stopped=Stopped(since="2026-01-01", text={"zh": "停办"}))
    assert across((replaced, renamed)) == {}
    assert [one.message for one in across((replaced, gone))["stall"]] == ["is stopped as well"]


def test_a_name_of_another_matter_leads_there() -> None:
    other = msgspec.structs.replace(guide(), id="shop", title={"zh": "开店备案", "en": "Shop"}, aliases=("摊贩备案",))
    stall = msgspec.structs.replace(guide(), aliases=("摆摊", "开店备案"))
    (found,) = across((stall, other))["stall"]
    assert (found.path, found.message) == (("aliases", 1), "another guide is called so")


def test_what_a_guide_leaves_out_is_named() -> None:
    assert "places" in untold(guide())
    assert untold(guide("places", value=[{"name": {"zh": "大厅", "en": "Hall"}, "phone": "12345"}]))[-2:] == (
        "places.address", "places.hours",
    )


def test_what_is_to_be_confirmed_is_counted_however_deep() -> None:
    assert unsure(guide()) == {"local": 3}, "a code that nobody filled in is one of them"
    assert unsure(guide("code", value="11330100TEST0001")) == {"local": 2}

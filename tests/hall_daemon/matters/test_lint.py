"""The linter of guides: each contradiction is found at its place, and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hall_daemon.matters.guide import Guide, Stopped
from hall_daemon.matters.lint import across, findings, unsure, untold
from hall_daemon.matters.spans import Span, spans
from tests.hall_daemon.matters.guides import KNOWN, PLAIN, guide, said

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
    "limits.legal.text.zh: tells other days": (
        ("limits", "legal"), {"days": 5, "text": {"zh": "自受理之日起 10 个工作日内办结"}},
    ),
    "limits.promised.text.zh: tells other days": (
        ("limits", "promised"), {"days": 3, "text": {"zh": "2 个工作日内办结"}},
    ),
    "steps.1.time: takes longer than the matter": (("steps", 1, "time"), {"zh": "20 个工作日"}),
    "limits.promised.longer: with what is added": (("limits", "promised"), {"days": 5, "longer": 1}),
    "limits.promised.text.zh: promises more than the law allows": (
        ("limits", "promised"), {"days": 3, "text": {"zh": "有的地方二十个工作日"}, "confirm": "local"},
    ),
    "limits.legal.text.en: tells other days": (
        ("limits", "legal"), {"days": 5, "text": {"zh": "五个工作日内", "en": "Within ten working days"}},
    ),
    "steps: no step is 申请 (apply)": (("steps", 0, "stages"), ["accept"]),
    "steps: a condition is proven by a visit": (("conditions", 0, "proven"), "site"),
    "materials.id_card.name: names the case": (
        ("materials", "id_card", "name"), {"zh": "身份证（本人办理时）", "en": "ID card"},
    ),
    "title.zh: is blank": (("title",), {"zh": "　\u200b", "en": "Stall"}),
    "title.en: has signs that nobody sees": (("title",), {"zh": "摆摊备案", "en": "Market \u202estall"}),
    "aliases.0: has signs that nobody sees": (("aliases",), ["摆\n摊"]),
    "conditions.0.text.zh: is blank": (("conditions", 0, "text"), {"zh": " "}),
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


STEPS = [
    {"name": {"zh": n, "en": n}, "stages": stages, "actor": {"zh": "窗口"}, "action": {"zh": n}, "time": {"zh": time}}
    for n, stages, time in (
        ("受理", ["apply", "accept"], "5 个工作日"), ("审查", ["review"], "6 个工作日"),
        ("决定", ["decide"], "4 个工作日"), ("送达", ["deliver"], "十个工作日"),
    )
]


def stepped(at: int, **changed: Any) -> list[dict[str, Any]]:
    return [{**step, **changed} if one == at else step for one, step in enumerate(STEPS)]


# A licence with steps of which each takes as long as it may, and what of it is changed.
LICENCE: dict[tuple[str, ...], Any] = {
    ("type",): "licence", ("limits",): {"legal": {"days": 10}, "promised": {"days": 10}}, ("steps",): STEPS,
}
CLASHES: dict[str, dict[tuple[str, ...], Any]] = {
    "": {},
    "limits: a licence has a legal limit, and none is told": {("limits",): {"promised": {"days": 10}}},
    "steps.0.time: 受理 of a licence takes longer than 5 working days": {
        ("steps",): stepped(0, time={"zh": "当场，最长三十个工作日"}),
    },
    "steps.3.time: 送达 of a licence takes longer than 10 working days": {
        ("steps",): stepped(3, time={"zh": "决定后 30 日内"}),
    },
    "steps: 审查 and 决定 together take longer than the matter": {("steps",): stepped(2, time={"zh": "8 个工作日"})},
    "steps.2.time: takes longer than the matter": {("steps",): stepped(2, time={"zh": "15 天"})},
    "steps: stand in another order than they are done": {("steps",): [STEPS[1], STEPS[0], *STEPS[2:]]},
    "materials.plan.gap.days: may come later than the matter is done": {
        ("limits",): {"legal": {"days": 10}, "promised": {"days": 7, "unit": "natural"}}, ("steps",): STEPS[:1] + [
            {key: value for key, value in step.items() if key != "time"} for step in STEPS[1:]
        ],
        ("materials", "plan", "gap"): {"days": 7},
    },
    "limits.legal.text.zh: tells other days": {
        ("limits", "legal"): {"days": 10, "text": {"zh": "10 个自然日内办结"}},
    },
}


@pytest.mark.parametrize("message", CLASHES)
def test_a_licence_keeps_the_clocks_of_the_law(message: str) -> None:
    tables = msgspec.json.decode(msgspec.json.encode(PLAIN))
    for path, value in {**LICENCE, **CLASHES[message]}.items():
        *way, last = path
        place = tables
        for name in way:
            place = place[name]
        place[last] = value
    found = findings(msgspec.convert(tables, Guide), KNOWN)
    assert [f"{'.'.join(map(str, one.path))}: {one.message}" for one in found] == ([message] if message else [])


@pytest.mark.parametrize("sentence", [
    "12月1日起", "每日办理", "自受理之日起", "第二天", "2026年12月31日",
])
def test_a_day_is_no_span_of_days(sentence: str) -> None:
    assert spans(sentence, "zh") == ()


def test_days_are_read_in_words_and_in_figures() -> None:
    assert spans("当场，最长 3 个工作日；二十五日，一百天，两个自然日，十日", "zh") == (
        Span(3, "working"), Span(25, None), Span(100, None), Span(2, "natural"), Span(10, None),
    )
    assert spans("Within ten working days, or 1 day; thirty calendar days", "en") == (
        Span(10, "working"), Span(1, None), Span(30, "natural"),
    )
    assert spans("drei Tage", "de") == ()


def test_twelve_natural_days_fit_into_ten_working_ones() -> None:
    steps = [{**step, "time": {"zh": "12 天"}} if "decide" in step["stages"] else step for step in PLAIN["steps"]]
    ten = msgspec.convert({**PLAIN, "steps": steps, "limits": {"promised": {"days": 10}}}, Guide)
    assert findings(ten, KNOWN) == []


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
    assert unsure(guide("visits_confirm", value="unsourced")) == {"local": 3, "unsourced": 1}

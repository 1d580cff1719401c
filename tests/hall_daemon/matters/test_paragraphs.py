"""A guide as paragraphs: ids that stay, words in both languages, doubts beside what they are about."""

from __future__ import annotations

import msgspec

from hall_daemon.matters.paragraphs import paragraph, paragraphs
from tests.hall_daemon.matters.guides import guide


def test_every_paragraph_has_an_id_of_its_own_and_words() -> None:
    found = paragraphs(guide())
    ids = [one.id for one in found]
    assert ids == ["scope", "conditions", "materials", "limit", "fee", "steps", "result", "matter", "faq.1"]
    assert all(one.title["zh"] and one.lines for one in found)


def test_a_paper_says_how_it_is_wanted() -> None:
    one = paragraph(guide(), "materials.plan")
    assert one is not None
    (line,) = one.lines
    assert line.text["zh"] == "位置图；复印件 1 份；占道时；自己准备；可容缺，2 个工作日内补交；可以书面承诺代替"
    english = "Plan; copies: 1; 占道时; made by yourself; may follow within 2 working days; a written promise"
    assert line.text["en"].startswith(english)
    assert line.confirm == "local", "a promise that differs by place makes the line doubtful"


def test_limits_and_fees_are_told_in_words() -> None:
    limit, fee = (paragraph(guide(), id_) for id_ in ("limit", "fee"))
    assert limit is not None
    assert fee is not None
    assert [line.text["zh"] for line in limit.lines] == ["承诺：3 个工作日", "法定：5 个工作日"]
    assert [line.text["en"] for line in fee.lines] == ["There is a fee", "Card: 12.5 yuan"]


def test_a_code_is_an_element_of_every_guide() -> None:
    """GB/T 36114: what is not known yet stands there as such."""
    code = "11330100TEST0001"
    unknown, known = (paragraph(one, "matter.code") for one in (guide(), guide("code", value=code)))
    assert unknown is not None
    assert known is not None
    assert [(line.text["zh"], line.confirm) for one in (unknown, known) for line in one.lines] == [
        ("实施编码：以本地政务服务事项库为准", "local"), (f"实施编码：{code}", ""),
    ]


def test_at_once_and_a_matter_that_is_stopped() -> None:
    once = paragraph(guide("limits", value={"promised": {"days": 0}}), "limit")
    assert once is not None
    assert [line.text["zh"] for line in once.lines] == ["承诺：当场办结", "法律没有规定办理期限"]
    stopped = paragraph(guide("stopped", value={"since": "2026-05-01", "text": {"zh": "改用身份证"}}), "stopped")
    assert stopped is not None
    assert stopped.lines[0].text["zh"] == "自 2026-05-01 起停办；改用身份证"


def test_what_takes_the_place_of_a_stopped_matter_is_named() -> None:
    stop = {"since": "2026-05-01", "text": {"zh": "改用身份证"}, "replaced_by": "card"}
    stopped = paragraphs(guide("stopped", value=stop), {"card": {"zh": "社保卡", "en": "Card"}})[0]
    assert (stopped.id, [(line.text["zh"], line.part) for line in stopped.lines][1:]) == (
        "stopped", [("改办：社保卡", "instead")],
    )
    assert len(paragraphs(guide("stopped", value=stop))[0].lines) == 1, "a name that nobody knows is not told"


def test_how_long_the_result_is_valid_and_what_is_near_are_told() -> None:
    result = paragraph(guide("result", value={"name": {"zh": "证", "en": "Card"}, "years": 5}), "result")
    told = [{"text": {"zh": "开店"}, "matter": "shop"}, {"text": {"zh": "别的"}}]
    near = paragraph(guide("near", value=told), "near")
    assert result is not None
    assert near is not None
    assert [line.text["zh"] for line in result.lines] == ["证", "有效期 5 年"]
    assert [(line.text["zh"], line.part) for line in near.lines] == [("开店", "shop"), ("别的", "")]


def test_years_and_visits_may_be_doubtful() -> None:
    years = guide("result", value={"name": {"zh": "证", "en": "Card"}, "years": 5, "confirm": "local"})
    visits = msgspec.structs.replace(guide(), visits=1, visits_confirm="unsourced")
    for one, id_, confirm in ((years, "result.years", "local"), (visits, "matter.visits", "unsourced")):
        found = paragraph(one, id_)
        assert found is not None
        assert [line.confirm for line in found.lines] == [confirm]


def test_a_stop_that_is_announced_is_none_yet() -> None:
    one = guide("stopped", value={"since": "2036-05-01", "text": {"zh": "停办"}})
    assert [one.over(day) for day in ("2036-04-30", "2036-05-01", "2040-01-01")] == [False, True, True]
    assert not guide().over("2036-05-01")


def test_what_is_not_there_is_none() -> None:
    assert [paragraph(guide(), id_) for id_ in ("rights", "materials.hat", "faq.9", "fee.x", "")] == [None] * 5

"""What letters of a paper say of answers: the same agrees, what is clearly other differs, all else says nothing."""

from __future__ import annotations

import pytest

from hall_daemon.matters.facts import Fact
from hall_daemon.matters.fields import Field, KindName
from hall_daemon.matters.form import Form, Step
from hall_daemon.matters.printed import (
    LONGEST_VALUE,
    SURE,
    Line,
    Wanted,
    labelled,
    mark_of,
    numbers_printed,
    seen_of,
    wanted_of,
)
from hall_daemon.words.text import text

TODAY = 20_785  # 2026-11-28
CARD = (
    "姓名 ” 王 小 明 、", "性 别 “ 男 民族 汉", "出 生 ”1990 年 3 月 7 日", "住址 ”广东 省 深圳 市 南山 区 和 平 路",
    "279 号 20 栋 645 室", "公民 身份 号 码 110101199003070011",
)
BACK = ("签发 机 关 ”海淀 区 公安 分 局", "有 效 期 限 “2017.02.26-2037.02.26")
LICENCE = (
    "名 称 江岸 区 金色 年 华 贸易 有 限 公司", "法 定 代表 人 高 雨 静",
    "住所 北京 市 海淀 区 学 府 路 113 号 1 栋 2156 室",
)


def lines(*said: str, sure: int = 90) -> list[Line]:
    return [Line(each, (sure,) * len(each)) for each in said]


def verdict(kind: str, value: str, *said: str, sure: int = 90, labels: tuple[str, ...] = ()) -> tuple[str, str]:
    known = {
        "name": ("姓名", "法定代表人"), "title": ("名称",), "home": ("住址",), "premises": ("住所",), "born": ("出生",),
        "until": ("有效期限",), "day": (),
    }[kind]
    (seen,) = seen_of(lines(*said, sure=sure), [Wanted("f", kind, value, labels or known)])  # type: ignore[arg-type]
    assert seen.field == "f"
    return seen.verdict, seen.value


@pytest.mark.parametrize(("kind", "value", "said"), [
    ("name", "王小明", CARD), ("born", "1990-03-07", CARD), ("home", "广东省深圳市南山区和平路279号20栋645室", CARD),
    ("until", "2037-02-26", BACK), ("until", "2017-02-26", BACK), ("until", "长期", ("有效期限 2017.02.26-长期",)),
    ("title", "江岸区金色年华贸易有限公司", LICENCE), ("premises", "北京市 海淀区学府路１１３号1栋2156室", LICENCE),
    ("title", "明（珠）店", ("名称 明 ( 珠 ) 店",)), ("name", "买买提·艾力", ("姓名 买买提 · 艾力",)),
    ("name", "王伟", ("姓名 ” 王 伟 ee",)),
])
def test_what_stands_there_agrees(kind: str, value: str, said: tuple[str, ...]) -> None:
    assert verdict(kind, value, *said) == ("agrees", "")


@pytest.mark.parametrize(("kind", "value", "said", "there"), [
    ("name", "赵建国", CARD, "王小明"), ("born", "1991-03-07", CARD, "1990年3月7日"), ("until", "2027-02-26", BACK, ""),
    ("title", "武侯区老码头面馆", LICENCE, "江岸区金色年华贸易有限公司"),
    ("premises", "四川省成都市武侯区滨江路280号29栋2364室", LICENCE, "北京市海淀区学府路113号1栋2156室"),
])
def test_what_is_clearly_other_differs(kind: str, value: str, said: tuple[str, ...], there: str) -> None:
    found = verdict(kind, value, *said)
    assert found[0] == "differs"
    assert found[1] in (there, "1990-03-07", "2037-02-26")
    assert verdict(kind, value, *said, sure=SURE - 1) == ("not_found", ""), "the recogniser is not sure"


@pytest.mark.parametrize(("kind", "value", "said"), [
    ("name", "王小朋", CARD),  # one character may be misread
    ("name", "王䶮", ("姓名 王 闭",)),
    ("name", "欧阳靐龘", ("姓名 欧 阳 需 户",)),
    ("name", "张伟", ("姓名 李 伟",)), ("name", "王小", CARD[:1]),  # the beginning of another's
    ("name", "赵建国", ("姓名 王 小 明", "法定代表人 高 雨 静")),  # which of them is meant nobody knows
    ("name", "赵建国", ("经营者 应 当 如 实 提 交",)),
    ("name", "赵建国", ("本人 姓名 王小明",)),  # a sentence
    ("name", "赵建国", ("姓名 WANG 1",)),
    ("born", "1991-03-07", ("出生 1990 年 13 月 7 日",)),
    ("born", "1991-03-07", ("签发日期 1990 年 3 月 7 日",)),
    ("home", "广东省深圳市南山区和平路279号20栋646室", CARD),
    ("premises", "北京市海淀区上地街道学府路113号1栋2156室", LICENCE),
    ("premises", "海淀区学府路113号1栋2156室附1", LICENCE),
    ("title", "江岸区金色年华商贸有限公司", LICENCE),
    ("home", "北京", CARD), ("name", "王", CARD), ("title", "铺", LICENCE), ("name", "赵建国", ()),
])
def test_what_may_be_the_same_misread_says_nothing(kind: str, value: str, said: tuple[str, ...]) -> None:
    assert verdict(kind, value, *said) == ("not_found", "")


def test_a_name_is_not_put_together_of_two_lines() -> None:
    assert verdict("name", "汉出生", *CARD)[0] != "agrees"


def test_a_label_of_the_forms_own_counts() -> None:
    said = ("类 型 个体工商户", "成 立 日 期 2020 年 05 月 04 日")
    assert verdict("day", "2021-05-04", *said, labels=("成立日期",)) == ("differs", "2020-05-04")
    assert verdict("day", "2021-05-04", *said, labels=("发证日期",)) == ("not_found", "")


@pytest.mark.parametrize(("said", "number"), [
    ("公民 身份 号 码 1101 0119 9003 0700 11", ("id_number", "110101199003070011")),
    ("码 ”11O1O1199003070O11", ("id_number", "110101199003070011")),
    ("统一 社会 信用 代码 92110101MAKKKKKK67", ("uscc", "92110101MAKKKKKK67")),
    ("代码 9211O1O1MAKKKKKK67", ("uscc", "92110101MAKKKKKK67")),
])
def test_numbers_are_read_over_blanks_and_letters(said: str, number: tuple[str, str]) -> None:
    assert numbers_printed(lines(said), TODAY) == (Fact(*number),)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["110101199003070012", "1101011990030700112", "21110101MAKKKKKK67", "号码", ""])
def test_a_number_whose_check_digit_does_not_fit_is_none(said: str) -> None:
    assert numbers_printed(lines(said), TODAY) == ()


def field(id_: str, kind: KindName, **more: object) -> Field:
    return Field(id=id_, kind=kind, label=text(more.pop("zh", id_), id_), step="s", **more)  # type: ignore[arg-type]


def test_what_a_paper_proves_is_looked_for() -> None:
    fields = (
        field("name", "name", means="applicant.name", zh="申请人", paper="id_card"),
        field("shop", "text", means="org.name"), field("scope", "text"),
        field("born", "date", means="applicant.birth", paper="id_card"),
        field("until", "expiry", paper="id_card"), field("at", "address", personal=True, paper="id_card"),
        field("there", "address"), field("no", "id_number", paper="id_card"), field("day", "date", zh="开业日期"),
        field("crew", "group", parts=(field("name", "name"),), paper="id_card"),
    )
    label = text("项", "field")
    form = Form(id="f", matter="m", version=1, title=label, steps=(Step("s", label),), fields=fields)
    answers: dict[str, object] = {
        "name": " 王小明 ", "shop": "店", "scope": "餐饮", "born": "1990-03-07", "until": "长期", "at": "路" * 8,
        "there": "街", "no": "110101199003070011", "day": "2026-02-30",
        "crew": [{"name": "李"}],
    }
    found = wanted_of(form, answers, lambda field: field.paper == "id_card")
    assert [(each.field, each.kind) for each in found] == [
        ("name", "name"), ("born", "born"), ("until", "until"), ("at", "home"),
    ]
    assert found[0].value == "王小明"
    assert {"姓名", "申请人"} <= set(found[0].labels)
    every = wanted_of(form, answers, lambda field: True)
    assert [each.field for each in every] == ["name", "shop", "born", "until", "at", "there"]
    assert mark_of(found) != mark_of(every)
    assert mark_of(found) == mark_of(wanted_of(form, dict(answers), lambda field: field.paper == "id_card"))
    assert wanted_of(form, {"name": None, "shop": 3, "at": "路" * (LONGEST_VALUE + 1)}, lambda field: True) == ()


def test_whoever_looks_at_a_paper_sees_what_stands_after_its_labels() -> None:
    found = {each.label: each.value for each in labelled(lines(*CARD, *LICENCE))}
    assert found["姓名"] == "王小明"
    assert found["住址"] == "广东省深圳市南山区和平路"
    assert found["法定代表人"] == "高雨静"

"""填表 on a phone: one thing a page, what hides and shows, everything wrong told at once, nothing sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from hall_daemon.bootstrap import PAGES
from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.words.text import text
from tests.hall_daemon.adapters.http.halls import HandClock, LiveHall, live_hall
from tests.system.page_hall import watched

CONFIG = Path(__file__).parents[2] / "config" / "hall.toml"


@pytest.fixture(scope="module")
def forms_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHall]:
    settings = load(CONFIG)
    folder = tmp_path_factory.mktemp("hall") / "hall"
    shelf = read_shelf(settings)
    said = {"shelf": lambda: shelf, "cabinet": read_cabinet(settings.matters), "pages": PAGES}
    with live_hall(folder, settings.plan, clock=HandClock(9), **said) as running:
        yield running


@pytest.fixture
def page(context: BrowserContext, forms_hall: LiveHall) -> Iterator[Page]:
    with watched(context.new_page(), forms_hall.public.url) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        page.clock.set_fixed_time("2026-11-23T10:00:00+08:00")
        yield page


def test_a_form_is_filled_step_by_step_and_checked_at_once(page: Page, forms_hall: LiveHall) -> None:
    page.goto(f"{forms_hall.public.url}/guides/housing-fund-rent")
    page.locator("#begin").click()
    page.locator("#next").click()
    expect(page.locator(".f-bad:visible")).to_have_count(4)
    expect(page.locator("#next")).to_have_text("先往下填")
    page.locator("#f-name").fill("测试甲")
    page.locator("#f-id_no").fill("110101199003070012")
    expect(page.locator("#f-id_no-told")).to_contain_text("核对不上")
    page.locator("#f-id_no").fill("11010119900307002x")
    expect(page.locator("#f-birth")).to_have_value("1990-03-07")
    expect(page.locator("#f-birth-origin")).to_contain_text("带出")
    page.locator("#f-phone").fill("138-0000-0000")
    expect(page.locator("#next")).to_have_text("下一步")
    page.locator("#next").click()
    page.goto(f"{forms_hall.public.url}/forms/housing-fund-rent#/family")
    expect(page.locator("[data-field=f-spouse_name]")).to_be_hidden()
    page.locator("[data-value=已婚]").click()
    expect(page.locator("[data-field=f-spouse_name]")).to_be_visible()
    page.locator("#f-spouse_name").fill("测试乙")
    page.locator("[data-value=未婚]").click()
    page.locator("[data-value=已婚]").click()
    expect(page.locator("#f-spouse_name")).to_have_value("测试乙")  # what hid comes back
    page.reload()
    expect(page.locator("#f-spouse_name")).to_have_value("测试乙")
    page.goto(f"{forms_hall.public.url}/forms/housing-fund-rent#/")
    expect(page.locator("#headline")).to_contain_text("处要改")
    expect(page.locator("#next")).to_be_disabled()
    expect(page.locator("#check")).to_contain_text("110***********002x")
    expect(page.locator("#check .m-papers")).to_contain_text("婚姻关系证明")
    page.locator(".f-defect", has_text="已婚要填配偶").locator("button").click()
    expect(page.locator("#f-spouse_id")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_walk_through_is_the_real_form_with_its_samples(page: Page, forms_hall: LiveHall) -> None:
    page.goto(f"{forms_hall.public.url}/forms/company-setup?walk=1#/money")
    expect(page.locator("#walk")).to_be_visible()
    expect(page.locator("#f-shareholders-1-amount")).to_have_value("40")
    page.locator("#f-shareholders-1-amount").fill("50")
    page.locator("#next").click()
    expect(page.locator("#f-shareholders-told")).to_contain_text("加起来不等于注册资本")
    page.locator("#f-shareholders-1-amount").fill("40")
    page.locator("#f-shareholders").click()
    expect(page.locator(".f-row")).to_have_count(3)
    page.locator(".f-row").nth(2).locator("button", has_text="删掉这一行").click()
    page.locator("#language").click()
    expect(page.locator("#step-title")).to_have_text("Capital and shareholders")
    page.goto(f"{forms_hall.public.url}/forms/company-setup?walk=1#/")
    expect(page.locator("#headline")).to_have_text("Nothing is left to mend")
    expect(page.locator("#next")).to_be_disabled()
    assert page.evaluate("sessionStorage.length") == 0, "of a walk-through nothing is kept"


def test_a_hall_that_does_not_answer_is_said_and_the_phone_checks_by_itself(page: Page, forms_hall: LiveHall) -> None:
    page.route("**/verdict", lambda route: route.abort())
    page.goto(f"{forms_hall.public.url}/forms/social-card?walk=1#/")
    expect(page.locator("#check")).to_contain_text("大厅没有答复")
    expect(page.locator("#headline")).to_have_text("没有要改的了")
    page.goto(f"{forms_hall.public.url}/forms/nope")
    expect(page.locator("#missing")).to_be_visible()


def test_who_began_with_an_edition_ends_with_it_when_the_hall_has_another(
    context: BrowserContext, tmp_path: Path
) -> None:
    """And a reload does not change it; only where the hall has it no more the page begins with the present one."""
    settings = load(CONFIG)
    kept = read_cabinet(settings.matters)
    before = kept.forms["social-card"]
    after = replace(before, version=2, title=text("新表", "New form"), fields=before.fields[:-1], rules=())
    forms = {**kept.forms, "social-card": after}
    said = {"shelf": lambda: read_shelf(settings), "pages": PAGES, "clock": HandClock(9)}
    earlier = kept._replace(forms=forms, earlier={("social-card", 1): before})
    with (
        live_hall(tmp_path / "a", settings.plan, cabinet=earlier, **said) as hall,
        watched(context.new_page(), hall.public.url) as page,
    ):
        page.clock.set_fixed_time("2026-11-23T10:00:00+08:00")
        page.goto(f"{hall.public.url}/guides/social-card")
        answers = {"apply_type": "首次申领", "name": "测试甲"}
        page.evaluate(
            """([answers, fields]) => sessionStorage.setItem('hall.form.social-card', JSON.stringify({
            version: 1, answers, origins: {}, kinds: fields, there: {}}))""",
            [answers, {field.id: field.kind for field in before.fields}],
        )
        page.goto(f"{hall.public.url}/forms/social-card")
        expect(page.locator("#name")).to_have_text(before.title["zh"])
        expect(page.locator("#changed")).to_be_hidden()
        with page.expect_response("**/verdict") as verdict:
            page.goto(f"{hall.public.url}/forms/social-card#/")
        assert verdict.value.json()["version"] == 1
        expect(page.locator("#headline")).to_be_visible()
        expect(page.locator("#name")).to_have_text(before.title["zh"])
        page.reload()
        expect(page.locator("#name")).to_have_text(before.title["zh"])
        page.evaluate("beginAgain()")
        expect(page.locator("#name")).to_have_text("新表")
        expect(page.locator("#changed")).to_be_visible()
        page.goto(f"{hall.public.url}/forms/social-card#/who")
        assert page.evaluate("filled.answers.name") == "测试甲"


def test_a_rule_about_several_fields_is_told_at_each_and_once_at_the_end(page: Page, forms_hall: LiveHall) -> None:
    page.goto(f"{forms_hall.public.url}/forms/social-card#/agent")
    page.locator("[data-value=委托办理]").click()
    page.locator("#f-agent_name").fill("测试代理")
    page.locator("#f-agent_id").fill("110101199002300012")
    page.locator("#next").click()
    expect(page.locator("#f-agent_id")).to_be_focused()
    expect(page.locator("#f-agent_id-told")).to_contain_text("出生日期没有这一天")
    expect(page.locator("#f-agent-told")).to_be_empty()
    expect(page.locator(".f-bad:visible")).to_have_count(4)
    expect(page.locator("#why")).to_contain_text("4 处要改")
    page.goto(f"{forms_hall.public.url}/forms/social-card#/")
    told = page.locator(".f-defect", has_text="代理人")
    expect(told).to_have_count(1)
    told.locator("button").click()
    expect(page.locator("#f-agent_id")).to_be_focused()


def test_a_person_with_several_roles_is_typed_once(page: Page, forms_hall: LiveHall) -> None:
    page.goto(f"{forms_hall.public.url}/forms/company-setup#/people")
    expect(page.locator(".f-same button")).to_have_count(0)
    page.locator("#f-legal_rep_name").fill("测试甲")
    page.locator("#f-legal_rep_id").fill("11010119900307001")
    expect(page.locator(".f-same button")).to_have_count(0)
    page.locator("#f-legal_rep_id").fill("110101199003070011")
    page.locator("[data-field=f-manager_id] .f-same button", has_text="测试甲 …0011").click()
    expect(page.locator("#f-manager_id")).to_have_value("110101199003070011")
    page.locator("#f-directors").click()
    page.locator("[data-field=f-directors-0-name] .f-same button").click()
    expect(page.locator("#f-directors-0-name")).to_have_value("测试甲")
    expect(page.locator("#f-directors-0-id")).to_have_value("110101199003070011")
    expect(page.locator("[data-field=f-liaison_name] .f-same button")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360

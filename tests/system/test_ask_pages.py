"""问一问 on a phone, 帮办 from a phone to the staff page, and what nobody could answer made to lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_daemon.adapters.questions.desk import QuestionDesk
from hall_daemon.adapters.system.clock import HallClock
from hall_daemon.config import load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.ask.asked import CONFIG
from tests.system.page_hall import PageHall, log_in_as, page_hall, watched

STRANGE = "粉红色的小本子在哪弄"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuestionDesk]:
    desk = QuestionDesk(read_shelf(load(CONFIG)).guides, tmp_path_factory.mktemp("asked"), HallClock())
    desk.prepare()
    yield desk
    desk.stop()


@pytest.fixture(scope="module")
def asked_hall(tmp_path_factory: pytest.TempPathFactory, desk: QuestionDesk) -> Iterator[PageHall]:
    shelf = read_shelf(load(CONFIG))
    cabinet = read_cabinet(load(CONFIG).matters, shelf.papers())
    with page_hall(tmp_path_factory.mktemp("hall"), questions=desk, shelf=lambda: shelf, cabinet=cabinet) as hall:
        hall.person("6001", "guide")
        yield hall


@pytest.fixture
def phone(browser: Browser, asked_hall: PageHall) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", reduced_motion="reduce")
    with watched(context.new_page(), asked_hall.public.url) as page:
        yield page
    context.close()


@pytest.fixture
def helper(browser: Browser, asked_hall: PageHall) -> Iterator[Page]:
    """Whoever helps in the hall, logged in."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN", reduced_motion="reduce")
    with watched(context.new_page(), asked_hall.staff.url) as page:
        page.goto(f"{asked_hall.staff.url}/staff")
        log_in_as(page, "6001")
        expect(page.locator("#hallway")).to_be_visible()
        yield page
    context.close()


def say(page: Page, question: str) -> None:
    page.locator("#asked").fill(question)
    page.locator("#go").click()


def test_a_question_shows_what_the_guide_says(phone: Page, asked_hall: PageHall) -> None:
    phone.goto(f"{asked_hall.public.url}/ask")
    say(phone, "社保卡补办多少钱")
    expect(phone.locator("#matters .m-row")).to_have_count(1)
    expect(phone.locator("#matters")).to_contain_text("社会保障卡申领、补领、换领")
    expect(phone.locator("#matters .m-line").first).to_be_visible()
    assert int(phone.evaluate("document.documentElement.scrollWidth")) == 360
    say(phone, "夜市摆摊卖烧烤要啥证")
    expect(phone.locator("#said")).to_have_text("您问的是哪一项？")
    expect(phone.locator("#matters .m-row")).to_have_count(2)
    say(phone, "我想结婚")
    expect(phone.locator("#said")).to_contain_text("婚姻登记")
    expect(phone.locator("#person")).to_contain_text("咨询台")
    expect(phone.locator("#call")).to_be_hidden()
    phone.locator("#language").click()
    expect(phone.locator("#said")).to_contain_text("Marriage registration")
    phone.goto(f"{asked_hall.public.url}/guides")
    phone.locator("#search").fill("火箭发射")
    phone.locator("#ask-link").click()
    expect(phone.locator("#asked")).to_have_value("火箭发射")
    expect(phone.locator("#person")).to_be_visible()


def test_who_holds_a_number_calls_for_a_person_and_sees_that_one_comes(
    phone: Page, helper: Page, asked_hall: PageHall
) -> None:
    ticket = asked_hall.issue("enquiry")
    phone.goto(f"{asked_hall.public.url}/t/{ticket.token}")
    phone.locator("#ask-link").click()
    say(phone, "转人工")
    phone.locator("#call").click()
    expect(phone.locator("#called")).to_contain_text(ticket.number)
    call = helper.locator("#calls .call")
    expect(call).to_contain_text(f"{ticket.number} 号需要帮助")
    call.locator("button").click()
    expect(call).to_contain_text("6001")
    expect(call.locator("button")).to_be_hidden()
    expect(phone.locator("#called")).to_contain_text("正在过来")
    phone.locator("#uncall").click()
    expect(phone.locator("#called")).to_have_text("已取消，不会有人过来。")
    expect(call).to_be_hidden()


def test_a_person_is_called_from_a_guide_with_the_number_that_this_phone_follows(
    phone: Page, helper: Page, asked_hall: PageHall, desk: QuestionDesk
) -> None:
    ticket = asked_hall.issue("enquiry")
    phone.goto(f"{asked_hall.public.url}/t/{ticket.token}")
    expect(phone.locator("#ask-link")).to_be_visible()
    phone.goto(f"{asked_hall.public.url}/guides/social-card")
    phone.locator("#ask-link").click()
    expect(phone.locator("#about")).to_contain_text("社会保障卡")
    say(phone, "要带什么材料")
    expect(phone.locator("#matters .m-row")).to_contain_text("要带的材料")
    phone.locator("#call").click()
    call = helper.locator("#calls .call", has_text=f"{ticket.number} 号需要帮助")
    expect(call).to_contain_text("社会保障卡")
    desk.helps.withdraw(desk.helps.all()[0].id)  # as a daemon that began anew
    expect(phone.locator("#called")).to_contain_text("可以再请一次")
    expect(phone.locator("#call")).to_be_enabled()


def test_a_phone_whose_number_is_gone_says_where_somebody_is(phone: Page, asked_hall: PageHall) -> None:
    phone.goto(f"{asked_hall.public.url}/ask")
    phone.evaluate("localStorage.setItem('hall.tickets', JSON.stringify(['nobody']))")
    phone.reload()
    phone.locator("#call").click()
    expect(phone.locator("#person-how")).to_contain_text("咨询台")
    expect(phone.locator("#call")).to_be_hidden()


def test_an_answer_leads_to_the_paper_and_a_word_to_its_matter(phone: Page, asked_hall: PageHall) -> None:
    phone.goto(f"{asked_hall.public.url}/guides/social-card#materials.photo")
    expect(phone.locator("[id='materials.photo']")).to_be_in_viewport()
    phone.goto(f"{asked_hall.public.url}/guides/medical-nonlocal-filing")
    word = phone.locator(".m-word", has_text="居住证").first
    assert word.get_attribute("href") == "/guides/residence-permit"
    assert "医保备案" not in phone.locator(".m-word").all_inner_texts(), "its own name leads nowhere"
    phone.goto(f"{asked_hall.public.url}/forms/food-business-licence")
    phone.locator("#to-person").click()
    say(phone, "经营面积怎么填")
    expect(phone.locator("#matters .m-row")).to_contain_text("经营面积")
    phone.locator("#matters .m-row").click()
    expect(phone.locator("[data-field=area], #area, #f-area").first).to_be_visible()
    phone.goto(f"{asked_hall.public.url}/guides/residence-permit")
    phone.locator(".m-word:visible", has_text="营业执照").first.click()
    expect(phone.locator("#said")).to_have_text("您问的是哪一项？")
    expect(phone.locator("#matters .m-row")).to_have_count(2)


def test_one_press_leads_a_question_somewhere_and_one_takes_it_back(
    phone: Page, helper: Page, asked_hall: PageHall
) -> None:
    phone.goto(f"{asked_hall.public.url}/ask#q={STRANGE}")
    expect(phone.locator("#person")).to_be_visible()
    helper.locator("#hallway-links a", has_text="没答上的提问").click()
    row = helper.locator("#rows tr", has_text=STRANGE)
    row.locator("select").select_option("senior-card")
    expect(helper.locator("#said")).to_contain_text("老年人优待证")
    expect(helper.locator("#led tr")).to_contain_text("6001")
    say(phone, STRANGE)
    expect(phone.locator("#matters")).to_contain_text("老年人优待证")
    helper.locator("#led button").click()
    expect(helper.locator("#led tr")).to_have_count(0)
    expect(row).to_be_visible()
    row.locator("button", has_text="不是办事的问题").click()
    expect(row).to_have_count(0)

"""Log-in at the city's provider and by a staff card, as people meet it: a real browser, a provider of the test's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from hall_daemon.adapters.accounts.oidc import OidcProvider
from hall_daemon.config.settings import Oidc
from tests.hall_daemon.adapters.http.city import CLIENT, SECRET, City, running
from tests.system.page_hall import PASSWORD, PageHall, log_in_as, page_hall, watched


@pytest.fixture
def city() -> Iterator[City]:
    with running(City()) as found:
        yield found


@pytest.fixture
def hall(tmp_path: Path, city: City) -> Iterator[PageHall]:
    (tmp_path / "secret").write_text(SECRET)
    said = Oidc(issuer=city.url, client_id=CLIENT, client_secret_file=str(tmp_path / "secret"))
    provider = OidcProvider(said, now=lambda: int(time.time() * 1000), monotonic=time.monotonic)
    with page_hall(tmp_path, oidc=provider) as found:
        yield found


@pytest.fixture
def page(context: BrowserContext, hall: PageHall, city: City) -> Iterator[Page]:
    with watched(context.new_page(), hall.staff.url, city.url) as page:
        page.goto(f"{hall.staff.url}/staff")
        expect(page.locator("#login-city")).to_have_text("统一身份认证登录")
        yield page


def test_there_and_back_to_the_choice_of_a_window(page: Page, hall: PageHall) -> None:
    page.locator("#login-city").click()
    expect(page.locator("#menu-who")).to_have_text("工号 1024")
    expect(page.locator("#windows-form")).to_be_visible()
    assert page.url == f"{hall.staff.url}/staff"
    page.reload()
    expect(page.locator("#menu-who")).to_have_text("工号 1024")


def test_what_went_wrong_is_said_and_a_password_still_does(page: Page, city: City) -> None:
    said = page.locator("#login-said")
    city.person = {"preferred_username": "4711"}
    page.locator("#login-city").click()
    expect(said).to_contain_text("本大厅没有该身份对应的有效账号")
    assert "#" not in page.url
    city.broken = True
    page.locator("#login-city").click()
    expect(said).to_contain_text("请用工号和密码登录")
    log_in_as(page, "1024")
    expect(page.locator("#menu-who")).to_have_text("工号 1024")


def test_an_administrator_says_the_code_after_the_city(page: Page, city: City, hall: PageHall) -> None:
    access = hall.deps.access
    _, present = access.accept(hall.deps.roster.invite("9003", ("auditor",), by="staff:admin")[1], PASSWORD, "")
    secret, _ = access.begin_second(present)
    access.confirm_second(present, secret, pyotp.TOTP(secret).at(hall.clock.now().wall // 1000 - 30), "")
    city.person = {"preferred_username": "9003"}
    page.locator("#login-city").click()
    code = page.locator("#login-code")
    expect(code).to_be_focused()
    expect(page.locator("#login-number")).to_be_hidden()
    expect(page.locator("#login-password")).to_be_hidden()
    expect(page.locator("#login-go")).to_be_enabled()
    code.fill("000000")
    code.press("Enter")
    expect(page.locator("#login-said")).to_contain_text("验证码有误")
    expect(page.locator("#login-go")).to_be_enabled()
    code.fill(pyotp.TOTP(secret).at(hall.clock.now().wall // 1000))
    code.press("Enter")
    expect(page.locator("#menu-who")).to_have_text("工号 9003")


def test_a_reader_types_a_card_and_enter(page: Page, hall: PageHall) -> None:
    card = page.locator("#login-card")
    expect(card).to_be_hidden()
    account = hall.deps.access.store.numbered("1024")
    assert account is not None
    hall.deps.roster.change(account, by="staff:admin", card="04AABBCC")
    page.reload()
    expect(page.locator("#login-go")).to_be_enabled()
    card.click()
    page.keyboard.type("04AABBCD")
    page.keyboard.press("Enter")
    expect(page.locator("#login-said")).to_have_attribute("data-code", "log_in_refused")
    expect(card).to_be_focused()
    page.keyboard.type("04AABBCC")
    page.keyboard.press("Enter")
    expect(page.locator("#menu-who")).to_have_text("工号 1024")

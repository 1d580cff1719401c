"""The big screen: calls as they come, several at once, its age when the hall is silent, nothing cut at any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_daemon.config.settings import BigScreen
from hall_daemon.domain import commands as c
from hall_daemon.words.text import text
from tests.system.page_hall import CLERKS, PageHall, page_hall, watched

WIDE, UPRIGHT = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}
SCREEN = BigScreen(
    names={"social": text("社保", "Social"), "property": text("不动产", "Property")},
    notices=(text("过号后请到服务台，可以重新排队", "Missed your call? The service desk can help you to queue again"),),
)
# Texts that leave their row, their block or the screen, and any two that lie on each other.
CUT = """() => {
  const wrong = [], page = document.documentElement;
  const said = n => !n.closest('[hidden]') && [...n.childNodes].some(c => c.nodeType === 3 && c.textContent.trim());
  const shown = [...document.querySelectorAll('#screen *')].filter(said).map(n => {
      const range = document.createRange(); range.selectNodeContents(n);
      const r = range.getBoundingClientRect(), mid = (r.top + r.bottom) / 2;
      const half = parseFloat(getComputedStyle(n).fontSize) * 0.44;
      return {words: n.textContent, left: r.left, right: r.right, top: mid - half, bottom: mid + half,
        box: n.closest('.call, .queue, .block').getBoundingClientRect()};
    });
  if (page.scrollWidth > innerWidth || page.scrollHeight > innerHeight) wrong.push('scrolls');
  shown.forEach((a, at) => {
    if (a.left < Math.max(0, a.box.left) - 2 || a.right > Math.min(innerWidth, a.box.right) + 2 ||
        a.top < a.box.top - 2 || a.bottom > a.box.bottom + 2) wrong.push('cut: ' + a.words);
    shown.slice(at + 1).forEach(b => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 2) wrong.push(a.words + ' lies on ' + b.words);
    });
  });
  return wrong;
}"""
# Pictures of a hall that is full, and of one whose words are long.
FULL = """([view, calls, long]) => {
  const at = view.as_of, label = n => long ? '综合受理专窗' + '一二三四五六'[n % 6] : String(n + 1);
  const number = n => (long ? 'XYZ' : 'A') + String(100 + n).padStart(long ? 6 : 3, '0');
  view.called = [...Array(calls).keys()].map(n => ({number: number(n), window: String(n), label: label(n),
    zone: 'hall', calls: 1, called_at: at}));
  view.missed = ['A008', 'B003', 'C002'].map(number => ({number, zone: 'hall'}));
  if (long) {
    view.name = {zh: '示范新区经济技术开发区政务服务中心第二分中心',
      en: 'Second Branch of the Demonstration District Service Hall'};
    const name = {zh: '食品经营许可证核发', en: 'Food business permits'};
    view.queues = view.queues.concat(view.queues.map(q => ({...q, id: q.id + '2', name})));
  }
  view.queues.forEach(q => { q.waiting = 3; q.windows_open = 1; q.wait = {p10_s: 6000, p50_s: 6600, p90_s: 7200}; });
  heard = () => {};
  picture.view = view; picture.at = tick(); draw();
}"""


@pytest.fixture
def hall(tmp_path: Any) -> Iterator[PageHall]:
    with page_hall(tmp_path, screen=SCREEN) as running:
        for window, clerk in zip("123", CLERKS, strict=False):
            running.do(c.OpenWindow(window, clerk))
        yield running


@pytest.fixture
def page(browser: Browser, hall: PageHall) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, locale="zh-CN", reduced_motion="reduce")
    with watched(context.new_page(), hall.public.url) as page:
        page.goto(f"{hall.public.url}/screen")
        yield page
    assert context.cookies() == []
    context.close()


def numbers(page: Page, where: str = ".call") -> list[str]:
    return page.locator(f"{where} .call-number").all_inner_texts()


def test_several_calls_at_once_stand_together_and_what_is_undone_goes(page: Page, hall: PageHall) -> None:
    expect(page.locator("#message-main")).to_have_text("等候叫号")
    for service in ("licence", "medical", "transfer"):
        hall.issue(service)
    for window in "123":
        hall.do(c.CallNext(window))
    expect(page.locator(".call.is-new")).to_have_count(3)
    assert numbers(page) == ["C001", "B001", "A001"]
    assert page.locator(".call-words").first.inner_text().split() == ["号窗口", "Window"]
    hall.do(c.Undo("3"))
    expect(page.locator(".call")).to_have_count(2)
    hall.do(c.Recall("1"))
    expect(page.locator(".call-number").first).to_have_text("A001")
    hall.later(1)
    hall.do(c.Miss("2"))
    expect(page.locator("#missed")).to_contain_text("B001")
    expect(page.locator(".call.is-new")).to_have_count(0)
    expect(page.locator("#queues .queue-wait").first).to_have_text("没人排")
    expect(page.locator("#bar")).to_contain_text("过号后请到服务台")
    assert page.evaluate(CUT) == []


def test_a_silent_hall_is_said_with_its_age_and_heals(page: Page, hall: PageHall) -> None:
    hall.issue("licence")
    hall.do(c.CallNext("1"))
    expect(page.locator(".call")).to_have_count(1)
    hall.public.stop()
    page.evaluate("picture.at -= 12000; draw()")
    expect(page.locator("#bar")).to_contain_text("秒未更新，请听广播")
    expect(page.locator(".call")).to_be_visible()
    assert page.evaluate(CUT) == []
    page.evaluate("picture.at -= 50000; draw()")
    expect(page.locator("#message-main")).to_have_text("请听广播")
    expect(page.locator(".call")).to_be_hidden()
    expect(page.locator("#clock")).to_be_visible()
    hall.restart_public()
    expect(page.locator(".call")).to_be_visible()
    expect(page.locator("#message")).to_be_hidden()


def test_a_zone_that_is_none_is_said_with_those_that_are(page: Page, hall: PageHall) -> None:
    page.goto(f"{hall.public.url}/screen?zone=cellar&theme=song&ground=light")
    expect(page.locator("#message-main")).to_have_text("没有分区 cellar")
    expect(page.locator("#message-more")).to_have_text("可用的分区：hall")
    assert page.evaluate("Object.assign({}, document.documentElement.dataset)") == {
        "timezone": "Asia/Shanghai", "theme": "song", "ground": "light",
    }


def test_nothing_is_cut_or_too_small_whatever_the_screen_and_the_words(page: Page, hall: PageHall) -> None:
    view = page.evaluate("fetch('/api/v1/screen').then(answer => answer.json())")
    for size in (WIDE, UPRIGHT, {"width": 1280, "height": 720}):
        page.set_viewport_size(size)
        for asked in ("", "?inches=55&metres=8", "?inches=43&metres=8"):
            page.goto(f"{hall.public.url}/screen{asked}")
            for calls, long in ((1, False), (3, True), (4, False), (9, True)):
                page.evaluate(FULL, [view, calls, long])
                assert page.locator(".call").count() >= min(calls, 3)
                for turn in ("zh", "en"):
                    page.evaluate(f"TURN_MS = [{'1e9, 1' if turn == 'zh' else '0, 1e9'}]; draw()")
                    assert page.evaluate("language.now") == turn
                    assert page.evaluate(CUT) == [], (size, asked, calls, long, turn)


def test_type_follows_the_distance_and_of_many_calls_each_is_seen(page: Page) -> None:
    sizes = page.evaluate("[55, 65, 75, 86, 98].map(inches => leastType(1920, 1080, inches, 8))")
    assert sizes == [87, 73, 64, 56, 49]
    seen, at_once = page.evaluate("""() => {
      const watch = new Watch(), seen = {};
      const calls = [...Array(11).keys()].map(n => ({number: 'A' + n, calls: 1, age: 0}));
      let rows = [], since = -1e9, firstOfLast = null;
      for (let now = 0; now < 50000; now += 250) {
        const told = now < 5000 ? calls.slice(1) : calls;
        told.forEach(call => { call.age = now - (call === calls[0] ? 5000 : 0); });
        watch.take(told);
        const picked = watch.pick(told, 4), keys = picked.fresh.length;
        if (keys !== since.keys || now - since.at >= 6000) { rows = picked.rows; since = {keys, at: now}; }
        if (now === 5000) { firstOfLast = rows.includes(calls[0]); }
        rows.forEach(call => { seen[call.number] = (seen[call.number] || 0) + 250; });
        watch.stood(rows, 250);
      }
      return [Object.values(seen), firstOfLast];
    }""")
    assert (len(seen), min(seen) >= 6000, at_once) == (11, True, True)

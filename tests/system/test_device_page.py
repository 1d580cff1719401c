"""The device page as a person meets it: a real browser, the mouse, real bytes at the other end of the line."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from device_drivers.families.escpos.encode import encode_slip, status_request
from device_drivers.families.escpos.profile import PrinterProfile
from device_drivers.kinds.aabb_strip.codec import StripFrame, encode_strip
from device_drivers.kinds.ff68_pad.codec import PadFrame, display_frame, encode_pad
from device_drivers.lines.serial_port import SerialLine, SerialOptions
from device_drivers.ports import Qr, Slip, Text
from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from device_drivers.simulators.server import PageServer
from tests.bench_watch import wait_for
from tests.chromium import chromium

BENCH = {
    "title": "区政务服务中心",
    "timezone": "Asia/Shanghai",
    "links": [{"label": "窗口工作台 Staff", "href": "http://127.0.0.1:1/staff"}],
    "devices": [
        {
            "id": "strips",
            "kind": "aabb-strip",
            "screens": [{"id": f"strip-{n}", "address": n, "label": f"{n}号窗口"} for n in (1, 2, 3)],
        },
        {
            "id": "pads",
            "kind": "ff68-pad",
            "pads": [{"id": f"pad-{n}", "address": n, "label": f"{n}号窗口"} for n in (1, 2)],
        },
        {"id": "printer-1", "kind": "escpos-printer", "columns": 32},
    ],
}
CALL = bytes.fromhex("FF 68 03 03 68 01 01 0C 0E 16")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Bench(parse_bench(BENCH), tmp_path / "lines") as running:
        yield running


@pytest.fixture
def server(bench: Bench) -> Iterator[PageServer]:
    server = PageServer(bench)
    server.bind()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser, server: PageServer) -> Iterator[Page]:
    """The page, live. Whatever it complains of, and any request to elsewhere, fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", timezone_id="America/New_York"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if server.url not in request.url else None)
    page.goto(server.url)
    expect(page.locator("#life")).to_have_text("实时 Live")
    yield page
    context.close()
    assert wrong == []


class Lines:
    """The daemon's ends. `answer_keys` acknowledges the next key frame."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._open: dict[str, SerialLine] = {}

    def __getitem__(self, device: str) -> SerialLine:
        if device not in self._open:
            line = SerialLine(f"line-{device}", SerialOptions(port=str(self._bench.link(device))))
            line.open()
            self._open[device] = line
            assert wait_for(self._bench, lambda bench: bench.shown(device)["opened"])
        return self._open[device]

    def read(self, device: str, count: int) -> bytes:
        got = b""
        for _ in range(200):
            if len(got) >= count:
                break
            got += self[device].read(0.05)
        return got

    def lose(self, device: str) -> None:
        self._open.pop(device).close()

    def close(self) -> None:
        for device in tuple(self._open):
            self.lose(device)


@pytest.fixture
def lines(bench: Bench) -> Iterator[Lines]:
    lines = Lines(bench)
    yield lines
    lines.close()


def show(lines: Lines, address: int, text: str, color: int = 0) -> None:
    lines["strips"].write(encode_strip(StripFrame(addr=address, text=text.encode("gbk"), color=color)))


def lit_dots(page: Page, screen: str) -> int:
    """Pixels of a strip that shine."""
    count: int = page.locator(f"[data-screen={screen}]").evaluate(
        """canvas => {
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let lit = 0;
            for (let at = 0; at < pixels.length; at += 4) { if (pixels[at] > 200) { lit += 1; } }
            return lit;
        }"""
    )
    return count


def test_a_key_pressed_with_the_mouse_is_a_frame_on_the_line(page: Page, lines: Lines) -> None:
    lines["pads"].write(encode_pad(display_frame(1, 5, "012")))
    pad = page.locator(".pad").first
    expect(pad.locator("[data-display]")).to_have_attribute("data-text", "005012")
    pad.get_by_role("button", name="呼叫 Call").click()
    assert lines.read("pads", len(CALL))[: len(CALL)] == CALL
    lines["pads"].write(CALL)
    expect(pad.locator(".pad-status")).to_have_text("已应答 Acknowledged")
    expect(pad.locator("[data-frame]")).to_have_text("FF 68 03 03 68 01 01 0C 0E 16")


def test_times_are_those_of_the_place_of_the_bench(page: Page, lines: Lines) -> None:
    """The browser stands in New York; who looks at the slip beside it reads Shanghai's time."""
    begins = datetime.now(ZoneInfo("Asia/Shanghai"))
    show(lines, 1, "请A012号")
    expect(page.locator(".strip-age").first).to_have_text(re.compile(r"^\d\d:\d\d:\d\d · "))
    expect(page.locator("#log tr", has_text="帧").first).to_be_visible()
    hours = {begins.strftime("%H"), datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%H")}
    assert page.locator(".strip-age").first.inner_text()[:2] in hours
    assert page.locator("#log tr td").first.inner_text()[:2] in hours


def test_a_key_that_nobody_answers_says_so(page: Page, lines: Lines) -> None:
    lines["pads"].write(b"")
    pad = page.locator(".pad").nth(1)
    pad.get_by_role("button", name="重呼 Recall").click()
    expect(pad.locator(".pad-status")).to_have_text("主机没有应答 No answer")
    expect(page.locator("[data-device=pads] [data-counter=resends]")).to_have_text("3")


def test_typed_digits_are_seen_and_go_before_the_key(page: Page, lines: Lines) -> None:
    lines["pads"].write(b"")
    pad = page.locator(".pad").first
    for digit in "023":
        pad.get_by_role("button", name=digit, exact=True).click()
    expect(pad.locator("[data-display]")).to_have_attribute("data-text", "   023")
    pad.get_by_role("button", name="确认 Confirm").click()
    assert lines.read("pads", 13)[:13] == encode_pad(PadFrame(1, 1, bytes([0, 2, 3, 0x0F])))
    expect(pad.locator("[data-display]")).to_have_attribute("data-text", "      ")


def test_the_evaluator_asks_and_the_rating_goes_out(page: Page, lines: Lines) -> None:
    pad = page.locator(".pad").first
    expect(pad.locator(".pad-rating")).to_be_hidden()
    lines["pads"].write(encode_pad(PadFrame(1, 1, b"\x0b")))
    pad.locator("[data-key=rate][data-value='0']").click()
    assert lines.read("pads", 10)[:10] == encode_pad(PadFrame(1, 0x11, b"\x00"))
    lines["pads"].write(encode_pad(PadFrame(1, 1, b"\x00")))
    expect(pad.locator(".pad-rating")).to_be_hidden()


def test_a_strip_is_lit_dark_when_unplugged_and_lit_again(page: Page, lines: Lines, bench: Bench) -> None:
    show(lines, 1, "A012 请到1号窗口")
    strip = page.locator("[data-screen=strip-1]")
    expect(strip).to_have_attribute("data-text", "A012 请到1号窗口")
    assert lit_dots(page, "strip-1") > 500
    assert lit_dots(page, "strip-2") == 0
    panel = page.locator("[data-device=strips]")
    panel.get_by_role("button", name="拔线 Unplug").click()
    expect(strip).to_have_attribute("data-text", "")
    expect(panel.locator(".strip-off").first).to_be_visible()
    assert lit_dots(page, "strip-1") == 0
    assert not bench.link("strips").exists()
    lines.lose("strips")
    panel.get_by_role("button", name="插上 Plug in").click()
    expect(panel.locator(".strip-off").first).to_be_hidden()
    show(lines, 1, "A013")
    expect(strip).to_have_attribute("data-text", "A013")
    assert lit_dots(page, "strip-1") > 100


def test_a_slip_is_drawn_with_its_number_and_its_code(page: Page, lines: Lines) -> None:
    slip = Slip((Text("A012", size=4, align="center", bold=True), Text("等候 5 人"), Qr("https://hall.example/t/x")))
    lines["printer-1"].write(encode_slip(slip, PrinterProfile(columns=32)))
    paper = page.locator("[data-slip='1'] .paper")
    expect(paper.locator(".paper-line").first).to_have_text("A012")
    expect(paper).to_contain_text("等候 5 人")
    number = paper.locator(".paper-line").first.bounding_box()
    words = paper.locator(".paper-line", has_text="等候").bounding_box()
    assert number is not None
    assert words is not None
    assert number["height"] > 3 * words["height"]
    code = paper.locator("[data-qr='https://hall.example/t/x'] svg")
    assert code.get_attribute("viewBox") == "0 0 25 25"
    assert (code.locator("path").get_attribute("d") or "").startswith("M0 0h7v1h-7z")


def test_paper_without_a_cut_is_torn_off_with_a_button(page: Page, lines: Lines) -> None:
    lines["printer-1"].write(b"A014\n")
    expect(page.locator(".in-slot")).to_contain_text("未切纸 Not cut yet")
    page.get_by_role("button", name="撕下 Tear off").click()
    expect(page.locator("[data-slip='1']")).to_contain_text("A014")
    expect(page.locator(".in-slot")).to_have_count(0)


def test_the_roll_is_used_up_with_a_button(page: Page, lines: Lines) -> None:
    panel = page.locator("[data-device=printer-1]")
    panel.get_by_role("button", name="缺纸 paper out").click()
    expect(panel.locator(".printer-words")).to_have_text("缺纸 Paper out")
    lines["printer-1"].write(b"A012\n\x1dV\x00" + status_request(4))
    assert lines.read("printer-1", 1) == b"\x7e"
    assert page.locator("[data-slip]").count() == 0
    panel.get_by_role("button", name="装纸 new roll").click()
    expect(page.locator("[data-slip='1']")).to_contain_text("A012")
    expect(panel.locator(".printer-words")).to_have_text("就绪 Ready")


def test_a_fault_is_seen_and_taken_back(page: Page, bench: Bench) -> None:
    button = page.locator("[data-device=strips] [data-fault=silence]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert bench.shown("strips")["faults"] == [{"fault": "silence", "left_s": None}]
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert bench.shown("strips")["faults"] == []
    expect(page.locator("#log")).to_contain_text("silence cleared")


def test_what_is_shown_is_text_and_nothing_else(page: Page, lines: Lines) -> None:
    wicked = "<img src=x onerror=alert(1)>"
    show(lines, 2, wicked)
    lines["printer-1"].write(wicked.encode() + b"\n\x1dV\x00")
    expect(page.locator("[data-screen=strip-2]")).to_have_attribute("data-text", wicked)
    expect(page.locator("[data-slip='1']")).to_contain_text(wicked)
    assert page.locator("img").count() == 0


def test_old_pictures_are_marked_and_the_page_comes_back(page: Page, server: PageServer, bench: Bench) -> None:
    port = urllib.parse.urlsplit(server.url).port
    assert port is not None
    server.stop()
    expect(page.locator("#late")).to_contain_text("数据延迟")
    expect(page.locator("body")).to_have_class("is-late")
    bench.fault("strips", "unplug")
    again = PageServer(bench, port)
    again.bind()
    again.start()
    try:
        expect(page.locator("#late")).to_be_hidden()
        expect(page.locator("[data-plug=strips]")).to_have_text("插上 Plug in")
    finally:
        again.stop()


def test_links_come_from_the_bench_and_from_the_address(page: Page, server: PageServer) -> None:
    asked = urllib.parse.urlencode([("link", "公众页 Public|http://127.0.0.1:2/"), ("link", "x|javascript:alert(1)")])
    page.goto(f"{server.url}?{asked}")
    links = page.locator("#links a")
    expect(links).to_have_text(["窗口工作台 Staff", "公众页 Public"])
    assert links.nth(1).get_attribute("href") == "http://127.0.0.1:2/"


@pytest.mark.parametrize("width", [360, 768, 1920])
def test_nothing_sticks_out_at_the_side(page: Page, lines: Lines, width: int) -> None:
    show(lines, 3, "请B007号到3号窗口办理不动产登记业务")
    expect(page.locator("[data-screen=strip-3]")).to_have_attribute("data-text", "请B007号到3号窗口办理不动产登记业务")
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

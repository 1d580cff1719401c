"""The ten minutes of the README, followed to the letter at a running demo; a browser looks at what the pages say.

Each step leaves pictures of the pages in the test's folder, or in $HALL_PICTURES when that names one.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.domain.events import TicketIssued
from tests.system.page_hall import log_in, log_in_as
from tests.system.test_demo import get, maybe, post, until
from tests.test_docs import ROOT, Block, blocks

README = ROOT / "README.md"
# The commands of the README know these addresses; a port that somebody has already is moved aside.
PORTS = {"staff": 8080, "public": 8081, "devices": 8082}
DAY_S = 300.0  # a generated day through a live hall, on a busy machine


def shell_blocks(page: Path) -> dict[str, list[str]]:
    """The shell blocks of a page below the bold words that begin their paragraph, "" before the first."""
    found: dict[str, list[str]] = {}
    titles = [
        (number, match[1])
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if (match := re.match(r"\*\*(.+?)\*\*", line))
    ]
    for block in blocks(page):
        if block.kind == "sh":
            before = [title for number, title in titles if number < block.line]
            found.setdefault(before[-1].rstrip(".。") if before else "", []).append(block.text)
    return found


def test_both_readmes_have_the_same_commands() -> None:
    def commands(page: Path) -> list[Block]:
        return [block._replace(page="", line=0) for block in blocks(page)]

    assert commands(README) == commands(ROOT / "README.zh-CN.md")


@dataclass(slots=True)
class Reader:
    """Who reads the README: a folder as after a download, a demo that runs in it, three pages side by side."""

    folder: Path
    places: dict[str, Any]
    steps: dict[str, list[str]]
    pictures: Path
    devices: Page
    staff: Page
    phone: Page

    def types(self, command: str, within_s: float = 60.0) -> str:
        """What the command says."""
        for place, port in PORTS.items():
            command = command.replace(f"127.0.0.1:{port}/", self.places[place].split("//")[1].split("/")[0] + "/")
        done = subprocess.run(
            ["bash", "-e"], input=command, cwd=self.folder, capture_output=True, text=True, timeout=within_s
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def looks(self, name: str) -> None:
        """Keep what the pages show."""
        for page in ("devices", "staff", "phone"):
            self.picture(getattr(self, page), f"{name}-{page}")

    def picture(self, page: Page, name: str) -> None:
        (self.pictures / f"{name}.png").write_bytes(page.screenshot(full_page=True))

    @property
    def base(self) -> str:
        return str(self.places["staff"]).removesuffix("/staff")


@pytest.fixture
def reader(tmp_path: Path, browser: Browser) -> Iterator[Reader]:
    folder = tmp_path / "service-hall"
    folder.mkdir()
    for name in (".venv", "config"):
        (folder / name).symlink_to(ROOT / name)
    pictures = Path(os.environ.get("HALL_PICTURES") or tmp_path / "pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    assert "exec .venv/bin/hall demo\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    demo = subprocess.Popen(
        [".venv/bin/hall", "demo", "--json"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    contexts = [browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN") for _ in range(2)]
    contexts.append(browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN"))
    try:
        assert demo.stdout is not None
        assert demo.stderr is not None
        line = demo.stdout.readline()
        assert line, demo.stderr.read()
        places = json.loads(line)
        devices, staff, phone = (context.new_page() for context in contexts)
        for page, place in ((devices, "devices"), (staff, "staff"), (phone, "public")):
            page.goto(places[place])
        yield Reader(folder, places, shell_blocks(README), pictures, devices, staff, phone)
    finally:
        for context in contexts:
            context.close()
        demo.send_signal(signal.SIGINT)
        _, said = demo.communicate(timeout=20)
    assert "Traceback" not in said
    assert demo.returncode == 0


def test_ten_minutes(reader: Reader) -> None:
    assert list(reader.steps) == ["", "Press", "Ask and hand in", "Kill", "Ask why", "Prove"]
    reader.phone.wait_for_selector("#queues li")
    press(reader)
    hand_in(reader)
    unplug(reader)
    number = kill(reader)
    ask(reader)
    prove(reader)
    judge(reader)
    whole_slip(reader, number)  # last, for the printer is slow


def press(reader: Reader) -> None:
    place = f"{reader.base}/api/v1/hall"
    until(lambda: sum(queue["waiting"] for queue in get(reader.places, place)["queues"]) > 3, "a few wait")
    log_in(reader.staff, "4", "1001", password(reader.staff))  # at once: nobody else sits there
    number = call_at_4(reader)
    expect(strip(reader, 4)).to_have_attribute("data-text", re.compile(f"请{number}号"))
    expect(reader.phone.locator("#queues")).to_contain_text(f"{number} → ")
    reader.looks("1-press")


def password(page: Page) -> str:
    """What the log-in of a demo says."""
    expect(page.locator("#notice")).to_contain_text("Demo-")
    return re.findall(r"Demo-\d+", page.locator("#notice").inner_text())[0]


def call_at_4(reader: Reader) -> str:
    """Press 呼叫 at window 4's pad; the number that the staff page then shows."""
    before = reader.staff.locator("#number").inner_text()

    def pressed() -> bool:
        # The pad beeps when the one before was called just now: whoever is there presses again.
        reader.devices.locator("[data-pad=pad-4][data-key=call]").click()
        with suppress(AssertionError):
            expect(reader.staff.locator("#number")).not_to_have_text(before, timeout=1500)
            return True
        return False

    until(pressed, "the number at window 4 changes")
    expect(reader.staff.locator("#number")).to_have_text(re.compile(r"^[ABC]\d{3}$"))
    return reader.staff.locator("#number").inner_text()


def strip(reader: Reader, window: int) -> Any:
    return reader.devices.locator(f"[data-screen=strip-{window}]")


def hand_in(reader: Reader) -> None:
    """As far as a person comes who has only these words; the whole way is test_kiosk_story."""
    asked, guide = (reader.types(line) for line in reader.steps["Ask and hand in"][0].strip().splitlines())
    assert "食品经营许可证" in asked
    assert "要带的材料" in guide
    reader.phone.get_by_role("link", name="问一问").click()
    reader.phone.locator("#asked").fill("开个小饭馆要办啥")
    reader.phone.locator("#go").click()
    reader.phone.locator("#matters .m-row", has_text="食品经营许可证").click()
    expect(reader.phone.locator("#papers > li")).not_to_have_count(0)
    reader.picture(reader.phone, "6-guide")
    reader.phone.get_by_role("link", name="填表，先做预审").click()
    expect(reader.phone.locator("h2").filter(visible=True).first).to_be_visible()
    reader.picture(reader.phone, "6-review")
    reader.phone.goto(reader.places["public"])


def unplug(reader: Reader) -> None:
    reader.devices.locator("[data-plug=strips]").click()
    expect(reader.devices.locator("[data-device=strips] .is-unplugged").first).to_be_visible()
    told = reader.staff.get_by_text(re.compile("窗口屏|strips")).filter(visible=True)
    expect(told.first).to_be_visible(timeout=20_000)
    number = call_at_4(reader)  # the hall goes on calling
    expect(reader.phone.locator("#queues")).to_contain_text(f"{number} → ")
    reader.looks("2-unplugged")
    reader.devices.locator("[data-plug=strips]").click()
    expect(strip(reader, 4)).to_have_attribute("data-text", re.compile(f"{number}号"), timeout=20_000)
    reader.looks("2-plugged-in")


def kill(reader: Reader) -> str:
    place = f"{reader.base}/api/v1/hall"
    epoch = get(reader.places, place)["epoch"]
    said = reader.types(reader.steps["Kill"][0])
    drawn = json.loads(said[said.index("{") :])
    back = until(lambda: (hall := maybe(reader.places, place)) and hall["epoch"] > epoch and hall, "it is back")
    assert back["day"] == drawn["ticket"].rsplit("-", 1)[0]
    assert get(reader.places, f"{reader.base}/api/v1/tickets/{drawn['ticket']}")["number"] == drawn["number"]
    expect(reader.staff.locator("#life")).to_have_text("实时")
    expect(reader.staff.locator("#who")).to_contain_text("1001")
    reader.looks("3-killed")
    following = post(reader.places, f"{reader.base}/api/v1/tickets", {"service": "pension", "printer": "printer-1"})
    assert int(following["number"][1:]) > int(drawn["number"][1:])
    return str(drawn["number"])


def whole_slip(reader: Reader, number: str) -> None:
    reader.devices.goto(reader.places["devices"])
    expect(reader.devices.locator("#life")).to_have_text("实时 Live")
    try:
        slip = until(lambda: reprinted(reader, number), "the slip is printed again, and cut", within_s=120.0)
    finally:
        reader.picture(reader.devices, "5-printed-again")
    assert "qr" in {item["kind"] for item in slip["items"]}, slip
    assert slip["cut"] != "torn", slip
    assert set(re.findall(r"[ABC]\d{3,}", "".join(texts(slip)))) == {number}, slip  # one slip, one number


def texts(slip: dict[str, Any]) -> list[str]:
    return [str(item.get("text", "")) for item in slip["items"]]


def reprinted(reader: Reader, number: str) -> dict[str, Any] | None:
    slips: list[dict[str, Any]] = get(reader.places, f"{reader.places['devices']}api/devices/printer-1")["slips"]
    return next((one for one in slips if number in "".join(texts(one)) and "补打" in "".join(texts(one))), None)


def ask(reader: Reader) -> None:
    last, two = (reader.types(line) for line in reader.steps["Ask why"][0].strip().splitlines())
    assert re.search(r"[ABC]\d{3} 号由\d号窗口叫到：", last), last
    assert re.search(r"A001 号由\d号窗口叫到：.*A002 号", two), two


def prove(reader: Reader) -> None:
    report, verify, replay = (reader.types(line, DAY_S) for line in reader.steps["Prove"][0].strip().splitlines())
    assert re.search(r"\d+ tickets, \d+ served", report)
    assert "the chain holds" in verify
    assert re.search(r"(?m)^tickets +300$", replay)
    with closing(JournalReader(reader.folder / "var/demo/journal.db")) as journal:
        day = journal.days()[-1][0]
        counts: dict[str, list[int]] = {}
        for row in journal.of_day(day):
            if isinstance(row.event, TicketIssued):
                counts.setdefault(row.event.queue, []).append(row.event.count)
    # The next number is the next number, over the kill too.
    assert all(given == list(range(1, len(given) + 1)) for given in counts.values())


def judge(reader: Reader) -> None:
    """What the README's table of pages promises of a demo that has some weeks behind it."""
    reader.phone.goto(f"{reader.places['public']}accuracy")
    expect(reader.phone.locator("#verdict-share")).to_have_text(re.compile(r"\d\d%"))
    expect(reader.phone.locator("#services .judged-row")).not_to_have_count(0)
    reader.picture(reader.phone, "4-accuracy")
    reader.devices.goto(f"{reader.base}/efficiency")
    log_in_as(reader.devices, "3001", password(reader.devices))
    expect(reader.devices.locator("#outliers")).to_contain_text("综合咨询", timeout=30_000)
    reader.picture(reader.devices, "4-efficiency")

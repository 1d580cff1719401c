"""From a question to the window, at a kiosk: its own window under the mouse, the daemon, a card reader, a code scanner
and a camera; a phone, the desk of pre-reviews and a window in browsers."""

from __future__ import annotations

import os
import re
import shutil
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from playwright.sync_api import Browser, Page, expect

from device_drivers.simulators.bench import Bench
from device_drivers.simulators.bench_file import parse_bench
from hall_daemon.config import bench, load, render, simulated
from hall_daemon.rehearsal.credentials import demo_password, demo_people, provide
from tests.conftest import ROOT
from tests.drills.stand import Stand, wait_until
from tests.made_pages import good
from tests.system.glass import Glass
from tests.system.page_hall import log_in_as, press, watched, work_at
from tests.system.test_phone_page import PHONE

WAIT_MS, WITHIN_S, AGAIN_S = 60_000, 60.0, 20.0
SHANGHAI = ZoneInfo("Asia/Shanghai")
CAMERA = """
[devices.camera-1]
kind = "camera-folder"
kiosk = "kiosk-1"
folder = "{camera}"
"""
CONFIG = ROOT / "config"
# What is touched for each question, by its field; the card and the licence's code answer the others.
ADDRESS = (*"ceshi", "word-0", "keys", *"8号101室", "next")
ANSWERS: dict[str, tuple[str, ...]] = {
    "apply_type": ("option-0",),
    "operator": (*"ceshi", "word-0", *"xiaochi", "word-0", "next"),
    "phone": (*"13800000000", "next"),
    "premises_addr": ADDRESS,
    "licence_addr": ADDRESS,
    "area": (*"45", "next"),
    "dwelling": ("option-1",),
    "kitchen_area": ("9", "next"),
    "staff": ("3", "next"),
    "direct_food_staff": ("2", "next"),
    "health_certs": ("2", "next"),
}


class Story:
    """One hall, its kiosk, and everybody's page of it."""

    def __init__(self, browser: Browser, stack: ExitStack, folder: Path, display: str) -> None:
        self._browser, self._stack, self._folder = browser, stack, folder
        self.camera = folder / "camera"
        self.camera.mkdir()
        self.stand = stack.enter_context(_shipped(folder, CAMERA.replace("{camera}", str(self.camera))))
        credential = folder / "kiosk.credential"
        credential.write_text(provide(self.stand.data, {"kiosk-1": ("kiosk", ())})["kiosk-1"])
        self.password = demo_password()
        demo_people(self.stand.data, self.password)
        self.hall = stack.enter_context(self.stand.hall())
        self.glass = stack.enter_context(
            Glass(display, self.hall.http, "--windowed", "--credential", str(credential), "--idle-s", "600")
        )

    def page(self, origin: str, **how: Any) -> Page:
        context = self._browser.new_context(locale="zh-CN", reduced_motion="reduce", **how)
        self._stack.callback(context.close)
        context.set_default_timeout(WAIT_MS)
        return self._stack.enter_context(watched(context.new_page(), origin))

    def at_work(self, number: str, address: str) -> Page:
        """Somebody of the staff."""
        page = self.page(self.hall.http, viewport={"width": 1366, "height": 768})
        page.goto(self.hall.http + address)
        expect(page.locator("#login-go")).to_be_enabled(timeout=WAIT_MS)
        log_in_as(page, number, self.password)
        return page

    def photo(self, seed: int) -> Path:
        path = self._folder / f"{seed}.jpg"
        good(seed).save(path, "JPEG", quality=90)
        return path

    def take(self, paper: str, seed: int) -> None:
        """At the kiosk, with its camera."""
        self.glass.touch(paper)
        self.glass.sees("paper")
        shot = self.photo(seed)

        placed_s = -AGAIN_S

        def shown() -> bool:
            """What comes while no page waits for it is somebody's, and goes: then it is taken again."""
            nonlocal placed_s
            if not any(self.camera.iterdir()) and time.monotonic() - placed_s > AGAIN_S:
                os.replace(shutil.copy(shot, self.camera / ".new"), self.camera / "shot.jpg")
                placed_s = time.monotonic()
            return "keep-shot" in self.glass.look()["buttons"]

        wait_until(shown, WITHIN_S, "the picture at the kiosk")
        self.glass.touch("keep-shot")
        self.glass.until(lambda shown: shown["page"] == "paper" and "scan" in shown["buttons"], "the page is handed in")
        self.glass.touch("back")
        self.glass.sees("papers")

    # -- at the kiosk --------------------------------------------------------------------------------

    def keys(self, *names: str) -> None:
        """Signs of a keyboard together, and other keys by themselves."""
        run: list[str] = []
        for name in (*names, ""):
            if len(name) == 1:
                run.append(name)
                continue
            if run:
                self.glass.type(*(f"key-{sign}" for sign in run))
                if name.startswith("word"):
                    self.glass.reads("".join(run))
            run = []
            if name:
                self.glass.touch(name)

    def filled(self) -> None:
        """Every question that the card and the licence leave, with the mouse."""
        before = ""
        while True:
            shown = self.glass.until(partial(self._is_next, before), f"what follows {before}")
            before = shown["page"]
            if not before.startswith("question-"):
                return
            field = before.split("-")[1]
            if field in ("rep_name", "manager_name"):
                self.stand.bench.present("cards-1", "zhang")
                self.glass.reads("读好了")
                self.stand.bench.present("cards-1", "")
                self.glass.touch("next")
            elif field == "uscc":
                self.shown_until(f"https://licence.example/?code={SAMPLES[field]}", "读好了")
                self.glass.touch("next")
            else:
                if field == "operator":
                    self._read_aside("guide-individual-business-setup")
                self.keys(*ANSWERS.get(field) or chosen(field))

    def _read_aside(self, guide: str) -> None:
        """What the form calls a business licence is looked up in the middle of it."""
        self.glass.touch("term-0")
        self.glass.sees("aside-which")
        self.glass.touch(guide)
        self.glass.sees("aside")
        self.glass.touch("resume")

    def _is_next(self, before: str, shown: dict[str, Any]) -> bool:
        """A question that is said to be wrong stays until one goes on."""
        if shown["page"] == before and any("先不改" in text for text in shown["texts"]):
            self.glass.touch("next")
        name: str = shown["page"]
        return name != before and (name.startswith("question-") or name == "check")

    def shown_until(self, code: str, words: str) -> None:
        """A code before the scanner, again and again, until the kiosk says `words`."""

        def read() -> bool:
            self.stand.bench.present("codes-1", code)
            return any(words in text for text in self.glass.look()["texts"])

        wait_until(read, WITHIN_S, words)


def _shipped(folder: Path, camera: str) -> Stand:
    """The shipped hall on this machine alone, with a camera at its kiosk; its devices are simulated in this process."""
    for name in ("guides", "forms", "calendar", "dictionary.toml", "notices.toml"):
        (folder / name).symlink_to(CONFIG / name)
    stand = Stand(folder, mqtt="off")
    http, public, broker = stand.ports
    stand.config.write_text((CONFIG / "hall.toml").read_text(encoding="utf-8") + camera, encoding="utf-8")
    settings = simulated(load(stand.config), folder, {"http": http, "public": public, "mqtt": broker})
    settings = replace(settings, mqtt=structs.replace(settings.mqtt, mode="off"))
    stand.config.write_text(render(settings), encoding="utf-8")
    stand.bench = Bench(parse_bench({"seed": 1, "devices": bench(settings)}), folder / "devices")
    return stand


FORM = tomllib.loads((ROOT / "config" / "forms" / "food-business-licence.toml").read_text(encoding="utf-8"))
SAMPLES = {id_: field.get("sample") for id_, field in FORM["field"].items()}


def chosen(field: str) -> tuple[str, ...]:
    """The option that is the sample; what has none is left."""
    options = [option["value"] for option in FORM["field"][field].get("options", ())]
    sample = SAMPLES[field]
    if isinstance(sample, list):
        return (*(f"option-{options.index(each)}" for each in sample), "next")
    if options:
        return (f"option-{options.index(sample)}",)
    if FORM["field"][field].get("kind") == "date":
        day = datetime.now(SHANGHAI).date() - timedelta(days=40)
        return (*day.isoformat().replace("-", ""), "next")
    return ("next",)


def said(page: Page, place: str, words: str) -> None:
    expect(page.locator(place)).to_contain_text(words, timeout=WAIT_MS)


def sent_back(desk: Page, review: str) -> None:
    """Two defects, told at once."""
    desk.locator(f"[data-review='{review}']").click()
    for at, code in enumerate(("不清楚", "没签字")):
        desk.locator("#sheet-papers button").nth(at).click()
        desk.locator("#sheet-codes button", has_text=code).click()
        expect(desk.locator("#sheet-list .sheet-entry")).to_have_count(at + 1, timeout=WAIT_MS)
    desk.locator("#sheet-send").click()
    desk.wait_for_timeout(450)  # a second click of a double click is none
    desk.locator("[data-dialog=yes]").click()
    expect(desk.locator("#review-none")).to_be_visible(timeout=WAIT_MS)


@pytest.fixture
def story(browser: Browser, tmp_path: Path, display: str) -> Iterator[Story]:
    with ExitStack() as stack:
        yield Story(browser, stack, tmp_path, display)


def test_from_a_question_to_the_fast_window(story: Story) -> None:
    glass, desk = story.glass, story.at_work("4001", "/reviews")
    story.keys("guides", "search", *"kaigexiaofanguanyaobansha")  # 开个小饭馆要办啥
    story.keys("guide-food-business-licence", "form")
    story.filled()
    glass.touch("hand-in")
    papers = glass.until(lambda shown: len(_papers(shown)) == 4, "the papers")
    phone = story.page(story.hall.public, viewport=PHONE, is_mobile=True, has_touch=True)
    phone.goto(glass.scanned())
    expect(phone.locator("#compare-number")).not_to_be_empty(timeout=WAIT_MS)
    glass.reads(phone.locator("#compare-number").inner_text())
    glass.touch("same")
    row = phone.locator(".paper").first
    with phone.expect_file_chooser() as chooser:
        row.get_by_role("button", name="拍照").tap()
    chooser.value.set_files(story.photo(1))
    expect(row).to_contain_text("1 页", timeout=WAIT_MS)
    glass.reads("拍了 1 页")
    first, *others = _papers(papers)
    story.take(others[0], 2)
    for paper, way in zip(others[1:], ("promise-instead", "promise"), strict=True):
        story.keys(paper, way)
    glass.touch("send")
    glass.sees("review-sent")
    review = next(text for text in glass.shown["texts"] if text.startswith("YS-"))

    sent_back(desk, review)
    glass.reads("还有 2 处要改")
    story.keys("form", "hand-in")
    glass.reads("手机连上了")  # the same one goes on; the list lies still once that is known
    for at, paper in enumerate((first, others[0])):
        story.take(paper, at + 5)
    glass.touch("send")
    glass.sees("review-sent")
    desk.locator(f"[data-review='{review}']").click()
    desk.locator("#sheet-pass").click()
    glass.sees("review-passed")

    # Somebody else came before, for the same matter and without a pre-review.
    earlier = story.hall.post("tickets", {"service": "food-permit"}).json()["number"]
    glass.touch("draw-prepared")
    glass.sees("number")
    number = next(text for text in glass.shown["texts"] if re.fullmatch(r"A\d{3}", text))
    assert number > earlier
    window = story.at_work("1001", "/staff")
    work_at(window, "3")
    expect(window.locator("#desk")).to_be_visible(timeout=WAIT_MS)
    press(window, "call-next")
    expect(window.locator("#number")).to_have_text(number, timeout=WAIT_MS)
    glass.reads("请到3号窗口")


def _papers(shown: dict[str, Any]) -> list[str]:
    return [name for name in shown["buttons"] if name.startswith("paper-")]

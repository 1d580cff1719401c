"""`make docs`: docs/hall.png, the running hall as one picture, made by the hall itself.

Starts `hall demo`, lets the crowd come in, calls a number at the free window as the demo's own clerk and draws one at
a kiosk on a screen of its own (Xvfb), follows the kiosk's QR code, looks at the pages through Debian's chromium, and
lays all of it side by side. The crowd stands still by then, so that every page tells the same moment.
Needs xvfb, xdotool and chromium.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.chromium import chromium
from tests.system.glass import Glass, x_display
from tests.system.page_hall import log_in_as, press, work_at

DOCS = Path(__file__).resolve().parent
PICTURE = DOCS / "hall.png"
LARGEST = 400_000

# Of each page what it is about fits, and nothing is cut.
DEVICES: ViewportSize = {"width": 900, "height": 900}
STAFF: ViewportSize = {"width": 1180, "height": 760}
SCREEN: ViewportSize = {"width": 1920, "height": 1080}
PHONE: ViewportSize = {"width": 390, "height": 728}
TIMEZONE = "Asia/Shanghai"  # of the hall
CLERK, FREE_WINDOW = "1001", "4"
TOUCHES = ("draw", "queue-general", "service-business-licence")
WAITING, WITHIN_MS = 5, 120_000
SETTLED_S = 2.0
NUMBER = re.compile(r"^[A-Z]\d{3}$")
# A machine that makes pictures has no sound card, and a big screen that speaks one language never stands in the other.
CHANGES = {
    'output = "alsa", device = "default"': 'output = "none"',
    'languages = ["zh", "en"]': 'languages = ["zh"]',
}

Shot = bytes

SHEET = """<!DOCTYPE html><meta charset="utf-8"><style>
body { margin: 0; padding: 24px; width: 1552px; background: #e9edf2; display: flex; gap: 24px; align-items: flex-start;
  font: 16px/1.3 "Noto Sans CJK SC", sans-serif; color: #3a4554; }
.left { width: 744px; } .middle { width: 470px; } .right { width: 290px; }
figure { margin: 0 0 20px; } figcaption { margin: 0 0 6px 2px; }
img { display: block; width: 100%; border-radius: 8px; box-shadow: 0 1px 6px #0003; }
.strips img { box-sizing: border-box; padding: 8px; background: #fff; }
</style>"""
WORDS = {
    "screen": ("left", "综合屏 · big screen"),
    "staff": ("left", "窗口工作台 · staff"),
    "kiosk": ("middle", "自助机 · kiosk"),
    "strips": ("middle", "窗口条屏 · window strips"),
    "phone": ("right", "手机页 · phone"),
    "slip": ("right", "小票 · slip"),
}


def main() -> int:
    os.environ["TZ"] = TIMEZONE  # a kiosk has its machine's
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="hall-picture-")))
        demo, hall = _demo(parts, folder)
        browser = parts.enter_context(chromium())
        screen = _page(browser, f"{hall['public']}screen", SCREEN)
        devices = _page(browser, hall["devices"], DEVICES)
        staff = _page(browser, hall["staff"], STAFF)
        _sit_down(staff)
        display = parts.enter_context(x_display())
        kiosk = parts.enter_context(_kiosk(display, hall["staff"].removesuffix("/staff"), folder / "demo"))
        staff.locator("#line .row-number").nth(WAITING - 1).wait_for(timeout=WITHIN_MS)
        demo.send_signal(signal.SIGSTOP)  # the crowd is a thread of it; hall and devices are processes of their own
        press(staff, "call-next")
        for name in TOUCHES:
            kiosk.touch(name)
        kiosk.sees("number")
        phone = _page(browser, kiosk.scanned(), PHONE)
        expect(phone.locator("#number")).to_have_text(NUMBER)
        slip = devices.locator(".slip .paper", has_text=phone.locator("#number").inner_text())
        slip.locator("[data-qr]").wait_for(timeout=WITHIN_MS)
        time.sleep(SETTLED_S)  # the kiosk hears of its slip, every page of the call
        shots = {
            "screen": screen.screenshot(),
            "staff": staff.screenshot(),
            "kiosk": _grabbed(display, kiosk),
            "strips": devices.locator("[data-device=strips] .strips").screenshot(),
            "phone": phone.screenshot(),
            "slip": slip.screenshot(),
        }
        _lay_out(browser, shots)
    # A page of text and keys has few colours: a third of the bytes.
    whole = Image.open(PICTURE).convert("RGB")
    whole.quantize(256, kmeans=4, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {size} bytes")
    return 0 if size < LARGEST else 1


# -- the hall -----------------------------------------------------------------------------------------


def _demo(parts: ExitStack, folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Its process, and where to look."""
    config = folder / "hall.toml"
    shipped = (DOCS.parent / "config/hall.toml").read_text(encoding="utf-8")
    for words, instead in CHANGES.items():
        assert words in shipped
        shipped = shipped.replace(words, instead, 1)
    config.write_text(shipped, encoding="utf-8")
    how = ["--config", str(config), "--data", str(folder / "demo"), "--json", "--no-kiosk"]
    demo = subprocess.Popen([sys.executable, "-m", "hall_daemon.cli", "demo", *how], stdout=subprocess.PIPE)
    parts.callback(_end, demo)
    assert demo.stdout is not None
    said: dict[str, Any] = json.loads(demo.stdout.readline())
    return demo, said


def _end(demo: subprocess.Popen[bytes]) -> None:
    demo.send_signal(signal.SIGCONT)
    demo.terminate()
    demo.wait(10)


# -- the pictures -------------------------------------------------------------------------------------


def _page(browser: Browser, url: str, viewport: ViewportSize) -> Page:
    page = browser.new_page(viewport=viewport, reduced_motion="reduce", timezone_id=TIMEZONE, locale="zh-CN")
    page.goto(url)
    return page


def _sit_down(page: Page) -> None:
    """The demo's own clerk, with the password that the log-in says, at the window that the crowd leaves free."""
    expect(page.locator("#notice")).to_contain_text("Demo-")
    (password,) = re.findall(r"Demo-\d+", page.locator("#notice").inner_text())
    log_in_as(page, CLERK, password)
    work_at(page, FREE_WINDOW)


def _kiosk(display: str, url: str, demo: Path) -> Glass:
    return Glass(display, url, "--windowed", "--credential", str(demo / "kiosk-1.credential"))


def _grabbed(display: str, kiosk: Glass) -> Shot:
    """The kiosk's window, without the black around it."""
    held = io.BytesIO()
    ImageGrab.grab(xdisplay=display).crop((0, 0, *kiosk.look()["size"])).save(held, "PNG")
    return held.getvalue()


def _lay_out(browser: Browser, shots: dict[str, Shot]) -> None:
    columns = {"left": "", "middle": "", "right": ""}
    for name, (place, words) in WORDS.items():
        image = base64.b64encode(shots[name]).decode()
        inside = f'<figcaption>{words}</figcaption><img src="data:image/png;base64,{image}">'
        columns[place] += f'<figure class="{name}">{inside}</figure>'
    figures = "".join(f'<div class="{place}">{inside}</div>' for place, inside in columns.items())
    page = browser.new_page(viewport={"width": 1600, "height": 400})
    page.set_content(SHEET + figures)
    page.screenshot(path=PICTURE, full_page=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main())

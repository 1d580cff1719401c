"""`make docs`: docs/hall.png, the running hall as one picture, made by the hall itself.

Starts `hall demo` on a screen of its own (Xvfb), lets the crowd come in, draws a number at the kiosk with the mouse,
follows its slip's QR code, looks at the pages through Debian's chromium, and lays all of it side by side.
Needs xvfb, xdotool and chromium.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

DOCS = Path(__file__).resolve().parent
PICTURE = DOCS / "hall.png"
LARGEST = 400_000

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KIOSK = (720, 1280)
DEVICES: ViewportSize = {"width": 1180, "height": 900}
STAFF: ViewportSize = {"width": 1180, "height": 760}
PHONE: ViewportSize = {"width": 390, "height": 760}
TIMEZONE = "Asia/Shanghai"  # of the hall
CROWD_S = 60.0
TOUCHES = (0.316, 0.2, 0.77)
TOUCH_S = 2.0

Shot = bytes

# Grabs what is on $DISPLAY, without the black around the window; PyQt6 is what the kiosk itself is drawn with.
GRAB = """
import sys
from PyQt6.QtGui import QGuiApplication
app = QGuiApplication(sys.argv)
screen = app.primaryScreen().grabWindow(0).toImage()
lit = lambda x, y: screen.pixel(x, y) & 0xFFFFFF
width = next(x for x in range(screen.width(), 0, -1) if lit(x - 1, 2))
height = next(y for y in range(screen.height(), 0, -1) if lit(2, y - 1))
assert screen.copy(0, 0, width, height).save(sys.argv[1])
"""

# The 256 commonest colours are all that a page of text and keys has: a third of the bytes.
FEWER_COLOURS = """
import sys
from collections import Counter
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
picture = QImage(sys.argv[1]).convertToFormat(QImage.Format.Format_RGB32)
pixels = memoryview(picture.constBits().asstring(picture.sizeInBytes())).cast("I")
table = [colour | 0xFF000000 for colour, _ in Counter(pixel & 0xF8F8F8 | 0x040404 for pixel in pixels).most_common(254)]
table += [0xFFFFFFFF, 0xFF000000]
fewer = picture.convertToFormat(QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.ThresholdDither)
assert fewer.save(sys.argv[1], "PNG", 0)
"""

SHEET = """<!DOCTYPE html><meta charset="utf-8"><style>
body { margin: 0; padding: 24px; width: 1552px; background: #e9edf2; display: flex; gap: 24px; align-items: flex-start;
  font: 16px/1.3 "Noto Sans CJK SC", sans-serif; color: #3a4554; }
.left { width: 744px; } .middle { width: 470px; } .right { width: 290px; }
figure { margin: 0 0 20px; } figcaption { margin: 0 0 6px 2px; }
img { display: block; width: 100%; border-radius: 8px; box-shadow: 0 1px 6px #0003; }
</style>"""


def main() -> int:
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="hall-picture-")))
        display = _screen(parts)
        hall = _demo(parts, folder, display)
        browser = parts.enter_context(sync_playwright()).chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        parts.callback(browser.close)
        staff = hall["staff"].removesuffix("/staff")
        _until(lambda: _lit_window(staff), CROWD_S, "a number that is called at a window")
        _draw_a_number(display)
        slip, ticket = _slip(browser, hall["devices"])
        window = _until(lambda: _lit_window(staff), CROWD_S, "a number that is called at a window")
        shots = {
            "devices": _page(browser, hall["devices"], DEVICES),
            "kiosk": _kiosk(folder, display),
            "phone": _page(browser, ticket, PHONE),
            "staff": _desk(browser, hall["staff"], window),
            "slip": slip,
        }
        _lay_out(browser, shots)
    _run(FEWER_COLOURS, str(PICTURE))
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {size} bytes")
    return 0 if size < LARGEST else 1


# -- the hall -----------------------------------------------------------------------------------------


def _screen(parts: ExitStack) -> str:
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{KIOSK[0]}x{KIOSK[1]}x24", "-nolisten", "tcp"],
        pass_fds=(writing,), stderr=subprocess.DEVNULL,
    )
    parts.callback(_end, screen)
    os.close(writing)
    with os.fdopen(reading) as number:
        return f":{number.readline().strip()}"


def _demo(parts: ExitStack, folder: Path, display: str) -> dict[str, Any]:
    # A machine that makes pictures has no sound card, and that is not what the picture is about.
    config = folder / "hall.toml"
    shipped = (DOCS.parent / "config/hall.toml").read_text(encoding="utf-8")
    config.write_text(shipped.replace('output = "alsa", device = "default"', 'output = "none"', 1), encoding="utf-8")
    words = ["--config", str(config), "--data", str(folder / "demo"), "--json"]
    demo = subprocess.Popen(
        [sys.executable, "-m", "hall_daemon.cli", "demo", *words],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}, stdout=subprocess.PIPE,
    )
    parts.callback(_end, demo)
    assert demo.stdout is not None
    said: dict[str, Any] = json.loads(demo.stdout.readline())
    return said


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(10)


def _ask(url: str, body: object = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 (our own hall)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
        return found


def _lit_window(staff: str) -> dict[str, Any] | None:
    """A window that has just called, once the crowd has drawn numbers."""
    hall = _ask(f"{staff}/api/v1/hall")
    called = [window for window in hall["windows"] if window["state"] == "called"]
    return called[0] if called and hall["tally"].get("issued", 0) >= 8 else None


def _until(look: Callable[[], dict[str, Any] | None], within_s: float, what: str) -> dict[str, Any]:
    give_up_at = time.monotonic() + within_s
    while (found := look()) is None:
        if time.monotonic() > give_up_at:
            raise SystemExit(f"the demo never had {what}")
        time.sleep(0.2)
    return found


# -- the pictures -------------------------------------------------------------------------------------


def _page(browser: Browser, url: str, viewport: ViewportSize, *, ready: str = "body", before: str = "") -> Shot:
    page: Page = browser.new_page(viewport=viewport, reduced_motion="reduce", timezone_id=TIMEZONE)
    if before:
        page.add_init_script(before)
    page.goto(url)
    page.locator(ready).first.wait_for()
    page.wait_for_timeout(1500)
    shot = page.screenshot()
    page.close()
    return shot


def _desk(browser: Browser, url: str, window: dict[str, Any]) -> Shot:
    """The page of the clerk whose pad has opened this window."""
    desk = json.dumps({"window": window["id"], "staff": window["staff"]})
    return _page(
        browser, url, STAFF, ready="#desk:not([hidden])", before=f"sessionStorage.setItem('hall.desk', {desk!r})"
    )


def _slip(browser: Browser, devices: str) -> tuple[Shot, str]:
    """The newest slip, and the address in its QR code, as a phone would read it."""
    page = browser.new_page(viewport=DEVICES, reduced_motion="reduce", timezone_id=TIMEZONE)
    page.goto(devices)
    page.wait_for_timeout(1500)
    slip = page.locator(".slip .paper").first
    address = slip.locator("[data-qr]").get_attribute("data-qr", timeout=10_000)
    assert address is not None
    shot = slip.screenshot()
    page.close()
    return shot, address


def _draw_a_number(display: str) -> None:
    """Touch the first group of matters, the first matter in it, and 取号. Places are shares of the window's height."""
    for share in TOUCHES:
        x, y = KIOSK[0] * 0.45, KIOSK[1] * 0.9 * share
        subprocess.run(
            ["xdotool", "mousemove", str(int(x)), str(int(y)), "click", "1"],
            env={**os.environ, "DISPLAY": display}, check=True, timeout=20,
        )
        time.sleep(TOUCH_S)


def _kiosk(folder: Path, display: str) -> Shot:
    file = folder / "kiosk.png"
    _run(GRAB, str(file), display=display)
    return file.read_bytes()


WORDS = {
    "devices": ("left", "设备页 · devices"),
    "kiosk": ("middle", "自助机 · kiosk"),
    "phone": ("right", "手机页 · phone"),
    "staff": ("left", "窗口工作台 · staff"),
    "slip": ("right", "小票 · slip"),
}


def _lay_out(browser: Browser, shots: dict[str, Shot]) -> None:
    columns = {"left": "", "middle": "", "right": ""}
    for name, (place, words) in WORDS.items():
        image = base64.b64encode(shots[name]).decode()
        columns[place] += f'<figure><figcaption>{words}</figcaption><img src="data:image/png;base64,{image}"></figure>'
    figures = "".join(f'<div class="{place}">{inside}</div>' for place, inside in columns.items())
    page = browser.new_page(viewport={"width": 1600, "height": 400})
    page.set_content(SHEET + figures)
    page.screenshot(path=PICTURE, full_page=True)
    page.close()


def _run(script: str, *arguments: str, display: str = "") -> None:
    environment = {**os.environ, **({"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"} if display else {})}
    subprocess.run([sys.executable, "-c", script, *arguments], env=environment, check=True, timeout=60)


if __name__ == "__main__":
    sys.exit(main())

"""A document scanner through SANE (扫描仪): `scanimage` as a child, its picture through a pipe and never in a file."""

from __future__ import annotations

import math
import os
import select
import subprocess
import time
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.base import child
from device_drivers.events import LARGEST_PAGE, Page, Reading
from device_drivers.families.readers.options import ReaderOptions
from device_drivers.families.readers.pages import PageReader, Trouble, page_of
from device_drivers.kind import Kind, Need
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import ConditionWords, Words

# An A4 page in colour on a slow flatbed.
SCAN_S = 90.0
_PIECE = 65_536

CONDITIONS = {
    "no_scanimage": ConditionWords(
        Words("没有 scanimage 程序", "there is no scanimage"),
        Words("请安装 sane-utils", "install the system package sane-utils"),
    ),
    "scan_failed": ConditionWords(
        Words("扫描失败：{why}", "scanning failed: {why}"),
        Words("请检查扫描仪电源、连接线和纸，用 scanimage -L 查看", "check power, cable and paper; see scanimage -L"),
    ),
    "scan_slow": ConditionWords(
        Words("扫描超时", "took too long"),
        Words("请断电重启扫描仪，或降低 resolution", "switch the scanner off and on, or lower resolution"),
    ),
    "scan_large": ConditionWords(
        Words("扫描的图片超过 {mb} MB", "the picture has more than {mb} MB"),
        Words("请降低 resolution，或把 mode 设为 Gray", "lower resolution, or set mode to Gray"),
    ),
}

Argument = Annotated[str, Meta(max_length=200, pattern="^[^-].*$|^$", description="text that does not begin with -")]


class SaneOptions(ReaderOptions, frozen=True, kw_only=True):
    """`device` as `scanimage -L` lists it, "" for the first. `source` as `scanimage -A` does (ADF, Flatbed)."""

    device: Argument = ""
    source: Argument = ""
    mode: Literal["Color", "Gray", "Lineart"] = "Color"
    resolution: Annotated[int, Meta(ge=75, le=600)] = 200


class SaneScanner(PageReader):
    """Scans when it is asked to, one page at a time."""

    def __init__(self, spec: DeviceSpec, options: SaneOptions, env: Environment) -> None:
        super().__init__(spec, env, CONDITIONS, every_s=math.inf, idle_s=math.inf)
        named = ["-d", options.device] if options.device else []
        source = ["--source", options.source] if options.source else []
        self._command = [
            "scanimage", *named, *source, "--format=png", f"--mode={options.mode}", f"--resolution={options.resolution}"
        ]

    def look(self, *, asked: bool) -> list[Reading]:
        return [self._scan()] if asked else []

    def _scan(self) -> Page:
        try:
            scanning = child.start(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError:
            raise Trouble("no_scanimage") from None
        try:
            picture, said = self._both(scanning)
        finally:
            how = child.end(scanning, ends_s=1.0)
        page = page_of(picture)
        if page is None or how != "exit code 0":
            raise Trouble("scan_failed", why=_why(said) or how)
        return page

    def _both(self, scanning: child.Child) -> tuple[bytes, bytes]:
        """What it writes to its two pipes until both end. Raises Trouble for too long and too much."""
        assert scanning.stdout is not None
        assert scanning.stderr is not None
        written = {scanning.stdout.fileno(): bytearray(), scanning.stderr.fileno(): bytearray()}
        picture, said = written.values()
        poll = select.poll()
        for pipe in written:
            poll.register(pipe, select.POLLIN)
        open_, ends_s = len(written), time.monotonic() + SCAN_S
        while open_:
            if time.monotonic() > ends_s or self._stopping.is_set():
                raise Trouble("scan_slow")
            if len(picture) > LARGEST_PAGE:
                raise Trouble("scan_large", mb=str(LARGEST_PAGE // 1024**2))
            for pipe, _ in poll.poll(200):
                piece = os.read(pipe, _PIECE)
                written[pipe] += piece[: LARGEST_PAGE + 1]
                del said[2000:]
                if not piece:
                    poll.unregister(pipe)
                    open_ -= 1
        return bytes(picture), bytes(said)


def _why(said: bytes) -> str:
    """The last line that scanimage said of itself."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return "".join(c for c in lines[-1] if c.isprintable())[:120] if lines else ""


def build(spec: DeviceSpec, options: SaneOptions, env: Environment) -> SaneScanner:
    return SaneScanner(spec, options, env)


KIND = Kind(
    name="sane-scanner",
    words=Words("扫描仪", "Document scanner"),
    options=SaneOptions,
    parts={"readers": ""},
    lines=(),
    needs=lambda _options: [Need("program", "scanimage", "sane-utils")],
    build=build,
    conditions=CONDITIONS,
)

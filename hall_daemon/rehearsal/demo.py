"""The whole hall to look at: hardware, daemon and kiosk as processes, and a small crowd that keeps it alive.

Everything stands in one folder on this machine's loopback. The main thread starts and watches the processes; the
crowd has a thread of its own ("crowd", demo_crowd) and may fail without the hall noticing.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from device_drivers.base.atomic import write_whole
from hall_daemon.adapters.storage.data_folder import JOURNAL
from hall_daemon.adapters.system.certificate import trusting
from hall_daemon.adapters.system.local_ca import CA_CERT, make_authority
from hall_daemon.adapters.system.replay_clock import TimeKeeper
from hall_daemon.config import Settings, bench, render, simulated
from hall_daemon.matters.days import of_date
from hall_daemon.rehearsal.agenda import HallTime
from hall_daemon.rehearsal.applicants import samples_of
from hall_daemon.rehearsal.credentials import DEMO_PEOPLE, WHOLE_DAY, demo_password, demo_people, provide
from hall_daemon.rehearsal.demo_crowd import DemoCrowd, Entrances
from hall_daemon.rehearsal.demo_past import begin_past
from hall_daemon.rehearsal.hall_client import PagePads
from hall_daemon.rehearsal.launch import Child, Company, StartFailed, free_port
from hall_daemon.staff.rights import Right
from hall_daemon.words.text import CHINESE

PAGE_PORT = 8082
PLATFORM_PORT = 8083
# The share of what the hall asks its platform that meets a fault: real ones are no better.
PLATFORM_FAULTS = "0.05"
READY_S = 20.0
WATCH_S = 0.2
# What a demo leaves in its folder: a folder without it is somebody else's.
MARK = "bench.json"


class NotOurs(Exception):
    """The folder holds something that no demo put there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where to look. `kiosk`: "" when one runs, else why none does. `moved`: ports that were taken. `made_up`: how many
    days before today were made up by dice."""

    staff: str
    public: str
    devices: str
    platform: str
    kiosk: str
    mqtt: str
    data: str
    moved: tuple[str, ...] = ()
    pids: Mapping[str, int] = field(default_factory=dict)
    made_up: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for on the command line. `for_s` None: until it is stopped."""

    folder: Path
    fresh: bool = False
    crowd: bool = True
    kiosk: bool = True
    speed: float = 1.0
    for_s: float | None = None


def show(
    settings: Settings,
    wishes: Wishes,
    stopping: threading.Event,
    opened: Callable[[Places], None],
    tell: Callable[[str], None],
) -> None:
    """Run until `stopping`; `opened` is called once everything runs. Raises StartFailed, NotOurs, OSError."""
    folder = wishes.folder.absolute()
    clear(folder, fresh=wishes.fresh)
    with Company(folder / "log") as company:
        demo = _Demo(settings=settings, wishes=wishes, folder=folder, company=company, stopping=stopping, tell=tell)
        opened(demo.open())
        demo.watch()


def clear(folder: Path, *, fresh: bool) -> None:
    """Make the folder ready; with `fresh` whatever an earlier demo left in it goes."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise NotOurs(f"{folder} holds something that is no demo's; name another folder with --data")
        if fresh:
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


@dataclass(kw_only=True)
class _Demo:
    settings: Settings
    wishes: Wishes
    folder: Path
    company: Company
    stopping: threading.Event
    tell: Callable[[str], None]

    def __post_init__(self) -> None:
        self._moved: list[str] = []
        self._taken: list[int] = []
        self._made_up = 0
        self._credentials: dict[str, str] = {}
        self._crowd: threading.Thread | None = None
        self._start_hall: Callable[[], Child]

    def open(self) -> Places:
        ports = {
            "http": self._port("http", self.settings.http.port),
            "public": self._port("public", self.settings.public.port),
            "mqtt": self._port("mqtt", self.settings.mqtt.port),
            "platform": self._port("platform", PLATFORM_PORT),
        }
        page_port = self._port("device page", PAGE_PORT)
        settings = self._with_people(simulated(self.settings, self.folder, ports))
        self._make_certificate(settings)
        (self.folder / "hall.toml").write_text(render(settings), encoding="utf-8")
        staff, public = f"{settings.http.base}/staff", f"{settings.public.base}/"
        self._write_bench(settings, staff, public)
        simulators = self.company.start(
            "devices",
            (
                *(sys.executable, "-m", "device_drivers.simulators", "--bench", str(self.folder / MARK)),
                *("--dir", str(self.folder / "devices"), "--port", str(page_port)),
            ),
            ready_within_s=READY_S,
        )
        platform = self._start_platform(settings)
        self._begin_history()
        clock, time_file = self._clock()
        def start_hall() -> Child:
            config = str(self.folder / "hall.toml")
            words = (sys.executable, "-m", "hall_daemon.cli", "run", "--config", config, *time_file)
            return self.company.start("hall", words, ready_within_s=READY_S)

        self._start_hall = start_hall
        hall = start_hall()
        if self.wishes.crowd:
            self._start_crowd(settings, clock, hall.ready, simulators.ready["http"])
        kiosk = self._start_kiosk(settings, hall.ready["http"])
        mqtt = hall.ready["mqtt"]
        return Places(
            staff=staff,
            public=public,
            devices=simulators.ready["http"],
            platform=platform,
            kiosk=kiosk,
            mqtt=f"{mqtt['host']}:{mqtt['port']}" if mqtt else "",
            data=str(self.folder),
            moved=tuple(self._moved),
            pids={child.name: child.pid for child in self.company.children},
            made_up=self._made_up,
        )

    def watch(self) -> None:
        """Until told to stop. Raises StartFailed when the hall or its hardware ended by itself."""
        until_s = math.inf if self.wishes.for_s is None else time.monotonic() + self.wishes.for_s
        try:
            while not self.stopping.wait(WATCH_S) and time.monotonic() < until_s:
                self._look()
        finally:
            self.stopping.set()
            if self._crowd is not None:
                self._crowd.join(0.5)

    def _look(self) -> None:
        """A kiosk may be closed, a hall that was killed begins again; whatever else ends by itself is a failure."""
        dead = self.company.dead()
        if dead is not None and dead.name == "hall" and dead.process.returncode < 0:
            self._begin_again(dead)
            return
        if dead is None or dead.name != "kiosk":
            self.company.check()
            return
        code = self.company.end(dead, 0.0)
        words = "" if code == 0 else f" with exit code {code}; its last words:\n{dead.last_words()}"
        self.tell(f"自助机已关闭 · the kiosk was closed{words}")

    def _begin_again(self, dead: Child) -> None:
        """As the service manager would: a hall ended by a signal is started on what it left. Raises StartFailed."""
        code = self.company.end(dead, 0.0)
        self.tell(f"大厅被终止，重新启动 · the hall was ended by signal {-code} and is started again")
        self._start_hall()
        self.tell("大厅已恢复 · the hall is back")

    def _port(self, what: str, wished: int) -> int:
        port = free_port(wished, self._taken)
        self._taken.append(port)
        if port != wished:
            self._moved.append(f"{what}: {wished} 已占用 is taken, {port} instead")
        return port

    def _begin_history(self) -> None:
        """A new hall with some weeks behind it, so that forecasts and statistics have something to say."""
        if (self.folder / JOURNAL).exists() or not any(self.settings.plan.hours.weekly):
            return
        plan = self.settings.plan
        self._made_up = begin_past(plan, self.folder, self._today())

    def _today(self) -> date:
        return datetime.now(ZoneInfo(self.settings.plan.timezone)).date()

    def _with_people(self, settings: Settings) -> Settings:
        """Accounts for whoever looks at the demo, and what its own programs prove themselves with. The page where
        people log in says how."""
        password = demo_password()
        demo_people(settings.data_dir, password)
        kiosks: dict[str, tuple[str, tuple[Right, ...]]] = dict.fromkeys(settings.kiosks, ("kiosk", ()))
        self._credentials = provide(settings.data_dir, {"crowd": ("tool", (*WHOLE_DAY, "review")), **kiosks})
        for name, credential in self._credentials.items():
            write_whole(self.folder / f"{name}.credential", credential.encode(), durable=False, mode=0o600)
        numbers = ", ".join(f"{number} ({' '.join(roles)})" for number, roles in DEMO_PEOPLE.items())
        notice = f"演示 demo: 密码 password {password}; 工号 work numbers {numbers}"
        return replace(settings, access=msgspec.structs.replace(settings.access, notice=notice))

    def _write_bench(self, settings: Settings, staff: str, public: str) -> None:
        file = {
            "title": settings.plan.name[CHINESE][:40],
            "timezone": settings.plan.timezone,
            "devices": bench(settings),
            "links": [
                {"label": "窗口工作台 Staff", "href": staff},
                {"label": "手机页 Phones", "href": public},
            ],
        }
        (self.folder / MARK).write_text(json.dumps(file, ensure_ascii=False, indent=1), encoding="utf-8")

    def _make_certificate(self, settings: Settings) -> None:
        """The demo's own: the hall's key is nobody else's business."""
        folder = self.folder / "tls"
        if (settings.http.cert_file or settings.public.cert_file) and not (folder / CA_CERT).exists():
            make_authority(folder, "Demo", (), datetime.now(UTC))

    def _clock(self) -> tuple[HallTime, tuple[str, ...]]:
        if self.wishes.speed == 1.0:
            return _OwnTime(1.0, time.time), ()
        path = self.folder / "time"
        keeper = TimeKeeper(path, time.time(), self.wishes.speed)
        keeper.allow(math.inf)
        return _OwnTime(keeper.speed, keeper.seconds), ("--time-file", str(path))

    def _start_platform(self, settings: Settings) -> str:
        """The city's approval platform, simulated; its address."""
        write_whole(Path(settings.platform.secret_file), secrets.token_hex(32).encode(), durable=False, mode=0o600)
        words = (sys.executable, "-m", "hall_daemon.rehearsal.city_server", "--config", str(self.folder / "hall.toml"))
        faults = ("--faults", PLATFORM_FAULTS)
        return str(self.company.start("platform", (*words, *faults), ready_within_s=READY_S).ready["http"])

    # -- the kiosk ------------------------------------------------------------------------------------

    def _start_kiosk(self, settings: Settings, url: str) -> str:
        """Start the first kiosk of the configuration; why not, if not."""
        if not self.wishes.kiosk:
            return "未要求 not asked for (--no-kiosk)"
        if not settings.kiosks:
            return "配置中没有 none in the configuration"
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return "没有显示器 no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)"
        kiosk = next(iter(settings.kiosks))
        credential = str(self.folder / f"{kiosk}.credential")
        trust = ("--ca", str(self.folder / "tls" / CA_CERT)) if url.startswith("https:") else ()
        words = ("--url", url, *trust, "--kiosk", kiosk, "--credential", credential, "--windowed")
        try:
            self.company.start("kiosk", (sys.executable, "-m", "kiosk_ui", *words))
        except StartFailed as failed:
            return str(failed)
        return ""

    # -- the crowd ------------------------------------------------------------------------------------

    def _start_crowd(self, settings: Settings, clock: HallTime, ready: Mapping[str, str], page: str) -> None:
        """One for the whole demo: it comes back by itself to a hall that was killed and begins again."""
        bindings = settings.bindings
        entrances = Entrances(
            staff_url=ready["http"],
            public_url=ready["public"],
            pads=bindings.windows["pads"],
            pad_keys=PagePads(page, bindings.devices["pads"]),
            credential=self._credentials["crowd"],
            printer=next(iter(bindings.devices["printers"]), ""),
            trust=trusting(settings.http.cert_file or settings.public.cert_file),
        )
        samples = samples_of(self.settings, of_date(self._today()))
        crowd = DemoCrowd(settings.plan, entrances, clock, self.stopping, self.tell, samples=samples)
        self._crowd = threading.Thread(target=crowd.live, name="crowd", daemon=True)
        self._crowd.start()


@dataclass(frozen=True, slots=True)
class _OwnTime:
    """As a clock on the wall: it waits for nobody."""

    speed: float
    seconds: Callable[[], float]

    def allow(self, until_s: float) -> None:
        """It runs on."""

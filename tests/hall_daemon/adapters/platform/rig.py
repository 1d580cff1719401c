"""A hall whose reviews are played, its platform's thread by hand and in virtual time, and a real simulated platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from hall_daemon.adapters.dossiers.values import DossierError
from hall_daemon.adapters.platform.client import HttpPlatform
from hall_daemon.adapters.platform.port import Platform
from hall_daemon.adapters.platform.service import PlatformService
from hall_daemon.adapters.platform.source import HallSource
from hall_daemon.app.record import Recorded
from hall_daemon.cases.book import Book
from hall_daemon.config import Settings, load
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.platform import words_of
from hall_daemon.domain.plan import Moment
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.guide import Guide
from hall_daemon.rehearsal.city_platform import CityPlatform, Fault, as_the_city_says
from hall_daemon.rehearsal.city_server import CityServer
from tests.hall_daemon.cases.books import PlayedBook

CONFIG = Path("config/hall.toml")
SECRET = b"what hall and platform both know"
TASK = "11330102MB-000151"
HOUR_MS = 3_600_000
PERSON = {
    "operator": {"value": "样例区欧阳小吃店", "origin": "person"}, "rep_name": {"value": "欧阳样例", "origin": "card"},
    "uscc": {"value": "92110101MAKKKKKK67", "origin": "licence"},
}
WORDS = words_of(load(CONFIG).platform)


@cache
def base() -> Settings:
    return load(CONFIG)


@cache
def checker() -> Checker:
    form = read_cabinet(base().matters).forms["food-business-licence"]
    return Checker(replace(form, matter="food", version=3))


@cache
def own_guide() -> Guide:
    """The hall's, as it is without a platform."""
    return read_shelf(base()).guides["food-business-licence"]


def settings(folder: Path, url: str, **changes: Any) -> Settings:
    """The demo's, with one guide `food` of its own and the platform at `url`."""
    guides = folder / "guides"
    guides.mkdir()
    for path in Path("config/guides").absolute().iterdir():
        (guides / path.name).symlink_to(path)
    lines = Path("config/guides/food-business-licence.toml").read_text(encoding="utf-8").splitlines()
    text = "\n".join('title = { zh = "食品", en = "Food" }' if line.startswith("title") else line for line in lines)
    (guides / "food.toml").write_text(text.replace(f'\nform = "{own_guide().form}"', ""), encoding="utf-8")
    secret = folder / "secret"
    secret.write_bytes(SECRET + b"\n")
    said = base().platform
    platform = msgspec.structs.replace(
        said, url=url, app="hall-1", secret_file=str(secret), matters={"food": TASK}, answer_s=10.0, **changes
    )
    return replace(
        base(), platform=platform, data=msgspec.structs.replace(base().data, dir=str(folder)),
        matters=msgspec.structs.replace(base().matters, guides=str(guides)),
    )


@dataclass
class Rig:
    """`dossier` is what `answers` gives; DossierError raises it. `shown`: guides that the hall took over. Time stands
    still but for `forward`."""

    folder: Path
    played: PlayedBook = field(default_factory=lambda: PlayedBook().open())
    platform: CityPlatform = None  # type: ignore[assignment]
    changes: Mapping[str, Any] = field(default_factory=dict)
    dossier: Mapping[str, object] | DossierError = field(default_factory=dict)
    url: str = ""
    ticks_s: float = 0.0
    shown: dict[str, Guide] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        if self.platform is None:
            self.platform = CityPlatform(WORDS, "hall-1", SECRET, lambda: 0.0)
        self.platform.now_s = lambda: self.now().wall / 1000

    def use(self, server: CityServer) -> Rig:
        self.url = server.url
        self.settings = settings(self.folder, self.url, **self.changes)
        self.use_guides()
        return self

    def use_guides(self) -> None:
        self.platform.guides[TASK] = as_the_city_says(own_guide(), TASK, WORDS)

    def lets_out(self, *fields: str) -> None:
        self.set(fields=fields)

    def set(self, **changes: Any) -> None:
        """Change [platform]."""
        platform = msgspec.structs.replace(self.settings.platform, **changes)
        self.settings = replace(self.settings, platform=platform)

    # -- what the thread sees of the hall ------------------------------------------------------------------------

    @property
    def seq(self) -> int:
        return len(self.played.log)

    def events_after(self, seq: int, limit: int = 1000) -> list[Recorded]:
        rows = enumerate(self.played.log[seq : seq + limit], seq + 1)
        return [Recorded(at, moment.tick, moment.wall, "", "", event) for at, (moment, event) in rows]

    def read_book(self, look: Callable[[Book], Any]) -> Any:
        return look(self.played.book)

    def answers(self, case: str, piece: str) -> Mapping[str, object] | None:
        if isinstance(self.dossier, DossierError):
            raise self.dossier
        return self.dossier

    def now(self) -> Moment:
        return Moment(0, self.played.now.wall + int(self.ticks_s * 1000))

    def forward(self, seconds: float) -> None:
        self.ticks_s += seconds

    def service(self, port: Platform | None = None, seq: int = 0) -> PlatformService:
        source = HallSource(
            replica=self, dossiers=lambda: self, matters=frozenset(self.settings.platform.matters),
            fields=frozenset(self.settings.platform.fields), guides=lambda: {"food": own_guide()},
            checkers={"food": checker()},
        )
        real = HttpPlatform(self.settings.platform, WORDS, now_s=lambda: self.now().wall / 1000)
        return PlatformService(
            self.settings, WORDS, source, port or real, self, seq=seq, take=self.shown.update,
            monotonic=lambda: self.ticks_s, random=Random(1),
        )

    def drain(self, service: PlatformService, steps: int = 40) -> None:
        """Until nothing waits, an eleventh of an hour a step."""
        for _ in range(steps):
            service.step()
            if service.settled:
                return
            self.forward(330)
        raise AssertionError(f"still not settled: {service.health()}")

    def states(self) -> dict[str, str]:
        """By review, as the platform has it, in our words."""
        return {id_: WORDS.state_of[each.state] for id_, each in self.platform.cases.items()}

    def ours(self) -> dict[str, str]:
        return {id_: each.state for id_, each in self.played.book.docket.reviews.items() if each.first_sent_wall}

    def said(self, element: str) -> list[object]:
        """What the records that were taken say there, in their order."""
        return [record.get(WORDS.elements[element]) for record in self.platform.taken.values()]

    def on_disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.glob("platform*") if path.is_file())


def first(count: int, *faults: Fault) -> Callable[[str], Fault | None]:
    """These faults in turn for the first `count` questions, then none."""
    asked = iter([faults[at % len(faults)] for at in range(count)])
    return lambda path: next(asked, None)

"""A stand's hall with a matter that is looked at before people come, and a city's platform that hears of it."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from hall_daemon.config.guides import read_shelf
from hall_daemon.config.platform import words_of
from hall_daemon.rehearsal.city_platform import CityPlatform, Fault, as_the_city_says
from hall_daemon.rehearsal.city_server import CityServer
from tests.drills.stand import ROOT, Stand

MATTER = "food-business-licence"
TASK = "11330102MB-000151"
APP = "hall-1"
FIELD = "org.name"
_SHIPPED = ROOT / "config"
# One of three questions meets one of these.
FAULTS: tuple[Fault, ...] = ("error", "lost", "double", "half", "nonsense")
_NEAR = re.compile(r'^matter = ".*"\n', re.MULTILINE)
_TAIL = """
[services.food-permit]
name = {{ zh = "食品经营许可", en = "Food permit" }}
queue = "a"
when_ready = "food-permit-ready"

[services.food-permit-ready]
name = {{ zh = "食品经营许可（预审通过）", en = "Food permit (pre-reviewed)" }}
queue = "a"

[windows.9]
label = "9"
yes = ["food-permit", "food-permit-ready"]

[matters]
guides = "{folder}/guides"
forms = "{folder}/forms"
dictionary = "{folder}/dictionary.toml"

[matters.groups]
business = {{ zh = "开店办企业", en = "Business" }}

[reviews]
calendar = "{folder}/calendar"
most_each = 1000

[papers]
quota_mb = {quota_mb}
"""
_PLATFORM = """
[platform]
url = "{url}"
app = "{app}"
secret_file = "{secret}"
connect_s = 1.0
answer_s = 5.0
fields = ["{field}"]
matters = {{ {matter} = "{task}" }}
"""


def laid_out(folder: Path, quota_mb: int = 4096, service: str = "food-permit") -> str:
    """The matter's files, copied into `folder`, its number of `service`; what of hall.toml speaks of them."""
    for name in ("guides", "forms"):
        (folder / name).mkdir(parents=True)
        shutil.copy(_SHIPPED / name / f"{MATTER}.toml", folder / name)
    guide = folder / "guides" / f"{MATTER}.toml"
    text = guide.read_text(encoding="utf-8")
    # Other matters are not here.
    guide.write_text(_NEAR.sub("", text).replace("food-permit", service), encoding="utf-8")
    shutil.copytree(_SHIPPED / "guides" / "files", folder / "guides" / "files")
    shutil.copytree(_SHIPPED / "calendar", folder / "calendar")
    shutil.copy(_SHIPPED / "dictionary.toml", folder)
    return _TAIL.format(folder=folder, quota_mb=quota_mb)


@contextmanager
def city(stand: Stand, fault: Callable[[str], Fault | None] = lambda path: None) -> Iterator[CityPlatform]:
    """A platform on a socket, of which the stand's hall.toml speaks from now on."""
    secret, settings = secrets.token_hex(32), stand.settings
    (file := stand.folder / "platform-secret").write_text(secret)
    words = words_of(settings.platform)
    platform = CityPlatform(words, APP, secret.encode(), time.time, fault)
    platform.guides[TASK] = as_the_city_says(read_shelf(settings).guides[MATTER], TASK, words)
    with CityServer(platform, wait=lambda: None) as server, stand.config.open("a", encoding="utf-8") as config:
        config.write(
            _PLATFORM.format(url=server.url, app=APP, secret=file, field=FIELD, matter=MATTER, task=TASK)
        )
        config.flush()
        yield platform


def now_and_then(chance: Random) -> Callable[[str], Fault | None]:
    return lambda path: chance.choice(FAULTS) if chance.random() < 1 / 3 else None

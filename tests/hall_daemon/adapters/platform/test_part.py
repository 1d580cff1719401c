"""The platform in a hall that runs: a thread of its own that nobody waits for, and the commands beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from hall_daemon.adapters.platform.port import Away
from hall_daemon.app.record import Accepted, Request
from hall_daemon.bootstrap import Application
from hall_daemon.cases import commands as k
from hall_daemon.config import load
from hall_daemon.domain.refusal import Refused
from hall_daemon.matters.guide import Stopped
from hall_daemon.rehearsal.city_platform import as_the_city_says
from hall_daemon.rehearsal.city_server import CityServer
from tests.bench.daemon import write_config
from tests.hall_daemon.adapters.platform.rig import SECRET, TASK, WORDS, Rig, own_guide
from tests.hall_daemon.cli.words import hall

WaitUntil = Callable[[Callable[[], object]], None]
MATTER = "food-business-licence"


class Silent:
    """A platform that answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.let = threading.Event(), threading.Event()

    def send(self, key: str, record: Mapping[str, object]) -> str:
        self.asked.set()
        self.let.wait(60)
        raise Away("timeout", everybody=True)

    def cases(self, since: str) -> Mapping[str, str]:
        return {}

    def guides(self, tasks: Sequence[str]) -> list[Mapping[str, Any]]:
        return []


def test_a_platform_that_does_not_answer_keeps_nobody_waiting(rig: Rig, wait_until: WaitUntil) -> None:
    rig.played.sent()
    service = rig.service(silent := Silent())
    service.start()
    assert silent.asked.wait(60)
    rig.forward(3600 * 3)
    assert rig.played.sent()  # while it is asked
    assert "answered 180 min ago" in service.health()["platform"]
    silent.let.set()
    told = "degraded: answered 180 min ago (timeout), 2 records wait, the oldest for 180 min"
    wait_until(lambda: service.health()["platform"].startswith(told))
    service.stop()


def test_a_thread_that_dies_is_an_alarm_and_begins_again(
    rig: Rig, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = rig.played.sent()
    service = rig.service()
    steps = [ValueError("broken"), ValueError("broken")]
    real = service.step

    def step() -> float:
        if steps:
            raise steps.pop()
        return real()

    monkeypatch.setattr(service, "step", step)
    seen: list[str] = []
    service.start()
    wait_until(lambda: seen.append(service.health()["platform"]) or rig.states() == {review: "sent"})
    assert any("the thread ended (ValueError('broken'))" in each for each in seen)
    wait_until(lambda: service.health()["platform"].startswith("ok"))
    service.stop()


@contextmanager
def whole_hall(folder: Path, url: str, words: str = "") -> Iterator[Application]:
    """A hall that knows the demo's matters, without their services, and is joined to `url`."""
    write_config(folder / "hall.toml", mqtt="off", tail='\n[data]\ndir = "data"\nmin_free_mb = 1\n')
    guides = folder / "guides"
    guides.mkdir()
    (guides / "files").symlink_to(Path("config/guides/files").absolute())
    for path in Path("config/guides").glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.startswith("service ="))
        (guides / path.name).write_text(text, encoding="utf-8")
    (folder / "secret").write_bytes(SECRET)
    groups = load(Path("config/hall.toml")).matters.groups
    with (folder / "hall.toml").open("a", encoding="utf-8") as file:
        file.write("\n[matters]\n")
        for name in ("forms", "dictionary.toml"):
            file.write(f'{name.removesuffix(".toml")} = "{Path("config").absolute() / name}"\n')
        for group, said in groups.items():
            file.write(f'groups.{group} = {{ zh = "{said["zh"]}", en = "{said["en"]}" }}\n')
        file.write(f'\n[platform]\nurl = "{url}"\napp = "hall-1"\nsecret_file = "secret"\nfields = ["org.name"]\n')
        file.write(f'words = "{words}"\nmatters = {{ {MATTER} = "{TASK}" }}\n')
    app = Application(load(folder / "hall.toml"))
    app.start()
    try:
        yield app
    finally:
        app.stop()


def sent(app: Application) -> str:
    """A review, as the HTTP adapter would have it written."""

    def ask(command: Any) -> Any:
        answer = app.core.ask(Request(command), 60)
        assert isinstance(answer, Accepted), answer
        return answer.events[-1].event

    review: str = ask(k.OpenReview(matter=MATTER, edition=1, token="t")).review
    app.dossiers.store.open_case(review)
    app.dossiers.store.put_answers(review, {"operator": {"value": "样例小吃店", "origin": "person"}})
    ask(k.KeepAnswers(review, 1, "a1", ("operator",)))
    ask(k.SendReview(review=review, version=2))
    return review


def test_a_hall_joined_to_a_platform_and_the_commands_beside_it(
    tmp_path: Path, wait_until: WaitUntil
) -> None:
    rig = Rig(tmp_path / "city")
    config = ("--config", str(tmp_path / "hall.toml"))
    rig.platform.now_s = time.time
    with CityServer(rig.platform, wait=lambda: None) as server:
        with whole_hall(tmp_path, server.url) as app:
            review = sent(app)
            wrong = "1 were refused, 1 guides cannot be taken over: hall platform status"
            wait_until(lambda: app.parts.health()["platform"].endswith(wrong))
            refused = hall("platform", "status", "--json", *config)
            assert (refused.code, refused.json["refused"], refused.json["waiting"]) == (1, 1, 0)
            assert refused.json["records"][0]["why"] == "unknown_task"
            rig.url = server.url
            rig.use_guides()
            assert hall("platform", "send", *config).code == 1  # the guide is still to come
            assert rig.states() == {review: "sent"}
            assert rig.said("form") == [{"org_name": "样例小吃店"}]
            del rig.platform.cases[review]
            compared = hall("platform", "reconcile", "--json", *config).json["compared"]
            assert compared["differences"] == [{"review": review, "what": "missing", "ours": "sent", "theirs": ""}]
            wait_until(lambda: rig.states() == {review: "sent"})
            assert "样例小吃店".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("**/platform.db*"))
        assert hall("platform", "reconcile", "--wait", "0.1", *config).code == 1
        assert review in hall("platform", "status", *config).out


def test_a_guide_of_the_platform_is_shown_while_the_hall_runs_and_no_review_is_lost(
    tmp_path: Path, wait_until: WaitUntil
) -> None:
    rig = Rig(tmp_path / "city")
    rig.platform.now_s = time.time
    rig.platform.guides[TASK] = {**as_the_city_says(own_guide(), TASK, WORDS), "task_version": "12"}
    with CityServer(rig.platform, wait=lambda: None) as server, whole_hall(tmp_path, server.url) as app:

        def shown() -> dict[str, Any]:
            view: dict[str, Any] = requests.get(f"{app.public_url}/api/v1/guides/{MATTER}", timeout=60).json()
            return view["guide"]

        wait_until(lambda: shown().get("version") == 12)
        wait_until(lambda: "1 guides taken over since the start" in app.parts.health()["platform"])
        review = sent(app)
        # Then the platform says that the matter is stopped.
        guide = app._matters.shelf.guides[MATTER]
        stopped = Stopped(since="2026-11-01", text={"zh": "暂停办理"})
        app._matters.take({MATTER: msgspec.structs.replace(guide, stopped=stopped)})
        assert shown()["stopped"]["since"] == "2026-11-01"
        begun = app.core.ask(Request(k.OpenReview(matter=MATTER, edition=1, token="u")), 60)
        assert isinstance(begun, Refused)
        assert begun.code == "unknown_matter"
        for command in (k.LookAt(review, "staff:7"), k.PassReview(review, 0, "staff:7")):
            assert isinstance(app.core.ask(Request(command), 60), Accepted)


def test_a_hall_whose_words_cannot_be_read_goes_on_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text("[paths]\n", encoding="utf-8")
    with whole_hall(tmp_path, "http://127.0.0.1:1", "words.toml") as app:
        assert app.parts.health()["platform"].startswith("degraded: not joined")
        assert app.core.ask(Request(k.OpenReview(matter=MATTER, edition=1, token="t")), 60)


def test_commands_of_a_hall_without_a_platform_say_so(tmp_path: Path) -> None:
    write_config(tmp_path / "hall.toml", mqtt="off")
    said = hall("platform", "status", "--config", str(tmp_path / "hall.toml"))
    assert said.code == 2
    assert "joined to no platform" in said.err
    assert "[elements]" in hall("platform", "words").out

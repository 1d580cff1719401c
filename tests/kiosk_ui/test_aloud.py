"""Pages read aloud: what is said, when, and that it ends with the page. A recorder listens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_ui import words
from kiosk_ui.app import Kiosk
from kiosk_ui.presenters.aloud import aloud, spelled
from kiosk_ui.samples import NOW_S, SENIOR, drawn_number, gallery, shown_as, state, ticket
from kiosk_ui.state import Assist, State
from kiosk_ui.state import steps as s
from kiosk_ui.voice import Espeak
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.pages import LANGUAGES, page
from tests.kiosk_ui.test_app import Clock, Person
from tests.kiosk_ui.tiny_hall import TinyHall, tiny_hall


def said(here: State) -> tuple[str, ...]:
    return aloud(page(here), LANGUAGES["zh"])


def test_every_page_has_something_to_say_in_every_language() -> None:
    for name, here in gallery():
        for language, spoken in LANGUAGES.items():
            told = aloud(page(here, language), spoken)
            assert told, name
            assert all(sentence.strip() for sentence in told), name


def test_home_says_what_can_be_done_and_a_number_its_digits() -> None:
    assert said(state(step=s.FIRST))[:2] == ("您想办什么？", "取号排队，现在多数事项约 20–35 分钟")
    told = said(state(step=drawn_number(ticket())))
    assert told[0] == "您的号码，A 零 一 二"
    assert "请坐到，A 区" in told
    assert spelled("B07", LANGUAGES["en"]) == "B zero seven"


def test_what_is_typed_is_never_said() -> None:
    for step in (s.LookUp("A0127"), s.Search("canary")):
        told = " ".join(said(state(step=step)))
        assert "0127" not in told
        assert "canary" not in told


def test_the_countdown_interrupts_the_page() -> None:
    counting = replace(state(step=s.LookUp()), now_s=NOW_S + 52.4)
    assert said(counting) == ("您还在吗？", "13 秒后清除您填的内容，回到首页", "继续")


def test_a_machine_that_cannot_speak_offers_no_reading() -> None:
    mute = replace(state(), speaks=False)
    assert "spoken" not in [assist.name for assist in page(mute).assists]
    assert "repeat" not in [assist.name for assist in page(shown_as(mute, assist=SENIOR)).assists]


class Recorder:
    """A voice that only remembers; it speaks until it is hushed or told to end."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.speaking = False

    def say(self, sentences: Sequence[str], language: str) -> None:
        self.heard.append((language, sentences[0]))
        self.speaking = True

    def hush(self) -> None:
        self.speaking = False


def test_pages_are_read_when_they_change_and_nobody_is_timed_out_who_listens(qt: object, served: TinyHall) -> None:
    voice, clock = Recorder(), Clock()
    window = KioskWindow(closable=True)
    kiosk = Kiosk("kiosk-1", served.url, words.load(), window, monotonic=clock, voice=voice)
    window.resize(540, 960)
    window.show()
    kiosk.start(timer=False)
    person = Person(kiosk, clock)
    person.sees("home")
    assert voice.heard == []
    person.touch("spoken")
    person.touch("draw")
    person.touch("language")
    assert voice.heard == [("zh", "您想办什么？"), ("zh", "办哪一类事？"), ("en", "What is it about?")]
    person.later(200)  # it is being read all the while
    assert kiosk.state.countdown_left_s is None
    voice.speaking = False
    person.later(91)
    assert voice.heard[-1] == ("en", "Are you still there?")
    person.later(20)
    assert not voice.speaking  # whoever comes next hears nothing of it
    assert kiosk.state.session.assist == Assist()
    kiosk.stop()
    window.close()
    window.deleteLater()
    kiosk.deleteLater()


@pytest.fixture
def served() -> Iterator[TinyHall]:
    with tiny_hall() as served:
        yield served


def test_a_child_is_given_the_sentences_by_a_pipe_and_ends_when_hushed(tmp_path: Path) -> None:
    heard, program = tmp_path / "heard", tmp_path / "speak"
    program.write_text(f'#!/bin/sh\necho "$@" > {heard}.args\ncat > {heard}\nexec sleep 60\n')
    program.chmod(0o755)
    os.mkfifo(heard)
    voice = Espeak(str(program))
    voice.say(("您的号码", "A 零 一 六"), "zh")
    assert heard.read_text() == "您的号码\nA 零 一 六"
    assert voice.speaking
    voice.hush()
    assert not voice.speaking
    assert "零" not in Path(f"{heard}.args").read_text()
    Espeak(str(tmp_path / "nowhere")).say(("x",), "zh")  # said in the log, and the page stays

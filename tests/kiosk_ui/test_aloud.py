"""Pages read aloud: what is said, when, and that it ends with the page. A recorder listens."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from kiosk_ui import words
from kiosk_ui.app import Kiosk
from kiosk_ui.keypad import Keypad, acts, jacks
from kiosk_ui.presenters import present
from kiosk_ui.presenters.aloud import aloud, spelled
from kiosk_ui.presenters.page import Choices
from kiosk_ui.samples import NOW_S, SENIOR, drawn_number, gallery, shown_as, state, ticket
from kiosk_ui.state import Assist, State
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from kiosk_ui.voice import Espeak
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.pages import LANGUAGES, page
from tests.kiosk_ui.steps import pressed
from tests.kiosk_ui.test_app import Clock, Person
from tests.kiosk_ui.tiny_hall import TinyHall, tiny_hall

# What is said first on the first page.
HALL, HALL_EN = "示范区政务服务大厅，开放中 · 12:00 结束", "Demonstration District Service Hall，Open until 12:00"


def said(here: State) -> tuple[str, ...]:
    return aloud(page(here), LANGUAGES["zh"])


def test_every_page_has_something_to_say_in_every_language() -> None:
    for name, here in gallery():
        for language, spoken in LANGUAGES.items():
            told = aloud(page(here, language), spoken)
            assert told, name
            assert all(sentence.strip() for sentence in told), name


def test_home_says_what_can_be_done_and_a_number_its_digits() -> None:
    assert said(state(step=s.FIRST))[:3] == (HALL, "您想办什么？", "取号排队，现在多数事项约 20–35 分钟")
    told = said(state(step=drawn_number(ticket())))
    assert told[0] == "您的号码，A 零 一 二"
    assert "请坐到，A 区" in told
    assert spelled("B07", LANGUAGES["en"]) == "B zero seven"


def test_what_is_typed_is_never_said() -> None:
    for step in (s.LookUp("A0127"), s.Search(typed="canary")):
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
    """A voice that only remembers; it speaks until it is hushed or told to end, and one that is `quick` at no time."""

    def __init__(self, *, quick: bool = False) -> None:
        self.heard: list[tuple[str, str]] = []
        self.speaking = False
        self.quick = quick

    def say(self, sentences: Sequence[str], language: str) -> None:
        self.heard.append((language, sentences[0]))
        self.speaking = not self.quick

    @property
    def last(self) -> str:
        return self.heard[-1][1]

    def hush(self) -> None:
        self.speaking = False


@contextmanager
def listener(served: TinyHall, voice: Recorder, keypad: Keypad | None = None) -> Iterator[Person]:
    """Somebody in front of a kiosk that speaks."""
    clock, window = Clock(), KioskWindow(closable=True)
    kiosk = Kiosk("kiosk-1", served.url, words.load(), window, monotonic=clock, voice=voice, keypad=keypad)
    window.resize(540, 960)
    window.show()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window.watch(application)
    kiosk.start(timer=False)
    person = Person(kiosk, clock)
    person.sees("home")
    yield person
    kiosk.stop()
    application.removeEventFilter(window)
    window.close()
    window.deleteLater()
    kiosk.deleteLater()


def test_pages_are_read_when_they_change_and_nobody_is_timed_out_who_listens(qt: object, served: TinyHall) -> None:
    voice = Recorder()
    with listener(served, voice) as person:
        check_being_read(voice, person, person.kiosk)


def check_being_read(voice: Recorder, person: Person, kiosk: Kiosk) -> None:
    assert voice.heard == []
    person.touch("spoken")
    person.touch("draw")
    person.touch("language")
    assert voice.heard == [("zh", HALL), ("zh", "办哪一类事？"), ("en", "What is it about?")]
    person.later(200)  # it is being read all the while
    assert kiosk.state.countdown_left_s is None
    voice.speaking, voice.quick = False, True
    person.wait_for(lambda: not heard_on(kiosk))
    person.later(91)
    assert ("en", "Are you still there?") in voice.heard
    person.wait_for(lambda: not heard_on(kiosk))
    person.later(20)
    assert not voice.speaking  # whoever comes next hears nothing of it
    assert kiosk.state.session.assist == Assist()


def heard_on(kiosk: Kiosk) -> bool:
    """More is read by itself; a tick of no time says the next thing."""
    kiosk.tick()
    reader = kiosk._reader
    assert reader is not None
    return reader.busy


# -- four keys -------------------------------------------------------------------------------------

NEXT, BACK, CHOOSE, AGAIN = Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_R


def strike(person: Person, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(person.kiosk.window, key)
        for _ in range(3):  # the key, its press, what came of it
            QApplication.processEvents()


def walk_to(person: Person, voice: Recorder, words_: str) -> None:
    """Next, until it is said; nothing is so far away."""
    for _ in range(60):
        if words_ in voice.last:
            return
        strike(person, NEXT)
    raise AssertionError(f"{words_} is never said: {voice.heard[-60:]}")


def test_a_number_is_drawn_by_four_keys_alone(qt: object, served: TinyHall) -> None:
    voice = Recorder()
    with listener(served, voice) as person:
        strike(person, NEXT)
        assert voice.heard == []  # nobody listens yet
        strike(person, AGAIN)
        assert voice.last == HALL
        strike(person, NEXT)
        assert voice.last == "您想办什么？"
        strike(person, NEXT)
        assert voice.last.startswith("取号排队")
        assert ringed(person) == "draw"
        strike(person, BACK, BACK, NEXT, NEXT, AGAIN)
        assert [said for _, said in voice.heard[-2:]] == [voice.last, voice.last]
        strike(person, CHOOSE)
        assert voice.last == "办哪一类事？"
        walk_to(person, voice, "综合业务")
        strike(person, CHOOSE)
        walk_to(person, voice, "综合咨询")
        strike(person, CHOOSE)
        person.sees("number")
        person.wait_for(lambda: voice.last == "您的号码，A 零 一 二")
        assert len(served.drawn) == 1


def ringed(person: Person) -> str:
    focused = person.kiosk.window.focusWidget()
    return focused.objectName() if isinstance(focused, Touch) and focused.ringed else ""


def test_in_senior_mode_what_is_said_is_written_too(qt: object, served: TinyHall) -> None:
    voice = Recorder()
    with listener(served, voice) as person:
        person.touch("senior")
        assert f"正在念：{HALL}" in person.read()
        strike(person, NEXT, NEXT)
        assert any(text.startswith("正在念：取号") for text in person.read())


def test_every_way_of_showing_and_the_language_are_reached_by_keys(qt: object, served: TinyHall) -> None:
    voice = Recorder()
    with listener(served, voice) as person:
        strike(person, AGAIN)
        walk_to(person, voice, "高对比度显示，未开启")
        strike(person, CHOOSE)
        assert voice.last == "高对比度显示，已开启"
        walk_to(person, voice, "English")
        strike(person, CHOOSE)
        assert voice.heard[-1] == ("en", HALL_EN)
        walk_to(person, voice, "Read the page aloud, on")
        strike(person, CHOOSE)
        assert not voice.speaking
        assert not person.kiosk.window.listening


def test_what_is_typed_by_keys_is_counted_and_never_said(qt: object, served: TinyHall) -> None:
    voice = Recorder()
    with listener(served, voice) as person:
        person.touch("spoken")
        person.touch("lookup")
        walk_to(person, voice, "A")
        for key in ("key-A", "key-0", "key-7"):
            person.touch(key)
        assert voice.last == "已输入 3 位"
        assert "07" not in " ".join(said for _, said in voice.heard)


def test_by_itself_a_page_is_read_without_its_keyboard_and_ends(qt: object, served: TinyHall) -> None:
    voice = Recorder(quick=True)
    with listener(served, voice) as person:
        person.touch("spoken")
        person.touch("lookup")
        del voice.heard[:]
        person.wait_for(lambda: not heard_on(person.kiosk))
        said = [text for _, text in voice.heard]
        assert said[:1] == ["号码印在小票上，例如 A012"]
        assert said[-3:] == ["返回", "首页", "叫人帮忙"]
        assert "1" not in said


def test_a_third_language_makes_the_key_a_list() -> None:
    three = {**LANGUAGES, "zh-Hant": words.Words("zh-Hant", words.read("zh"), "繁體中文")}
    here = state(step=s.LookUp("A01"))
    assert present(here, LANGUAGES).assists[-1].title == "English"
    assert present(here, three).assists[-1].title == "语言"
    listed = present(pressed(here, e.Key.OPEN_LANGUAGES), three)
    assert listed.name == "languages"
    assert isinstance(listed.body, Choices)
    assert [(one.title, one.chosen) for one in listed.body.choices] == [
        ("中文", True), ("English", False), ("繁體中文", False)]
    spoken = pressed(here, e.Key.OPEN_LANGUAGES, e.Switch("large"), e.Speak("zh-Hant"))
    assert (spoken.session.language, spoken.session.step) == ("zh-Hant", s.LookUp("A01"))
    assert present(spoken, three).name == "lookup"
    back = pressed(here, e.Key.OPEN_LANGUAGES, e.Key.TURN_LEAF, e.Key.BACK)
    assert back.session == here.session
    assert pressed(here, e.Key.OPEN_LANGUAGES, e.Key.CALL_HELP).session.languages == -1


# -- headphones ------------------------------------------------------------------------------------


def pressed_keys(*events: tuple[int, int, int]) -> bytes:
    return b"".join(struct.pack("@llHHi", 0, 0, *event) for event in events)


def test_headphones_and_a_keypad_of_the_kernel(qt: object, served: TinyHall, tmp_path: Path) -> None:
    device = tmp_path / "event7"
    os.mkfifo(device)
    writing = os.open(device, os.O_RDWR)
    voice, pad = Recorder(), Keypad((), lambda: [str(device)])
    with listener(served, voice, pad) as person:
        os.write(writing, pressed_keys((5, 2, 1)))  # something is plugged into the jack
        person.wait_for(lambda: voice.heard == [("zh", HALL)])
        os.write(writing, pressed_keys((1, 108, 1), (0, 0, 0), (1, 108, 2), (1, 108, 0)))  # down, held, up
        person.wait_for(lambda: voice.last == "您想办什么？")
        os.write(writing, pressed_keys((1, 108, 1)))
        person.wait_for(lambda: voice.last.startswith("取号排队"))
        os.write(writing, pressed_keys((1, 28, 1)))
        person.wait_for(lambda: voice.last == "办哪一类事？")
        os.write(writing, pressed_keys((5, 2, 0)))
        person.wait_for(lambda: not person.kiosk.state.session.assist.spoken)
        assert not voice.speaking
    os.close(writing)


def test_headphones_of_a_keypad_that_is_a_keyboard(qt: object, served: TinyHall) -> None:
    """As X and Wayland name F15 and F16."""
    voice = Recorder()
    with listener(served, voice) as person:
        strike(person, Qt.Key.Key_Launch6)
        assert voice.last == HALL
        strike(person, Qt.Key.Key_Launch7)
        assert not voice.speaking
        strike(person, Qt.Key.Key_F15, Qt.Key.Key_F16)
        assert not person.kiosk.state.session.assist.spoken


def test_a_keypad_that_goes_is_looked_for_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    device = tmp_path / "event7"
    pad = Keypad((str(device),))
    assert pad.plug() == []
    assert pad.plug() == []
    assert caplog.text.count("group input") == 1
    device.write_bytes(pressed_keys((1, 106, 1)))
    (one,) = pad.plug()
    assert pad.plug() == []
    assert pad.read(one) == ["next"]
    assert pad.read(one) is None  # nothing more comes of it
    (again,) = pad.plug()
    assert pad.read(again) == ["next"]
    pad.close()


def test_jacks_are_found_in_what_the_kernel_lists() -> None:
    listing = (
        'N: Name="HDA Intel PCH Headphone"\nH: Handlers=event7 \nB: EV=21\nB: SW=4\n\n'
        'N: Name="Lid Switch"\nH: Handlers=event0 \nB: EV=21\nB: SW=1\n\n'
        'N: Name="Keypad"\nH: Handlers=sysrq kbd event3\nB: EV=120013\nB: KEY=1 0\n'
    )
    assert jacks(listing) == ("/dev/input/event7",)
    assert acts(pressed_keys((1, 999, 1), (2, 0, 1)) + b"cut off") == []


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


def test_a_program_that_hangs_counts_as_speaking_for_a_while_only(tmp_path: Path) -> None:
    """Else a sound card that takes nothing would keep somebody's session for ever: nobody is idle who listens."""
    program, clock = tmp_path / "speak", Clock()
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    voice = Espeak(str(program), clock)
    voice.say(("您的号码" * 20,), "zh")
    clock.now_s += 30
    assert voice.speaking
    clock.now_s += 60
    assert not voice.speaking

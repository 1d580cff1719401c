"""The kiosk's own program with a person in it: `python -m tests.drills.kiosk_person SESSIONS SEED KIOSK-ARGUMENTS…`.

Everybody is the same made-up person, who fills forms in, looks things up and draws numbers, and goes in every way that
there is. What was done is a line of JSON on stdout; the exit code is 3 where something was raised.
"""

from __future__ import annotations

import json
import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable

from PyQt6.QtCore import QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from kiosk_ui import __main__ as program
from kiosk_ui.app import Kiosk
from kiosk_ui.state import drafts, filling
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from tests.drills.canary_person import BORN, ID_NUMBER, NAME, PHONE, TYPED
from tests.kiosk_ui.finger import Finger, settle

_MATTER = "food-business-licence"
_QUESTIONS = 80


class Person:
    """One session after another."""

    def __init__(self, kiosk: Kiosk, seed: int) -> None:
        self.finger = Finger(kiosk)
        self.kiosk = kiosk
        self.chance = random.Random(seed)
        self.done: Counter[str] = Counter()
        self._ways: tuple[tuple[Callable[[], None], int], ...] = (
            (self.fills_in, 3), (self.looks_up, 3), (self.searches, 2), (self.draws, 3), (self.reads, 1),
        )

    def visit(self) -> None:
        self.finger.on("home")
        ways, weights = zip(*self._ways, strict=True)
        (way,) = self.chance.choices(ways, weights)
        if self.chance.random() < 0.3:
            self.finger.touch(self.chance.choice(("large", "contrast", "low", "senior", "language")))
        way()
        self.done[way.__name__] += 1
        self.goes()

    def goes(self) -> None:
        """By the key for it, or without a word: then the time wipes."""
        if self.chance.random() < 0.03:
            self.done["idle"] += 1
            self.finger.until(lambda: self.kiosk.state.fresh, "wiped")
        while not self.kiosk.state.fresh:
            if not self.finger.touch("finish") and not self.finger.touch("home"):
                self.finger.touch("confirm")
                self.finger.touch("leave")
            if self.finger.page == "home":
                self.kiosk.happen(e.Pressed(e.Key.FINISH, "done"))
            QTest.qWait(1)
        settle()

    # -- what people do ----------------------------------------------------------------------------

    def draws(self) -> None:
        if self.finger.touch("draw"):
            for name in ("queue-a", "service-one", "take"):
                self.finger.touch(name)
            self.finger.until(lambda: self.finger.page not in ("drawing", "choose"), "a number")
            self.done["numbers"] += self.finger.page == "number"

    def looks_up(self) -> None:
        """A pre-review by the digits of a number and of a paper."""
        self.kiosk.happen(e.Pressed(e.Key.OPEN_LOOKUP, "k"))
        self.kiosk.happen(e.Pressed(e.Key.OPEN_REVIEW, "k"))
        settle()
        if self.type("20261128000012") and self.type(ID_NUMBER):
            self.done["identified"] += self.finger.touch("find")
            self.finger.until(lambda: not isinstance(self.kiosk.state.session.step, s.Waiting), "an answer")

    def searches(self) -> None:
        self.kiosk.happen(e.Pressed(e.Key.OPEN_GUIDES, "k"))
        self.kiosk.happen(e.Pressed(e.Key.OPEN_SEARCH, "k"))
        settle()
        self.type(TYPED)

    def reads(self) -> None:
        self.finger.touch("lookup", "lookups", "notices")
        self.finger.touch("back")
        self.finger.touch("waits")

    def fills_in(self) -> None:
        """To some question, or to the end, to the papers, to the hall."""
        for press in (e.Key.OPEN_GUIDES, e.ChooseGroup("business"), e.ChooseGuide(_MATTER)):
            self.kiosk.happen(e.Pressed(press, "k"))
        self.finger.until(lambda: self.finger.key("form") is not None or self.kiosk.state.fresh, "a guide")
        self.finger.touch("form")
        self.finger.until(lambda: not isinstance(self.kiosk.state.session.step, s.Waiting), "its form")
        for _ in range(self.chance.choice((3, 12, _QUESTIONS, _QUESTIONS))):
            step = self.kiosk.state.session.step
            if not isinstance(step, s.Asking) or not self.answer(step):
                break
        if isinstance(self.kiosk.state.session.step, s.Check):
            self.done["filled"] += 1
            if self.finger.touch("hand-in"):
                self.finger.until(lambda: not isinstance(self.kiosk.state.session.step, s.Waiting), "the papers")
                self.done["handed in"] += isinstance(self.kiosk.state.session.step, s.Papers)

    def answer(self, step: s.Asking) -> bool:
        """The question that is open, with the keys it has; a name as if its words had been chosen."""
        field = drafts.asked_at(step.draft, step.at)
        if field.kind == "group":
            return self.finger.touch("next")
        if field.options:
            wanted = field.sample if isinstance(field.sample, list) else [field.sample]
            for value in wanted:
                self.kiosk.happen(e.Pressed(e.ChooseOption(str(value)), "k"))
        elif field.kind in filling.DIGITS:
            told = {"id_number": ID_NUMBER, "phone": PHONE, "date": BORN if "birth" in field.id else ""}
            self.type(_digits(told.get(field.kind) or field.sample))
        elif field.sample is not None and not step.typed:
            text = NAME if field.kind == "name" else str(field.sample)
            self.kiosk.happen(e.Pressed(e.PickText(text, 0), "k"))
        settle()
        if self.kiosk.state.session.step != step and self._elsewhere(step):
            return True
        return self.finger.touch("next") and (self._elsewhere(step) or self.finger.touch("next"))

    def _elsewhere(self, step: s.Asking) -> bool:
        here = self.kiosk.state.session.step
        return not isinstance(here, s.Asking) or here.at != step.at

    def type(self, text: str) -> bool:
        return all(self.finger.touch(f"key-{sign}") for sign in text)


def _digits(sample: object) -> str:
    return "".join(sign for sign in str(sample or "1") if sign.isdigit() or sign == ".")


class Lived(Kiosk):
    """A kiosk whose people come by themselves."""

    sessions, seed, code = 1, 1, 0

    def start(self, *, timer: bool = True) -> None:
        super().start(timer=timer)
        QTimer.singleShot(0, self._live)

    def _live(self) -> None:
        person = Person(self, self.seed)
        try:
            for _ in range(self.sessions):
                person.visit()
                assert self.window.isFullScreen(), "the kiosk is not full screen"
        except Exception:  # noqa: BLE001  whatever it is, the drill says so and fails
            traceback.print_exc()
            Lived.code = 3
        print(json.dumps(person.done), flush=True)
        QApplication.exit(0)


if __name__ == "__main__":
    Lived.sessions, Lived.seed = int(sys.argv[1]), int(sys.argv[2])
    del sys.argv[1:3]
    raised: list[object] = []
    sys.excepthook = lambda kind, error, where: (raised.append(error), traceback.print_exception(error))[0]
    program.Kiosk = Lived  # type: ignore[misc]
    sys.exit(program.main() or Lived.code or 3 * bool(raised))

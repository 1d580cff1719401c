"""Large is larger, in 长辈模式 larger still; the longest names fit on every leaf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from kiosk_ui.presenters.page import Choices
from kiosk_ui.samples import ENQUIRY, QUEUES, SENIOR, SERVICES, hall, queue, service, shown_as, state
from kiosk_ui.state import Assist, Language, State
from kiosk_ui.state import steps as s
from kiosk_ui.widgets.label import Label
from kiosk_ui.widgets.look import Look, Role
from kiosk_ui.widgets.touch import Touch
from kiosk_ui.widgets.window import KioskWindow
from tests.kiosk_ui.screens import LANGUAGES, Open, faults, lay, page_of, visible

LARGER = 1.3
MODES = {"large": Assist(large=True), "senior": SENIOR}
LONG = (
    ("long-1", "食品经营许可证核发（新办）", "Issue of a food business permit, first application"),
    ("long-2", "城乡居民基本养老保险参保登记", "Registration for the pension insurance of residents"),
    ("long-3", "国有建设用地使用权及房屋所有权转移登记", "Transfer of a right to use state land and of a house on it"),
    ("long-4", "基本医疗保险参保人员异地就医备案", "Record of medical treatment outside of the home district"),
    ("long-5", "道路货物运输经营许可", "Licence for the carriage of goods by road"),
)


def long_names() -> Iterator[tuple[str, State]]:
    """Pages with the longest names of real matters."""
    services = tuple(service(*row, "general") for row in LONG)
    view = hall(services=(*services, *(service(*row) for row in SERVICES[4:])))
    yield "long-services", state(view, step=s.Services("general"))
    yield "long-matter", state(view, step=s.Matter("general", "long-3"))
    yield "long-grounds", state(view, step=s.Grounds(s.Matter("general", "long-3")))
    few = hall(services=services[:4])
    yield "long-choose", state(few)
    full = tuple(service(*row, "general", open=False, closed_because="service_full", daily_cap=60) for row in LONG[:2])
    yield "long-full", state(hall(services=(*full, *services[2:])), step=s.Services("general"))


def leaves(here: State, screen: str, language: Language, look: Assist, window: KioskWindow) -> Iterator[str]:
    """Lays out every leaf of a page, one after another."""
    for leaf in range(12):
        page = page_of(shown_as(here, step=leafed(here.session.step, leaf)), screen, LANGUAGES, language, look)
        lay(window, page)
        yield f"leaf {leaf}"
        last = not isinstance(page.body, Choices) or window.findChild(Touch, "more") is None
        if last:
            return


def leafed(step: s.Step, leaf: int) -> s.Step:
    return replace(step, leaf=leaf) if isinstance(step, s.Choose | s.Services | s.Grounds) else step


def read(here: State, screen: str, language: Language, look: Assist, window: KioskWindow) -> dict[str, list[int]]:
    """Every text of a page, on all its leaves, with the sizes it is painted in."""
    found: dict[str, list[int]] = {}
    for _ in leaves(here, screen, language, look, window):
        for label in visible(window, Label):
            if isinstance(label, Label) and label.text().strip() and label.parentWidget().objectName() != "more":
                found.setdefault(label.text(), []).append(label.font().pixelSize())
    return found


@pytest.mark.parametrize("tall", [True, False])
@pytest.mark.parametrize("role", [role for role in get_args(Role) if role != "number"])
def test_every_role_is_larger(role: Role, tall: bool) -> None:
    """1.3 times the ordinary page in large print, half as large again in 长辈模式; the number has 60 mm already."""
    width, height = (1080, 1920) if tall else (1280, 1024)

    def capital(assist: Assist) -> float:
        look = Look(px_per_mm=4.0, width_px=width, height_px=height, assist=assist, language="zh")
        return look.capital_mm(role)

    assert capital(Assist(large=True)) >= LARGER * capital(Assist())
    assert capital(SENIOR) >= 1.5 * capital(Assist()) - 0.01


@pytest.mark.parametrize(("screen", "look", "language"), [
    *(("upright", look, "en") for look in (Assist(), *MODES.values())), ("upright", SENIOR, "zh"),
    *(("wide", look, "en") for look in (Assist(), *MODES.values())),
])
def test_long_names_fit_on_every_leaf(open_window: Open, screen: str, look: Assist, language: Language) -> None:
    window = open_window(screen)
    for name, here in long_names():
        for leaf in leaves(here, screen, language, look, window):
            assert faults(window) == [], (name, leaf)


def test_waits_and_people_stay_where_a_person_chooses(open_window: Open) -> None:
    window = open_window("upright")
    for step, people in ((s.Choose(), "12 人等候"), (s.Services("general"), "3 人"), (s.Grounds(ENQUIRY), "3 人")):
        told = " ".join(read(state(step=step), "upright", "zh", Assist(large=True), window))
        assert "5–10 分钟" in told, step
        assert people in told, step
        assert "5–10 分钟" in " ".join(read(state(step=step), "upright", "zh", SENIOR, window)), step


def test_words_keep_their_size_while_figures_change(open_window: Open) -> None:
    window = open_window("upright")
    sizes = set()
    for waiting in (3, 4, 123):
        view = hall(queues=(queue(*QUEUES[0][:4], waiting, QUEUES[0][5]),))
        lay(window, page_of(state(view, step=ENQUIRY), "upright", LANGUAGES, "zh", SENIOR))
        title = window.findChild(Label, "title")
        assert title is not None
        sizes.add(title.font().pixelSize())
    assert len(sizes) == 1

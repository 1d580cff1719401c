"""One's own card on the reader, before anything is touched: what is under way with it, against a real hall."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from device_drivers.events import PersonCard
from hall_daemon.wire.kiosks import ReadSort
from kiosk_ui.presenters.page import Home
from kiosk_ui.state import events as e
from kiosk_ui.state import steps as s
from tests.hall_daemon.adapters.http.review_halls import Case, ReviewHall
from tests.kiosk_ui.pages import names, page
from tests.kiosk_ui.visitors import Visitor

# Nobody else's in this hall.
PASSED, NEVER = "110101199003070919", "110101199003070927"


def card(number: str) -> PersonCard:
    return PersonCard(document="resident", number=number, name="测试甲")


def test_the_card_leads_to_the_pre_review_and_one_touch_to_its_number(rig: ReviewHall) -> None:
    case = Case(rig, id_number=PASSED).sent()
    case.passed()
    Case(rig, id_number=PASSED).sent()  # another one, that nothing can be done about
    visitor = Visitor(rig)
    visitor.read(card(PASSED))
    step = visitor.step
    assert isinstance(step, s.Review), step
    assert (step.view.review, step.view.state) == (case.id, "passed")
    assert "draw-prepared" in names(page(visitor.state).actions)
    visitor.press(e.Key.DRAW_PREPARED)
    number = visitor.step
    assert isinstance(number, s.Number), number
    assert rig.staff.get(f"/api/v1/tickets/{number.issued.number}").json()["prepared"] is True
    assert PASSED not in repr(visitor.state)
    visitor.press(e.Key.FINISH)
    assert case.seen["number"] == number.issued.number
    assert visitor.state.fresh


def test_who_is_to_mend_something_goes_straight_on_with_it(rig: ReviewHall) -> None:
    number = "110101199003070935"
    case = Case(rig, id_number=number).sent()
    area = {"of": "field", "id": "area", "code": "other", "words": "请写实际面积"}
    assert case.desk("mend", {"defects": [area]}, version=case.looked()).status_code == 200
    visitor = Visitor(rig)
    visitor.press(e.Key.OPEN_LOOKUP)
    visitor.read(card(number))
    assert page(visitor.state).name == "review-mend"
    visitor.press(e.MendEntry(0))
    step = visitor.step
    assert isinstance(step, s.Asking), step
    assert step.at.field == "area"


def test_a_card_of_whom_nothing_is_known_leaves_one_where_one_was(rig: ReviewHall) -> None:
    visitor = Visitor(rig)
    visitor.read(card(NEVER))
    shown = page(visitor.state)
    assert shown.name == "home"
    assert shown.banner is not None
    assert "可以直接取号" in shown.banner.text
    visitor.press(e.Key.OPEN_CHOOSE)
    assert page(visitor.state).banner is None


def test_the_first_page_says_that_a_card_will_do(rig: ReviewHall) -> None:
    visitor = Visitor(rig)
    ways: dict[tuple[ReadSort, ...], str] = {("card", "code"): "身份证", ("code",): "手机上有码", (): ""}
    for reads, words in ways.items():
        here = replace(visitor.state, settings=structs.replace(visitor.state.settings, reads=reads))
        body = page(here).body
        assert isinstance(body, Home)
        assert words in body.strip if words else body.strip == ""

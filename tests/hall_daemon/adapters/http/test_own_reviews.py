"""A pre-review found by its number and that of its person's paper: at a kiosk, and by nobody who guesses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from device_drivers.events import PersonCard, Read
from device_drivers.ports import PrintOutcome, Slip, Text
from hall_daemon.adapters.http.lends import GOOD_S, Lends
from hall_daemon.app.readings import KioskReadings
from hall_daemon.wire.kiosks import KioskSettings
from tests.hall_daemon.adapters.http.review_halls import CANARY, Case, ReviewHall, review_hall

READINGS = KioskReadings({"cards-1": "kiosk-1"}, time.monotonic, 500)
KIOSK, OTHER = ({"X-Hall-Client": f"kiosk:kiosk-{n}"} for n in (1, 2))
PRINTED: list[tuple[str, Slip]] = []


def prints(printer: str, job: str, slip: Slip, on_done: Callable[[PrintOutcome], None]) -> None:
    """On a thread of its own, as a printer does."""
    PRINTED.append((printer, slip))
    threading.Thread(target=on_done, args=(PrintOutcome(job, "failed", "paper_out"),)).start()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHall]:
    given = {"readings": READINGS, "kiosks": {"kiosk-1": KioskSettings()}, "print_slip": prints}
    with review_hall(tmp_path_factory.mktemp("own"), hall=given) as rig:
        yield rig


def laid(number: str = CANARY) -> int:
    """A card on the reader of kiosk-1; the number of its reading."""
    READINGS.forget("kiosk-1")
    READINGS.want("kiosk-1", ("card",), 60)
    READINGS.put(Read("cards-1", PersonCard(document="resident", number=number)))
    kept = READINGS.next_after("kiosk-1", 0, ("card",))
    assert kept is not None
    return kept.n


def test_both_numbers_find_it_and_no_answer_comes_back(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    found = rig.staff.post(f"{case.path}/own", {"id_number": CANARY.lower()})
    assert found.status_code == 200, found.text
    assert (found.json()["review"], found.json()["state"]) == (case.id, "sent")
    assert CANARY not in found.text
    assert found.json() == case.seen


def test_whatever_is_wrong_is_the_same_answer(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    wrong = [
        rig.staff.post(f"{case.path}/own", {"id_number": "110101199003070011"}),
        rig.staff.post(f"{case.path}/own", {}),
        rig.staff.post("/api/v1/reviews/YS-20200101-000001/own", {"id_number": CANARY}),
    ]
    assert {each.status_code for each in wrong} == {404}
    assert len({each.text for each in wrong}) == 1


def test_a_phone_cannot_ask_and_who_tries_numbers_through_is_stopped(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    assert rig.public.post(f"{case.path}/own", {"id_number": CANARY}).status_code == 404
    tried = [rig.staff.post(f"{case.path}/own", {"id_number": f"{n:018}"}).status_code for n in range(7)]
    assert tried.count(404) <= 5 < len(tried)
    assert tried[-1] == 429


def test_who_lays_the_card_is_lent_a_secret_for_that_kiosk_and_session(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    lent = rig.staff.post(f"{case.path}/lend", {"reading": laid()}, headers=KIOSK)
    assert lent.status_code == 200, lent.text
    token = {"Case-Token": lent.json()["token"]}
    answers = rig.staff.post(f"{case.path}/answers", {"id_number": CANARY}, headers={**token, **KIOSK})
    assert answers.json()["answers"] == rig.samples
    assert rig.staff.get(f"{case.path}/papers", headers={**token, **KIOSK}).status_code == 200
    for client, who in ((rig.staff, OTHER), (rig.public, {})):
        assert client.get(case.path, headers={**token, **who}).json()["code"] == "unknown_review"
    another = Case(rig).sent()
    assert rig.staff.get(another.path, headers={**token, **KIOSK}).status_code == 404
    assert rig.staff.post("/api/v1/kiosks/kiosk-1/forget", {}, headers=KIOSK).status_code == 200
    assert rig.staff.get(case.path, headers={**token, **KIOSK}).status_code == 404
    assert case.seen["state"] == "sent"


def test_nothing_is_lent_without_that_card(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    another = rig.staff.post(f"{case.path}/lend", {"reading": laid("110101199003070011")}, headers=KIOSK)
    assert (another.status_code, another.json()["code"]) == (404, "unknown_review")
    for who in (OTHER, {"X-Hall-Client": "staff:bo"}):
        assert rig.staff.post(f"{case.path}/lend", {"reading": laid()}, headers=who).json()["code"] == "no_reading"
    READINGS.forget("kiosk-1")
    assert rig.staff.post(f"{case.path}/lend", {"reading": 500}, headers=KIOSK).json()["code"] == "no_reading"
    assert rig.public.post(f"{case.path}/lend", {"reading": laid()}).status_code == 404


def test_a_card_alone_finds_what_can_be_done_now_at_that_kiosk_only(rig: ReviewHall) -> None:
    number = "110101199003070943"
    path = "/api/v1/own-review"
    assert rig.staff.post(path, {"reading": laid(number)}, headers=KIOSK).json()["code"] == "unknown_review"
    Case(rig, id_number=number).sent()
    passed = Case(rig, id_number=number).sent().passed()
    Case(rig, id_number=number).sent()
    found = rig.staff.post(path, {"reading": laid(number)}, headers=KIOSK)
    assert found.status_code == 200, found.text
    assert found.json()["review"] == passed.seen
    assert number not in found.text
    token = {"Case-Token": found.json()["token"]}
    assert rig.staff.get(f"{passed.path}/papers", headers={**token, **KIOSK}).status_code == 200
    assert rig.staff.get(f"{passed.path}/papers", headers={**token, **OTHER}).status_code == 404
    for who in (OTHER, {"X-Hall-Client": "staff:bo"}):
        assert rig.staff.post(path, {"reading": laid(number)}, headers=who).json()["code"] == "no_reading"
    assert rig.public.post(path, {"reading": laid(number)}).status_code == 404
    assert rig.staff.post("/api/v1/kiosks/kiosk-1/forget", {}, headers=KIOSK).status_code == 200
    assert rig.staff.get(f"{passed.path}/papers", headers={**token, **KIOSK}).status_code == 404


def test_what_was_lent_has_its_time_and_its_bound() -> None:
    now_s = [0.0]
    lends = Lends(bytes, lambda: now_s[0])
    secret = lends.lend("YS-1", "kiosk:a")
    assert lends.opens(secret, "YS-1", "kiosk:a")
    assert not lends.opens(secret, "YS-1", "kiosk:b")
    lends.end(review="YS-2")
    assert lends.opens(secret, "YS-1", "kiosk:a")
    now_s[0] = GOOD_S
    assert not lends.opens(secret, "YS-1", "kiosk:a")


def test_the_list_is_printed_with_codes_and_a_day_and_nothing_of_a_person(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    ask = {"printer": "printer-1", "id_number": CANARY}
    assert rig.staff.post(f"{case.path}/slip", ask).json()["code"] == "review_not_now"
    area = {"of": "field", "id": "area", "code": "other", "words": "张三的店没有这么大"}
    case.desk("mend", {"defects": [area]}, version=case.looked())
    answer = rig.staff.post(f"{case.path}/slip", ask)
    assert answer.json() == {"result": "failed", "detail": "paper_out"}
    printer, slip = PRINTED[-1]
    words = [item.text for item in slip.items if isinstance(item, Text)]
    assert printer == "printer-1"
    assert {"一次性告知书", f"预审号 {case.id}", "1. 经营面积", "见工作人员说明"} <= set(words)
    assert any(line.startswith("预审参考，不代表受理") for line in words)
    assert not any("张三" in line or CANARY in line for line in words)
    for wrong in ({**ask, "id_number": "110101199003070011"}, {"printer": "printer-1"}):
        assert rig.staff.post(f"{case.path}/slip", wrong).json()["code"] == "unknown_review"
    own = rig.staff.post(f"{case.path}/slip", {"printer": "elsewhere"}, headers={"Case-Token": case.token})
    assert own.json()["code"] == "unknown_printer"
    held = {"Case-Token": case.token}
    codes = [rig.staff.post(f"{case.path}/slip", {"printer": "printer-1"}, headers=held).status_code for _ in range(4)]
    assert codes[-1] == 429, "a roll is not emptied"


def test_a_kiosk_is_told_what_its_readers_read(rig: ReviewHall) -> None:
    class Cards:
        reads = "card"

        def want(self, until_s: float) -> None: ...

        def scan(self) -> None: ...

    READINGS.bind({"cards-1": Cards()})  # type: ignore[dict-item]
    assert rig.staff.get("/api/v1/kiosks/kiosk-1").json()["reads"] == ["card"]
    READINGS.bind({})
    assert rig.staff.get("/api/v1/kiosks/kiosk-1").json()["reads"] == []


def test_a_slip_that_is_read_here_brings_its_number_and_a_known_number_does_not(rig: ReviewHall) -> None:
    case = Case(rig).sent()
    drawn = rig.staff.post("/api/v1/tickets", {"service": "food-permit"}).json()
    path, typed = f"{case.path}/own/ticket", {"id_number": CANARY}
    guessed = rig.staff.post(path, {**typed, "ticket": drawn["number"]}, headers=KIOSK)
    assert guessed.json()["code"] == "unknown_ticket"
    by_secret = {**case.headers(), **KIOSK}
    guessed = rig.staff.post(f"{case.path}/ticket", {"ticket": drawn["number"]}, headers=by_secret)
    assert guessed.json()["code"] == "unknown_ticket", "a kiosk is nobody who looks at a slip"
    nobody = rig.staff.post(path, {"id_number": "110101199003070011", "ticket": drawn["token"]}, headers=KIOSK)
    assert nobody.json()["code"] == "unknown_review"
    found = rig.staff.post(f"{case.path}/own", typed).json()
    assert found["numbers_of"] == "food-permit"
    brought = rig.staff.post(path, {**typed, "ticket": drawn["token"]}, headers=KIOSK)
    assert (brought.json()["number"], brought.json()["numbers_of"]) == (drawn["number"], "")
    case.passed()
    seen = rig.staff.get(f"/api/v1/tickets/{drawn['number']}").json()
    assert (seen["services"], seen["prepared"], seen["number"]) == (["food-ready"], True, drawn["number"])

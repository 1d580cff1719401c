"""Questions in a hall that runs: answered from memory, kept without anybody, made to lead somewhere, wiped."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from hall_daemon.adapters.questions.desk import NotReady, QuestionDesk
from hall_daemon.adapters.questions.helps import MOST_OPEN, OPEN_MS, HelpDesk, TooManyCalls
from hall_daemon.adapters.questions.store import KEPT_MS, MOST_LEADS, MOST_QUESTIONS, AnswersFile, LeadRow
from hall_daemon.adapters.storage.data_folder import ANSWERS
from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf
from tests.hall_daemon.adapters.http.halls import HandClock
from tests.hall_daemon.ask.asked import CONFIG

WaitUntil = Callable[[Callable[[], object]], None]
STRANGE = "粉红色的小本子怎么弄"


@contextmanager
def desk(folder: Path | None, clock: HandClock) -> Iterator[QuestionDesk]:
    guides = read_shelf(load(CONFIG)).guides
    made = QuestionDesk({id_: guides[id_] for id_ in ("social-card", "senior-card")}, folder, clock)
    made.start()
    try:
        assert made.ready(60)
        yield made
    finally:
        made.stop()


def test_a_guide_that_changes_is_asked_for_by_its_new_name(tmp_path: Path, wait_until: WaitUntil) -> None:
    with desk(tmp_path, HandClock(9)) as made:
        assert not made.answer("长青本怎么办").answered
        made.lead(STRANGE, "social-card", "staff:1")
        guides = dict(read_shelf(load(CONFIG)).guides)
        senior = guides["senior-card"]
        guides["senior-card"] = msgspec.structs.replace(senior, aliases=(*senior.aliases, "长青本"))
        made.take(guides)
        wait_until(lambda: made.answer("长青本怎么办").matters == ("senior-card",))
        assert made.answer(STRANGE).matters == ("social-card",), "what staff showed stays"
        assert made.knows("residence-permit")


def waiting(made: QuestionDesk) -> list[tuple[str, int]]:
    return [(row.question, row.times) for row, _ in made.waiting()]


def test_what_found_no_answer_is_kept_without_anybody(tmp_path: Path) -> None:
    clock = HandClock(9)
    with desk(tmp_path, clock) as made:
        for question in (
            # What was answered, is somebody's to hear, is of the hall, is nothing.
            "社保卡丢了", "我要投诉", "转人工", "几点下班", "！？", "x",
            STRANGE, STRANGE,
            "我叫王小明 粉本本咋领 13812345678", "张大爷的紫本子 110101199003070011 a.b@c.cn",
            "邻居王建国家的紫本子", "帮康桂英办紫本子 粤B12345", "一三八一二三四五六七八 紫本子",
            "138·1234·5678 紫本子",
        ):
            made.answer(question)
        kept = waiting(made)
    assert kept[0] == (STRANGE, 2)
    text = " ".join(question for question, _ in kept)
    persons = (
        "1381234", "11010119900307", "王小明", "张大爷", "王建国", "a.b@c.cn", "康桂英", "12345", "一三八", "5678",
    )
    assert [secret for secret in (*persons, "社保卡", "投诉", "人工", "下班") if secret in text] == []
    assert (tmp_path / ANSWERS).stat().st_mode & 0o777 == 0o600


def test_a_lead_holds_at_once_after_a_restart_and_until_it_is_taken_back(tmp_path: Path) -> None:
    clock = HandClock(9)
    with desk(tmp_path, clock) as made:
        assert not made.answer(STRANGE).answered
        (_, near), = made.waiting()
        assert near == ()
        assert made.lead(STRANGE, "social-card", "staff:1")
        assert made.answer(STRANGE).matters == ("social-card",)
        assert waiting(made) == []
    with desk(tmp_path, clock) as made:
        assert made.answer("粉红色的小本子咋弄啊怎么弄").matters == ("social-card",)
        assert [(row.question, row.matter, row.by) for row in made.leads()] == [(STRANGE, "social-card", "staff:1")]
        assert made.undo(STRANGE)
        assert not made.undo(STRANGE)
        assert not made.answer(STRANGE).answered
        assert waiting(made) == [(STRANGE, 2)]
        assert made.drop(STRANGE)
        assert not made.drop(STRANGE)


def test_what_is_a_month_old_is_gone_from_the_file_too(tmp_path: Path) -> None:
    clock = HandClock(9)
    with desk(tmp_path, clock) as made:
        made.answer(STRANGE)
        assert waiting(made)
        clock.forward(KEPT_MS / 1000 + 1)
        assert waiting(made) == []
    assert STRANGE.encode() not in (tmp_path / ANSWERS).read_bytes()


def test_the_file_is_bounded(tmp_path: Path) -> None:
    file = AnswersFile(tmp_path / ANSWERS)
    file.note([(f"问{at}", at) for at in range(MOST_QUESTIONS + 5)] + [("问0", 1)])
    kept = file.asked()
    assert (len(kept), kept[0].question, kept[0].times) == (MOST_QUESTIONS, "问0", 2)
    assert "问1" not in {row.question for row in kept}
    with closing(sqlite3.connect(tmp_path / ANSWERS)) as other, other:
        other.executemany("INSERT INTO leads VALUES (?, 'm', '', 0)", [(f"问{at}",) for at in range(MOST_LEADS)])
    assert not file.lead(LeadRow("新问", "m", "", 0))
    assert file.lead(LeadRow("问7", "n", "", 0))
    file.close()


def test_a_broken_file_keeps_nobody_from_an_answer(tmp_path: Path) -> None:
    (tmp_path / ANSWERS).write_bytes(b"no database" * 1000)
    with desk(tmp_path, HandClock(9)) as made:
        assert made.answer("社保卡丢了").matters == ("social-card",)
        made.answer(STRANGE)
        with pytest.raises((NotReady, sqlite3.Error)):
            made.waiting()
        assert made.health()["questions"].startswith("degraded")


def test_a_file_that_opens_and_cannot_be_read_keeps_nobody_from_an_answer(
    tmp_path: Path, wait_until: WaitUntil
) -> None:
    with closing(sqlite3.connect(tmp_path / ANSWERS)) as other, other:
        other.execute("CREATE TABLE leads (question TEXT PRIMARY KEY)")
    with desk(tmp_path, HandClock(9)) as made:
        assert made.answer("社保卡丢了").matters == ("social-card",)
        wait_until(lambda: "no such column" in made.health()["questions"])
        with closing(sqlite3.connect(tmp_path / ANSWERS)) as other, other:
            other.execute("DROP TABLE leads")
            other.execute("CREATE TABLE leads (question TEXT PRIMARY KEY, matter TEXT, by TEXT, at INTEGER)")
            other.execute("INSERT INTO leads VALUES (?, 'social-card', '', 0)", (STRANGE,))
        made.answer("什么都不是的一句话")
        wait_until(lambda: made.answer(STRANGE).matters == ("social-card",))
        assert made.health() == {"questions": "ok"}


def test_a_hall_without_guides_leads_everybody_to_a_person(tmp_path: Path) -> None:
    made = QuestionDesk({}, tmp_path, HandClock(9))
    made.start()
    assert made.answer("社保卡丢了").person
    assert made.health() == {}
    made.stop()


def test_before_the_index_stands_nobody_waits() -> None:
    guides = read_shelf(load(CONFIG)).guides
    with pytest.raises(NotReady):
        QuestionDesk(guides, None, HandClock(9)).answer("社保卡丢了")


def test_a_kiosk_has_one_call_open_and_the_hall_so_many() -> None:
    clock = HandClock(9)
    made = HelpDesk(lambda: clock.now().wall)
    first = made.call("kiosk:1", "kiosk", "1", "")
    assert made.call("kiosk:1", "kiosk", "1", "social-card") == first
    for at in range(2, MOST_OPEN + 1):
        made.call(f"kiosk:{at}", "kiosk", str(at), "")
    with pytest.raises(TooManyCalls):
        made.call("kiosk:x", "kiosk", "x", "")
    assert made.answer(first.id, "staff:a") == made.answer(first.id, "staff:b")
    assert made.all()[-1].by == "staff:a"
    assert made.call("kiosk:1", "kiosk", "1", "").id != first.id
    clock.forward(OPEN_MS / 1000 + 1)
    assert (made.all(), made.one(first.id), made.answer(first.id, "staff:a")) == ([], None, None)

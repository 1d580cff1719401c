"""The kiosk as a person meets it: its own process in a real window, the mouse on the glass, a real hall behind it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hall_daemon.adapters.storage.journal_reader import JournalReader
from hall_daemon.domain.events import ServiceRated
from hall_daemon.rehearsal.credentials import provide
from tests.drills.stand import Stand, wait_until
from tests.system.glass import SCREEN, Glass

# A second queue with many matters, so that the whole way is walked: queue, matter, number.
MATTERS = tuple(f"b{n}" for n in range(1, 7))
MORE = """
[kiosks.kiosk-1]
printer = "printer-1"

[queues.b]
name = { zh = "乙", en = "B" }
prefix = "B"
"""
MORE += "".join(f'[services.{id_}]\nname = {{ zh = "{id_}", en = "Matter {id_}" }}\nqueue = "b"\n' for id_ in MATTERS)
READ_WITHIN_S = 15.0
READER = """
[devices.codes-1]
kind = "gm65-scanner"
line = { kind = "serial", port = "{lines}/codes-1", baud = 9600 }
kiosk = "kiosk-1"
"""
MORE += f'[windows.3]\nlabel = "3"\nyes = {json.dumps(MATTERS)}\n'


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    with Stand(tmp_path, mqtt="off", tail=MORE) as stand:
        monkeypatch.setenv("HALL_CREDENTIAL", str(credential_of(stand, tmp_path)))
        yield stand


def credential_of(stand: Stand, folder: Path) -> Path:
    credential = folder / "kiosk.credential"
    credential.write_text(provide(stand.data, {"kiosk-1": ("kiosk", ())})["kiosk-1"])
    return credential


def test_three_touches_to_a_number_and_its_paper(stand: Stand, display: str) -> None:
    with stand.hall() as hall:
        hall.open("1")
        with Glass(display, hall.http, "--windowed") as glass:
            glass.sees("home")
            for name in ("draw", "queue-a"):  # the window is open and there is paper: nothing more to ask
                glass.touch(name)
            glass.sees("number")
            glass.reads("A001")
            glass.reads("小票已印好，请取走")
            assert ["A001" in slip for slip in stand.slips()] == [True]
            assert hall.get("tickets/A001")["state"] == "waiting"
            assert hall.window("1", "call-next")["number"] == "A001"
            glass.reads("请到1号窗口")
            glass.touch("finish")
            glass.sees("home")
            for name in ("language", "draw", "queue-b", "service-b3", "take"):
                glass.touch(name)
            glass.reads("B001")
            glass.reads("Your slip is printed, please take it")
            assert hall.get("tickets/B001")["services"] == ["b3"]


@pytest.fixture
def without_paper(stand: Stand, display: str) -> Iterator[Glass]:
    """Somebody has drawn A001 while the printer has no paper."""
    with stand.hall() as hall:
        stand.bench.fault("printer-1", "paper_out")
        with Glass(display, hall.http, "--windowed") as glass:
            for name in ("draw", "queue-a", "take"):
                glass.touch(name)
            glass.reads("打印机缺纸。您的号码 A001 已生效，请拍照或扫码保存。工作人员已收到提醒。")
            yield glass


def test_after_a_new_roll_the_slip_is_printed_where_its_number_is_looked_up(stand: Stand, without_paper: Glass) -> None:
    glass = without_paper
    for name in ("finish", "draw", "queue-a"):
        glass.touch(name)
    glass.reads("打印机暂时不能出票")  # announced before the next one draws
    for name in ("home", "lookup", "key-A", "key-0", "key-0", "key-1", "find"):
        glass.touch(name)
    glass.sees("ticket")
    stand.bench.clear_faults("printer-1")
    glass.touch("slip")  # comes with the new roll
    glass.until(lambda _: any("补打" in slip and "A001" in slip for slip in stand.slips()), "a slip")


def test_the_number_page_offers_the_slip_as_soon_as_the_printer_works(stand: Stand, without_paper: Glass) -> None:
    stand.bench.clear_faults("printer-1")
    without_paper.reads("打印机现在可以出票")
    without_paper.touch("slip")
    without_paper.reads("小票已印好，请取走")


def test_an_unplugged_printer_is_announced_before_the_draw(stand: Stand, display: str) -> None:
    with stand.hall() as hall, Glass(display, hall.http, "--windowed") as glass:
        stand.bench.fault("printer-1", "unplug")
        for name in ("draw", "queue-a"):
            glass.touch(name)
        glass.reads("打印机暂时不能出票，取号后请拍照或扫码保存。")


def test_a_missed_number_is_looked_up_and_comes_back(stand: Stand, display: str) -> None:
    with stand.hall() as hall:
        hall.open("1")
        assert hall.draw() == "A001"
        hall.window("1", "call-next")
        hall.window("1", "miss")
        with Glass(display, hall.http, "--windowed") as glass:
            for name in ("lookup", "key-A", "key-0", "key-0", "key-1", "find", "return"):
                glass.touch(name)
            glass.reads("已为您重新排队")
            assert hall.get("tickets/A001")["state"] == "waiting"


def test_a_visit_is_rated_by_whoever_lays_its_slip_on_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    reader = {"id": "codes-1", "kind": "gm65-scanner"}
    with Stand(tmp_path, mqtt="off", tail=MORE + READER, more=(reader,)) as stand, stand.hall() as hall:
        monkeypatch.setenv("HALL_CREDENTIAL", str(credential_of(stand, tmp_path)))
        hall.open("1")
        with Glass(display, hall.http, "--windowed") as glass:
            for name in ("draw", "queue-a"):
                glass.touch(name)
            glass.sees("number")
            slip = glass.scanned()
            glass.touch("finish")
            for key in ("call-next", "start", "finish"):
                hall.window("1", key)

            def looked_up() -> bool:
                """What lies there while no page waits for it is lost: it is laid down again."""
                for lies in ("", slip):
                    stand.bench.present("codes-1", lies)
                page: str = glass.look()["page"]
                return page == "ticket"

            wait_until(looked_up, READ_WITHIN_S, "the ticket of the slip")
            for name in ("rate", "level-1", "reason-manner", "send"):
                glass.touch(name)
            glass.sees("rated")
            glass.reads("不显示姓名，窗口人员看不到是谁评的")
            glass.touch("finish")
            glass.sees("home")
            with closing(JournalReader(stand.data / "journal.db")) as journal:
                rated = [row.event for row in journal.all() if isinstance(row.event, ServiceRated)]
            assert [(one.level, one.source, one.reasons) for one in rated] == [(1, "kiosk:kiosk-1", ("manner",))]
            wait_until(looked_up, READ_WITHIN_S, "the same ticket")
            glass.reads("这次办事已经评价过了")
            assert "rate" not in glass.look()["buttons"]


def test_who_has_just_drawn_a_number_gives_it_up(stand: Stand, display: str) -> None:
    with stand.hall() as hall, Glass(display, hall.http, "--windowed") as glass:
        for name in ("draw", "queue-a", "take", "cancel", "keep", "cancel"):
            glass.touch(name)
        glass.reads("要放弃号码 A001 吗？")
        assert hall.get("tickets/A001")["state"] == "waiting"
        glass.touch("confirm")
        glass.reads("已放弃")
        assert hall.get("tickets/A001")["state"] == "cancelled"
        for name in ("finish", "draw", "queue-a", "take"):
            glass.touch(name)
        glass.reads("A002")
        for name in ("finish", "lookup", "key-A", "key-0", "key-0", "key-2", "find"):
            glass.touch(name)
        glass.sees("ticket")
        glass.reads("放弃号码请到人工窗口或在手机页面操作")
        assert not {"cancel", "slip"} & glass.shown["buttons"].keys()


def test_a_number_is_given_up_while_the_hall_is_away_and_tried_again(stand: Stand, display: str) -> None:
    with stand.hall() as hall, Glass(display, hall.http, "--windowed") as glass:
        for name in ("draw", "queue-a", "take"):
            glass.touch(name)
        glass.reads("小票已印好，请取走")
        hall.kill()
        for name in ("cancel", "confirm"):
            glass.touch(name)
        glass.reads("还不能确认号码是否已放弃")
        with stand.hall() as again:
            glass.touch("retry")
            glass.reads("已放弃")
            assert again.get("tickets/A001")["state"] == "cancelled"


def test_the_hall_is_killed_under_somebodys_hands(stand: Stand, display: str) -> None:
    with stand.hall() as hall, Glass(display, hall.http, "--windowed") as glass:
        for name in ("draw", "queue-a", "take"):
            glass.touch(name)
        glass.reads("小票已印好，请取走")
        hall.kill()
        glass.reads("暂时联系不上大厅系统")
        assert "A001" in glass.sees("number")["texts"]
        glass.touch("finish")
        glass.sees("away")
        glass.reads("请到人工窗口取号")
        with stand.hall() as again:
            glass.sees("home")
            for name in ("draw", "queue-a", "take"):
                glass.touch(name)
            glass.reads("A002")
            assert again.get("tickets/A001")["state"] == "waiting"


def test_a_kiosk_starts_before_its_hall(stand: Stand, display: str) -> None:
    with Glass(display, f"http://127.0.0.1:{stand.ports[0]}", "--windowed") as glass:
        glass.sees("away")
        with stand.hall():
            glass.sees("home")


def test_who_goes_away_leaves_nothing(stand: Stand, display: str) -> None:
    with stand.hall() as hall:
        short = ("--idle-s", "4", "--assist-idle-s", "4", "--countdown-s", "6")
        with Glass(display, hall.http, "--windowed", *short) as glass:
            glass.sees("home")
            for name in ("language", "contrast", "draw", "queue-a", "take"):
                glass.touch(name)
            glass.sees("number")
            glass.reads("Are you still there?")
            glass.touch("stay")
            glass.until(lambda shown: "Are you still there?" not in shown["texts"], "the page again")
            shown = glass.sees("home")
            glass.reads("您想办什么？")
            assert not any("A001" in text for text in shown["texts"])


def test_killed_in_the_middle_it_is_back_with_nothing_of_the_last_person(stand: Stand, display: str) -> None:
    with stand.hall() as hall:
        with Glass(display, hall.http, "--windowed") as glass:
            for name in ("language", "draw", "queue-a", "take"):
                glass.touch(name)
            glass.sees("number")
            glass.process.kill()
            assert glass.gone() == -signal.SIGKILL
        with Glass(display, hall.http, "--windowed") as glass:
            shown = glass.sees("home")
            assert "您想办什么？" in shown["texts"]


def test_full_screen_covers_it_and_ends_when_told(stand: Stand, display: str) -> None:
    with stand.hall() as hall, Glass(display, hall.http) as glass:
        glass.until(lambda shown: shown.get("size") == list(SCREEN) and shown["page"] == "home", "the whole screen")
        for name in ("draw", "queue-a", "take"):
            glass.touch(name)
        glass.reads("A001")
        glass.process.send_signal(signal.SIGTERM)
        assert glass.gone() == 0


def test_a_kiosk_whose_credential_comes_later_shows_a_calm_page_until_then(stand: Stand, display: str) -> None:
    file = Path(os.environ["HALL_CREDENTIAL"])
    credential = file.read_text()
    file.unlink()
    with stand.hall() as hall, Glass(display, hall.http, "--windowed") as glass:
        glass.sees("unknown")
        glass.reads("本机未授权，请联系工作人员")
        file.write_text("kiosk-1.of-another-hall\n")
        glass.sees("unknown")
        file.write_text(credential)
        glass.sees("home")

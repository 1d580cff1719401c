"""Dossiers: what was handed in comes out with its case's key and nothing else, and is gone when its time is over."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from hall_daemon.adapters.dossiers.store import Dossiers, open_dossiers
from hall_daemon.adapters.dossiers.values import DAY_MS, Bounds, DossierError
from hall_daemon.adapters.storage.ciphers import AES, SM4
from hall_daemon.adapters.storage.group_commit import Pace
from hall_daemon.adapters.storage.keys import Keys, VaultError, one_key, read_keys
from hall_daemon.cli import main

ANSWERS = {"name": "欧阳样例", "id_number": "11010519491231002X", "members": [{"name": "钱某某"}]}
JPEG = b"\xff\xd8" + b"a page that nobody else may read" * 400
BOUNDS = Bounds({"draft": 7, "review": 30, "visited": 90}, case_pages=3, case_bytes=40_000, quota_bytes=110_000)
EXTRA = 3  # of PRAGMA synchronous


class Wall:
    ms = 1_800_000_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture(params=[AES, SM4])
def dossiers(tmp_path: Path, wall: Wall, request: pytest.FixtureRequest) -> Iterator[Dossiers]:
    made = open_dossiers(tmp_path, request.param, BOUNDS, wall)
    yield made
    made.close()


def filled(dossiers: Dossiers, case: str = "r1") -> str:
    dossiers.open_case(case)
    dossiers.put_answers(case, ANSWERS)
    dossiers.put_text(case, "why", "门牌号写的是样例路 88 号")
    dossiers.put_page(case, "licence", 1, JPEG, marks=("blurred", "dark"))
    return case


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "dossiers").rglob("*") if path.is_file()]


def column(folder: Path, select: str) -> list[bytes]:
    conn = sqlite3.connect(folder / "dossiers.db")
    found = [row[0] for row in conn.execute(select)]
    conn.close()
    return found


def test_what_was_handed_in_comes_out(dossiers: Dossiers, tmp_path: Path, wall: Wall) -> None:
    case = filled(dossiers)
    assert dossiers.answers(case, "1") == ANSWERS
    assert dossiers.text(case, "why") == "门牌号写的是样例路 88 号"
    assert dossiers.page(case, "licence", 1) == JPEG
    (page,) = dossiers.pages(case)
    assert (page.paper, page.number, page.version, page.size) == ("licence", 1, 1, len(JPEG))
    assert (page.marks, page.insisted) == (("blurred", "dark"), False)
    dossiers.open_case("r2")
    nothing = dossiers.answers("r2", "1"), dossiers.text("r2", "why"), dossiers.page("r2", "licence", 1)
    assert nothing == (None, None, None)
    again = Dossiers(tmp_path, read_keys(tmp_path / "dossiers.key"), BOUNDS, wall)
    assert again.answers(case, "1") == ANSWERS
    again.close()


def test_nothing_handed_in_can_be_read_in_the_files(dossiers: Dossiers, tmp_path: Path) -> None:
    for number in range(3):
        filled(dossiers, f"r{number}")
    found = on_disk(tmp_path)
    for text in ("欧阳样例", "11010519491231002X", "样例路", "nobody else may read"):
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert text.encode(encoding) not in found
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*")} == {0}


def test_a_case_that_was_wiped_leaves_no_key_in_freed_pages(dossiers: Dossiers, tmp_path: Path) -> None:
    other = filled(dossiers, "r2")
    case = filled(dossiers)
    wrapped = column(tmp_path, "SELECT sealed FROM cases WHERE id = 'r1'")
    sealed = wrapped + column(tmp_path, "SELECT sealed FROM pieces WHERE case_id = 'r1'")
    assert all(piece in on_disk(tmp_path) for piece in sealed)
    dossiers.wipe(case)
    left = on_disk(tmp_path)
    for piece in sealed:
        assert not any(piece[at : at + 16] in left for at in range(0, len(piece) - 16, 8))
    assert (tmp_path / "dossiers.db-journal").stat().st_size == 0
    assert len(files(tmp_path)) == 1
    assert dossiers.answers(other, "1") == ANSWERS
    assert not dossiers.has(case)
    with pytest.raises(DossierError) as refused:
        dossiers.page(case, "licence", 1)
    assert refused.value.code == "no_dossier"
    dossiers.wipe(case)


def test_a_copy_of_a_page_is_noise_once_its_case_is_wiped(dossiers: Dossiers, tmp_path: Path) -> None:
    case = filled(dossiers)
    (file,) = files(tmp_path)
    copy = file.read_bytes()
    dossiers.wipe(case)
    dossiers.open_case(case)
    dossiers.put_page(case, "licence", 1, JPEG)
    (file,) = files(tmp_path)
    file.write_bytes(copy)
    with pytest.raises(DossierError, match="altered"):
        dossiers.page(case, "licence", 1)


def test_no_piece_can_stand_for_another(dossiers: Dossiers, tmp_path: Path) -> None:
    case = filled(dossiers)
    dossiers.put_page(case, "licence", 2, JPEG[:-1])
    one, two = files(tmp_path)
    one_bytes, two_bytes = one.read_bytes(), two.read_bytes()
    one.write_bytes(two_bytes)
    two.write_bytes(one_bytes)
    for number in (1, 2):
        with pytest.raises(DossierError):
            dossiers.page(case, "licence", number)
    one.unlink()
    two.unlink()
    with pytest.raises(DossierError, match="gone"):
        dossiers.page(case, "licence", 1)


def test_an_older_version_does_not_come_back(dossiers: Dossiers, tmp_path: Path) -> None:
    case = filled(dossiers)
    old = column(tmp_path, "SELECT sealed FROM pieces WHERE name = 'answers 1'")
    assert dossiers.put_answers(case, {}, "1") == 2
    conn = sqlite3.connect(tmp_path / "dossiers.db")
    conn.execute("UPDATE pieces SET sealed = ? WHERE name = 'answers 2'", old)
    conn.commit()
    conn.close()
    with pytest.raises(DossierError, match="altered"):
        dossiers.answers(case, "2")


def test_a_page_taken_again_replaces_the_one_before(dossiers: Dossiers, tmp_path: Path) -> None:
    case = filled(dossiers)
    assert dossiers.put_page(case, "licence", 1, b"\xff\xd8 better").version == 2
    assert dossiers.page(case, "licence", 1) == b"\xff\xd8 better"
    assert len(files(tmp_path)) == 1
    assert not dossiers.insist(case, "licence", 1, version=1)
    assert dossiers.insist(case, "licence", 1, version=2)
    assert dossiers.pages(case)[0].insisted
    assert dossiers.drop_page(case, "licence", 1)
    assert not dossiers.drop_page(case, "licence", 1)
    assert (dossiers.pages(case), files(tmp_path)) == ((), [])
    assert dossiers.put_page(case, "licence", 1, JPEG).version == 3, "no version comes twice"
    dossiers.wipe(case)
    assert column(tmp_path, "SELECT count(*) FROM dropped") == [0]


def test_the_same_upload_again_changes_nothing(dossiers: Dossiers) -> None:
    case = filled(dossiers)
    upload = dossiers.upload_id(case, b"what the phone sent")
    first = dossiers.put_page(case, "licence", 2, JPEG, upload=upload)
    assert dossiers.put_page(case, "licence", 2, b"re-made once more", upload=upload) == first
    assert dossiers.page(case, "licence", 2) == JPEG
    dossiers.open_case("r2")
    assert dossiers.upload_id("r2", b"what the phone sent") != upload


@pytest.mark.parametrize(("number", "size"), [(0, 10), (4, 10), (2, 40_000)])
def test_a_dossier_has_its_bounds(dossiers: Dossiers, tmp_path: Path, number: int, size: int) -> None:
    case = filled(dossiers)
    with pytest.raises(DossierError) as refused:
        dossiers.put_page(case, "licence", number, bytes(size))
    assert refused.value.code == "dossier_full"
    assert len(files(tmp_path)) == 1


def test_the_quota_is_told_before_it_is_used_up(dossiers: Dossiers) -> None:
    cases = [f"r{number}" for number in range(20)]
    with pytest.raises(DossierError) as refused:
        for case in cases:
            filled(dossiers, case)
    assert refused.value.code == "dossiers_full"
    assert "quota_mb" in dossiers.trouble
    dossiers.wipe(*cases[:4])
    assert dossiers.trouble == ""


def test_one_source_has_its_share_once_half_of_the_room_is_taken(dossiers: Dossiers) -> None:
    loud = ["r1", "r2"]
    for case in loud:
        filled(dossiers, case)
        dossiers.put_page(case, "licence", 1, bytes(20_000))
    used = dossiers.rows.bytes_of(loud)
    assert BOUNDS.quota_bytes // 4 < used < dossiers.rows.bytes
    with pytest.raises(DossierError, match="share"):
        dossiers.refuse_beyond_share(lambda: loud)
    dossiers.refuse_beyond_share(lambda: ["r2"])
    dossiers.wipe("r1")
    dossiers.refuse_beyond_share(lambda: loud)


def test_answers_fill_the_quota_as_pages_do(dossiers: Dossiers, tmp_path: Path) -> None:
    with pytest.raises(DossierError) as refused:
        for number in range(100):
            dossiers.open_case(f"r{number}")
            dossiers.put_answers(f"r{number}", {"name": "长" * 3000})
    assert refused.value.code == "dossiers_full"
    assert (tmp_path / "dossiers.db").stat().st_size < BOUNDS.quota_bytes + 20_000
    assert dossiers.put_answers("r0", {}) == 2, "whoever takes less room may go on"


def test_a_disk_without_room_takes_no_answers(tmp_path: Path, wall: Wall) -> None:
    low = False
    dossiers = open_dossiers(tmp_path, AES, BOUNDS, wall, lambda: low)
    dossiers.open_case("r1")
    low = True
    with pytest.raises(DossierError) as refused:
        dossiers.put_answers("r1", ANSWERS)
    assert refused.value.code == "dossiers_full"
    dossiers.close()


def test_answers_and_texts_have_their_bounds(dossiers: Dossiers) -> None:
    case = filled(dossiers)
    with pytest.raises(DossierError):
        dossiers.put_answers(case, {"name": "长" * BOUNDS.answers_bytes})
    with pytest.raises(DossierError):
        dossiers.put_text(case, "why", "长" * (BOUNDS.text_characters + 1))
    assert dossiers.answers(case, "1") == ANSWERS
    dossiers.put_text(case, "why", "half of a pair \ud800")
    assert dossiers.text(case, "why") == "half of a pair ?"


@pytest.mark.parametrize("id_", ["", "a\nb", "../x", "a b", "x" * 65])
def test_what_is_no_id_is_a_mistake_of_ours(dossiers: Dossiers, id_: str) -> None:
    case = filled(dossiers)
    for ask in (
        lambda: dossiers.open_case(id_), lambda: dossiers.put_text(case, id_, ""),
        lambda: dossiers.put_page(case, id_, 1, JPEG),
    ):
        with pytest.raises(ValueError, match="no id"):
            ask()


def test_each_kind_of_case_has_its_time(dossiers: Dossiers, wall: Wall) -> None:
    for case in ("draft", "review"):
        filled(dossiers, case)
        dossiers.name(case)
    assert dossiers.keep("review", "review") == wall.ms + 30 * DAY_MS
    wall.ms += 7 * DAY_MS
    assert dossiers.sweep(()).over == ()
    wall.ms += 1
    assert dossiers.sweep(()).over == ("draft",)
    wall.ms += 23 * DAY_MS
    dossiers.keep_until("review", wall.ms - 1)
    assert dossiers.sweep(("review",)).over == ("review",)


def test_what_is_alive_outlasts_its_time_and_what_is_gone_goes_before(dossiers: Dossiers, wall: Wall) -> None:
    for case in ("mended", "taken", "other"):
        filled(dossiers, case)
        dossiers.name(case)
    named = ("mended", "taken", "other")
    assert dossiers.sweep(named, alive=("mended",), gone=("taken",)).over == ("taken",)
    wall.ms += 8 * DAY_MS
    assert dossiers.sweep(named, alive=("mended",)).over == ("other",)
    assert dossiers.answers("mended", "1") == ANSWERS


def test_a_case_that_no_event_names_goes_after_an_hour(dossiers: Dossiers, wall: Wall, tmp_path: Path) -> None:
    for case in ("lost", "sent"):
        filled(dossiers, case)
    assert dossiers.sweep(("sent",)).unnamed == ()
    wall.ms += 3600 * 1000 + 1
    wall.ms -= 2
    assert dossiers.sweep(()).unnamed == (), "not before the hour is over"
    wall.ms += 2
    # It was named once: that its event is not among the open ones any more does not shorten its time.
    assert dossiers.sweep(()).unnamed == ("lost",)
    assert dossiers.has("sent")
    assert len(files(tmp_path)) == 1


def test_files_that_no_case_names_are_swept(dossiers: Dossiers, tmp_path: Path) -> None:
    filled(dossiers)
    stray = files(tmp_path)[0].parent
    (stray / ".half.part").write_bytes(b"half")
    (stray / ("0" * 32)).write_bytes(b"left by a crash")
    assert dossiers.sweep(()).files == 2
    assert dossiers.page("r1", "licence", 1) == JPEG


def test_another_key_opens_nothing_and_takes_nothing(dossiers: Dossiers, tmp_path: Path, wall: Wall) -> None:
    case = filled(dossiers)
    stranger = Dossiers(tmp_path, one_key(os.urandom(32)), BOUNDS, wall)
    assert "1 were sealed with another key" in stranger.trouble
    for ask in (lambda: stranger.answers(case, "1"), lambda: stranger.open_case("new")):
        with pytest.raises(DossierError) as refused:
            ask()
        assert refused.value.code == "dossiers_away"
    with pytest.raises(VaultError):
        stranger.rows.prove(one_key(os.urandom(32)))
    stranger.forget_lost()
    stranger.open_case("new")
    stranger.close()


def test_another_key_of_the_hall_leaves_all_readable(dossiers: Dossiers, tmp_path: Path) -> None:
    case = filled(dossiers)
    old = read_keys(tmp_path / "dossiers.key")
    ring = old.with_new()
    dossiers.rows.prove(ring)
    assert dossiers.rows.reseal() == 1
    dossiers.rows.prove(ring.only_newest())
    assert dossiers.page(case, "licence", 1) == JPEG
    with pytest.raises(VaultError):
        dossiers.rows.prove(Keys({0: old.by_number[0]}))


def test_a_page_is_on_the_disk_before_it_is_named_and_its_key_goes_before_it(
    dossiers: Dossiers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, synced = filled(dossiers), []
    before = files(tmp_path)
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    dossiers.put_page(case, "licence", 2, JPEG)
    folder = tmp_path / "dossiers"
    (new,) = set(files(tmp_path)) - set(before)
    assert synced[-2:] == [str(new), str(new.parent)], "content, then name"
    assert len(synced) == 2 or synced[0] == str(folder)
    unlink, there = Path.unlink, []
    cases = partial(column, tmp_path, "SELECT id FROM cases")
    monkeypatch.setattr(Path, "unlink", lambda path, **how: (there.append(cases()), unlink(path, **how)))
    dossiers.wipe(case)
    assert (there, files(tmp_path)) == ([[], []], []), "as the disk has it, not this connection"


def test_a_power_cut_brings_no_key_back(dossiers: Dossiers) -> None:
    """As for the vault: its rollback journal keeps its name, is cut to nothing, and each step is synced."""
    with dossiers.rows.reading() as conn:
        (synchronous,) = conn.execute("PRAGMA synchronous").fetchone()
        (secure,) = conn.execute("PRAGMA secure_delete").fetchone()
    assert (synchronous, secure) == (EXTRA, 1)


def test_a_file_that_cannot_be_written_is_said_and_heals(dossiers: Dossiers, tmp_path: Path) -> None:
    case = filled(dossiers)
    folder = tmp_path / "dossiers"
    folder.rename(tmp_path / "away")
    folder.write_text("no folder")
    with pytest.raises(DossierError) as refused:
        dossiers.put_page(case, "licence", 2, JPEG)
    assert refused.value.code == "dossiers_away"
    assert "check permissions" in dossiers.trouble
    folder.unlink()
    (tmp_path / "away").rename(folder)
    dossiers.put_page(case, "licence", 2, JPEG)
    assert dossiers.trouble == ""


@pytest.mark.parametrize("table", ["cases", "pages", "pieces"])
def test_a_damaged_file_is_an_error_of_the_dossiers_alone(tmp_path: Path, wall: Wall, table: str) -> None:
    """Whoever starts the hall goes on without them."""
    made = open_dossiers(tmp_path, AES, BOUNDS, wall)
    filled(made)
    made.close()
    (size,) = column(tmp_path, "SELECT page_size FROM pragma_page_size")
    (root,) = column(tmp_path, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")
    with (tmp_path / "dossiers.db").open("r+b") as file:
        file.seek((int(root) - 1) * int(size))
        file.write(b"\xff" * int(size))
    with pytest.raises(DossierError) as refused:
        open_dossiers(tmp_path, AES, BOUNDS, wall).answers("r1", "1")
    assert refused.value.code == "dossiers_away"


def test_many_hand_in_at_once(dossiers: Dossiers) -> None:
    for case in ("r1", "r2"):
        dossiers.open_case(case)
    failed = []

    def hand_in(case: str, number: int) -> None:
        try:
            for turn in range(5):
                dossiers.put_page(case, "licence", number, JPEG + bytes([turn]))
        except DossierError as error:
            failed.append(error)

    threads = [threading.Thread(target=hand_in, args=(case, number)) for case in ("r1", "r2") for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {page.version for case in ("r1", "r2") for page in dossiers.pages(case)} == {5}


def test_the_command_gives_another_key_and_forgets_what_is_lost(
    dossiers: Dossiers, tmp_path: Path, wall: Wall, capsys: pytest.CaptureFixture[str]
) -> None:
    case = filled(dossiers)
    dossiers.close()
    where = ["--papers", "--data", str(tmp_path), "--json"]
    assert main(["vault", "rotate", *where]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == 1
    again = Dossiers(tmp_path, read_keys(tmp_path / "dossiers.key"), BOUNDS, wall)
    assert again.page(case, "licence", 1) == JPEG
    again.close()
    (tmp_path / "dossiers.key").unlink()
    assert main(["vault", "forget-lost", *where]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == 1
    fresh = Dossiers(tmp_path, read_keys(tmp_path / "dossiers.key"), BOUNDS, wall)
    assert not fresh.has(case)
    assert files(tmp_path) == []
    fresh.open_case(case)
    fresh.close()


def test_a_sweep_takes_no_file_that_a_power_cut_would_name_again(
    dossiers: Dossiers, tmp_path: Path, wall: Wall
) -> None:
    dossiers.name(case := filled(dossiers))
    never = Pace(3600.0, 0, lambda: 0.0)  # whoever puts a page waits until somebody waits for nobody
    with closing(Dossiers(tmp_path, read_keys(tmp_path / "dossiers.key"), BOUNDS, wall, pace=never)) as patient:
        putting = threading.Thread(target=partial(patient.put_page, case, "licence", 1, JPEG * 2))
        putting.start()
        while patient.pages(case)[0].version != 2:
            threading.Event().wait(0.001)
        patient.sweep({case})
        assert column(tmp_path, "SELECT file FROM pages") == [path.name for path in files(tmp_path)]
        putting.join(60)
        assert patient.page(case, "licence", 1) == JPEG * 2

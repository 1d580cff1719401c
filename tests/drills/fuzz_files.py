"""F18, F23: files as an editor, a bad disk or a hasty hand leaves them.

A damaged configuration loads or is refused at a line, with words that say what to do. A hall on a damaged store refuses
to start and says why, or starts with everybody who waits and goes on after the last number; what it lacks it says.
"""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

from hall_daemon.adapters.storage.bookmarks import Bookmark
from hall_daemon.adapters.storage.journal_reader import JournalError
from hall_daemon.adapters.storage.snapshots import essence
from hall_daemon.adapters.storage.vault import VaultError
from hall_daemon.adapters.storage.witnesses import BOOKMARK
from hall_daemon.app.record import Accepted, Recorded, Request
from hall_daemon.bootstrap import Application
from hall_daemon.cli import main
from hall_daemon.cli.run import _on_folder
from hall_daemon.config import Settings, check, load
from hall_daemon.domain import commands as c
from hall_daemon.domain.events import TicketIssued
from tests.bench.daemon import write_config
from tests.conftest import ROOT
from tests.drills.harness import Counted, Drill, Run
from tests.hall_daemon.config.mutants import mutants
from tests.mutations import mutate

# -- configurations ----------------------------------------------------------------------------------

_SHIPPED = (ROOT / "config" / "hall.toml").read_bytes()


def attack_configuration(path: Path, rng: Random) -> str:
    """"loads" or "refused"; anything else is raised."""
    data = _SHIPPED
    for _ in range(rng.randrange(1, 4)):
        data = mutate(data, rng) or _SHIPPED
    path.write_bytes(data)
    errors = check(path)
    lines = data.count(b"\n") + 1
    for error in errors:
        assert 1 <= error.line <= lines, str(error)
        assert len(error.message) > 5, str(error)
        assert len(str(error)) < 1000, str(error)
    return "refused" if errors else "loads"


def attack_places(path: Path, rng: Random, count: int) -> None:
    """Mistakes that people make, each told at its line and nowhere else."""
    for mutant in rng.sample(list(mutants(_SHIPPED.decode())), count):
        path.write_text(mutant.text, encoding="utf-8")
        assert [error.line for error in check(path)] == [mutant.line], mutant.text.splitlines()[mutant.line - 1]


# -- stores ------------------------------------------------------------------------------------------


DRAWN = 60
# What `hall run` makes a sentence of; everything else would be a stack in a log.
REFUSALS = (JournalError, VaultError, OSError)


class Kept(NamedTuple):
    """What a hall had in its folder: what numbers and lines depend on, how many it drew, who is named."""

    folder: Path
    essence: tuple[object, ...]
    drawn: int
    persons: dict[str, dict[str, str]]


@contextlib.contextmanager
def started(settings: Settings, folder: Path) -> Iterator[Application]:
    """A hall without devices, messages and pages: its stores and its core, as `hall run` starts them."""
    hall = Application(_on_folder(settings, folder))
    hall.parts.start(chain(hall._storage(), hall._hall()))
    try:
        yield hall
    finally:
        hall.stop()


def ask(hall: Application, command: c.Command) -> Recorded:
    """The first event of what it did."""
    answer = hall.core.ask(Request(command, "tool:drill"))
    assert isinstance(answer, Accepted), answer
    assert hall.follower.wait_for(hall.core.seq, 10)
    return answer.events[0]


def draw(hall: Application) -> TicketIssued:
    event = ask(hall, c.IssueTicket(services=("one",), token=secrets.token_urlsafe(18))).event
    assert isinstance(event, TicketIssued)
    return event


def live(settings: Settings, folder: Path) -> list[Kept]:
    """A hall that was stopped once, with a snapshot, and then killed in the middle; and the same stopped again."""
    persons: dict[str, dict[str, str]] = {}
    lived, drawn = folder / "lived", 0
    lived.mkdir()
    for life in range(2):
        with started(settings, lived) as hall:
            if not life:
                ask(hall, c.OpenWindow("1", "clerk"))
            for n in range(DRAWN):
                ticket = draw(hall)
                drawn += 1
                if n % 5 == 0:
                    fields = {"name": f"person {drawn}"}
                    subject = hall.vault.put(fields, ticket.day)
                    persons[subject] = fields
                    ask(hall, c.NameHolder(ticket.ticket, subject))
                if n % 7 == 0:
                    ask(hall, c.CallNext("1"))
                    ask(hall, c.Start("1"))
                    ask(hall, c.Finish("1"))
            hall._keep_notes()
            Bookmark(lived / BOOKMARK).save(hall.core.seq)
            said = hall.follower.read(essence)
            if life:
                shutil.copytree(lived, folder / "killed")
    shutil.copytree(lived, folder / "stopped")
    return [Kept(folder / how, said, drawn, dict(persons)) for how in ("killed", "stopped")]


def damage(path: Path, rng: Random) -> str:
    """How the file is now."""
    data = path.read_bytes()
    block = min(rng.choice((16, 512, 4096)), max(1, len(data) // 2))
    here, there = (rng.randrange(max(1, len(data) - block + 1)) for _ in range(2))
    how = rng.choice(("flipped", "cut", "swapped", "zeroed", "emptied", "gone"))
    match how:
        case "flipped":
            changed = bytearray(data)
            for _ in range(rng.randrange(1, 9) if data else 0):
                changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            path.write_bytes(changed)
        case "cut":
            path.write_bytes(data[: rng.randrange(len(data) + 1)])
        case "swapped":
            changed = bytearray(data)
            changed[here : here + block], changed[there : there + block] = (
                data[there : there + block], data[here : here + block]
            )
            path.write_bytes(changed)
        case "zeroed":
            path.write_bytes(data[:here] + bytes(min(block, len(data))) + data[here + block :])
        case "emptied":
            path.write_bytes(b"")
        case _:
            path.unlink()
    return how


def stores(folder: Path) -> list[Path]:
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if path.name not in ("reserve", "lock")]


def attack_store(settings: Settings, kept: Kept, folder: Path, rng: Random) -> tuple[str, str]:
    """(file, what the hall made of it): "refused", "said" (it runs and says what is wrong), "harmless"."""
    shutil.copytree(kept.folder, folder, dirs_exist_ok=True)
    name = rng.choice(stores(folder))
    how = damage(folder / name, rng)
    try:
        return str(name), _start_on(settings, kept, folder)
    except AssertionError as wrong:
        raise AssertionError(f"{kept.folder.name}, {name} {how}: {wrong}") from wrong
    finally:
        shutil.rmtree(folder)


def _start_on(settings: Settings, kept: Kept, folder: Path) -> str:
    before = verdict(folder)
    try:
        with started(settings, folder) as hall:
            assert hall.follower.read(essence) == kept.essence, "it starts with another hall"
            number = draw(hall).number
            assert number == f"A{kept.drawn + 1:03d}", f"the next number is {number}"
            health = hall.parts.health()
            said = any(check != "ok" for check in health.values())
            assert _persons_are_right(hall, kept) or health["vault"] != "ok", "a person is gone, and health says ok"
    except REFUSALS as error:
        if len(str(error)) < 20:
            raise AssertionError(f"it refuses without a word: {error}") from error
        return "refused"
    after = verdict(folder)
    assert after is not None, f"nobody can prove it, and nobody hears of it ({before})"
    return "harmless" if after and not said else "said"


def _persons_are_right(hall: Application, kept: Kept) -> bool:
    """Whether everybody is there. AssertionError for a person who is another one."""
    for subject, fields in kept.persons.items():
        try:
            found = hall.vault.get(subject)
        except VaultError:
            return False
        if found is None:
            return False
        assert found == fields, "a person is another one"
    return True


def verdict(folder: Path) -> bool | None:
    """What the proof in the background hears of `hall verify`: whole or not; None when it hears nothing."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        main(["verify", "--json", "--data", str(folder)])
    try:
        return bool(json.loads(out.getvalue())["ok"])
    except ValueError:
        return None


# -- both --------------------------------------------------------------------------------------------


def attack(run: Run, configurations: int = 1000, damaged: int = 800) -> Counted:
    """At least so many of each, and more while there is time."""
    counted: Counter[str] = Counter()
    config = run.folder / "hall.toml"
    attack_places(config, run.random("places"), configurations // 10)
    write_config(config, mqtt="off")
    settings = load(config)
    halls = live(settings, run.folder)
    n = 0
    while n < max(configurations, damaged) or not run.over:
        if n < configurations or not run.over:
            counted[f"configurations {attack_configuration(run.folder / 'mutated.toml', run.random('toml', n))}"] += 1
        if n < damaged or not run.over:
            rng = run.random("store", n)
            _, became = attack_store(settings, rng.choice(halls), run.folder / "damaged", rng)
            counted[f"stores {became}"] += 1
        n += 1
    return counted


DRILL = Drill(
    name="files",
    does="configurations and stores as editors and bad disks leave them",
    faults=("F18", "F23"),
    share=10,
    attack=attack,
)

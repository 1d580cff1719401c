"""What the documentation says is tried: every command parses, every example runs, every key and code is there.

A block ```console is run and its output compared (`…` stands for anything); ```sh is only parsed; ```toml loads, whole
when it names a hall, else laid over config/hall.toml; ```toml NAME is a file that later commands of the page find.
The examples of docs/http.md and docs/mqtt.md are run at a live hall in tests/system/test_docs_live.py.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from device_drivers.registry import KINDS
from docs import make
from hall_daemon.cli import COMMANDS, main, parser
from hall_daemon.cli.errors import EXIT
from hall_daemon.config import check
from hall_daemon.config.schema import HallFile
from hall_daemon.config.toml_text import to_toml
from hall_daemon.domain.dispatch import REASONS
from hall_daemon.rehearsal import trace
from hall_daemon.wire.asyncapi import CHANNELS
from hall_daemon.wire.problems import PROBLEMS
from tests.drills.__main__ import drills
from tests.drills.matrix import ROWS as MATRIX

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# Their examples need a running hall.
LIVE = ("docs/http.md", "docs/mqtt.md")
# Commands that only look at bytes and files: these are run, in a folder that has config/.
RUN_HERE = ("frame", "check", "form", "guides", "say")


class Block(NamedTuple):
    """`kind` is the first word behind the fence, `name` the rest."""

    page: str
    line: int
    kind: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path) -> list[Block]:
    found: list[Block] = []
    lines: list[str] = []
    fence: tuple[int, str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            if fence is None:
                fence, lines = (number, line[3:]), []
            else:
                kind, _, name = fence[1].partition(" ")
                found.append(Block(named(path), fence[0], kind, name, "\n".join(lines) + "\n"))
                fence = None
        elif fence is not None:
            lines.append(line)
    assert fence is None, f"{named(path)}: a block is not closed"
    return found


BLOCKS = [block for page in PAGES for block in blocks(page)]
TEXTS = {named(page): page.read_text(encoding="utf-8") for page in PAGES}


def prompts(text: str) -> Iterator[tuple[str, str]]:
    """(command, output) of a console block; a line that ends with a backslash goes on."""
    for part in re.split(r"(?m)^\$ ", text.replace("\\\n", " "))[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def hall_commands(block: Block) -> Iterator[list[str]]:
    """The arguments of every `hall …` a block calls, in pipes and behind sudo too."""
    console = block.kind == "console"
    lines = [command for command, _ in prompts(block.text)] if console else block.text.replace("\\\n", " ").splitlines()
    for line in lines:
        for part in re.split(r"\s[|&]+\s|;\s", re.sub(r"\s#\s.*", "", line)):
            match = re.match(r"(?:sudo (?:-u \S+ )?)?(?:\S*/)?hall (.+)", part.strip())
            if match:
                yield shlex.split(re.sub(r"\s[0-9]?>+\s*\S+", "", match[1]))


# --- examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind in ("sh", "console")], ids=str)
def test_commands_are_spelled_as_the_program_takes_them(block: Block) -> None:
    for words in hall_commands(block):
        if words[0] not in ("--help", "--version"):
            assert words[0] in COMMANDS, f"{block}: there is no hall {words[0]}"
            # argparse exits where it does not understand, and says why on stderr, which pytest shows.
            parser(words[0]).parse_args(words)


@pytest.mark.parametrize("page", [page for page in PAGES if named(page) not in LIVE], ids=named)
def test_examples_say_what_the_page_shows(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").symlink_to(ROOT / "config")
    monkeypatch.chdir(tmp_path)
    for block in blocks(page):
        if block.kind == "toml" and block.name:
            Path(block.name).write_text(block.text, encoding="utf-8")
        if block.kind != "console":
            continue
        for command, shown in prompts(block.text):
            words = shlex.split(command)
            assert words[0] in ("hall", ".venv/bin/hall"), f"{block}: {command}: not run by this test; use ```sh"
            assert words[1] in RUN_HERE, f"{block}: {command}: needs a hall; use ```sh"
            assert matches(shown, output_of(words[1:])), f"{block}: {command}\n{output_of(words[1:])}"


def output_of(words: list[str]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main(words)
    return out.getvalue()


def matches(shown: str, said: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.rstrip("\n").split("…"))
    return re.fullmatch(pattern, said.rstrip("\n")) is not None


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "toml" and b.name != "mistakes.toml"], ids=str)
def test_configuration_in_the_pages_loads(block: Block, tmp_path: Path) -> None:
    tables = tomllib.loads(block.text)
    if "hall" not in tables:
        tables = laid_over(tomllib.loads((ROOT / "config/hall.toml").read_text(encoding="utf-8")), tables)
    path = tmp_path / "hall.toml"
    path.write_text(to_toml(tables), encoding="utf-8")
    assert [str(error) for error in check(path)] == [], block


def laid_over(below: dict[str, object], above: dict[str, object], depth: int = 2) -> dict[str, object]:
    """`above` in place of what `below` has at the same path, tables of two levels joined."""
    joined = dict(below)
    for key, value in above.items():
        old = joined.get(key)
        if depth > 1 and isinstance(old, dict) and isinstance(value, dict):
            value = laid_over(old, value, depth - 1)
        joined[key] = value
    return joined


# --- complete ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", list(make.pages()), ids=lambda path: path.name)
def test_generated_parts_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == make.pages()[path], "run `make docs`"


def test_every_key_of_the_configuration_says_what_it_does() -> None:
    pages = [TEXTS["docs/configuration.md"], *(TEXTS[f"docs/devices/{name}.md"] for name in KINDS)]
    said = {name: rows for page in pages for name, rows in make.written(page).items()}
    assert set(said) == set(make.TABLES)
    silent = [f"{name}: {key.name}" for name in make.TABLES for key in make.keys(make.TABLES[name])
        if not said[name].get(key.name)]
    assert silent == []
    stray = [f"{name}: {key}" for name, rows in said.items() for key in rows
        if key not in {known.name for known in make.keys(make.TABLES[name])}]
    assert stray == []


def test_every_section_of_the_configuration_has_a_heading() -> None:
    headings = " ".join(re.findall(r"^## (.*)$", TEXTS["docs/configuration.md"], re.MULTILINE))
    assert [name for name in HallFile.__struct_fields__ if f"[{name}" not in headings] == []


def test_every_command_is_explained() -> None:
    listed = re.findall(r"^\| `hall ([a-z-]+)", TEXTS["docs/operations.md"], re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


def test_every_option_of_every_command_is_named() -> None:
    everything = "\n".join(TEXTS.values())
    unnamed = [f"hall {name} {option}" for name in COMMANDS for option in options(name) if option not in everything]
    assert unnamed == []


def options(command: str) -> set[str]:
    top = parser(command)
    inner = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction)).choices[command]
    return {o for action in inner._actions for o in action.option_strings if o.startswith("--")} - {"--help"}


def test_every_exit_code_is_explained() -> None:
    rows = re.findall(r"^\| `?(\d+)`? \| ([^|]*) \|", TEXTS["docs/operations.md"], re.MULTILINE)
    assert {int(code): what for code, what in rows} == EXIT


def test_every_way_to_say_no_is_listed() -> None:
    listed = re.findall(r"^\| `([a-z_]+)` \| (\d+) \|", TEXTS["docs/problems.md"], re.MULTILINE)
    assert {code: int(status) for code, status in listed} == PROBLEMS


def test_problem_codes_in_the_pages_exist() -> None:
    """A code in a table of operations.md that the hall does not know would send its reader on a search."""
    rows = re.findall(r"^\| .* \| `(\w+)` (\d{3}) \|", TEXTS["docs/operations.md"], re.MULTILINE)
    assert len(rows) > 8
    assert [(code, status) for code, status in rows if PROBLEMS[code] != int(status)] == []


def test_every_topic_is_explained() -> None:
    assert [c.address for c in CHANNELS if f"`{c.address}`" not in TEXTS["docs/mqtt.md"]] == []


def test_every_reason_of_a_call_is_explained() -> None:
    assert [code for code in REASONS if f"`{code}`" not in TEXTS["docs/rules.md"]] == []


def test_every_column_of_a_trace_is_explained() -> None:
    assert [c for c in (*trace.COLUMNS, *trace.OPTIONAL) if f"`{c}`" not in TEXTS["docs/replay.md"]] == []


def test_every_fault_of_the_matrix_says_what_shows_it() -> None:
    """The files that a row names are those that the drill of the matrix runs; its drills are among those there are."""
    rows = re.findall(r"^\| (F\d+) \|(?:.*\|)? ([^|]*) \|$", TEXTS["docs/reliability.md"], re.MULTILINE)
    named = {fault: set(re.findall(r"`(tests/[\w/.]+)`", shown)) for fault, shown in rows}
    assert named == {fault: {test.partition("::")[0] for test in tests} for fault, tests in MATRIX.items()}
    used = {drill for _, shown in rows for drill in re.findall(r"`([\w-]+)`", shown)}
    assert used <= {drill.name for drill in drills()}
    kept = re.findall(r"^\| (I\d+) \|", TEXTS["docs/reliability.md"], re.MULTILINE)
    assert kept == [f"I{n}" for n in range(1, 11)]


# --- whole -------------------------------------------------------------------------------------------

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as its readers' browser finds them."""
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(re.sub(r"```.*?```", "", TEXTS[named(page)], flags=re.DOTALL)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen or not (page.is_dir() or page.suffix == ".md"):
            continue
        seen.add(page)
        if page.is_dir():
            todo += page.glob("*.md")
            continue
        targets = [target.partition("#")[0] for target in _LINK.findall(page.read_text(encoding="utf-8"))]
        todo += [(page.parent / target).resolve() for target in targets if target and "://" not in target]
    assert {named(page) for page in PAGES} - {named(page) for page in seen} == set()


def written_by(text: str) -> set[str]:
    """The files that a how-to page tells its reader to write, and their folders."""
    files = [Path(name) for name in re.findall(r"^<!-- file: (\S+) -->$", text, re.MULTILINE)]
    return {path.as_posix() for file in files for path in (file, *file.parents)}


def test_paths_in_the_pages_exist() -> None:
    rooms = r"(?:device_drivers|hall_daemon|kiosk_ui|config|systemd|requirements|tests|docs)"
    missing = [
        f"{page}: {path}"
        for page, text in TEXTS.items()
        for path in re.findall(rf"(?<![\w./-])({rooms}/[\w./-]*\w)", re.sub(r"docs/hall\.png", "", text))
        if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists() and path not in written_by(text)
    ]
    assert missing == []


def test_both_readmes_are_one_readme() -> None:
    english, chinese = TEXTS["README.md"], TEXTS["README.zh-CN.md"]
    shape = re.compile(r"^(#+) ", re.MULTILINE)
    assert shape.findall(english) == shape.findall(chinese)
    code = [[b.text for b in blocks(ROOT / name) if b.kind != "text"] for name in ("README.md", "README.zh-CN.md")]
    assert code[0] == code[1], "the same commands in both"
    assert sorted(_LINK.findall(english)) == sorted(
        target.replace("README.md", "README.zh-CN.md") if target == "README.md" else target
        for target in _LINK.findall(chinese)
    )


def test_figures_are_of_one_run() -> None:
    tables = [marks[0] for name in ("README.md", "README.zh-CN.md") if (marks := make.BENCH.search(TEXTS[name]))]
    assert len(tables) == 2
    assert tables[0] == tables[1], "fill both: python -m docs.make --bench FILE"


def test_the_picture_is_there_and_small() -> None:
    picture = ROOT / "docs/hall.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 400_000

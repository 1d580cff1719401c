"""The project as a whole: what lies in the tree, what it may name, what imports what, its pins."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import hall_daemon

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("device_drivers", "hall_daemon", "kiosk_ui")
LINES_MAX = {"hall_daemon": 350, "device_drivers": 350, "kiosk_ui": 350, "tests": 450}
# Whoever reads a call with more arguments than this cannot tell them apart by their places.
PLACES_MAX = 5
# Tuples that are made by their places although they are long, for each event of a year that is read or folded; and a
# message that is made of a range, `Wait(*range)`.
BY_PLACE = {"TicketIssued", "Ticket", "Recorded", "Visit", "Called", "Ended", "_Desk", "Wait"}
VAGUE_NAMES = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
# Hosts that may stand in a file: this machine, names made for examples (RFC 2606), and addresses that only
# name a format and are never fetched.
HOSTS_ALLOWED = re.compile(
    r"(127\.0\.0\.1|0\.0\.0\.0|localhost|\[::1\]|([\w-]+\.)*example(\.(com|org|net))?|([\w-]+\.)*(invalid|test)"
    r"|www\.w3\.org|json-schema\.org|www\.gnu\.org)"
)
URL_HOST = re.compile(r"\b(?:https?|mqtts?|ftp|git|ssh|tcp)://(?:[^\s/@\"']*@)?(\[[\d:]+\]|[\w.-]*)")
# Places of one machine; brackets keep this line from being one.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:[w]ork|[r]oot|[h]ome/[a-z])(?:/|\b)")
# Libraries that only one room may use.
ONLY_IN = {
    "paho": "hall_daemon/adapters/",
    "PyQt6": "kiosk_ui/",
    "pyttsx3": "device_drivers/families/voice/",
    "serial": "device_drivers/lines/",
    "sqlite_utils": "hall_daemon/adapters/",
}
MAX_BYTES = 1_000_000
# What only the hall's clock, or nobody, may do: not for rules.
NOT_FOR_RULES = {
    "asyncio", "multiprocessing", "os", "pathlib", "socket", "sqlite3", "subprocess", "threading", "time",
}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file that git holds and that is still there."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to the project is not known")
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT, capture_output=True, check=True, timeout=60,
    ).stdout
    paths = [ROOT / name for name in listing.decode().split("\0") if name]
    assert len(paths) > 20
    return [path for path in paths if path.is_file()]


def python_files() -> list[Path]:
    found = [path for folder in (*PACKAGES, "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(found) > 20
    return found


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def lines_with(tracked: list[Path], finds: re.Pattern[str]) -> list[str]:
    return [
        f"{named(path)}:{number}: {match.group()}"
        for path in tracked
        if path.name != "LICENSE" and (text := text_of(path)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        for match in finds.finditer(line)
    ]


# --- what lies in the tree ---------------------------------------------------------------------------


def test_no_file_names_a_host_of_the_world(tracked: list[Path]) -> None:
    hosts = [
        f"{named(path)}: {match.group()}"
        for path in tracked
        if path.name != "LICENSE" and (text := text_of(path)) is not None
        for match in URL_HOST.finditer(text)
        if (host := re.sub(r":\d*$", "", match.group(1))) and not HOSTS_ALLOWED.fullmatch(host)
    ]
    assert hosts == []


def test_no_file_names_a_place_of_one_machine(tracked: list[Path]) -> None:
    assert lines_with(tracked, MACHINE_PATHS) == []


def test_no_file_is_large_or_made_by_a_machine(tracked: list[Path]) -> None:
    assert [named(path) for path in tracked if path.stat().st_size > MAX_BYTES] == []
    leftovers = {".pyc", ".db", ".sqlite3", ".log", ".pid"}
    # Those that an earlier version left are there to be opened: tests/test_earlier_data.py.
    kept = ROOT / "tests" / "earlier"
    assert [named(p) for p in tracked if p.suffix in leftovers and not p.is_relative_to(kept)] == []


def test_python_files_are_short() -> None:
    long = {
        named(path): count
        for path in python_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MAX[path.relative_to(ROOT).parts[0]]
    }
    assert long == {}, "a long file is two files"


def test_constructors_with_many_fields_take_them_by_name() -> None:
    strayed = [
        f"{named(path)}:{made.lineno}: {made.name}"
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
        for made in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(made, ast.ClassDef) and made.name not in BY_PLACE and takes_many_by_place(made)
    ]
    assert strayed == [], "kw_only=True, or a * in __init__"


def test_long_tuples_are_made_by_name() -> None:
    trees = {
        path: list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
    }
    tuples = {
        made.name
        for nodes in trees.values()
        for made in nodes
        if isinstance(made, ast.ClassDef) and "NamedTuple" in map(last_name, made.bases)
    }
    assert len(tuples) > 50
    strayed = [
        f"{named(path)}:{call.lineno}: {name}"
        for path, nodes in trees.items()
        for call in nodes
        if isinstance(call, ast.Call) and len(call.args) > PLACES_MAX
        if (name := last_name(call.func)) in tuples - BY_PLACE
    ]
    assert strayed == []


def takes_many_by_place(made: ast.ClassDef) -> bool:
    """Whether a dataclass, a Struct or an __init__ can be given more than PLACES_MAX values without their names."""
    for each in made.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            return len(each.args.args) - 1 > PLACES_MAX
    marks = [*made.decorator_list, *made.bases]
    decorated = {"dataclass", "value"} & set(map(last_name, made.decorator_list))
    if not decorated and ("NamedTuple" in map(last_name, made.bases) or not (made.keywords or made.bases)):
        return False
    words = [*made.keywords, *(word for mark in marks if isinstance(mark, ast.Call) for word in mark.keywords)]
    fields = [
        each
        for each in made.body
        if isinstance(each, ast.AnnAssign)
        and "ClassVar" not in ast.unparse(each.annotation)
        and not (isinstance(each.value, ast.Call) and "init" in {word.arg for word in each.value.keywords})
    ]
    return len(fields) > PLACES_MAX and "kw_only" not in {word.arg for word in words}


def last_name(node: ast.expr) -> str:
    """`field` of `dataclasses.field(…)`, and so on."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]


@pytest.mark.parametrize(("source", "found"), [
    ("@dataclass\nclass A:\n a: int\n b: int\n c: int\n d: int\n e: int\n f: int", True),
    ("@dataclass(kw_only=True)\nclass A:\n a: int\n b: int\n c: int\n d: int\n e: int\n f: int", False),
    ("class A(Struct):\n a: int\n b: int\n c: int\n d: int\n e: int\n f: int", True),
    ("class A(Struct, kw_only=True):\n a: int\n b: int\n c: int\n d: int\n e: int\n f: int", False),
    ("class A:\n def __init__(self, a, b, c, d, e, f): ...", True),
    ("class A:\n def __init__(self, a, b, c, d, e, *, f): ...", False),
    ("@value\nclass A:\n a: int\n b: int\n c: int\n d: int\n e: int", False),
])
def test_the_rule_of_many_fields_sees_each_kind_of_constructor(source: str, found: bool) -> None:
    (made,) = ast.parse(source).body
    assert isinstance(made, ast.ClassDef)
    assert takes_many_by_place(made) == found


def test_modules_are_named_by_what_they_hold() -> None:
    vague = [
        named(path)
        for path in python_files()
        if VAGUE_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert vague == []


def test_modules_open_with_what_they_are() -> None:
    silent = [
        named(path)
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
        and (text := path.read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


# --- who imports what --------------------------------------------------------------------------------


def test_nothing_imports_upward() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    verdict = subprocess.run(
        [str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_rules_are_standard_library_and_pure() -> None:
    foreign = [
        f"{named(path)}:{line}: {module}"
        for path in sorted((ROOT / "hall_daemon/domain").glob("*.py"))
        for line, module in imports_of(path)
        if not module.startswith(("hall_daemon.domain", "hall_daemon.words.text"))
        and module.partition(".")[0] not in sys.stdlib_module_names - NOT_FOR_RULES
    ]
    assert foreign == []


def test_a_library_stays_in_its_room() -> None:
    strayed = [
        f"{named(path)}:{line}: {module}"
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
        for line, module in imports_of(path)
        if not named(path).startswith(ONLY_IN.get(module.partition(".")[0], ""))
    ]
    assert strayed == []


def test_the_kiosk_knows_of_the_hall_only_what_goes_over_the_wire() -> None:
    """And the pure rules by which a form that came over it is checked, as a browser has them."""
    known = ("hall_daemon.wire", "hall_daemon.words", "hall_daemon.matters")
    strayed = [
        f"{named(path)}:{line}: {module}"
        for path in sorted((ROOT / "kiosk_ui").rglob("*.py"))
        for line, module in imports_of(path)
        if module.startswith("device_drivers")
        or (module.startswith("hall_daemon") and not module.startswith(known))
    ]
    assert strayed == []


def imports_of(path: Path) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, node.module or "."))
    return found


# --- what it is pinned to ----------------------------------------------------------------------------


def project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        table: dict[str, object] = tomllib.load(file)["project"]
    return table


def pins(name: str) -> dict[str, tuple[str, int]]:
    """Distribution -> (version, number of hashes)."""
    found: dict[str, tuple[str, int]] = {}
    for entry in re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements" / name).read_text(encoding="utf-8")):
        if match := re.match(r"([a-z0-9.-]+)==(\S+)", entry):
            found[match[1]] = (match[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry)))
    return found


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_pin_has_a_hash_and_the_header_names_no_machine(name: str) -> None:
    found = pins(name)
    assert len(found) > 20
    assert [package for package, (_version, hashes) in found.items() if not hashes] == []
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    bare = [line for line in text.splitlines() if line[:1].isalnum() and "==" not in line]
    assert bare == []
    assert text.splitlines()[1] == "#    make lock"


def test_the_tests_run_against_what_the_hall_runs_on() -> None:
    tested = pins("dev.txt")
    assert {package: tested.get(package) for package in pins("run.txt")} == pins("run.txt")


def test_everything_the_project_asks_for_is_pinned() -> None:
    dependencies = project()["dependencies"]
    assert isinstance(dependencies, list)
    asked = {re.split(r"[^A-Za-z0-9.-]", each)[0].lower() for each in dependencies}
    assert asked - pins("run.txt").keys() == set()


def test_debian_packages_are_named_once_and_say_what_for() -> None:
    seen: list[str] = []
    for name in ("debian.txt", "debian-test.txt", "debian-kiosk.txt"):
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        seen += [name.strip() for line in lines for name in line.split("#")[0].split("|") if name.strip()]
    assert [package for package in seen if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", package)] == []
    assert len(seen) == len(set(seen))


def test_version_is_the_same_everywhere() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] in {"Unreleased", project()["version"]}
    assert hall_daemon.__version__ == project()["version"]
    assert headings[1:2] in ([], [project()["version"]])


# --- its commands ------------------------------------------------------------------------------------


def test_make_alone_lists_the_commands() -> None:
    make = shutil.which("make")
    assert make
    listing = subprocess.run([make], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    told = set(re.findall(r"^ +make ([a-z]+) +\S", listing, re.MULTILINE))
    assert {"run", "test", "check", "bench", "lint", "lock", "clean"} <= told


def test_ci_is_make_check() -> None:
    script = ROOT / ".ci/run"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "make check"

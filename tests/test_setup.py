"""requirements/setup, what `make run` and `make test` do first: installs what is missing, once, and says
what to do when it may not. apt, dpkg, sudo and pip are stand-ins that write down how they were called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("cat", "dirname", "env", "grep", "rm", "sed", "sha256sum", "sh")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with the project and nothing else but a few tools; root, all packages there."""
    shutil.copytree(ROOT / "requirements", tmp_path / "hall/requirements")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "hall")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / "bin" / tool).symlink_to(found)
    stand_in(tmp_path, "id", "echo 0")
    stand_in(tmp_path, "dpkg-query", "echo installed")
    stand_in(tmp_path, "apt-cache", 'echo "Package: $2"')
    stand_in(tmp_path, "apt-get", f'echo "apt-get $*" >>{tmp_path}/calls')
    stand_in(
        tmp_path, "python3",
        f"""case "$1 $2" in
        "-m venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
        "-m pip") echo "pip $*" >>{tmp_path}/calls ;;
        esac""",
    )
    (tmp_path / "bin/mkdir").symlink_to(shutil.which("mkdir") or "")
    (tmp_path / "bin/cp").symlink_to(shutil.which("cp") or "")
    return tmp_path


def stand_in(machine: Path, name: str, body: str) -> None:
    program = machine / "bin" / name
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)


def setup(machine: Path, kind: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(machine / "bin"), "LC_ALL": "C"}
    return subprocess.run(
        [str(machine / "hall/requirements/setup"), kind],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )


def calls(machine: Path) -> list[str]:
    file = machine / "calls"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def lacks(machine: Path, *states: str) -> None:
    """dpkg knows these packages by another state: `name=state`, or `name=` when it never heard of it."""
    cases = "\n".join(
        f"{name}) {f'echo {state}' if state else 'exit 1'} ;;"
        for name, _, state in (each.partition("=") for each in states)
    )
    stand_in(machine, "dpkg-query", f'case "$4" in\n{cases}\n*) echo installed ;;\nesac')


def test_first_time_makes_the_venv_and_second_time_does_nothing(machine: Path) -> None:
    first = setup(machine, "run")
    assert first.returncode == 0, first.stderr
    assert [call.split()[0] for call in calls(machine)] == ["pip", "pip"]
    assert "--require-hashes --only-binary :all: -r requirements/run.txt" in calls(machine)[0]
    assert "--no-index" in calls(machine)[1]
    second = setup(machine, "run")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert len(calls(machine)) == 2


def test_changed_list_is_installed_again_and_a_touched_one_is_not(machine: Path) -> None:
    setup(machine, "run")
    lock = machine / "hall/requirements/run.txt"
    os.utime(lock)
    setup(machine, "run")
    assert len(calls(machine)) == 2
    lock.write_text(lock.read_text(encoding="utf-8") + "# newer\n", encoding="utf-8")
    setup(machine, "run")
    assert len(calls(machine)) == 4


def test_what_the_tests_need_holds_what_the_hall_needs(machine: Path) -> None:
    setup(machine, "dev")
    before = calls(machine)
    assert "-r requirements/dev.txt" in before[0]
    setup(machine, "run")
    assert calls(machine) == before


@pytest.mark.parametrize("state", ["", "not-installed", "config-files", "half-installed"])
def test_root_installs_only_what_is_missing(machine: Path, state: str) -> None:
    lacks(machine, f"mosquitto={state}", f"libegl1={state}")
    done = setup(machine, "run")
    assert done.returncode == 0, done.stderr
    update, install = calls(machine)[:2]
    assert update.endswith(" update")
    assert install.endswith(" install -y --no-install-recommends mosquitto libegl1")
    assert "DPkg::Lock::Timeout=120" in install


RELEASES = sorted((ROOT / "tests/releases").glob("*.txt"))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_every_release_settles(machine: Path, release: Path) -> None:
    """On a machine that has nothing, each line is installed by the name this release knows, and then all is there."""
    there = [line for line in release.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    known, have = machine / "known", machine / "have"
    known.write_text("\n".join(there) + "\n", encoding="utf-8")
    have.touch()
    stand_in(machine, "apt-cache", f'grep -x "$2" {known}')
    stand_in(machine, "dpkg-query", f'grep -qx "$4" {have} && echo installed')
    stand_in(
        machine, "apt-get",
        f"""case "$*" in
        *install*)
            echo install >>{machine}/calls
            for each in "$@"; do case "$each" in [a-z]*) echo "$each" >>{have} ;; esac; done ;;
        esac""",
    )
    assert setup(machine, "dev").returncode == 0
    again = setup(machine, "dev")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert calls(machine).count("install") == 1
    installed = [name for name in have.read_text(encoding="utf-8").split() if name != "install"]
    assert sorted(installed) == sorted(set(installed) & set(there))
    lines = [
        line.partition("#")[0].split()
        for file in ("debian.txt", "debian-test.txt")
        for line in (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
    ]
    assert len(installed) == sum(map(bool, lines))


def test_user_with_sudo_installs_through_it(machine: Path) -> None:
    lacks(machine, "mosquitto=")
    stand_in(machine, "id", "echo 1000")
    stand_in(machine, "sudo", f'echo "sudo $*" >>{machine}/calls; exec "$@"')
    done = setup(machine, "run")
    assert done.returncode == 0, done.stderr
    programs = [call.split()[0] for call in calls(machine)]
    assert programs == ["sudo", "apt-get", "sudo", "apt-get", "pip", "pip"]


def test_user_without_sudo_reads_what_root_has_to_run(machine: Path) -> None:
    lacks(machine, "mosquitto=", "libegl1=")
    stand_in(machine, "id", "echo 1000")
    refused = setup(machine, "run")
    assert refused.returncode == 1
    assert "apt-get install mosquitto libegl1" in refused.stderr
    assert calls(machine) == []


def test_user_without_sudo_goes_on_when_nothing_is_missing(machine: Path) -> None:
    stand_in(machine, "id", "echo 1000")
    assert setup(machine, "run").returncode == 0
    assert all(call.startswith("pip") for call in calls(machine))


def test_package_that_apt_cannot_install_stops_it(machine: Path) -> None:
    lacks(machine, "mosquitto=")
    stand_in(machine, "apt-get", 'case "$*" in *install*) exit 100 ;; esac')
    refused = setup(machine, "run")
    assert refused.returncode == 1
    assert "apt-get could not install: mosquitto" in refused.stderr


def test_install_that_failed_is_tried_again(machine: Path) -> None:
    python = machine / "bin/python3"
    works = python.read_text(encoding="utf-8")
    python.write_text(works.replace(">>", "|| exit 1; exit 1 >>"), encoding="utf-8")
    refused = setup(machine, "run")
    assert refused.returncode == 1
    assert "requirements/run.txt" in refused.stderr
    python.write_text(works, encoding="utf-8")
    shutil.copy(python, machine / "hall/.venv/bin/python")
    assert setup(machine, "run").returncode == 0
    assert len(calls(machine)) == 2


def test_too_old_python_is_named(machine: Path) -> None:
    stand_in(machine, "python3", 'case "$1" in -V) echo "Python 3.9.2" ;; -c) exit 1 ;; esac')
    refused = setup(machine, "run")
    assert refused.returncode == 1
    assert "3.11" in refused.stderr
    assert "Python 3.9.2" in refused.stderr


def test_other_words_are_refused(machine: Path) -> None:
    assert "usage" in setup(machine, "everything").stderr

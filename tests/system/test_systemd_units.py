"""The units as systemd reads them: valid, hardened, and not so hard that the hall falls silent.

Nothing is installed and no systemd runs here: systemd-analyze judges the files themselves.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from device_drivers.families.voice.synth import DEFAULT_VOICES, WORKER
from hall_daemon.adapters.storage.keys import CREDENTIALS
from hall_daemon.cli.errors import EXIT

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "systemd"
SERVICES = ("hall-daemon.service", "hall-kiosk.service", "hall-screen.service")
# Exposure as systemd-analyze counts it, times ten: 0 is shut in, 100 is bare.
THRESHOLDS = {"hall-daemon.service": 16, "hall-kiosk.service": 19, "hall-screen.service": 19}
# prctl(2): from now on no memory of this process is both writable and executable, kept over exec.
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is missing: `make test` installs it (requirements/debian-test.txt)"
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)


def settings(unit: str) -> dict[str, list[str]]:
    """Setting -> its values in order; a systemd setting may stand more than once."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / unit).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units with programs that exist here: `verify` looks whether what they start can be started."""
    for unit in SERVICES:
        text = (UNITS / unit).read_text(encoding="utf-8")
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", text, flags=re.MULTILINE)
        (tmp_path / unit).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_has_nothing_to_say_against_a_unit(unit: str, installed: Path) -> None:
    verdict = analyze("verify", "--man=no", str(installed / unit))
    assert (verdict.returncode, verdict.stdout + verdict.stderr) == (0, "")


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_is_hardened(unit: str, installed: Path) -> None:
    verdict = analyze(
        "security", "--offline=true", "--no-pager", f"--threshold={THRESHOLDS[unit]}", str(installed / unit)
    )
    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize("unit", SERVICES)
def test_nobody_else_reads_what_a_unit_writes_and_it_comes_back(unit: str) -> None:
    said = settings(unit)
    assert said["UMask"] == ["0077"]
    assert said["LimitCORE"] == ["0"]
    assert said["Restart"] == ["always"]


def test_the_threshold_refuses_a_bare_unit(tmp_path: Path) -> None:
    bare = tmp_path / "bare.service"
    bare.write_text(f"[Service]\nExecStart={sys.executable}\n", encoding="utf-8")
    verdict = analyze("security", "--offline=true", "--no-pager", "--threshold=20", str(bare))
    assert verdict.returncode != 0


def test_the_daemon_is_watched_and_comes_back_unless_that_cannot_help() -> None:
    daemon = settings("hall-daemon.service")
    assert daemon["Type"] == ["notify"]
    assert daemon["NotifyAccess"] == ["main"]
    assert int(daemon["WatchdogSec"][0]) <= 15
    assert daemon["Restart"] == ["always"]
    assert daemon["StartLimitIntervalSec"] == ["0"]
    assert daemon["RestartPreventExitStatus"] == ["2"]
    assert "configuration" in EXIT[2]


def test_the_daemon_reaches_serial_lines_and_speakers_and_its_own_folder() -> None:
    daemon = settings("hall-daemon.service")
    assert set(daemon["SupplementaryGroups"][0].split()) == {"dialout", "audio", "lp", "input"}
    assert set(daemon["DeviceAllow"]) == {
        "char-ttyS rw", "char-ttyUSB rw", "char-ttyACM rw", "char-alsa rw", "char-usb rw", "char-input r",
    }
    assert daemon["StateDirectory"] == ["hall"]


def test_the_daemon_is_given_the_keys_that_it_asks_for() -> None:
    """Without a path: one that is not there keeps no hall from starting."""
    daemon = settings("hall-daemon.service")
    assert set(daemon["LoadCredentialEncrypted"]) == set(CREDENTIALS.values())


@pytest.mark.parametrize("unit", ["hall-kiosk.service", "hall-screen.service"])
def test_no_key_leads_out_of_what_stands_in_the_hall(unit: str) -> None:
    command = settings(unit)["ExecStart"][0].split()
    assert command[0].endswith("/cage")
    assert "-s" not in command[: command.index("--")]  # -s would allow switching consoles


def test_the_daemons_command_line_is_one_the_program_knows() -> None:
    program, *arguments = settings("hall-daemon.service")["ExecStart"][0].split()
    assert program.endswith("/bin/hall")
    hall = "import sys; from hall_daemon.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", hall, *arguments, "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert "--config" in told.stdout


def test_the_voice_speaks_under_the_units_memory_rule(tmp_path: Path) -> None:
    """MemoryDenyWriteExecute breaks what writes code at run time; ctypes, under the voice, once did."""
    assert settings("hall-daemon.service")["MemoryDenyWriteExecute"] == ["yes"]
    shut_in = (
        "import ctypes, os, sys\n"
        f"if ctypes.CDLL(None).prctl({PR_SET_MDWE}, {PR_MDWE_REFUSE_EXEC_GAIN}, 0, 0, 0):\n"
        "    sys.exit(77)\n"
        "os.execv(sys.argv[1], sys.argv[1:])\n"
    )
    said = {"text": "qing3 A 0 0 1 hao4", "voice": DEFAULT_VOICES["zh"], "rate": 160}
    # On a busy machine pyttsx3 now and then writes no file; the memory rule would stop every one.
    wavs = [tmp_path / f"said-{number}.wav" for number in range(5)]
    requests = "".join(json.dumps({**said, "path": str(wav)}) + "\n" for wav in wavs)
    worker = subprocess.run(
        [sys.executable, "-c", shut_in, *WORKER],
        input=requests, capture_output=True, text=True, timeout=60, check=False,
    )
    if worker.returncode == 77:
        pytest.skip("this kernel cannot be asked for the memory rule outside systemd (needs 6.3)")
    assert '"done"' in worker.stdout, worker.stdout + worker.stderr
    assert max(wav.stat().st_size for wav in wavs if wav.exists()) > 10_000


def test_users_of_the_units_are_the_ones_that_are_made() -> None:
    program = shutil.which("systemd-sysusers")
    assert program, "systemd-sysusers is missing: it comes with systemd (requirements/debian-test.txt)"
    file = UNITS / "hall.sysusers.conf"
    verdict = subprocess.run(
        [program, "--dry-run", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert verdict.returncode == 0, verdict.stderr
    made = set(re.findall(r"^u +(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert made == {settings(unit)["User"][0] for unit in SERVICES}


def test_udev_rules_keep_modemmanager_off_and_are_well_formed() -> None:
    text = (UNITS / "70-hall.rules").read_text(encoding="utf-8")
    item = r'[A-Z_]+(\{[A-Za-z_]+\})?(==|!=|\+=|:=|=)"[^"]*"'
    live = [line for line in text.splitlines() if line and not line.startswith("#")]
    examples = [line[1:] for line in text.splitlines() if line.startswith("#SUBSYSTEM")]
    assert examples, "the rules show how two clones are told apart"
    for line in live + examples:
        assert re.fullmatch(rf"{item}(, {item})*", line), line
    assert any('ENV{ID_MM_DEVICE_IGNORE}="1"' in line for line in live)
    assert any('ENV{ID_MM_PORT_IGNORE}="1"' in line for line in live)
    assert all('SYMLINK+="hall-' in line for line in examples)

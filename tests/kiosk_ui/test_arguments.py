"""What the kiosk is told at its start, and that a mistake is said before anything is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk_ui.arguments import parse, read_credential


def test_what_is_left_out_is_as_in_the_hall() -> None:
    told = parse([], {})
    assert (told.url, told.kiosk, told.windowed, told.overrides) == ("http://127.0.0.1:8080", "kiosk-1", False, {})


def test_arguments_go_before_the_environment() -> None:
    environ = {"HALL_URL": "http://hall.example:8080/", "HALL_KIOSK_PRINTER": "printer-1", "HALL_KIOSK_WIDTH_MM": "338",
        "HALL_KIOSK_HEIGHT_MM": "270", "HALL_KIOSK_LANGUAGE": "en", "HALL_KIOSK_SERVICES": "a, b"}
    told = parse(["--printer", "printer-2", "--windowed", "--idle-s", "30"], environ)
    assert (told.url, told.windowed) == ("http://hall.example:8080", True)
    assert told.overrides == {
        "printer": "printer-2", "services": ("a", "b"), "language": "en", "screen_mm": (338, 270), "idle_s": 30,
    }


def test_the_kiosk_is_named_by_its_id_alone_also_by_the_former_name() -> None:
    assert parse([], {"HALL_KIOSK": "side"}).kiosk == "side"
    assert parse([], {"HALL_KIOSK_ID": "side", "HALL_KIOSK_PRINTER": ""}).kiosk == "side"
    assert parse(["--kiosk", "desk"], {"HALL_KIOSK": "side", "HALL_KIOSK_ID": "old"}).kiosk == "desk"
    assert parse(["--printer", "", "--services", ""], {}).overrides == {"printer": "", "services": ()}


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--url", "hall"], "is not an address like http://127.0.0.1:8080"),
        (["--url", "file:///etc/passwd"], "is not an address"),
        (["--url", "http://user:secret@hall.test"], "is not an address"),
        (["--kiosk", "a b"], "'a b' is not 1 to 64 letters, digits, '.', '-' and '_'"),
        (["--printer", "p" * 65], "is not at most 64 characters"),
        (["--services", "a,b!"], "is not 1 to 64 letters, digits, '-' and '_'"),
        (["--width-mm", "wide"], "is not a whole number from 50 to 5000"),
        (["--width-mm", "338", "--height-mm", "49"], "is not a whole number from 50 to 5000"),
        (["--width-mm", "338"], "--width-mm and --height-mm go together"),
        (["--idle-s", "0"], "is not a whole number from 1 to 86400"),
        (["--language", "fr"], "is not en or zh"),
        (["--colour"], "unrecognized arguments"),
    ],
)
def test_a_mistake_is_said(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parse(argv, {})
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_a_wrong_environment_is_said_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse([], {"HALL_URL": "hall"})
    assert "is not an address" in capsys.readouterr().err


def test_the_credential_is_a_file_of_systemds_or_a_named_one(tmp_path: Path) -> None:
    assert parse([], {}).credential == ""
    assert parse([], {"CREDENTIALS_DIRECTORY": "/run/c"}).credential == "/run/c/hall-kiosk"
    environ = {"CREDENTIALS_DIRECTORY": "/run/c", "HALL_CREDENTIAL": "/a"}
    assert parse([], environ).credential == "/a"
    assert parse(["--credential", "/b"], environ).credential == "/b"


@pytest.mark.parametrize(("content", "read"), [
    (b"kiosk-1.abc\n", "kiosk-1.abc"), (b"", ""), (b"a.b\nX-Other: 1\n", ""), (b"\xff\xfe", ""),
    (b"a" * 9999, "a" * 1000),
])
def test_what_a_credential_file_holds(content: bytes, read: str, tmp_path: Path) -> None:
    file = tmp_path / "credential"
    file.write_bytes(content)
    assert read_credential(str(file)) == read


def test_a_credential_that_is_not_there_is_no_crash(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert read_credential("") == ""
    assert caplog.text == ""
    assert read_credential(str(tmp_path / "none")) == ""
    assert "hall machine add makes one" in caplog.text


def test_without_a_display_it_says_so_and_ends() -> None:
    environ = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environ.pop("QT_QPA_PLATFORM", None)
    told = subprocess.run(
        [sys.executable, "-m", "kiosk_ui"], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 69
    assert "There is no display" in told.stderr


def test_pictures_of_every_page_are_asked_for_by_their_folder() -> None:
    assert parse([], {}).screenshots == ""
    assert parse(["--screenshots", "pictures", "--theme", "song"], {}).overrides == {"theme": "song"}

"""`hall doctor` on a recorded machine, in which one thing after the other is broken."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hall_daemon.cli.doctor import CHECKS
from hall_daemon.cli.doctor.finding import Check, Line, lines
from hall_daemon.cli.doctor.scene import Scene, Unseen, User, may
from hall_daemon.cli.doctor.world import _greet
from hall_daemon.config import load
from hall_daemon.words.tables import tables
from hall_daemon.words.text import ALWAYS
from tests.hall_daemon.cli.recorded import FTDI, HALL, PRINTER, ROOT, UNIT, listening, machine, process, write
from tests.hall_daemon.cli.words import hall, program

NOW = datetime(2032, 11, 28, 3, 0, tzinfo=UTC)
PROGRAMS = {
    "timedatectl": "yes\n", "aplay": "card 0: PCH [HDA Intel PCH]\n", "espeak-ng": " 5  cmn  --/M\n",
    "fc-list": "Noto Sans CJK SC\n", "tesseract": "List of available languages (2):\nchi_sim\neng\n",
}
WELL: dict[str, Any] = {
    "/healthz": {"status": "ok", "version": "0.1.0", "checks": {"journal": "ok"}},
    "/api/v1/day": {"day": "2032-11-28", "machine": None},
    "/api/v1/hall": {"devices": [
        {"id": "printer-1", "role": "printer", "state": "ready", "code": "", "detail": ""},
    ]},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    machine(tmp_path)
    return tmp_path


def scene(root: Path, answers: Mapping[str, Any] = WELL, programs: Mapping[str, str] = PROGRAMS) -> Scene:
    def run(words: Sequence[str]) -> str:
        if words[0] not in programs:
            raise Unseen("no_program", program=words[0])
        return programs[words[0]]

    def silent(_host: str, _port: int) -> Any:
        raise ConnectionRefusedError("refused")

    settings = load(root / "etc/hall/hall.toml")
    return Scene(
        settings=settings, root=root, project=ROOT, now=NOW, run=run, ask=lambda path: answers[path], greet=silent,
        connect=silent, packages={}, backup=None,
    )


def told(check: str, where: Scene) -> list[Line]:
    wanted = [each for each in CHECKS if each.id == check]
    assert wanted, check
    return list(lines(wanted, where))


def result(check: str, where: Scene) -> str:
    return {line.result: line.result for line in told(check, where)}.popitem()[0]


def test_there_are_more_than_thirty_checks_each_with_words() -> None:
    ids = [check.id for check in CHECKS]
    assert len(ids) == len(set(ids)) >= 30
    under = {key.split(".")[0] for key in tables().under("doctor")}
    assert under == {*ids, "unknown"}


def test_what_is_a_fault_says_what_to_do_in_both_languages() -> None:
    known = tables().under("doctor")
    well = {"title", "ok", "ok_alone", "runs_ruled", "free", "ours", "readers"}
    bad = {key for key in known if not key.startswith("unknown.") and not key.endswith("_do")
        and key.split(".")[1] not in well} - {"http_hosts.loopback"}
    assert [key for key in sorted(bad) if f"{key}_do" not in known] == []
    assert all(known[key].keys() >= set(ALWAYS) for key in known)


def test_an_installation_as_it_should_be_has_no_fault(root: Path) -> None:
    write(root, {"/etc/hall/hall.toml": HALL.replace("/dev/ttyUSB1", PRINTER)})
    found = {line.check: line for line in lines(CHECKS, scene(root))}
    faults = {check: line.found["en"] for check, line in found.items() if line.result == "fault"}
    assert faults.keys() == {"broker"}, faults  # none answers in this test
    healthy = """ports_there ports_rights dialout ports_by_id ports_held unit_installed unit_enabled
        udev_rules modem_manager credentials data_modes data_owner http_port time_zone memory landlock
        debian_packages core_dumps runs_as health
        devices_health paper clock_believed"""
    assert [(check, found[check].found) for check in healthy.split() if found[check].result != "ok"] == []


RULES, WANTS = "etc/udev/rules.d/70-hall.rules", "etc/systemd/system/multi-user.target.wants/hall-daemon.service"


def gone(path: str) -> Callable[[Path], object]:
    return lambda root: (root / path).unlink()


def mode(path: str, bits: int) -> Callable[[Path], object]:
    return lambda root: (root / path).chmod(bits)


def put(files: Mapping[str, str], without: str = "") -> Callable[[Path], object]:
    def break_(root: Path) -> None:
        write(root, files)
        if without:
            shutil.rmtree(root / without) if (root / without).is_dir() else (root / without).unlink()

    return break_


def nothing(_root: Path) -> None:
    """It is so already."""


ZONE = {"/etc/localtime": "-> ../usr/share/zoneinfo/Etc/UTC", "/usr/share/zoneinfo/Etc/UTC": ""}
LOOPBACK = HALL.replace("https://hall.example", "")
JOINED = HALL + '\n[platform]\nurl = "https://platform.example"\napp = "h"\nmatters = { swim = "A1" }\n'
SHORT = JOINED.replace('app = "h"', 'app = "h"\nsecret_file = "secret"')
NGINX = {"/proc/net/tcp": listening(8080, 778), **process(900, "nginx", opened="socket:[778]")}
KEYPAD = HALL + '''
[devices.k]
kind = "hid-keypad"
line = { kind = "evdev", port = "/dev/input/event3" }
'''
USB_PRINTER = HALL + '\n[devices.u]\nkind = "escpos-printer"\nline = { kind = "file", port = "/dev/usb/lp0" }\n'
CAMERA = HALL + '\n[kiosks.k]\n[devices.c]\nkind = "camera-folder"\nfolder = "/srv/camera"\nkiosk = "k"\n'
SANE = HALL + '\n[kiosks.k]\n[devices.c]\nkind = "sane-scanner"\nkiosk = "k"\n'
SINK = HALL + '\n[devices.v]\nkind = "speaker"\nzones = [{ id = "hall", output = "pipewire", device = "hall" }]\n'
TOML = "/etc/hall/hall.toml"
# What is broken: how, and which check finds what of it.
BROKEN: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "port gone": (gone(FTDI[1:]), "ports_there", "fault", "is not there"),
    "no rights": (mode("dev/ttyUSB0", 0), "ports_rights", "fault", "may not read and write"),
    "no group": (put({"/etc/group": "hall:x:990:\n"}), "dialout", "fault", "no group dialout"),
    "numbered": (nothing, "ports_by_id", "warning", "/dev/ttyUSB1"),
    "two on one": (put({FTDI: "-> ../../ttyUSB1"}), "ports_shared", "fault", "shares"),
    "held": (put(process(812, "minicom", opened="/dev/ttyUSB0")), "ports_held", "fault", "process 812 (minicom)"),
    "modem": (put(process(90, "ModemManager"), without=RULES), "modem_manager", "fault", "writes commands"),
    "braille": (put(process(91, "brltty")), "brltty", "fault", "takes USB ports"),
    "rules cut": (put({f"/{RULES}": "# mine\n"}), "udev_rules", "warning", "lacks"),
    "unit closed": (put({UNIT: "DeviceAllow=char-ttyS rw\n"}), "device_allow", "fault", "does not allow"),
    "unit changed": (put({UNIT: "[Service]\nUser=root\n"}), "unit_installed", "warning", "differs"),
    "not enabled": (gone(WANTS), "unit_enabled", "fault", "not enabled"),
    "root": (put(process(4242, "hall", root=True)), "runs_as", "warning", "as root"),
    "open data": (mode("var/lib/hall", 0o755), "data_modes", "fault", "has mode 755"),
    "key beside": (put({"/var/lib/hall/vault.key": "x"}, "etc/credstore.encrypted"), "credentials", "warning", "lies"),
    "config open": (mode("etc/hall/hall.toml", 0o666), "configuration_rights", "fault", "everybody"),
    "port taken": (put(NGINX), "http_port", "fault", "process 900 (nginx)"),
    "owner unseen": (put({"/proc/net/tcp": listening(8081, 779)}), "public_port", "unknown", "cannot be seen"),
    "debian's broker": (put({"/proc/net/tcp": listening(1883, 5)}), "other_broker", "warning", "1883"),
    "zone": (put(ZONE), "time_zone", "warning", "Etc/UTC"),
    "memory": (put({"/proc/meminfo": "MemTotal: 9000 kB\nMemAvailable: 9000 kB\n"}), "memory", "warning", "only"),
    "landlock": (put({"/sys/kernel/security/lsm": "yama\n"}), "landlock", "warning", "is off"),
    "packages": (put({"/var/lib/dpkg/status": ""}), "debian_packages", "warning", "mosquitto"),
    "loopback": (put({"/etc/hall/hall.toml": LOOPBACK}), "public_url", "fault", "no phone"),
    "no journal": (nothing, "journal_end", "unknown", "there is no"),
    "bad journal": (put({"/var/lib/hall/journal.db": "not a database" * 99}), "journal_end", "fault", "damaged"),
    "no backup said": (nothing, "backup_age", "unknown", "nobody said"),
    "no hall": (gone("var/lib/hall/lock"), "core_dumps", "unknown", "no hall runs"),
    "no secret": (put({"/etc/hall/hall.toml": JOINED}), "platform_secret", "fault", "no secret"),
    "short": (put({"/etc/hall/hall.toml": SHORT, "/etc/hall/secret": "x"}), "platform_secret", "fault", "too short"),
    "far": (put({"/etc/hall/hall.toml": JOINED}), "platform_reached", "fault", "platform.example:443"),
    "misfit": (put({"/etc/hall/hall.toml": JOINED}), "platform_fits", "warning", "swim: there is no such guide"),
    "no keypad": (put({TOML: KEYPAD}), "ports_there", "fault", "/dev/input/event3 of k is not there"),
    "keypad numbered": (put({TOML: KEYPAD}), "ports_by_id", "warning", "k has /dev/input/event3"),
    "no printer": (put({TOML: USB_PRINTER}), "ports_there", "fault", "/dev/usb/lp0 of u is not there"),
    "no folder": (put({TOML: CAMERA}), "device_needs", "fault", "c needs /srv/camera"),
    "no scanimage": (put({TOML: SANE}), "device_needs", "fault", "c needs scanimage"),
    "no pw-play": (put({TOML: SINK}), "device_needs", "fault", "v needs pw-play"),
    "no users": (gone("etc/passwd"), "users", "unknown", "there is no"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_found(root: Path, case: str) -> None:
    break_, check, wanted, words = BROKEN[case]
    break_(root)
    found = told(check, scene(root))
    assert any(line.result == wanted and words in line.found["en"] for line in found), found
    assert "?" not in "".join(line.found["zh"] + line.found["en"] + str(line.do) for line in found), "a fact is missing"


def test_a_port_without_a_lasting_name_is_told_the_one_it_has(root: Path) -> None:
    [line] = told("ports_by_id", scene(root))
    assert line.do is not None
    assert PRINTER in line.do["zh"]


def test_devices_that_share_a_port_and_say_so_are_as_they_should_be(root: Path) -> None:
    shared = HALL.replace("/dev/ttyUSB1", FTDI).replace(f'"{FTDI}" }}', f'"{FTDI}", shared = true }}')
    write(root, {"/etc/hall/hall.toml": shared})
    assert result("ports_shared", scene(root)) == "ok"
    write(root, {"/etc/hall/hall.toml": shared.replace(FTDI, "/dev/ttyUSB0", 1)})
    assert result("ports_shared", scene(root)) == "fault", "by two names it is two lines"


def test_what_a_running_hall_says_of_itself(root: Path) -> None:
    printer = {"id": "p", "role": "printer", "state": "ready", "code": "paper_near_end", "detail": "near"}
    down = {"id": "s", "role": "screen", "state": "disconnected", "code": "port_missing", "detail": "there is no port"}
    ill = {
        "/healthz": {
            "status": "failing", "version": "0.0.9", "checks": {"journal": "failing: disk", "device:s": "degraded: x"},
        },
        "/api/v1/day": {"day": "2032-11-28", "machine": "2041-01-01 08:00"},
        "/api/v1/hall": {"devices": [printer, down]},
    }
    where = scene(root, ill)
    assert [line.found["en"] for line in told("health", where)] == ["journal: failing: disk"]
    found = {check: result(check, where) for check in ("running_version", "clock_believed", "paper")}
    assert found == {"running_version": "warning", "clock_believed": "fault", "paper": "warning"}
    assert [line.found["en"] for line in told("devices_health", where)] == ["s is disconnected: there is no port"]
    assert result("paper", scene(root, {"/api/v1/hall": {"devices": [printer | {"code": "silent"}]}})) == "unknown"
    assert result("paper", scene(root, {"/api/v1/hall": {"devices": [printer | {"code": "paper_out"}]}})) == "fault"


def test_certificates_have_an_end_names_and_keys(root: Path) -> None:
    config = root / "etc/hall/hall.toml"
    assert hall("tls", "init", "--config", str(config), "--host", "hall.example").code == 0
    files = 'cert_file = "tls/hall.crt"\nkey_file = "tls/hall.key"\n'
    config.write_text(f'{HALL}\n[http]\nhost = "0.0.0.0"\nhosts = ["hall.example", "other.example"]\n{files}')
    where = replace(scene(root), now=datetime.now(UTC))
    assert [result(check, where) for check in ("http_hosts", "certificate_chain", "authority_key")] == ["ok"] * 3
    assert ["does not name other.example" in line.found["en"] for line in told("certificates", where)] == [True]
    later = told("certificates", scene(root))
    assert "has ended" in later[0].found["en"]
    (root / "etc/hall/tls/hall.crt").write_text("no certificate")
    assert [result(check, where) for check in ("certificates", "certificate_chain")] == ["fault", "fault"]
    (root / "etc/hall/tls/ca.key").chmod(0o644)
    assert result("authority_key", where) == "fault"


def test_copies_have_an_age(root: Path) -> None:
    where = replace(scene(root), backup=Path("/mnt/backup"))
    (root / "mnt/backup").mkdir(parents=True)
    assert result("backup_age", where) == "fault"
    write(root, {"/mnt/backup/journal-2032-11-20.db": ""})
    day = 86_400
    for age, wanted in ((9 * day, "warning"), (day, "ok")):
        os.utime(root / "mnt/backup/journal-2032-11-20.db", (NOW.timestamp() - age,) * 2)
        assert result("backup_age", where) == wanted


def test_a_journal_that_is_whole_is_proven_at_its_end(root: Path, ran: Path) -> None:
    shutil.copytree(ran, root / "var/lib/hall", dirs_exist_ok=True)
    where = scene(root)
    assert [result(check, where) for check in ("journal_end", "snapshots")] == ["ok", "ok"]


def test_programs_that_are_missing_are_faults_only_where_the_hall_needs_them(root: Path) -> None:
    assert result("player", scene(root, programs={})) == "none"
    write(root, {"/etc/hall/hall.toml": HALL + '\n[devices.voice]\nkind = "speaker"\n'})
    silent = scene(root, programs={})
    assert [result(check, silent) for check in ("player", "voice_program")] == ["fault", "fault"]
    assert [result(check, silent) for check in ("voice_child", "chinese_font", "clock_synchronised")] == ["unknown"] * 3
    assert result("player", scene(root)) == "ok"


def test_a_hall_works_without_a_recogniser_of_letters(root: Path) -> None:
    assert result("letters", scene(root)) == "ok"
    assert result("letters", scene(root, programs={})) == "warning"
    latin = told("letters", scene(root, programs={"tesseract": "eng\n"}))
    assert [(line.result, "chi-sim" in str(line.do)) for line in latin] == [("warning", True)]


def test_a_check_that_fails_is_unknown_and_keeps_no_other_from_being_made(root: Path) -> None:
    def fails(_scene: Scene) -> list[Any]:
        raise ZeroDivisionError("oh")

    found = list(lines((Check("memory", fails), *(each for each in CHECKS if each.id == "landlock")), scene(root)))
    assert [line.result for line in found] == ["unknown", "ok"]
    assert "ZeroDivisionError" in found[0].found["en"]


def test_who_may_use_a_file(tmp_path: Path) -> None:
    path = tmp_path / "tty"
    path.touch()
    own = path.stat()
    for mode, user, allowed in (
        (0o660, User("a", own.st_uid or 1, frozenset()), "rw" if own.st_uid else ""),
        (0o640, User("b", 4711, frozenset({own.st_gid})), "r"),
        (0o660, User("c", 4711, frozenset()), ""),
        (0o000, User("root", 0, frozenset()), "rw"),
    ):
        path.chmod(mode)
        assert may(path.stat(), user) == allowed


@pytest.mark.parametrize(
    ("answer", "said"), [(b"\x20\x02\x00\x00", "accepted"), (b"\x20\x02\x00\x05", "refused"), (b"", "refused")]
)
def test_a_broker_is_greeted_without_an_account(answer: bytes, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve() -> None:
            wire, _ = server.accept()
            with wire:
                assert wire.recv(64).startswith(b"\x10")
                wire.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert _greet(*server.getsockname()) == said
        thread.join()


def test_it_runs_as_a_program_and_answers_in_json(root: Path) -> None:
    config = str(root / "etc/hall/hall.toml")
    asked = program("doctor", "--config", config, "--root", str(root), "--json")
    assert asked.code == 0, asked
    assert asked.json["ok"]
    assert {check["check"] for check in asked.json["checks"]} == {check.id for check in CHECKS}
    (root / "dev/ttyUSB0").unlink()
    (root / FTDI[1:]).unlink()
    said = hall("doctor", "--config", config, "--root", str(root), "--language", "zh")
    assert said.code == 1
    assert "请插好连接线" in said.out

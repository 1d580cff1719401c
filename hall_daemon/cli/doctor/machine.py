"""Checks of the machine: clock, disk, memory, kernel, sound, voice, fonts, programs and packages."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from device_drivers.families.voice.synth import DEFAULT_VOICES, WORKER
from hall_daemon.adapters.documents.tesseract import CHINESE
from hall_daemon.adapters.documents.tesseract import PROGRAM as TESSERACT
from hall_daemon.cli.doctor.finding import Check, Finding, fault, none, or_ok, warning
from hall_daemon.cli.doctor.scene import Scene, Unseen

_MB = 1024 * 1024
_CLOCKS_APART_S = 120
_LEAST_PYTHON = (3, 11)
_LEAST_MEMORY_MB = 1500
_LEAST_FREE_MEMORY_MB = 200
# Below this SQLite has not all that the journal asks of it (UPSERT with RETURNING).
_LEAST_SQLITE = (3, 35)
# Where the race of two connections that reset one WAL is mended: from these on, release by release.
_WAL_MENDED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
_LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ \\]+)", re.MULTILINE)


def _clock_synchronised(scene: Scene) -> Iterator[Finding]:
    said = scene.run(["timedatectl", "show", "--property=NTPSynchronized", "--value"]).strip()
    if said not in ("yes", "no"):
        raise Unseen("failed", why=f"timedatectl: {said or 'no answer'}")
    return or_ok([warning("free")] if said == "no" else ())


def _clock_sane(scene: Scene) -> Iterator[Finding]:
    """A clock before what was built or written is wrong for sure."""
    written = (scene.project / "requirements/run.txt", *scene.data.glob("*.db"))
    newest = max(path.stat().st_mtime for path in written)
    behind_s = newest - scene.now.timestamp()
    behind = [fault("behind", minutes=int(behind_s / 60))] if behind_s > _CLOCKS_APART_S else []
    return or_ok(behind, now=f"{scene.now:%F %H:%M} UTC")


def _time_zone(scene: Scene) -> Iterator[Finding]:
    where = str(scene.real("/etc/localtime"))
    if not scene.at("/etc/localtime").exists():
        raise Unseen("absent", path="/etc/localtime")
    name, wanted = where.partition("zoneinfo/")[2], scene.settings.plan.timezone
    if not name:
        raise Unseen("failed", why="/etc/localtime leads nowhere")
    apart = scene.now.astimezone(ZoneInfo(name)).utcoffset() != scene.now.astimezone(ZoneInfo(str(wanted))).utcoffset()
    return or_ok([warning("other", name=name, wanted=str(wanted))] if apart else (), name=name)


def _disk_free(scene: Scene) -> Iterator[Finding]:
    found = os.statvfs(scene.data)
    free, least = found.f_bavail * found.f_frsize // _MB, scene.settings.data.min_free_mb
    low = [fault("low", free=free, least=least)] if free < least else [warning("soon", free=free, least=least)]
    return or_ok(low if free < 3 * least else (), free=free)


def _inodes(scene: Scene) -> Iterator[Finding]:
    found = os.statvfs(scene.data)
    if not found.f_files:
        raise Unseen("not_said", what=str(scene.settings.data_dir))
    left = 100 * found.f_favail // found.f_files
    return or_ok([fault("low", left=left)] if left < 3 else (), left=left)


def _disk_writable(scene: Scene) -> Iterator[Finding]:
    read_only = os.statvfs(scene.data).f_flag & os.ST_RDONLY
    return or_ok([fault("read_only", folder=str(scene.settings.data_dir))] if read_only else ())


def _memory(scene: Scene) -> Iterator[Finding]:
    rows = (line.split() for line in scene.text("/proc/meminfo").splitlines())
    mb = {row[0].rstrip(":"): int(row[1]) // 1024 for row in rows if len(row) > 1}
    if not {"MemTotal", "MemAvailable"} <= mb.keys():
        raise Unseen("not_said", what="/proc/meminfo")
    total, free = mb["MemTotal"], mb["MemAvailable"]
    found = [warning("small", total=total)] if total < _LEAST_MEMORY_MB else []
    found += [warning("full", free=free)] if free < _LEAST_FREE_MEMORY_MB else []
    return or_ok(found, total=total, free=free)


def _landlock(scene: Scene) -> Iterator[Finding]:
    path = "/sys/kernel/security/lsm"
    if not scene.at(path).exists():
        raise Unseen("absent", path=path)
    return or_ok([warning("off")] if "landlock" not in scene.text(path).strip().split(",") else ())


def _core_dumps(scene: Scene) -> Iterator[Finding]:
    for line in scene.text(f"/proc/{scene.hall_pid()}/limits").splitlines():
        if line.startswith("Max core file size"):
            soft = line.removeprefix("Max core file size").split()[0]
            return or_ok([warning("open", limit=soft)] if soft != "0" else ())
    raise Unseen("not_said", what="/proc/…/limits")


def _open_files(scene: Scene) -> Iterator[Finding]:
    for line in scene.text(f"/proc/{scene.hall_pid()}/limits").splitlines():
        if line.startswith("Max open files"):
            soft = line.removeprefix("Max open files").split()[0]
            few = soft.isdecimal() and int(soft) < 4096
            return or_ok([warning("few", limit=soft)] if few else (), limit=soft)
    raise Unseen("not_said", what="/proc/…/limits")


def _wants_sound(scene: Scene) -> bool:
    return any(spec.kind == "speaker" for spec in scene.settings.devices)


def _zones(options: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    zones: list[Mapping[str, Any]] = options.get("zones", [{}])
    return zones


def _sound_cards(scene: Scene) -> Iterator[Finding]:
    if not _wants_sound(scene):
        return iter([none()])
    path = "/proc/asound/cards"
    text = scene.text(path) if scene.at(path).exists() else ""
    names = re.findall(r"^ *\d+ \[\S+ *\]: (.+)$", text, re.MULTILINE)
    return or_ok([fault("none_there")] if not names else (), cards=", ".join(names))


def _player(scene: Scene) -> Iterator[Finding]:
    zones = [zone for spec in scene.settings.devices if spec.kind == "speaker" for zone in _zones(spec.options)]
    if not any(zone.get("output", "alsa") == "alsa" for zone in zones):
        return iter([none()])
    try:
        said = scene.run(["aplay", "-l"])
    except Unseen as unseen:
        if unseen.code == "no_program":
            return iter([fault("absent")])
        raise
    return or_ok([fault("no_device")] if "card " not in said else ())


def _voice_program(scene: Scene) -> Iterator[Finding]:
    if not _wants_sound(scene):
        return iter([none()])
    try:
        said = scene.run(["espeak-ng", "--voices"])
    except Unseen as unseen:
        if unseen.code == "no_program":
            return iter([fault("absent")])
        raise
    return or_ok([fault("no_chinese")] if "cmn" not in said else ())


def _voice_child(scene: Scene) -> Iterator[Finding]:
    """pyttsx3 is loaded where the hall loads it, in a child, which says hello with its voices and ends."""
    if not _wants_sound(scene):
        return iter([none()])
    try:
        said = json.loads(scene.run(WORKER) or "{}")
    except ValueError:
        said = {"error": "no answer"}
    voices = said.get("voices", ())
    if "error" in said or not voices:
        return iter([fault("fails", why=str(said.get("error", "no voices")))])
    missing = [voice for voice in DEFAULT_VOICES.values() if voice not in voices]
    return or_ok([warning("voice_missing", voices=", ".join(missing))] if missing else (), count=len(voices))


def _chinese_font(scene: Scene) -> Iterator[Finding]:
    fonts = {line for line in scene.run(["fc-list", ":lang=zh-cn", "family"]).splitlines() if line.strip()}
    return or_ok([fault("none_there")] if not fonts else (), count=len(fonts))


def _letters(scene: Scene) -> Iterator[Finding]:
    """An extra: papers are taken, and compared by their codes, without it."""
    try:
        said = scene.run([TESSERACT, "--list-langs"])
    except Unseen as unseen:
        if unseen.code == "no_program":
            return iter([warning("absent")])
        raise
    return or_ok([warning("no_chinese")] if CHINESE not in said.split() else ())


def _python(scene: Scene) -> Iterator[Finding]:
    scene.must_be_here()
    here = ".".join(map(str, sys.version_info[:3]))
    return or_ok([fault("old", version=here)] if sys.version_info < _LEAST_PYTHON else (), version=here)


def _packages(scene: Scene) -> Iterator[Finding]:
    scene.must_be_here()
    locked = _LOCKED.findall((scene.project / "requirements/run.txt").read_text(encoding="utf-8"))
    here = {_plain(name): version for name, version in scene.packages.items()}
    apart = [f"{name} {here.get(_plain(name), '-')} ≠ {version}" for name, version in locked
             if here.get(_plain(name)) != version]
    shown = ", ".join(apart[:6]) + (" …" if len(apart) > 6 else "")
    return or_ok([warning("differ", packages=shown)] if apart else (), count=len(locked))


def _plain(name: str) -> str:
    """As packages are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _debian(scene: Scene) -> Iterator[Finding]:
    status = scene.text_whole("/var/lib/dpkg/status")
    there = set(re.findall(r"^Package: (\S+)\nStatus: install ok installed$", status, re.MULTILINE))
    wanted = (scene.project / "requirements/debian.txt").read_text(encoding="utf-8")
    rows = [row.split("#")[0].split("|") for row in wanted.splitlines()]
    named = [[name.strip() for name in row if name.strip()] for row in rows]
    missing = [names[0] for names in named if names and not there & set(names)]
    return or_ok([warning("missing", packages=" ".join(missing))] if missing else ())


def _sqlite(scene: Scene) -> Iterator[Finding]:
    scene.must_be_here()
    found = sqlite3.sqlite_version_info
    version = sqlite3.sqlite_version
    if found < _LEAST_SQLITE:
        return iter([fault("old", version=version)])
    mended = any(found >= fix and (found[:2] == fix[:2] or fix is _WAL_MENDED[0]) for fix in _WAL_MENDED)
    return iter([Finding("ok", "ok" if mended else "ok_alone", {"version": version})])


CHECKS = (
    Check("clock_synchronised", _clock_synchronised),
    Check("clock_sane", _clock_sane),
    Check("time_zone", _time_zone),
    Check("disk_free", _disk_free),
    Check("disk_inodes", _inodes),
    Check("disk_writable", _disk_writable),
    Check("memory", _memory),
    Check("landlock", _landlock),
    Check("core_dumps", _core_dumps),
    Check("open_files", _open_files),
    Check("sound_cards", _sound_cards),
    Check("player", _player),
    Check("voice_program", _voice_program),
    Check("voice_child", _voice_child),
    Check("chinese_font", _chinese_font),
    Check("letters", _letters),
    Check("python", _python),
    Check("python_packages", _packages),
    Check("debian_packages", _debian),
    Check("sqlite", _sqlite),
)

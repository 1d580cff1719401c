"""Checks of what was installed: units, users, credentials, the data folder, journal, snapshots, copies."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing

from hall_daemon.adapters.storage.data_folder import ACCOUNTS_KEY, JOURNAL, SNAPSHOTS, VAULT_KEY
from hall_daemon.adapters.storage.journal_reader import JournalError, JournalReader
from hall_daemon.adapters.storage.snapshots import contradiction
from hall_daemon.cli.doctor.finding import Check, Finding, fault, none, or_ok, warning
from hall_daemon.cli.doctor.scene import HALL_USER, UNIT, Scene, Unseen, may

_DAY_S = 86_400
_COPY_DAYS = 2
_TAIL = 5000
_OTHERS = 0o077
_CREDENTIALS = {"hall-vault-key": VAULT_KEY, "hall-accounts-key": ACCOUNTS_KEY}
_STORES = ("/etc/credstore.encrypted", "/etc/credstore")
_WANTS = "/etc/systemd/system/multi-user.target.wants/hall-daemon.service"


def _unit(scene: Scene) -> Iterator[Finding]:
    if not scene.at(UNIT).is_file():
        return iter([warning("absent")])
    ours = (scene.project / "systemd/hall-daemon.service").read_text(encoding="utf-8")
    differs = _said(ours) != _said(scene.text(UNIT))
    return or_ok([warning("differs", path=f"/{UNIT}")] if differs else ())


def _said(unit: str) -> list[str]:
    """A unit without comments."""
    return [line.strip() for line in unit.splitlines() if line.strip() and not line.startswith("#")]


def _enabled(scene: Scene) -> Iterator[Finding]:
    if not scene.at(UNIT).is_file():
        raise Unseen("no_unit")
    # The link leads to the unit of that machine, which need not be ours to follow.
    return or_ok([fault("off")] if not scene.at(_WANTS).is_symlink() else ())


def _users(scene: Scene) -> Iterator[Finding]:
    names = {line.split(":")[0] for line in scene.text("/etc/passwd").splitlines()}
    return or_ok([warning("absent", user=HALL_USER)] if HALL_USER not in names else (), user=HALL_USER)


def _runs_as(scene: Scene) -> Iterator[Finding]:
    for line in scene.text(f"/proc/{scene.hall_pid()}/status").splitlines():
        if line.startswith("Uid:"):
            root = line.split()[1] == "0"
            return or_ok([warning("root")] if root else ())
    raise Unseen("not_said", what="/proc/…/status")


def _keys(scene: Scene) -> Iterator[Finding]:
    """Each key is a credential of systemd, or a file beside what it opens."""
    places = [scene.data / file for file in _CREDENTIALS.values()]
    places += [scene.at(f"{store}/{name}") for store in _STORES for name in _CREDENTIALS]
    if not any(path.exists() for path in places):
        raise Unseen("absent", path=str(scene.settings.data_dir / VAULT_KEY))
    return or_ok(
        warning("beside", key=name, path=str(scene.settings.data_dir / file))
        for name, file in _CREDENTIALS.items()
        if not any(scene.at(f"{store}/{name}").exists() for store in _STORES) and (scene.data / file).exists()
    )


def _configuration_rights(scene: Scene) -> Iterator[Finding]:
    """Whoever can write the configuration is the hall."""
    path = scene.settings.path
    open_ = path.stat().st_mode & (stat.S_IWOTH)
    return or_ok([fault("open", path=str(path))] if open_ else ())


def _modes(scene: Scene) -> Iterator[Finding]:
    """Nobody gets at a file in a folder that is closed."""
    folder = scene.data
    if not folder.stat().st_mode & _OTHERS:
        return or_ok(())
    open_ = [folder, *(path for path in sorted(folder.iterdir()) if path.is_file() and path.stat().st_mode & _OTHERS)]
    inside, modes = scene.settings.data_dir, {path: f"{path.stat().st_mode & 0o777:o}" for path in open_}
    return or_ok(fault("open", path=str(inside / path.relative_to(folder)), mode=modes[path]) for path in open_)


def _owner(scene: Scene) -> Iterator[Finding]:
    user = scene.user()
    strange = [path for path in (scene.data, *sorted(scene.data.iterdir())) if may(path.stat(), user) != "rw"]
    return or_ok(
        fault("strange", path=str(scene.settings.data_dir / path.relative_to(scene.data)), user=user.name)
        for path in strange
    )


def _journal(scene: Scene) -> Iterator[Finding]:
    if not (scene.data / JOURNAL).exists():
        raise Unseen("absent", path=str(scene.settings.data_dir / JOURNAL))
    try:
        with closing(JournalReader(scene.data / JOURNAL)) as reader:
            last = reader.last_seq()
            for _ in reader.proven(after=max(0, last - _TAIL)):
                pass
    except JournalError as error:
        return iter([fault("broken", why=str(error))])
    return or_ok((), last=last, proven=min(last, _TAIL))


def _snapshots(scene: Scene) -> Iterator[Finding]:
    folder = scene.data / SNAPSHOTS
    if not (scene.data / JOURNAL).exists():
        raise Unseen("absent", path=str(scene.settings.data_dir / JOURNAL))
    if not folder.is_dir() or not any(folder.iterdir()):
        return iter([warning("none_there")])
    try:
        with closing(JournalReader(scene.data / JOURNAL)) as reader:
            broken = contradiction(folder, reader)
    except JournalError as error:
        raise Unseen("failed", why=str(error)) from error
    return or_ok([fault("contradicts", why=broken.what)] if broken else (), count=len(list(folder.iterdir())))


def _copies(scene: Scene) -> Iterator[Finding]:
    if scene.backup is None:
        raise Unseen("no_backup")
    found = [path.stat().st_mtime for path in scene.at(scene.backup).rglob("journal*.db")]
    if not found:
        return iter([fault("none_there", folder=str(scene.backup))])
    days = int((scene.now.timestamp() - max(found)) // _DAY_S)
    return or_ok([warning("old", days=days)] if days >= _COPY_DAYS else (), days=days)


def _spare_copy_of_authority(scene: Scene) -> Iterator[Finding]:
    """The key of the hall's own authority belongs to root alone."""
    keys = [path for path in [scene.settings.path.parent / "tls/ca.key"] if path.exists()]
    if not keys:
        return iter([none()])
    return or_ok(fault("open", path=str(path)) for path in keys if path.stat().st_mode & _OTHERS)


CHECKS = (
    Check("unit_installed", _unit),
    Check("unit_enabled", _enabled),
    Check("users", _users),
    Check("runs_as", _runs_as),
    Check("credentials", _keys),
    Check("configuration_rights", _configuration_rights),
    Check("data_modes", _modes),
    Check("data_owner", _owner),
    Check("authority_key", _spare_copy_of_authority),
    Check("journal_end", _journal),
    Check("snapshots", _snapshots),
    Check("backup_age", _copies),
)

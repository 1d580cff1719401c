"""Editions of forms: what a review began with stays there for it when the configuration has gone on.

Each edition that the hall once offered lies whole in a file of its own in the data folder, without a person; the last
ones of a form are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from device_drivers.base.atomic import make_folder, write_whole
from hall_daemon.config.forms import Cabinet
from hall_daemon.matters.form import Form

MOST_EDITIONS = 20
_FILE = re.compile(r"(?P<form>[a-z0-9][a-z0-9_-]{0,63})\.(?P<version>[0-9]{1,9})\.json")


def with_editions(folder: Path, cabinet: Cabinet) -> Cabinet:
    """Keep the present forms in `folder`, and give the earlier ones of it. A form that changed under the same version
    is that version from now on. Files that are none of ours are left alone. Raises OSError."""
    make_folder(folder)
    for form in cabinet.forms.values():
        path, body = folder / f"{form.id}.{form.version}.json", msgspec.json.encode(form)
        if not path.is_file() or path.read_bytes() != body:
            write_whole(path, body, durable=True, mode=0o600)
    return cabinet._replace(earlier=_earlier(folder, cabinet))


def _earlier(folder: Path, cabinet: Cabinet) -> dict[tuple[str, int], Form]:
    found: dict[tuple[str, int], Path] = {}
    for path in folder.iterdir():
        if (named := _FILE.fullmatch(path.name)) is not None:
            found[named["form"], int(named["version"])] = path
    kept: dict[tuple[str, int], Form] = {}
    ranks: dict[str, int] = {}
    for key in sorted(found, key=lambda each: (each[0], -each[1])):
        ranks[key[0]] = ranks.get(key[0], 0) + 1
        if ranks[key[0]] > MOST_EDITIONS:
            found[key].unlink(missing_ok=True)
            continue
        present = cabinet.forms.get(key[0])
        if present is None or present.version != key[1]:
            form = read_edition(found[key])
            if form is not None:
                kept[key] = form
    return kept


def read_edition(path: Path) -> Form | None:
    """None for a file that is damaged, or of a version of this program that knew forms otherwise."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Form)
    except (OSError, msgspec.MsgspecError):
        return None

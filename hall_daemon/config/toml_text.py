"""Plain tables to TOML text, for files that the program writes itself. Pure.

Dicts become tables, below the second level inline tables; None is left out, as TOML has no word for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TABLE_DEPTH = 2


def to_toml(tables: Mapping[str, object]) -> str:
    """Text that tomllib reads back as `tables`. TypeError for a value that TOML cannot hold."""
    lines: list[str] = []
    _table((), tables, lines)
    return "\n".join(lines).lstrip("\n") + "\n"


def _table(path: tuple[str, ...], table: Mapping[str, object], lines: list[str]) -> None:
    inside = [(key, value) for key, value in table.items() if isinstance(value, Mapping) and len(path) < _TABLE_DEPTH]
    names = {key for key, _ in inside}
    plain = [(key, value) for key, value in table.items() if key not in names and value is not None]
    if path and (plain or not inside):
        lines.append(f"\n[{'.'.join(_key(part) for part in path)}]")
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain]
    for key, value in inside:
        _table((*path, key), value, lines)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    # JSON escapes all that TOML wants escaped, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None)
        return f"{{ {', '.join(pairs)} }}"
    raise TypeError(f"TOML has no {type(value).__name__}: {value!r}")

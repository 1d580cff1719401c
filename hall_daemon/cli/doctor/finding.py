"""What a check of an installation may say. Words stand in `[doctor.…]` of the files of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from hall_daemon.cli.doctor.scene import Scene, Unseen
from hall_daemon.words.tables import tables
from hall_daemon.words.text import Text

# `none`: there is nothing to check, as ports of a hall without devices. `unknown`: it could not be looked at here.
Result = Literal["ok", "none", "warning", "fault", "unknown"]
_UNKNOWN = "doctor.unknown"


class Finding(NamedTuple):
    """`code` names words of the check's table, `code` with `_do` what to do; `facts` fill both."""

    result: Result
    code: str
    facts: Mapping[str, str | int] = {}


class Check(NamedTuple):
    """`look` finds something in any case, and may raise what the scene raises: then it is unknown."""

    id: str
    look: Callable[[Scene], Iterable[Finding]]


class Line(NamedTuple):
    """A finding as it is told."""

    check: str
    result: Result
    title: Text
    found: Text
    do: Text | None


def ok(**facts: str | int) -> Finding:
    return Finding("ok", "ok", facts)


def none() -> Finding:
    return Finding("none", "none")


def fault(code: str, **facts: str | int) -> Finding:
    return Finding("fault", code, facts)


def warning(code: str, **facts: str | int) -> Finding:
    return Finding("warning", code, facts)


def or_ok(found: Iterable[Finding], **facts: str | int) -> Iterator[Finding]:
    """What was found, or that all is well."""
    several = list(found)
    yield from several or [ok(**facts)]


def lines(checks: Iterable[Check], scene: Scene) -> Iterator[Line]:
    for check in checks:
        for finding in _findings(check, scene):
            yield _told(check.id, finding)


def _findings(check: Check, scene: Scene) -> list[Finding]:
    """A check that fails on what it looks at finds nothing out; that is never `ok`."""
    try:
        return list(check.look(scene)) or [Finding("unknown", "failed", {"why": "no answer"})]
    except Unseen as error:
        return [Finding("unknown", error.code, error.facts)]
    except PermissionError as error:
        return [Finding("unknown", "denied", {"path": str(error.filename)})]
    except FileNotFoundError as error:
        return [Finding("unknown", "absent", {"path": str(error.filename)})]
    except Exception as error:  # noqa: BLE001 - one check that fails must not keep the others from being made
        return [Finding("unknown", "failed", {"why": f"{type(error).__name__}: {error}"})]


def _told(check: str, finding: Finding) -> Line:
    words, table = tables(), f"doctor.{check}"
    result, code, facts = finding
    if result in ("unknown", "none"):
        table = _UNKNOWN
    return Line(
        check,
        result,
        words.text(f"doctor.{check}.title"),
        words.text(f"{table}.{code}", facts),
        words.find(f"{table}.{code}_do", facts),
    )

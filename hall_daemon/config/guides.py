"""Guides and notices from their TOML files, every mistake at its file and line. Opens the files when asked.

A guide with a mistake is left out and the others stay: a hall calls numbers whatever its guides say. `hall check` and
`hall guides check` list what is wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from hall_daemon.config.platform import kept_guides, laid_over_by
from hall_daemon.config.problem import BadConfig, ConfigError, KeyPath, Problem, did_you_mean, dotted, read_date, shown
from hall_daemon.config.prune import DROPPED, prune
from hall_daemon.config.section import Section
from hall_daemon.config.settings import Settings
from hall_daemon.config.source import Source, read_source
from hall_daemon.matters.guide import Guide, Name
from hall_daemon.matters.lint import Known, across, findings
from hall_daemon.matters.notice import Notice

MOST_GUIDES = 500
MOST_NOTICES = 200
LARGEST_FILE = 8 * 1024 * 1024
FILES = "files"  # the folder of pictures, videos and blank forms beside the guides
_ID = re.compile("[a-z0-9][a-z0-9_-]{0,63}")


class _Notices(Section, frozen=True):
    """notices.toml."""

    notice: Annotated[tuple[Notice, ...], Meta(max_length=MOST_NOTICES)] = ()


class Shelf(NamedTuple):
    """What a hall says of its matters. `guides` in the order of their groups, then of their files; `folder`: where
    their pictures and papers are. `left_out`: guides with a mistake, and ids of their papers, None where they cannot be
    read."""

    guides: Mapping[str, Guide]
    groups: Mapping[str, Name]
    notices: tuple[Notice, ...]
    folder: Path
    errors: tuple[ConfigError, ...] = ()
    left_out: Mapping[str, Collection[str] | None] = MappingProxyType({})

    def papers(self) -> dict[str, Collection[str] | None] | None:
        """Matter -> ids of its papers, None where they cannot be read; None where there is no guide at all."""
        return {**self.left_out, **{matter: guide.materials for matter, guide in self.guides.items()}} or None

    def files(self) -> tuple[Path, ...]:
        """Of all guides: pictures, videos, samples, blank papers."""
        return tuple(self.folder / name for guide in self.guides.values() for _, name in _named_files(guide))


EMPTY = Shelf({}, {}, (), Path())


def _tables(path: Path) -> dict[str, object]:
    """Of a file that another check reads with its mistakes; none where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _papers(path: Path) -> Collection[str] | None:
    """Ids of the papers of a guide with a mistake."""
    materials = _tables(path).get("materials")
    return tuple(materials) if isinstance(materials, dict) else None


def _form(path: Path) -> tuple[Collection[str], str]:
    """Ids of its fields and its matter, none where it cannot be read: its own check says why."""
    tables = _tables(path)
    fields, form = tables.get("field"), tables.get("form")
    matter = form.get("matter") if isinstance(form, dict) else None
    return tuple(fields) if isinstance(fields, dict) else (), matter if isinstance(matter, str) else ""


def read_shelf(settings: Settings) -> Shelf:
    """Every guide and notice without a mistake, and every mistake of the others. What is not there is empty."""
    folder = Path(settings.matters.guides)
    errors: list[ConfigError] = []
    paths = sorted(folder.glob("*.toml"))
    if len(paths) > MOST_GUIDES:
        errors.append(ConfigError(file=str(folder), line=0, key="", message=f"has more than {MOST_GUIDES} guides"))
    known = _known(settings, paths)
    read = _agreeing([_guide(path, known, errors) for path in paths[:MOST_GUIDES]], folder, errors)
    theirs = kept_guides(settings)
    for at, one in enumerate(read):
        if one and one.id in theirs:
            found = _with_theirs(settings, one.id, theirs[one.id], known)
            read[at], errors = found.guide or one, [*errors, *found.errors]
    order = list(settings.matters.groups)
    guides = {one.id: one for one in sorted((one for one in read if one), key=lambda one: order.index(one.group))}
    notices = _notices(Path(settings.matters.notices), known.matters, errors)
    left_out = {path.stem: _papers(path) for path in paths if path.stem not in guides}
    return Shelf(
        guides=guides, groups=settings.matters.groups, notices=notices, folder=folder / FILES, errors=tuple(errors),
        left_out=left_out,
    )


class Theirs(NamedTuple):
    """A guide with the facts of the city's platform: None and why, when it has a mistake. `remarks`: what of it could
    not be taken over."""

    guide: Guide | None
    errors: tuple[ConfigError, ...] = ()
    remarks: tuple[str, ...] = ()


def with_theirs(settings: Settings, matter: str, theirs: Mapping[str, object]) -> Theirs:
    """The hall's own guide of `matter` with what the platform says of it, checked as every guide is. Raises BadConfig
    when there is none that can be read, or no table of the platform's words."""
    known = _known(settings, sorted(Path(settings.matters.guides).glob("*.toml")))
    return _with_theirs(settings, matter, theirs, known)


def _with_theirs(settings: Settings, matter: str, theirs: Mapping[str, object], known: Known) -> Theirs:
    folder = Path(settings.matters.guides)
    source = read_source(folder / f"{matter}.toml")
    tables, remarks = laid_over_by(settings.platform, source.tables, theirs)
    problems: list[Problem] = []
    guide = _checked({**tables, "id": matter}, known, folder, problems)
    errors = tuple(
        ConfigError(
            file=f"platform: {matter}", line=0, key=dotted(found.path), message=found.message, found=found.found,
            expected=found.expected, hint=found.hint,
        )
        for found in problems
    )
    return Theirs(guide, errors, tuple(remarks))


def _known(settings: Settings, paths: Collection[Path]) -> Known:
    forms = Path(settings.matters.forms)
    read = {path.stem: _form(path) for path in forms.glob("*.toml")}
    return Known(
        matters={path.stem for path in paths},
        groups=settings.matters.groups,
        services=settings.plan.services,
        forms=set(read) if forms.is_dir() else None,
        fields={form: fields for form, (fields, _) in read.items() if fields},
        of={form: matter for form, (_, matter) in read.items() if matter},
    )


def _guide(path: Path, known: Known, errors: list[ConfigError]) -> Guide | None:
    try:
        source = read_source(path)
    except BadConfig as error:
        errors += error.errors
        return None
    problems: list[Problem] = []
    if not _ID.fullmatch(path.stem):
        message = "the name of the file is the matter's id: small letters, digits, - and _"
        problems.append(Problem((), message, shown(path.stem)))
    tables = {**source.tables, "id": path.stem}
    if "id" in source.tables and source.tables["id"] != path.stem:
        message = "is not the name of the file"
        problems.append(Problem(("id",), message, shown(source.tables["id"]), f'"{path.stem}", or leave it out'))
    guide = _checked(tables, known, path.parent, problems)
    errors += source.errors(problems)
    return guide


def _agreeing(read: list[Guide | None], folder: Path, errors: list[ConfigError]) -> list[Guide | None]:
    """Without those that say something against one before them."""
    found = across(tuple(one for one in read if one))
    for id_, findings_ in found.items():
        errors += read_source(folder / f"{id_}.toml").errors(
            [Problem(one.path, one.message, one.found, hint=one.hint) for one in findings_]
        )
    return [one for one in read if one and one.id not in found]


def _checked(tables: Mapping[str, object], known: Known, folder: Path, problems: list[Problem]) -> Guide | None:
    """None when there is a mistake, now or before. What is left of a guide with one is looked at all the same, so that
    all is told at once."""
    guide = _whole(Guide, tables, problems)
    if guide is not None:
        without = {problem.path[0] for problem in problems if problem.path}
        for day, at in ((guide.dated, ("dated",)), (guide.stopped and guide.stopped.since, ("stopped", "since"))):
            if day:
                read_date(day, at, problems)
        problems += [
            Problem(found.path, found.message, found.found, hint=found.hint)
            for found in findings(guide, known, without) if found.path[0] not in without
        ]
        problems += _files(guide, folder / FILES)
    return None if problems else guide


def _whole(kind: type[Guide], tables: Mapping[str, object], problems: list[Problem]) -> Guide | None:
    good = prune(kind, dict(tables), (), problems)
    return None if good is DROPPED else msgspec.convert(good, kind)


def _named_files(guide: Guide) -> list[tuple[KeyPath, str]]:
    steps, papers = enumerate(guide.steps), guide.materials.items()
    named: list[tuple[KeyPath, str]] = [
        *((("steps", at, key), getattr(step, key)) for at, step in steps for key in ("picture", "video")),
        *((("materials", id_, key), getattr(one, key)) for id_, one in papers for key in ("blank", "sample")),
    ]
    return [(path, name) for path, name in named if name]


def _files(guide: Guide, folder: Path) -> list[Problem]:
    """Files that are named and not there, or too large to be shown."""
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()} if folder.is_dir() else {}
    return [
        Problem(path, f"is larger than {LARGEST_FILE} bytes", shown(name), hint="make it smaller")
        if name in sizes
        else Problem(path, f"there is no such file in {FILES}", shown(name), hint=did_you_mean(name, sizes))
        for path, name in _named_files(guide)
        if sizes.get(name, LARGEST_FILE + 1) > LARGEST_FILE
    ]


def _notices(path: Path, matters: Collection[str], errors: list[ConfigError]) -> tuple[Notice, ...]:
    if not path.exists():
        return ()
    try:
        source: Source = read_source(path)
    except BadConfig as error:
        errors += error.errors
        return ()
    problems: list[Problem] = []
    good = prune(_Notices, dict(source.tables), (), problems)
    told = source.tables.get("notice")
    rows = told if good is not DROPPED and isinstance(told, list) and len(told) <= MOST_NOTICES else []
    seen: set[object] = set()
    read = [_notice(row, at, seen, matters, problems) for at, row in enumerate(rows)]
    wrong = {problem.path[1] for problem in problems if len(problem.path) > 1}
    errors += source.errors(problems)
    return tuple(one for at, one in enumerate(read) if one and at not in wrong)


def _notice(
    table: object, at: int, seen: set[object], matters: Collection[str], problems: list[Problem]
) -> Notice | None:
    """What a notice says against itself and the others; what is wrong in its keys has been told before."""
    part = prune(Notice, table, (), [])
    one = None if part is DROPPED else msgspec.convert(part, Notice)
    id_ = table.get("id") if isinstance(table, dict) else None
    if isinstance(id_, str) and id_ in seen:
        problems.append(Problem(("notice", at, "id"), "another notice has it", shown(id_), "a name of its own"))
    seen.add(id_ if isinstance(id_, str) else None)
    if one is None:
        return None
    told = [(day, key) for day, key in ((one.since, "since"), (one.until, "until")) if day]
    days = [read_date(day, ("notice", at, key), problems) for day, key in told]
    if one.until and all(days) and one.until < one.since:
        where: KeyPath = ("notice", at, "until")
        problems.append(Problem(where, "is before it begins", shown(one.until), f"{one.since} or later"))
    for place, matter in enumerate(one.matters):
        if matter not in matters:
            where = ("notice", at, "matters", place)
            hint = did_you_mean(matter, matters)
            problems.append(Problem(where, "there is no such guide", shown(matter), hint=hint))
    return one

"""What a hall needs to speak with its city's platform, read from files: the table of its words, and the guides that it
sent last, which lie in the data folder."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from hall_daemon.config.dictionary import read_dictionary
from hall_daemon.config.problem import BadConfig, ConfigError, Problem, did_you_mean, shown
from hall_daemon.config.settings import Platform, Settings
from hall_daemon.config.source import read_source
from hall_daemon.exchange.guides_in import Tables, laid_over
from hall_daemon.exchange.vocabulary import Vocabulary, delivered, vocabulary

# The folder, in the data folder, of guides as the platform sent them: MATTER.json.
FOLDER = "platform"
LARGEST_GUIDE = 256 * 1024


def words_of(said: Platform) -> Vocabulary:
    """Raises BadConfig for a file of the hall's own that is no such table."""
    if not said.words:
        return vocabulary(tomllib.loads(delivered()))
    path = Path(said.words)
    tables = read_source(path).tables
    try:
        return vocabulary(tables)
    except (msgspec.ValidationError, ValueError) as error:
        hint = "hall platform words prints the table that comes with the program"
        raise BadConfig(path, [ConfigError(file=str(path), line=0, key="", message=str(error), hint=hint)]) from None


def misfits(settings: Settings) -> list[Problem]:
    """What [platform] names and this hall has not."""
    said, matters = settings.platform, settings.matters
    there = {path.stem for path in Path(matters.guides).glob("*.toml")}
    known, _ = read_dictionary(Path(matters.dictionary))
    return [
        *(
            Problem(("platform", "matters", matter), "there is no such guide", hint=did_you_mean(matter, there))
            for matter in said.matters if matter not in there
        ),
        *(
            Problem(("platform", "fields", at), "is not in the dictionary", shown(name), hint=did_you_mean(name, known))
            for at, name in enumerate(said.fields) if name not in known
        ),
    ]


def laid_over_by(said: Platform, own: Mapping[str, object], theirs: Mapping[str, object]) -> tuple[Tables, list[str]]:
    matters = {task: matter for matter, task in said.matters.items()}
    return laid_over(own, theirs, words_of(said), lambda task: matters.get(task, ""))


def kept_guides(settings: Settings) -> dict[str, Mapping[str, object]]:
    """By matter, what the platform said last and had no mistake; what cannot be read is not there."""
    found: dict[str, Mapping[str, object]] = {}
    for matter in settings.platform.matters if settings.platform.url else ():
        try:
            with (settings.data_dir / FOLDER / f"{matter}.json").open("rb") as file:
                said = json.loads(file.read(LARGEST_GUIDE))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            found[matter] = said
    return found

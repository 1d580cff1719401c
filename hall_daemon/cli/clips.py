"""`hall clips`: which words of the calls are not recorded yet in the hall's own voice, and which clips are no good."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from device_drivers.families.voice.recorded import Recordings, faults, spans
from device_drivers.families.voice.sound import BadClip
from hall_daemon.app.recordings import call_words
from hall_daemon.cli.errors import Failure
from hall_daemon.cli.places import add_config, settings
from hall_daemon.config import Settings


def add(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--dir", type=Path, metavar="DIR", help="the folder of clips; default: of the first speaker")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    hall = settings(args)
    folder = args.dir or _folder(hall)
    recordings = Recordings(folder)
    found: dict[str, Any] = {"dir": str(folder), "missing": {}, "bad": {}}
    rates: dict[Path, int] = {}
    recorded = 0
    for language in hall.wording.voice.languages:
        names = recordings.names(language)
        recorded += len(names)
        gaps = (
            span.text
            for word in call_words(hall.plan, hall.wording.voice, language)
            for span in spans(word, language, names)
            if not span.name
        )
        found["missing"][language] = list(dict.fromkeys(gaps))
        for path in names.values():
            try:
                clip = recordings.clip(path)
            except BadClip as error:
                found["bad"][str(path)] = [str(error)]
                continue
            rates[path] = clip.rate
            if wrong := faults(clip):
                found["bad"][str(path)] = wrong
    usual = Counter(rates.values()).most_common(1)
    for path, rate in rates.items():
        if rate != usual[0][0]:
            found["bad"].setdefault(str(path), []).append(f"{rate} Hz, the others have {usual[0][0]}")
    incomplete = bool(found["bad"] or any(found["missing"].values()))
    if args.json:
        print(json.dumps({"ok": not incomplete, "recorded": recorded, **found}, ensure_ascii=False))
        return int(incomplete)
    for language, words in found["missing"].items():
        for word in words:
            print(f"missing: {word}: record it as {folder / language / word}.wav")
    for name, wrong in found["bad"].items():
        print(f"no good: {name}: {'; '.join(wrong)}")
    print(f"{recorded} clips in {folder}: {'until then the engine says it' if incomplete else 'nothing is missing'}")
    return int(incomplete)


def _folder(hall: Settings) -> Path:
    for spec in hall.devices:
        if isinstance(name := spec.options.get("recordings"), str):
            return Path(name)
    raise Failure(2, "no speaker has recordings = …: name the folder of clips with --dir")

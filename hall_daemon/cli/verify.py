"""`hall verify`: recompute the hash chain of a journal, also of one that is being written.

The chain alone cannot show that the newest events were cut off, or that the whole was written anew: each snapshot's
hash and its whole hall are held against the events too, and the tip is printed to be kept elsewhere.
"""

from __future__ import annotations

import argparse
import json

from hall_daemon.adapters.storage.data_folder import SNAPSHOTS
from hall_daemon.adapters.storage.snapshots import contradiction
from hall_daemon.cli.places import add_data, data_dir, journal_reader


def add(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    folder = data_dir(args)
    with journal_reader(folder) as reader:
        upto = reader.last_seq()
        tip = reader.hash_at(upto)
        broken = reader.verify() or contradiction(folder / SNAPSHOTS, reader)
    if args.json:
        what = None if broken is None else {"seq": broken.seq, "what": broken.what}
        print(json.dumps({"ok": broken is None, "events": upto, "tip": tip.hex() if tip else None, "broken": what}))
    elif broken is None:
        print(f"{folder}: {upto} events, the chain holds; tip {tip.hex() if tip else '-'}")
    else:
        print(f"{folder}: broken at event {broken.seq}: {broken.what}")
    return 0 if broken is None else 1

"""`python -m device_drivers.simulators`: the hardware of a hall, or one device of a kind (`KIND --pty`), as a process
of its own, with its page.

Says `{"ready": true, …}` on one line of standard output when the ports can be opened. Stops within a
second on SIGTERM, on SIGINT, and when the program that started it is gone.

Exit codes: 0 stopped as told · 1 could not start (folder, port) · 2 wrong command line, options or bench file.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import sys
import tempfile
import threading
from pathlib import Path

from device_drivers.errors import LinkDown
from device_drivers.registry import KINDS
from device_drivers.signals import on_stop_signal
from device_drivers.simulation.faults import WIRE, UnknownFault, parse_plan
from device_drivers.simulators.alone import USUAL_BAUD, alone
from device_drivers.simulators.bench import Bench, UnknownDevice
from device_drivers.simulators.bench_file import BadBench, BenchSpec, read_bench
from device_drivers.simulators.server import PageServer

_LOGGER = logging.getLogger(__name__)

# How often to look whether the parent is still there. A signal on its death (prctl) would also come when
# merely the thread ends that started us.
_LOOK_FOR_PARENT_S = 0.25


_SIMULATED = {kind.name: kind.simulate for kind in KINDS.values() if kind.simulate is not None}


def main(arguments: list[str] | None = None) -> int:
    parent = os.getppid()
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    stop = threading.Event()
    on_stop_signal(stop.set)
    try:
        spec = _spec(options)
        whose = f"{options.kind}:" if options.kind else ""
        plan = [parse_plan(text if ":" in text else whose + text) for text in options.fault]
        made = contextlib.ExitStack()
        folder = options.dir or Path(made.enter_context(tempfile.TemporaryDirectory(prefix="simulators-"))) / "lines"
        bench = Bench(spec, folder, plan=plan)
    except (BadBench, UnknownFault, UnknownDevice) as error:
        return _refuse(2, str(error))
    if spec.ignored:
        _LOGGER.info("not simulated here: %s (simulators: %s)", ", ".join(spec.ignored), ", ".join(_SIMULATED))
    server = PageServer(bench, options.port)
    try:
        server.bind()
        bench.start()
        server.start()
        ready = {
            "ready": True,
            "http": server.url,
            "lines": {device: str(bench.link(device)) for device in bench.devices},
            "ignored": list(spec.ignored),
        }
        print(json.dumps(ready, ensure_ascii=False), flush=True)
        while not stop.wait(_LOOK_FOR_PARENT_S):
            if os.getppid() != parent:
                _LOGGER.info("the program that started this one is gone: stopping")
                break
    except (LinkDown, OSError) as error:
        return _refuse(1, str(error))
    finally:
        server.stop()
        bench.stop()
        made.close()
    return 0


def _spec(options: argparse.Namespace) -> BenchSpec:
    """Raises BadBench."""
    if (options.kind is None) == (options.bench is None):
        raise BadBench("name one KIND with --pty, or a whole bench with --bench and --dir")
    if options.bench is not None:
        if options.dir is None or options.options is not None or options.baud is not None:
            raise BadBench("--bench needs --dir, and says options and pace itself")
        return read_bench(options.bench)
    if not options.pty:
        raise BadBench(f"{options.kind}: say --pty; its line is a pseudo terminal")
    try:
        said = json.loads(options.options or "{}")
    except ValueError as error:
        raise BadBench(f"--options: expected a JSON object as '{{\"screens\": […]}}': {error}") from error
    if not isinstance(said, dict):
        raise BadBench("--options: expected a JSON object with the keys of the device's table")
    return alone(options.kind, said, options.baud)


def _refuse(code: int, why: str) -> int:
    print(f"simulators: {why}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    known = {fault.name: fault for fault in (*WIRE, *(fault for kind in _SIMULATED.values() for fault in kind.faults))}
    faults = "\n".join(f"  {fault.name:15} {fault.meaning}" for fault in known.values())
    parser = argparse.ArgumentParser(
        prog="python -m device_drivers.simulators",
        description="Simulated strips, pads and printers: real bytes on ptys, and a page that shows them.",
        epilog=f"kinds: {', '.join(_SIMULATED)}\n\nfaults:\n{faults}\n\n"
        "example: --fault strips:unplug@5+10 pulls the plug at 5 s for 10 s",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", nargs="?", metavar="KIND", help="one device of this kind, at the pace of its wire")
    parser.add_argument("--pty", action="store_true", help="with KIND: its line is a pseudo terminal, named when ready")
    parser.add_argument("--options", metavar="JSON", help="with KIND: keys of its table in a configuration")
    parser.add_argument(
        "--baud", type=int, help=f"with KIND: the pace of its wire, 0 for none; of serial kinds {USUAL_BAUD}"
    )
    parser.add_argument("--bench", type=Path, help="instead of KIND: JSON file that lists the devices")
    parser.add_argument("--dir", type=Path, help="folder for the links: DIR/<device id>; by default one of its own")
    parser.add_argument(
        "--port", type=int, default=0, help="port of the page on 127.0.0.1; 0 takes a free one (default)"
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="[DEVICE:]FAULT[@START_S[+FOR_S]]",
        help="may be repeated; with KIND without the device",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

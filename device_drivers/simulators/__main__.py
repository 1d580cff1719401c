"""`python -m device_drivers.simulators`: the hardware of a hall as a process of its own, with its page.

Says `{"ready": true, …}` on one line of standard output when the ports can be opened. Stops within a
second on SIGTERM, on SIGINT, and when the program that started it is gone.

Exit codes: 0 stopped as told · 1 could not start (folder, port) · 2 wrong command line or bench file.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from pathlib import Path

from device_drivers.errors import LinkDown
from device_drivers.registry import KINDS
from device_drivers.signals import on_stop_signal
from device_drivers.simulation.faults import WIRE, UnknownFault, parse_plan
from device_drivers.simulators.bench import Bench, UnknownDevice
from device_drivers.simulators.bench_file import BadBench, read_bench
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
        spec = read_bench(options.bench)
        plan = [parse_plan(text) for text in options.fault]
        bench = Bench(spec, options.dir, plan=plan)
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
    return 0


def _refuse(code: int, why: str) -> int:
    print(f"simulators: {why}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    known = {fault.name: fault for fault in (*WIRE, *(fault for kind in _SIMULATED.values() for fault in kind.faults))}
    faults = "\n".join(f"  {fault.name:15} {fault.meaning}" for fault in known.values())
    parser = argparse.ArgumentParser(
        prog="python -m device_drivers.simulators",
        description="Simulated strips, pads and printers: real bytes on ptys, and a page that shows them.",
        epilog=f"faults:\n{faults}\n\nexample: --fault strips:unplug@5+10 pulls the plug at 5 s for 10 s",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--bench", type=Path, required=True, help="JSON file that lists the devices")
    parser.add_argument("--dir", type=Path, required=True, help="folder for the links: DIR/<device id>")
    parser.add_argument(
        "--port", type=int, default=0, help="port of the page on 127.0.0.1; 0 takes a free one (default)"
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="DEVICE:FAULT[@START_S[+FOR_S]]",
        help="may be repeated",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

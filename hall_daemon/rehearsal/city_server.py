"""The rehearsal's approval platform on a socket: `python -m hall_daemon.rehearsal.city_server --config hall.toml`.

It is the other end of [platform] of that file: its address, words, secret and matters. `GET /` shows what it knows.
"""

from __future__ import annotations

import argparse
import json
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from device_drivers.signals import on_stop_signal
from hall_daemon.config import load
from hall_daemon.config.guides import read_shelf
from hall_daemon.config.platform import words_of
from hall_daemon.rehearsal.city_platform import FAULTS, CityPlatform, Fault, Said, as_the_city_says

LARGEST = 1024 * 1024
DELAY_S = 3.0


class CityServer:
    """Listens on loopback; `tls` makes it HTTPS. `wait` is how a late answer waits."""

    def __init__(
        self, platform: CityPlatform, port: int = 0, tls: ssl.SSLContext | None = None,
        wait: Callable[[], object] = lambda: time.sleep(DELAY_S),
    ) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                _serve(self, platform, wait)

            def do_POST(self) -> None:
                _serve(self, platform, wait)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: what is asked may hold a person."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> CityServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _serve(asked: BaseHTTPRequestHandler, platform: CityPlatform, wait: Callable[[], object]) -> None:
    length = int(asked.headers.get("Content-Length") or 0)
    body = asked.rfile.read(min(length, LARGEST))
    if asked.command == "GET" and asked.path == "/":
        said = Said(200, platform.show().encode(), {"Content-Type": "text/plain; charset=utf-8"})
    else:
        said = platform.answer(asked.command, asked.path, dict(asked.headers.items()), body)
    if said.late:
        wait()
    with suppress(OSError):
        if said.cut == 0:
            asked.close_connection = True
            return
        asked.send_response(said.status)
        for name, value in {"Content-Type": "application/json", **said.headers}.items():
            asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(said.body)))
        asked.end_headers()
        asked.wfile.write(said.body[: said.cut])
        asked.close_connection = asked.close_connection or said.cut is not None


def by_dice(random: Random, share: float) -> Callable[[str], Fault | None]:
    return lambda path: random.choice(FAULTS) if random.random() < share else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--faults", type=float, default=0.0, help="the share of questions that meet a fault")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    settings = load(args.config)
    said, words = settings.platform, words_of(settings.platform)
    fault = by_dice(Random(args.seed), args.faults)  # noqa: S311 (dice)
    secret = Path(said.secret_file).read_bytes().strip()
    platform = CityPlatform(words, said.app, secret, time.time, fault)
    guides = read_shelf(settings).guides
    platform.guides = {
        task: as_the_city_says(guides[matter], task, words) for matter, task in said.matters.items() if matter in guides
    }
    stopping = threading.Event()
    on_stop_signal(stopping.set)
    with CityServer(platform, urlsplit(said.url).port or 0) as server:
        print(json.dumps({"ready": True, "http": server.url}), flush=True)
        stopping.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

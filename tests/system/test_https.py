"""A hall by HTTPS as an installer gets it: `hall tls init`, a daemon, a kiosk and `hall day` that believe it, a
certificate that is renewed while it runs."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from hall_daemon.config.toml_text import to_toml
from hall_daemon.rehearsal.credentials import provide
from hall_daemon.rehearsal.hall_client import EventFeed, Http, Inbox, bearer
from hall_daemon.rehearsal.launch import Child, Company, free_ports
from kiosk_ui.client import HallClient
from kiosk_ui.state import events as e
from tests.test_docs import ROOT

HALL = (sys.executable, "-m", "hall_daemon.cli")
PATIENCE_S = 20


class Installed(NamedTuple):
    child: Child
    config: Path
    credentials: dict[str, str]

    @property
    def tls(self) -> Path:
        return self.config.parent / "tls"

    @property
    def url(self) -> str:
        return str(self.child.ready["http"])

    def hall(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run(*words, *(() if words[0] == "check" else ("--config",)), str(self.config))

    def health(self) -> dict[str, str]:
        answer = requests.get(
            f"{self.url}/healthz", headers=bearer(self.credentials["tool-1"]), verify=str(self.tls / "ca.crt"),
            timeout=10,
        )
        return dict(answer.json()["checks"])

    def shown(self) -> bytes | None:
        """The certificate that it shows now."""
        trust = ssl.create_default_context(cafile=str(self.tls / "ca.crt"))
        plain = socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2])), 10)
        with plain, trust.wrap_socket(plain, server_hostname="hall.example") as secure:
            return secure.getpeercert(binary_form=True)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*HALL, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def eventually(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_at, "it did not come true"
        time.sleep(0.05)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    tables: dict[str, Any] = tomllib.loads((ROOT / "config/hall.toml").read_text(encoding="utf-8"))
    del tables["hours"]
    for section, port in zip(("http", "public", "mqtt"), free_ports(3), strict=True):
        tables[section]["port"] = port
    tables["http"]["hosts"] = ["hall.example"]
    tables["mqtt"]["mode"] = "off"
    tables["data"]["dir"] = "data"
    config = tmp_path / "hall.toml"
    config.write_text(to_toml(tables), encoding="utf-8")
    made = run("tls", "init", "--json", "--config", str(config))
    assert made.returncode == 0, made.stderr
    files = {name: json.loads(made.stdout)[name] for name in ("cert_file", "key_file")}
    for section in ("http", "public"):
        tables[section] |= files
    config.write_text(to_toml(tables), encoding="utf-8")
    credentials = provide(tmp_path / "data", {
        "kiosk-1": ("kiosk", ()), "tool-1": ("tool", ("draw", "call", "supervise")),
    })
    with Company(tmp_path / "logs") as company:
        child = company.start("hall", (*HALL, "run", "--config", str(config)), ready_within_s=60.0)
        yield Installed(child, config, credentials)


def test_everybody_comes_by_https_and_stays_while_the_certificate_changes(installed: Installed) -> None:
    ca, credential = str(installed.tls / "ca.crt"), installed.credentials["kiosk-1"]
    assert (installed.url[:8], installed.child.ready["public"][:8]) == ("https://", "https://")
    # A kiosk that knows the authority, and one that does not.
    kiosk = HallClient(installed.url, "kiosk-1", credential=lambda: credential, ca=ca)
    assert isinstance(kiosk.do(e.FetchHall("")), e.HallCame)
    lost = HallClient(installed.url, "kiosk-1", credential=lambda: credential).do(e.FetchHall(""))
    assert isinstance(lost, e.HallLost)
    assert "its certificate is not believed" in lost.why
    # A rehearsal's clients, and the command beside the hall.
    trust, inbox = ssl.create_default_context(cafile=ca), Inbox()
    feed = EventFeed(installed.url, 0, inbox, installed.credentials["tool-1"], trust)
    feed.start()
    people = Http(installed.url, installed.credentials["tool-1"], trust)
    assert people.ask("POST", "/api/v1/tickets", {"service": "enquiry"}, "key-1").status == 201
    assert inbox.get(timeout=PATIENCE_S)
    day = installed.hall("day", "--json")
    assert day.returncode == 0, day.stderr
    assert set(json.loads(day.stdout)) == {"day", "now", "machine"}
    # Renewed, everybody is still connected; what is broken is said and not used.
    before = installed.shown()
    assert installed.hall("tls", "renew", "--new-key").returncode == 0
    eventually(lambda: installed.shown() != before)
    renewed = installed.shown()
    assert people.ask("POST", "/api/v1/tickets", {"service": "enquiry"}, "key-2").status == 201
    assert isinstance(kiosk.do(e.FetchHall("")), e.HallCame)
    whole = (installed.tls / "hall.crt").read_bytes()
    (installed.tls / "hall.crt").write_bytes(whole[:300])
    eventually(lambda: installed.health()["certificate:http"].startswith("degraded: not taken"))
    assert installed.shown() == renewed
    assert "cannot be used with its key_file" in installed.hall("check").stdout
    (installed.tls / "hall.crt").write_bytes(whole)
    eventually(lambda: installed.health()["certificate:http"] == "ok")
    assert installed.hall("check").stdout.count("cert_file") == 0
    feed.stop()
    people.close()
    kiosk.close()

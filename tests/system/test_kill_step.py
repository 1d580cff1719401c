"""README's Kill step, its commands as they stand there: every slip is whole and cut, or marked."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from tests.system.test_demo import ROOT, demo, get, maybe, post, until

MARK = "作废"
REPRINT = "补打"


def kill_step(folder: Path, places: dict[str, Any]) -> str:
    """The commands of the step, for a demo that lies elsewhere. They are the same in every language (test_readme)."""
    told = (ROOT / "README.md").read_text(encoding="utf-8").split("kill -9", 1)
    commands = told[0].rpartition("```sh\n")[2] + "kill -9" + told[1].partition("```")[0]
    for said, here in (
        ("http://127.0.0.1:8082/", places["devices"]),
        ("http://127.0.0.1:8080/", places["staff"].removesuffix("staff")),
        ("var/demo/", f"{folder}/"),
    ):
        assert said in commands
        commands = commands.replace(said, here)
    return commands


def text_of(slip: dict[str, Any]) -> str:
    return "\n".join(item["text"] for item in slip["items"] if item["kind"] == "text")


def is_whole(slip: dict[str, Any]) -> bool:
    codes = sum(item["kind"] == "qr" for item in slip["items"])
    return slip["cut"] == "partial" and codes == 1


def test_the_slip_comes_out_again_whole_and_so_does_the_next(data: Path) -> None:
    with demo("--data", data, "--quiet-crowd") as (_, places):
        tickets = f"{places['staff'].removesuffix('/staff')}/api/v1/tickets"
        printer = f"{places['devices']}api/devices/printer-1"
        commands = kill_step(data, places)
        done = subprocess.run(["sh", "-ec", commands], capture_output=True, text=True, timeout=20, check=True)
        number = done.stdout.partition('"number":"')[2].partition('"')[0]
        assert number
        until(lambda: (maybe(places, f"{tickets}/{number}") or {}).get("slip") == "printed", "the slip comes again")
        following = post(places, tickets, {"service": "pension", "printer": "printer-1"})["number"]
        until(lambda: get(places, f"{tickets}/{following}")["slip"] == "printed", "the next slip is printed")
        shown = get(places, printer)

    slips = list(reversed(shown["slips"]))
    assert shown["in_slot"] == []
    whole = [slip for slip in slips if is_whole(slip) and MARK not in text_of(slip)]
    assert [number in text_of(slip) for slip in whole] == [True, False]
    assert REPRINT in text_of(whole[0])
    assert following in text_of(whole[1])
    assert REPRINT not in text_of(whole[1])
    assert all(MARK in text_of(slip) for slip in slips if slip not in whole)
    assert 2 <= len(slips) <= 3
    # Nobody has to remember that the printer was left slow.
    assert 0 < next(fault for fault in shown["faults"] if fault["fault"] == "slow")["left_s"] <= 60

"""`hall demo` as `make run` starts it: pages answer, strips light up, Ctrl-C leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from hall_daemon.rehearsal.hall_client import bearer
from tests.drills.stand import process_file

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "hall_daemon.cli", "demo", "--json", "--no-kiosk", *map(str, words)]


@contextmanager
def demo(*words: object) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    process = subprocess.Popen(command(*words), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield process, json.loads(line)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def get(places: dict[str, Any], url: str) -> Any:
    with urlopen(Request(url, headers=proof(places)), timeout=5) as answer:
        return json.load(answer)


def post(places: dict[str, Any], url: str, body: dict[str, object]) -> Any:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **proof(places)})
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


def proof(places: dict[str, Any]) -> dict[str, str]:
    """What the demo left for whoever wants to drive its hall by hand."""
    return bearer((Path(places["data"]) / "crowd.credential").read_text())


def until(condition: Callable[[], Any], what: str, within_s: float = PATIENCE_S) -> Any:
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        if found := condition():
            return found
        threading.Event().wait(0.05)
    raise AssertionError(f"never happened: {what}")


def stat(pid: int) -> list[str]:
    """The kernel's words on a process from its state on (proc(5): state, parent, …); none of one that has ended."""
    words = process_file(pid, "stat").rpartition(")")[2].split()
    return words if words and words[0] != "Z" else []


def family(pid: int) -> dict[int, str]:
    """The process, its children and theirs; each with when it started, for its number may become somebody else's."""
    stats = {int(one.name): stat(int(one.name)) for one in Path("/proc").iterdir() if one.name.isdigit()}
    found, new = {pid}, {pid}
    while new:
        new = {child for child, words in stats.items() if words and int(words[1]) in new} - found
        found |= new
    return {one: stats[one][19] for one in found if stats[one]}


def left(members: dict[int, str]) -> dict[int, str]:
    """Who of a family still runs, and what."""
    return {pid: process_file(pid, "cmdline") for pid, started in members.items() if stat(pid)[19:20] == [started]}


def strips(places: dict[str, Any]) -> list[str]:
    devices = get(places, f"{places['devices']}api/devices")["devices"]
    return [screen["text"] or "" for device in devices for screen in device.get("screens", ())]


def ended(process: subprocess.Popen[str], by: signal.Signals) -> None:
    """A demo ends at once, says nothing of it and leaves nobody behind."""
    running = family(process.pid)
    assert any("mosquitto" in command for command in left(running).values())
    process.send_signal(by)
    stdout, stderr = process.communicate(timeout=10)
    assert (process.returncode, stdout, stderr) == (0, "", "")
    assert left(running) == {}


def test_the_whole_hall_and_its_end(tmp_path: Path) -> None:
    with demo("--data", tmp_path / "demo") as (process, places):
        for page in ("staff", "public", "devices"):
            with urlopen(places[page], timeout=5) as answer:
                assert answer.headers["Content-Type"].startswith("text/html")
        host, _, port = places["mqtt"].rpartition(":")
        socket.create_connection((host, int(port)), timeout=5).close()
        assert "--no-kiosk" in places["kiosk"]
        hall = f"{places['staff'].removesuffix('/staff')}/api/v1/hall"
        opened = {"1": "open", "2": "open", "3": "open", "4": "closed"}  # the last one is left for whoever looks
        until(lambda: {w["id"]: w["status"] for w in get(places, hall)["windows"]} == opened, "the clerks sit down")
        until(lambda: any("号办理" in text for text in strips(places)), "a strip calls somebody")
        until(lambda: any("正在办理" in text for text in strips(places)), "somebody is served")
        printer = f"{places['devices']}api/devices/printer-1"
        slip = until(lambda: get(places, printer)["slips"], "a slip is printed")[0]
        assert any(item["kind"] == "qr" for item in slip["items"])
        assert {"devices", "hall"} <= set(places["pids"])
        ended(process, signal.SIGINT)

    log = (tmp_path / "demo" / "log" / "hall.log").read_text()
    assert "Traceback" not in log


def test_it_dies_with_its_terminal(data: Path) -> None:
    with demo("--data", data, "--quiet-crowd") as (process, _):
        running = family(process.pid)
        process.kill()
        try:
            until(lambda: not left(running), "all children end by themselves")
        except AssertionError:
            for pid in left(running):
                os.kill(pid, signal.SIGKILL)
            raise


def test_a_quiet_hall_is_all_for_yourself_alone_and_remembers(data: Path) -> None:
    with demo("--data", data, "--quiet-crowd") as (process, places):
        base = places["staff"].removesuffix("/staff")
        service = get(places, f"{base}/api/v1/hall")["services"][0]["id"]
        assert post(places, f"{base}/api/v1/tickets", {"service": service})["number"] == "A001"
        post(places, f"{places['devices']}api/devices/pads/press", {"pad": "pad-1", "key": "call"})
        until(lambda: "请A001号办理" in strips(places), "the strip calls A001")
        again = subprocess.run(
            command("--data", data, "--quiet-crowd"), cwd=ROOT, capture_output=True, text=True, timeout=30
        )
        assert again.returncode in (3, 5)
        assert "another" in again.stderr
        assert process.poll() is None
        ended(process, signal.SIGTERM)
    with demo("--data", data, "--quiet-crowd") as (_, places):
        base = places["staff"].removesuffix("/staff")
        assert post(places, f"{base}/api/v1/tickets", {"service": service})["number"] == "A002"
    with demo("--data", data, "--quiet-crowd", "--fresh") as (_, places):
        base = places["staff"].removesuffix("/staff")
        assert post(places, f"{base}/api/v1/tickets", {"service": service})["number"] == "A001"


def test_a_person_at_a_window_is_left_alone_and_the_crowd_goes_on(data: Path) -> None:
    """Somebody logs in at a window on the staff page: its clerk makes room, and comes back afterwards."""
    with demo("--data", data, "--speed", 20) as (_, places):
        base = places["staff"].removesuffix("/staff")
        window = f"{base}/api/v1/windows/1"

        def served() -> int:
            tally: dict[str, int] = get(places, f"{base}/api/v1/hall")["tally"]
            return tally.get("finished", 0)

        def others_serve_on() -> None:
            before = served()
            until(lambda: served() > before + 2, "the others serve on")

        post(places, f"{window}/open", {"staff": "trainee", "take_over": True})
        others_serve_on()
        # The clerk may have pressed a key in the same moment; from now on it is the trainee's window.
        before = get(places, window)
        others_serve_on()
        now = get(places, window)
        assert now["staff"] == "trainee"
        assert (now["ticket"], now["state"], now["calls"]) == (before["ticket"], before["state"], before["calls"])
        if now["ticket"]:
            post(places, f"{window}/finish", {})
        post(places, f"{window}/close", {})
        until(lambda: get(places, window)["staff"] == "pad:pad-1", "the clerk is back")


def test_it_stops_by_itself_and_moves_aside_for_taken_ports(data: Path) -> None:
    with socket.socket() as holder:
        with suppress(OSError):  # somebody has it already: it is as taken
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", 8082))
            holder.listen()
        with demo("--data", data, "--quiet-crowd", "--for", 0.5) as (process, places):
            assert "8082" in " ".join(places["moved"])
            assert ":8082/" not in places["devices"]
            assert process.wait(PATIENCE_S) == 0


def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("keep me")
    refused = subprocess.run(
        command("--data", tmp_path / "precious", "--fresh"), cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "name another folder with --data" in refused.stderr
    assert (tmp_path / "precious" / "letter.txt").exists()


def maybe(places: dict[str, Any], url: str) -> Any:
    """What stands at an address, None while nobody answers."""
    try:
        return get(places, url)
    except OSError:
        return None


def test_a_hall_that_is_killed_begins_again_where_it_was(data: Path) -> None:
    with demo("--data", data, "--quiet-crowd") as (process, places):
        tickets = f"{places['staff'].removesuffix('/staff')}/api/v1/tickets"
        drawn = post(places, tickets, {"service": "enquiry"})
        hall = places["pids"]["hall"]
        os.kill(hall, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{hall}").exists(), "the killed hall is buried")
        again = until(lambda: maybe(places, f"{tickets}/{drawn['ticket']}"), "the hall answers again")
        following = post(places, tickets, {"service": "enquiry"})
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=10)

    assert again["number"] == drawn["number"] == "A001"
    assert following["number"] == "A002"
    assert "ended by signal 9" in stderr


def test_the_crowd_comes_back_to_a_hall_that_was_killed(data: Path) -> None:
    with demo("--data", data) as (_, places):
        hall = f"{places['staff'].removesuffix('/staff')}/api/v1/hall"
        until(lambda: get(places, hall)["tally"].get("called"), "somebody is called")
        os.kill(places["pids"]["hall"], signal.SIGKILL)
        epoch = until(lambda: (said := maybe(places, hall)) and said["epoch"] == 2 and said, "the hall is back")
        issued = epoch["tally"]["issued"]
        until(lambda: get(places, hall)["tally"]["issued"] > issued, "somebody comes again")

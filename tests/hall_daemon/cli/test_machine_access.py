"""`hall machine access` and `logins`: what they print guards a mosquitto that is not the hall's own."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from pathlib import Path

from hall_daemon.adapters.mqtt.broker import SBIN
from hall_daemon.rehearsal.launch import free_ports
from tests.hall_daemon.adapters.mqtt.guarded_broker import Caller, answer, wait_for
from tests.hall_daemon.cli.words import hall

EXTERNAL = '[mqtt]\nmode = "external"\nhost = "mqtt.example"\nusername = "hall-demo"\n'


def test_a_broker_elsewhere_takes_the_list_as_it_is_printed(tmp_path: Path, config: Path) -> None:
    where = tmp_path / "hall.toml"
    where.write_text(config.read_text(encoding="utf-8").replace('[mqtt]\nmode = "off"\n', EXTERNAL), encoding="utf-8")
    at = ("--config", str(where), "--data", str(tmp_path))
    screen, device = (hall("machine", "add", name, *at).out.strip() for name in ("screen-1", "device-1"))
    (port,) = free_ports(1)
    acl, passwords, conf = (tmp_path / name for name in ("acl", "passwords", "conf"))
    acl.write_text(hall("machine", "access", *at).out)
    passwords.write_text(hall("machine", "logins", *at).out)
    subprocess.run(("mosquitto_passwd", "-b", str(passwords), "hall-demo", "chosen"), check=True)
    conf.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\nuser {getpass.getuser()}\nlog_type none\n"
        f"acl_file {acl}\npassword_file {passwords}\n"
    )
    mosquitto = shutil.which("mosquitto", path=SBIN) or "mosquitto"
    server = subprocess.Popen((mosquitto, "-c", str(conf)), stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: listens(port), "a broker")
        assert answer(port) == answer(port, "device-1.wrong") == "Not authorized"
        page, says = "hall/v1/bench/tickets/0123", "hall/v1/bench/devices/device-1/says/key"
        with (
            Caller(port, "hall-demo.chosen") as ours,
            Caller(port, screen).subscribe("#") as wall,
            Caller(port, device).subscribe("#") as strip,
        ):
            ours.subscribe("hall/v1/bench/#")
            strip.publish(page, b"forged")
            strip.publish(says, b"mine")
            ours.publish(page, b"true")
            ours.until(lambda: page in ours.topics(payload=b"true"), "its own")
            wall.until(lambda: page in wall.topics(), "the page")
            strip.until(lambda: says in strip.topics(), "what it says")
            assert (wall.topics(), strip.topics()) == ({page}, {says})
            assert ours.topics(payload=b"forged") == set()
    finally:
        server.terminate()
        server.wait(10)


def listens(port: int) -> bool:
    try:
        return answer(port) != ""
    except ConnectionRefusedError:
        return False

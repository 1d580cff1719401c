"""Ticket machines in the hall: a press is a draw, the same word the same number, and a refusal is told."""

from __future__ import annotations

from pathlib import Path

from device_drivers.events import Code, Read, TicketAsked
from device_drivers.ports import Given
from hall_daemon.adapters.devices.fence import Fence
from hall_daemon.adapters.devices.machines import TicketMachines
from hall_daemon.config import check, load
from hall_daemon.config.settings import MachineBinding
from tests.conftest import ROOT
from tests.hall_daemon.adapters.bridge_rig import ObedientDriver, Rig, wait_until

BOX = """
[devices.box-1]
kind = "button-box"
line = { kind = "serial", port = "/dev/serial/by-id/box" }
frame = "A0 key xor"
buttons = { "01" = "SERVICE" }
printer = "PRINTER"
"""


class Machine(ObedientDriver):
    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.given: list[tuple[str, Given]] = []

    def answer(self, machine: str, given: Given) -> None:
        self.given.append((machine, given))


def test_the_same_word_gets_the_same_number(rig: Rig) -> None:
    service, machine = next(iter(rig.plan.services)), Machine("m")
    machines = TicketMachines({"m": MachineBinding({"1": service})}, {"m": machine}, rig.core.submit, Fence())
    for asked, ask in enumerate(("a-1", "a-1", "a-2", "", ""), 1):
        machines.on_asked(TicketAsked("m", "1", ask))
        wait_until(lambda asked=asked: len(machine.given) == asked)
    numbers = [given.number for _, given in machine.given]
    assert len(set(numbers)) == 4
    assert numbers[0] == numbers[1]
    machines.on_asked(TicketAsked("m", "9", "a-3"))
    assert machine.given[-1] == ("m", Given(ask="a-3", refused="unknown_button"))


def config(tmp_path: Path, service: str, printer: str) -> Path:
    path = tmp_path / "hall.toml"
    text = (ROOT / "config/hall.toml").read_text(encoding="utf-8")
    path.write_text(text + BOX.replace("SERVICE", service).replace("PRINTER", printer), encoding="utf-8")
    return path


def test_what_a_machine_names_has_to_be_there(tmp_path: Path) -> None:
    plan = load(ROOT / "config/hall.toml").plan
    service = next(iter(plan.services))
    settings = load(config(tmp_path, service, "printer-1"))
    assert settings.bindings.machines == {"box-1": MachineBinding({"01": service}, "printer-1")}
    errors = [str(error) for error in check(config(tmp_path, "nothing", "no-printer"))]
    assert len(errors) == 2
    assert all(word in " ".join(errors) for word in ("nothing", "no-printer"))


def test_what_a_reader_reads_goes_to_its_kiosk_and_into_no_command(rig: Rig) -> None:
    before = len(rig.submitted)
    rig.readings.want("kiosk-1", ("code",), 10)
    rig.bridge.on_event(Read("cards", Code("A023")))
    kept = rig.readings.next_after("kiosk-1", 0, ("code",))
    assert kept is not None
    assert kept.what == Code("A023")
    assert len(rig.submitted) == before
    rig.now_s += 60
    rig.bridge.step()
    assert rig.readings.next_after("kiosk-1", 0, ("code",)) is None

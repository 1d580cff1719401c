"""`hall devices` on a recorded machine: what is plugged in, and lines that the configuration takes as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from device_drivers.lines.options import LINE_KINDS
from device_drivers.registry import KINDS
from hall_daemon.cli.connected import Connected, connected
from hall_daemon.cli.proposals import proposals
from hall_daemon.config import check
from tests.hall_daemon.cli.recorded import FTDI, HALL, write
from tests.hall_daemon.cli.words import hall, program

USB = "/sys/devices/pci0000:00/0000:00:14.0/usb1"
KEYPAD = "/dev/input/by-id/usb-SIGMACHIP_USB_Keyboard-event-kbd"
CH340 = "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An FTDI and a CH340 bridge, a printer of USB class, a keypad, two cards of which one plays, a camera; and ports
    that are none."""
    write(tmp_path, {
        f"{USB}/1-1/idVendor": "0403\n", f"{USB}/1-1/idProduct": "6001\n",
        f"{USB}/1-1/manufacturer": "FTDI\n", f"{USB}/1-1/product": "FT232R \x1b[31mUSB UART\n",
        f"{USB}/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0/dev": "188:0\n",
        f"{USB}/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0/device": "-> ../../../ttyUSB0",
        f"{USB}/1-2/idVendor": "1a86\n", f"{USB}/1-2/idProduct": "7523\n",
        f"{USB}/1-2/1-2:1.0/ttyUSB1/tty/ttyUSB1/device": "-> ../../../ttyUSB1",
        f"{USB}/1-3/idVendor": "0416\n", f"{USB}/1-3/idProduct": "5011\n", f"{USB}/1-3/product": "POS58\n",
        f"{USB}/1-3/1-3:1.0/usbmisc/lp0/dev": "180:0\n",
        f"{USB}/1-4/idVendor": "046d\n", f"{USB}/1-4/idProduct": "0825\n",
        f"{USB}/1-4/1-4:1.0/video4linux/video0/name": "HD Camera\n",
        "/sys/class/tty/ttyUSB0": f"-> ../../..{USB}/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0",
        "/sys/class/tty/ttyUSB1": f"-> ../../..{USB}/1-2/1-2:1.0/ttyUSB1/tty/ttyUSB1",
        "/sys/class/tty/ttyS0/device/x": "", "/sys/class/tty/ttyS0/type": "4\n",
        "/sys/class/tty/ttyS1/device/x": "", "/sys/class/tty/ttyS1/type": "0\n",
        "/sys/class/tty/tty1/dev": "4:1\n",
        "/sys/class/usbmisc/lp0": f"-> ../../..{USB}/1-3/1-3:1.0/usbmisc/lp0",
        "/sys/class/usbmisc/hiddev0/dev": "180:96\n",
        "/sys/class/video4linux/video0": f"-> ../../..{USB}/1-4/1-4:1.0/video4linux/video0",
        "/dev/ttyUSB0": "", "/dev/ttyUSB1": "", "/dev/ttyS0": "", "/dev/usb/lp0": "", "/dev/video0": "",
        "/dev/input/event3": "", FTDI: "-> ../../ttyUSB0", CH340: "-> ../../ttyUSB1", KEYPAD: "-> ../event3",
        "/proc/bus/input/devices":
            'I: Bus=0019 Vendor=0000 Product=0001 Version=0000\nN: Name="Power Button"\nH: Handlers=kbd event0 \n\n'
            'I: Bus=0003 Vendor=1c4f Product=0002 Version=0110\nN: Name="SIGMACHIP USB Keyboard"\n'
            "H: Handlers=sysrq kbd event3 leds \n\n"
            'I: Bus=0003 Vendor=046d Product=c077 Version=0111\nN: Name="Mouse"\nH: Handlers=mouse0 event4 \n\n',
        "/proc/asound/cards": " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      at irq 33\n"
            " 1 [C925e          ]: USB-Audio - Logitech Webcam\n                      at usb\n",
        "/proc/asound/card0/pcm0p/info": "", "/proc/asound/card1/pcm0c/info": "",
    })
    return tmp_path


def test_everything_that_is_plugged_in_is_found_by_the_name_that_stays(root: Path) -> None:
    assert connected(root) == [
        Connected("serial", "/dev/ttyS0", "/dev/ttyS0", "", ""),
        Connected("serial", FTDI, "/dev/ttyUSB0", "0403:6001", "FTDI FT232R [31mUSB UART"),
        Connected("serial", CH340, "/dev/ttyUSB1", "1a86:7523", "CH340"),
        Connected("input", KEYPAD, "/dev/input/event3", "1c4f:0002", "SIGMACHIP USB Keyboard"),
        Connected("printer", "/dev/usb/lp0", "/dev/usb/lp0", "0416:5011", "POS58"),
        Connected("sound", "plughw:CARD=PCH", "card 0", "", "HDA-Intel - HDA Intel PCH"),
        Connected("camera", "/dev/video0", "/dev/video0", "046d:0825", "HD Camera"),
    ]


def test_a_kind_or_a_folder_that_is_not_there_is_no_answer(tmp_path: Path) -> None:
    assert hall("devices", "--root", str(tmp_path), "--kind", "led").code == 2
    assert hall("devices", "--root", str(tmp_path / "gone")).code == 5


def test_a_machine_without_anything_has_nothing(tmp_path: Path) -> None:
    assert connected(tmp_path) == []
    assert hall("devices", "--root", str(tmp_path), "--json").json == {"devices": []}


def test_lines_are_taken_as_they_are_proposed(root: Path, tmp_path: Path) -> None:
    head = HALL.partition("[devices.strips]")[0] + "[kiosks.kiosk-1]\n\n"
    proposed = [(each, one) for each in connected(root) for one in proposals(each, "new")]
    assert {each.sort for each, _ in proposed} >= {"serial", "sound"}
    for each, one in proposed:
        path = tmp_path / "hall.toml"
        path.write_text(head + one.toml, encoding="utf-8")
        assert [str(error) for error in check(path)] == [], one.toml
        assert each.name in one.toml


def test_a_kind_says_lines_that_there_are_or_will_be() -> None:
    assert {line for kind in KINDS.values() for line in kind.lines} <= {*LINE_KINDS, "file"}


def test_every_kind_on_a_serial_line_is_offered_and_a_sound_card_is_for_speech() -> None:
    serial = proposals(Connected("serial", FTDI, "/dev/ttyUSB0", "", ""), "x")
    assert {"aabb-strip", "escpos-printer", "ff68-pad", "number-board"} <= {one.kind for one in serial} <= set(KINDS)
    sound = proposals(Connected("sound", "plughw:CARD=PCH", "card 0", "", ""), "x")
    assert [one.kind for one in sound] == ["speaker"]
    assert proposals(Connected("camera", "/dev/video0", "/dev/video0", "", ""), "x") == []


def test_what_the_configuration_has_is_named_and_not_proposed_again(root: Path) -> None:
    (root / "hall.toml").write_text(HALL, encoding="utf-8")
    said = program("devices", "--config", str(root / "hall.toml"), "--root", str(root), "--json")
    assert said.code == 0, said
    by_node = {each["node"]: each for each in said.json["devices"]}
    assert (by_node["/dev/ttyUSB0"]["device"], by_node["/dev/ttyUSB0"]["proposals"]) == ("strips", [])
    # Named by its number in the configuration, by its socket here: it is the same.
    assert by_node["/dev/ttyUSB1"]["device"] == "printer-1"
    assert by_node["/dev/ttyS0"]["proposals"]


def test_one_kind_can_be_asked_for_and_a_wrong_configuration_is_told(root: Path) -> None:
    said = hall("devices", "--root", str(root), "--kind", "ff68-pad", "--config", "config/hall.toml")
    assert said.code == 0
    assert 'kind = "ff68-pad"' in said.out
    assert "aabb-strip" not in said.out
    assert "\x1b" not in said.out
    (root / "bad.toml").write_text("[hal]\n", encoding="utf-8")
    assert hall("devices", "--root", str(root), "--config", str(root / "bad.toml")).code == 2

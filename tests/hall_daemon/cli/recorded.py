"""A machine as a tree of files: what `hall doctor` and `hall devices` read below /dev, /proc, /sys and /etc."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FTDI = "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0"
PRINTER = "/dev/serial/by-id/usb-Prolific_Technology_Inc._USB-Serial_Controller-if00-port0"
# Whose the data folder is: the user who runs the tests, but root, who may do everything.
HALL_UID = os.getuid() or 990
UNIT = "/etc/systemd/system/hall-daemon.service"

HALL = f"""
[hall]
id = "h"
name = {{ zh = "厅", en = "Hall" }}
timezone = "Asia/Shanghai"

[queues.a]
name = {{ zh = "综合", en = "General" }}
prefix = "A"

[services.one]
name = {{ zh = "事项", en = "Matter" }}
queue = "a"

[windows.1]
label = "1"
yes = ["one"]

[data]
dir = "/var/lib/hall"

[public]
url = "https://hall.example"

[devices.strips]
kind = "aabb-strip"
line = {{ kind = "serial", port = "{FTDI}" }}
screens = [{{ id = "strip-1", address = 1 }}]

[devices.printer-1]
kind = "escpos-printer"
line = {{ kind = "serial", port = "/dev/ttyUSB1" }}
"""


def write(root: Path, files: Mapping[str, str]) -> None:
    """`files`: path -> text, or -> where a link leads, as `-> ../x`."""
    for path, text in files.items():
        where = root / path.lstrip("/")
        where.parent.mkdir(parents=True, exist_ok=True)
        where.unlink(missing_ok=True)
        if text.startswith("-> "):
            where.symlink_to(text[3:])
        else:
            where.write_text(text, encoding="utf-8")


def process(pid: int, command: str, *, opened: str = "", parent: int = 1, root: bool = False) -> dict[str, str]:
    return {
        f"/proc/{pid}/comm": f"{command}\n",
        f"/proc/{pid}/status": f"Name:\t{command}\nPPid:\t{parent}\nUid:\t{0 if root else 990}\t0\t0\t0\n",
        f"/proc/{pid}/limits": "Max core file size        0                    0                    bytes\n"
        "Max open files            16384                16384                files\n",
        **({f"/proc/{pid}/fd/3": f"-> {opened}"} if opened else {f"/proc/{pid}/fd/0": "-> /dev/null"}),
    }


def listening(port: int, inode: int) -> str:
    row = f"   0: 0100007F:{port:04X} 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990  0 {inode} 1 0\n"
    return "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode\n" + row


def machine(root: Path) -> None:
    """A hall that was installed as docs/install.md says, on a machine that has all it needs."""
    listed = (ROOT / "requirements/debian.txt").read_text(encoding="utf-8").splitlines()
    debian = [name for row in listed if (name := row.split("#")[0].split("|")[0].strip())]
    write(root, {
        "/etc/hall/hall.toml": HALL,
        "/etc/passwd": f"root:x:0:0::/:/bin/sh\nhall:x:{HALL_UID}:990::/var/lib/hall:/usr/sbin/nologin\n",
        "/etc/group": "root:x:0:\ndialout:x:20:\naudio:x:29:\nhall:x:990:\n",
        "/etc/localtime": "-> ../usr/share/zoneinfo/Asia/Shanghai",
        "/usr/share/zoneinfo/Asia/Shanghai": "",
        UNIT: (ROOT / "systemd/hall-daemon.service").read_text(encoding="utf-8"),
        "/etc/systemd/system/multi-user.target.wants/hall-daemon.service": f"-> {UNIT}",
        "/etc/udev/rules.d/70-hall.rules": (ROOT / "systemd/70-hall.rules").read_text(encoding="utf-8"),
        "/etc/credstore.encrypted/hall-vault-key": "sealed",
        "/etc/credstore.encrypted/hall-accounts-key": "sealed",
        "/dev/ttyUSB0": "", "/dev/ttyUSB1": "",
        FTDI: "-> ../../ttyUSB0", PRINTER: "-> ../../ttyUSB1",
        "/proc/meminfo": "MemTotal:        4000000 kB\nMemAvailable:    3000000 kB\n",
        "/proc/net/tcp": listening(8080, 777),
        "/proc/asound/cards": " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      at irq 33\n",
        "/sys/kernel/security/lsm": "lockdown,capability,landlock,yama\n",
        "/var/lib/dpkg/status": "".join(f"Package: {name}\nStatus: install ok installed\n\n" for name in debian),
        "/var/lib/hall/lock": "4242\n",
        **process(4242, "hall", opened="socket:[777]"),
        **process(1, "systemd", root=True),
    })
    for name in ("ttyUSB0", "ttyUSB1"):
        (root / "dev" / name).chmod(0o666)
    (root / "var/lib/hall").chmod(0o700)
    (root / "var/lib/hall/lock").chmod(0o600)
    (root / "etc/hall/hall.toml").chmod(0o644)
    if os.getuid() == 0:
        for path in (root / "var/lib/hall", root / "var/lib/hall/lock"):
            os.chown(path, HALL_UID, -1)

"""`hall demo`: the whole hall with simulated devices and a small crowd, to look at. `make run` starts it."""

from __future__ import annotations

import argparse
import json
import threading
from dataclasses import asdict
from pathlib import Path

from device_drivers.codecs.text import cells_of
from device_drivers.signals import on_stop_signal
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.cli.places import settings
from hall_daemon.rehearsal.demo import NotOurs, Places, Wishes, show
from hall_daemon.rehearsal.launch import StartFailed

CONFIG = Path("config/hall.toml")
DATA = Path("var/demo")
FAST_DATA = Path("var/demo-fast")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help=f"the hall (default {CONFIG})")
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"where it is kept (default {DATA})")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier demo left there")
    parser.add_argument("--quiet-crowd", action="store_true", help="nobody comes: all for yourself")
    parser.add_argument("--no-kiosk", action="store_true", help="no kiosk window, also when there is a display")
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="times real time; always begins afresh")
    parser.add_argument("--for", type=float, dest="for_s", metavar="SECONDS", help="stop by itself after so long")
    parser.add_argument("--json", action="store_true", help="say where to look as one JSON object")


def run(args: argparse.Namespace) -> int:
    if not 1 <= args.speed <= 1000:
        raise Failure(2, "--speed is a factor from 1 to 1000")
    stopping = threading.Event()
    on_stop_signal(stopping.set)
    is_fast = args.speed != 1.0
    wishes = Wishes(
        folder=args.data if args.data is not None else FAST_DATA if is_fast else DATA,
        # A hall that ran ahead of time would wait for days until its own day comes.
        fresh=args.fresh or is_fast,
        crowd=not args.quiet_crowd,
        kiosk=not args.no_kiosk,
        speed=args.speed,
        for_s=args.for_s,
    )
    try:
        show(settings(args), wishes, stopping, _opened_json if args.json else _opened, tell)
    except NotOurs as error:
        raise Failure(2, str(error)) from error
    except StartFailed as failed:
        raise Failure(failed.code if failed.code in (3, 4) else 5, str(failed)) from failed
    except OSError as error:
        raise Failure(5, str(error)) from error
    return 0


def _opened_json(places: Places) -> None:
    print(json.dumps({"ready": True, **asdict(places)}, ensure_ascii=False), flush=True)


def _opened(places: Places) -> None:
    host, _, port = places.mqtt.rpartition(":")
    rows = (
        ("窗口工作台 Staff page", places.staff),
        ("效率统计 Efficiency", f"{places.staff.removesuffix('/staff')}/efficiency"),
        ("手机页 Phone page", places.public),
        ("人少时段 Quiet times", f"{places.public}quiet"),
        ("设备页 Device page", places.devices),
        ("审批平台 Platform", f"{places.platform}/   hall platform status --config {places.data}/hall.toml"),
        ("自助机 Kiosk", places.kiosk or "在本机屏幕上 a window on this display"),
        ("消息 MQTT", f"{places.mqtt}   mosquitto_sub -h {host} -p {port} -t 'hall/#' -v" if host else "off"),
        ("数据 Data", f"{places.data}   (logs in log/)"),
    )
    print("\n大厅已开放，设备为模拟 · The hall is open, its devices are simulated\n")
    for name, value in rows:
        print(f"  {name}{' ' * (24 - cells_of(name))}{value}")
    if places.made_up:
        print(f"  历史 History{' ' * 12}{places.made_up} 天为模拟生成 days made up by dice")
    for moved in places.moved:
        print(f"  端口 Port{' ' * 15}{moved}")
    print("\nCtrl-C 结束 · stops everything\n", flush=True)

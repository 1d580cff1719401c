"""`hall devices`: what is plugged in, what the configuration calls it, and lines for what it does not know yet."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from device_drivers.registry import KINDS
from hall_daemon.cli.connected import Connected, connected
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.cli.places import config_path
from hall_daemon.cli.proposals import proposals
from hall_daemon.config import BadConfig, Settings, load

_SORTS = {
    "serial": "串口 serial", "input": "键盘类 input", "printer": "打印机 printer", "sound": "声卡 sound",
    "camera": "摄像头 camera",
}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="whose devices are known already")
    parser.add_argument("--kind", default="", help="propose lines for this kind only, as escpos-printer")
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="a recorded tree in place of /")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    if args.kind not in ("", *KINDS):
        raise Failure(2, f"no kind {args.kind!r}; there are {', '.join(KINDS)}")
    if not args.root.is_dir():
        raise Failure(5, f"{args.root} is no folder: name one with dev, sys and proc of a machine in it")
    found = connected(args.root)
    known = _known(_settings(args), args.root)
    rows = []
    for number, each in enumerate(found, 1):
        owner = known.get(_real(args.root, each.name), "")
        offered = [] if owner else proposals(each, f"{each.sort}-{number}")
        rows.append((each, owner, [one for one in offered if args.kind in ("", one.kind)]))
    if args.json:
        told = [{**each._asdict(), "device": owner, "proposals": [one._asdict() for one in offered]}
                for each, owner, offered in rows]
        print(json.dumps({"devices": told}, ensure_ascii=False))
        return 0
    if not rows:
        tell("nothing is plugged in that a hall could use; see dmesg after plugging it in")
    for each, owner, offered in rows:
        print(_row(each, owner))
        if offered:
            print(f"# 配置示例，选一种：one of these, into hall.toml: {', '.join(one.kind for one in offered)}")
            print("\n".join(one.toml for one in offered))
    return 0


def _row(each: Connected, owner: str) -> str:
    node = "" if each.node == each.name else f" ({each.node})"
    named = f" = {owner}" if owner else ""
    return f"{_SORTS[each.sort]:<12}  {each.name}{node}  {each.usb or '-'}  {each.what or '?'}{named}"


def _settings(args: argparse.Namespace) -> Settings | None:
    """A machine that is being set up may have no configuration yet; one that was named has to be right."""
    path = config_path(args)
    if args.config is None and not path.is_file():
        return None
    try:
        return load(path)
    except BadConfig as error:
        if args.config is not None:
            raise Failure(2, str(error)) from error
        tell(f"{path} has mistakes (hall check names them): which devices it knows is not said")
        return None


def _known(settings: Settings | None, root: Path) -> dict[str, str]:
    """Where each line of the configuration leads -> its device, or those that share it."""
    found: dict[str, str] = {}
    for spec in settings.devices if settings is not None else ():
        options = {**spec.options, **(spec.line.options if spec.line is not None else {})}
        for text in _texts(options):
            if text.startswith(("/dev/", "plughw:", "hw:")):
                real = _real(root, text)
                found[real] = f"{found[real]}, {spec.id}" if real in found else spec.id
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [text for each in inside for text in _texts(each)]


def _real(root: Path, name: str) -> str:
    return os.path.realpath(root / name.lstrip("/")) if name.startswith("/") else name

"""`hall tls`: HTTPS for a hall without a city's certificates, by an authority of its own."""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

from hall_daemon.adapters.system.certificate import facts_of
from hall_daemon.adapters.system.local_ca import (
    CA_CERT,
    HALL_CERT,
    HALL_KEY,
    BadAuthority,
    make_authority,
    renew,
)
from hall_daemon.cli.errors import Failure, tell
from hall_daemon.cli.places import add_config, config_path, settings

_OWNER = "hall"
# What the desks install, where: system -> how.
DESKS = {
    "Windows": "certutil -addstore -f Root {ca}   (as administrator; Edge and Chrome; for all desks by group policy)",
    "UOS, Kylin": "sudo cp {ca} /usr/local/share/ca-certificates/hall-ca.crt && sudo update-ca-certificates; "
    "then their browser: 设置 > 隐私和安全 > 管理证书 > 授权机构 > 导入",
    "Firefox": "设置 Settings > 隐私与安全 Privacy > 查看证书 View Certificates > 证书颁发机构 Authorities > "
    "导入 Import",
    "kiosk": "HALL_CA=/etc/hall/hall-ca.crt in /etc/hall/kiosk.env",
}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("init", "renew"))
    parser.add_argument(
        "--dir", type=Path, metavar="DIR", help="where the files are (default: tls beside the configuration)"
    )
    parser.add_argument(
        "--host", action="append", default=[], metavar="NAME",
        help="a name or address the hall is reached by, besides [http] hosts and this machine's; may be repeated",
    )
    parser.add_argument(
        "--user", default="", help=f"whom the hall's key belongs to (default as root: {_OWNER}, where there is one)"
    )
    parser.add_argument("--new-key", action="store_true", help="renew the hall's key too: somebody may have read it")
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    folder = (args.dir or config_path(args).absolute().parent / "tls").absolute()
    now = datetime.fromtimestamp(time.time(), UTC)
    try:
        if args.what == "init":
            chosen = settings(args)
            hosts = dict.fromkeys((*args.host, *chosen.http.hosts, socket.gethostname()))
            owner = _owner(args.user)
            make_authority(folder, chosen.plan.id, tuple(hosts), now)
            if owner:  # root makes the files, the daemon reads its key; the authority's stays root's
                shutil.chown(folder / HALL_KEY, owner, owner)
        else:
            renew(folder, args.host, now, new_key=args.new_key)
        found = facts_of(folder / HALL_CERT)
    except BadAuthority as error:
        raise Failure(1, str(error)) from error
    except (OSError, ValueError, LookupError) as error:
        raise Failure(5, f"{folder}: {error}") from error
    files = {"ca": folder / CA_CERT, "cert_file": folder / HALL_CERT, "key_file": folder / HALL_KEY}
    if args.json:
        paths = {name: str(path) for name, path in files.items()}
        print(json.dumps({**paths, "names": sorted(found.names), "ends": found.ends.isoformat()}))
        return 0
    print(f"{files['cert_file']}: good until {found.ends.date()} for {', '.join(sorted(found.names))}")
    if args.what == "renew":
        tell("a hall that runs takes it within seconds; nothing has to be installed on the desks again")
        return 0
    print(f'\nin the configuration:\n\n[http]\ncert_file = "{files["cert_file"]}"\nkey_file = "{files["key_file"]}"')
    print(f"\non the desks, {files['ca']}:\n")
    for system, how in DESKS.items():
        print(f"{system}: {how.format(ca=CA_CERT)}")
    return 0


def _owner(user: str) -> str:
    """Whom the hall's key is given to, "" for whoever makes it. Raises Failure before there is anything to give."""
    if not user and os.geteuid() == 0 and any(known.pw_name == _OWNER for known in pwd.getpwall()):
        return _OWNER
    if user and all(known.pw_name != user for known in pwd.getpwall()):
        raise Failure(1, f"there is no user {user[:64]} on this machine; nothing was made")
    return user

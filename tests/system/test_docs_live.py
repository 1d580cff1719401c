"""The examples of docs/http.md and docs/mqtt.md, typed as the page has them, at a hall that runs as `make run` has it.

One shell runs a page from its top to its end. What changes from run to run (times, tokens, waits) is not compared.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hall_daemon.config.toml_text import to_toml
from hall_daemon.rehearsal.credentials import crowd_credential
from hall_daemon.rehearsal.launch import Child, Company, free_ports
from tests.system.test_demo import until
from tests.test_docs import ROOT, blocks, matches, prompts

END = "=== end of an example ==="
PASSING = {"wait", "token", "url", "epoch", "seq", "as_of", "at", "issued_at", "last_updated", "retry_after_s"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[tuple[Child, str]]:
    """The shipped hall, open at any hour, on free ports, its hardware not plugged in; and who may do all in it."""
    tables: dict[str, Any] = tomllib.loads((ROOT / "config/hall.toml").read_text(encoding="utf-8"))
    del tables["hours"]
    for section, port in zip(("http", "public", "mqtt"), free_ports(3), strict=True):
        tables[section]["port"] = port
    tables["data"]["dir"] = str(tmp_path / "data")
    for beside in (ROOT / "config").iterdir():  # guides, forms
        if beside.name != "hall.toml":
            (tmp_path / beside.name).symlink_to(beside)
    config = tmp_path / "hall.toml"
    config.write_text(to_toml(tables), encoding="utf-8")
    crowd = crowd_credential(tmp_path / "data")
    with Company(tmp_path / "logs") as company:
        command = (str(ROOT / ".venv/bin/hall"), "run", "--config", str(config))
        hall = company.start("hall", command, ready_within_s=60.0)
        until(lambda: _knows(hall.ready["public"]), "it knows its guides by heart")
        yield hall, f"Authorization: Bearer {crowd}"


def _knows(public: str) -> bool:
    asked = requests.post(f"{public}/api/v1/ask", json={"q": "社保卡"}, timeout=10)
    return asked.status_code == 200


@pytest.mark.parametrize("page", ["http", "mqtt"])
def test_examples_answer_as_the_page_shows(page: str, hall: tuple[Child, str], tmp_path: Path) -> None:
    for program in ("curl", "mosquitto_sub", "bash"):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
    examples = [
        example
        for block in blocks(ROOT / f"docs/{page}.md")
        if block.kind == "console"
        for example in prompts(block.text)
    ]
    script = tmp_path / "page.sh"
    script.write_text("".join(f"{command}\nprintf '\\n{END}\\n'\n" for command, _ in examples), encoding="utf-8")
    child, me = hall
    ready = child.ready
    environment = {
        "PATH": "/usr/bin:/bin",
        "HALL": ready["http"],
        "PHONE": ready["public"],
        "ME": me,
        "MQTT": str(ready["mqtt"]["port"]),
    }
    run = subprocess.run(
        ["bash", str(script)], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    said = run.stdout.split(f"\n{END}\n")[:-1]
    assert len(said) == len(examples), run.stderr
    wrong = [
        f"$ {command}\nshown: {shown}\nsaid: {answer}"
        for (command, shown), answer in zip(examples, said, strict=True)
        if not answers(shown, answer)
    ]
    assert not wrong, "\n\n".join(wrong)


def answers(shown: str, said: str) -> bool:
    try:
        page, answer = json.loads(shown), json.loads(said)
    except ValueError:
        return matches(shown, said)
    return alike(page, answer)


def alike(shown: Any, said: Any) -> bool:
    """Equal but for days, times and what else differs from run to run; "…" stands for the rest."""
    if isinstance(shown, dict) and isinstance(said, dict):
        named = shown.keys() - {"…"}
        if not named <= said.keys() or ("…" not in shown and named != said.keys()):
            return False
        return all(key in PASSING or alike(shown[key], said[key]) for key in named)
    if isinstance(shown, list) and isinstance(said, list):
        if shown == ["…"]:
            return True
        return len(shown) == len(said) and all(map(alike, shown, said))
    if isinstance(shown, str) and isinstance(said, str):
        return shown == "…" or _DAY.sub("day", shown) == _DAY.sub("day", said)
    return bool(shown == said)

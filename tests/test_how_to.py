"""The how-to pages, followed to the letter in a copy of the project."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import chromium

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "how-to"
_FILE = re.compile(
    r"^<!-- file: (?P<name>\S+) -->\n(?:```\w+\n(?P<fenced>.*?)^```$|\n(?P<indented>(?:    [^\n]*\n|\n)+))",
    re.MULTILINE | re.DOTALL,
)
_BEHIND = re.compile(
    r"^<!-- behind: (?P<name>[^:]+): (?P<line>[^\n]*) -->\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAMS = {
    "python": [sys.executable],
    "hall": [sys.executable, "-m", "hall_daemon.cli"],
    "ruff": [sys.executable, "-m", "ruff"],
    "lint-imports": [str(Path(sys.executable).with_name("lint-imports"))],
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the project is made of and compiled, without its history and without what programs leave behind."""
    ignored = shutil.ignore_patterns(".*", "var", "*.egg-info")
    shutil.copytree(ROOT, tmp_path / "hall", ignore=ignored)
    return tmp_path / "hall"


def test_a_device_is_added_as_the_page_says(copy: Path) -> None:
    files, edits, said = follow(copy, "add-a-device.md")
    code = [name for name in files if name.startswith("device_drivers/")]
    assert len(code) <= 5
    assert sorted(name.split("/")[0] for name in files if name not in code) == ["docs", "tests"]
    assert [text.count("\n") for text in edits] == [1], "one line elsewhere"
    assert "30 33 3A 41 32 33 0D 0A\n" in said
    assert any(re.search(r"^text-board +text board", one, re.MULTILINE) for one in said)
    assert "a whole number from 0 to 99" in (copy / "docs/devices/text-board.md").read_text(encoding="utf-8")


@pytest.mark.system
def test_a_page_is_added_as_the_page_says(copy: Path) -> None:
    chromium.place()
    files, edits, said = follow(copy, "add-a-page.md")
    assert [Path(name).suffix for name in files] == [".html", ".js", ".py"], "body, script, test"
    assert len(edits) == 4, "words in two languages, a row of the table and one of the documentation"
    assert "passed" in said[-1]


def test_an_endpoint_is_added_as_the_page_says(copy: Path) -> None:
    files, edits, said = follow(copy, "add-an-endpoint.md")
    code = [name for name in files if name.startswith("hall_daemon/")]
    assert len(code) == 3
    assert [text.count("\n") for text in edits] == [1, 1, 1]
    assert "passed" in said[-1]


def test_an_event_is_added_as_the_page_says(copy: Path) -> None:
    files, edits, said = follow(copy, "add-an-event.md")
    assert list(files) == ["tests/hall_daemon/domain/test_give_way.py"]
    assert len(edits) == 11
    assert any("1 passed" in one for one in said)
    assert "waiting --> waiting: gave_way" in (copy / "docs/ticket-life.md").read_text(encoding="utf-8")


# What the hall serves in the copy, as JSON: words of each room by one new file.
_SPOKEN = """
import json
from device_drivers.ports import Health
from hall_daemon.adapters.http.pages import load_pages
from hall_daemon.app.device_views import device_view
from hall_daemon.bootstrap import PAGES
from hall_daemon.wire.problems import problem
from hall_daemon.wire.texts import window_name
from hall_daemon.wire.waits import unknown_wait
from kiosk_ui import words
health = Health(device="p", kind="escpos-printer", state="alert", code="paper_out")
out = device_view(health, 1.0, role="printer")
kiosk = words.load()["zh-Hant"]
print(json.dumps({
    "window": window_name("3"),
    "wait": unknown_wait("hall_closed"),
    "lacking": unknown_wait("not_waiting"),
    "refused": problem("day_full", {"cap": 9}).words["zh-Hant"].detail,
    "device": [out.trouble.what, out.trouble.means],
    "page": load_pages(PAGES, "public", "UTC").find("/static/languages.js").body.decode(),
    "kiosk": [kiosk.name, kiosk("choose.title"), kiosk("nav.back")],
}))
"""


def test_a_language_is_added_as_the_page_says(copy: Path) -> None:
    files, edits, said = follow(copy, "add-a-language.md")
    assert [Path(name).suffix for name in files] == [".toml", ".json"], "words, and no code"
    assert edits == []
    assert re.search(r"^zh-Hant +繁體中文 +\d+ missing$", said[0], re.MULTILINE)
    assert 'problem.hall_closed.detail = "大厅现未开放，{opens} 开放"\n' in said[1]
    assert "problem.day_full" not in said[1]
    assert "condition.escpos-printer.cover_open.do" in said[1]
    assert "nav.back" in said[2].split()
    assert "choose.title" not in said[2].split()
    spoken = json.loads(run(copy, f"python -c {shlex.quote(_SPOKEN)}"))
    assert spoken["window"] == {"zh": "3号窗口", "en": "Window 3", "zh-Hant": "3號窗口"}
    assert spoken["wait"]["zh-Hant"] == "大廳未開放"
    assert "zh-Hant" not in spoken["lacking"], "who reads it says it in Chinese"
    assert spoken["refused"] == "今日 9 個號已取完"
    assert [text.get("zh-Hant") for text in spoken["device"]] == ["缺紙", None]
    assert '"phone.my_number":"我的號碼"' in spoken["page"]
    assert spoken["kiosk"] == ["繁體中文", "請選擇要辦理的業務", "返回"]
    config = (copy / "config/hall.toml").read_text(encoding="utf-8")
    named = re.sub(r'(?m)^(name += +\{ zh = "[^"]*", en = "[^"]*") \}', r'\1, zh-Hant = "廳" }', config, count=1)
    assert named != config
    (copy / "config/hall.toml").write_text(named, encoding="utf-8")
    assert "no mistakes" in run(copy, "hall check config/hall.toml")


def follow(copy: Path, name: str) -> tuple[dict[str, str], list[str], list[str]]:
    """Do in the copy what the page says: the files that were written, what was put behind lines, what commands said."""
    page = (PAGES / name).read_text(encoding="utf-8")
    files = {found["name"]: found["fenced"] or textwrap.dedent(found["indented"]) for found in _FILE.finditer(page)}
    for path, text in files.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_text(text, encoding="utf-8")
    edits = list(_BEHIND.finditer(page))
    for edit in edits:
        text = (copy / edit["name"]).read_text(encoding="utf-8")
        assert text.count(f"{edit['line']}\n") == 1
        (copy / edit["name"]).write_text(
            text.replace(f"{edit['line']}\n", f"{edit['line']}\n{edit['text']}"), encoding="utf-8"
        )
    said = [run(copy, line) for block in _COMMANDS.findall(page) for line in block.splitlines()]
    return files, [edit["text"] for edit in edits], said


def run(folder: Path, command: str) -> str:
    words = shlex.split(command)
    ended = subprocess.run(
        [*_PROGRAMS[words[0]], *words[1:]], cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
    return ended.stdout

"""`hall clips`: what is not recorded yet, which clips are no good, and where they are looked for."""

from __future__ import annotations

from pathlib import Path

from hall_daemon.config import load
from tests.conftest import ROOT
from tests.device_drivers.families.voice.test_recorded import record, tone
from tests.hall_daemon.cli.words import hall

CONFIG = str(ROOT / "config" / "hall.toml")


def test_what_is_missing_is_listed_until_nothing_is(tmp_path: Path) -> None:
    said = hall("clips", "--config", CONFIG, "--dir", str(tmp_path), "--json")
    missing = said.json["missing"]["zh"]
    assert said.code == 1
    assert {"请", "零", "九"} <= set(missing)
    assert all(f"{tmp_path}/zh/{word}.wav" in hall("clips", "--config", CONFIG, "--dir", str(tmp_path)).out
        for word in missing[:2])
    record(tmp_path, *missing)
    said = hall("clips", "--config", CONFIG, "--dir", str(tmp_path), "--json")
    assert (said.code, said.json["missing"], said.json["bad"]) == (0, {"zh": []}, {})
    assert said.json["recorded"] == len(missing)
    record(tmp_path, "零", clip=tone(level=0.01))
    record(tmp_path, "一", clip=tone(rate=8000))
    (tmp_path / "zh" / "二.wav").write_bytes(b"no wav")
    said = hall("clips", "--config", CONFIG, "--dir", str(tmp_path))
    assert said.code == 1
    assert [word for word in ("too quiet", "8000 Hz", "not a wav file") if word not in said.out] == []


def test_the_folder_is_that_of_the_speaker(tmp_path: Path) -> None:
    text = Path(CONFIG).read_text(encoding="utf-8")
    assert hall("clips", "--config", CONFIG).code == 2
    path = tmp_path / "hall.toml"
    path.write_text(text.replace('kind = "speaker"', f'kind = "speaker"\nrecordings = "{tmp_path}"'), encoding="utf-8")
    assert load(path)
    assert hall("clips", "--config", str(path), "--json").json["dir"] == str(tmp_path)

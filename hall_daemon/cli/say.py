"""`hall say`: hear what a zone would hear, or write it to a wav file and measure it."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from device_drivers.errors import BadField
from device_drivers.kinds.speaker.driver import VoiceFailed, Written, write_wav
from hall_daemon.app.announcements import BadAnnouncement, spoken_text
from hall_daemon.cli.errors import Failure


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="what to say; a ticket number in it is read digit by digit")
    parser.add_argument("--wav", type=Path, metavar="FILE", help="write a wav file instead of playing")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--times", type=int, choices=range(1, 6), default=2, metavar="1..5")
    parser.add_argument("--no-chime", action="store_true")
    parser.add_argument("--device", default="default", help="ALSA device to play on (default: default)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="hall-say-") as folder:
        target = args.wav or Path(folder) / "say.wav"
        try:
            text = spoken_text(args.text, language=args.language)
            written = write_wav(text, target, language=args.language, times=args.times, chime=not args.no_chime)
        except (BadAnnouncement, BadField) as error:
            raise Failure(2, str(error)) from error
        except (VoiceFailed, OSError) as error:
            raise Failure(5, str(error)) from error
        if args.wav is None:
            _play(written, args.device)
    shown = {"text": text, "wav": str(args.wav) if args.wav else None, "seconds": round(written.duration_s, 2),
        "rate": written.rate, "rms": round(written.rms, 4), "trouble": written.trouble}
    if args.json:
        print(json.dumps(shown, ensure_ascii=False))
    else:
        print(f"{text}: {written.duration_s:.1f} s, {written.rate} Hz" + (f", {args.wav}" if args.wav else ""))
    return 0


def _play(written: Written, device: str) -> None:
    player = shutil.which("aplay")
    if player is None:
        raise Failure(5, "no player: install alsa-utils, or write a file with --wav")
    played = subprocess.run(
        [player, "-q", "-D", device, str(written.path)],
        stderr=subprocess.PIPE, timeout=written.duration_s + 10, check=False, text=True,
    )
    if played.returncode:
        why = played.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise Failure(5, f"nothing was heard on {device!r}: {why[0]}; choose a --device, or write a file with --wav")

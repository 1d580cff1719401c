"""The child process that owns pyttsx3 and only ever writes wav files. Never imported by the parent.

Started as a script; one JSON request a line on stdin, one JSON answer a line on the original
stdout. Ends when stdin ends, and by itself (SIGALRM) when a request takes far too long, so that a
hung engine never outlives a parent that was killed.

Fences around pyttsx3 2.99: one text a run of the engine; always `save_to_file` and never `say`
(a later `say` would write the old file again); a new file name for each text, which must not exist
before and must exist afterwards; the voice is read back after the run, because a wrong one only
takes effect, or not, inside it; `error` events count as failures; what the engine prints is kept
off our answers.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, TextIO

_OWN_END_S = 30  # longer than the parent waits: only an orphan gets here


def main() -> None:
    answers = _private_stdout()
    signal.alarm(_OWN_END_S)
    try:
        import pyttsx3

        engine = pyttsx3.init("espeak")
        voices = [voice.id for voice in engine.getProperty("voices")]
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the engine is the answer
        _answer(answers, {"error": f"pyttsx3 does not start: {_reason(error)}"})
        return
    signal.alarm(0)
    errors: list[str] = []
    engine.connect("error", lambda name, exception: errors.append(_reason(exception)))
    _answer(answers, {"voices": voices})
    for line in sys.stdin:
        errors.clear()
        signal.alarm(_OWN_END_S)
        try:
            _answer(answers, _synthesise(engine, json.loads(line), errors))
        except Exception as error:  # noqa: BLE001 - the parent decides what a failure means
            _answer(answers, {"error": _reason(error)})
        signal.alarm(0)


def _synthesise(engine: Any, request: dict[str, Any], errors: list[str]) -> dict[str, Any]:
    path = request["path"]
    if os.path.exists(path):
        return {"error": f"{path} is there already"}
    engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.setProperty("volume", 1.0)
    engine.save_to_file(request["text"], path)
    engine.runAndWait()
    if errors:
        return {"error": errors[0]}
    spoken_by = engine.getProperty("voice")
    if spoken_by != request["voice"]:
        return {"error": f"asked for voice {request['voice']}, the engine used {spoken_by}"}
    if not os.path.exists(path):
        return {"error": "the engine wrote no file"}
    return {"done": path}


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _private_stdout() -> TextIO:
    """pyttsx3 prints to stdout: keep the real one for answers and send prints nowhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers


def _answer(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()

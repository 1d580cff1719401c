"""The child process that owns pyttsx3 and writes one wav file. Never imported by the parent.

Started as a script: says hello with its voices, takes one JSON request on stdin, gives one JSON
answer on the original stdout, ends. It ends by itself (SIGALRM) when a text takes far too long, so
that a hung engine never outlives a parent that was killed.

Fences around pyttsx3 2.99 with espeak-ng:
- one text a process: what an engine is left with after a text (the text, the file, a pending stop)
  finds its way into the next one;
- `save_to_file`, never `say`; the voice is read back after the run, a wrong one is ignored silently;
- `runAndWait` does not wait: espeak works on a thread of its own and about half of all files are
  still missing when it returns. `finished-utterance` is waited for;
- `runAndWait` calls the driver's `stop` when it ends its loop; while espeak still chews on the rate or
  the text, that cancels them: an empty file or the wrong speed, 3 in 100 on a busy machine. `stop` is
  taken away, and a file is only believed when the text was completed once and never stopped;
- what the engine prints is kept off our answers.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
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
    _answer(answers, {"voices": voices})
    line = sys.stdin.readline()
    if not line:
        return
    signal.alarm(_OWN_END_S)
    try:
        answer = _synthesise(engine, json.loads(line))
    except Exception as error:  # noqa: BLE001 - the parent decides what a failure means
        answer = {"error": _reason(error)}
    _answer(answers, answer)


def _synthesise(engine: Any, request: dict[str, Any]) -> dict[str, Any]:
    path = request["path"]
    errors: list[str] = []
    endings: list[bool] = []
    finished = threading.Event()

    def on_finished(name: object, completed: bool) -> None:
        endings.append(completed)
        finished.set()

    engine.connect("error", lambda name, exception: errors.append(_reason(exception)))
    engine.connect("finished-utterance", on_finished)
    engine.proxy._driver.stop = lambda: None
    engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.setProperty("volume", 1.0)
    engine.save_to_file(request["text"], path)
    engine.runAndWait()
    if errors:
        return {"error": errors[0]}
    finished.wait(_OWN_END_S)
    if endings != [True]:
        return {"error": "the engine stopped in the middle"}
    spoken_by = engine.getProperty("voice")
    if spoken_by != request["voice"]:
        return {"error": f"asked for voice {request['voice']}, the engine used {spoken_by}"}
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

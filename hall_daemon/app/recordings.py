"""What has to be recorded for a hall that speaks in a voice of its own: the words of its calls. Pure."""

from __future__ import annotations

import re
import string

from hall_daemon.app.announcements import Language, spoken_number, spoken_window
from hall_daemon.config.wording import VoiceWords
from hall_daemon.domain.plan import Plan

_DIGITS = "0123456789"
_PAUSES = re.compile(r"[，。、；：！？（）《》“”·,.;:!?()']+")


def call_words(plan: Plan, words: VoiceWords, language: Language) -> tuple[str, ...]:
    """Everything that calls in `language` are made of, each once: phrases between number and window as they stand, the
    others one by one."""
    template = words.zh if language == "zh" else words.en
    phrases = [
        phrase.strip()
        for literal, _, _, _ in string.Formatter().parse(template)
        for phrase in _PAUSES.split(literal)
        if any(character.isalnum() for character in phrase)
    ]
    read = [spoken_number(queue.prefix + "0", language=language, one=words.one) for queue in plan.queues.values()]
    read.append(spoken_number(_DIGITS, language=language, one=words.one))
    read += [spoken_window(window.label, language=language, one=words.one) for window in plan.windows.values()]
    single = [unit for each in read for unit in (each.split() if language == "en" else each.replace(" ", ""))]
    return tuple(dict.fromkeys([*phrases, *single]))

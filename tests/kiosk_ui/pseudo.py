"""A language of longer sentences, which shows on a screen what has no room."""

from __future__ import annotations

from itertools import cycle, islice

from hall_daemon.words.text import with_several

_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéíñóúýÁÇÉÍÑÓÚÝ")


def pseudo(table: dict[str, str]) -> dict[str, str]:
    """Every sentence with accents and two fifths more letters; `{names}` stay, and one is said as several."""
    return {key: _longer(sentence) for key, sentence in with_several(table).items()}


def _longer(sentence: str) -> str:
    parts = [
        part if part.startswith("{") else part.translate(_ACCENTS)
        for part in sentence.replace("{", "\0{").replace("}", "}\0").split("\0")
    ]
    more = "".join(islice(cycle(" öñé"), -(-len(sentence) * 2 // 5)))
    return "".join(parts) + more

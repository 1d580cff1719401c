"""How far a view has read the journal, kept in a small file of its own. Losing one costs repeats, never a gap."""

from __future__ import annotations

from pathlib import Path


class Bookmark:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._saved: int | None = None

    def load(self) -> int | None:
        """The last event that was read, or None when nobody knows."""
        try:
            return int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def save(self, seq: int) -> None:
        """Raises OSError."""
        if seq == self._saved:
            return
        partial = self._path.with_name(f".{self._path.name}.part")
        partial.write_text(f"{seq}\n", encoding="ascii")
        partial.replace(self._path)
        self._saved = seq

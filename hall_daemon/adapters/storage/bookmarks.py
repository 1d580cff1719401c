"""How far a view has read the journal, kept in a small file of its own. Losing one costs repeats, never a gap."""

from __future__ import annotations

from pathlib import Path

from device_drivers.base.atomic import write_whole


class Bookmark:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._saved: int | None = None

    def load(self) -> int | None:
        """The last event that was read, 0 when the file is damaged, or None when there never was one."""
        try:
            return max(0, int(self._path.read_text(encoding="ascii", errors="replace")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return 0

    def save(self, seq: int) -> None:
        """Raises OSError."""
        if seq == self._saved:
            return
        write_whole(self._path, b"%d\n" % seq, durable=False)
        self._saved = seq

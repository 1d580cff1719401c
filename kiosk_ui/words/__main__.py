"""`python -m kiosk_ui.words ug`: what the kiosk says in Chinese for want of words in a language."""

from __future__ import annotations

import sys

from kiosk_ui.words import missing

if __name__ == "__main__":
    for language in sys.argv[1:]:
        print("\n".join(missing(language)))

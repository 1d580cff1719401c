"""A page for whoever listens: one thing after another, by four keys (next, back, choose, say again) or by itself.

What is being said is ringed where it is a key. Runs on the screen's thread; knows no Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from kiosk_ui.presenters.aloud import told
from kiosk_ui.presenters.page import Page
from kiosk_ui.presenters.reading import Shown
from kiosk_ui.state import Language
from kiosk_ui.voice import Voice
from kiosk_ui.words import Words

# What a key for listening asks for; `in` and `out` are of headphones.
Act = Literal["next", "back", "choose", "again", "in", "out"]


class Item(NamedTuple):
    """Something that is said. `control` is the name of the key that it is, "" for what is only read; `aside`: nobody
    is told of it who does not go there."""

    text: str
    control: str = ""
    aside: bool = False


def items(page: Page, words: Words, keys: Sequence[Shown]) -> tuple[Item, ...]:
    """Everything of a page that shows `keys`. Aside are keyboards, grey keys and how the page is shown."""
    aside = {one.name for one in (*page.assists, *getattr(page.body, "mends", ()))}
    return (
        *map(Item, told(page, words)),
        *(
            Item(
                words("spoken.chosen", what=key.spoken) if key.chosen else key.spoken, key.name,
                key.name in aside or key.name.startswith("key-") or not key.enabled,
            )
            for key in keys
        ),
    )


class Reader:
    """Where in a page somebody listens. `mark` shows what is being said, None for nothing."""

    def __init__(self, voice: Voice, mark: Callable[[Item | None], None]) -> None:
        self._voice = voice
        self._mark = mark
        self._items: tuple[Item, ...] = ()
        self._at = 0
        self._language: Language = ""
        self._goes_on = False

    @property
    def at(self) -> Item | None:
        return self._items[self._at] if self._items else None

    @property
    def busy(self) -> bool:
        """Something is being said, or comes next."""
        return self._goes_on or self._voice.speaking

    def begin(self, items: Sequence[Item], language: Language) -> None:
        """A page from its beginning to its end."""
        self._items, self._at, self._language = tuple(items), 0, language
        self._goes_on = True
        self._say()

    def renew(self, items: Sequence[Item]) -> None:
        """The same page with other figures: where one is stays."""
        control = self.at.control if self.at else ""
        self._items = tuple(items)
        there = [at for at, item in enumerate(items) if control and item.control == control]
        self._at = there[0] if there else max(0, min(self._at, len(items) - 1))

    def came(self, items: Sequence[Item], typed: str) -> None:
        """Of a press that led to no other page: how much is `typed` ("": nothing was) and what is told now, which was
        not before; else, from the first of them on, keys that were not there; else the key again, as it is now."""
        told, there = {item.text for item in self._items}, {item.control for item in self._items}
        news = [item.text for item in items if not item.control and item.text not in told]
        keys = [at for at, item in enumerate(items) if item.control not in there and not item.aside]
        self.renew(items)
        if typed or news:
            self.tell("\n".join(filter(None, (typed, *news))))
        elif keys:
            self._at, self._goes_on = keys[0], True
            self._say()
        else:
            self.again()

    def go_on(self) -> None:
        """At every tick: what is read by itself goes on when the last word was said."""
        if not self._goes_on or self._voice.speaking:
            return
        ahead = [at for at, item in enumerate(self._items) if at > self._at and not item.aside]
        if ahead:
            self._at = ahead[0]
            self._say()
        else:
            self._goes_on = False

    def move(self, by: int) -> None:
        """To the next thing or the one before, from the last to the first again."""
        if self._items:
            self._goes_on = False
            self._at = (self._at + by) % len(self._items)
            self._say()

    def again(self) -> None:
        self._goes_on = False
        self._say()

    def tell(self, text: str) -> None:
        """Something that just came of a press."""
        self._goes_on = False
        self._voice.say((text,), self._language)

    def end(self) -> None:
        self._items, self._goes_on = (), False
        self._voice.hush()
        self._mark(None)

    def _say(self) -> None:
        if item := self.at:
            self._mark(item)
            self._voice.say((item.text,), self._language)

"""A SAM_V reader and the cards that people lay on it, as a pure model. The persons are invented.

Strict as the module is: select only what was found, read only what was selected, and a card that was read is found
again only after it was taken away.
"""

from __future__ import annotations

from typing import Any, Final

from device_drivers.families.readers.simulator import Present, ReaderSpec, reader_stand_in
from device_drivers.kinds.sam_reader.codec import (
    FIND,
    FOUND,
    HEAD,
    LONGEST,
    NO_CARD,
    OK,
    READ,
    SELECT,
    STATUS,
    SamFrame,
    answer,
    cut_sam,
    encode_sam,
)
from device_drivers.kinds.sam_reader.text import PHOTO_BYTES, lay_out
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.listener import Listener
from device_drivers.simulation.model import Cannot, Note, Simulation
from device_drivers.words import Words

# The module takes so long to read a card, before its answer begins.
READ_S = 0.35

_ZHANG = {
    "name": "张三", "sex": "2", "nation": "01", "birth": "19491231", "address": "北京市朝阳区示例路1号",
    "number": "11010519491231002X", "issuer": "示例公安局", "valid_from": "20200101", "valid_to": "20400101",
}
SAMPLES: Final[dict[str, tuple[Words, dict[str, object]]]] = {
    "zhang": (Words("张三", "Zhang San"), {**_ZHANG}),
    "li": (
        Words("李喆·昇（长期）", "long name, no end"),
        {
            **_ZHANG, "name": "李喆·昇", "sex": "1", "birth": "18800101", "number": "440524188001010014",
            "valid_to": "长期",
        },
    ),
    "hmt": (
        Words("港澳台居住证", "residence permit"),
        {**_ZHANG, "name": "陈大文", "nation": "", "type": "J", "permit": "H12345678", "issues": "01"},
    ),
    "foreigner": (
        Words("外国人永居证", "permanent resident"),
        {
            "type": "I", "latin_name": "SAMPLE, ANNA MARIA", "name": "安娜", "sex": "2", "number": "UTO110074081201",
            "nationality": "UTO", "birth": "19740812", "valid_from": "20200101", "valid_to": "20300101",
            "version": "01", "authority": "1100",
        },
    ),
    "damaged": (Words("坏卡", "damaged card"), {**_ZHANG, "number": "110105194912310021"}),
}

FAULTS = (
    Fault("card_pulled", "a card is taken away between find and read", Words("抽卡", "card pulled")),
    Fault("half_answer", "the answer to read breaks off in its middle", Words("半帧", "half an answer")),
    Fault("not_authorised", "the security module refuses to work", Words("未授权", "not authorised")),
)


class SimulatedSamReader(Listener[SamFrame]):
    def __init__(self, spec: ReaderSpec, conditions: Conditions, note: Note) -> None:
        super().__init__(cut_sam, LONGEST, HEAD[0])
        self._conditions = conditions
        self._note = note
        self._card: Present | None = None
        self._step = b""  # what the card was last good for: FIND, SELECT
        self._read = False
        self._output = b""
        self._busy: tuple[float, bytes] | None = None
        self._counters = dict.fromkeys(("cards", "reads"), 0)

    def present(self, what: str, now_s: float) -> None:
        """Lay the sample `what` down, or take away what lies there with ""."""
        if what and what not in SAMPLES:
            raise Cannot(f"has no card {what!r}; there are {', '.join(SAMPLES)}")
        self._card = Present(what, now_s) if what else None
        self._step, self._read = b"", False
        self._counters["cards"] += bool(what)
        self._note("card", what or "taken away")

    def obey(self, frame: SamFrame, now_s: float) -> bool:
        if frame.is_answer:
            return False
        asked = frame.body[:2]
        if asked == READ and self._card is not None and self._step == SELECT and not self._gone():
            self._busy = (now_s + READ_S, self._answer(asked))
        else:
            self._output += self._answer(asked)
        return True

    def tick(self, now_s: float) -> bool:
        changed = super().tick(now_s)
        if self._busy is None or now_s < self._busy[0]:
            return changed
        self._output, self._busy = self._output + self._busy[1], None
        return True

    def due_s(self) -> float | None:
        dues = (super().due_s(), self._busy and self._busy[0])
        return min((due for due in dues if due is not None), default=None)

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        super().power_off()
        self._output, self._busy, self._step = b"", None, b""

    def state(self) -> dict[str, Any]:
        return {
            "reads": "card",
            "present": self._card.what if self._card else "",
            "present_s": self._card.at_s if self._card else None,
            "lit": self._busy is not None,
            "samples": [{"id": id_, **words._asdict()} for id_, (words, _) in SAMPLES.items()],
            "counters": {**self.counted(), **self._counters},
        }

    def _gone(self) -> bool:
        return "card_pulled" in self._conditions

    def _answer(self, asked: bytes) -> bytes:
        if "not_authorised" in self._conditions:
            return encode_sam(answer(0x66))
        if asked == STATUS:
            return encode_sam(answer(OK))
        if asked == FIND:
            found = self._card is not None and not self._read
            self._step = FIND if found else b""
            return encode_sam(answer(FOUND, bytes(4)) if found else answer(NO_CARD))
        if asked == SELECT:
            selected = self._step == FIND and self._card is not None
            self._step = SELECT if selected else b""
            return encode_sam(answer(OK, bytes(8)) if selected else answer(0x81))
        if asked == READ:
            return self._contents()
        return encode_sam(answer(0x21))

    def _contents(self) -> bytes:
        if self._card is None or self._step != SELECT or self._gone():
            self._step = b""
            return encode_sam(answer(0x41))
        self._step, self._read = b"", True
        self._counters["reads"] += 1
        data = encode_sam(answer(OK, lay_out({**SAMPLES[self._card.what][1], "photo_bytes": PHOTO_BYTES})))
        return data[: len(data) // 2] if "half_answer" in self._conditions else data


SIMULATION = Simulation(
    entry=ReaderSpec, model=SimulatedSamReader, stand_in=reader_stand_in, view="reader", faults=FAULTS
)

"""Readers of passports (护照阅读器), those that send the machine-readable zone as lines: `ports.Reader`."""

from __future__ import annotations

from typing import Any, Final

from device_drivers.families.readers.driver import LineReader
from device_drivers.families.readers.simulator import ReaderSpec, reader_stand_in
from device_drivers.families.readers.zone import SHORTEST_LINE
from device_drivers.kind import Kind
from device_drivers.kinds.mrz_reader.codec import MRZ
from device_drivers.kinds.mrz_reader.link import MrzLink, MrzOptions
from device_drivers.options import DeviceSpec, Environment
from device_drivers.simulation.faults import Conditions, Fault
from device_drivers.simulation.model import Cannot, Model, Note, Simulation
from device_drivers.words import Words

# What is laid on the simulated one: specimens of Doc 9303 and one whose check digit is wrong.
SAMPLES: Final = {
    "passport": (
        Words("护照样本", "specimen"),
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL898902C36UTO7408122F1204159ZE184226B<<<<<10\r",
    ),
    "card": (
        Words("证件样本", "card, 2 x 36"),
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\rD231458907UTO7408122F1204159<<<<<<<6\r",
    ),
    "misread": (
        Words("误读", "misread"),
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL898902C86UTO7408122F1204159ZE184226B<<<<<10\r",
    ),
}
HALF = Fault("half_answer", "a swipe breaks off in its second line", Words("半行", "half a swipe"))


class SimulatedMrzReader(Model):
    def __init__(self, spec: ReaderSpec, conditions: Conditions, note: Note) -> None:
        self._conditions = conditions
        self._note = note
        self._present, self._present_s = "", 0.0
        self._output = b""
        self._swiped = 0

    def present(self, what: str, now_s: float) -> None:
        if what and what not in SAMPLES:
            raise Cannot(f"has no document {what!r}; there are {', '.join(SAMPLES)}")
        self._present, self._present_s = what, now_s
        if what:
            said = SAMPLES[what][1].encode("ascii")
            self._output += said[: len(said) // 2 + SHORTEST_LINE // 2] if HALF.name in self._conditions else said
            self._swiped += 1
            self._note("card", what)

    def receive(self, data: bytes, now_s: float) -> None:
        """It is told nothing."""

    def take_output(self) -> bytes:
        output, self._output = self._output, b""
        return output

    def power_off(self) -> None:
        self._output = b""

    def state(self) -> dict[str, Any]:
        return {
            "reads": "card",
            "present": self._present,
            "present_s": self._present_s if self._present else None,
            "lit": False,
            "samples": [{"id": id_, **words._asdict()} for id_, (words, _) in SAMPLES.items()],
            "counters": {"cards": self._swiped},
        }


def build(spec: DeviceSpec, options: MrzOptions, env: Environment) -> LineReader:
    """Raises BadOption."""
    return LineReader(spec, env, MrzLink(spec.id), "card", {})


KIND = Kind(
    name="mrz-reader",
    words=Words("护照阅读器", "Passport reader"),
    options=MrzOptions,
    parts={"readers": ""},
    build=build,
    codecs=(MRZ,),
    simulate=Simulation(
        entry=ReaderSpec, model=SimulatedMrzReader, stand_in=reader_stand_in, view="reader", faults=(HALF,)
    ),
)

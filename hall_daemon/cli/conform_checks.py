"""What a device behind a broker has to do, by the contract of its kind (docs/mqtt-devices.md): a table of checks.

Each is a code of `[conform]` in the files of words, with `_do` what to change. Pure but for the broker that it drives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from device_drivers.codecs.message import Message, compact
from device_drivers.codecs.mqtt import LEVEL
from device_drivers.kinds.mqtt_machine.codec import ASK, NUMBER, read_ask
from device_drivers.kinds.mqtt_speaker.codec import OUTCOME, SAY, STOP, Outcome, read_outcome
from hall_daemon.cli.conform_broker import OneDevice

# Longer a dead connection must not go unnoticed.
LONGEST_KEEPALIVE_S = 120
# What screens are told: Hanzi, characters of four bytes, quotation marks, nothing, more than fits.
TEXTS = ("请A023号到3号窗口", "昇喆堃〇𠮷 · —", '"3" \\ {number}', "", "欢迎" * 100)


class Pace(NamedTuple):
    """Seconds: for a person; for an answer; until a cut connection is there again; until an asking without an answer
    comes again; how long nothing more may come."""

    person_s: float = 60.0
    answer_s: float = 5.0
    back_s: float = 30.0
    again_s: float = 10.0
    quiet_s: float = 5.0


class Finding(NamedTuple):
    code: str
    good: bool
    facts: dict[str, str] = {}  # noqa: RUF012


class Trial(NamedTuple):
    """`ask` tells a person what to do, by a code of `[conform.ask]`."""

    broker: OneDevice
    topic: str
    pace: Pace
    ask: Callable[[str], None]


def conforms(kind: str, trial: Trial) -> Iterator[Finding]:
    """Each finding when it is there. Ends early where the rest needs what is missing."""
    listens, writes, own = KINDS[kind]
    heard = tuple(trial.topic + end for end in listens)
    broker, pace = trial.broker, trial.pace
    came = Finding("connects", broker.until(lambda: broker.hello is not None, pace.person_s))
    if not came.good and broker.refused:
        yield Finding("tls", False, {"why": broker.refused})
    yield came
    if not came.good or broker.hello is None:
        return
    hello = broker.hello
    yield Finding("protocol", hello.level == LEVEL, {"level": str(hello.level)})
    if hello.level != LEVEL:
        return
    yield Finding("client_id", bool(hello.client_id))
    yield Finding("keepalive", 0 < hello.keepalive_s <= LONGEST_KEEPALIVE_S, {"seconds": str(hello.keepalive_s)})
    yield (listening := _listening(trial, heard))
    yield Finding("narrow", not any(pattern.startswith(("#", "+")) for pattern in broker.topics))
    if listening.good:
        yield from own(trial)
        yield from _returns(trial, heard)
    strange = sorted({said.message.topic for said in broker.said} - {trial.topic + end for end in writes})
    kept = sorted({said.message.topic for said in broker.said if said.message.retain})
    yield Finding("own_topics", not strange, {"topics": ", ".join(strange[:5])})
    yield Finding("not_retained", not kept, {"topics": ", ".join(kept[:5])})
    yield Finding("sure", all(said.sure for said in broker.said))
    yield Finding("packets", not broker.mistakes, {"mistake": "; ".join(dict.fromkeys(broker.mistakes[:3]))})


def _listening(trial: Trial, topics: tuple[str, ...]) -> Finding:
    broker = trial.broker
    good = broker.until(lambda: all(map(broker.listens, topics)), trial.pace.answer_s)
    return Finding("listens", good, {"topics": ", ".join(each for each in topics if not broker.listens(each))})


def _acknowledged(trial: Trial) -> Finding:
    broker = trial.broker
    return Finding("acknowledges", broker.until(lambda: not broker.unacknowledged, trial.pace.answer_s))


def _returns(trial: Trial, topics: tuple[str, ...]) -> Iterator[Finding]:
    """Its connection is cut: it comes back by itself, listens again and does nothing twice."""
    broker = trial.broker
    before = len(broker.said)
    broker.cut()
    good = broker.until(lambda: all(map(broker.listens, topics)), trial.pace.back_s)
    yield Finding("returns", good, {"seconds": f"{trial.pace.back_s:g}"})
    broker.until(lambda: len(broker.said) > before, trial.pace.quiet_s)
    yield Finding("nothing_twice", len(broker.said) == before)


def _screen(trial: Trial) -> Iterator[Finding]:
    for text in TEXTS:
        trial.broker.publish(Message(trial.topic, text.encode(), retain=True))
    yield _acknowledged(trial)
    trial.broker.publish(Message(trial.topic, "请8888号到8号窗口".encode(), retain=True))
    yield _acknowledged(trial)
    trial.ask("shown")


def _speaker(trial: Trial) -> Iterator[Finding]:
    broker, topic = trial.broker, trial.topic

    def outcomes(id_: str) -> list[Outcome]:
        messages = [said.message for said in broker.said if said.message.topic == f"{topic}/{OUTCOME}"]
        found = [read_outcome(message.payload) for message in messages]
        return [each for each in found if each is not None and each.id == id_]

    def say(id_: str, text: str, language: str, **more: object) -> None:
        said = {"id": id_, "text": text, "language": language, "times": 1, **more}
        broker.publish(Message(f"{topic}/{SAY}", compact(said)))

    for language, text in (("zh", "请A零二三号到三号窗口"), ("en", "Number A 0 2 4, please")):
        id_ = f"conform@1:{language}"
        say(id_, text, language, later="a word that may be added")
        broker.until(lambda: bool(outcomes(id_)), trial.pace.person_s)  # noqa: B023
        yield Finding("says", [each.result for each in outcomes(id_)] == ["said"], {"text": text})
    say("conform@3:zh", "请A零二五号到五号窗口。" * 20, "zh")
    broker.publish(Message(f"{topic}/{STOP}", compact({"id": "conform@3:zh"})))
    # What comes behind is said at once when that one has stopped; nobody waits for a word of what was taken back.
    say("conform@4:zh", "请A零二六号到六号窗口", "zh")
    broker.until(lambda: bool(outcomes("conform@4:zh")), trial.pace.person_s)
    said = [each.result for id_ in ("conform@3:zh", "conform@4:zh") for each in outcomes(id_) if each.result == "said"]
    yield Finding("stops", len(said) == 1 and bool(outcomes("conform@4:zh")))
    yield _acknowledged(trial)
    yield Finding("read_well", all(
        read_outcome(said.message.payload) is not None for said in broker.said if said.message.topic.endswith(OUTCOME)
    ))


def _machine(trial: Trial) -> Iterator[Finding]:
    broker, topic, pace = trial.broker, trial.topic, trial.pace

    def asked() -> list[str]:
        """The word of each asking; "" for one that is none."""
        found = [read_ask(said.message.payload) for said in broker.said if said.message.topic == topic + ASK]
        return [each.id if each is not None else "" for each in found]

    def told(**answer: object) -> Iterator[Finding]:
        word = asked()[-1]
        broker.publish(Message(topic + NUMBER, compact({"id": word, **answer})))
        yield _acknowledged(trial)
        count = len(asked())
        broker.until(lambda: len(asked()) > count, pace.quiet_s)
        yield Finding("asks_no_more", len(asked()) == count)

    trial.ask("press")
    yield (first := Finding("asks", broker.until(lambda: bool(asked()), pace.person_s)))
    if not first.good:
        return
    broker.until(lambda: len(asked()) > 1, pace.again_s)
    words = asked()
    yield Finding("read_well", "" not in words)
    yield Finding("asks_again", len(words) > 1 and len(set(words)) == 1, {"seconds": f"{pace.again_s:g}"})
    times = [said.at_s for said in broker.said if said.message.topic == topic + ASK]
    yield Finding("patient", len(times) < 2 or times[1] - times[0] >= 1.0)
    yield from told(number="A023", ahead=4)
    count = len(asked())
    trial.ask("press_again")
    if broker.until(lambda: len(asked()) > count, pace.person_s):
        yield Finding("new_word", asked()[-1] not in words)
        yield from told(refused="day_closed")
    else:
        yield Finding("asks", False)


# kind -> the ends of the topics that it hears, of those that it writes, and what else it has to do.
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Trial], Iterator[Finding]]]] = {
    "mqtt-screen": (("",), (), _screen),
    "mqtt-speaker": ((f"/{SAY}", f"/{STOP}"), (f"/{OUTCOME}",), _speaker),
    "mqtt-machine": ((NUMBER,), (ASK,), _machine),
}

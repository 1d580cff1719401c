"""F9: frames as bad wires leave them, for every wire format and every kind of device, by the hundred thousand.

Flipped, cut, inserted, left out, merged, a fifth lost, in pieces of any size. Nothing raises, nothing grows, and no
frame is taken whose sum is wrong. What a sum lets pass is counted: frames that nobody sent, presses that nobody made.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Any

import msgspec

from device_drivers.codecs.codec import Codec, FrameStream
from device_drivers.errors import BadField, BadFrame, LinkDown
from device_drivers.families.escpos.commands import MAX_COMMAND_BYTES
from device_drivers.families.escpos.decode import EscposDecoder
from device_drivers.kinds.ff68_pad.codec import CONFIRMED, KEY_CONFIRM, KEYS, PadFrame, encode_pad
from device_drivers.kinds.ff68_pad.link import PadLink, PadPlace
from device_drivers.options import Environment, read_options
from device_drivers.registry import KINDS, PROTOCOLS, build_device
from device_drivers.simulation.faults import Conditions
from tests.device_drivers.families.escpos.held import held_bytes
from tests.device_drivers.test_kinds import spec_of
from tests.drills.harness import Counted, Drill, Run
from tests.mutations import mutate

FULL = 1_000_000
LOST, INTACT = 0.2, 0.1
PRESS_EVERY_S = 1.0

# A checksum of so many bits lets pass what chance lets pass: four flipped bits in 2**15 frames. What a hall makes of a
# frame is compared with what it asked for besides, and there nothing passes (tests of the links).
PROOF_BITS, CHANCE = 16, 2**-13


def good_frames(codec: Codec, rng: Random, count: int = 60) -> list[bytes]:
    """The published frames, and others like them with other numbers and words in their fields."""
    found = [bytes.fromhex(example.hex) for example in codec.examples]
    for _ in range(count):
        fields = dict(rng.choice([example.fields or example.expect for example in codec.examples]))
        for name, value in fields.items():
            if type(value) is int:
                fields[name] = rng.randrange(256)
            elif isinstance(value, str) and name == "text":
                fields[name] = "".join(rng.choice("请A0123号到窗口Z[华·") for _ in range(rng.randrange(12)))
        try:
            found.append(codec.encode(fields))
        except BadField:
            continue
    return [frame for frame in found if is_taken(codec, frame)]


def is_taken(codec: Codec, frame: bytes) -> bool:
    """Whether a listener takes it: what no device has is no frame on its wire."""
    try:
        return codec.cut is None or codec.cut(frame) is not None
    except BadFrame:
        return False


def over_the_wire(frames: list[bytes], rng: Random) -> tuple[list[bytes], list[bytes], int]:
    """What is sent, what arrives of it in pieces, and how many of the frames were damaged."""
    sent, wire, damaged = [], b"", 0
    for _ in range(50):
        frame = rng.choice(frames)
        if rng.random() < LOST:
            continue
        sent.append(frame)
        if rng.random() < INTACT:
            wire += frame
        else:
            wire, damaged = wire + mutate(frame, rng), damaged + 1
    return sent, list(pieces(wire, rng)), damaged


def pieces(wire: bytes, rng: Random) -> Iterator[bytes]:
    largest, at = rng.choice((1, 4, 16, 64)), 0
    while at < len(wire):
        size = rng.randint(1, largest)
        yield wire[at : at + size]
        at += size


def cut_frames(codec: Codec, frames: list[bytes], rng: Random) -> tuple[int, int]:
    """(frames damaged, frames taken that nobody sent)."""
    assert codec.cut is not None
    taken: list[bytes] = []

    def cut(buffer: bytes) -> tuple[object, int] | None:
        found = codec.cut(buffer)  # type: ignore[misc]
        if found is not None:
            taken.append(buffer[: found[1]])
        return found

    stream: FrameStream[Any] = FrameStream(cut, codec.longest)
    sent, arrived, damaged = over_the_wire(frames, rng)
    for piece in arrived:
        stream.feed(piece)
        assert stream.pending < codec.longest
    stream.give_up()
    for data in taken:
        assert says_itself(codec, data), f"{codec.name} takes {data.hex(' ')}"
    last = rng.choice(frames)
    stream.feed(last * (codec.longest // len(last) + 2))
    assert taken[-1] == last, f"{codec.name} is deaf after {b''.join(arrived).hex(' ')}"
    known = {headless(data) for data in (*sent, last)}
    return damaged, sum(headless(data) not in known for data in taken)


def headless(data: bytes) -> bytes:
    """A receiver is content with fewer bytes at the head than a sender sends."""
    return data.lstrip(data[:1])


def says_itself(codec: Codec, data: bytes) -> bool:
    """Whether the bytes that were taken for a frame are those that its fields make, sum and all; what nobody
    would say (text that is no text) cannot be written again."""
    decoded = codec.decode(data)
    if decoded.warnings or not all(word.isprintable() for word in words(decoded.fields)):
        return True
    try:
        return headless(codec.encode(decoded.fields)) == headless(data)
    except BadField:
        return True


def words(value: object) -> Iterator[str]:
    """Every text within the fields of a frame."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from words(inner)


def print_bytes(paper: EscposDecoder, codec: Codec, frames: list[bytes], rng: Random) -> tuple[int, int]:
    """A printer's wire has no sums: whatever comes is `paper`, the same for the whole run, which does not grow."""
    _, arrived, damaged = over_the_wire(frames, rng)
    for piece in arrived:
        paper.feed(piece)
        assert held_bytes(paper) < 2 * MAX_COMMAND_BYTES  # one command, one line, one QR code
    return damaged, 0


def read_aloud(codec: Codec, frames: list[bytes], rng: Random) -> tuple[int, int]:
    """What has neither head nor end (the kernel's own events, lines of a card) is decoded as it arrives."""
    for data in (mutate(rng.choice(frames), rng) for _ in range(36)):
        with contextlib.suppress(BadFrame):
            assert codec.decode(data).used <= len(data)
    return 36, 0


def told(codec: Codec, frames: list[bytes], rng: Random) -> None:
    """`hall frame decode` says what it is or that it is none."""
    data = mutate(rng.choice(frames), rng)
    try:
        assert 0 < codec.decode(data).used <= len(data)
    except BadFrame:
        pass


def everything_hears(kind: str, frames: list[bytes], rng: Random) -> None:
    """The driver's end and the simulated device's end of the line, each with what the other may never have said."""
    spec, found = spec_of(kind), KINDS[kind]
    if found.simulate is None:
        return
    link = build_device(spec, Environment(lambda: 0.0, random.Random(1)))._link  # type: ignore[attr-defined]
    options = read_options(found.options, spec.options, spec.id)
    entry = {"id": spec.id, "kind": kind, **found.simulate.stand_in(options, lambda part: "")}
    model = found.simulate.model(
        msgspec.convert(entry, found.simulate.entry), Conditions(found.simulate.faults), lambda what, detail: None
    )
    now = 0.0
    for piece in over_the_wire(frames, rng)[1]:
        now += rng.choice((0.0, 0.001, 0.3))
        for end in (link, model):
            try:
                end.receive(piece, now)
                end.tick(now)
                end.take_output()
            except LinkDown:  # a conversation that cannot go on: its driver begins anew
                end.lost(now)
    msgspec.json.encode(model.state())


_PRESSED = [(key,) for key in KEYS] + [(digit, KEY_CONFIRM) for digit in CONFIRMED] + [(3, 0x13)]


def false_presses(rng: Random, presses: int, every_s: float = PRESS_EVERY_S) -> tuple[int, int]:
    """(presses that arrived damaged, presses heard that nobody pressed) of eight pads on one line."""
    link = PadLink([PadPlace(f"pad-{n}", n) for n in range(1, 9)], half_duplex=False)
    damaged = heard = 0
    for n in range(presses):
        frame = encode_pad(PadFrame(rng.randrange(1, 9), 1, bytes(rng.choice(_PRESSED))))
        data = mutate(frame, rng)
        if frame in data:
            continue
        damaged += 1
        heard += len(link.receive(data, n * every_s)) + len(link.tick((n + 0.9) * every_s))
        if link.take_output():
            link.written((n + 0.9) * every_s)
    return damaged, heard


def attack(run: Run, full: int = FULL) -> Counted:
    """`full`: damaged frames of each format, after which it ends before its time."""
    damaged: Counter[str] = Counter()
    false: Counter[str] = Counter()
    of_kind = {codec.name: kind for kind, found in KINDS.items() for codec in found.codecs}
    pools = {name: good_frames(codec, run.random(name)) for name, codec in PROTOCOLS.items()}
    hear = {
        name: cut_frames
        if codec.cut
        else partial(print_bytes, EscposDecoder())
        if codec in KINDS["escpos-printer"].codecs
        else read_aloud
        for name, codec in PROTOCOLS.items()
    }
    rounds = 0
    while not rounds or (not run.over and min(damaged.values()) < full):
        rng = run.random("round", rounds)
        for name, codec in PROTOCOLS.items():
            for _ in range(20):
                done, wrong = hear[name](codec, pools[name], rng)
                damaged[name] += done
                false[name] += wrong
                told(codec, pools[name], rng)
        if rounds % 20 == 0:
            for name, kind in of_kind.items():
                everything_hears(kind, pools[name], rng)
        done, wrong = false_presses(rng, 1000)
        damaged["presses"] += done
        false["presses"] += wrong
        rounds += 1
    cut = [name for name, codec in PROTOCOLS.items() if codec.cut is not None]
    for name in cut:
        if PROTOCOLS[name].sum_bits >= PROOF_BITS:
            assert false[name] <= 2 + CHANCE * damaged[name], f"{name}: {false[name]} of {damaged[name]} pass its sum"
    shares = {f"{name} false": f"{false[name] / damaged[name]:.4%}" for name in (*cut, "presses")}
    return {**damaged, **shares}


DRILL = Drill(
    name="frames",
    does="frames as bad wires leave them, of every wire format",
    faults=("F9",),
    share=8,
    attack=attack,
)

"""What the configuration says of a pad's frames, with the presets that need no saying. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta

from device_drivers.errors import BadField
from device_drivers.families.pads.layout import Crc, Layout, read_layout
from device_drivers.families.pads.press import RATES, check_key
from device_drivers.options import BadOption, Byte, GapMs, Name, RefreshS, Table

LayoutText = Annotated[str, Meta(max_length=300)]
HexByte = Annotated[str, Meta(pattern="^[0-9A-Fa-f]{2}$", description="two hex digits")]


class PadPlace(Table, frozen=True):
    id: Name
    address: Byte


class FramePadOptions(Table, frozen=True, kw_only=True):
    """`preset` is where it begins; what stands beside it changes that. `keys`: what each key's byte means. `poll`: what
    asks a pad that speaks only when it is asked; one is, every `poll_ms`, and has `answer_ms` for it."""

    pads: Annotated[tuple[PadPlace, ...], Meta(min_length=1, max_length=64)]
    preset: Literal["", "ub485", "ff68"] = ""
    frame: LayoutText | None = None
    keys: Annotated[dict[HexByte, Annotated[str, Meta(max_length=20)]], Meta(max_length=64)] | None = None
    rating: LayoutText | None = None
    rates: Annotated[dict[HexByte, Annotated[int, Meta(ge=1, le=5)]], Meta(max_length=16)] | None = None
    ack: LayoutText | None = None
    display: LayoutText | None = None
    beep: LayoutText | None = None
    poll: LayoutText | None = None
    poll_ms: Annotated[int, Meta(ge=20, le=5000)] = 80
    answer_ms: Annotated[int, Meta(ge=10, le=1000)] = 50
    counted_from: Annotated[int, Meta(ge=0, le=63)] | None = None
    crc: Crc = "modbus"
    address_offset: Annotated[int, Meta(ge=-255, le=255)] = 0
    dedupe_ms: Annotated[int, Meta(ge=0, le=10_000)] = 500
    gap_ms: GapMs = 50
    refresh_s: RefreshS = 120.0
    half_duplex: bool = True


class Preset(NamedTuple):
    frame: str = ""
    keys: Mapping[str, str] = {}
    rating: str = ""
    rates: Mapping[str, int] = {}
    ack: str = ""
    display: str = ""
    beep: str = ""
    poll: str = ""
    counted_from: int = 0


PRESETS: Final[dict[str, Preset]] = {
    "": Preset(),
    "ub485": Preset(
        frame="01 addr key 07",
        keys={"31": "call", "32": "start", "33": "transfer", "34": "finish"},
        display="01 addr 20 ticket:3 07",
        beep="01 addr 37 07",
    ),
    "ff68": Preset(
        frame="FF 68 03 03 68 addr any key sum 16",
        keys={
            **{f"{digit:02X}": str(digit) for digit in range(10)},
            "0C": "call", "0D": "recall", "0E": "cancel", "0F": "confirm", "12": "pause", "13": "transfer",
        },
        rating="FF 68 03 03 68 addr 11 rate sum 16",
        rates={"00": 5, "01": 4, "02": 3, "03": 2},
        ack="echo",
        display="FF 68 08 08 68 addr 02 count=3 ticket=3 sum 16",
        beep="FF 68 02 02 68 addr 03 sum 16",
        counted_from=5,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How these pads are spoken to and heard. `ack`: a layout, or the frame itself (`echo`), or None. `keys`: byte ->
    name of a key; `rates`: byte -> name of a rating."""

    frame: Layout
    keys: Mapping[int, str]
    rating: Layout | None
    rates: Mapping[int, str]
    ack: Layout | None
    echo: bool
    display: Layout | None
    beep: Layout | None
    poll: Layout | None


def speech_of(device: str, options: FramePadOptions) -> Speech:
    """Raises BadOption."""
    preset = PRESETS[options.preset]
    counted_from = preset.counted_from if options.counted_from is None else options.counted_from

    def layout(key: str) -> Layout | None:
        text = getattr(options, key)
        text = getattr(preset, key) if text is None else text
        if not text or (key == "ack" and text == "echo"):
            return None
        try:
            return read_layout(text, counted_from=counted_from, crc=options.crc)
        except BadField as error:
            raise BadOption(device, key, str(error)) from error

    frame, rating = layout("frame"), layout("rating")
    if frame is None or not frame.has("key"):
        raise BadOption(device, "frame", 'expected bytes with key, as "01 addr key 07", or a preset')
    if rating is not None and not rating.has("rate"):
        raise BadOption(device, "rating", "expected bytes with rate")
    keys = preset.keys if options.keys is None else options.keys
    for byte, name in keys.items():
        try:
            check_key(name)
        except BadField as error:
            raise BadOption(device, f"keys.{byte}", str(error)) from error
    rates = preset.rates if options.rates is None else options.rates
    level = {5 - told: name for name, told in RATES.items()}
    ack = preset.ack if options.ack is None else options.ack
    return Speech(
        frame=frame, keys={int(byte, 16): name for byte, name in keys.items()}, rating=rating,
        rates={int(byte, 16): level[value] for byte, value in rates.items()}, ack=layout("ack"), echo=ack == "echo",
        display=layout("display"), beep=layout("beep"), poll=layout("poll"),
    )

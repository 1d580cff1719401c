"""What the configuration may say about voice. Pure. `rate` is words a minute as the engine counts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from device_drivers.families.voice.outputs import FileOutput, Output, PlayerOutput
from device_drivers.families.voice.synth import DEFAULT_VOICES, Language
from device_drivers.kind import Need
from device_drivers.options import BadOption, Name, Table, no_two_alike

Volume = Annotated[float, Meta(ge=0, le=1)]


class ZoneOptions(Table, frozen=True):
    """`device` is for alsa (`aplay -D`) and pipewire (`pw-play --target`), `directory` for file."""

    id: Name
    output: Literal["alsa", "pipewire", "file", "none"] = "alsa"
    device: Name = "default"
    directory: Name | None = None
    volume: Volume = 1.0

    def new_output(self) -> Output | None:
        """None for a zone that is meant to be silent."""
        if self.output == "alsa":
            return PlayerOutput("aplay", ("-q", "-D", self.device), "alsa-utils")
        if self.output == "pipewire":
            target = () if self.device == "default" else ("--target", self.device)
            return PlayerOutput("pw-play", target, "pipewire-bin")
        return FileOutput(Path(self.directory)) if self.directory is not None else None


class VoiceOptions(Table, frozen=True, kw_only=True):
    """`cache_dir` None keeps no clips: then a hall whose engine is gone has only its chime. `recordings`: a folder of
    clips in a voice of the hall's own."""

    zones: Annotated[tuple[ZoneOptions, ...], Meta(min_length=1, max_length=32)] = (ZoneOptions("hall"),)
    rate: Annotated[int, Meta(ge=80, le=400)] = 170
    volume: Volume = 1.0
    cache_dir: Name | None = None
    cache_mb: Annotated[int, Meta(ge=1, le=4096)] = 64
    recordings: Name | None = None
    chime: bool = True
    voice_zh: Name = DEFAULT_VOICES["zh"]
    voice_en: Name = DEFAULT_VOICES["en"]

    @property
    def voices(self) -> dict[Language, str]:
        return {"zh": self.voice_zh, "en": self.voice_en}

    def needs(self) -> Iterator[Need]:
        """`aplay` and the voice have checks of their own."""
        if any(zone.output == "pipewire" for zone in self.zones):
            yield Need("program", "pw-play", "pipewire-bin")
        if self.recordings is not None:
            yield Need("path", self.recordings)

    def check(self, device: str) -> None:
        """What the types cannot say. Raises BadOption."""
        no_two_alike(device, "zones", [zone.id for zone in self.zones], "id")
        for index, zone in enumerate(self.zones):
            if (zone.output == "file") != (zone.directory is not None):
                raise BadOption(device, f"zones[{index}].directory", 'needed with output = "file", only there')
            if not zone.device.isprintable():  # it becomes an argument of a program
                raise BadOption(device, f"zones[{index}].device", f"not printable: {zone.device!r}")

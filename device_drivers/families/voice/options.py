"""What the config may say about voice, checked: a frozen object, or BadOption that names the key.

Pure. `rate` is words a minute as the engine counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from device_drivers.families.voice.outputs import FileOutput, Output, PlayerOutput
from device_drivers.families.voice.synth import DEFAULT_VOICES, Language
from device_drivers.specs import BadOption, Between, parse_options

Word = Annotated[str, Between(1, 100)]
Volume = Annotated[float, Between(0, 1)]


@dataclass(frozen=True, slots=True)
class ZoneOptions:
    """`device` is for alsa (`aplay -D`) and pipewire (`pw-play --target`), `directory` for file."""

    id: Word
    output: Literal["alsa", "pipewire", "file", "none"] = "alsa"
    device: Word = "default"
    directory: Word | None = None
    volume: Volume = 1.0

    def new_output(self) -> Output | None:
        """None for a zone that is meant to be silent."""
        if self.output == "alsa":
            return PlayerOutput("aplay", ("-q", "-D", self.device), "alsa-utils")
        if self.output == "pipewire":
            target = () if self.device == "default" else ("--target", self.device)
            return PlayerOutput("pw-play", target, "pipewire-bin")
        return FileOutput(Path(self.directory)) if self.directory is not None else None


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """`cache_dir` None keeps no clips: then a hall whose engine is gone has only its chime."""

    zones: Annotated[tuple[ZoneOptions, ...], Between(1, 32)] = (ZoneOptions("hall"),)
    rate: Annotated[int, Between(80, 400)] = 170
    volume: Volume = 1.0
    cache_dir: Word | None = None
    cache_mb: Annotated[int, Between(1, 4096)] = 64
    chime: bool = True
    voice_zh: Word = DEFAULT_VOICES["zh"]
    voice_en: Word = DEFAULT_VOICES["en"]

    @property
    def voices(self) -> dict[Language, str]:
        return {"zh": self.voice_zh, "en": self.voice_en}

    @classmethod
    def parse(cls, options: Mapping[str, object], device: str = "voice") -> VoiceOptions:
        """Raises BadOption."""
        parsed = parse_options(cls, options, device)
        seen: set[str] = set()
        for index, zone in enumerate(parsed.zones):
            if zone.id in seen:
                raise BadOption(device, f"zones[{index}].id", f"{zone.id!r} is there twice")
            seen.add(zone.id)
            if (zone.output == "file") != (zone.directory is not None):
                raise BadOption(device, f"zones[{index}].directory", 'needed with output = "file", only there')
            if not zone.device.isprintable():  # it becomes an argument of a program
                raise BadOption(device, f"zones[{index}].device", f"not printable: {zone.device!r}")
        return parsed

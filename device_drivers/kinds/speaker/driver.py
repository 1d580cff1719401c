"""The voice of a hall as one device: zones that speak, a synthesiser they share.

Owns no thread itself; each zone has one. Knows sentences and zones, nothing of tickets or windows.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from device_drivers.base.atomic import write_whole
from device_drivers.errors import BadField, Misuse
from device_drivers.families.voice.clips import ClipCache
from device_drivers.families.voice.recorded import Recordings
from device_drivers.families.voice.sound import chime as chime_at
from device_drivers.families.voice.sound import compose, encode_wav
from device_drivers.families.voice.synth import WORKER, Language, Synthesiser, VoiceFailed
from device_drivers.families.voice.zone import RECHECK_S, Zone
from device_drivers.kinds.speaker.options import VoiceOptions
from device_drivers.options import DeviceSpec, Environment
from device_drivers.ports import Announcement, Health, LifeState, SpeakOutcome
from device_drivers.words import ALL_WELL, Condition

__all__ = ["VoiceFailed", "VoiceOptions", "VoiceSpeaker", "Written", "build", "write_wav"]

_LOGGER = logging.getLogger(__name__)

NAME: Final = "speaker"
# What is the matter when the engine is not at its best.
_VOICES: Final = {"ready": ALL_WELL, "degraded": Condition("voice_spare"), "mute": Condition("no_voice")}
MAX_TEXT: Final = 300  # characters; the last bound before an engine, callers have their own
MAX_TIMES: Final = 5


def build(spec: DeviceSpec, options: VoiceOptions, env: Environment) -> VoiceSpeaker:
    """Raises BadOption."""
    options.check(spec.id)
    return VoiceSpeaker(spec.id, options, monotonic=env.monotonic)


class VoiceSpeaker:
    """`ports.Speaker`. `Announcement.stale_s` is a reading of the same `monotonic`."""

    kind = NAME

    def __init__(
        self,
        id: str,
        options: VoiceOptions,
        *,
        monotonic: Callable[[], float],
        worker: Sequence[str] = WORKER,
        recheck_s: float = RECHECK_S,
    ) -> None:
        self.id = id
        self.options = options
        self._monotonic = monotonic
        self._synthesiser = _new_synthesiser(options, monotonic, worker)
        self._zones = {
            zone.id: Zone(
                zone.id,
                zone.new_output(),
                self._synthesiser,
                monotonic=monotonic,
                with_chime=options.chime,
                volume=zone.volume * options.volume,
                recheck_s=recheck_s,
            )
            for zone in options.zones
        }
        self._life: LifeState = "init"
        self._state: LifeState = "init"
        self._since_s = monotonic()

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(self._zones)

    def start(self) -> None:
        self._life = "ready"
        for zone in self._zones.values():
            zone.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Cut off what is being said, drop the rest, end the children."""
        self._life = "stopped"
        give_up_s = time.monotonic() + timeout_s
        for zone in self._zones.values():
            zone.ask_to_stop()
        self._synthesiser.close()
        for zone in self._zones.values():
            if not zone.join(max(0.0, give_up_s - time.monotonic())):
                _LOGGER.error("voice %s: zone %s did not end in %g s", self.id, zone.name, timeout_s)

    def say(self, announcement: Announcement, on_done: Callable[[SpeakOutcome], None]) -> None:
        """Raises Misuse for a zone that is not configured, BadField for what cannot be said."""
        zone = self._zones.get(announcement.zone)
        if zone is None:
            raise Misuse(f"voice {self.id} has no zone {announcement.zone!r}; it has {', '.join(self._zones)}")
        check_sayable(announcement.text, announcement.times)
        zone.say(announcement, on_done)

    def withdraw(self, id: str) -> None:
        for zone in self._zones.values():
            zone.withdraw(id)

    def health(self) -> Health:
        troubles = [zone.trouble for zone in self._zones.values() if zone.trouble]
        if self._synthesiser.trouble:
            troubles.append(self._synthesiser.trouble)
        counters: Counter[str] = Counter(self._synthesiser.counters)
        for zone in self._zones.values():
            counters += Counter(zone.counters)
        heard = [zone.heard_s for zone in self._zones.values() if zone.heard_s is not None]
        condition = self._condition()
        return Health(
            device=self.id,
            kind=self.kind,
            state=self._noted(self._state_now(bool(troubles))),
            detail="; ".join(troubles),
            since_s=self._since_s,
            reported_s=max(heard, default=None),
            counters=dict(counters),
            code=condition.code,
            facts=condition.facts,
        )

    def _condition(self) -> Condition:
        """The worst of what is the matter; `detail` says all of it."""
        silent = [zone.name for zone in self._zones.values() if zone.trouble]
        if silent:
            return Condition("zone_silent", {"zones": ", ".join(silent)})
        return _VOICES[self._synthesiser.level]

    def _state_now(self, troubled: bool) -> LifeState:
        if self._life != "ready":
            return self._life
        if troubled:
            return "alert"
        return "ready" if all(zone.tried for zone in self._zones.values()) else "init"

    def _noted(self, state: LifeState) -> LifeState:
        if state != self._state:
            self._state, self._since_s = state, self._monotonic()
        return state


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_wav` wrote. `trouble` is "" or why the engine of choice was not used."""

    path: Path
    duration_s: float
    rate: int
    rms: float
    trouble: str


def write_wav(
    text: str,
    path: Path,
    *,
    language: Language = "zh",
    times: int = 1,
    chime: bool = True,
    options: VoiceOptions | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Written:
    """Write what a zone would hear. Raises BadField, VoiceFailed (what to install) or OSError."""
    check_sayable(text, times)
    options = options or VoiceOptions()
    synthesiser = _new_synthesiser(options, monotonic, WORKER)
    try:
        speech = synthesiser.clip(text, language)
    finally:
        synthesiser.close()
    bell = chime_at(speech.rate) if chime else None
    sound = compose(speech, bell=bell, times=times, volume=options.volume)
    write_whole(path, encode_wav(sound), durable=False)
    return Written(path, sound.duration_s, sound.rate, sound.rms, synthesiser.trouble)


def check_sayable(text: str, times: int) -> None:
    """Raises BadField."""
    if not any(char.isalnum() for char in text):
        raise BadField("text: there is nothing to say")
    if len(text) > MAX_TEXT:
        raise BadField(f"text: {len(text)} characters; at most {MAX_TEXT} are said")
    # `[[` begins raw phonemes and `<` markup for the engine.
    if not text.isprintable() or "[[" in text or "<" in text:
        raise BadField("text: control characters, [[ and < are not said")
    if not 1 <= times <= MAX_TIMES:
        raise BadField(f"times: expected 1 to {MAX_TIMES}, got {times}")


def _new_synthesiser(options: VoiceOptions, monotonic: Callable[[], float], worker: Sequence[str]) -> Synthesiser:
    folder = Path(options.cache_dir) if options.cache_dir is not None else None
    cache = ClipCache(folder, options.cache_mb * 1_000_000)
    return Synthesiser(
        cache=cache, rate=options.rate, voices=options.voices, monotonic=monotonic, worker=worker,
        recordings=None if options.recordings is None else Recordings(Path(options.recordings)),
    )

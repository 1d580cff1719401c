"""The voice of a hall (语音): zones that say what is called."""

from __future__ import annotations

from device_drivers.kind import Kind
from device_drivers.kinds.speaker.driver import NAME, build
from device_drivers.kinds.speaker.options import VoiceOptions
from device_drivers.words import Words

KIND = Kind(
    name=NAME,
    words=Words("语音", "Voice"),
    options=VoiceOptions,
    parts={"zones": "zones"},
    build=build,
)

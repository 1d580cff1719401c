"""The voice of a hall (语音): zones that say what is called."""

from __future__ import annotations

from device_drivers.kind import Kind
from device_drivers.kinds.speaker.driver import NAME, build
from device_drivers.kinds.speaker.options import VoiceOptions
from device_drivers.words import ConditionWords, Words

KIND = Kind(
    name=NAME,
    words=Words("语音", "Voice"),
    options=VoiceOptions,
    parts={"zones": "zones"},
    build=build,
    lines=(),
    needs=VoiceOptions.needs,
    conditions={
        "zone_silent": ConditionWords(
            Words("不出声", "silent in zone {zones}"),
            Words("请检查功放和声卡", "check amplifier and sound card"),
        ),
        "no_voice": ConditionWords(
            Words("没有语音引擎，只有提示音", "no voice, only the chime"),
            Words("请安装 espeak-ng", "install the system package espeak-ng"),
        ),
        "voice_spare": ConditionWords(
            Words("备用语音引擎在播报", "the spare voice engine speaks"),
            Words("请看日志", "look into the log"),
            stops=False,
        ),
    },
)

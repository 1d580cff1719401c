"""Modbus RTU LED boards (Modbus 数码屏): the called number, on one bus; each board says that it took it."""

from __future__ import annotations

from device_drivers.base.screens import SILENT_CONDITIONS, ScreenBus, build_screens
from device_drivers.kind import Kind
from device_drivers.kinds.modbus_led.codec import MODBUS_LED
from device_drivers.kinds.modbus_led.link import ModbusAnswers, ModbusEncoder, ModbusOptions
from device_drivers.kinds.modbus_led.simulator import SIMULATION
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import Words


def build(spec: DeviceSpec, options: ModbusOptions, env: Environment) -> ScreenBus:
    """Raises BadOption."""
    return build_screens(
        spec, env, options.screens, ModbusEncoder(options), gap_ms=options.gap_ms, refresh_s=options.refresh_s,
        answers=ModbusAnswers(), answer_ms=options.answer_ms, echo=options.echo,
    )


KIND = Kind(
    name="modbus-led",
    words=Words("Modbus 数码屏", "Modbus boards"),
    options=ModbusOptions,
    parts={"screens": "screens"},
    build=build,
    codecs=(MODBUS_LED,),
    conditions=SILENT_CONDITIONS,
    simulate=SIMULATION,
)

"""The big screen's window as a screen."""

from device_drivers.kinds.big_screen.kind import KIND as KIND

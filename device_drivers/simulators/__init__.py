"""The other end of the wire: strips, pads and printers that speak real bytes over ptys.

`Bench` runs them in this process; `python -m device_drivers.simulators` is the same with a page in
the browser. Nothing here knows a hall or a driver: only the codecs are shared with the hardware side.
"""

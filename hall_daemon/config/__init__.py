"""The configuration: hall.toml to frozen Settings, and every mistake in it with its line.

Reads one file when asked, nothing at import. Read in this order: settings (what the program gets), schema
(what may be written), load. `demo` turns a hall into one with simulated devices, `render` writes one.
"""

from hall_daemon.config.demo import bench, simulated
from hall_daemon.config.load import check, load, warnings
from hall_daemon.config.problem import BadConfig, ConfigError
from hall_daemon.config.render import render, render_hall
from hall_daemon.config.settings import Bindings, Settings
from hall_daemon.config.wording import Wording

__all__ = [
    "BadConfig",
    "Bindings",
    "ConfigError",
    "Settings",
    "Wording",
    "bench",
    "check",
    "load",
    "render",
    "render_hall",
    "simulated",
    "warnings",
]

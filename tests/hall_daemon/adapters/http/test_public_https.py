"""Everything of test_public once more, by HTTPS."""

from tests.hall_daemon.adapters.http.conftest import https_hall as hall  # noqa: F401
from tests.hall_daemon.adapters.http.test_public import *  # noqa: F403

"""Everything of test_staff once more, by HTTPS."""

from tests.hall_daemon.adapters.http.conftest import https_hall as hall  # noqa: F401
from tests.hall_daemon.adapters.http.test_staff import *  # noqa: F403

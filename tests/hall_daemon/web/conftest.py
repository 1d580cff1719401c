"""The small hall of the HTTP tests serves these too."""

from tests.hall_daemon.adapters.http.conftest import hall as hall
from tests.hall_daemon.adapters.http.conftest import public as public
from tests.hall_daemon.adapters.http.conftest import staff as staff

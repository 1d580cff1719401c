"""The hall over HTTP: one listener for staff and kiosks, one for everybody's phone, each on a thread of its own."""

from hall_daemon.adapters.http.dependencies import Dependencies as Dependencies
from hall_daemon.adapters.http.servers import Listeners as Listeners
from hall_daemon.adapters.http.servers import both_servers as both_servers
from hall_daemon.adapters.http.servers import public_server as public_server
from hall_daemon.adapters.http.servers import staff_server as staff_server
from hall_daemon.web.limits import PUBLIC_LIMITS as PUBLIC_LIMITS
from hall_daemon.web.limits import STAFF_LIMITS as STAFF_LIMITS
from hall_daemon.web.limits import Limits as Limits
from hall_daemon.web.server import CannotListen as CannotListen
from hall_daemon.web.server import HttpServer as HttpServer

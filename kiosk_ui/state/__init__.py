"""View state of the kiosk: frozen values, and one pure function that takes events to new state and effects."""

from kiosk_ui.state.model import Assist as Assist
from kiosk_ui.state.model import Language as Language
from kiosk_ui.state.model import Link as Link
from kiosk_ui.state.model import Own as Own
from kiosk_ui.state.model import Session as Session
from kiosk_ui.state.model import State as State
from kiosk_ui.state.reducer import reduce as reduce
from kiosk_ui.state.reducer import start as start

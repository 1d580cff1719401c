"""Forms and the verdict on answers to them. Checked while the request waits; nothing of the answers is kept, counted or
logged. Runs on a listener's loop."""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.config.forms import Cabinet, read_cabinet
from hall_daemon.config.guides import Shelf
from hall_daemon.config.settings import Settings
from hall_daemon.matters.checks import Checker
from hall_daemon.matters.days import of_date
from hall_daemon.staff.rights import Right
from hall_daemon.web.endpoint import Call, Fault, Operation, Query, Reply, encode, get, post, query_value, unless_known
from hall_daemon.wire.forms import (
    ANSWERS_BYTES,
    AnswersBody,
    Dictionary,
    FormView,
    VerdictView,
    dictionary,
    form_view,
    verdict_view,
)
from hall_daemon.words.tables import tables

_LOGGER = logging.getLogger(__name__)
_PATH = "/api/v1/forms/{form}"
_EDITION = Query(
    "edition", "The edition that a review began with; the present one by default",
    {"type": "integer", "minimum": 0, "maximum": 999_999_999},
)


def cabinet_of(settings: Settings, shelf: Shelf) -> Cabinet:
    """Forms as they are now; one that has a mistake is not offered, and the log says why."""
    cabinet = read_cabinet(settings.matters, shelf.papers())
    for error in cabinet.errors:
        _LOGGER.warning("left out: %s", error)
    return cabinet


class DictionaryApi:
    """Which fields there are and who asks for them; for staff and kiosks."""

    def __init__(self, deps: Dependencies) -> None:
        cabinet = deps.cabinet
        self._said = _said(dictionary(cabinet.dictionary, cabinet.forms.values()))

    def operations(self) -> tuple[Operation, ...]:
        return (
            get("getDictionary", "look", "/api/v1/dictionary", "The dictionary of fields, and which forms ask for them",
                self.dictionary, Dictionary, statuses=(304,)),
        )

    async def dictionary(self, call: Call) -> Reply:
        return unless_known(call, *self._said)


class FormsApi:
    """`needs`: the right that this listener asks for."""

    def __init__(self, deps: Dependencies, needs: Right) -> None:
        self._needs = needs
        self._clock = deps.clock
        self._zone = ZoneInfo(deps.plan.timezone)
        self._follower = deps.follower
        self._checkers = {name: Checker(form) for name, form in deps.cabinet.forms.items()}
        self._earlier = {key: Checker(form) for key, form in deps.cabinet.earlier.items()}
        self._views: dict[tuple[str, int], tuple[tuple[frozenset[str], int], tuple[bytes, bytes]]] = {}

    def operations(self) -> tuple[Operation, ...]:
        return (
            get("getForm", self._needs, _PATH, "A form: its pages, fields and rules", self.form, FormView,
                codes=("unknown_form", "bad_field"), statuses=(304,), query=(_EDITION,)),
            post("checkForm", self._needs, f"{_PATH}/verdict", "All that is wrong with answers to a form", self.verdict,
                 VerdictView, body=AnswersBody, body_bytes=ANSWERS_BYTES, codes=("unknown_form", "unknown_field")),
        )

    async def form(self, call: Call) -> Reply:
        """With the marks of fields that often come back, as they are counted now, and samples of today."""
        form = self._checker(call, _edition(query_value(call, "edition"))).form
        often = self._follower.read_book(lambda book: book.docket.often_wrong(form.matter))
        key, seen = (form.id, form.version), (often, self._today())
        if key not in self._views or self._views[key][0] != seen:
            marked = form.with_samples_of(seen[1]).with_marks(often, tables().text("form.often_sent_back"))
            self._views[key] = seen, _said(form_view(marked))
        return unless_known(call, *self._views[key][1])

    async def verdict(self, call: Call) -> Reply:
        body: AnswersBody = call.body
        checker = self._checker(call, body.edition)
        known = {field.id for field in checker.form.fields}
        if strange := body.answers.keys() - known:
            raise Fault("unknown_field", {"field": min(strange)[:64], "form": checker.form.id})
        return Reply(200, encode(verdict_view(checker, body.answers, self._today())))

    def _today(self) -> int:
        return of_date(datetime.fromtimestamp(self._clock.now().wall / 1000, self._zone).date())

    def _checker(self, call: Call, edition: int) -> Checker:
        """The present edition for 0, and where the asked one is not kept any more: it says its version itself."""
        name = call.params["form"]
        checker = self._earlier.get((name, edition)) or self._checkers.get(name)
        if checker is None:
            raise Fault("unknown_form", {"form": name[:64]})
        return checker


def _edition(said: str) -> int:
    if said and not (said.isascii() and said.isdigit() and len(said) < 10):
        raise Fault("bad_field", {"why": "edition is a whole number, as a review says it"})
    return int(said or "0")


def _said(message: msgspec.Struct) -> tuple[bytes, bytes]:
    """A body and its ETag."""
    body = encode(message)
    return body, b'"%b"' % sha256(body).hexdigest()[:16].encode()

"""The hall over HTTP: an effect goes out, its answer comes back as an event. Bounded in time and size.

`HallClient` belongs to one thread, which is a `Courier`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
import requests

from hall_daemon.wire import messages as m
from hall_daemon.wire.ask import AskAnswer, AskBody, HelpBody, HelpView
from hall_daemon.wire.figures import ForecastFeed
from hall_daemon.wire.guides import Guides, GuideView, Notices
from hall_daemon.wire.kiosks import KioskSettings
from hall_daemon.wire.ratings import RatingBody
from hall_daemon.wire.readings import ReadingView
from kiosk_ui.routes import ROUTES
from kiosk_ui.state import events as e
from kiosk_ui.state.steps import AskCase

CONNECT_S = 2.0
# Longer than the hall gives itself to answer (5 s): its own word comes before our patience ends.
ANSWER_S = 6.0
MAX_BYTES = 4_000_000  # a hall with a thousand services is under a megabyte
MAX_PAGE_BYTES = 10 * 1024 * 1024  # larger ones no reader hands on
# So long one wait for this kiosk's readers lasts: a page that wants something else is there soon after.
WAIT_S = 3
_CHUNK = 65_536
_DONE = (200, 201)
_UNKNOWN = (401, 403)
_JSON = "application/json"

T = TypeVar("T")


class NoAnswer(Exception):
    """The hall could not be reached, was too slow, or said something that cannot be read."""


class HallClient:
    """`base` is the hall's address, as http://127.0.0.1:8080. `credential` gives what this kiosk proves itself with,
    "" for nothing; it is asked again when the hall does not take that. `ca`: the file of the authority that signs for
    the hall by HTTPS, "" for the public ones. Follows no redirect and no proxy."""

    def __init__(
        self,
        base: str,
        kiosk: str,
        *,
        credential: Callable[[], str] = str,
        ca: str = "",
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base.rstrip("/")
        self._kiosk = kiosk
        self._own = f"/api/v1/kiosks/{quote(kiosk, safe='')}"
        self._timeout = (connect_s, answer_s)
        self._monotonic = monotonic
        self._web = requests.Session()
        self._web.trust_env = False
        self._web.verify = ca or True
        self._web.headers["Accept"] = _JSON
        self._credential = credential
        self._prove()
        self._carriers: dict[type[e.Effect], Callable[[Any], e.Event]] = {
            e.FetchHall: self._fetch_hall,
            e.FetchSettings: self._fetch_settings,
            e.DrawNumber: self._draw,
            e.FetchTicket: self._fetch_ticket,
            e.PressTicket: self._press,
            e.RateVisit: self._rate,
            e.FetchGuides: self._fetch_guides,
            e.FetchNews: self._fetch_news,
            e.FetchGuide: self._fetch_guide,
            e.FetchPicture: self._fetch_picture,
            e.FindMatters: self._find,
            e.CallHelp: self._call_help,
            e.WatchHelp: self._watch_help,
            e.EndHelp: self._end_help,
            e.AwaitReading: self._await_reading,
            e.ForgetReadings: self._forget,
            AskCase: self._ask_case,
        }

    def _prove(self) -> None:
        self._web.headers.pop("Authorization", None)
        if said := self._credential():
            self._web.headers["Authorization"] = f"Bearer {said}"

    def close(self) -> None:
        self._web.close()

    def do(self, effect: e.Effect) -> e.Event:
        """Carry `effect` out. Every way it can end is an event; nothing is raised but bugs."""
        return self._carriers[type(effect)](effect)

    def _fetch_hall(self, effect: e.FetchHall) -> e.Event:
        headers = {"If-None-Match": effect.etag} if effect.etag else {}
        try:
            status, got, body = self._ask("GET", "/api/v1/hall", headers=headers)
            if status == 304:
                return e.HallSame()
            if status != 200:
                return e.HallLost(f"answered {status}", refused=status in _UNKNOWN)
            return e.HallCame(_read(body, m.HallView), got.get("ETag", ""))
        except NoAnswer as error:
            return e.HallLost(str(error))

    def _fetch_settings(self, effect: e.FetchSettings) -> e.Event:
        try:
            status, _, body = self._ask("GET", self._own)
            if status == 200:
                return e.SettingsCame(_read(body, KioskSettings))
            return e.SettingsRefused(_read(body, m.Problem))
        except NoAnswer as error:
            return e.SettingsLost(str(error))

    def _fetch_guides(self, effect: e.FetchGuides) -> e.Event:
        try:
            status, _, body = self._ask("GET", "/api/v1/guides")
            if status != 200:
                return e.GuidesLost(f"answered {status}")
            return e.GuidesCame(_read(body, Guides))
        except NoAnswer as error:
            return e.GuidesLost(str(error))

    def _fetch_news(self, effect: e.FetchNews) -> e.Event:
        try:
            status, _, body = self._ask("GET", f"/api/v1/{effect.what}")
            if status != 200:
                return e.NewsLost(effect.what, f"answered {status}")
            return e.NewsCame(_read(body, Notices) if effect.what == "notices" else _read(body, ForecastFeed))
        except NoAnswer as error:
            return e.NewsLost(effect.what, str(error))

    def _fetch_guide(self, effect: e.FetchGuide) -> e.Event:
        path = f"/api/v1/guides/{quote(effect.matter, safe='')}"
        return self._for_person(
            effect, GuideView, lambda guide: e.GuideCame(effect.session, effect.matter, guide), path
        )

    def _fetch_picture(self, effect: e.FetchPicture) -> e.Event:
        try:
            path = f"/api/v1/guides/files/{quote(effect.file, safe='')}"
            status, _, body = self._ask("GET", path, most=MAX_PAGE_BYTES)
            if status == 200:
                return e.PictureCame(effect.session, effect.file, body)
            return e.Refused(effect.session, effect.about, effect.key, _read(body, m.Problem))
        except NoAnswer as error:
            return lost(effect, str(error))

    def _find(self, effect: e.FindMatters) -> e.Event:
        return self._for_person(
            effect, AskAnswer, lambda said: e.MattersFound(effect.session, effect.typed, said.matters, said),
            "/api/v1/ask", AskBody(effect.typed, typing=not effect.whole),
        )

    def _call_help(self, effect: e.CallHelp) -> e.Event:
        return self._for_person(
            effect, HelpView, lambda call: e.HelpCalled(effect.session, effect.key, call.help, call.state == "coming"),
            "/api/v1/helps", HelpBody(effect.matter),
        )

    def _watch_help(self, effect: e.WatchHelp) -> e.Event:
        path = f"/api/v1/helps/{quote(effect.call, safe='')}"
        return self._for_person(
            effect, HelpView, lambda call: e.HelpSeen(effect.session, effect.call, call.state == "coming"), path
        )

    def _end_help(self, effect: e.EndHelp) -> e.Event:
        ended = e.HelpCalled(effect.session, effect.key)
        path = f"/api/v1/helps/{quote(effect.call, safe='')}/withdraw"
        return self._for_person(effect, HelpView, lambda _: ended, path, m.NoBody())

    # -- this kiosk's own readers --------------------------------------------------------------------

    def _await_reading(self, effect: e.AwaitReading) -> e.Event:
        """A page comes with its picture."""
        sorts, lost = ",".join(effect.sorts), e.ReadingCame(effect.session, lost=True)
        try:
            status, _, body = self._ask("GET", f"{self._own}/reading?for={sorts}&after={effect.after}&wait_s={WAIT_S}")
            if status == 204:
                return e.ReadingCame(effect.session)
            if status != 200:
                return lost
            reading = _read(body, ReadingView)
            if reading.page is None:
                return e.ReadingCame(effect.session, reading)
            status, _, data = self._ask("GET", f"{self._own}/readings/{reading.n}/page", most=MAX_PAGE_BYTES)
            return e.ReadingCame(effect.session, reading, data) if status == 200 else lost
        except NoAnswer:
            return lost

    def _forget(self, effect: e.ForgetReadings) -> e.Event:
        """What was not forgotten so is gone by itself in seconds, or with the hall."""
        sent: dict[str, Any] = {"data": b"{}", "headers": {"Content-Type": _JSON}}
        try:
            return e.Forgotten(done=self._ask("POST", f"{self._own}/forget", **sent)[0] < 500)
        except NoAnswer:
            return e.Forgotten(done=False)

    def _ask_case(self, effect: AskCase) -> e.Event:
        route = ROUTES[effect.about]
        path = route.path.format(
            ref=quote(effect.ref, safe="/?="), review=quote(effect.case.review, safe="") if effect.case else "",
            kiosk=quote(self._kiosk, safe=""),
        )
        headers = {}
        if effect.case is not None:
            headers["Case-Token"] = effect.case.token
            if route.changes:
                headers["If-Match"] = f'"{effect.case.version}"'
        return self._for_person(
            effect, route.kind, lambda said: e.CaseTold(effect.session, effect.about, effect.key, said), path,
            effect.body, method=route.method, headers=headers, data=effect.data, media_type=effect.media_type,
        )

    def _draw(self, effect: e.DrawNumber) -> e.Event:
        wanted = m.IssueBody(
            service=effect.service,
            class_="priority" if effect.ground else "ordinary",
            class_reason=effect.ground,
            printer=effect.printer,
            channel="kiosk",
            review=effect.case.review if effect.case else "",
            case_token=effect.case.token if effect.case and not effect.case.person else "",
            id_number=effect.case.person if effect.case else "",
        )
        return self._for_person(
            effect, m.Issued, lambda issued: e.Drawn(effect.session, effect.key, issued), "/api/v1/tickets", wanted
        )

    def _fetch_ticket(self, effect: e.FetchTicket) -> e.Event:
        path = f"/api/v1/tickets/{quote(effect.ref, safe='')}"
        return self._for_person(effect, m.TicketView, lambda seen: e.TicketCame(effect.session, effect.ref, seen), path)

    def _press(self, effect: e.PressTicket) -> e.Event:
        path = f"/api/v1/tickets/{quote(effect.ref, safe='')}/{effect.about}"
        body = m.SlipBody(effect.printer) if effect.about == "slip" else m.NoBody()
        taken = e.PressTaken(effect.session, effect.about, effect.key)
        return self._for_person(effect, m.Done, lambda done: taken, path, body)

    def _rate(self, effect: e.RateVisit) -> e.Event:
        path = f"/api/v1/tickets/by-token/{quote(effect.ref, safe='')}/rating"
        rated = e.VisitRated(effect.session, effect.key)
        return self._for_person(effect, m.Done, lambda done: rated, path, RatingBody(effect.level, effect.reasons))

    def _for_person(
        self, effect: e.Personal, kind: type[T], done: Callable[[T], e.Event], path: str,
        body: msgspec.Struct | None = None, *, method: str = "", headers: Mapping[str, str] | None = None,
        data: bytes = b"", media_type: str = "",
    ) -> e.Event:
        """`done` makes an event of what the hall answers, which is a `kind`; a `body` is sent with the effect's key,
        `data` as it is."""
        said = dict(headers or {})
        sent: dict[str, Any] = {"headers": said}
        if body is not None:
            said["Content-Type"] = _JSON
            if not isinstance(effect, e.FindMatters):  # a question does nothing twice, and stays in the body
                said["Idempotency-Key"] = effect.key
            sent["data"] = msgspec.json.encode(body)
        elif data:
            said["Content-Type"], sent["data"] = media_type, data
        try:
            status, _, answer = self._ask(method or ("GET" if body is None else "POST"), path, **sent)
            if status in _DONE:
                return done(_read(answer, kind))
            return e.Refused(effect.session, effect.about, effect.key, _read(answer, m.Problem))
        except NoAnswer as error:
            return lost(effect, str(error))

    # -- one exchange ------------------------------------------------------------------------------

    def _ask(self, method: str, path: str, most: int = MAX_BYTES, **sent: Any) -> tuple[int, Any, bytes]:
        """Status, headers, body. Raises NoAnswer, and not later than connect and answer time together."""
        give_up_at = self._monotonic() + sum(self._timeout)
        try:
            with self._web.request(
                method, self._base + path, timeout=self._timeout, allow_redirects=False, stream=True, **sent
            ) as answer:
                body = bytearray()
                for chunk in answer.iter_content(_CHUNK):
                    body += chunk
                    if len(body) > most:
                        raise NoAnswer(f"answer over {most} bytes")
                    if self._monotonic() > give_up_at:
                        raise NoAnswer("answer came too slowly")
                if answer.status_code in _UNKNOWN:
                    self._prove()
                return answer.status_code, answer.headers, bytes(body)
        except requests.exceptions.SSLError as error:
            raise NoAnswer(f"its certificate is not believed ({error}); see HALL_CA and hall check") from error
        except (requests.RequestException, OSError, ValueError) as error:
            raise NoAnswer(type(error).__name__) from error


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoAnswer(f"answer cannot be read: {error}") from error


def lost(effect: e.Effect, why: str) -> e.Event:
    """The answer to an effect that got none."""
    if isinstance(effect, e.FetchHall):
        return e.HallLost(why)
    if isinstance(effect, e.FetchSettings):
        return e.SettingsLost(why)
    if isinstance(effect, e.FetchGuides):
        return e.GuidesLost(why)
    if isinstance(effect, e.AwaitReading):
        return e.ReadingCame(effect.session, lost=True)
    if isinstance(effect, e.ForgetReadings):
        return e.Forgotten(done=False)
    if isinstance(effect, e.FetchNews):
        return e.NewsLost(effect.what, why)
    return e.Lost(effect.session, effect.about, effect.key, why)

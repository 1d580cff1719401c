"""The two listeners put together from their parts. Call both before the follower starts: they subscribe to it."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from hall_daemon.adapters.http.accounts import AccountsApi
from hall_daemon.adapters.http.ask import AskApi, QuestionsApi
from hall_daemon.adapters.http.board_feed import BoardAnswers, FollowerFeed
from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.adapters.http.desk_reader import DeskReaderApi, DeskReaders
from hall_daemon.adapters.http.drop_boxes import DropBoxesApi
from hall_daemon.adapters.http.earlier_answers import EarlierAnswersApi
from hall_daemon.adapters.http.figures import FiguresApi
from hall_daemon.adapters.http.forms import DictionaryApi, FormsApi
from hall_daemon.adapters.http.gate import OwnHosts, PublicGate, guarded
from hall_daemon.adapters.http.guides import GuidesApi
from hall_daemon.adapters.http.helps import HelpsApi
from hall_daemon.adapters.http.metrics import Metrics
from hall_daemon.adapters.http.moves import MovesApi
from hall_daemon.adapters.http.oidc import OidcApi
from hall_daemon.adapters.http.origins import OriginsApi
from hall_daemon.adapters.http.own_reviews import OwnReviews
from hall_daemon.adapters.http.pages import load_pages
from hall_daemon.adapters.http.public import PublicApi, subject_of
from hall_daemon.adapters.http.readings import ReadingsApi
from hall_daemon.adapters.http.review_desk import ReviewDeskApi
from hall_daemon.adapters.http.reviews import ReviewsApi
from hall_daemon.adapters.http.sessions import SessionsApi
from hall_daemon.adapters.http.shared import SharedApi
from hall_daemon.adapters.http.shown import ShownApi
from hall_daemon.adapters.http.staff import StaffApi
from hall_daemon.adapters.http.stream import EventStream
from hall_daemon.adapters.http.uploads import UploadsApi
from hall_daemon.adapters.http.view_cache import ViewCache
from hall_daemon.adapters.http.window_review import WindowReviewApi
from hall_daemon.adapters.system.stepping_back import step_back
from hall_daemon.staff.rights import Right
from hall_daemon.web.asgi_app import Site
from hall_daemon.web.blocking import Reading
from hall_daemon.web.counts import Listener
from hall_daemon.web.endpoint import Operation, encode
from hall_daemon.web.limits import PUBLIC_LIMITS, STAFF_LIMITS, Limits
from hall_daemon.web.openapi import document
from hall_daemon.web.server import HttpServer
from hall_daemon.web.streams import Streams

# How old the public hall may be while events pour in: it is rendered twice a second however many look.
PUBLIC_STALE_S = 0.5
# Who asks for figures while so many wait for theirs is told to come back.
FIGURES_WAITING = 8
# Log-ins that wait for the one that is being tried; each takes a tenth of a second on purpose.
LOG_INS_WAITING = 32
# Who hands something in at a time: each waits a moment for the commit of all (adapters/storage/group_commit.py).
KEPT_AT_ONCE = 16
# Files that wait for their child; how many children there are at a time the configuration says.
FILES_AT_ONCE = 4
# Log-ins that wait for the city's provider, which may take seconds; none by password waits behind them.
PROVIDER_WAITING = 8

OnFailure = Callable[[BaseException], None]


class Listeners(NamedTuple):
    staff: HttpServer
    public: HttpServer


def staff_server(
    deps: Dependencies,
    host: str,
    port: int,
    *,
    limits: Limits = STAFF_LIMITS,
    metrics: Metrics | None = None,
    tls: ssl.SSLContext | None = None,
    on_failure: OnFailure | None = None,
) -> HttpServer:
    """The listener for staff, kiosks and tools, on a thread named `http`."""
    commands, reading = HallCommands(deps, limits), Reading()
    metrics = metrics or Metrics(deps)
    streams = Streams(limits)
    counted = Listener("staff", Counter(), streams, Counter())
    metrics.listeners.append(counted)
    written = _Document("Service hall: staff, kiosks and tools", deps.version)
    shared = SharedApi(commands, metrics, written)
    events = EventStream(commands, reading, streams, limits)
    cache, counting = ViewCache(commands), Reading("http-figures", FIGURES_WAITING)
    api = StaffApi(commands, reading, cache, events, shared)
    read_here = ReadingsApi(deps, lambda: streams.closing)
    papers = Reading("http-papers", threads=KEPT_AT_ONCE, behind=deps.precedence)
    sending = Reading("http-sending", threads=FILES_AT_ONCE)
    logging_in = Reading("http-login", LOG_INS_WAITING, begins=partial(step_back, 10), behind=deps.precedence)
    asking = Reading("http-oidc", PROVIDER_WAITING)
    written.operations = guarded((
        *deps.precedence.first(api.operations()),
        *FiguresApi(commands, counting).operations(),
        *ShownApi(deps).operations(),
        *read_here.operations(),
        *GuidesApi(deps, reading, "look").operations(),
        *_reviews(commands, papers, sending, "apply"),
        *_own_reviews(commands, papers),
        *_desk(commands, papers, counting),
        *AskApi(deps, "look").operations(),
        *QuestionsApi(deps, reading).operations(),
        *HelpsApi(commands, public=False).operations(),
        *FormsApi(deps, "look").operations(),
        *DictionaryApi(deps).operations(),
        *deps.precedence.behind(_accounts(deps, read_here, logging_in, asking)),
    ))
    pages = load_pages(deps.pages, "staff", deps.plan.timezone, deps.views.screen.theme)
    site = Site(
        operations=written.operations,
        gate=deps.gate,
        limits=limits,
        pages=pages,
        parts=(commands, reading, papers, sending, counting, read_here, logging_in, asking),
        counted=counted,
        monotonic=deps.monotonic,
        is_ours=OwnHosts(deps.hosts),
    )
    return HttpServer(site, host, port, name="http", section="http", tls=tls, on_failure=on_failure)


def public_server(
    deps: Dependencies,
    host: str,
    port: int,
    *,
    limits: Limits = PUBLIC_LIMITS,
    metrics: Metrics | None = None,
    trusted_proxies: tuple[str, ...] = (),
    tls: ssl.SSLContext | None = None,
    on_failure: OnFailure | None = None,
) -> HttpServer:
    """The listener for everybody's phone, on a thread named `http-public`."""
    commands = HallCommands(deps, limits)
    streams = Streams(limits)
    counted = Listener("public", Counter(), streams, Counter())
    if metrics is not None:
        metrics.listeners.append(counted)
    written = _Document("Service hall: public", deps.version)
    shared = SharedApi(commands, None, written)
    feed = FollowerFeed(deps, commands.replica)
    api = PublicApi(
        commands=commands, feed=feed, answers=BoardAnswers(feed, deps.monotonic, PUBLIC_STALE_S), streams=streams,
        shared=shared, limits=limits,
    )
    reading = Reading("http-public-read")
    papers = Reading("http-public-papers", threads=KEPT_AT_ONCE, behind=deps.precedence)
    sending = Reading("http-public-sending", threads=FILES_AT_ONCE)
    written.operations = guarded((
        *api.operations(),
        *GuidesApi(deps, reading, "anybody").operations(),
        *AskApi(deps, "anybody").operations(),
        *HelpsApi(commands, public=True).operations(),
        *FormsApi(deps, "anybody").operations(),
        *deps.precedence.behind(_reviews(commands, papers, sending, "anybody")),
    ))
    pages = load_pages(deps.pages, "public", deps.plan.timezone, deps.views.screen.theme)
    site = Site(
        operations=written.operations,
        gate=PublicGate(),
        limits=limits,
        pages=pages,
        parts=(commands, reading, papers, sending),
        counted=counted,
        monotonic=deps.monotonic,
        subject_of=subject_of,
        has_ticket=api.has_ticket,
    )
    return HttpServer(
        site, host, port, name="http-public", section="public", trusted_proxies=trusted_proxies, tls=tls,
        on_failure=on_failure,
    )


def both_servers(
    deps: Dependencies,
    staff: tuple[str, int],
    public: tuple[str, int],
    *,
    staff_limits: Limits = STAFF_LIMITS,
    public_limits: Limits = PUBLIC_LIMITS,
    trusted_proxies: tuple[str, ...] = (),
    staff_tls: ssl.SSLContext | None = None,
    public_tls: ssl.SSLContext | None = None,
    on_failure: OnFailure | None = None,
) -> Listeners:
    """Both listeners, at (host, port) each; /metrics of the first one counts for both."""
    metrics = Metrics(deps)
    return Listeners(
        staff_server(deps, *staff, limits=staff_limits, metrics=metrics, tls=staff_tls, on_failure=on_failure),
        public_server(
            deps,
            *public,
            limits=public_limits,
            metrics=metrics,
            trusted_proxies=trusted_proxies,
            tls=public_tls,
            on_failure=on_failure,
        ),
    )


def _reviews(commands: HallCommands, papers: Reading, sending: Reading, needs: Right) -> tuple[Operation, ...]:
    room = commands.deps.reviews
    if room is None:
        return ()
    public_url = commands.deps.views.ticket_url.removesuffix("/t/{token}")
    reviews = ReviewsApi(commands, room, papers, needs, public=needs == "anybody")
    uploads = UploadsApi(commands, room, reading=papers, sending=sending, needs=needs)
    return (
        *reviews.operations(),
        *EarlierAnswersApi(commands, room, papers, reviews, needs).operations(),
        *MovesApi(commands, room, reviews, needs, public_url).operations(),
        *uploads.operations(),
        *DropBoxesApi(commands, room, uploads, needs, public_url).operations(),
    )


def _own_reviews(commands: HallCommands, papers: Reading) -> tuple[Operation, ...]:
    room = commands.deps.reviews
    return OwnReviews(commands, room, papers, "apply").operations() if room is not None else ()


def _desk(commands: HallCommands, papers: Reading, counting: Reading) -> tuple[Operation, ...]:
    room, rows = commands.deps.reviews, commands.deps.review_rows
    if room is None:
        return ()
    return (
        *ReviewDeskApi(commands, room, papers, counting, rows).operations(),
        *WindowReviewApi(commands, room, papers).operations(),
        *OriginsApi(commands, room, papers).operations(),
    )


def _accounts(
    deps: Dependencies, readings: ReadingsApi, logging_in: Reading, asking: Reading
) -> tuple[Operation, ...]:
    desks = DeskReaders(deps.desks)
    oidc = deps.oidc and OidcApi(
        deps.access, deps.oidc, asking=asking, logging_in=logging_in, monotonic=deps.monotonic
    )
    return (
        *SessionsApi(
            deps.access, logging_in, deps.notice, oidc=oidc is not None, reader=desks.window
        ).operations(),
        *DeskReaderApi(deps.access, desks, readings, logging_in).operations(),
        *(oidc.operations() if oidc else ()),
        *AccountsApi(deps.plan, deps.access, deps.roster, logging_in).operations(),
    )


class _Document:
    """The OpenAPI document, written once when first asked for: it describes the table that serves it."""

    def __init__(self, title: str, version: str) -> None:
        self._title = title
        self._version = version
        self._written = b""
        self.operations: tuple[Operation, ...] = ()

    def __call__(self) -> bytes:
        if not self._written:
            self._written = encode(document(self.operations, self._title, self._version))
        return self._written

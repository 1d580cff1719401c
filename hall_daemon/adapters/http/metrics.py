"""Figures for Prometheus: text of GET /metrics. Names begin with hall_, units are base units, no person and no
ticket is a label. Runs on the loop of `http`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from hall_daemon.adapters.http.dependencies import Dependencies
from hall_daemon.app.states import Figures, queue_figures
from hall_daemon.domain.hall import Hall
from hall_daemon.web.counts import Listener

Sample = tuple[str, Mapping[str, str], float]


# name -> type, what it says
_ABOUT: dict[str, tuple[str, str]] = {
    "hall_tickets_issued_total": ("counter", "Numbers drawn since the business day began"),
    "hall_ticket_steps_total": ("counter", "Steps in the lives of tickets since the business day began"),
    "hall_queue_waiting": ("gauge", "People waiting"),
    "hall_queue_serving": ("gauge", "People at windows"),
    "hall_queue_windows_open": ("gauge", "Open windows that serve the queue"),
    "hall_journal_events_total": ("counter", "Events in the journal"),
    "hall_replica_lag_events": ("gauge", "Events that the views have not seen yet"),
    "hall_core_inbox_depth": ("gauge", "Requests waiting for the core"),
    "hall_http_requests_total": ("counter", "Requests answered"),
    "hall_http_limited_total": ("counter", "Requests refused by the rate limit"),
    "hall_http_streams": ("gauge", "Open event streams"),
    "hall_http_streams_dropped_total": ("counter", "Event streams cut because the client took nothing"),
    "hall_promises_scored": ("gauge", "Tickets of the last days that were shown a range and called"),
    "hall_promises_held_ratio": ("gauge", "Share of them that waited as long as their range said; 0.8 is aimed at"),
    "hall_promises_bias_seconds": ("gauge", "How much later than their range's middle they were called, on average"),
    "hall_promises_error_seconds": ("gauge", "The same without its sign"),
    "hall_promises_unknown": ("gauge", "Tickets of the last days that were shown a reason instead of a range"),
    "hall_devices": ("gauge", "Devices by kind and state"),
}


class Metrics:
    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps
        self.listeners: list[Listener] = []

    def text(self) -> str:
        """The exposition format, version 0.0.4."""
        samples: dict[str, list[str]] = {}
        for name, labels, value in self._samples():
            shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            samples.setdefault(name, []).append(f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}")
        lines = []
        for name, rows in samples.items():
            kind, said = _ABOUT.get(name, ("gauge", name))
            lines += [f"# HELP {name} {said}", f"# TYPE {name} {kind}", *rows]
        return "\n".join(lines) + "\n"

    def _samples(self) -> Iterator[Sample]:
        deps = self._deps
        tally, figures = deps.follower.read(self._look)
        yield "hall_tickets_issued_total", {}, tally.pop("issued", 0)
        for step, count in tally.items():
            yield "hall_ticket_steps_total", {"step": step}, count
        for queue, (waiting, serving, windows_open, _) in figures.items():
            yield "hall_queue_waiting", {"queue": queue}, waiting
            yield "hall_queue_serving", {"queue": queue}, serving
            yield "hall_queue_windows_open", {"queue": queue}, windows_open
        yield "hall_journal_events_total", {}, deps.core.seq
        yield "hall_replica_lag_events", {}, max(0, deps.core.seq - deps.follower.seq)
        yield "hall_core_inbox_depth", {}, deps.core.depth
        for listener in tuple(self.listeners):
            name = listener.name
            for (operation, status), count in tuple(listener.requests.items()):
                labels = {"listener": name, "operation": operation, "status": str(status)}
                yield "hall_http_requests_total", labels, count
            yield "hall_http_limited_total", {"listener": name}, listener.limited["rate"]
            yield "hall_http_streams", {"listener": name}, len(listener.streams)
            yield "hall_http_streams_dropped_total", {"listener": name}, listener.streams.dropped
        devices = Counter((device.kind, device.state) for device in deps.views.devices())
        for (kind, state), count in devices.items():
            yield "hall_devices", {"kind": kind, "state": state}, count
        yield from deps.extra_metrics()

    def _look(self, hall: Hall) -> tuple[dict[str, int], dict[str, Figures]]:
        return dict(hall.tally), queue_figures(self._deps.views, hall)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

"""People of a demo who have their papers looked at: somebody who waits fills a form in on the phone now and then and
brings their number to it, and somebody else draws one for what passed at home. Both wait as prepared.

What they write are the form's own samples, what they hand in is a page that says so. The demo's reviewer looks after a
while, and leaves what somebody else has taken up. One thread, the crowd's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from random import Random
from typing import Any, NamedTuple

from hall_daemon.config import Settings
from hall_daemon.config.forms import read_cabinet
from hall_daemon.config.guides import read_shelf
from hall_daemon.domain.plan import Plan
from hall_daemon.rehearsal.agenda import Agenda
from hall_daemon.rehearsal.day import Visit
from hall_daemon.rehearsal.hall_client import Errands, Reply
from hall_daemon.rehearsal.people import Person

# At the pace of people who are not in haste: one from home after the other, how long the reviewer takes.
EVERY_S, LOOKED_S = 1500.0, (60.0, 300.0)
# Of those who wait for a matter that papers are looked at for, so many bring their number; so many of them first when
# it has passed.
BRINGS, PASSED_FIRST = 0.7, 0.5
# Papers of one form are no more.
MOST_PAPERS = 12

_SAMPLE = b"BT /F 18 Tf 20 380 Td 40 TL %b ET" % (b"(SAMPLE PAGE OF A DEMO) Tj T* " * 8)


class Sample(NamedTuple):
    """A matter whose papers are looked at: its plain service, and a form that is filled in as it should be."""

    matter: str
    service: str
    answers: Mapping[str, object]


class Ask(NamedTuple):
    """One request of a story; what comes back is sent into it."""

    listener: str
    method: str
    path: str
    body: Mapping[str, object] | bytes | None = None
    headers: Mapping[str, str] = {}


Story = Generator[Ask | float, Reply, None]


def samples_of(settings: Settings, today: int) -> tuple[Sample, ...]:
    """Of matters whose number becomes another one once they passed. `today`: matters.days.day_of."""
    shelf = read_shelf(settings)
    forms = {form.matter: form for form in read_cabinet(settings.matters, shelf.papers()).forms.values()}
    return tuple(
        Sample(guide.id, guide.service, forms[guide.id].with_samples_of(today).samples())
        for guide in shelf.guides.values()
        if guide.id in forms and guide.stopped is None and _is_prepared(settings.plan, guide.service)
    )


def _is_prepared(plan: Plan, service: str) -> bool:
    return service in plan.services and bool(plan.services[service].when_ready)


def sample_page() -> bytes:
    """A PDF of one page, as small as a postcard: a demo has no time for more."""
    font = b"<< /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 298 420] /Contents 4 0 R /Resources << /Font %b >> >>" % font,
        b"<< /Length %d >> stream\n%b\nendstream" % (len(_SAMPLE), _SAMPLE),
    )
    said = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, body) for number, body in enumerate(objects, 1))
    return b"%PDF-1.7\n" + said + b"trailer << /Size 5 /Root 1 0 R >>\n%%EOF\n"


class Applicants:
    """`draw` has somebody come for a visit, with what else their draw says."""

    def __init__(
        self, samples: Iterable[Sample], *, plan: Plan, dice: Random, agenda: Agenda, errands: Errands,
        draw: Callable[[Visit, Mapping[str, object]], None], haste: float, name: str, now_s: Callable[[], float],
    ) -> None:
        self._samples = tuple(samples)
        self._plan = plan
        self._dice = dice
        self._agenda = agenda
        self._errands = errands
        self._draw = draw
        self._haste = haste
        self._name = name
        self._now_s = now_s
        self._asked = 0
        self._sending = False

    def expect(self) -> None:
        """Somebody at home begins, and the next one after them."""
        if self._samples:
            self._go(self._at_home(self._dice.choice(self._samples)))
            self._agenda.at(self._later(EVERY_S * self._dice.uniform(0.5, 1.5)), self.expect)

    def holds(self, person: Person) -> None:
        """Somebody has a number in hand."""
        mine = [each for each in self._samples if each.service == person.visit.services[0]]
        if mine and self._dice.random() < BRINGS:
            self._go(self._in_line(self._dice.choice(mine), person))

    # -- what they do: each step goes on with what came of it --------------------------------------------

    def _at_home(self, sample: Sample) -> Story:
        case = yield from self._sent(sample)
        if case is not None and (yield from self._passed(case)):
            service = sample.service
            time_s = self._plan.services[self._plan.prepared(service)].expected_s / self._haste
            visit = Visit(at_s=0.0, services=(service,), service_s=(time_s,))
            self._draw(visit, {"review": case.review, "case_token": case.token})

    def _in_line(self, sample: Sample, person: Person) -> Story:
        passed_first = self._dice.random() < PASSED_FIRST
        case = yield from self._sent(sample)
        if case is None or (passed_first and not (yield from self._passed(case))):
            return
        brought = yield Ask("public", "POST", f"{case.path}/ticket", {"ticket": person.token}, case.mine)
        if brought.status == 200 and not passed_first:
            yield from self._passed(case)

    def _sent(self, sample: Sample) -> Generator[Ask | float, Reply, _Case | None]:
        """Filled in, handed in and sent; None where the hall did not take it, or somebody else is at it: a demo has
        time for the pages of one."""
        if self._sending:
            return None
        self._sending = True
        try:
            return (yield from self._filled(sample))
        finally:
            self._sending = False

    def _filled(self, sample: Sample) -> Generator[Ask | float, Reply, _Case | None]:
        opened = yield Ask("public", "POST", "/api/v1/reviews", {"matter": sample.matter})
        if opened.status != 201:
            return None
        case = _Case(opened.body["review"], opened.body["token"])
        kept = yield Ask("public", "PUT", f"{case.path}/answers", {"answers": sample.answers}, case.seen(1))
        if kept.status != 200:
            return None
        for paper in kept.body["missing"][:MOST_PAPERS]:
            headers = case.mine | {"Content-Type": "application/pdf"}
            handed = yield Ask("public", "PUT", f"{case.path}/papers/{paper}/pages/1", sample_page(), headers)
            if handed.status != 200:
                return None
        view = yield Ask("public", "GET", case.path, None, case.mine)
        sent = yield Ask("public", "POST", f"{case.path}/send", {}, case.seen(view.body.get("version", 0)))
        return case if sent.status == 200 else None

    def _passed(self, case: _Case) -> Generator[Ask | float, Reply, bool]:
        """The demo's reviewer looks, after a while; what somebody else has in hand is theirs."""
        yield self._dice.uniform(*LOOKED_S)
        row = yield Ask("staff", "POST", f"{case.path}/look", {})
        if row.status != 200:
            return False
        passed = yield Ask("staff", "POST", f"{case.path}/pass", {}, {"If-Match": f'"{row.body["version"]}"'})
        return passed.status == 200 and passed.body["state"] == "passed"

    # -- how it goes on ---------------------------------------------------------------------------------

    def _go(self, story: Story, reply: Reply | None = None) -> None:
        try:
            step = next(story) if reply is None else story.send(reply)
        except StopIteration:
            return
        if isinstance(step, float):
            self._agenda.at(self._later(step), partial(self._go, story, Reply(None, 0, {})))
            return
        self._asked += 1
        self._errands.send(
            partial(self._go, story), step.listener, step.method, step.path, step.body,
            f"{self._name}-r{self._asked}" if step.method == "POST" else "", step.headers,
        )

    def _later(self, seconds: float) -> float:
        return self._now_s() + seconds / self._haste


class _Case(NamedTuple):
    review: str
    token: str

    @property
    def path(self) -> str:
        return f"/api/v1/reviews/{self.review}"

    @property
    def mine(self) -> dict[str, str]:
        return {"Case-Token": self.token}

    def seen(self, version: Any) -> dict[str, str]:
        return self.mine | {"If-Match": f'"{version}"'}

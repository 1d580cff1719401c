"""From guides, forms and the configuration to what the docket promises and asks, by matter."""

from __future__ import annotations

from hall_daemon.cases.clock import Calendar
from hall_daemon.cases.statutes import Matter, Statutes
from hall_daemon.config.forms import Cabinet
from hall_daemon.config.guides import Shelf
from hall_daemon.config.settings import Papers, Reviews
from hall_daemon.matters.form import Form
from hall_daemon.matters.guide import Guide

# The application itself: it is filled in here, so nobody hands in a picture of it.
FILLED_HERE = "form"


def statutes_of(
    said: Reviews, kept: Papers, calendar: Calendar, shelf: Shelf, cabinet: Cabinet
) -> Statutes:
    """Of every matter that has a guide and a form; others cannot be looked at beforehand."""
    forms = {form.matter: form for form in cabinet.forms.values()}
    matters = {
        guide.id: _matter(said, kept, guide, forms[guide.id], cabinet)
        for guide in shelf.guides.values()
        if guide.id in forms
    }
    return Statutes(
        matters=matters, calendar=calendar, turn_min=said.turn_min, most_open=said.most_open, most_each=said.most_each
    )


def _matter(said: Reviews, kept: Papers, guide: Guide, form: Form, cabinet: Cabinet) -> Matter:
    """Fields and papers of earlier editions are known too: who began with one is told what is wrong in it."""
    editions = (form, *(each for (id_, _), each in cabinet.earlier.items() if id_ == form.id))
    asked = {paper for each in editions for rule in each.papers for paper in rule.need}
    later = frozenset(id_ for id_, paper in guide.materials.items() if paper.gap is not None)
    instead = frozenset(id_ for id_, paper in guide.materials.items() if paper.promise is not None)
    return Matter(
        id=guide.id, form=form.id, edition=form.version, service=guide.service,
        earlier=frozenset(version for id_, version in cabinet.earlier if id_ == form.id),
        stopped=guide.stopped.since if guide.stopped else "",
        fields=frozenset(field.id for each in editions for field in each.fields),
        papers=frozenset({*guide.materials, *asked} - {FILLED_HERE}), later=later, instead=instead,
        four_eyes=guide.id in said.four_eyes, answer_days=said.answer_days, mend_days=said.mend_days,
        ready_days=said.ready_days, draft_days=said.draft_days, keep_days=said.keep_days,
        visited_days=kept.visited_days,
    )

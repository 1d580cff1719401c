"""Guides and notices over the wire: what there is, one whole guide, what is announced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import structs

from hall_daemon.matters.guide import Fact as Fact
from hall_daemon.matters.guide import Fee as Fee
from hall_daemon.matters.guide import Gap as Gap
from hall_daemon.matters.guide import Guide as Guide
from hall_daemon.matters.guide import Limit as Limit
from hall_daemon.matters.guide import Limits as Limits
from hall_daemon.matters.guide import Material as Material
from hall_daemon.matters.guide import Place as Place
from hall_daemon.matters.guide import Promise as Promise
from hall_daemon.matters.guide import Question as Question
from hall_daemon.matters.guide import Result as Result
from hall_daemon.matters.guide import Step as Step
from hall_daemon.matters.guide import Stopped as Stopped
from hall_daemon.matters.guide import Wrong as Wrong
from hall_daemon.matters.notice import Notice as Notice
from hall_daemon.matters.paragraphs import Paragraph, limit_words, paragraphs
from hall_daemon.wire.texts import Message, Text


class GuideGroup(Message, frozen=True):
    """What matters are sorted by."""

    id: str
    name: Text


class GuideSummary(Message, frozen=True, kw_only=True):
    """One matter in a list. `discreet`: what it is called where others read along. `limit`: how long it takes, in
    words; `promised_days` 0: at once. `free`: nothing is ever paid. `papers`: those that everybody brings. `service`:
    what a number is drawn for, `form`: what is filled in, "" for none. `stopped` may be announced for a day to come;
    `over`: it is stopped today."""

    matter: str
    title: Text
    discreet: Text
    aliases: tuple[str, ...]
    group: str
    department: Text
    kind: Literal["at_once", "promised"]
    limit: Text
    promised_days: int
    free: bool
    visits: int | None
    papers: int
    service: str
    form: str
    version: int
    dated: str
    stopped: Stopped | None
    over: bool = False


class Guides(Message, frozen=True):
    """Every guide, in the order of the groups."""

    groups: tuple[GuideGroup, ...]
    guides: tuple[GuideSummary, ...]


class GuideView(Message, frozen=True):
    """One guide: for lists, as it was written, and to be read and spoken, by paragraphs with ids."""

    summary: GuideSummary
    guide: Guide
    paragraphs: tuple[Paragraph, ...]


class Notices(Message, frozen=True):
    """Those that hold on this day of the hall, newest first."""

    day: str
    notices: tuple[Notice, ...]


def view(guide: Guide, day: str, titles: Mapping[str, Text]) -> GuideView:
    """As it is on this day of the hall, without what people asked: that is long, and for the hall to learn from."""
    return GuideView(summary(guide, day), structs.replace(guide, asked=None), paragraphs(guide, titles))


def summary(guide: Guide, day: str) -> GuideSummary:
    """As it is on this day of the hall."""
    return GuideSummary(
        matter=guide.id,
        title=dict(guide.title),
        discreet=dict(guide.discreet),
        aliases=guide.aliases,
        group=guide.group,
        department=dict(guide.department),
        kind=guide.kind,
        limit=limit_words(guide.limits.promised),
        promised_days=guide.limits.promised.days,
        free=not guide.fee.charged,
        visits=guide.visits,
        papers=sum(one.need == "always" for one in guide.materials.values()),
        service=guide.service,
        form=guide.form,
        version=guide.version,
        dated=guide.dated,
        stopped=guide.stopped,
        over=guide.over(day),
    )

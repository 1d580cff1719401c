"""A cause of the forecast in words that people in line may read. Pure."""

from __future__ import annotations

from hall_daemon.domain.plan import Plan
from hall_daemon.prediction.waits.causes import GENERAL, Cause
from hall_daemon.wire import messages as m
from hall_daemon.wire.texts import window_name
from hall_daemon.wire.waits import WAIT_CAUSES
from hall_daemon.words.tables import names, tables
from hall_daemon.words.text import Fact, Text


def cause_message(plan: Plan, cause: Cause) -> m.Cause:
    """An unknown code, or facts that its words do not fit, read as the general cause."""
    facts: dict[str, Fact] = dict(cause.facts)
    if "class" in facts:
        classes = {rule.id: rule.name for rule in plan.policy.classes}
        facts["class"] = classes.get(str(facts["class"]), facts["class"])
    if "window" in facts:
        window = plan.windows.get(str(facts["window"]))
        facts["window"] = window_name(window.label if window else str(facts["window"]))
    return m.Cause(cause.code, dict(cause.facts), _words(cause.code, facts))


def _words(code: str, facts: dict[str, Fact]) -> Text:
    key = f"waits.cause.{code if code in WAIT_CAUSES else GENERAL.code}"
    known = all(names(sentence) <= facts.keys() for sentence in tables().text(key).values())
    return tables().text(key if known else f"waits.cause.{GENERAL.code}", facts)

"""A cause of the forecast in words that people in line may read. Pure."""

from __future__ import annotations

from hall_daemon.domain.plan import Name, Plan
from hall_daemon.prediction.waits.causes import GENERAL, Cause
from hall_daemon.wire import messages as m
from hall_daemon.wire.texts import window_name
from hall_daemon.wire.waits import WAIT_CAUSES


def cause_message(plan: Plan, cause: Cause) -> m.Cause:
    """An unknown code, or facts that its words do not fit, read as the general cause."""
    zh, en = WAIT_CAUSES.get(cause.code, WAIT_CAUSES[GENERAL.code])
    classes = {rule.id: rule.name for rule in plan.policy.classes}
    names = {key: Name(str(fact), str(fact)) for key, fact in cause.facts.items()}
    if "class" in names:
        names["class"] = classes.get(names["class"].zh, names["class"])
    if "window" in names:
        names["window"] = _window_name(plan, names["window"].zh)
    try:
        said = m.Text(
            zh.format_map({key: name.zh for key, name in names.items()}),
            en.format_map({key: name.en for key, name in names.items()}),
        )
    except KeyError:
        said = m.Text(*WAIT_CAUSES[GENERAL.code])
    return m.Cause(cause.code, dict(cause.facts), said)


def _window_name(plan: Plan, window_id: str) -> Name:
    window = plan.windows.get(window_id)
    label = window.label if window else window_id
    called = window_name(label)
    return Name(called.zh, called.en)

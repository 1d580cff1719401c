"""Answers of a review into its dossier, on a reading thread: with origin and time, and with the verdict on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hall_daemon.adapters.http.commands import HallCommands
from hall_daemon.adapters.http.review_room import ReviewRoom, opened_dossier
from hall_daemon.cases.docket import Review
from hall_daemon.matters.checks import Checker, Verdict
from hall_daemon.matters.days import day_of
from hall_daemon.matters.values import Answer, Origin, answered
from hall_daemon.wire import reviews as w


class KeptAnswers:
    """`between` is called before each step; `public`: whoever comes is nobody we know."""

    def __init__(
        self, commands: HallCommands, room: ReviewRoom, between: Callable[[], object], *, public: bool
    ) -> None:
        self._commands = commands
        self._room = room
        self._between = between
        self._public = public

    def keep(
        self, review: Review, body: w.AnswersBody, day: str, by: str
    ) -> tuple[Verdict, int, tuple[str, ...]]:
        """What is kept: each answer with its origin and time, and what it took the place of from elsewhere. The verdict
        is of these answers; with it their version, and the fields that changed. What an event names stays as it is.
        Raises DossierError."""
        dossier = opened_dossier(self._room, self._commands.deps.follower, review)
        self._between()
        kept = dossier.answers(review.id, review.answers)
        self._between()
        before = answers_of(kept)
        checker = self._room.views.checker(review)
        today = day_of(day)
        assert today is not None
        self._between()
        said, computed = _with_computed(checker, body.answers, before, today)
        self._between()
        at = datetime.fromtimestamp(self._commands.deps.clock.now().wall / 1000, UTC).isoformat(timespec="seconds")
        after = {
            id_: answered(before.get(id_), value, self._origin(body, id_, by, id_ in computed), at)
            for id_, value in said.items()
        }
        changed = tuple(id_ for id_ in sorted({*before, *after}) if before.get(id_) != after.get(id_))
        self._between()
        verdict = checker.verdict(said, today)
        self._between()
        kept = {id_: _kept(each) for id_, each in after.items()}
        piece = dossier.put_answers(review.id, kept, review.answer_versions)
        return verdict, piece, changed

    def _origin(self, body: w.AnswersBody, field: str, by: str, computed: bool) -> Origin:
        """Staff who fill it in for somebody are not that person; a phone's word for it counts for nothing."""
        if computed:
            return Origin("computed")
        if self._public:
            return Origin("person")
        kind, _, account = by.partition(":")
        if kind == "staff" and body.origins.get(field, "staff") == "staff":
            return Origin("staff", account)
        return Origin(body.origins.get(field, "person"))


def _with_computed(
    checker: Checker, answers: Mapping[str, object], before: Mapping[str, Answer], today: int
) -> tuple[dict[str, object], frozenset[str]]:
    """What was said of the form's fields, with what is worked out from it; and the fields that say just that."""
    fields = {each.id for each in checker.form.fields}
    said = {id_: value for id_, value in answers.items() if id_ in fields}
    computed = checker.computed(said, today)
    said |= {id_: value for id_, value in computed.items() if _to_be_computed(said.get(id_), before.get(id_))}
    return said, frozenset(id_ for id_, value in computed.items() if said[id_] == value)


def _to_be_computed(value: object, before: Answer | None) -> bool:
    """Nobody has said it, or it stands as it was last worked out."""
    unsaid = value is None or value == ""
    return unsaid or (before is not None and before.origin.kind == "computed" and before.value == value)


def answers_of(kept: Mapping[str, Any] | None) -> dict[str, Answer]:
    """Answers as a dossier holds them."""
    return {id_: _answer(each) for id_, each in (kept or {}).items()}


def _answer(kept: Mapping[str, Any]) -> Answer:
    over = kept.get("over")
    kind, _, by = str(kept.get("origin", "person")).partition(":")
    return Answer(kept.get("value"), Origin(kind, by), kept.get("at", ""), _answer(over) if over else None)  # type: ignore[arg-type]


def _kept(answer: Answer) -> dict[str, Any]:
    kept: dict[str, Any] = {"value": answer.value, "origin": str(answer.origin), "at": answer.at}
    return {**kept, "over": _kept(answer.over)} if answer.over is not None else kept

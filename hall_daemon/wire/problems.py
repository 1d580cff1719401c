"""Every way the hall says no, as a table: code -> HTTP status. What happened and what to do is in the files of words.

Placeholders are filled from a refusal's facts; `{at}` is its window as people call it, `{state}` a state in words.
The table is served at /api/v1/problems and in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET

from hall_daemon.wire.messages import Problem, Refusal
from hall_daemon.wire.texts import staff_name, state_name, weakness_names, window_name
from hall_daemon.words.tables import tables
from hall_daemon.words.text import ALWAYS, Fact, Text, said, with_several

PROBLEMS: dict[str, int] = {
    # What was sent cannot be read.
    "bad_request": 400,
    "head_too_large": 431,
    "too_slow": 408,
    "cross_site": 403,
    "bad_json": 400,
    "bad_field": 422,
    "too_large": 413,
    "bad_type": 415,
    "not_found": 404,
    "method_not_allowed": 405,
    "key_reused": 422,
    "bad_key": 400,
    "rate_limited": 429,
    "busy": 503,
    "timeout": 504,
    "crowded": 503,
    "too_many_streams": 503,
    "internal": 500,
    "stopping": 503,
    # Drawing a number.
    "unknown_service": 404,
    "bad_services": 422,
    "unknown_class": 422,
    "priority_reason_needed": 422,
    "slot_needed": 422,
    "day_closed": 409,
    "hall_closed": 409,
    "hall_closed_today": 409,
    "hall_closed_all_day": 409,
    "issuing_stopped": 409,
    "service_full": 409,
    "day_full": 409,
    "source_full": 409,
    "person_full": 409,
    "storage_low": 503,
    "storage_read_only": 503,
    # Tickets.
    "unknown_ticket": 404,
    "unknown_token": 404,
    "unknown_printer": 422,
    "unknown_kiosk": 404,
    "no_reading": 404,
    "slips_used_up": 409,
    "no_holder": 404,
    "persons_away": 503,
    # Papers that are handed in.
    "paper_refused": 422,
    "unknown_handover": 404,
    "ticket_over": 409,
    "not_now": 409,
    "return_too_late": 409,
    "postponed_enough": 409,
    "postpone_too_late": 409,
    "no_first_clerk": 409,
    "reserved": 409,
    "no_explanation": 404,
    "unknown_queue": 404,
    "figures_away": 503,
    # The day.
    "no_turn": 409,
    "turn_holds": 409,
    # Windows.
    "unknown_window": 404,
    "window_closed": 409,
    "window_paused": 409,
    "window_busy": 409,
    "window_taken": 409,
    "window_holds": 409,
    "nobody_waits": 409,
    "nobody_at_window": 409,
    "called_just_now": 409,
    "recalled_just_now": 409,
    "nothing_held": 409,
    "nothing_to_undo": 409,
    "undo_too_late": 409,
    "undo_overtaken": 409,
    "not_skilled": 409,
    "pick_reason_needed": 422,
    "pause_reason_needed": 422,
    "bad_rating": 422,
    "bad_rating_reason": 422,
    "nobody_to_rate": 409,
    "not_served": 409,
    "rated_already": 409,
    "staff_elsewhere": 409,
    # Who may do what.
    "wrong_host": 421,
    "log_in_needed": 401,
    "bad_credential": 401,
    "not_allowed": 403,
    "not_your_window": 403,
    "not_your_kiosk": 403,
    "no_reader_here": 404,
    "log_in_refused": 401,
    "log_in_waits": 429,
    "code_needed": 401,
    "code_wrong": 422,
    "weak_password": 422,
    "no_invitation": 404,
    "oidc_away": 503,
    "oidc_refused": 401,
    "oidc_no_account": 403,
    "number_taken": 409,
    "bad_roles": 422,
    "roles_apart": 422,
    "card_taken": 409,
    "own_account": 409,
    "unknown_account": 404,
    "unknown_machine": 404,
    "audit_broken": 500,
    "accounts_away": 503,
    # Matters.
    "unknown_matter": 404,
    "unknown_meaning": 404,
    "unknown_question": 404,
    "leads_full": 409,
    "unknown_help": 404,
    "helps_full": 409,
    "unknown_file": 404,
    # Pre-reviews.
    "unknown_review": 404,
    "unknown_paper": 422,
    "unknown_page": 404,
    "bad_page": 422,
    "page_there": 412,
    "bad_answers": 422,
    "form_changed": 409,
    "form_away": 503,
    "reviews_full": 409,
    "reviews_each": 409,
    "review_over": 409,
    "review_not_now": 409,
    "review_changed": 412,
    "review_busy": 409,
    "version_needed": 428,
    "review_taken": 409,
    "review_empty": 422,
    "form_broken": 422,
    "papers_missing": 422,
    "replies_missing": 422,
    "bad_reply": 422,
    "reply_unfit": 422,
    "no_promise": 422,
    "no_promise_instead": 422,
    "nothing_promised": 409,
    "review_not_yours": 403,
    "review_used": 409,
    "review_in_use": 409,
    "review_lapsed": 409,
    "review_not_passed": 409,
    "review_needed": 409,
    "ticket_for_another": 409,
    "ticket_prepared": 409,
    "second_person_needed": 409,
    "bad_list": 422,
    "unknown_defect": 422,
    "unknown_place": 422,
    "words_needed": 422,
    "bad_circle": 422,
    "defect_twice": 422,
    "late_reason_needed": 422,
    "refuse_reason_needed": 422,
    "no_review": 404,
    # Dossiers.
    "dossiers_away": 503,
    "dossiers_full": 503,
    "dossier_full": 409,
    "no_dossier": 404,
    "unknown_form": 404,
    "unknown_field": 422,
}


def detail(code: str) -> Text:
    """What happened, with its placeholders, as for several; an unknown code is our bug and raises KeyError."""
    return with_several(tables().text(f"problem.{code}.detail"))


def advice(code: str) -> Text:
    """What to do, with its placeholders."""
    return with_several(tables().text(f"problem.{code}.advice"))


def problem(code: str, facts: Mapping[str, object] | None = None, *, instance: str = "") -> Problem:
    """The problem body for `code`; an unknown code is our bug and raises KeyError."""
    given = {name: str(fact) for name, fact in (facts or {}).items()}
    known: dict[str, Fact] = {
        **given,
        "at": window_name(given.get("window", "")),
        "state": state_name(given.get("state", "")),
        "phase": tables().coded("review.state", given.get("state", "")),
        "lack": tables().coded("document", given.get("why", "")),
        "who": staff_name(given.get("staff", "")),
        "right": tables().coded("right", given.get("right", "")),
        "weak": weakness_names(given.get("weak", "")),
        "retry_s": str(-(-int(given.get("retry_after_ms", 0)) // 1000)),
    }
    what, do = (tables().text(f"problem.{code}.{part}", known, unknown="") for part in ("detail", "advice"))
    others = what.keys() - set(ALWAYS)
    retry_ms = given.get("retry_after_ms")
    return Problem(
        type=f"urn:hall:problem:{code}",
        title=what["en"],
        status=PROBLEMS[code],
        code=code,
        detail=what["en"],
        detail_zh=what["zh"],
        advice=do["en"],
        advice_zh=do["zh"],
        instance=instance,
        retry_after_s=-(-int(retry_ms) // 1000) if retry_ms else None,
        words={language: Refusal(what[language], said(do, language)) for language in others} if others else UNSET,
    )

"""What schemathesis cannot know of the hall. It loads this module in its own process (SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import re

import schemathesis

# Rules between fields, of the hall's configuration and of numbers with check digits: a schema cannot say them, so a
# request that fits the document may still be refused with 422, by one of these codes or in these words.
OF_THE_HALL = {
    "bad_services", "unknown_printer", "pause_reason_needed", "pick_reason_needed", "priority_reason_needed",
    "slot_needed", "key_reused",
}
BETWEEN_FIELDS = re.compile(r"comes after to|`service` or `services`, not both|check digit|slot")


@schemathesis.check
def a_request_that_fits_is_refused_for_the_halls_reasons_only(ctx, response, case) -> None:  # type: ignore[no-untyped-def]
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    said = response.json()
    assert said["code"] in OF_THE_HALL or (
        said["code"] == "bad_field" and BETWEEN_FIELDS.search(said["detail"])
    ), f"the document allows it, the hall says: {said['detail']}"

"""What the desk sees of answers: numbers as far as they are compared with a picture, in rows too."""

from __future__ import annotations

from hall_daemon.app.review_sheet import shown
from tests.hall_daemon.matters.form_maker import cabinet


def test_the_numbers_in_rows_are_shown_as_those_of_fields() -> None:
    form = cabinet().forms["company-setup"]
    answers = form.samples()
    assert shown(form.field("legal_rep_id"), answers["legal_rep_id"]) == "110***********0011"
    assert [row["id"] for row in shown(form.field("shareholders"), answers["shareholders"])] == [  # type: ignore[attr-defined]
        "110***********0011", "110***********002X",
    ]
    assert shown(form.field("directors"), answers["directors"]) == [{"name": "测试甲", "id": "110***********0011"}]
    family = cabinet().forms["individual-business-setup"].field("family_members")
    assert shown(family, [{"id": "110101199003070011", "relation": "父"}]) == [
        {"id": "110***********0011", "relation": "父"}
    ]

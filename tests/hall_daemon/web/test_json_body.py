"""A whole number is one however it is written; nothing else becomes what it is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hall_daemon.web.json_body import decoded


class Body(msgspec.Struct, kw_only=True):
    count: int = 0
    parts: tuple[int, ...] = ()
    anything: Any = None


DECODER = msgspec.json.Decoder(Body)


def test_a_point_makes_a_whole_number_no_other_one() -> None:
    body = decoded(DECODER, b'{"count": 12.0, "parts": [1, 2.0], "anything": {"share": 0.5, "days": 3.0}}')
    assert body == Body(count=12, parts=(1, 2), anything={"share": 0.5, "days": 3})
    assert all(isinstance(each, int) for each in (body.count, *body.parts))


@pytest.mark.parametrize("raw", [
    b'{"count": 12.5}', b'{"count": "12"}', b'{"count": true}', b'{"count": 1e300}', b'{"parts": [1.0, "2"]}',
])
def test_what_is_no_whole_number_is_none(raw: bytes) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"Expected `int`"):
        decoded(DECODER, raw)

"""Why a file is not taken: codes, worded in the files of words under `document`."""

from __future__ import annotations

REASONS = (
    "empty_file",
    "too_large",
    "wrong_type",
    "damaged",
    "locked",  # a PDF with a password
    "animated",
    "too_many_pages",
    "too_many_pixels",
    "too_hard",  # it took more time or memory than any paper does, or killed whatever opened it
    "busy",
    "unavailable",  # the libraries are not there, or the child cannot be started
)


class Refused(Exception):
    """This file is not taken; `why` is one of REASONS."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

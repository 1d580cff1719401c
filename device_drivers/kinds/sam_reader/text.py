"""What a card of a SAM_V reader says: 256 bytes of UTF-16 in fields of fixed width, in one of three layouts. Pure.

The flag at byte 248 says which: none is a resident's card (居民身份证), J a residence permit of people of Hong Kong,
Macau and Taiwan (港澳台居民居住证), I a permanent residence card of a foreigner (外国人永久居留身份证). The photo is
proprietary (WLT): it is counted and left alone, and so are fingerprints.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple

from device_drivers.codecs.codec import number as whole_number
from device_drivers.errors import BadField
from device_drivers.events import Document, PersonCard
from device_drivers.families.readers.identity import iso_date, valid_number

TEXT_BYTES = 256
PHOTO_BYTES = 1024
_FLAG = slice(248, 250)

Layout = tuple[tuple[str, int], ...]
_HEAD: Final[Layout] = (("name", 30), ("sex", 2), ("nation", 4), ("birth", 16), ("address", 70), ("number", 36))
_TAIL: Final[Layout] = (("issuer", 30), ("valid_from", 16), ("valid_to", 16))
RESIDENT: Final[Layout] = (*_HEAD, *_TAIL, ("reserved", 36))
HMT: Final[Layout] = (
    *_HEAD, *_TAIL, ("permit", 18), ("issues", 4), ("reserved", 6), ("type", 2), ("reserved", 6)
)
FOREIGNER: Final[Layout] = (
    ("latin_name", 120), ("sex", 2), ("number", 30), ("nationality", 6), ("name", 30), ("valid_from", 16),
    ("valid_to", 16), ("birth", 16), ("version", 4), ("authority", 8), ("type", 2), ("reserved", 6),
)


class CardSort(NamedTuple):
    """`checked`: its number ends with the check character of GB 11643."""

    document: Document
    layout: Layout
    checked: bool


SORTS: Final[dict[str, CardSort]] = {
    "": CardSort("resident", RESIDENT, checked=True),
    "J": CardSort("hmt", HMT, checked=True),
    "I": CardSort("foreigner", FOREIGNER, checked=False),
}
FIELD_NAMES: Final = tuple(
    dict.fromkeys(name for sort in SORTS.values() for name, _ in sort.layout if name != "reserved")
)
_EMPTY_PLANES = range(4, 14)
_FOR_EVER = "长期"
_SEXES = {"1": "M", "2": "F"}


class CardData(NamedTuple):
    """`photo` and `fingerprint` are how many bytes of each there are; `fingerprint` None: not even a place for them."""

    text: bytes
    photo: int
    fingerprint: int | None


def card_data(data: bytes) -> CardData | None:
    """The data of a read answer: two lengths or three, then text, photo, fingerprints. None: it is no such thing."""
    for parts in (2, 3):
        if len(data) < 2 * parts:
            continue
        lengths = [int.from_bytes(data[at : at + 2], "big") for at in range(0, 2 * parts, 2)]
        if lengths[0] == TEXT_BYTES and 2 * parts + sum(lengths) == len(data):
            text = data[2 * parts : 2 * parts + TEXT_BYTES]
            return CardData(text, lengths[1], lengths[2] if parts == 3 else None)
    return None


def fields_of(text: bytes) -> dict[str, object]:
    """The fields as they stand on the card; bytes of a layout that is not known as they are."""
    flag = _read(text[_FLAG])
    sort = SORTS.get(flag)
    if sort is None:
        return {"type": flag}
    found: dict[str, object] = {}
    at = 0
    for name, size in sort.layout:
        if name != "reserved":
            found[name] = _read(text[at : at + size])
        at += size
    return found


def person_of(text: bytes) -> PersonCard | None:
    """Who it is; None when that cannot be: a layout that is not known, no name, a number whose check does not fit."""
    sort = SORTS.get(_read(text[_FLAG]))
    if sort is None:
        return None
    said = {name: str(value) for name, value in fields_of(text).items()}
    number = said["number"].upper()
    name, latin_name = said["name"], said.get("latin_name", "")
    if not (name or latin_name) or not (number.isascii() and number.isalnum()):
        return None
    if sort.checked and not (valid_number(number) and said["birth"] == number[6:14]):
        return None
    if not _can_be(said):
        return None
    return PersonCard(
        document=sort.document,
        number=number,
        name=name,
        latin_name=latin_name,
        sex=_SEXES.get(said["sex"], ""),
        ethnicity=said.get("nation", ""),
        nationality=said.get("nationality", ""),
        birth=iso_date(said["birth"]),
        address=said.get("address", ""),
        issuer=said.get("issuer", ""),
        valid_from=iso_date(said["valid_from"]),
        valid_to=said["valid_to"] if said["valid_to"] == _FOR_EVER else iso_date(said["valid_to"]),
    )


def _can_be(said: Mapping[str, str]) -> bool:
    """Whether the dates are dates and every character is one: the XOR proves little, so what a card says is looked
    at."""
    ends = said["valid_to"] == _FOR_EVER or iso_date(said["valid_to"])
    sound = all(_may_stand(c) for value in said.values() for c in value)
    return bool(iso_date(said["birth"]) and iso_date(said["valid_from"]) and ends) and sound


def _may_stand(c: str) -> bool:
    """Whether a card can hold it: also what this Python's Unicode does not know yet, as the newest characters of rare
    names, and those of private use. Half a surrogate pair was read as U+FFFD; what is no character, and the planes in
    which there is none, only damage brings."""
    code = ord(c)
    none = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or code >> 16 in _EMPTY_PLANES
    return c != "\ufffd" and not none


def lay_out(fields: Mapping[str, object]) -> bytes:
    """The data of a read answer with these fields, its photo and fingerprints nothing but zeros. Raises BadField."""
    photo = whole_number(fields, "photo_bytes", 0, PHOTO_BYTES)
    prints = [whole_number(fields, "fingerprint_bytes", 0, 1024)] if "fingerprint_bytes" in fields else []
    lengths = [TEXT_BYTES, photo, *prints]
    text = text_of({name: str(fields.get(name, "")) for name in FIELD_NAMES})
    return b"".join(length.to_bytes(2, "big") for length in lengths) + text + bytes(sum(lengths[1:]))


def text_of(said: Mapping[str, str]) -> bytes:
    """The 256 bytes of a card. Raises BadField for what does not fit."""
    flag = said.get("type", "")
    if flag not in SORTS:
        raise BadField(f"type: expected one of {', '.join(repr(one) for one in SORTS)}, got {flag!r}")
    return b"".join(_write(name, said.get(name, ""), size) for name, size in SORTS[flag].layout)


def _read(data: bytes) -> str:
    text = data.decode("utf-16-le", "replace")
    return "".join(each for each in text if unicodedata.category(each) != "Cc").strip(" \u3000")


def _write(name: str, value: str, size: int) -> bytes:
    data = value.encode("utf-16-le", "surrogatepass")
    if len(data) > size:
        raise BadField(f"{name}: {len(data)} bytes in UTF-16, at most {size}")
    return data + " ".encode("utf-16-le") * ((size - len(data)) // 2)

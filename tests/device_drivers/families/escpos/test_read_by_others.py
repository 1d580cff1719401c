"""Our slips as a decoder reads them that we did not write: what it read was recorded with the bytes, and the bytes
are those of today. It knows no pictures and no QR codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from device_drivers.codecs.text import GETA
from device_drivers.families.escpos.decode import EscposDecoder
from device_drivers.families.escpos.encode import encode_slip
from device_drivers.families.escpos.paper import PrintedLine
from device_drivers.ports import Columns, Text
from tests.device_drivers.families.escpos.read_by_others import SLIPS

READ = json.loads(Path(__file__).with_name("read_by_others.json").read_text(encoding="utf-8"))["slips"]


@pytest.mark.parametrize("n", range(len(SLIPS)))
def test_it_read_what_is_meant(n: int) -> None:
    (slip, profile), read = SLIPS[n], READ[n]
    assert encode_slip(slip, profile).hex().upper() == read["hex"], "record it again, with the other program"
    assert read["warnings"] == []
    assert len(read["cuts"]) == 1
    said = "".join(text for _, text, *_ in read["lines"])
    meant = [item.text for item in slip.items if isinstance(item, Text)]
    meant += [part for item in slip.items if isinstance(item, Columns) for part in (item.left, item.right)]
    for text in meant:
        shown = "".join(c for c in text.replace("𠮷", GETA) if c.isprintable())
        assert shown in said
    ours = [item for item in EscposDecoder().feed(bytes.fromhex(read["hex"])) if isinstance(item, PrintedLine)]
    assert [[line.align, line.text, line.size, line.size, line.bold] for line in ours] == read["lines"]

"""What lies on the paper, as plain data: for a page that draws the slip, and for tests that read it.

Pure. The structure is JSON-able and knows no HTML; status requests leave no mark on paper and no item.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from device_drivers.families.escpos.paper import (
    Barcode,
    Cut,
    Feed,
    PaperItem,
    PrintedLine,
    Qr,
    Raster,
    StatusRequest,
    Unknown,
)

_KINDS = {PrintedLine: "text", Qr: "qr", Raster: "raster", Feed: "feed", Cut: "cut"}


def paper_json(items: Iterable[PaperItem]) -> list[dict[str, object]]:
    """One dict an item, its sort under `kind` (text, qr, raster, barcode, feed, cut, unknown), and the
    fields of the item under their names."""
    return [_item(item) for item in items if not isinstance(item, StatusRequest)]


def paper_text(items: Iterable[PaperItem]) -> str:
    """The printed lines alone, one a line."""
    return "\n".join(item.text for item in items if isinstance(item, PrintedLine))


def _item(item: PrintedLine | Qr | Raster | Barcode | Feed | Cut | Unknown) -> dict[str, object]:
    if isinstance(item, Barcode):
        return {"kind": "barcode", "type": item.kind, "data": item.data.decode("ascii", errors="replace")}
    if isinstance(item, Unknown):
        return {"kind": "unknown", "hex": item.data.hex(" ").upper()}
    return {"kind": _KINDS[type(item)], **asdict(item)}

"""A PDF as pictures, in the child: pages are drawn, scripts and links are not.

pdfium of pypdfium2 has no JavaScript; a build that has it draws no fields of forms, which is where scripts would run.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw
from PIL import Image

from hall_daemon.adapters.documents.page_tree import pages_untold
from hall_daemon.adapters.documents.pictures import SIDE, TEXT
from hall_daemon.adapters.documents.refused import Refused

MOST_PAGES = 30
DPI = 200
_PASSWORD = 4  # FPDF_ERR_PASSWORD


_MOST_TEXT = 20_000
# What texts of a page are decoded by: a file of Python's, so it is opened while files still can be.
codecs.lookup("utf-16-le")


def pdf_pictures(data: bytes) -> Iterator[Image.Image]:
    """Page by page, each with its text in `info`. Raises Refused, also before the first."""
    try:
        pdf = pypdfium2.PdfDocument(data)
        if "V8" not in pypdfium2.PDFIUM_INFO.flags:
            pdf.init_forms()
        count = len(pdf)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if error.err_code == _PASSWORD else "damaged") from error
    if not count:
        raise Refused("damaged")
    untold = pages_untold(data, MOST_PAGES)
    if max(count, untold) > MOST_PAGES:
        raise Refused("too_many_pages")
    if untold > count:  # pdfium would leave the others out without a word
        raise Refused("damaged")
    for number in range(count):
        yield _drawn(pdf, number)


def _drawn(pdf: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = pdf[number]
        longest = max(1.0, *page.get_size())
        bitmap = page.render(scale=min(DPI / 72, SIDE / longest), rev_byteorder=True)
        picture: Image.Image = bitmap.to_pil().copy()
        bitmap.close()
        picture.info[TEXT] = _text(page)
        page.close()
    except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
        raise Refused("damaged") from error
    return picture


def _text(page: pypdfium2.PdfPage) -> str:
    """As far as it is bounded; a text that cannot be read costs no page."""
    try:
        text = page.get_textpage()
        said: str = text.get_text_range(0, min(text.count_chars(), _MOST_TEXT))
        text.close()
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return ""
    return said

"""A PDF as pictures, in the child: pages are drawn, scripts and links are not.

pdfium of pypdfium2 has no JavaScript; a build that has it draws no fields of forms, which is where scripts would run.
"""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw
from PIL import Image

from hall_daemon.adapters.documents.pictures import SIDE
from hall_daemon.adapters.documents.refused import Refused

MOST_PAGES = 30
DPI = 200
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def pdf_pictures(data: bytes) -> Iterator[Image.Image]:
    """Page by page. Raises Refused, also before the first."""
    try:
        pdf = pypdfium2.PdfDocument(data)
        if "V8" not in pypdfium2.PDFIUM_INFO.flags:
            pdf.init_forms()
        count = len(pdf)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if error.err_code == _PASSWORD else "damaged") from error
    if not count:
        raise Refused("damaged")
    if count > MOST_PAGES:
        raise Refused("too_many_pages")
    for number in range(count):
        yield _drawn(pdf, number)


def _drawn(pdf: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = pdf[number]
        longest = max(1.0, *page.get_size())
        bitmap = page.render(scale=min(DPI / 72, SIDE / longest), rev_byteorder=True)
        picture: Image.Image = bitmap.to_pil().copy()
        bitmap.close()
        page.close()
    except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
        raise Refused("damaged") from error
    return picture

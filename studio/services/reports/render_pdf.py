"""A report as a PDF file of A4 pages, by fpdf2. No Qt, no torch."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from studio.services.reports.types import (
    Example,
    Examples,
    Listing,
    Paragraph,
    Report,
    ReportChart,
    ReportSection,
    ReportTable,
)
from studio.text import printable

if TYPE_CHECKING:
    from fpdf import FPDF

MANIFEST_FILE = "manifest.json"
"""The name of the manifest among the file's attachments."""
_FONT = "DejaVu"
_MARGIN, _TEXT, _SMALL = 15.0, 9.0, 7.0
_INK, _SOFT, _LINE = (28, 33, 39), (91, 102, 114), (217, 222, 227)
_RESOLUTION = 200
_PICTURE = 45.0
"""Width of an example's picture in millimetres."""
_MANY_COLUMNS = 7
_LINE_HEIGHT = 1.45


def render(report: Report) -> bytes:
    """Return the file's content; the manifest is attached to it."""
    pdf = _document(report)
    for section in report.sections:
        _write_section(pdf, section)
    body = json.dumps(report.manifest, allow_nan=False).encode()
    pdf.embed_file(basename=MANIFEST_FILE, bytes=body, desc="What the numbers depend on")
    return bytes(pdf.output())


def _document(report: Report) -> FPDF:
    import matplotlib
    from fpdf import FPDF

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(_FONT, size=_SMALL)
            self.set_text_color(*_SOFT)
            self.cell(0, 5, f"{printable(report.title)} – {report.made} – {self.page_no()} / {{nb}}", align="C")

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pdf = Pages(format="A4")
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for style, name in (("", "DejaVuSans"), ("b", "DejaVuSans-Bold")):
        pdf.add_font(_FONT, style, fonts / f"{name}.ttf")
    fallback = _fallback(_characters(report))
    for number, file in enumerate(fallback):
        pdf.add_font(f"other{number}", "", file)
    pdf.set_fallback_fonts([f"other{number}" for number in range(len(fallback))], exact_match=False)
    pdf.set_title(printable(report.title))
    pdf.set_creator("Score Studio")
    pdf.set_lang("en")
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, 18)
    pdf.add_page()
    _text(pdf, report.title, 18, bold=True)
    _text(pdf, f"Report by Score Studio, {report.made}", _TEXT, soft=True)
    return pdf


def _characters(report: Report) -> frozenset[str]:
    texts = [report.title]
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph | Listing):
                texts.append(block.text)
            elif isinstance(block, ReportTable):
                texts += [cell for row in block.texts() for cell in row]
            elif isinstance(block, Examples):
                texts += [text for one in block.items for text in (one.name, *(answer.text for answer in one.answers))]
    return frozenset(printable("".join(texts)))


def _fallback(wanted: frozenset[str]) -> list[Path]:
    """Return fonts of this machine for characters that the built-in font lacks, as far as there are any."""
    from matplotlib import font_manager

    own = Path(font_manager.findfont("DejaVu Sans"))
    missing = {ord(c) for c in wanted if ord(c) > 0x7F} - _covered(own)
    found: list[Path] = []
    for file in sorted(font_manager.findSystemFonts(fontext="ttf")) if missing else ():
        place = Path(file)
        if place.suffix.lower() == ".ttf" and missing & _covered(place):
            found.append(place)
            missing -= _covered(place)
        if not missing:
            break
    return found


@lru_cache(maxsize=256)
def _covered(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(file, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()


def _write_section(pdf: FPDF, section: ReportSection) -> None:
    pdf.ln(4)
    if pdf.will_page_break(30):
        pdf.add_page()
    pdf.start_section(printable(section.title))
    _text(pdf, section.title, 14, bold=True)
    pdf.set_draw_color(*_LINE)
    pdf.line(_MARGIN, pdf.get_y(), pdf.w - _MARGIN, pdf.get_y())
    pdf.ln(1.5)
    for block in section.blocks:
        match block:
            case Paragraph(text, strong):
                _text(pdf, text, _TEXT, bold=strong)
            case Listing(text, title):
                if title:
                    _heading(pdf, title)
                _text(pdf, text, 8)
            case ReportTable():
                _write_table(pdf, block)
            case ReportChart():
                _write_chart(pdf, block)
            case Examples():
                _heading(pdf, block.title)
                _text(pdf, block.note, _SMALL, soft=True)
                for example in block.items:
                    _write_example(pdf, example)


def _heading(pdf: FPDF, title: str) -> None:
    pdf.ln(2)
    if pdf.will_page_break(20):
        pdf.add_page()
    _text(pdf, title, 10, bold=True)


def _text(pdf: FPDF, text: str, size: float, *, bold: bool = False, soft: bool = False) -> None:
    from fpdf.enums import XPos, YPos

    pdf.set_font(_FONT, "b" if bold else "", size)
    pdf.set_text_color(*(_SOFT if soft else _INK))
    height = pdf.font_size * _LINE_HEIGHT
    pdf.multi_cell(0, height, printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _write_table(pdf: FPDF, table: ReportTable) -> None:
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    _heading(pdf, table.title)
    if not table.rows:
        _text(pdf, "Nothing to show.", _TEXT, soft=True)
        return
    rows = table.texts()
    many = len(table.columns) > _MANY_COLUMNS - 2
    size = _SMALL if len(table.columns) <= _MANY_COLUMNS else 5.5
    pdf.set_font(_FONT, size=size)
    pdf.set_text_color(*_INK)
    with pdf.table(
        col_widths=_widths(pdf, table, rows, many=many),
        text_align=tuple("LEFT" if column.form == "text" else "RIGHT" for column in table.columns),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=pdf.font_size * _LINE_HEIGHT,
        headings_style=FontFace(emphasis="BOLD", color=_SOFT),
        width=pdf.epw,
        padding=0.5,
    ) as grid:
        grid.row([printable(column.name) for column in table.columns])
        for number, cells in enumerate(rows):
            style = FontFace(emphasis="BOLD") if number in table.strong else None
            grid.row([_folded(cell, many=many) for cell in cells], style=style)
    if table.note:
        _text(pdf, table.note, _SMALL, soft=True)


def _folded(cell: str, *, many: bool) -> str:
    """Return a cell's text; where columns are narrow, an interval goes below its value."""
    return printable(cell.replace(" [", "\n[", 1) if many else cell)


def _widths(pdf: FPDF, table: ReportTable, rows: Sequence[Sequence[str]], *, many: bool) -> tuple[float, ...]:
    """Return the columns' widths: what they need, long texts giving way to the others."""
    wanted = []
    for place, column in enumerate(table.columns):
        texts = [part for row in rows for part in _folded(row[place], many=many).split("\n")] + [column.name]
        words = max(pdf.get_string_width(word) for text in texts for word in (printable(text).split() or [""]))
        whole = max(pdf.get_string_width(printable(text)) for text in texts)
        wanted.append(max(min(whole, 45.0), min(words, 60.0)) + 2.5)
    return tuple(wanted)


def _write_chart(pdf: FPDF, chart: ReportChart) -> None:
    stream = io.BytesIO()
    chart.figure.savefig(stream, format="png", dpi=_RESOLUTION)
    across, up = chart.figure.get_size_inches()
    width = min(pdf.epw, 25.4 * across)
    height = width * up / across
    if pdf.will_page_break(height + 18):
        pdf.add_page()
    _heading(pdf, chart.title)
    pdf.image(stream, w=width, h=height, alt_text=chart.description)
    _text(pdf, chart.description, _SMALL, soft=True)


def _write_example(pdf: FPDF, example: Example) -> None:
    from PIL import Image

    height = 0.0
    if example.picture is not None:
        with Image.open(io.BytesIO(example.picture)) as image:
            height = _PICTURE * image.height / image.width
    pdf.ln(1.5)
    if pdf.will_page_break(max(height, 25.0)):
        pdf.add_page()
    page, top = pdf.page, pdf.get_y()
    if example.picture is not None:
        pdf.image(io.BytesIO(example.picture), x=_MARGIN, y=top, w=_PICTURE, alt_text=printable(example.name))
    pdf.set_left_margin(_MARGIN + _PICTURE + 4)
    pdf.set_xy(_MARGIN + _PICTURE + 4, top)
    _text(pdf, f"{example.name}: {example.truth}", 8, bold=True)
    for answer in example.answers:
        note = f" ({answer.note})" if answer.note else ""
        _text(pdf, f"{answer.author}, {answer.score}: {answer.text}{note}", 8)
    pdf.set_left_margin(_MARGIN)
    end = max(pdf.get_y(), top + height) if pdf.page == page else pdf.get_y()
    pdf.set_xy(_MARGIN, end + 1)

"""A report as one HTML file that needs nothing else: charts are SVG, pictures are inside, nothing is loaded or run.

Every text is escaped. No Qt, no torch.
"""

from __future__ import annotations

import base64
import io
import json
import re
from typing import TYPE_CHECKING, Any

from engine.contract.resources import resource_path
from studio.services.reports.types import Examples, Listing, Paragraph, Report, ReportChart, ReportTable
from studio.text import printable

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

MANIFEST_ID = "manifest"
_MANIFEST = re.compile(rf'<script type="application/json" id="{MANIFEST_ID}">(.*?)</script>', re.DOTALL)
_KINDS: dict[type, str] = {
    Paragraph: "paragraph", Listing: "listing", ReportTable: "table", ReportChart: "chart", Examples: "examples"
}  # fmt: skip


def render(report: Report) -> bytes:
    """Return the file's content."""
    template = environment().get_template("report.html")
    return template.render(report=report, manifest=_embedded(report.manifest), manifest_id=MANIFEST_ID).encode("utf-8")


def read_manifest(text: str) -> dict[str, Any] | None:
    """Return the manifest of an HTML report's text; None if it has none."""
    found = _MANIFEST.search(text)
    if found is None:
        return None
    body = json.loads(found[1])
    return body if isinstance(body, dict) else None


def _embedded(manifest: object) -> str:
    """Return JSON that cannot end the element that it is in."""
    return json.dumps(manifest, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c")


def environment() -> Environment:
    """Return what fills the templates of HTML files: every text is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(resource_path("report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "shown": printable,
        "anchor": lambda title: re.sub(r"\W+", "-", title).strip("-").lower(),
        "kind": lambda block: _KINDS[type(block)],
        "svg": svg,
        "data_uri": lambda picture: "data:image/jpeg;base64," + base64.b64encode(picture).decode("ascii"),
    }
    return found


def svg(figure: Figure) -> str:
    """Return a chart as an ``svg`` element; its text stays text."""
    import matplotlib

    stream = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "score-studio"}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]

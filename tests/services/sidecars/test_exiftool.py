"""exiftool reads our sidecars: stars, description and our own properties; all other tags are as before."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.sidecars.forms import FORMS

from studio.services.sidecars.planning import plan
from studio.services.sidecars.types import ScoreOrigin, SidecarItem, SidecarOptions, StarThresholds
from studio.services.sidecars.undoing import undo
from studio.services.sidecars.writing import write

pytestmark = pytest.mark.child
ORIGIN = ScoreOrigin("iter2/merged", "0123abcd", 1, 10, "2025-06-01T10:00:00+02:00")
TEXT = 'A <calm> "heron" & its prey, naïve 🐟'
OURS = {
    "XMP-xmp:Rating": 4,
    "XMP-dc:Description": TEXT,
    "XMP-scorestudio:Score": 7.25,
    "XMP-scorestudio:Stars": 4,
    "XMP-scorestudio:ScaleLow": 1,
    "XMP-scorestudio:ScaleHigh": 10,
    "XMP-scorestudio:Explanation": TEXT,
    "XMP-scorestudio:Version": "iter2/merged",
    "XMP-scorestudio:ModelDigest": "0123abcd",
    "XMP-scorestudio:Time": "2025:06:01 10:00:00+02:00",  # exiftool shows every date in this form
}


def tags(sidecar: Path) -> dict[str, Any]:
    """All XMP tags as exiftool reads them, with their groups; structures stay structures."""
    exiftool = shutil.which("exiftool")
    assert exiftool is not None, "run scripts/system-libraries offscreen, or install libimage-exiftool-perl"
    command = [exiftool, "-j", "-G1", "-struct", "-a", "-charset", "utf8", "-XMP-all:all", "-XMP:all", str(sidecar)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    found: dict[str, Any] = json.loads(out.stdout)[0]
    return {name: value for name, value in found.items() if name.startswith("XMP")}


@pytest.mark.parametrize("form", [None, *FORMS])
def test_that_exiftool_reads_ours_and_finds_all_else_unchanged(form: str | None, tmp_path: Path) -> None:
    image, sidecar = tmp_path / "heron.jpg", tmp_path / "heron.jpg.xmp"
    image.write_bytes(b"an image, never opened")
    if form is not None:
        sidecar.write_bytes(FORMS[form])
    before = tags(sidecar) if form is not None else {"XMP-x:XMPToolkit": "Score Studio"}
    options = SidecarOptions(ORIGIN, StarThresholds((1, 2, 4, 7, 9)), describe=True)
    done = write(plan([SidecarItem(image, 7.25, TEXT)], options), tmp_path / "record")
    assert done.created + done.changed == 1
    assert tags(sidecar) == {**before, **OURS}
    assert image.read_bytes() == b"an image, never opened"
    undo(tmp_path / "record")
    assert (sidecar.read_bytes() if sidecar.exists() else None) == (None if form is None else FORMS[form])


def test_that_exiftool_reads_a_rejected_image(tmp_path: Path) -> None:
    image = tmp_path / "a.jpg"
    image.touch()
    write(plan([SidecarItem(image, None, pick=-1)], SidecarOptions(ORIGIN)), tmp_path / "record")
    assert tags(tmp_path / "a.jpg.xmp")["XMP-xmp:Rating"] == -1


def test_that_what_exiftool_rewrites_can_be_undone(tmp_path: Path) -> None:
    """A keyword added by exiftool, which writes the whole packet anew, stays; ours goes, the caption comes back."""
    image, sidecar = tmp_path / "heron.jpg", tmp_path / "heron.jpg.xmp"
    image.touch()
    sidecar.write_bytes(FORMS["digikam"])
    before = tags(sidecar)
    options = SidecarOptions(ORIGIN, StarThresholds((1, 2, 4, 7, 9)), describe=True)
    write(plan([SidecarItem(image, 7.25, TEXT)], options), tmp_path / "record")
    command = ["exiftool", "-q", "-overwrite_original", "-XMP-photoshop:City=Bremen", str(sidecar)]
    subprocess.run(command, check=True, capture_output=True)
    done = undo(tmp_path / "record")
    assert (done.cleaned, done.restored, done.skipped) == (1, 0, ())
    after = tags(sidecar)
    after.pop("XMP-x:XMPToolkit")
    before.pop("XMP-x:XMPToolkit")
    assert after == {**before, "XMP-photoshop:City": "Bremen"}

"""A project as one file that opens on another machine; and archives that nobody should open."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until
from support.projects import results, write_photos

from db.models import Image
from studio.services import archiving
from studio.services.archiving.contents import MANIFEST, is_safe
from studio.services.errors import OperationCancelled, StudioError
from studio.services.loop import queue
from studio.services.projects import create_and_open, integrity
from studio.services.projects.project import Project
from studio.services.versions import version_list


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """After one iteration, in the middle of the second."""
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "here/project"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="demo", preset="demo")
    project = create_and_open.open_project(root, exclusive=True)
    job = run_fake_jobs_until(project, 2, "train", "iter2/consistency")
    assert job is not None
    queue.mark_running(project, job.id)
    folder = project.run_folder(job.id).path
    folder.mkdir(parents=True)
    (folder / "journal.0.jsonl").write_text('{"a": 1}\n')
    yield project
    project.close()


def packed(project: Project, file: Path, *, with_images: bool = True) -> Path:
    return archiving.pack(project, file, with_images=with_images).file


def test_that_a_project_goes_on_on_another_machine(project: Project, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    report = archiving.pack(project, tmp_path / "p.zip", with_images=True, on_progress=lambda d, t: told.append((d, t)))
    assert (report.images, report.left) == (48, ()) and told[-1][0] == told[-1][1]
    before, names = results(project.root), [row.name for row in version_list.versions(project)]
    project.close()
    shutil.rmtree(tmp_path / "here")
    shutil.rmtree(tmp_path / "data")
    made = archiving.unpack(tmp_path / "p.zip", tmp_path / "there/project")
    assert made.notes == () and made.project == "project"
    assert results(made.root) == before
    again = create_and_open.open_project(made.root, exclusive=True)
    assert [row.name for row in version_list.versions(again)] == names
    assert again.images_root() == made.root / "images" and len(list(again.images_root().iterdir())) == 48
    assert queue.recover(again) == 1
    assert [problem for problem in integrity.check(again) if "is missing" in problem.what] == []
    running = next(job for job in queue.list_jobs(again) if job.state == "interrupted")
    assert (running.run_folder / "journal.0.jsonl").is_file()
    queue.resume(again, running.id)
    (running.run_folder / "journal.0.jsonl").unlink()
    run_fake_jobs_until(again, 2)
    assert version_list.versions(again)[-1].name == "iter2/merged"
    again.close()


def test_that_scratch_of_finished_jobs_stays_behind(project: Project, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed(project, tmp_path / "p.zip", with_images=False)) as archive:
        names = archive.namelist()
    finished = [job.id for job in queue.list_jobs(project) if job.state == "done"]
    inside = [name for name in names if any(name.startswith(f"runs/{job_id}/") for job_id in finished)]
    assert inside and {Path(name).name for name in inside} <= {"spec.json", "events.jsonl", "log.txt", "result.json"}
    assert "models/iter1/score/manifest.json" in names and not any(
        name.startswith(("cache", "images")) for name in names
    )
    assert not any(".lock" in name or ".trash" in name for name in names)


def test_that_the_images_folder_can_be_named(project: Project, tmp_path: Path) -> None:
    file = packed(project, tmp_path / "p.zip", with_images=False)
    (tmp_path / "data/images").rename(tmp_path / "moved")
    there = archiving.unpack(file, tmp_path / "a")
    assert len(there.notes) == 1 and "set [images] root" in there.notes[0]
    named = archiving.unpack(file, tmp_path / "b", images=tmp_path / "moved")
    assert named.notes == ()
    opened = create_and_open.open_project(tmp_path / "b")
    assert opened.images_root() == tmp_path / "moved"
    opened.close()
    with pytest.raises(StudioError, match="does not exist"):
        archiving.unpack(file, tmp_path / "c", images=tmp_path / "nowhere")


def test_that_the_copy_is_consistent_while_the_database_is_written(project: Project, tmp_path: Path) -> None:
    def write(_done: int, _total: int) -> None:
        with project.session() as session:
            session.query(Image).update({"name": "changed"})

    archiving.pack(project, tmp_path / "p.zip", with_images=False, on_progress=write)
    made = archiving.unpack(tmp_path / "p.zip", tmp_path / "there")
    with sqlite3.connect(made.root / "project.sqlite") as rows:
        assert rows.execute("SELECT count(*) FROM image WHERE name = 'changed'").fetchone() == (0,)


def test_that_images_outside_the_folder_are_told(project: Project, tmp_path: Path) -> None:
    with project.session() as session:
        session.query(Image).filter_by(path="test_00.png").update({"path": str(tmp_path / "far.png")})
    (project.images_root() / "test_01.png").unlink()
    report = archiving.pack(project, tmp_path / "p.zip", with_images=True)
    assert report.images == 46 and set(report.left) == {str(tmp_path / "far.png"), "test_01.png"}


def test_that_a_project_whose_adapter_has_gone_makes_no_archive_without_it(project: Project, tmp_path: Path) -> None:
    shutil.rmtree(project.root / "models/iter1/score")
    with pytest.raises(StudioError, match=r"adapter of iter1/score is missing") as caught:
        archiving.pack(project, tmp_path / "p.zip", with_images=False)
    assert "score-studio check" in caught.value.remedy
    assert not list(tmp_path.glob("*p.zip*")), "an archive that lacks weights looks like a backup"


def test_that_stopping_leaves_nothing(project: Project, tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise OperationCancelled

    with pytest.raises(OperationCancelled):
        archiving.pack(project, tmp_path / "out.zip", with_images=False, on_progress=stop)
    assert not list(tmp_path.glob("*out*"))
    file = packed(project, tmp_path / "p.zip", with_images=False)
    with pytest.raises(OperationCancelled):
        archiving.unpack(file, tmp_path / "deep/new", on_progress=stop)
    assert not (tmp_path / "deep").exists()


def test_that_files_and_folders_in_the_way_are_refused(project: Project, tmp_path: Path) -> None:
    file = packed(project, tmp_path / "p.zip", with_images=False)
    with pytest.raises(StudioError, match="already exists"):
        archiving.pack(project, file, with_images=False)
    with pytest.raises(StudioError, match=r"is not a \.zip file"):
        archiving.pack(project, tmp_path / "p.tar", with_images=False)
    with pytest.raises(StudioError, match="not an empty folder"):
        archiving.unpack(file, project.root)


def forge(file: Path, change: Callable[[zipfile.ZipFile, dict[str, bytes]], None]) -> Path:
    """The archive written anew by a bad hand."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    forged = file.with_name("forged.zip")
    with zipfile.ZipFile(forged, "w") as out:
        change(out, entries)
        for name, data in entries.items():
            out.writestr(name, data)
    return forged


def add_link(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    info = zipfile.ZipInfo("models/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    out.writestr(info, "/etc/passwd")


def add_named(name: str) -> Callable[[zipfile.ZipFile, dict[str, bytes]], None]:
    return lambda out, entries: entries.__setitem__(name, b"x")


def tamper(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    entries["studio.toml"] = entries["studio.toml"].replace(b"demo", b"omed")


def shorten(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    entries["studio.toml"] = b""


def drop_manifest(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    del entries[MANIFEST]


def newer(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    entries[MANIFEST] = json.dumps({**json.loads(entries[MANIFEST]), "format": 99}).encode()


def backslashes(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    for name in list(entries):
        entries[name.replace("/", "\\")] = entries.pop(name)


def one_folder_down(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    for name in list(entries):
        entries[f"my project/{name}"] = entries.pop(name)


def add_link_as_folder(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
    info = zipfile.ZipInfo("../up/")
    out.writestr(info, "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (backslashes, r"a program that writes backslashes into names: 'models\\\\"),
        (one_folder_down, "everything is one folder down, in 'my project/'"),
        (add_link_as_folder, "leads out"),
        (add_named("../__MACOSX/evil"), "leads out"),
        (add_named("../evil"), "leads out"),
        (add_named("/evil"), "leads out"),
        (add_named("a/../../evil"), "leads out"),
        (add_named("C:\\evil"), "leads out"),
        (add_named("studio.toml/../../evil"), "leads out"),
        (add_named("extra"), "not in both"),
        (add_link, "is a link"),
        (tamper, "damaged: it differs from the manifest"),
        (shorten, "the size of"),
        (drop_manifest, "not a project archive"),
        (newer, "another version of the program"),
    ],
)
def test_that_a_forged_archive_is_refused_and_writes_nothing(
    project: Project, tmp_path: Path, change: Callable[[zipfile.ZipFile, dict[str, bytes]], None], said: str
) -> None:
    forged = forge(packed(project, tmp_path / "p.zip", with_images=False), change)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(StudioError, match=said):
        archiving.unpack(forged, tmp_path / "new")
    assert set(tmp_path.rglob("*")) == before


def test_that_what_a_mac_adds_neither_enters_an_archive_nor_hinders_one(project: Project, tmp_path: Path) -> None:
    side = project.root / "models/iter1/score/._adapter_model.safetensors"
    side.write_bytes(b"\0\5\26\7")
    assert [problem for problem in integrity.check(project) if "._" in problem.what] == []
    file = packed(project, tmp_path / "p.zip")

    def pack_again(out: zipfile.ZipFile, entries: dict[str, bytes]) -> None:
        assert not any("._" in name for name in entries)
        entries["__MACOSX/models/._iter1"] = entries["models/._iter1"] = b"x"
        out.writestr(zipfile.ZipInfo("models/"), "")

    made = archiving.unpack(forge(file, pack_again), tmp_path / "again")
    assert made.files == len(zipfile.ZipFile(file).namelist()) - 1
    assert not any(path.name.startswith(("._", "__")) for path in made.root.rglob("*"))


def test_that_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"PK no zip at all")
    for name in ("p.zip", "none.zip"):
        with pytest.raises(StudioError, match="cannot be read as an archive"):
            archiving.unpack(tmp_path / name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["", ".", "..", "a/..", "/a", "a//b", "./a", "a\\b", "c:x", "a\0b"])
def test_that_a_name_that_leads_out_is_not_safe(name: str) -> None:
    assert not is_safe(name)

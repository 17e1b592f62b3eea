"""The quick run leaves out what is slow, by reading imports, and still knows every test file that is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.session.quick import TESTS, loads_torch

COLLECT = """
import sys, pytest
code = pytest.main(["--quick", "--collect-only", "-q", "-p", "no:cacheprovider", *sys.argv[1:]])
heavy = {"torch", "transformers", "peft", "trl"} & set(sys.modules)
assert not heavy, heavy
sys.exit(code)
"""


IN, OUT = ("services", "db", "cli"), ("gui", "engine/training", "integration", "jobs")
FEW = ("services/projects", "db", "cli", "integration", "jobs")
"""Folders of each kind: to collect all tests takes as long as dozens of them."""


@pytest.mark.child
@pytest.mark.parametrize("folders", [FEW, pytest.param((), marks=pytest.mark.slow)], ids=["few", "all"])
def test_that_a_quick_run_loads_no_torch_and_has_the_tests_of_services_and_database(folders: tuple[str, ...]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    code = [sys.executable, "-c", COLLECT, *(f"tests/{folder}" for folder in folders)]
    ran = subprocess.run(code, cwd=TESTS.parent, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    assert all(f"tests/{part}/" in ran.stdout for part in IN)
    assert not any(f"tests/{part}/" in ran.stdout for part in OUT)


def test_that_imports_are_followed_through_our_modules_but_not_into_functions(tmp_path: Path) -> None:
    direct, through, inside = (tmp_path / f"{name}.py" for name in ("direct", "through", "inside"))
    direct.write_text("try:\n    import torch.nn\nexcept ImportError:\n    pass\n")
    through.write_text("from support import tiny\n")
    inside.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\ndef later():\n    import torch\n"
    )
    assert [loads_torch(file) for file in (direct, through, inside)] == [True, True, False]

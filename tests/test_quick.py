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
code = pytest.main(["--quick", "--collect-only", "-q", "-p", "no:cacheprovider"])
heavy = {"torch", "transformers", "peft", "trl"} & set(sys.modules)
assert not heavy, heavy
sys.exit(code)
"""


@pytest.mark.child
def test_that_a_quick_run_loads_no_torch_and_has_the_tests_of_services_and_database() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(
        [sys.executable, "-c", COLLECT], cwd=TESTS.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    for part in ("tests/services/", "tests/db/", "tests/cli/"):
        assert part in ran.stdout
    for part in ("tests/gui/", "tests/engine/training/", "tests/integration/", "tests/jobs/"):
        assert part not in ran.stdout


def test_that_imports_are_followed_through_our_modules_but_not_into_functions(tmp_path: Path) -> None:
    direct, through, inside = (tmp_path / f"{name}.py" for name in ("direct", "through", "inside"))
    direct.write_text("try:\n    import torch.nn\nexcept ImportError:\n    pass\n")
    through.write_text("from support import tiny\n")
    inside.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\ndef later():\n    import torch\n"
    )
    assert [loads_torch(file) for file in (direct, through, inside)] == [True, True, False]

"""Entry point of ``score-studio`` and ``python -m studio``. Imports nothing slow before Ctrl-C is handled."""

from __future__ import annotations

import signal

import score_studio


def main() -> None:
    """Load the command line and run it; Ctrl-C during loading ends the program without a traceback."""
    score_studio.check_packages()
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from studio.cli import app

    signal.signal(signal.SIGINT, before)
    app.main()


if __name__ == "__main__":
    main()

"""``python -m studio`` is ``score-studio``."""

from studio.cli import main

if __name__ == "__main__":
    main()

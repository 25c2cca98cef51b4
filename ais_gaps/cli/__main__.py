"""``python -m ais_gaps.cli`` is ``ais-gaps``."""

from ais_gaps.cli import main

if __name__ == "__main__":
    main()

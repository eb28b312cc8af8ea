"""``python -m lossmith`` is the command ``lossmith``."""

from lossmith.cli import main

main()

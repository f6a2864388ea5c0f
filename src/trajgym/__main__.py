"""``python -m trajgym``: the command line."""

from trajgym.cli import main

main()

"""``python -m zoning``: the commands, where the script folder is not on the path."""

from zoning.cli import main

if __name__ == "__main__":
    main()

"""The front door in a checkout: `python cli.py decide case.yaml`."""

from engine.cli import main

if __name__ == "__main__":
    main()

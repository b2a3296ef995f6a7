"""Runs about one promise each, with a verdict of their own: `python -m tests.faults.scenarios storm`."""

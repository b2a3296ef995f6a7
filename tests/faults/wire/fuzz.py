"""The long form of the fuzzing, in a database of its own: `python -m tests.faults.wire.fuzz --frames 2000000 --seed 7`.

One seed makes the same frames again. Ends with exit code 1 and the frames at fault when an answer broke the rules.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
from typing import Any

import django


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()

    import tests.environment  # noqa: F401  (before Django's settings: a data directory of its own)

    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    os.environ["HELPDESK_TRUSTED_CIDRS"] = "127.0.0.0/8"
    django.setup()
    from django.core.management import call_command

    from tests.faults.wire.attack import attack
    from tests.world import make_world

    call_command("migrate", verbosity=0)
    print(f"seed {options.seed}")  # noqa: T201
    report = asyncio.run(attack(make_world(), frames=options.frames, seed=options.seed, say=say))
    print(json.dumps(report.answers, indent=1, sort_keys=True))  # noqa: T201


def say(report: Any) -> None:
    print(f"{report.frames} frames, {report.seconds:.0f} s, {report.resident_kib[-1]} KiB", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

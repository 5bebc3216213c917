"""``./dev test-long``: tests of random examples, with many times as many of them, and
what takes more than a minute on two cores."""

import argparse
import os

from . import testing

# 10,080 order forms in the test of exact prices.
TIMES = 42
# The tests that draw as many examples as they are told to.
EXAMPLES = ["addons/preorder_campaign/tests/test_price_exact.py"]
TESTS = [*EXAMPLES, *testing.LONG_TESTS]


def main(arguments: list[str]) -> int:
    """Run the long tests; return pytest's exit code."""
    parser = argparse.ArgumentParser(
        prog="./dev test-long",
        description="Run the tests that draw random examples with many times as many "
        "examples, then the tests of many machines, of the upgrade and of Odoo itself. "
        "Paths run alone; options of pytest are passed on, as by ./dev test.",
    )
    parser.add_argument(
        "--times",
        type=int,
        default=TIMES,
        help=f"how many times as many ({TIMES})",
    )
    parser.add_argument("--seed", type=int, help="draw other examples")
    own, for_pytest = parser.parse_known_args(arguments)
    os.environ["PREORDER_TEST_TIMES"] = str(own.times)
    if own.seed is not None:
        os.environ["PREORDER_TEST_SEED"] = str(own.seed)
    named = any(testing.is_path(argument) for argument in for_pytest)
    return testing.main(for_pytest if named else [*for_pytest, *TESTS])

"""``./dev test-long``: what needs more than a minute on two cores, at full size."""

import argparse
import os

from . import testing

# 10,080 order forms in the test of exact prices, 210 rounds of each race.
TIMES = 42
# The tests that draw or repeat as much as they are told to, and those that write the
# other rows of build/reliability.json: a long run writes them all.
TESTS = [
    "addons/preorder_campaign/tests/test_price_exact.py",
    "addons/preorder_website/tests/test_access_table.py",
    "addons/preorder_website/tests/test_deadline.py",
    "addons/preorder_website/tests/test_excel_hostile.py",
    "tests/reliability",
    *testing.LONG_TESTS,
]


def main(arguments: list[str]) -> int:
    """Run the long tests; return pytest's exit code."""
    parser = argparse.ArgumentParser(
        prog="./dev test-long",
        description="Run the tests that draw random examples or repeat a storm with "
        "many times as many of them, then Odoo's own tests with and without the suite. "
        "Writes build/reliability.json. Options of pytest are passed on; paths choose "
        "some of these tests.",
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

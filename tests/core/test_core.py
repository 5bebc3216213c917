"""Odoo's own tests fail where the suite is installed just where they fail without it.

Takes some 40 minutes: ``./dev test-long``. Browser tours are left out
unless ``PREORDER_CORE_TOURS`` is 1. What failed stands in ``build/core.json``.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from installation import databases

from odoo.tools import config

from scripts import bench, paths, suite

RUN_TESTS = Path(__file__).parent / "run_tests.py"
ADDONS = (
    "sale",
    "sale_management",
    "sale_stock",
    "website_sale",
    "purchase",
    "purchase_stock",
    "portal",
    "payment",
)
#: How a test, or what is done before a class's tests, is named in Odoo's log.
BEGUN = re.compile(r"(odoo\.addons\S+): Starting (\w+\.\w+) \.\.\. ")
FAILED = re.compile(r" ERROR \S+ (odoo\.\S+): (?:FAIL|ERROR): (.+)")
_SECONDS = 3 * 3600


def get_tags():
    """Odoo's own tests of its addons; a shorter list by ``PREORDER_CORE_ADDONS``."""
    chosen = os.environ.get("PREORDER_CORE_ADDONS", ",".join(ADDONS)).split(",")
    return ",".join(f"/{addon}" for addon in chosen)


def run(database, log):
    """Run Odoo's tests on a database.

    :return: the tests that began, those that failed; sets of names
    """
    port = bench.find_port(8700)
    command = [
        sys.executable,
        str(RUN_TESTS),
        f"--database={database}",
        f"--test-tags={get_tags()}",
        f"--http-port={port}",
        f"--gevent-port={bench.find_port(port + 1)}",
        "--max-cron-threads=0",
        "--stop-after-init",
        f"--logfile={log}",
        "--log-level=info",
        f"--limit-time-real={_SECONDS}",
    ]
    subprocess.run(command, timeout=_SECONDS, check=False)
    lines = log.read_text(errors="replace")
    return set(BEGUN.findall(lines)), set(FAILED.findall(lines))


def test_odoos_own_tests_fail_nowhere_else(tmp_path):
    manifests = suite.addons()
    left_out = {suite.DEMO_ADDON, *suite.bridges(manifests)}
    own = [name for name in manifests if name not in left_out]
    with databases.copy_of_template("preorder_core") as database:
        begun, failed = run(database, tmp_path / "without.log")
        databases.run_odoo(database, "-i", ",".join(own), "--stop-after-init")
        begun_with, failed_with = run(database, tmp_path / "with.log")
    assert begun, f"No test of {get_tags()} ran: {config['addons_path']}"
    counts = {
        "tests": len(begun),
        "fail_without_the_suite": sorted(map(": ".join, failed)),
        "fail_with_the_suite": sorted(map(": ".join, failed_with)),
    }
    (paths.BUILD / "core.json").write_text(json.dumps(counts, indent=2))
    assert begun_with == begun
    assert failed_with == failed

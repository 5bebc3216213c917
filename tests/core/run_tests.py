"""Runs Odoo's own tests, each with all installed addons loaded.

Odoo runs the tests marked ``at_install`` before the addons that come after are loaded:
those of ``sale`` would never meet the suite, nor the defaults of columns that are there
already. Here they run last, like those marked ``post_install``.
"""

import os
import unittest

import odoo.cli
from odoo.tests import common, loader

_make_suite = loader.make_suite


def make_suite(module_names, position="at_install"):
    """All tests at the end; none after each addon."""
    if position == "post_install":
        return _make_suite(module_names, "at_install,post_install")
    return _make_suite([], position)


def find_no_browser():
    """Browser tours are skipped, as Odoo skips them on machines without a browser."""
    raise unittest.SkipTest("without a browser")


if __name__ == "__main__":
    loader.make_suite = make_suite
    if os.environ.get("PREORDER_CORE_TOURS") != "1":
        common._find_executable = find_no_browser
    odoo.cli.main()

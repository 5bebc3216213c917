"""A plugin for pytest: a test that is skipped counts as failed.

Odoo skips browser tests when no browser starts, and a green run would hide it.
"""

import pytest


def _fail_if_skipped(report) -> None:
    # an expected failure is reported as skipped too
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if report.longrepr else "no reason given"
        report.outcome = "failed"
        report.longrepr = f"Skipped, but every test has to run: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn skipped tests into failed ones."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Turn skipped test files into failed ones."""
    report = yield
    _fail_if_skipped(report)
    return report

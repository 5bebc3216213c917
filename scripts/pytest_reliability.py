"""A plugin for pytest: rows of ``build/reliability.json`` for tests of the addons.

Addons are built and installed without these scripts. What one of these files' test
classes counts it keeps as a dict in its attribute ``figures``.
"""

import pytest

from . import reliability

#: File of tests → name of its row, what its tests have shown.
ROWS = {
    "addons/preorder_campaign/tests/test_price_exact.py": (
        "price.exact",
        "the form's total, the quotation's and a Decimal oracle's are the same",
    ),
    "addons/preorder_website/tests/test_access_table.py": (
        "access",
        "every route gives every actor the expected answer",
    ),
    "addons/preorder_website/tests/test_deadline.py": (
        "deadline",
        "nothing is accepted late, and what follows the end goes on",
    ),
    "addons/preorder_website/tests/test_excel_hostile.py": (
        "xlsx.hostile",
        "hostile files are refused in time and memory, in a person's words",
    ),
}

_outcomes: dict[str, dict[str, bool]] = {}
_figures: dict[str, dict[str, float]] = {}
_incomplete: set[str] = set()


def _get_file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def pytest_deselected(items):
    """A row stands for all tests of its file."""
    _incomplete.update(_get_file(item.nodeid) for item in items)


def pytest_configure(config):
    """A test named by itself is not its whole file."""
    _incomplete.update(_get_file(each) for each in config.args if "::" in each)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remember how the tests of the rows ended, and what they counted."""
    report = yield
    file = _get_file(item.nodeid)
    if file in ROWS:
        if report.when == "call" or report.failed:
            _outcomes.setdefault(file, {})[item.nodeid] = report.passed
        _figures.setdefault(file, {}).update(getattr(item.cls, "figures", {}))
    return report


def pytest_sessionfinish():
    """Add the rows whose tests have all been run."""
    for file, outcomes in _outcomes.items():
        if file in _incomplete:
            continue
        name, shown = ROWS[file]
        passed = sum(outcomes.values())
        figures = _figures[file]
        counted = "".join(f", {value} {key}" for key, value in figures.items())
        reliability.note(
            name,
            passed == len(outcomes),
            f"{passed} of {len(outcomes)} tests passed{counted}: {shown}",
            tests=len(outcomes),
            **figures,
        )

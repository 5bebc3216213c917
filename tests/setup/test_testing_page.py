"""The page on testing names tests that are there, and that name what it says."""

import ast
import re

import pytest

from scripts import paths, testing_long

PAGE = paths.ROOT / "docs" / "testing.md"
#: What a test has to name of its source: numbers of issues, or a name.
SOURCE = re.compile(r"#\d+|\b(?:NuORDER|gescaretail)\b")


def _read_rows(heading):
    """The cells of the rows of the table below a heading."""
    section = PAGE.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def _read_function(reference):
    """The text of the test at ``path::name``."""
    path, _colons, name = reference.partition("::")
    text = (paths.ROOT / path).read_text()
    [function] = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    return ast.get_source_segment(text, function)


PITFALLS = _read_rows("What went wrong elsewhere")


def test_there_are_pitfalls():
    assert len(PITFALLS) >= 21


@pytest.mark.parametrize(
    ("source", "reference"), [(row[0], row[2].strip("`")) for row in PITFALLS]
)
def test_every_pitfall_has_a_test_that_names_its_source(source, reference):
    function = _read_function(reference)
    names = SOURCE.findall(source)
    assert names
    assert [name for name in names if name not in function] == []


def test_every_row_of_the_report_has_tests_that_a_long_run_runs():
    for row in _read_rows("Reliability"):
        path = row[-1].strip("`")
        assert (paths.ROOT / path).is_file()
        assert any(path.startswith(each) for each in testing_long.TESTS), path

"""The set-up's own decisions, without network, database or Odoo."""

import socket

import pytest

from scripts import debian, lint, python_env, run, stamp, suite, testing, wkhtmltopdf

TARGETS = """\
https://example.org/other/|nodistro
https://deb.example.org/security/|trixie-security
https://deb.example.org/debian/|trixie-updates
https://deb.example.org/debian/|trixie
"""


def test_archive_is_the_one_the_machine_is_installed_from():
    address = debian.archive_address(TARGETS, "trixie")
    assert address == "https://deb.example.org/debian/"


def test_archive_named_by_its_role_is_found():
    targets = "https://deb.example.org/debian/|stable\n"
    assert (
        debian.archive_address(targets, "trixie") == "https://deb.example.org/debian/"
    )


def test_no_archive_of_another_system_is_taken():
    assert debian.archive_address("https://example.org/x/|noble\n", "noble-x") is None


def test_security_updates_are_taken_from_where_the_machine_has_them():
    address = debian.security_address(TARGETS, "trixie")
    assert address == "https://deb.example.org/security/"
    assert debian.security_address(TARGETS, "sid") is None


def test_sources_name_the_keyring_that_signatures_are_checked_with(tmp_path):
    addresses = {"sid": "https://a.example/", "bookworm": "https://a.example/"}
    keyring = tmp_path / "keys.gpg"
    assert debian.sources_list(addresses, keyring) == (
        f"deb [signed-by={keyring}] https://a.example/ sid main\n"
        f"deb [signed-by={keyring}] https://a.example/ bookworm main\n"
    )
    assert "signed-by" not in debian.sources_list(addresses, None)


def test_requirements_are_counted_without_comments():
    locked = "# comment\n\none==1.0\ntwo==2.0 ; python_version < '3.11'\n"
    assert python_env.requirement_count(locked) == 2


def test_folder_is_current_only_for_what_it_was_made_from(tmp_path):
    key = stamp.digest("a", "b")
    assert not stamp.is_current(tmp_path, key)
    stamp.mark(tmp_path, key)
    assert stamp.is_current(tmp_path, key)
    assert not stamp.is_current(tmp_path, stamp.digest("ab"))
    assert stamp.digest("a", "b") != stamp.digest("b", "a")


def make_addon(folder, name, manifest):
    addon = folder / name
    addon.mkdir()
    (addon / "__manifest__.py").write_text(manifest)
    return addon


def test_addons_that_cannot_be_installed_are_left_out(tmp_path):
    make_addon(tmp_path, "one", "{'name': 'One'}")
    make_addon(tmp_path, "two", "{'name': 'Two', 'installable': False}")
    assert list(suite.addons(tmp_path)) == ["one"]


def test_addon_is_updated_for_its_views_but_not_for_its_tests(tmp_path):
    addon = make_addon(tmp_path, "one", "{}")
    before = suite.content_key(addon)
    for path in ("tests/test_one.py", "static/src/one.js", "README.rst"):
        (addon / path).parent.mkdir(parents=True, exist_ok=True)
        (addon / path).write_text("changed")
    assert suite.content_key(addon) == before
    (addon / "views.xml").write_text("<odoo/>")
    assert suite.content_key(addon) != before


def test_port_in_use_is_noticed():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not run.port_is_free("127.0.0.1", port)
    assert run.port_is_free("127.0.0.1", port)


class TestParts:
    """The tests of the demo and of neighbours run on databases of their own."""

    def setup_method(self):
        self.demo, self.neighbours, self.main = testing.parts(
            {
                "one": {"depends": ["sale"]},
                "one_mrp": {"depends": ["one", "mrp"], "auto_install": True},
                "two": {"depends": ["one", "sale"], "auto_install": True},
                suite.DEMO_ADDON: {"depends": ["one"]},
            }
        )

    def test_demo_is_only_in_its_own_database(self):
        assert suite.DEMO_ADDON in self.demo.addons
        assert self.main.addons == ["one", "two"]
        assert suite.DEMO_ADDON not in self.neighbours.addons

    def test_neighbours_and_their_bridges_are_only_in_theirs(self):
        assert self.neighbours.addons == [*suite.NEIGHBOURS, "one", "two", "one_mrp"]
        assert "one_mrp" not in self.demo.addons
        assert "addons/one_mrp" in self.neighbours.test_folders
        assert "addons/one" not in self.neighbours.test_folders
        chosen = testing.chosen_arguments([], self.main)
        assert chosen[0] == f"--ignore={testing.NEIGHBOURS_TESTS}"
        named = [testing.NEIGHBOURS_TESTS]
        assert testing.chosen_arguments(named, self.main) is None
        assert testing.chosen_arguments(named, self.neighbours) == named

    def test_everything_runs_if_no_path_is_named(self):
        assert testing.chosen_arguments(["-k", "x"], self.main)[-1] == "tests"

    def test_path_selects_its_part(self):
        test = "tests/setup/test_setup.py::test_port_in_use_is_noticed"
        assert testing.chosen_arguments([test, "-x"], self.main)[-2:] == ["-x", test]
        assert testing.chosen_arguments([test, "-x"], self.demo) is None

    def test_long_tests_run_only_when_they_are_named(self):
        test = f"{testing.LONG_TESTS[0]}/test_core.py"
        ignored = f"--ignore={testing.LONG_TESTS[0]}"
        assert ignored in testing.chosen_arguments([], self.main)
        assert ignored not in testing.chosen_arguments([test], self.main)
        assert ignored in testing.chosen_arguments(["tests"], self.main)

    def test_path_above_a_part_selects_all_of_it(self):
        assert testing.chosen_arguments(["."], self.main)[-1] == "tests"


@pytest.mark.parametrize(
    ("codes", "overall"),
    [([0, 0], 0), ([0, 5], 0), ([5, 5], 5), ([1, 0], 1), ([0, 2], 2), ([], 5)],
)
def test_no_failure_and_no_empty_run_is_lost(codes, overall):
    assert testing.overall(codes) == overall


@pytest.mark.parametrize(
    ("name", "size"),
    [("A4", (210, 297)), ("A5", (148, 210)), ("Letter", (215.9, 279.4))],
)
def test_paper_sizes(name, size):
    assert wkhtmltopdf.page_size(name) == size


def test_pdf_layout_follows_the_command_line():
    options = wkhtmltopdf.parse(
        ["--quiet", "--page-size", "A4", "--orientation", "Landscape"]
        + ["--margin-top", "52.0", "--header-spacing", "35", "--dpi", "90"]
        + ["--page-width", "100mm", "one.html", "two.html", "out.pdf"]
    )
    assert [str(each) for each in options.bodies] == ["one.html", "two.html"]
    layout = wkhtmltopdf.layout_of(options)
    assert (layout.width, layout.height) == (297, 100)
    assert (layout.top, layout.header_spacing) == (52, 35)


def test_pages_are_asked_for_with_the_cookies_of_the_command_line(tmp_path):
    jar = tmp_path / "jar"
    jar.write_text("session_id=abc=; HttpOnly; path=/")
    options = wkhtmltopdf.parse(
        ["--cookie-jar", str(jar), "--cookie", "of", "tests", "in.html", "out.pdf"]
    )
    assert wkhtmltopdf.cookies_of(options) == [["session_id", "abc="], ["of", "tests"]]


def test_linters_get_only_the_files_that_are_theirs():
    files = ["addons/a/models/b.py", "scripts/c.py", "addons/a/views/d.xml"]
    assert lint.LINTERS["ruff"].files(files) == files[:2]
    assert lint.LINTERS["pylint-odoo"].files(files) == files[:1]
    assert lint.LINTERS["prettier"].files(files) == files[2:]

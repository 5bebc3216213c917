import polib

from odoo.tests import TransactionCase, tagged

from scripts import suite
from scripts.translations import catalogs


def make_entry(msgid, msgstr, **values):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **values)


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_every_term_of_every_addon_is_translated_into_every_language(self):
        found = 0
        for addon in suite.addons():
            module = self.env["ir.module.module"].search([("name", "=", addon)])
            if module.state != "installed":
                continue
            terms = catalogs.get_terms(self.env, addon)
            found += len(terms)
            for language, name in catalogs.LANGUAGES.items():
                with self.subTest(addon=addon, language=name):
                    known = catalogs.read_translations(
                        catalogs.get_file(addon, f"{language}.po")
                    )
                    self.assertEqual(sorted(catalogs.find_problems(terms, known)), [])
        self.assertGreater(found, 1000)

    def test_a_missing_stale_or_copied_term_is_found(self):
        terms = [make_entry(text, "") for text in ("New", "Cell", "Excel", "%s pcs")]
        known = {
            "Cell": make_entry("Cell", "Cell"),
            "Excel": make_entry("Excel", "Excel", tcomment=catalogs.SAME),
            "Gone": make_entry("Gone", "Weg"),
            "%s pcs": make_entry("%s pcs", "st."),
        }
        self.assertEqual(
            sorted(catalogs.find_problems(terms, known)),
            [
                "merely copied: Cell",
                "missing: New",
                "placeholders or markup differ: %s pcs",
                "stale: Gone",
            ],
        )

    def test_an_empty_or_doubtful_translation_is_none(self):
        terms = [make_entry("New", ""), make_entry("Cell", "")]
        known = {
            "New": make_entry("New", ""),
            "Cell": make_entry("Cell", "Zelle", flags=["fuzzy"]),
        }
        self.assertEqual(
            sorted(catalogs.find_problems(terms, known)),
            ["not translated: Cell", "not translated: New"],
        )

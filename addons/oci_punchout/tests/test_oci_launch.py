from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.oci_punchout import oci

HOOK = "https://erp.example.com/return?sid=42"

#: How procurement systems launch a shop: what they send, and what the shop calls the
#: log-in.
DIALECTS = {
    "SAP SRM": (
        {
            "USERNAME": "buyer",
            "PASSWORD": "s3cret",
            "HOOK_URL": HOOK,
            "~OkCode": "ADDI",
            "~TARGET": "_top",
            "~CALLER": "CTLG",
            "OCI_VERSION": "4.0",
            "OPI_VERSION": "1.0",
            "http_content_charset": "iso-8859-1",
            "returntarget": "_parent",
            "sap-client": "100",
            "sap-language": "D",
        },
        oci.Names(),
    ),
    "Basware": (
        {
            "logonId": "buyer",
            "logonPassword": "s3cret",
            "HOOK_URL": HOOK,
            "OCI_VERSION": "4.0",
            "http_content_charset": "utf-8",
            "LANGUAGE": "DE",
        },
        oci.Names("logonId", "logonPassword"),
    ),
    "IFS": (
        {
            "user_id": "buyer",
            "password": "s3cret",
            "HOOK_URL": HOOK,
            "OCIVERSION": "4.0",
            "OCICANCEL": "https://erp.example.com/cancel",
            "NEW_ITEM-VENDOR": "100200",
            "~Language": "de",
        },
        oci.Names("user_id", "password"),
    ),
    "Visma": (
        {
            "USERNAME": "buyer",
            "PASSWORD": "s3cret",
            "HOOK_URL": HOOK,
            "~target": "_self",
            "LANGU": "de-DE",
            "OCI_VERSION": "4.0",
        },
        oci.Names(),
    ),
    "lower case": (
        {
            "~username": "buyer",
            "~password": "s3cret",
            "hook_url": HOOK,
            "~okcode": "ADDI",
            "~caller": "CTLG",
            "oci_version": "4.0",
            "langu": "D",
        },
        oci.Names(),
    ),
}


def parse(parameters, names=None):
    return oci.parse_launch(parameters.items(), names or oci.Names())


class TestLaunch(TestCase):
    def test_every_dialect_says_the_same(self):
        for dialect, (parameters, names) in DIALECTS.items():
            with self.subTest(dialect):
                launch = parse(parameters, names)
                self.assertEqual(launch.login, "buyer")
                self.assertEqual(launch.secret, "s3cret")
                self.assertEqual(launch.return_address, HOOK)
                self.assertEqual(launch.function, oci.SHOP)
                self.assertEqual(launch.language[:2], "de")
                self.assertEqual(launch.version, "4.0")

    def test_frame_is_the_newer_parameters_and_top_if_none_is_named(self):
        targets = {dialect: parse(*DIALECTS[dialect]).target for dialect in DIALECTS}
        self.assertEqual(targets["SAP SRM"], "_parent")
        self.assertEqual(targets["Visma"], "_self")
        self.assertEqual(targets["Basware"], "_top")

    def test_frame_that_is_none_becomes_top(self):
        for value in ("", "javascript:alert(1)", '"><script>', "_evil", "a b"):
            self.assertEqual(oci.parse_target(value), "_top")
        self.assertEqual(oci.parse_target("_BLANK"), "_blank")
        self.assertEqual(oci.parse_target("catalogFrame"), "catalogFrame")

    def test_parameters_go_back_in_their_own_spelling(self):
        launch = parse(*DIALECTS["lower case"])
        self.assertEqual(launch.echo, (("~okcode", "ADDI"), ("~caller", "CTLG")))

    def test_one_name_with_two_values_is_refused(self):
        with self.assertRaisesRegex(oci.LaunchError, "ambiguous"):
            parse({"HOOK_URL": HOOK, "hook_url": "https://evil.example.com"})
        parse({"HOOK_URL": HOOK, "hook_url": HOOK})

    def _fails(self, code, **parameters):
        with self.assertRaises(oci.LaunchError) as caught:
            parse(parameters)
        self.assertEqual(caught.exception.code, code)

    def test_what_is_missing_or_unknown_is_named(self):
        self._fails("return_address", USERNAME="buyer")
        self._fails("function", HOOK_URL=HOOK, FUNCTION="DOWNLOADJSON")
        self._fails("product", HOOK_URL=HOOK, FUNCTION="VALIDATE")
        self._fails("product", FUNCTION="DETAIL")
        self._fails("search", HOOK_URL=HOOK, FUNCTION="BACKGROUND_SEARCH")
        self._fails(
            "quantity", HOOK_URL=HOOK, FUNCTION="validate", PRODUCTID="1", QUANTITY="-1"
        )

    def test_xml_variant_is_refused(self):
        for name in ("xmltype", "~xmlType", "~xml_type", "~xmlDocument"):
            self._fails("xml", HOOK_URL=HOOK, **{name: "ESAPO"})

    def test_quantity_of_a_validation_may_have_a_comma(self):
        launch = parse(
            {
                "HOOK_URL": HOOK,
                "FUNCTION": "VALIDATE",
                "PRODUCTID": "7",
                "QUANTITY": "2,5",
            }
        )
        self.assertEqual(launch.quantity, Decimal("2.5"))

    def test_details_need_no_return_address(self):
        self.assertEqual(parse({"FUNCTION": "DETAIL", "PRODUCTID": "7"}).product, "7")

    @given(
        st.lists(
            st.tuples(
                st.text() | st.sampled_from(["HOOK_URL", "FUNCTION", "QUANTITY"]),
                st.text() | st.sampled_from(["VALIDATE", HOOK]),
            )
        )
    )
    def test_no_launch_can_break_the_parser(self, parameters):
        try:
            launch = oci.parse_launch(parameters, oci.Names())
        except oci.LaunchError:
            return
        self.assertIn(launch.function, oci.FUNCTIONS)

    def test_a_launch_does_not_show_its_secret(self):
        self.assertNotIn("s3cret", repr(parse(*DIALECTS["SAP SRM"])))


class TestRedaction(TestCase):
    def test_secrets_and_queries_of_addresses_are_not_kept(self):
        for dialect, (parameters, names) in DIALECTS.items():
            with self.subTest(dialect):
                kept = dict(oci.redact_parameters(tuple(parameters.items()), names))
                self.assertNotIn("s3cret", str(kept))
                self.assertNotIn("sid=42", str(kept))
                self.assertIn("https://erp.example.com/return?…", kept.values())

    def test_secret_under_a_wrong_name_is_not_kept(self):
        kept = oci.redact_parameters(
            (("PASSWORD", "s3cret"), ("USERNAME", "s3cret"), ("x", "is s3cret")),
            oci.Names(),
        )
        self.assertNotIn("s3cret", str(kept))

    @given(st.text(min_size=4), st.text())
    def test_whatever_the_secret_it_is_not_kept(self, secret, other):
        kept = oci.redact_parameters(
            (("pin", secret), ("note", other + secret)), oci.Names(secret="PIN")
        )
        self.assertTrue(secret == oci.REDACTED or secret not in dict(kept)["note"])

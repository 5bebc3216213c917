from unittest import TestCase
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.oci_punchout import oci


def is_allowed(url, *allowed, sapevent=False):
    allowed = [oci.parse_address(address) for address in allowed]
    return oci.is_address_allowed(oci.parse_address(url), allowed, sapevent=sapevent)


class TestReturnAddress(TestCase):
    def test_scheme_host_port_and_path_must_be_allowed(self):
        allowed = "https://erp.example.com/oci"
        for url in (
            "https://erp.example.com/oci",
            "https://ERP.example.com:443/oci/in?x=1&y=https://evil.com",
        ):
            self.assertTrue(is_allowed(url, allowed), url)
        for url in (
            "http://erp.example.com/oci",
            "https://erp.example.com:8443/oci",
            "https://erp.example.com/ocix",
            "https://erp.example.com/",
            "https://erp.example.com.evil.com/oci",
            "https://evil.com/oci",
            "https://sub.erp.example.com/oci",
            "https://erp.example.com/oci/../admin",
            "https://erp.example.com/oci/%2e%2e/admin",
            "https://erp.example.com@evil.com/oci",
            "https://evil.com\\@erp.example.com/oci",
            "https://erp.example.com/oci\r\nX: y",
            "https:erp.example.com/oci",
            "https:///erp.example.com/oci",
            "//erp.example.com/oci",
            "/oci",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://erp.example.com;evil/oci",
            "https://erp.example.com'/oci",
            "https://еrp.example.com/oci",
            "https://erp.example.com:99999/oci",
            "https://[::1/oci",
            "",
        ):
            self.assertFalse(is_allowed(url, allowed), url)

    def test_slash_at_the_end_of_an_allowed_path_does_not_matter(self):
        self.assertTrue(is_allowed("https://a.com/oci/in", "https://a.com/oci/"))
        self.assertTrue(is_allowed("https://a.com/x", "https://a.com"))

    def test_sapevent_needs_its_switch(self):
        self.assertFalse(is_allowed("SAPEVENT:POST", "https://a.com"))
        self.assertTrue(is_allowed("SAPEVENT:POST", sapevent=True))
        self.assertFalse(is_allowed("SAPEVENT:alert(1)", sapevent=True))

    def test_origin_is_what_a_policy_names(self):
        for url, origin in (
            ("https://a.com/x?y", "https://a.com"),
            ("http://a.com:8080/", "http://a.com:8080"),
            ("https://[::1]:8443/", "https://[::1]:8443"),
            ("sapevent:POST", "sapevent:"),
        ):
            self.assertEqual(oci.parse_address(url).origin, origin)

    @given(st.text() | st.text().map(lambda text: f"https://a.com{text}"))
    def test_what_is_allowed_is_on_the_allowed_host(self, url):
        if is_allowed(url, "https://a.com/oci"):
            self.assertEqual(urlsplit(url).hostname, "a.com")
            self.assertTrue(urlsplit(url).path.startswith("/oci"))
        address = oci.parse_address(url)
        if address:
            self.assertNotRegex(address.origin, r"[\s;,'\"]")

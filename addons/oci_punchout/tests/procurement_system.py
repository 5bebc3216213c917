import html
import http.server
import threading
from urllib.parse import parse_qsl


class ProcurementSystem(http.server.ThreadingHTTPServer):
    """The buyer's system, at another origin: launches the shop and takes baskets.

    ``launch`` are address and parameters; ``baskets`` what came home.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("localhost", 0), _Pages)
        self.launch = ("", {})
        self.baskets = []
        self.origin = f"http://localhost:{self.server_port}"


class _Pages(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_arguments):
        """Be quiet."""

    def _show(self, page):
        body = f"<!DOCTYPE html><html><body>{page}</body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        framed = self.path.startswith("/framed")
        address, parameters = self.server.launch
        inputs = "".join(
            f'<input type="hidden" name="{html.escape(n)}" value="{html.escape(v)}"/>'
            for n, v in parameters.items()
        )
        target = "shop" if framed else "_self"
        frame = '<iframe name="shop" width="1200" height="800"></iframe>'
        self._show(
            f'<form method="post" action="{address}" target="{target}">{inputs}'
            f"<button>Open the catalogue</button></form>{frame if framed else ''}"
        )

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.baskets.append(parse_qsl(body, keep_blank_values=True))
        self._show("<h1>Your basket has arrived</h1>")


class ProcurementSystemMixin:
    """A buyer's system of another site, for the test class's ``connection``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = ProcurementSystem()
        threading.Thread(target=cls.system.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.system.server_close)
        cls.addClassCleanup(cls.system.shutdown)
        cls.connection.write(
            {
                "allow_http": True,
                "return_addresses": f"{cls.system.origin}/back",
                "frame_ancestors": cls.system.origin,
            }
        )

    def _prepare_system(self):
        """Have the system launch the connection, and no basket there yet."""
        self.system.baskets.clear()
        self.system.launch = (
            f"{self.base_url()}/punchout/oci/{self.connection.code}",
            self._parameters(HOOK_URL=f"{self.system.origin}/back?sid=1"),
        )

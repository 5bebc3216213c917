import tempfile

from PIL import Image, ImageDraw
from playwright.sync_api import expect
from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.graphics.shapes import Rect

from odoo.tests import tagged

from .browser import BrowserCase

BLACK_M = "4006381333931"
WIDTH, HEIGHT = 640, 480
#: Pixels a point of the drawing: the code fills most of the picture.
SCALE = 5


def _get_bars(shape):
    """Return the dark rectangles of a drawing of reportlab's."""
    if isinstance(shape, Rect):
        return [shape] if shape.fillColor else []
    contents = getattr(shape, "contents", None)
    inner = [shape.draw()] if contents is None else contents
    return [bar for each in inner for bar in _get_bars(each)]


def _film(code, path):
    """Write what a camera sees that is held before a barcode.

    The format is YUV4MPEG2 (mjpegtools, yuv4mpeg(5)): a header, then every picture's
    brightness and two planes of colour, which are none here.
    """
    drawing = createBarcodeDrawing("EAN13", value=code, humanReadable=False)
    picture = Image.new("L", (WIDTH, HEIGHT), 235)
    draw = ImageDraw.Draw(picture)
    left = (WIDTH - drawing.width * SCALE) / 2
    for bar in _get_bars(drawing):
        x = left + bar.x * SCALE
        draw.rectangle((x, 90, x + bar.width * SCALE - 1, HEIGHT - 90), fill=16)
    colours = bytes([128]) * (WIDTH * HEIGHT // 2)
    with open(path, "wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _picture in range(10):
            film.write(b"FRAME\n" + picture.tobytes() + colours)


@tagged("post_install", "-at_install")
class TestBrowserCamera(BrowserCase):
    """A phone's camera at the order form, by Odoo's own barcode dialog."""

    @classmethod
    def setUpClass(cls):
        film = cls.enterClassContext(tempfile.NamedTemporaryFile(suffix=".y4m"))
        _film(BLACK_M, film.name)
        cls.chromium_options = (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film.name}",
        )
        super().setUpClass()
        cls.jacket.product_variant_ids[1].barcode = BLACK_M

    def test_a_code_before_the_camera_leads_to_its_field(self):
        with self._browsing() as open_window:
            window = open_window(
                "bergmann", self.campaign_url, phone=True, permissions=["camera"]
            )
            window.wait_for_products()
            window.button("scan").click()
            window.expect_text(".o_preorder_scanned", "Parka, Black, M")
            expect(window.find(".o_dialog")).to_have_count(0)
            window.expect_focus(
                "input.o_preorder_quantity[aria-label='Parka, Black, M']"
            )
            window.page.keyboard.type("4", delay=200)
            window.expect_saved()
        self.assertEqual(
            self._get_quantities(self.campaign.order_ids), {"Parka (Black, M)": 4}
        )

"""Opens order forms in Chromium, with Playwright: address, browser, page, rounds.

Run by the tests' Python. The form of 120,000 cells gets a catalog made up here, in
place of the server's answer; all else of the page is real.
"""

import json
import sys
import time

from playwright.sync_api import Browser, Page, sync_playwright

from .browsing import MARK

LOGIN = "form10"
FIRST_FIELD = "input[data-variant]:not([disabled])"
PRODUCTS, SIZES = 10_000, 12
KEYS = 100

#: Types into the first field: milliseconds from the key to the next paint, of each.
TYPE = """async (count) => {
    const input = document.querySelector("input[data-variant]");
    input.focus();
    const painted = () =>
        new Promise((resolve) =>
            requestAnimationFrame(() => {
                const channel = new MessageChannel();
                channel.port1.onmessage = resolve;
                channel.port2.postMessage(0);
            })
        );
    const times = [];
    for (let i = 0; i < count; i++) {
        const began = performance.now();
        input.value = String(1 + (i % 99));
        input.dispatchEvent(new InputEvent("input", {bubbles: true}));
        await painted();
        times.push(performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, 40));
    }
    return times;
}"""


def sign_in(browser: Browser, address: str) -> Page:
    """A page of somebody who is signed in."""
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/web/login")
    page.fill("#login", LOGIN)
    page.fill("#password", LOGIN)
    page.click(".oe_login_form button[type=submit]")
    page.wait_for_url(lambda url: "/web/login" not in url)
    return page


def make_catalog() -> str:
    """A catalog as the server sends it, of more cells than anybody sells."""
    numbers = range(PRODUCTS)
    cells = [(number, size) for number in numbers for size in range(SIZES)]
    return json.dumps(
        {
            "products": {
                "id": list(numbers),
                "name": [f"Product {number}" for number in numbers],
                "code": [f"P{number}" for number in numbers],
                "brand": [None] * PRODUCTS,
                "category": [number // 50 for number in numbers],
                "tags": [[]] * PRODUCTS,
                "unit": [""] * PRODUCTS,
                "picture": [""] * PRODUCTS,
                "new": [0] * PRODUCTS,
                "axes": [[]] * PRODUCTS,
                "axis": [0] * PRODUCTS,
                "rows": [[[]]] * PRODUCTS,
                "swatches": [[""]] * PRODUCTS,
                "columns": [[str(36 + size) for size in range(SIZES)]] * PRODUCTS,
            },
            "variants": {
                "id": [10**7 + number * SIZES + size for number, size in cells],
                "product": [number for number, _size in cells],
                "row": [0] * len(cells),
                "column": [size for _number, size in cells],
                "code": [""] * len(cells),
                "barcode": [""] * len(cells),
                "supplier": [""] * len(cells),
                "values": [[]] * len(cells),
            },
            "categories": {
                "name": [f"Category {number}" for number in range(PRODUCTS // 50)],
                "parent": [None] * (PRODUCTS // 50),
            },
            "brands": [],
            "tags": [],
            "values": {"attribute": [], "name": [], "color": [], "sequence": []},
        }
    )


def measure_ready(page: Page, url: str, rounds: int) -> list[float]:
    """Seconds from asking for the page until one can type; the first time apart."""
    seconds = []
    for _round in range(rounds + 2):
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_selector(FIRST_FIELD)
        seconds.append(time.perf_counter() - began)
    return seconds[2:]


def measure_typing(page: Page, url: str) -> tuple[list[float], list[int]]:
    """Milliseconds of keys in a long form, and how many elements its page has."""
    catalog = make_catalog()
    page.route("**/catalog", lambda route: route.fulfill(body=catalog, status=200))
    # What is typed belongs to no real product: nothing is to reach the server.
    page.route("**/save", lambda route: route.abort())
    page.goto(url)
    page.wait_for_selector(FIRST_FIELD)
    elements = []
    for _screen in range(10):
        elements.append(page.evaluate("document.querySelectorAll('*').length"))
        page.mouse.wheel(0, 5000)
        page.wait_for_timeout(200)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    return page.evaluate(TYPE, KEYS), elements


def main(address: str, chromium: str, path: str, rounds: str) -> None:
    """Print what was measured as JSON."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        page = sign_in(browser, address)
        with page.expect_response("**/catalog") as catalog:
            page.goto(address + path)
        variants = len(catalog.value.json()["variants"]["id"])
        ready = measure_ready(page, address + path, int(rounds))
        keys, elements = measure_typing(page, address + path)
        browser.close()
    sys.stdout.write(
        MARK
        + json.dumps(
            {
                "variants": variants,
                "products": PRODUCTS,
                "ready": ready,
                "keys": keys,
                "elements": elements,
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Barcodes of a trade that does not exist."""


def in_store_ean13(number: int) -> str:
    """A valid EAN-13 out of the range that is left to each shop (prefix 20)."""
    digits = f"20{4711:05d}{number:05d}"
    odd = sum(int(digit) for digit in digits[::2])
    even = sum(int(digit) for digit in digits[1::2])
    return f"{digits}{-(odd + 3 * even) % 10}"

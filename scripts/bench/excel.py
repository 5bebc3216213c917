"""The figures of the exchange with Excel, with their goals."""

import statistics

from . import figures

MARK = "BENCH-EXCEL "
SCRIPT = "excel_inside.py"


def get_figures(measured: dict) -> list[figures.Figure]:
    """What was measured in Odoo's shell, as figures in seconds."""
    reading = statistics.median(measured["report"])
    taking = statistics.median(measured["taking"])
    export = statistics.median(measured["export"])
    return [
        figures.Figure(
            "xlsx.import",
            round(reading + taking, 3),
            "seconds",
            3,
            reading + taking <= 3,
            f"2,000 valid rows: report {reading:.2f} s, taking over {taking:.2f} s in "
            f"{measured['queries']} queries, median of {len(measured['report'])}",
        ),
        figures.get_growth(
            "xlsx.growth_x8",
            [
                sum(pair)
                for pair in zip(measured["report"], measured["taking"], strict=True)
            ],
            measured["eighth"],
            "2,000 rows / 250",
        ),
        figures.Figure(
            "xlsx.export",
            round(export, 3),
            "seconds",
            5,
            export <= 5,
            "3,200 variants as matrix and list with prices, median of "
            f"{len(measured['export'])}",
        ),
    ]

import gc
import logging
import re
import time
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from .hostile_workbooks import get_files
from .test_excel import ExcelCommon

SECONDS = 2
MEBIBYTES = 100

_logger = logging.getLogger(__name__)
CHOICE = {"sheet": "Sheet", "headings": 1, "code": 0, "quantity": 1}


def start_watching_memory():
    """Forget the process's peak so far, and return what it holds now, in bytes."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return read_memory("VmRSS")


def read_memory(name):
    """What the kernel counts for this process: all of it, not just Python's objects."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024


@tagged("post_install", "-at_install")
class TestExcelHostile(ExcelCommon):
    """Forty files made to do harm: none takes time, memory, or a person's nerves."""

    #: The worst that was seen, for the report on reliability.
    figures = {"files": 0, "seconds": 0, "mebibytes": 0}

    def _refuse(self, content):
        """What a person is told of a file.

        :return: texts, none of them empty; nothing of the file could be taken over
        """
        try:
            answer = self._read(content, **CHOICE)
        except UserError as error:
            return [str(error)]
        self.assertIn("report", answer)
        counts = answer["report"]["counts"]
        self.assertEqual(counts["refused"], sum(counts.values()))
        return [row[8] for row in answer["report"]["rows"]]

    def _note(self, seconds, mebibytes):
        self.figures["files"] += 1
        for name, value in (("seconds", seconds), ("mebibytes", mebibytes)):
            self.figures[name] = max(self.figures[name], round(value, 2))

    def test_forty_files_are_refused_quickly_in_a_person_s_words(self):
        files = get_files()
        self.assertEqual(len(files), 40)
        self._refuse(files["formulas"][0]())
        for name, (make, expected) in files.items():
            content = make()
            with self.subTest(name):
                before = start_watching_memory()
                # The processor's time: what else a machine does is not the file's.
                began = time.process_time()
                texts = self._refuse(content)
                seconds = time.process_time() - began
                more = read_memory("VmHWM") - before
                _logger.info("%s: %.2f s, %.1f MiB", name, seconds, more / 1024**2)
                self._note(seconds, more / 1024**2)
                self.assertTrue(all(texts), texts)
                self.assertTrue(any(expected in text for text in texts), texts)
                for text in texts:
                    for word in ("Traceback", "Error", "Exception", "xml", "None"):
                        self.assertNotIn(word, text)
                self.assertLess(seconds, SECONDS)
                self.assertLess(more, MEBIBYTES * 1024**2)
        self.assertFalse(self.campaign.order_count)

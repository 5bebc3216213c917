from . import test_electronic_order

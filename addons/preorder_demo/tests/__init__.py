from . import test_customer_codes
from . import test_demo
from . import test_walk

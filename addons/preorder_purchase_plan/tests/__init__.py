from . import test_plan
from . import test_purchase_plan
from . import test_allocation_rules
from . import test_holds
from . import test_allocation
from . import test_promises
from . import test_promised_dates
from . import test_javascript

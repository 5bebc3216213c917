from . import test_plan
from . import test_purchase_plan
from . import test_javascript

from . import test_catalog
from . import test_javascript
from . import test_landing
from . import test_routes
from . import test_payment
from . import test_representative
from . import test_invitation

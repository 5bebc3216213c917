from . import test_access_table
from . import test_browser_form
from . import test_entry
from . import test_form_routes
from . import test_own_form
from . import test_promised_days
from . import test_transfer
from . import test_waiting

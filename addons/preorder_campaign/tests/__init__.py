from . import test_tiers
from . import test_cells
from . import test_campaign
from . import test_saving
from . import test_totals
from . import test_submission
from . import test_access

from . import preorder_assortment_import
from . import preorder_assortment_import_problem
from . import preorder_merge
from . import portal_wizard
from . import preorder_assortment_preview
from . import preorder_campaign_cancel
from . import preorder_campaign_dates
from . import preorder_campaign_duplicate

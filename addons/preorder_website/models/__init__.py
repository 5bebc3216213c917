from . import preorder_campaign
from . import preorder_campaign_catalog
from . import preorder_campaign_product
from . import preorder_campaign_season
from . import preorder_order
from . import product_pricelist
from . import sale_order

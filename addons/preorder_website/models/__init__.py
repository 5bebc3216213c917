from . import ir_websocket
from . import preorder_campaign
from . import preorder_campaign_catalog
from . import preorder_order
from . import preorder_order_opening
from . import product_pricelist
from . import sale_order

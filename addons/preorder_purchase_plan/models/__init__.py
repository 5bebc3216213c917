from . import product_supplierinfo
from . import preorder_purchase_plan
from . import preorder_purchase_plan_line
from . import preorder_campaign
from . import purchase_order
from . import purchase_order_line
from . import stock_rule

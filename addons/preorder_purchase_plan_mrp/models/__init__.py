from . import mrp_production
from . import preorder_purchase_plan
from . import preorder_purchase_plan_kits
from . import preorder_purchase_plan_line
from . import preorder_purchase_plan_supply

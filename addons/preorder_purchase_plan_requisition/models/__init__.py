from . import preorder_purchase_plan
from . import preorder_purchase_plan_line

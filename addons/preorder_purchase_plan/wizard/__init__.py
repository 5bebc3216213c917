from . import preorder_purchase_plan_split

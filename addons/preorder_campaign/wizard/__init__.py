from . import preorder_assortment_import
from . import preorder_assortment_import_problem
from . import preorder_merge

from . import preorder_customer
from . import preorder_start_form

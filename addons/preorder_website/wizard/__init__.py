from . import preorder_start_form

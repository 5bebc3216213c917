from . import preorder_merge

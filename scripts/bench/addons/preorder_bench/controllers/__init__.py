from . import empty
from . import order

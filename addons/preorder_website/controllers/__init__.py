from . import landing
from . import order_form
from . import portal

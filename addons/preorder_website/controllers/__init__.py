from . import excel
from . import landing
from . import limits
from . import order_form
from . import payment
from . import portal

from . import excel
from . import form_services
from . import landing
from . import limits
from . import my_preorders
from . import order_form
from . import payment
from . import portal

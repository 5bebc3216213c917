from . import controllers
from . import models
from .hooks import _leave_pre_orders, _send_delivery_days

from . import models
from . import report
from . import wizard
from .hooks import _stop_noting_price_changes

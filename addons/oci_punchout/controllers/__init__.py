from . import cart
from . import launch
from . import setup
from . import transfer

from . import empty
from . import order
from . import touch

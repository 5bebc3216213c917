from . import empty
from . import matrices
from . import order
from . import touch

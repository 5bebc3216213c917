from . import test_browser
from . import test_connection
from . import test_fuzz
from . import test_oci_address
from . import test_oci_fields
from . import test_oci_launch
from . import test_punchout
from . import test_setup

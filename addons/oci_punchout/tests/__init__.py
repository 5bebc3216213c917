from . import test_oci_address
from . import test_oci_fields
from . import test_oci_launch

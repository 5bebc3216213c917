"""Where things are. All that the commands make is below ``.local/`` and ``build/``."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
REQUIREMENTS = ROOT / "requirements"
ODOO_CONF = ROOT / "odoo.conf"
BUILD = ROOT / "build"

LOCAL = ROOT / ".local"
APT = LOCAL / "apt"
BIN = LOCAL / "bin"
LOGS = LOCAL / "logs"
ODOO = LOCAL / "odoo"
POSTGRES = LOCAL / "postgres"
DATA = LOCAL / "data"

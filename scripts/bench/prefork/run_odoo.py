"""Runs Odoo with prefork workers.

Odoo starts its websocket process by the path of the script that started Odoo itself;
``python -m odoo`` has none that works, and that process would die and be started again
for ever. Alone in its folder, for Python looks for modules beside a script first.
"""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()

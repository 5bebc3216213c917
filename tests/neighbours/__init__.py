"""What the suite does where other addons of Odoo are installed, without a bridge."""

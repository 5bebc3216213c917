"""What is installed: wheels, and each addon alone."""

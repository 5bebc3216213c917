"""Every text that a user sees is translated."""

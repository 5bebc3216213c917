"""What happens at the same moment: real connections, real commits."""

"""What holds when many submit at once, and when servers and connections die.

Real prefork servers, real connections. Each storm has a negative control and ends with
a sweep of what must hold (``invariants``); a run writes what it saw to
``build/reliability.json``.
"""

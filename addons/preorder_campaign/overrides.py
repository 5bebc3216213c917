"""Which addons have a say in a method: shortcuts are taken only where all are known.

A shortcut that repeats what Odoo computes is right as long as nobody else changes that
computation. Another addon that overrides one of the methods gets its way: the shortcut
is not taken then.
"""


def is_defined_only_by(model, methods) -> bool:
    """Whether no other addon than those given defines methods of a model.

    :param model: a recordset
    :param methods: dict of method name → addons (or ``"odoo"``) known to define it
    """
    for klass in type(model).__mro__:
        for name in methods.keys() & vars(klass).keys():
            parts = klass.__module__.split(".")
            addon = parts[2] if parts[:2] == ["odoo", "addons"] else parts[0]
            if addon not in methods[name]:
                return False
    return True

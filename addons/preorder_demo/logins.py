"""Who can sign in to the demo: (role, login, password).

Plain Python, without Odoo, so that whatever starts the demo can print it.
"""

LOGINS = [
    ("Administrator", "admin", "admin"),
    ("Salesperson", "sanne", "sanne"),
    ("Agent", "aron", "aron"),
    ("Purchaser", "pim", "pim"),
    ("Customer (De Wilde Kaap, Arnhem)", "carla", "carla"),
    ("Customer (Au Vieux Refuge, Annecy)", "claire", "claire"),
    ("Branch (Alpenrand Sport, Kempten)", "bruno", "bruno"),
    ("Own shop (Duinmark Outlet Store, Lelystad)", "loes", "loes"),
    ("Head office (Alpenrand Sport)", "helga", "helga"),
]

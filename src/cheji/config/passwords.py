"""Password hashing that costs an attacker about a tenth of a second and 64 MiB for each guess."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    time_cost = 3
    memory_cost = 65_536  # KiB
    parallelism = 1

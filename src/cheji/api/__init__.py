"""The API under /api/v1: programs ask as a person, with a token, what screens ask and do.

It knows no rule of its own: it reads through `reads`, writes through `actions`, and says no in one
shape (`errors`).
"""

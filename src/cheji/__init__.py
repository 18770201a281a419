"""车绩 Cheji: sales performance management for vehicle dealerships."""

__version__ = "0.1.0"

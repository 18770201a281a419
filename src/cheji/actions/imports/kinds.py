"""The importers by kind of file; each check or commit makes its own."""

from .after import Cancellations, Deliveries
from .benchmarks import Benchmarks
from .cards import Losses, Prospects
from .counts import Spend, Targets, Totals
from .floor import Customers, Leads, Visits
from .models import Models
from .organisation import Outlets
from .people import People
from .plan import Importer
from .registers import REGISTER_IMPORTERS
from .sales import Orders

IMPORTERS: dict[str, type[Importer]] = {
    "outlets": Outlets,
    "people": People,
    "customers": Customers,
    "leads": Leads,
    "visits": Visits,
    "prospects": Prospects,
    "losses": Losses,
    "orders": Orders,
    "cancellations": Cancellations,
    "deliveries": Deliveries,
    "ad_spend": Spend,
    "targets": Targets,
    "daily_totals": Totals,
    "benchmarks": Benchmarks,
    "models": Models,
    **REGISTER_IMPORTERS,
}

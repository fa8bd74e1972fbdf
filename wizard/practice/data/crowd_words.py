"""Words that invented names are put together from. None is the name of a company or a person; what sounds like one is chance."""

from __future__ import annotations


def _words(text: str, between: str = " ") -> tuple[str, ...]:
    return tuple(text.split(between))


BEGINNINGS = _words(
    "Alder Bram Cor Dun Elver Fenn Gar Hask Ivel Jor Kel Lorn Mard Nether Osk Pell Quill Rav Sel Tarn Ulv Vess Wex Yarl Zell"
)
"""How a made-up place begins."""
ENDINGS = _words("beck combe croft fell garth gill holt hythe lund mere moor rigg shaw stow thwaite wick")
"""How it ends: ``Kelbeck``, ``Tarnmere``."""
TRADES = _words(
    "Bakery|Beverage|Brick|Building Supply|Canning|Ceramics|Chemical|Cold Storage|Cordage|Dairy|Electric|Farms|Feed|"
    "Flooring|Foods|Foundry|Furniture|Garden|Glass|Grain|Hardware|Ice|Leather|Lumber|Machine|Marine Supply|Metals|Milling|"
    "Packaging|Paint|Paper|Pipe|Plastics|Produce|Roofing|Rubber|Seafood|Steel|Textile|Tools", "|"
)
"""What a customer does."""
CARRYING = _words("Carriers|Cartage|Drayage|Fuel|Haulage|Logistics|Tires|Towing|Transport|Trucking", "|")
"""What a vendor does."""
FORMS = ("", " Co.", " Corp.", " Group", " Inc.", " LLC", " Ltd.")
"""How a company's name ends."""
GIVEN = _words(
    "Ada Alex Ari Bo Cam Cleo Dana Devi Eli Fay Finn Gale Hana Ira Jo Juno Kai Kit Lane Lee Lou Mae Max Mika Nico Noa Ola "
    "Pat Quinn Rae Remy Rio Robin Sage Sam Sky Tal Taylor Toni Uma Val Wren Yael Zoe"
)
"""First names; the last names are the made-up places."""
INITIALS = "ABCDEFGHJKLMNPRSTW"
"""What stands between them."""
ITEMS = tuple(
    f"{equipment} {service}"
    for equipment in ("Dry Van", "Flatbed", "Reefer", "Tanker")
    for service in ("Linehaul", "Layover", "Stop-Off", "Team Service", "Tarping", "Washout")
)
"""Services that are sold."""

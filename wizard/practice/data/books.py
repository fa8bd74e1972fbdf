"""How much is in the books of a practice account: the table ``[books]`` of a scenario."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from wizard.verdict import Frozen


class Books(Frozen):
    """What is there beside the little every account has; made by ``wizard.practice.data.crowd``."""

    customers: Annotated[int, Field(ge=1, le=100_000)]
    """Customers."""
    vendors: Annotated[int, Field(ge=1, le=20_000)] = 100
    """Vendors; each has a few bills a year, most of them paid."""
    invoices: Annotated[int, Field(ge=0, le=500_000)]
    """Invoices, spread evenly over the years."""
    payments: Annotated[int, Field(ge=0, le=450_000)]
    """Payments of customers; each pays one or several of the older invoices."""
    seed: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    """The same number gives the same books."""
    years: Annotated[int, Field(ge=1, le=8)] = 3
    """How far they go back."""

    @model_validator(mode="after")
    def _enough_to_pay(self) -> Books:
        if self.payments > self.invoices * 9 // 10:
            raise ValueError("at most nine payments for ten invoices")
        return self

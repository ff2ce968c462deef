import pytest

from support.act_changes import WAYS, lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.company.created@1", "act.company.updated@1", "act.company.field_changed@1", "act.company.deleted@1"
)
@pytest.mark.parametrize("way", WAYS)
async def test_a_company_that_is_made_changed_and_deleted_fires_once_each(ops: Operations, way: str) -> None:
    await lifecycle(
        ops,
        "company",
        "companies",
        new={"name": "Meadow Lane Ltd"},
        change={"website": "meadow.example"},
        watched={"field": "website"},
        way=way,
        area="Companies",
    )

"""What follows from standing on a list, for the decision that lists: what `LISTS_CONSEQUENCES` names."""

from datetime import date

from chengxin.base.languages import InBoth
from chengxin.regulation.lists.consequences import Consequence
from chengxin.regulation.measures import policy
from chengxin.regulation.measures.rules import PERSONS, Class, Target


class Catalogue:
    """The measures whose triggers name a list."""

    def of_list(self, list_code: str, *, about_person: bool, on: date) -> tuple[Consequence, ...]:
        """The measures that an entry on that list triggers by the catalogue of that day, in its order."""
        met = PERSONS if about_person else frozenset({Target.ORGANISATION})
        return tuple(
            Consequence(
                name=InBoth(measure.name_zh, measure.name_en),
                does=InBoth(measure.does_zh, measure.does_en),
                basis=[f"{b.law}{b.article}" for b in measure.basis],
                is_by_others=measure.klass is Class.BY_OTHERS,
            )
            for measure in policy.measures_on(on)
            if list_code in measure.lists and measure.targets & met
        )


CATALOGUE = Catalogue()

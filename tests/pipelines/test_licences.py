"""What a data package calls the terms of its sources."""

import re

from data_contracts import load
from pipelines.datapackage import _slug


def test_the_name_of_the_terms_of_a_source_is_made_of_their_own_whole_words() -> None:
    """Half a word is no word of ours, so the last look at a release would stop it."""
    for layout in load.layouts().values():
        name = _slug(layout.licence)
        assert 0 < len(name) <= 60
        assert re.fullmatch(r"[-\w.]+", name)
        own = re.findall(r"[\w.]+", layout.licence)
        assert set(re.findall(r"[\w.]+", name)) <= {word.strip("-") for word in own}

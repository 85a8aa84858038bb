import numpy as np
import pytest

from tests.fakes import FakeEncoder


def test_the_fake_encoder_can_be_computed_in_ones_head() -> None:
    three_troops, three_ships, none = FakeEncoder().encode(["Three troops.", "three ships", "?!"])
    assert three_troops @ three_ships == pytest.approx(1 / 2)
    assert none[0] == 1
    assert np.linalg.norm(three_troops) == pytest.approx(1)

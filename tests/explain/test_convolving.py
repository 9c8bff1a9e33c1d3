"""Convolution on the blackboard: signs, numbers, sum."""

import json

import pytest
import torch

from limen.explain.convolving import record, worked_convolution, worked_place
from limen.nets.convolution import Slide, convolve

X = torch.tensor([0.0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
W = torch.tensor([0.5, 1, 0.5])


def test_a_place_in_signs_and_numbers():
    first = worked_place(convolve(X, W), 0)
    assert first.formula == "y₁ = w₁·x₁ + w₂·x₂ + w₃·x₃"
    assert first.text == "y₁ = 0.5·0 + 1·5 + 0.5·13 = 11.5" and first.value == 11.5
    assert worked_place(convolve(X, W, Slide(padding="same")), 0).text == "y₁ = 0.5·[0] + 1·0 + 0.5·5 = 2.5"
    assert worked_place(convolve(X, W / 3), 1).text.endswith("≈ 8.1667")


def test_flipping_transposing_channels_and_two_directions():
    skew = torch.tensor([1.0, 2, 4])
    assert worked_place(convolve(X, skew), 0).text == "y₁ = 1·0 + 2·5 + 4·13 = 62"
    assert worked_place(convolve(X, skew, Slide(flipped=True)), 0).text == "y₁ = 4·0 + 2·5 + 1·13 = 23"
    back = convolve(torch.tensor([1.0, 2, 3]), skew, Slide(2, transposed=True))
    assert [w.text for w in worked_convolution(back)][:3] == ["y₁ = 1·1 = 1", "y₂ = 2·1 = 2", "y₃ = 1·2 + 4·1 = 6"]
    flat = worked_place(convolve(torch.arange(9.0).view(3, 3), torch.ones(2, 2)), 1, 0)
    assert flat.formula == "y₂₁ = w₁₁·x₂₁ + w₁₂·x₂₂ + w₂₁·x₃₁ + w₂₂·x₃₂" and flat.value == 3 + 4 + 6 + 7
    coloured = worked_place(convolve(torch.ones(2, 3), torch.ones(1, 2, 2)), 0, 1)
    assert coloured.formula == "y₁₂ = w₁₁·x₁₂ + w₁₂·x₁₃ + w₂₁·x₂₂ + w₂₂·x₂₃"


@pytest.mark.parametrize("slide", [Slide(), Slide(2, 1), Slide(2, transposed=True)])
def test_the_record_is_plain_and_adds_up(slide):
    told = json.loads(json.dumps(record(convolve(X, W, slide))))
    flat = told["output"]
    for place in told["places"]:
        assert sum(place["products"]) == pytest.approx(place["sum"]) and place["sum"] == flat[place["at"][0]]
        assert len(place["window"]) == len(place["weights"]) == len(place["numbers"])

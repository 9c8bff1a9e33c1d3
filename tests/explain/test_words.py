"""The words that tell: planted words are found, by weights and by taking them out."""

import numpy as np
import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.explain.detection import margins
from limen.explain.words import telling_weights, telling_words
from limen.nets.build import build

WORDS = tuple("abcdefgh")


def planted(words):
    """A softmax net whose weights are known."""
    net = build("softmax", (len(words),), 2)
    with torch.no_grad():
        net.dense.weight[0], net.dense.weight[1] = 0, torch.tensor([3.0, -2, 0, 1, 0, -1, 0, 0.5])
    return net


def test_the_weights_of_a_linear_layer_are_differences_of_its_rows():
    found = telling_weights(planted(WORDS), WORDS, most=2)
    assert [(w.word, w.weight) for w in found] == [("a", 3), ("d", 1), ("f", -1), ("b", -2)]
    assert [w.word for w in telling_weights(planted(WORDS), WORDS, most=2, positive=0)] == ["b", "f", "d", "a"]
    with pytest.raises(LimenError, match="one linear layer from 8 words"):
        telling_weights(build("mlp", (8,), 2), WORDS)
    with pytest.raises(LimenError, match="one linear layer from 7 words"):
        telling_weights(planted(WORDS), WORDS[:7])


def test_taking_a_word_out_of_a_linear_net_takes_its_weight_times_its_amount():
    x = torch.rand(50, 8, generator=torch.Generator().manual_seed(0)) * (torch.arange(400).view(50, 8) % 3 > 0)
    found = {w.word: w for w in telling_words(planted(WORDS), x, WORDS, most=8, least=1)}
    weights = np.array([3, -2, 0, 1, 0, -1, 0, 0.5])
    amounts = x.double().numpy().sum(0) / (x.numpy() != 0).sum(0)
    assert set(found) == {word for word, weight in zip(WORDS, weights, strict=True) if weight}
    for place, word in enumerate(WORDS):
        if word in found:
            assert found[word].weight == pytest.approx(weights[place] * amounts[place], rel=1e-4)
            assert found[word].texts == (x[:, place] != 0).sum()


def test_taking_a_word_out_of_a_bag_is_asking_the_net_without_it():
    torch.manual_seed(0)
    net = build("bag-of-words", (6,), 2, {"words": 10}).eval()
    x = torch.randint(0, 10, (40, 6))
    found = {w.word: w for w in telling_words(net, x, WORDS, most=8, least=1)}
    for place, word in enumerate(WORDS):
        changes = []
        for row in x:
            if (row == place + 2).any():
                without = torch.tensor([[i if i != place + 2 else 0 for i in row.tolist()]])
                changes.append((margins(net(row[None])) - margins(net(without))).item())
        assert found[word].weight == pytest.approx(np.mean(changes), abs=1e-6) and found[word].texts == len(changes)


def test_words_in_few_messages_are_left_out():
    x = torch.zeros(20, 8)
    x[:3, 0], x[:, 3] = 1, 1
    assert [w.word for w in telling_words(planted(WORDS), x, WORDS, least=4)] == ["d"]


def test_a_net_learns_which_word_tells():
    """Only word 2 ("a") says the class; the rest is noise."""
    torch.manual_seed(0)
    y = torch.arange(200) % 2
    x = torch.randint(3, 10, (200, 6))
    x[y == 1, 2] = 2
    net = build("bag-of-words", (6,), 2, {"words": 10})
    optimizer = torch.optim.Adam(net.parameters(), 0.02)
    for _ in range(60):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
    first = telling_words(net.eval(), x, WORDS)[0]
    assert first.word == "a" and first.texts == 100 and first.weight > 1

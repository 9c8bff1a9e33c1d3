"""What each number of a net sees, held against probes: a poisoned pixel, and the gradient."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from tests.conftest import made_small, suited
from tests.nets.patterns import PATTERNS
from torch import nn

from limen.nets.build import NETS, TOKENS, build, outline
from limen.nets.field import NOWHERE
from limen.nets.summary import summarize
from limen.nets.trace import traced


def poisoned(net, shape, axis):
    """For each output of a leaf layer: which places (along the axis of its field) turn to NaN with which input line.

    One line of the input after another is NaN, which reaches everything that is computed from it and nothing else.
    """
    net, lines = net.double().eval(), shape[axis + 1]
    found: dict[str, list[torch.Tensor]] = {}
    hooks = [
        layer.register_forward_hook(lambda m, i, o, path=path: found.setdefault(path, []).append(o.isnan()))
        for path, layer in net.named_modules()
        if not list(layer.children())
    ]
    draw = torch.Generator().manual_seed(0)
    x = torch.rand(lines, *shape, generator=draw, dtype=torch.float64)
    for line in range(lines):
        x[line].select(axis + 1, line).fill_(float("nan"))
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    return found


def seen_in(nans, axis):
    """First and last line that each number's place depends on, for the places of the axis."""
    table = nans
    lines = table.shape[0]
    index = torch.arange(table[0].numel()).view(table.shape[1:])
    if axis.dim is None:
        place = torch.zeros_like(index)
    else:
        line = torch.arange(table.shape[axis.dim]).view(*[-1 if d == axis.dim else 1 for d in range(1, table.ndim)])
        place = (line // axis.inner % axis.places).expand_as(index)
    ends = []
    for p in range(axis.places):
        lines_seen = table.reshape(lines, -1)[:, (place == p).flatten()].any(1).nonzero().flatten()
        ends.append((int(lines_seen[0]), int(lines_seen[-1])) if len(lines_seen) else (NOWHERE, -1))
    return ends


def check_against_poison(net, shape):
    rows = traced(net.double(), torch.zeros(1, *shape, dtype=torch.float64)).passages
    for axis in range(len(shape) - 1):
        found = poisoned(net, shape, axis)
        turn = dict.fromkeys(found, 0)
        for row in rows:
            if row.outer:
                continue
            nans = found[row.path][turn[row.path]]
            turn[row.path] += 1
            told = row.field[axis]
            assert not told.bound
            ends = list(zip(told.first.tolist(), told.last.tolist(), strict=True))
            assert ends == seen_in(nans, told), (row.path, axis)


@pytest.mark.parametrize("side", [33, 40])
@pytest.mark.parametrize("name", PATTERNS)
def test_what_each_place_sees_is_what_a_poisoned_line_reaches(name, side):
    check_against_poison(PATTERNS[name](), (3, side, side + 6))


@pytest.mark.parametrize("name", ["mnist-cnn", "mnist-conv3", "cifar-cnn", "lenet5"])
def test_the_nets_of_the_course_see_what_a_poisoned_line_reaches(name):
    check_against_poison(build(name, (1, 28, 28), 10), (1, 28, 28))


@pytest.mark.parametrize(
    "layer",
    [
        nn.MaxPool2d(3, 2, ceil_mode=True), nn.AvgPool2d(2, 2, ceil_mode=True), nn.AdaptiveMaxPool2d(4),
        nn.MaxPool2d(2, 3, 1, dilation=2), nn.ConvTranspose2d(2, 2, 3, 2, dilation=2), nn.Conv2d(2, 2, 4, 3, 5),
        nn.Upsample(scale_factor=3), nn.ReflectionPad2d((1, 2, 0, 3)), nn.ReplicationPad2d(2), nn.ZeroPad2d((-1, 2, 0, 1)),
        nn.PixelShuffle(1), nn.Conv2d(2, 2, (3, 5), padding="same"), nn.LocalResponseNorm(2), nn.ChannelShuffle(2),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("side", [9, 14])
def test_every_kind_of_window(layer, side):
    check_against_poison(nn.Sequential(nn.Conv2d(2, 2, 3, 2), layer, nn.Conv2d(2, 2, 2)), (2, side * 2, side * 2 + 1))


@pytest.mark.parametrize("mode", ["linear", "bilinear"])
@pytest.mark.parametrize("corners", [False, True])
def test_resizing_sees_no_less_than_is_reached_and_at_most_one_neighbour_more(mode, corners):
    """A neighbour of weight 0 is poisoned too, so the probe may see one more than counts."""
    flat = mode == "linear"
    layer = nn.Upsample(scale_factor=2, mode=mode, align_corners=corners)
    shape = (2, 12) if flat else (2, 12, 12)
    net = nn.Sequential((nn.Conv1d if flat else nn.Conv2d)(2, 2, 3), layer)
    told = traced(net.double(), torch.zeros(1, *shape, dtype=torch.float64)).passages[-1].field[0]
    x = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    out = net(x).sum((0, 1)) if flat else net(x).sum((0, 1, 3))
    for place in range(told.places):
        (grad,) = torch.autograd.grad(out[place], x, retain_graph=True)
        lines = (grad if flat else grad.sum(3)).abs().sum((0, 1)).nonzero().flatten()
        assert (told.first[place], told.last[place]) == (int(lines[0]), int(lines[-1]))


@pytest.mark.parametrize("name", ["Residual", "DenselyConnected", "Hourglass"])
def test_the_gradient_of_one_number_lies_within_its_field_and_fills_it(name):
    net, shape = PATTERNS[name]().double().eval(), (3, 40, 40)
    for module in net.modules():  # all weights above 0 and averages for maxima, so that no slope is lost
        for key, child in module.named_children():
            if isinstance(child, nn.MaxPool2d):
                setattr(module, key, nn.AvgPool2d(child.kernel_size, child.stride, child.padding))
    for p in net.parameters():
        p.data.abs_()
    layer = {"Residual": "layer3", "DenselyConnected": "last", "Hourglass": "mix"}[name]
    told = next(row for row in reversed(summarize(net, shape)) if row.path == layer).field
    x = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    kept = {}
    hook = dict(net.named_modules())[layer].register_forward_hook(lambda m, i, o: kept.update(out=o))
    net(x)
    hook.remove()
    out = kept["out"]
    for at in [(0, 0), (out.shape[2] // 2, out.shape[3] // 2), (out.shape[2] - 1, 1)]:
        (grad,) = torch.autograd.grad(out[0, :, at[0], at[1]].sum(), x, retain_graph=True)
        for axis, place in enumerate(at):
            lines = grad.abs().sum((0, 1, 3 - axis)).nonzero().flatten()
            assert (int(lines[0]), int(lines[-1])) == (told[axis].first[place], told[axis].last[place])


def test_the_published_receptive_fields():
    """Araujo, Norris & Sim 2019: AlexNet 195 at pool5, VGG16 212; ResNet-like stems 11 at the first pooling."""
    conv, pool = nn.Conv2d, nn.MaxPool2d
    alexnet = nn.Sequential(
        conv(3, 2, 11, 4, 2), pool(3, 2), conv(2, 2, 5, 1, 2), pool(3, 2), *(conv(2, 2, 3, 1, 1) for _ in range(3)), pool(3, 2)
    )  # fmt: skip
    last = summarize(alexnet, (3, 224, 224))[-1]
    assert last.sees == (195, 195) and last.jump == (32, 32) and last.output[1:] == (6, 6)
    layers, planes = [], 3
    for depth in (2, 2, 3, 3, 3):
        for _ in range(depth):
            layers.append(conv(planes, 2, 3, 1, 1))
            planes = 2
        layers.append(pool(2))
    last = summarize(nn.Sequential(*layers), (3, 224, 224))[-1]
    assert last.sees == (212, 212) and last.jump == (32, 32) and last.centre == (Fraction(31, 2), Fraction(31, 2))
    rows = {row.path: row for row in summarize(PATTERNS["Residual"](), (3, 64, 64))}
    assert rows["maxpool"].sees == (11, 11) and rows["maxpool"].centre == (0, 0)


def test_what_an_operation_without_a_rule_sees_is_a_bound():
    class Rolled(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3)
            self.next = nn.Conv2d(1, 1, 3)

        def forward(self, x):
            return self.next(self.conv(x).roll(1, 2))

    told = summarize(Rolled(), (1, 12, 12))[-1].field
    assert all(axis.bound and axis.whole for axis in told)


def test_planes_picked_by_a_list_see_what_they_saw_and_picked_lines_are_bounded():
    class Picked(nn.Module):
        def __init__(self, rows):
            super().__init__()
            self.conv, self.last, self.rows = nn.Conv2d(1, 4, 3), nn.Conv2d(3, 1, 3), rows

        def forward(self, x):
            x = self.conv(x)
            return self.last(x[:, :3, [4, 0, 9, 2]] if self.rows else x[:, [3, 0, 1]])

    check_against_poison(Picked(False), (1, 12, 12))
    high, wide = summarize(Picked(True), (1, 12, 12))[-1].field
    assert high.bound and high.whole and not wide.bound and wide.size == 5


def test_layers_that_look_at_all_see_the_whole_input_or_what_pooling_left_of_it():
    rows = summarize(nn.Sequential(nn.Conv2d(1, 2, 3, 2), nn.Flatten(), nn.Linear(50, 3)), (1, 12, 12))
    assert rows[-1].looks_at_all and rows[-1].sees == (11, 11) and not rows[-1].field[0].whole
    assert not rows[0].looks_at_all and np.array_equal(rows[0].field[0].first, [0, 2, 4, 6, 8])
    assert (
        summarize(build("mlp", (4,), 3), (4,))[-1].field == ()
        and not summarize(build("mlp", (4,), 3), (4,))[0].looks_at_all
    )


WHOLE = ("stem", "blocks")  # options that would leave layers of a net out


def whole(name, shape):
    """A net of the list with all of its layers, and few planes."""
    return build(name, shape, 10, {k: v for k, v in made_small(name).items() if k not in WHOLE})


def convolves(name):
    net = outline(name, suited(name, (3, 32, 32)), 10, made_small(name))
    return any(isinstance(layer, nn.Conv2d) for layer in net.modules())


def reached(net, shape, axis):
    """As `poisoned`, of each output only (lines, places along the axis): planes are asked whether any number is NaN."""
    lines, found = shape[axis + 1], {}

    def note(path, out):
        others = [d for d in range(1, out.ndim) if out.ndim < 4 or d != axis + 2]
        found.setdefault(path, []).append(out.isnan().amax(others))

    hooks = [
        layer.register_forward_hook(lambda _, __, out, path=path: note(path, out))
        for path, layer in net.named_modules()
        if not list(layer.children())
    ]
    x = torch.rand(lines, *shape, generator=torch.Generator().manual_seed(0))
    for line in range(lines):
        x[line].select(axis + 1, line).fill_(float("nan"))
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    return found


def ends_of(told, nans):
    """First and last line of the input that each place is reached by: of planes by place, else of all together."""
    if nans.ndim == 1:
        nans = nans[:, None]
    last = len(nans) - 1 - nans.flip(0).int().argmax(0)
    none = ~nans.any(0)
    first = nans.int().argmax(0).masked_fill(none, NOWHERE)
    return first.tolist(), last.masked_fill(none, -1).tolist()


@pytest.mark.parametrize("name", [name for name in NETS if name not in TOKENS and convolves(name)])
def test_every_layer_of_every_convolutional_net_sees_what_a_poisoned_line_reaches(name):
    """At full depth; planes by place, what is no plane any more from the first to the last number that any of it sees."""
    shape = suited(name, (3, 37, 40))
    net = whole(name, shape).eval()
    rows = [row for row in traced(net, torch.zeros(1, *shape)).passages if not row.outer]
    for axis in range(2):
        found = reached(net, shape, axis)
        turn = dict.fromkeys(found, 0)
        for row in rows:
            nans, told = found[row.path][turn[row.path]], row.field[axis]
            turn[row.path] += 1
            assert not told.bound
            places = nans.shape[1] if nans.ndim > 1 else 1
            seen = (
                (told.first.tolist(), told.last.tolist()) if told.places == places else ([told.ends[0]], [told.ends[1]])
            )
            assert seen == ends_of(told, nans), (row.path, axis)
        assert sum(turn.values()) == len(rows) > 3

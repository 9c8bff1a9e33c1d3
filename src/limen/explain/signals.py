"""How signals travel through a net: activations on the way up, gradients on the way back.

By the chain rule the gradient at layer l is a product of everything above it,

    ∂L/∂W_l = δ_l h_{l-1}ᵀ,   δ_l = (W_{l+1}ᵀ δ_{l+1}) · f'(z_l),

so ten factors below 1 vanish and ten above 1 explode (Hochreiter 1991; Glorot & Bengio 2010). Here both ways are
measured on one batch, layer by layer, of any net at any weights.
"""

import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from limen.data.dataset import Dataset, as_input
from limen.errors import LimenError
from limen.nets.layers import ACTIVATIONS, Noise
from limen.train.objectives import OBJECTIVES, Objective
from limen.train.optimizers import build as build_optimizers
from limen.train.plan import Optimizer
from limen.train.step import total_loss

BENDS = tuple(type(make()) for make in ACTIVATIONS.values())
STEEPEST: dict[type, float] = {nn.Sigmoid: 0.25}  # the largest slope of an activation, where it is not 1
FLAT = 0.1  # of the steepest slope: a unit below it hardly passes a gradient on
BATCH = 256  # examples that are measured


@dataclass(frozen=True)
class LayerSignals:
    """One layer of weights and the activation after it, on one batch.

    `activation` (B, …) is what the layer gives to the next; `slope`, in its shape, the activation's slope as a share of
    its steepest; `gradient` that of the loss by `weight`; `update` what one step would add to the weights.
    """

    path: str
    activation: Tensor = field(repr=False)
    slope: Tensor = field(repr=False)
    weight: Tensor = field(repr=False)
    gradient: Tensor = field(repr=False)
    update: Tensor = field(repr=False)

    def __str__(self) -> str:
        return (
            f"{self.path}: activation {self.mean:.3g} ± {self.deviation:.3g}, {self.zeros:.1%} zero, "
            f"{self.saturated:.1%} saturated, mean |gradient| {self.mean_gradient:.3g}"
        )

    @property
    def mean(self) -> float:
        """The mean activation."""
        return self.activation.mean().item()

    @property
    def deviation(self) -> float:
        """The standard deviation of all activations of the batch."""
        return self.activation.std(correction=0).item()

    @property
    def zeros(self) -> float:
        """The share of activations that are exactly 0."""
        return (self.activation == 0).double().mean().item()

    @property
    def saturated(self) -> float:
        """The share of units whose activation has less than a tenth of its steepest slope."""
        return (self.slope.abs() < FLAT).double().mean().item()

    @property
    def gradient_norm(self) -> float:
        """The length of the gradient of the layer's weights."""
        return float(self.gradient.norm())

    @property
    def mean_gradient(self) -> float:
        """The mean size of the gradient of one weight."""
        return self.gradient.abs().mean().item()

    @property
    def update_ratio(self) -> float:
        """|one step| / |weights|: about 0.001 is usual. Infinite where weights of 0 are moved."""
        weight, update = self.weight.norm().item(), self.update.norm().item()
        return update / weight if weight else math.inf if update else 0.0


@dataclass
class Passage:
    """What was seen of one layer while a batch passed."""

    path: str
    layer: nn.Linear | nn.Conv2d
    output: Tensor
    slope: Tensor


def batch_of(data: Dataset) -> tuple[Tensor, Tensor]:
    """Up to `BATCH` training examples, evenly spaced in their order: (x as the net takes it, y)."""
    count = len(data.train)
    chosen = torch.linspace(0, count - 1, min(BATCH, count), device=data.device).round().long()
    return as_input(data.train.x[chosen], data.scale), data.train.y[chosen]


def layers_of(net: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The smallest parts of a net that are asked in use as well; not its auxiliary heads."""
    for path, layer in net.named_modules():
        if not list(layer.children()) and not path.startswith("heads."):
            yield path, layer


def measurable(net: nn.Module) -> bool:
    """Whether a net has layers whose signals can be measured."""
    return any(isinstance(layer, nn.Linear | nn.Conv2d) for _, layer in layers_of(net))


def slope_of(bend: nn.Module, z: Tensor) -> Tensor:
    """The slope of an activation at z, as a share of its steepest."""
    z = z.detach().clone().requires_grad_()
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(bend.forward(z).sum(), z)  # not bend(z), which is being listened to
    share: Tensor = slope / STEEPEST.get(type(bend), 1.0)
    return share


def listen(net: nn.Module, passages: list[Passage]) -> list[torch.utils.hooks.RemovableHandle]:
    """Hooks that note each layer of weights when a batch passes it, and the activation that follows."""
    handles = []
    for path, layer in layers_of(net):
        if isinstance(layer, nn.Linear | nn.Conv2d):

            def begin(layer: nn.Linear | nn.Conv2d, _: object, z: Tensor, path: str = path) -> None:
                passages.append(Passage(path, layer, z.detach(), torch.ones_like(z)))

            handles.append(layer.register_forward_hook(begin))
        elif isinstance(layer, BENDS):

            def bend(layer: nn.Module, given: tuple[Tensor], h: Tensor) -> None:
                if passages:
                    passages[-1].output, passages[-1].slope = h.detach(), slope_of(layer, given[0])

            handles.append(layer.register_forward_hook(bend))
    return handles


def as_training_sees_it(net: nn.Module) -> nn.Module:
    """A copy of a net in training, batch norms measuring the batch, but with nothing left to chance."""
    twin = copy.deepcopy(net).train()
    for layer in twin.modules():
        if isinstance(layer, nn.Dropout | Noise):
            layer.eval()
    return twin


def one_step(net: nn.Module, optimizer: Optimizer) -> dict[str, Tensor]:
    """What the first step of a fresh optimizer adds to each parameter. The net is moved by it."""
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    if optimizer.name == "lbfgs":
        raise LimenError("lbfgs looks at several points in one step, so there is no one update. Use adam or sgd.")
    for each in build_optimizers(optimizer, net):
        each.step()
    return {name: p.detach() - before[name] for name, p in net.named_parameters()}


def signals(
    net: nn.Module,
    x: Tensor,
    y: Tensor,
    objective: Objective = OBJECTIVES["classification"],
    optimizer: Optimizer = Optimizer("sgd", 1.0),  # noqa: B008  frozen
    auxiliary: float = 0.3,
) -> tuple[LayerSignals, ...]:
    """The signals of every dense and convolutional layer on one batch, in the order the batch passes them.

    x: (B, …) as the net takes it; y: (B, …). The net is left as it was. Dropout and noise are off, norms as in
    training; auxiliary outputs weigh `auxiliary`. `update` is the first step of a fresh optimizer.

    Raises:
        LimenError: a net with no such layer, or an optimizer without a single step.
    """
    twin, passages = as_training_sees_it(net), list[Passage]()
    handles = listen(twin, passages)
    with torch.random.fork_rng(devices=[]):
        out = twin(x)
    for handle in handles:
        handle.remove()
    if not passages:
        raise LimenError("This net has no dense or convolutional layer whose signals could be measured. Use 'mlp'.")
    _, total = total_loss(twin, out, x, y, objective, auxiliary)
    total.backward()  # type: ignore[no-untyped-call]
    gradients = {name: p.grad.detach().clone() for name, p in twin.named_parameters() if p.grad is not None}
    weights = {name: p.detach().clone() for name, p in twin.named_parameters()}
    updates = one_step(twin, optimizer)
    return tuple(
        LayerSignals(
            passage.path,
            passage.output,
            passage.slope,
            weights[name],
            gradients.get(name, torch.zeros_like(weights[name])),
            updates[name],
        )
        for passage in passages
        for name in [f"{passage.path}.weight"]
    )


def gradient_ratio(layers: Sequence[LayerSignals]) -> float:
    """Mean |gradient| of a weight of the first layer over that of the last.

    1: all learn at one pace. Far below: the gradient vanishes; far above: it explodes. 0 where it does not come down.
    """
    first, last = layers[0].mean_gradient, layers[-1].mean_gradient
    return first / last if last else 0.0

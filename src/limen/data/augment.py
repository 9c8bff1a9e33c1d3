"""Augmentation: the same picture in other poses.

A flipped cat is a cat, a digit two pixels further left is the same digit; showing a net such variants teaches it what
does not matter. Whole batches are changed at once on the device, and every draw comes from a row of uniform numbers
that belongs to one picture in one epoch: nothing depends on what was drawn before.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from limen.data.dataset import Scale, constants
from limen.data.spec import Augment

# uniform numbers that each change needs for one picture, in the order in which they stand in its row
NEEDS = {"flip": 1, "rotate": 1, "crop": 3, "shift": 2, "colour": 3, "cutout": 2, "mixup": 1, "cutmix": 3}
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look: ITU-R BT.601


def columns(spec: Augment) -> dict[str, slice]:
    """Where the numbers of each change that is asked for stand in a picture's row."""
    places, at = {}, 0
    for name, count in NEEDS.items():
        if getattr(spec, name) != getattr(Augment, name):  # the class holds the defaults: nothing is changed
            places[name] = slice(at, at + count)
            at += count
    return places


def draws(spec: Augment) -> int:
    """Uniform numbers that one picture needs."""
    return sum(place.stop - place.start for place in columns(spec).values())


def augment(x: Tensor, u: Tensor, spec: Augment, scale: Scale = Scale()) -> Tensor:  # noqa: B008  frozen
    """The pictures changed as `spec` says, but for the mixing. x: (B, C, H, W) as `scale` made them; u: (B, draws)."""
    place = columns(spec)
    if "flip" in place:
        x = torch.where((u[:, place["flip"]] < 0.5)[..., None, None], x.flip(3), x)
    if "rotate" in place or "crop" in place:
        turn = (2 * u[:, place["rotate"]][:, 0] - 1) * spec.rotate if "rotate" in place else torch.zeros_like(u[:, 0])
        window = u[:, place["crop"]] if "crop" in place else torch.zeros_like(u[:, :1]).expand(-1, 3)
        x = resample(x, turn, 1 - window[:, 0] * (1 - spec.crop), 2 * window[:, 1:] - 1)
    if "shift" in place:
        x = translate(x, *((u[:, place["shift"]] * (2 * spec.shift + 1)).long() - spec.shift).unbind(1))
    if "colour" in place:
        x = recolour(x, 1 + (2 * u[:, place["colour"]] - 1) * spec.colour, scale)
    if "cutout" in place:
        x = x * ~squares(u[:, place["cutout"]], (spec.cutout, spec.cutout), x.shape[2:])[:, None]
    return x


def translate(x: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Each picture moved by its own whole number of pixels, zeros moving in. x: (B, C, H, W); down, right: (B,)."""
    b, _, h, w = x.shape
    rows = torch.arange(h, device=x.device) - down[:, None]  # (B, H): the row each new row comes from
    columns = torch.arange(w, device=x.device) - right[:, None]  # (B, W)
    inside = ((rows >= 0) & (rows < h))[:, :, None] & ((columns >= 0) & (columns < w))[:, None, :]
    which = torch.arange(b, device=x.device)[:, None, None]
    moved = x.permute(0, 2, 3, 1)[which, rows.clamp(0, h - 1)[:, :, None], columns.clamp(0, w - 1)[:, None, :]]
    return (moved * inside[..., None]).permute(0, 3, 1, 2)  # (B, C, H, W), channels-last memory


def resample(x: Tensor, turn: Tensor, side: Tensor, centre: Tensor) -> Tensor:
    """A window of each picture, turned, enlarged to the picture's size; bilinear, zeros outside.

    x: (B, C, H, W). turn: (B,) degrees against the clock. side: (B,) of the window, as a share of the picture's.
    centre: (B, 2) where between its highest and lowest place (-1 to 1) the window lies, down and right.
    """
    _, _, h, w = x.shape
    angle = turn * (math.pi / 180)
    cos, sin = side * angle.cos(), side * angle.sin()
    down, right = ((1 - side)[:, None] * centre).unbind(1)
    # a place (right, down) from -1 to 1 in the new picture comes from this place in the old one
    rows = torch.stack((cos, -sin * (h / w), right), 1), torch.stack((sin * (w / h), cos, down), 1)
    grid = functional.affine_grid(torch.stack(rows, 1).to(x.dtype), list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, align_corners=False).contiguous(memory_format=torch.channels_last)


def recolour(x: Tensor, factors: Tensor, scale: Scale) -> Tensor:
    """Brightness, contrast and saturation, each times its factor, kept between black and white. factors: (B, 3)."""
    offset, divisor = (value[:, None, None] for value in constants(scale, x.device, x.dtype))
    black, white = -offset / divisor, (scale.top - offset) / divisor
    bright, contrast, saturation = factors.to(x.dtype)[:, :, None, None, None].unbind(1)
    x = ((x - black) / (white - black) * bright).clamp(0, 1)
    mean = grey(x).mean((2, 3), keepdim=True)
    x = (mean + contrast * (x - mean)).clamp(0, 1)
    pale = grey(x)
    x = (pale + saturation * (x - pale)).clamp(0, 1)
    return black + x * (white - black)


def grey(x: Tensor) -> Tensor:
    """How bright each pixel looks: (B, C, H, W) to (B, 1, H, W)."""
    if x.shape[1] != len(LUMA):
        return x.mean(1, keepdim=True)
    red, green, blue = LUMA
    return red * x[:, :1] + green * x[:, 1:2] + blue * x[:, 2:]


def squares(u: Tensor, sides: tuple[int | Tensor, int | Tensor], size: tuple[int, ...]) -> Tensor:
    """Rectangles (height, width) about pixels drawn by u (B, 2), cut off at the edges: (B, H, W) true inside."""
    inside = []
    for axis, (side, length) in enumerate(zip(sides, size, strict=True)):
        first = (u[:, axis] * length).long() - side // 2
        at = torch.arange(length, device=u.device)
        inside.append((at >= first[:, None]) & (at < (first + side)[:, None]))
    return inside[0][:, :, None] & inside[1][:, None, :]


def shares(u: Tensor, strength: float) -> Tensor:
    """Uniform numbers made into shares with the distribution Beta(strength, strength): (B,) on the CPU."""
    from scipy.special import betaincinv

    return torch.from_numpy(betaincinv(strength, strength, u.double().numpy())).to(u)


def prepare(u: Tensor, spec: Augment) -> Tensor:
    """What is drawn for an epoch, (N, draws), with the shares of a mixture drawn from their own distribution."""
    place = columns(spec)
    for name in place.keys() & {"mixup", "cutmix"}:
        u[:, place[name].start] = shares(u[:, place[name].start], getattr(spec, name))
    return u


def mix(x: Tensor, y: Tensor, u: Tensor, spec: Augment, classes: int) -> tuple[Tensor, Tensor]:
    """Each picture mixed with the one at the mirrored place of the batch, and the targets in the same shares.

    mixup lays the two over one another (Zhang et al. 2018), cutmix puts a rectangle of the other in (Yun et al. 2019).
    u: as `prepare` made it. y: labels (B,) become shares of the classes (B, classes); numbers (B, …) are mixed.
    """
    place = columns(spec)
    name = next(iter(place.keys() & {"mixup", "cutmix"}), None)
    if name is None:
        return x, y
    share = u[:, place[name].start]  # of the picture itself
    if name == "cutmix":
        height, width = (((1 - share).sqrt() * length).round().long() for length in x.shape[2:])
        hole = squares(u[:, place[name]][:, 1:], (height, width), tuple(x.shape[2:]))
        share = 1 - hole.float().mean((1, 2))
        x = torch.where(hole[:, None], x.flip(0), x)
    else:
        own = share[:, None, None, None].to(x.dtype)
        x = own * x + (1 - own) * x.flip(0)
    y = functional.one_hot(y, classes).to(x.dtype) if y.dtype == torch.int64 else y
    own = share.to(y.dtype).view(-1, *[1] * (y.ndim - 1))
    return x, own * y + (1 - own) * y.flip(0)

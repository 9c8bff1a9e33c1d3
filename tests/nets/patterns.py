"""Small nets of the patterns that large ones are made of: residual sums, dense connections, inception, and others."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1, and the way around them, as ResNet-50 has it."""

    def __init__(self, planes: int, wide: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(planes, wide, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.conv3 = nn.Conv2d(wide, 2 * wide, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(2 * wide)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(nn.Conv2d(planes, 2 * wide, 1, stride, bias=False), nn.BatchNorm2d(2 * wide))

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += self.downsample(x)
        return self.relu(out)


class Residual(nn.Module):
    """A stem with pooling, three bottlenecks, an average and a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 7, 2, 3, bias=False)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = Bottleneck(4, 2, 1)
        self.layer2 = Bottleneck(4, 4, 2)
        self.layer3 = Bottleneck(8, 4, 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(functional.relu(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class Inception(nn.Module):
    """Four branches side by side, pooling that rounds up, and a head that answers in training only."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, 2)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.one = nn.Conv2d(4, 2, 1)
        self.three = nn.Sequential(nn.Conv2d(4, 2, 1), nn.ReLU(), nn.Conv2d(2, 3, 3, padding=1))
        self.five = nn.Sequential(nn.Conv2d(4, 2, 1), nn.ReLU(), nn.Conv2d(2, 3, 5, padding=2))
        self.pooled = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), nn.Conv2d(4, 2, 1))
        self.aux = nn.Linear(10, 5)
        self.fc = nn.Linear(10, 5)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        x = self.pool(functional.relu(self.stem(x)))
        x = torch.cat([self.one(x), self.three(x), self.five(x), self.pooled(x)], 1)
        x = self.pool(x).mean((2, 3))
        return (self.fc(x), self.aux(x)) if self.training else self.fc(x)


class DenselyConnected(nn.Module):
    """Each layer sees the features of all before it; a transition halves."""

    def __init__(self) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(3, 4, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(4 + 2 * i), nn.ReLU(), nn.Conv2d(4 + 2 * i, 2, 3, padding=1)) for i in range(3)
        )
        self.transition = nn.Sequential(nn.Conv2d(10, 4, 1), nn.AvgPool2d(2, 2))
        self.last = nn.Conv2d(4, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        features = [self.conv0(x)]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        return self.last(self.transition(torch.cat(features, 1)))


class Hourglass(nn.Module):
    """Down and up again with a bridge across; transposed convolution, resizing, dilation, cropping."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, 4, 3, 2, 1)
        self.wide = nn.Conv2d(4, 4, 3, padding=2, dilation=2)
        self.up = nn.ConvTranspose2d(4, 4, 4, 2, 1)
        self.thin = nn.ConvTranspose2d(4, 3, 3, 2, 1, output_padding=1)
        self.mix = nn.Conv2d(7, 2, 3, padding=1, padding_mode="reflect")

    def forward(self, x: Tensor) -> Tensor:
        low = self.wide(self.down(x))
        up = self.up(low)[:, :, : x.shape[2], : x.shape[3]]
        out = self.mix(torch.cat([up, self.thin(low)[:, :, : x.shape[2], : x.shape[3]]], 1))
        return functional.interpolate(out, scale_factor=2, mode="nearest")[:, :, 1::2, 3:]


class Shuffled(nn.Module):
    """Grouped convolution with its channels shuffled, depthwise convolution, sub-pixel enlarging, uneven pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.grouped = nn.Conv2d(3, 6, 3, groups=3, stride=2)
        self.depthwise = nn.Conv2d(6, 6, (5, 1), padding="same", groups=6)
        self.fine = nn.Conv2d(6, 8, 1)
        self.after = nn.Conv2d(2, 2, 3, padding=1)
        self.uneven = nn.AdaptiveAvgPool2d((5, 3))

    def forward(self, x: Tensor) -> Tensor:
        x = self.grouped(x)
        b, c, h, w = x.shape
        x = x.view(b, 3, c // 3, h, w).transpose(1, 2).reshape(b, c, h, w)
        x = functional.pixel_shuffle(self.fine(self.depthwise(x)), 2)
        return self.uneven(self.after(x)).flatten(1)


class Squeezed(nn.Module):
    """Squeeze and excitation: each channel is weighed by a look at the whole picture."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4, 4)
        self.next = nn.Conv2d(4, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        gate = self.fc(x.mean((2, 3))).sigmoid()
        return self.next(x * gate[:, :, None, None])


class ChannelsLast(nn.Module):
    """Dense layers and layer normalisation at each place, channels behind, as ConvNeXt has it; a strip at the edge."""

    def __init__(self) -> None:
        super().__init__()
        self.dw = nn.Conv2d(3, 3, 7, padding=3, groups=3)
        self.norm = nn.LayerNorm(3)
        self.up = nn.Linear(3, 6)
        self.back = nn.Linear(6, 3)
        self.gamma = nn.Parameter(torch.ones(3))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.dw(x).permute(0, 2, 3, 1))
        y = self.gamma * self.back(functional.gelu(self.up(y)))
        return (x + y.permute(0, 3, 1, 2))[:, :, :, -5:]


PATTERNS = {
    made.__name__: made for made in (Residual, Inception, DenselyConnected, Hourglass, Shuffled, Squeezed, ChannelsLast)
}

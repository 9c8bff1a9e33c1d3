"""CIFAR-10: small colour photographs."""

from limen.data.spec import Data
from limen.experiments.chapters import CONVOLUTION
from limen.experiments.experiment import Experiment, Net, Published, Try
from limen.language import Text
from limen.train.plan import Optimizer, Plan


def cifar_cnn() -> Experiment:
    """The notes' small net on small photographs: a first, modest try at real pictures."""
    return Experiment(
        name="cifar-cnn",
        chapter=CONVOLUTION,
        title=Text("A first try at photographs", "初次尝试照片分类"),
        story=Text(
            en="""
How far does a net of the size that reads digits get with photographs? Here are ten kinds of things on 32×32 pixels.
Unlike digits they come in every colour, pose and light, and the background is as busy as the object. About every
second answer is right; guessing would get every tenth.

The settings are the notes': four pictures a step, so the loss is ragged, and two passes only. The confusion matrix is
the interesting part: see which animals are taken for each other, and that ships are taken for planes.""",
            zh="""
能认数字的这种小网络，用在照片上能做到什么程度？这里是 32×32 像素的照片，十类事物。与数字不同，它们的颜色、姿态、
光照各不相同，背景之复杂也不亚于物体本身。大约只能答对一半；瞎猜则只能对一成。

设置与讲义相同：每步四张图，所以损失起伏很大；只过两遍数据。最有意思的是混淆矩阵：看看哪些动物会互相混淆，
船又怎样被认成飞机。""",
        ),
        data=Data("cifar10", validation=5_000, split="last", pixels="symmetric"),
        net=Net("cifar-cnn"),
        plan=Plan(epochs=2, batch_size=4, optimizer=Optimizer("sgd", 1e-3, {"momentum": 0.9})),
        published=(
            Published(
                "test_accuracy", (0.53,), of=Text("notes C, usually 0.53 to 0.58", "讲义 C，通常为 0.53 至 0.58")
            ),
        ),
        next=(
            Try(
                "--set plan.epochs=10 --set plan.augment.flip=true",
                Text("longer, with mirrored pictures", "训练更久，并随机左右翻转图像"),
            ),
            Try(
                "--set plan.batch_size=64 --set plan.optimizer.lr=0.02",
                Text(
                    "larger batches with a larger step: smoother and sooner",
                    "更大的批量、更大的学习率：损失更平滑，下降也更快",
                ),
            ),
        ),
    )

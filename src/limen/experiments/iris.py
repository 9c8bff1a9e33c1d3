"""Iris: the oldest data set of the trade."""

from limen.data.spec import Data
from limen.experiments.chapters import REGRESSION
from limen.experiments.experiment import Experiment, Net, Published, Try
from limen.language import Text
from limen.train.plan import Optimizer, Plan


def iris() -> Experiment:
    """Three species of iris told apart by four measures of the flower, with a small net."""
    return Experiment(
        name="iris",
        chapter=REGRESSION,
        title=Text("Three species of iris from four measures", "用四个尺寸区分三种鸢尾花"),
        story=Text(
            en="""
In 1935 Edgar Anderson measured the sepals and petals of 150 irises of three species; a year later Ronald Fisher asked:
can the species be told from the four numbers? One species stands apart, the other two overlap.

A net with one hidden layer of sixteen units draws the boundaries. There are only thirty flowers to test on, so one
mistake moves the accuracy by three points: run it with ten seeds, each with its own division of the flowers, and look
at the interval instead of the single value.""",
            zh="""
1935 年，埃德加·安德森测量了三种共 150 朵鸢尾花的萼片和花瓣；一年后，罗纳德·费希尔提出：
能否只凭这四个数判断花属于哪一种？其中一种很容易分开，另外两种则互有重叠。

由一个只有一层隐藏层（十六个单元）的网络来画出决策边界。用于测试的花只有三十朵，错一朵准确率就差三个百分点：
请用十个随机种子各运行一次（每次重新划分数据），看置信区间，而不要只看一个数。""",
        ),
        data=Data("iris"),
        net=Net("mlp", {"hidden": (16,), "activation": "tanh"}),
        plan=Plan(epochs=60, batch_size=16, optimizer=Optimizer("adam", 1e-2)),
        published=(
            Published(
                "test_accuracy",
                (0.93,),
                of=Text("notes E, to be reached (mean of 10 seeds)", "讲义 E，应达到的值（10 个随机种子的均值）"),
            ),
        ),
        figures=("pairs", "curves", "confusion"),
        next=(
            Try("--seeds 10", Text("ten divisions of the flowers", "把数据重新划分十次")),
            Try(
                "--set net=softmax",
                Text("without the hidden layer: straight boundaries", "去掉隐藏层：决策边界只能是直的"),
            ),
            Try(
                "--set net.hidden=200 --set plan.epochs=400",
                Text("a net large enough to learn the flowers by heart", "一个大到足以死记硬背的网络"),
            ),
        ),
    )

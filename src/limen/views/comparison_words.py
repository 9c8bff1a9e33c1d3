"""The words of a comparison of runs, in both languages."""

from limen.language import Text

COMPARISON = {
    "compared": Text("{n} runs side by side", "{n} 次运行的比较"),
    "group": Text("group", "组别"),
    "differences": Text("What differs", "不同之处"),
    "no differences": Text(
        "Nothing differs: settings, data, machine and versions are the same in all of these runs.",
        "没有不同：这些运行的设置、数据、机器和版本全都一样。",
    ),
    "only seeds": Text(
        "Nothing differs but the seed: settings, data, machine and versions are the same.",
        "除随机种子外没有不同：设置、数据、机器和版本都一样。",
    ),
    "default": Text("default", "默认"),
    "final": Text("What came out", "结果"),
    "final_note": Text(
        "* the best of its row. A group's value is the mean over its seeds; below it, the 95 % confidence interval of "
        "the mean.",
        "* 表示该行中最好的。一组的数值是各随机种子的均值，下方是均值的 95% 置信区间。",
    ),
    "single_note": Text("* the best of its row.", "* 表示该行中最好的。"),
    "not ranked": Text(
        "The runs have different data or objectives: their values stand side by side, but none is better.",
        "这些运行的数据或任务不同：数值只是并列，不分优劣。",
    ),
    "none finished": Text("None of these runs is finished.", "这些运行都尚未完成。"),
    "n finished epochs": Text("{name} is not finished ({n} epochs so far).", "{name} 尚未完成（目前 {n} 轮）。"),
    "shared": Text("After epoch {epoch}, the last that all have", "第 {epoch} 轮之后（所有运行都完成的最后一轮）"),
    "training time": Text("training time", "训练用时"),
    "contrasts": Text("More than chance?", "差异是否超出偶然？"),
    "contrasts_note": Text(
        "Differences of the means with Welch's 95 % interval. Where 0 lies inside, the seeds alone may have made the "
        "difference; where it lies outside, they hardly have.",
        "均值之差及其 95% 置信区间（Welch 方法）。区间包含 0，说明差异可能只是随机种子造成的；"
        "不含 0，则不大可能只是种子造成的。",
    ),
    "groups": Text("groups", "组"),
    "difference": Text("difference", "差"),
    "interval 95": Text("95 % interval", "95% 置信区间"),
    "zero inside": Text("0 lies inside", "包含 0"),
    "zero outside": Text("0 lies outside", "不含 0"),
    "no scatter": Text("no scatter", "没有波动"),
    "answers": Text("The same test examples", "逐个比较测试样本"),
    "the other": Text("the other", "另一方"),
    "both right": Text("both right", "都对"),
    "only first right": Text("only {first}", "仅 {first} 对"),
    "only other right": Text("only the other", "仅另一方对"),
    "neither right": Text("neither", "都错"),
    "McNemar p": Text("McNemar p", "McNemar 检验 p 值"),
    "answers_note": Text(
        "How many test examples both runs answer rightly, one alone, neither. p: how likely so unequal a division of "
        "those that one alone gets right would be, if both were equally good (McNemar's exact test).",
        "两次运行都答对、仅一方答对、都答错的测试样本数。p 值：假如两者一样好，仅一方答对的样本分得如此不均的概率"
        "（McNemar 精确检验）。",
    ),
    "first error": Text("mean error of {first}", "{first} 的平均误差"),
    "other error": Text("of the other", "另一方的平均误差"),
    "nearer first": Text("{first} nearer", "{first} 更接近"),
    "nearer other": Text("the other nearer", "另一方更接近"),
    "equally near": Text("equal", "一样近"),
    "sign p": Text("sign test p", "符号检验 p 值"),
    "nearness_note": Text(
        "Mean absolute errors, and how many test examples each run comes nearer to. p: how likely so unequal a "
        "division would be, if both were equally good (sign test).",
        "平均绝对误差，以及两次运行各自更接近多少个测试样本。p 值：假如两者一样好，分得如此不均的概率（符号检验）。",
    ),
    "not compared": Text(
        "{first} and {other} cannot be compared example by example: {why}.",
        "{first} 与 {other} 不能逐个样本比较：{why}。",
    ),
    "page": Text("page", "页面"),
    "comparison_curves": Text("Learning curves", "学习曲线"),
    "comparison_curves_caption": Text(
        "Each run is a line; runs of one group, which differ only in the seed, have one colour and one dash.",
        "每条线是一次运行；同组的运行只有随机种子不同，颜色和线型相同。",
    ),
    "comparison_intervals": Text("Means and their intervals", "均值与置信区间"),
    "comparison_intervals_caption": Text(
        "Small rings: the runs. The mark: the mean of a group, with its 95 % confidence interval.",
        "小圆圈是各次运行，大标记是一组的均值及其 95% 置信区间。",
    ),
    "split_answers": Text("Right in one, wrong in the other", "一方答对、另一方答错的样本"),
    "only_right": Text(
        "Only {name} is right: {shown} of {n}, the surest first",
        "仅 {name} 答对：{n} 个中的 {shown} 个，按把握从大到小",
    ),
    "only_right_all": Text("Only {name} is right: {n}", "仅 {name} 答对：共 {n} 个"),
    "no examples": Text("The examples cannot be shown: {why}", "无法显示样本：{why}"),
    "true": Text("true", "真实"),
    "example": Text("example", "样本"),
}

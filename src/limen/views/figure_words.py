"""The titles and captions of the figures of single chapters, in both languages."""

from limen.language import Text

FIGURES = {
    "class": Text("class", "类别"),
    "input space": Text("as it comes in", "输入空间"),
    "hidden space": Text("as the hidden layer sees it", "隐藏层看到的样子"),
    "hidden space main": Text(
        "as {n} hidden units see it: two main directions", "{n} 个隐藏单元看到的样子：两个主方向"
    ),
    "training points": Text("training points", "训练点"),
    "true curve": Text("true curve", "真实曲线"),
    "fitted curve": Text("fitted curve", "拟合曲线"),
    "fitted curves": Text("fitted curves, {n} draws", "拟合曲线，抽取 {n} 次"),
    "n pieces": Text("{n} straight pieces", "{n} 段直线"),
    "truth": Text("truth", "真值"),
    "target": Text("target", "目标"),
    "n layers": Text("{n} layers", "{n} 层"),
    "found": Text("what training found", "训练得到的"),
    "hidden units in all": Text("hidden units in all", "隐藏单元总数"),
    "most pieces": Text("most straight pieces of a line", "一条直线最多能弯成的段数"),
    "a line parts": Text("a line parts them: at most {bound} mistakes", "直线可分：至多犯错 {bound} 次"),
    "no line parts": Text("no line parts them: both means are ×", "直线不可分：两类的均值都在 ×"),
    "curve-fit": Text("The fitted curve", "拟合曲线"),
    "curve-fit_caption": Text(
        "The points the net learnt from, the curve they came from, and what the net makes of them.",
        "网络学过的点、产生这些点的曲线，以及网络给出的曲线。",
    ),
    "curve-fits": Text("The fitted curves side by side", "拟合曲线对照"),
    "curve-fits_caption": Text(
        "The same points, a picture for each variant; where several draws of the weights were trained, all of them.",
        "同样的点，每种方案一幅图；如果训练了多组初始权重，则全部画出。",
    ),
    "fitted": Text("Answers against the truth", "回答与真值"),
    "fitted_caption": Text(
        "Each test row is a point; on the dashed line the answer is right.",
        "每个测试样本是一个点；落在虚线上就是答对。",
    ),
    "fitted-beside": Text("Answers against the truth, side by side", "回答与真值对照"),
    "fitted-beside_caption": Text(
        "Each test row is a point; on the dashed line the answer is right. A bend of the cloud is what a plane cannot "
        "follow.",
        "每个测试样本是一个点；落在虚线上就是答对。点云的弯曲，正是平面跟不上的部分。",
    ),
    "pairs": Text("The scatter matrix", "散点图矩阵"),
    "pairs_caption": Text(
        "Every column against every other, on the training rows; on the diagonal each one's own distribution.",
        "训练数据中每一列对每一列；对角线上是各列自己的分布。",
    ),
    "answers": Text("Each answer beside its target", "每个回答与目标"),
    "answers_caption": Text(
        "A bar is what the unit says of a row, a diamond what it should say. Beyond the dashed line at one half it "
        "counts as 1; an answer on the wrong side is marked with ×.",
        "柱子是单元对这一行的回答，菱形是应有的回答。超过二分之一处的虚线就算 1；站错一侧的标有 ×。",
    ),
    "pieces-by-depth": Text("Depth multiplies, width adds", "深度相乘，宽度相加"),
    "pieces-by-depth_caption": Text(
        "Into how many straight pieces 24 ReLUs bend a line: the most there can be, those of a net built "
        "for it, and those of random nets. Depth multiplies what is possible; chance uses little of it.",
        "24 个单元的 ReLU 网络把一条直线弯成的段数：理论上最多的、专门构造的，以及随机网络的。"
        "深度使可能的段数成倍增长，随机网络却只用到很少。",
    ),
    "parting": Text("Can a line part the classes?", "一条直线分得开吗？"),
    "parting_caption": Text(
        "Where a line parts the classes, the widest is drawn with its margin. Where none does, the dashed lines are "
        "the proof: a mean of one class and a mean of the other are the same point ×, which cannot lie on two sides.",
        "如果一条直线能分开两类，就画出间隔最宽的那条。如果分不开，虚线就是证明："
        "一类的某个均值与另一类的某个均值是同一点 ×，它不可能同时在两侧。",
    ),
    "parting-beside": Text("Can a line part the classes?", "一条直线分得开吗？"),
    "parting-beside_caption": Text(
        "Where a line parts the classes, the widest is drawn with its margin, and the perceptron's bound. Where none "
        "does, the dashed lines are the proof: the means of both classes are the same point ×.",
        "如果一条直线能分开两类，就画出间隔最宽的那条，并给出感知机的犯错上界。如果分不开，虚线就是证明："
        "两类的均值是同一点 ×。",
    ),
    "hidden-space-beside": Text("The plane, bent by the hidden layer", "被隐藏层弯折的平面"),
    "hidden-space-beside_caption": Text(
        "A straight grid, and where the hidden layer sends it. What no line could part on the left, one line parts on "
        "the right.",
        "平直的网格，以及隐藏层把它送到的地方。左边没有直线能分开的，右边一条直线就分开了。",
    ),
    "odds-ratios": Text("Odds ratios", "几率比"),
    "odds-ratios_caption": Text(
        "What one more unit of a column multiplies the odds by, with its 95 % interval; one that crosses 1 says "
        "that the column may not matter.",
        "某一列每增加一个单位，几率乘以多少，以及 95% 置信区间；区间若跨过 1，这一列可能无关紧要。",
    ),
    "odds-plane": Text("Who is likely to buy", "谁更可能买"),
    "odds-plane_caption": Text(
        "The fitted probability as shades, the line of even odds, and the training rows.",
        "深浅表示拟合的概率，黑线上几率相等，点是训练数据。",
    ),
    "detection": Text("How well it is found", "找得有多准"),
    "detection_caption": Text(
        "Every threshold at once: what is caught against false alarms, precision against recall, and whether a "
        "probability means what it says. The ring is the threshold of one half.",
        "一次看遍所有阈值：抓住的与误报的、精确率与召回率，以及概率是否名副其实。圆圈是二分之一的阈值。",
    ),
    "telling": Text("The words that tell", "最能说明问题的词"),
    "telling_caption": Text(
        "How far a word moves the log-odds: to the right for the one class, to the left for the other.",
        "一个词把对数几率挪动多远：向右支持一类，向左支持另一类。",
    ),
    "wrong-messages": Text("Messages answered wrongly", "判错的短信"),
    "wrong-messages_caption": Text(
        "The test messages it was surest of and wrong about: its answer and how sure it was, then what they are.",
        "测试集中最有把握却判错的短信：先是它的回答和把握，再是真实类别。",
    ),
    "wrong messages title": Text("wrong, the surest first", "判错的，按把握从大到小"),
    "backprop": Text("Every number of the pass", "一遍计算中的每一个数"),
    "backprop_caption": Text(
        "Forward along the top, backward along the bottom: sums, outputs, blame δ and gradients of each layer, worked "
        "out by hand; each agrees with automatic differentiation.",
        "上排向前，下排向后：每层的加权和、输出、责任 δ 与梯度，全部手算得出；每个数都与自动求导一致。",
    ),
    "boundaries": Text("Decision boundaries", "决策边界"),
    "boundaries_caption": Text(
        "The plane coloured by the net's answer, stronger where it is surer; the line is where the answer changes. "
        "On top, the examples it learnt from.",
        "按网络的回答给平面着色，越有把握颜色越深；黑线是答案改变的地方。上面的点是它学过的样本。",
    ),
    "boundaries-beside": Text("Decision boundaries side by side", "决策边界对照"),
    "boundaries-beside_caption": Text(
        "The same examples, a picture for each variant: colour is the answer, the line is where it changes.",
        "同样的样本，每种方案一幅图：颜色是网络的回答，黑线是答案改变的地方。",
    ),
    "hidden-space": Text("The plane, bent by the hidden layer", "被隐藏层弯折的平面"),
    "hidden-space_caption": Text(
        "A straight grid on the left, and where the hidden layer sends it on the right. The output layer can only cut "
        "with straight lines, so the hidden layer has learnt to move the classes until a straight cut parts them.",
        "左边是平直的网格，右边是隐藏层把它送到的地方。输出层只会沿直线切分，所以隐藏层学会了把各类挪开，"
        "直到一刀直切就能分开。",
    ),
}

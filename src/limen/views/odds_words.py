"""The words on tables and figures of logistic regression and of linear regions."""

from limen.language import Text

ODDS = {
    "column": Text("column", "变量"),
    "intercept": Text("intercept", "截距"),
    "coefficient": Text("coefficient θ", "系数 θ"),
    "standard error": Text("standard error", "标准误"),
    "z value": Text("z", "z 值"),
    "p value": Text("p", "p 值"),
    "odds ratio": Text("odds ratio e^θ", "优势比 e^θ"),
    "ratio interval": Text("95 % interval", "95% 置信区间"),
    "goodness": Text(
        "{rows:,} rows, {events:,} of class 1 · log-likelihood {likelihood:.2f}, deviance {deviance:.2f}, "
        "AIC {aic:.2f} · McFadden's pseudo R² {r2:.4f} · {steps} Newton steps",
        "{rows:,} 行，其中类别 1 有 {events:,} 行 · 对数似然 {likelihood:.2f}，偏差 {deviance:.2f}，AIC {aic:.2f} "
        "· McFadden 伪 R² {r2:.4f} · 牛顿法迭代 {steps} 次",
    ),
    "caution": Text("Take care: {note}.", "注意：{note}。"),
    "forest": Text("Odds ratios", "优势比"),
    "forest axis": Text(
        "what one more unit multiplies the odds by (logarithmic)",
        "变量每增加一个单位，优势变为原来的多少倍（对数刻度）",
    ),
    "forest values": Text("ratio (95 % interval)", "优势比（95% 置信区间）"),
    "probability of": Text("probability of “{name}”", "“{name}”的概率"),
    "odds fitted": Text("Fitted probability", "拟合的概率"),
    "odds curve": Text("fitted", "拟合曲线"),
    "odds band": Text("95 % interval of the curve", "曲线的 95% 置信区间"),
    "observed": Text("share seen in each of {n} equal parts", "实际比例（按行数均分为 {n} 段）"),
    "even odds": Text("even odds", "概率各半"),
    "held at mean": Text("the others at their means: {columns}", "其余变量取均值：{columns}"),
    "n columns": Text("{n} columns", "共 {n} 个变量"),
    "class n": Text("class {n}", "类别 {n}"),
    "regions": Text("{n:,} linear regions", "{n:,} 个线性区域"),
    "firing": Text("units that fire", "激活的神经元数"),
    "boundary": Text("decision boundary", "决策边界"),
    "pieces": Text("linear pieces along a line", "沿一条直线的线性分段数"),
    "pieces title": Text("{n} ReLUs, wide or deep", "同样 {n} 个 ReLU：宽还是深"),
    "pieces axis": Text("layers × units in each", "层数 × 每层神经元数"),
    "fresh": Text("fresh random nets", "随机初始化的网络"),
    "built": Text("sawtooth, built on purpose", "专门构造的锯齿网络"),
    "most": Text("upper bound for any net", "理论上限"),
}

"""The words of pictures: operations, their options, their stages and facts, in both languages."""

from limen.language import Text
from limen.views.image_lesson_words import IMAGE_LESSONS

OPERATIONS = {
    "look": Text("The picture", "图像"),
    "pixels": Text("Pixels by row, by place, by condition", "按行、按位置、按条件改像素"),
    "channels": Text("The colours one by one", "逐个颜色通道"),
    "histogram": Text("How often each brightness comes", "每种亮度出现多少次"),
    "contrast": Text("Contrast in three ways, side by side", "三种增强对比度的方法对照"),
    "stretch": Text("Stretched between two percentiles", "按两个百分位拉伸"),
    "equalise": Text("The histogram equalised", "直方图均衡化"),
    "clahe": Text("Equalised in tiles, clipped (CLAHE)", "限制对比度的自适应均衡化（CLAHE）"),
    "threshold": Text("Parted at a fixed level", "按固定阈值分割"),
    "otsu": Text("Parted at Otsu's threshold", "按大津阈值分割"),
    "segment": Text("Objects found, counted and measured", "找出物体，计数并测量"),
    "canny": Text("Canny's edges, stage by stage", "Canny 边缘检测的各个阶段"),
    "filter": Text("Convolved with one kernel", "与一个卷积核作卷积"),
    "filters": Text("Convolved with every kernel", "与每一种卷积核作卷积"),
    "pool": Text("Pooled", "池化"),
}
OPTIONS = {
    "rows": Text("rows blacked out at the top", "顶部涂黑的行数"),
    "below": Text("pixels darker than this (0 to 255) become white", "比它暗的像素变白（0 到 255）"),
    "above": Text("pixels with more red than this (0 to 255) become pure red", "红色超过它的像素变为纯红（0 到 255）"),
    "bins": Text("bins of the histogram", "直方图的区间数"),
    "low": Text("percentile that becomes black", "变为黑色的百分位"),
    "high": Text("percentile that becomes white", "变为白色的百分位"),
    "canny low": Text("gradient down to which an edge is followed", "沿边缘追踪到此梯度为止"),
    "canny high": Text("gradient at which an edge begins", "边缘由此梯度开始"),
    "clip": Text("largest share of a tile in one bin (0 to 1)", "每块中单个区间的最大占比（0 到 1）"),
    "level": Text("threshold (0 black to 1 white)", "阈值（0 为黑，1 为白）"),
    "dark": Text("the figure is darker than the ground", "物体比背景暗"),
    "by": Text("how figure and ground are parted: otsu, fixed, canny", "分割的方法：otsu、fixed、canny"),
    "filter by": Text("who computes: scipy or torch", "由谁计算：scipy 或 torch"),
    "sigma": Text("width of the Gaussian blur, pixels", "高斯模糊的宽度（像素）"),
    "smallest": Text("pixels of the smallest object that counts", "计入的最小物体的像素数"),
    "kernel": Text('a name, or weights by rows: "0 -1 0; -1 5 -1; 0 -1 0"',
                   '名称，或按行写出的权重："0 -1 0; -1 5 -1; 0 -1 0"'),
    "border": Text("what lies beyond the border: reflect, mirror, nearest, constant, wrap",
                   "边界之外如何补：reflect、mirror、nearest、constant、wrap"),
    "kind": Text("max, average, sum or min", "max、average、sum 或 min"),
    "window": Text("rows and columns of a window", "窗口的边长"),
    "stride": Text("steps from window to window; 0: as the window", "窗口之间的步长；0 表示等于窗口边长"),
}  # fmt: skip
STAGES = {
    "original": Text("As it is", "原图"),
    "first rows": Text("The first rows black", "最上面几行涂黑"),
    "rectangle": Text("A rectangle black", "涂黑一个矩形"),
    "dark to white": Text("Dark pixels white", "暗像素变白"),
    "red mask": Text("Where there is much red", "红色强的地方"),
    "pure red": Text("Much red made pure red", "红色强处变为纯红"),
    "red": Text("Red alone", "只有红色"),
    "green": Text("Green alone", "只有绿色"),
    "blue": Text("Blue alone", "只有蓝色"),
    "brightness": Text("Brightness", "亮度"),
    "blue-green-red": Text("Read as blue, green, red", "按蓝、绿、红的顺序读"),
    "cumulative": Text("Added up", "累积起来"),
    "shuffled": Text("Every pixel in another place", "像素全部打乱"),
    "colours": Text("Colours as a feature", "颜色直方图作为特征"),
    "stretch mapping": Text("What becomes of each brightness", "每种亮度变成什么"),
    "equalise mapping": Text("What becomes of each brightness", "每种亮度变成什么"),
    "stretched": Text("Stretched", "拉伸"),
    "equalised": Text("Equalised", "均衡化"),
    "clahe": Text("Equalised in tiles", "分块均衡化"),
    "mask": Text("Figure and ground", "物体与背景"),
    "between variance": Text("Variance between the two sides", "类间方差"),
    "smooth": Text("Smoothed", "平滑"),
    "gradient": Text("Length of the gradient", "梯度的大小"),
    "thin": Text("Thinned to ridges", "细化为脊线"),
    "strong": Text("Strong edges", "强边缘"),
    "weak": Text("Weak edges", "弱边缘"),
    "edges": Text("Edges: strong, and what hangs on them", "边缘：强边缘及与之相连的部分"),
    "filled": Text("Holes filled", "填充孔洞"),
    "objects": Text("Objects", "物体"),
    "weights": Text("The kernel", "卷积核"),
    "filtered": Text("Convolved", "卷积结果"),
    "pooled": Text("Pooled", "池化结果"),
}
FACTS = {
    "darkest": Text("darkest", "最暗"),
    "brightest": Text("brightest", "最亮"),
    "mean": Text("mean", "均值"),
    "values in use": Text("different values", "不同的值"),
    "pixels": Text("pixels", "像素数"),
    "red": Text("mean red", "红色均值"),
    "green": Text("mean green", "绿色均值"),
    "blue": Text("mean blue", "蓝色均值"),
    "most frequent": Text("most frequent brightness", "最常见的亮度"),
    "median": Text("half of the pixels are darker than", "一半像素暗于"),
    "boxes": Text("boxes of colour", "颜色格子数"),
    "boxes in use": Text("boxes in use", "用到的格子数"),
    "local contrast": Text("contrast within tiles", "块内对比度"),
    "threshold": Text("threshold", "阈值"),
    "share": Text("share of the picture", "占图像的比例"),
    "largest": Text("largest", "最大"),
    "smallest": Text("smallest", "最小"),
    "objects": Text("objects", "物体数"),
    "weights add up to": Text("weights add up to", "权重之和"),
    "size": Text("size", "大小"),
}
HELD = {
    "size": Text("size", "大小"),
    "format": Text("format", "格式"),
    "mode": Text("mode", "模式"),
    "shape": Text("array", "数组形状"),
    "numbers": Text("kind of number", "数值类型"),
    "range": Text("values", "取值"),
}
TABLE = {
    "number": Text("no.", "编号"),
    "area": Text("area", "面积"),
    "row": Text("row", "行"),
    "column": Text("column", "列"),
    "top": Text("top", "上"),
    "left": Text("left", "左"),
    "bottom": Text("bottom", "下"),
    "right": Text("right", "右"),
    "diameter": Text("diameter", "直径"),
    "eccentricity": Text("eccentricity", "离心率"),
    "brightness": Text("brightness", "亮度"),
}
CURVES = {
    "histogram": Text("pixels", "像素数"),
    "cumulative": Text("share no brighter", "不更亮的比例"),
    "grey": Text("grey", "灰度"),
    "red": Text("red", "红"),
    "green": Text("green", "绿"),
    "blue": Text("blue", "蓝"),
    "mapping": Text("new brightness", "新的亮度"),
    "variance": Text("variance between", "类间方差"),
}
GROUPS = {
    "do": OPERATIONS, "option": OPTIONS, "stage": STAGES, "fact": FACTS, "held": HELD, "table": TABLE, "curve": CURVES,
}  # fmt: skip
IMAGE = {f"image {group} {name}": text for group, words in GROUPS.items() for name, text in words.items()} | {
    "image brightness axis": Text("brightness", "亮度"),
    "image stages": Text("stages", "阶段"),
    "image seconds": Text("seconds", "秒"),
    "image notes": Text("What was done to read it, and what is odd", "读取时做过的处理与异常之处"),
    "image again": Text("To do this again", "重做一次"),
    "image more rows": Text("{n} more in the report", "其余 {n} 个见报告"),
    "image operations": Text("What can be done with it", "可以对它做什么"),
    "image pictures": Text("Pictures that come along (or name a file of yours)", "自带的图像（也可以给出自己的文件）"),
    "image try": Text("For example:", "例如："),
    "image saved": Text("{n} pictures in {folder}", "{n} 幅图像已存入 {folder}"),
    "image signed": Text("Middle grey is 0; brighter is positive, darker negative.", "中灰为 0，越亮越正，越暗越负。"),
}


def option_word(operation: str, option: str, language: str) -> str:
    """What an option does; where the same name means something else elsewhere, what it does here."""
    kind = "canny" if operation == "segment" and option in ("low", "high") else operation
    return OPTIONS.get(f"{kind} {option}", OPTIONS[option])[language]


def kernel_word(about: str, language: str) -> str:
    """What a stage is about; a kernel's name, which is also what is typed, with what it is called in Chinese."""
    name = IMAGE_LESSONS.get(f"kernel {about}")
    return about if name is None or language == "en" else f"{name[language]} · {about}"


def image_word(group: str, name: str, language: str) -> str:
    """A word of one of the groups; a name in none of them (a percentile) is shown as it is."""
    return GROUPS[group][name][language] if name in GROUPS[group] else name

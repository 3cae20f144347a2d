"""The projects that are measured, each in a folder of its own."""
import csv
import os
import pathlib

from measuring import run

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARTLET = os.environ.get("MARTLET", str(ROOT / ".build/release/martlet"))
COLUMNS = (
    "age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain capital_loss hours_per_week "
    "native_country income"
).split()
ADULT = """
martlet: 1
project: adult
charter:
  problem: {{type: binary, target: income, positive: ">50K"}}
  objectives:
    - {{id: gain, metric: auc, on: test, versus: baseline, min_gain: 0}}
data:
  source: {{train: {train}, test: {test}, columns: [{columns}], missing: ["?"]}}
  columns:
    fnlwgt: {{use: false, why: survey weight}}
    sex: {{use: false, sensitive: true}}
    race: {{use: false, sensitive: true}}
  clean: [{{trim: all}}, {{strip_suffix: {{income: "."}}}}]
  expect:
    - expect_column_values_to_be_between: {{column: age, min_value: 16, max_value: 100}}
    - expect_column_values_to_not_be_null: {{column: income, severity: critical}}
    - expect_column_values_to_be_in_set: {{column: income, value_set: ["<=50K", ">50K"]}}
  split: {{validation: 0.2, how: stratified, seed: 7}}
pipeline:
  - {{id: baseline, uses: train/logistic}}
  - {{id: trees, uses: train/lightgbm, with: {{learning_rate: 0.06, num_leaves: 31, num_threads: 2}}}}
serving: {{endpoint: adult, model: adult@champion, log: {{sample: 1.0, keep: 180d}}}}
"""


def adult_files():
    """The two files of the data set; None where they are absent."""
    folder = pathlib.Path(os.environ.get("MARTLET_DATA") or ROOT.parent / "shared/data").resolve()
    files = folder / "adult-train.csv", folder / "adult-test.csv"
    return files if all(file.is_file() for file in files) else None


class Project:
    """A project with a champion, and rows to ask it about."""

    def __init__(self, folder, endpoint, table, header=None):
        self.folder = folder
        self.endpoint = endpoint
        self.table = table
        self.header = header

    def rows(self, count):
        """That many rows as texts by column name, those of the table over and over."""
        with open(self.table, newline="") as stream:
            found = [row for row in csv.DictReader(stream, self.header, skipinitialspace=True) if row][:count]
        return [found[i % len(found)] for i in range(count)]


def write_adult(folder, files):
    """An adult project that has not run yet."""
    folder.mkdir(parents=True)
    (folder / "martlet.yaml").write_text(ADULT.format(train=files[0], test=files[1], columns=", ".join(COLUMNS)))
    return Project(folder, "adult", files[1], COLUMNS)


def project_with_champion(folder):
    """Adult where its files are there, otherwise the generated loans of the demonstration."""
    files = adult_files()
    if files:
        project = write_adult(folder, files)
        run([MARTLET, "run", "--quiet"], folder)
        return project
    print("There is no adult data (MARTLET_DATA, ../shared/data): the generated loans are used.", flush=True)
    run([MARTLET, "demo", "--no-serve", "--directory", str(folder)])
    return Project(folder, "loans", folder / "applications.csv")

"""Commands that must answer at once."""
from measuring import Figure, run
from projects import MARTLET, project_with_champion


def measure(folder, repetitions):
    project = project_with_champion(folder / "project")

    def seconds(*arguments):
        run([MARTLET, *arguments], project.folder)
        return [run([MARTLET, *arguments], project.folder).seconds * 1000 for _ in range(max(5, 3 * repetitions))]

    return [
        Figure("martlet --help", "ms", seconds("--help"), [30], "limit", must=10),
        Figure("martlet run, nothing changed", "ms", seconds("run"), [100], "limit", must=10),
    ]

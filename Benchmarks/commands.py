"""Commands that must answer at once."""
from measuring import limited, run
from projects import MARTLET, project_with_champion


def measure(folder, repetitions):
    project = project_with_champion(folder / "project")

    count = max(5, 3 * repetitions)

    def answers(*arguments):
        run([MARTLET, *arguments], project.folder)
        return [run([MARTLET, *arguments], project.folder) for _ in range(count)]

    return [
        *limited("martlet --help", answers("--help"), 30),
        *limited("martlet run, nothing changed", answers("run"), 100),
    ]

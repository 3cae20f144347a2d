"""The table of all that was measured, and the figures that must hold or are aimed at."""
import statistics

from measuring import Figure

MINE, BINARY, UNLOGGED, CONSTANT, ENGINE, NEAREST = "Martlet", "Martlet, binary", "Martlet, no log", "constant", "engine", "mosec"
LIMITS = (ENGINE, CONSTANT)
# What share of a peer's time for each answer is aimed at; more than all of it is never allowed.
PEERS = {"mosec, batching": 1, "MLServer": 1 / 3, "FastAPI": 1, "MLflow": 1, "BentoML": 1}


def median(measured, field):
    return statistics.median(getattr(each, field) for each in measured)


def title(cell):
    model, batch, connections = cell
    return f"{model}, {'1 row' if batch == 1 else f'{batch} rows'}, {connections} connection{'s' if connections > 1 else ''}"


def print_cells(found):
    """Everything, in Markdown: medians over the repetitions, and how many times each one's rate Martlet's is in JSON."""
    print("\n| model, rows, connections | server | answers a second | p50 ms | p99 ms | processor µs each | Martlet's rate is |")
    print("|---|---|---|---|---|---|---|")
    for cell, servers in found.items():
        for name, measured in servers.items():
            times = f"{median(servers[MINE], 'rate') / median(measured, 'rate'):.2f} times that" if MINE in servers and name != MINE else ""
            values = f"{median(measured, 'rate'):,.0f} | {median(measured, 'p50'):.3f} | {median(measured, 'p99'):.3f} | {median(measured, 'processor'):.1f}"
            print(f"| {title(cell)} | {name} | {values} | {times} |")
    print()


def compared(name, unit, field, mine, theirs, against, aim, must=None):
    return Figure(name, unit, [getattr(each, field) for each in mine], [getattr(each, field) for each in theirs], against, aim, must)


def against_nearest(cell, servers):
    """mosec: ahead of it everywhere; five times its rate where several ask."""
    if NEAREST not in servers:
        return []
    aim = 1 / 1.5 if cell[2] == 1 else 1 / 5
    return [
        compared(f"{title(cell)}: each", "µs", "each", servers[MINE], servers[NEAREST], NEAREST, aim, 1),
        compared(f"{title(cell)}: p99", "ms", "p99", servers[MINE], servers[NEAREST], NEAREST, 1, 1),
    ]


def against_others(found):
    """The other peers, each where it comes nearest."""
    figures = []
    for peer, aim in PEERS.items():
        held = [
            compared(f"nearest of all, {title(cell)}: each", "µs", "each", servers[MINE], servers[peer], peer, aim, 1)
            for cell, servers in found.items() if peer in servers
        ]
        figures += sorted(held, key=lambda figure: figure.ratio)[-1:]
    return figures


def added(cell, servers, field, limit):
    """What one connection waits beyond the engine's own time, in milliseconds."""
    beyond = [getattr(mine, field) - getattr(engine, field) for mine, engine in zip(servers[MINE], servers[ENGINE])]
    return Figure(f"{title(cell)}: {field} beyond the engine's", "ms", beyond, [limit], "limit", 1)


def against_limits(cell, servers):
    model, batch, connections = cell
    figures = []
    if batch == 1:
        figures.append(compared(f"{title(cell)}: each", "µs", "each", servers[MINE], servers[CONSTANT], CONSTANT, 1 / 0.7))
    if connections == 1 and batch == 1:
        figures += [added(cell, servers, "p50", 0.15), added(cell, servers, "p99", 1)]
    if batch > 1:
        figures.append(compared(f"{title(cell)}, binary: each", "µs", "each", servers[BINARY], servers[ENGINE], ENGINE, 1.3))
    if UNLOGGED in servers and connections > 1:
        figures.append(compared(f"{title(cell)}, logged: each", "µs", "each", servers[MINE], servers[UNLOGGED], "no log", 1.05))
    return figures


def figures(found):
    if not any(MINE in servers for servers in found.values()):
        return []
    nearest = [figure for cell, servers in found.items() for figure in against_nearest(cell, servers)]
    limits = [figure for cell, servers in found.items() for figure in against_limits(cell, servers)]
    return [*nearest, *against_others(found), *limits]

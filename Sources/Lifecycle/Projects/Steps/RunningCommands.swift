internal import Foundation
internal import Synchronization

/// The commands of steps that run now, each with a process group of its own, so that whoever stops a run stops them with all that they started.
package final class RunningCommands: Sendable {
    private let state = Mutex<(groups: Set<Int32>, isStopped: Bool)>(([], false))

    init() {}

    /// Runs a command to its end. Where the run was stopped meanwhile, it does not come back: whoever stopped it ends the process.
    func run(_ process: Process) throws {
        if let group = try start(process) {
            process.waitUntilExit()
            state.withLock { _ = $0.groups.remove(group) }
        }
        while state.withLock({ $0.isStopped }) { pause() }
    }

    /// Starts a command and enters it in one turn: whoever stops the run finds it, or it never began.
    /// - Returns: its process group; nil where the run is stopped already.
    private func start(_ process: Process) throws -> Int32? {
        try state.withLock { state in
            guard !state.isStopped else { return nil }
            try process.run()
            state.groups.insert(process.processIdentifier)
            return process.processIdentifier
        }
    }

    /// Asks those that run now to end, and ends those that do not. For whoever ends the process next.
    package func stop() {
        let running = state.withLock { state in
            state.isStopped = true
            return state.groups
        }
        for signal in [SIGTERM, SIGKILL] {
            for group in running { kill(-group, signal) }
            let patience = DispatchTime.now() + .seconds(2)
            while state.withLock({ !$0.groups.isEmpty }), DispatchTime.now() < patience { usleep(20_000) }
        }
    }
}

internal import Foundation
internal import Synchronization

/// The commands of steps that run now, each with a process group of its own, so that whoever stops a run stops them with all that they started.
package final class RunningCommands: Sendable {
    private let state = Mutex<(groups: Set<Int32>, isStopped: Bool)>(([], false))

    init() {}

    /// Runs a command to its end. Where the run was stopped meanwhile, it does not come back: whoever stopped it ends the process.
    func run(_ process: Process) throws {
        try process.run()
        let group = process.processIdentifier
        state.withLock { _ = $0.groups.insert(group) }
        process.waitUntilExit()
        let isStopped = state.withLock { state in
            state.groups.remove(group)
            return state.isStopped
        }
        while isStopped { pause() }
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

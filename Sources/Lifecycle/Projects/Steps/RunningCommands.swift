internal import Foundation
internal import Processes
internal import Support
internal import Synchronization

/// The commands of steps that run now, each with a process group of its own, so that whoever stops a run stops them with all that they started.
package final class RunningCommands: Sendable {
    private let state = Mutex<(running: [Int32: ChildProcess], isStopped: Bool)>(([:], false))

    init() {}

    /// Runs a command to its end. Where the run was stopped meanwhile, it does not come back: whoever stopped it ends the process.
    /// - Parameter output: the descriptor that it prints to.
    func run(_ call: ProgramCall, output: Int32) throws(MartletError) -> ProcessEnding {
        let process = try start(call, output)
        let ending = process?.wait()
        if let process { state.withLock { _ = $0.running.removeValue(forKey: process.id) } }
        while true {
            if let ending, !state.withLock({ $0.isStopped }) { return ending }
            pause()
        }
    }

    /// Starts a command and enters it in one turn: whoever stops the run finds it, or it never began.
    /// - Returns: nil where the run is stopped already.
    private func start(_ call: ProgramCall, _ output: Int32) throws(MartletError) -> ChildProcess? {
        try state.withLock { state throws(MartletError) in
            guard !state.isStopped else { return nil }
            let process = try ChildProcess(call, [1: output, 2: output])
            state.running[process.id] = process
            return process
        }
    }

    /// Asks those that run now to end, and ends those that do not. For whoever ends the process next.
    package func stop() {
        let running = state.withLock { state in
            state.isStopped = true
            return state.running.values
        }
        for signal in [SIGTERM, SIGKILL] {
            for process in running { process.signalGroup(signal) }
            let patience = DispatchTime.now() + .seconds(2)
            while state.withLock({ !$0.running.isEmpty }), DispatchTime.now() < patience { usleep(20_000) }
        }
    }
}

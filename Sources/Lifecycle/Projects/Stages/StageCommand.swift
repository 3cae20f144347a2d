internal import Foundation
internal import Objects
internal import Processes
internal import Stages
internal import Support
internal import Versions

/// The commands of one stage, run as DVC runs them: by the user's shell without its settings, in the stage's folder, with `DVC_ROOT` and `DVC_STAGE`. What
/// they print goes to `.martlet/logs/STAGE.log`.
final class StageCommand {
    private let project: Project
    private let stage: Stage
    private let folder: String
    private let environment: [String: String]
    private let log: String
    private var hasBegun = false

    init(project: Project, repository: Repository, work: StageWork) {
        self.project = project
        stage = work.stage
        folder = work.folder
        var environment = ProcessInfo.processInfo.environment
        environment["DVC_ROOT"] = environment["DVC_ROOT"] ?? repository.root
        environment["DVC_STAGE"] = stage.address
        self.environment = environment
        log = "logs/\(String(stage.address.map { "/:".contains($0) ? "-" : $0 }.prefix(200))).log"
    }

    /// Runs one command in a process group of its own, so that a stop reaches all that it started.
    /// - Throws: `stepFailed` with the last lines that it printed.
    func run(_ command: String) throws(MartletError) {
        let path = "\(project.stateFolder)/\(log)"
        if !hasBegun { try makeFolder("\(project.stateFolder)/logs") }
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND | (hasBegun ? 0 : O_TRUNC), 0o644)
        guard file >= 0 else { throw .system("write", path) }
        defer { close(file) }
        hasBegun = true
        let shell = environment["SHELL"].flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/sh"
        let call = ProgramCall(shell, StageCommand.options(shell) + ["-c", command], in: folder, environment: environment)
        let ending: ProcessEnding
        do { ending = try project.commands.run(call, output: file) } catch {
            throw MartletError(.stepFailed, "The stage “\(stage.name)” could not be started.", place: stage.place, cause: error.message)
        }
        guard ending == .exit(code: 0) else {
            let bytes = (try? readWhole(path)) ?? []
            let tail = String(decoding: bytes.suffix(2000), as: UTF8.self).split(separator: "\n").suffix(8).joined(separator: "\n    ")
            throw MartletError(
                .stepFailed, "The stage “\(stage.name)” failed with \(ending): \(command)\nIts whole output is .martlet/\(log).", place: stage.place,
                cause: tail.isEmpty ? nil : tail)
        }
    }

    /// What keeps a shell from reading the user's settings.
    private static func options(_ shell: String) -> [String] {
        switch shell.split(separator: "/").last.map({ $0.lowercased() }) {
        case "bash": ["--noprofile", "--norc"]
        case "zsh": ["--no-rcs"]
        case "fish": ["--no-config"]
        default: []
        }
    }
}

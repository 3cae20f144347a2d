import Access
import ArgumentParser
import Policy
import Projects
import Registry
import Serving
import Support

/// A command that came over HTTP, run on the project that this server serves.
enum ServedCommand {
    /// Runs a command line, without the program's name.
    /// - Parameters:
    ///   - usesColour: whether the asker shows it on a terminal.
    ///   - access: asked whether the caller may do what this command does.
    /// - Returns: what it printed (`output`) and its exit code (`exit_code`).
    /// - Throws: `usage` for what is no command for a server; `permissionDenied`; what the command throws.
    static func answer(
        _ arguments: [String], usesColour: Bool, on project: Project, by caller: Caller, access: Access
    ) throws(MartletError) -> JSONValue {
        try requireModest(arguments)
        let command = try parse(arguments)
        try command.requireNoLocalFiles()
        let resources = resources(of: command, on: project)
        for permission in command.permissions {
            for resource in resources {
                try access.authorize(
                    caller, permission, on: "command:\(name(arguments))", resource: resource, facts: ["command": .string(name(arguments))])
            }
        }
        let printed = CollectedText()
        var code: Int32 = 0
        do {
            let project = try project.reopened(for: caller, rehearses: command.rehearses)
            try command.run(on: command.past?.place(project) ?? project, console: .collecting(into: printed, usesColour: usesColour))
        } catch let error as MartletError { throw error } catch let error as ExitCode { code = error.rawValue } catch {
            throw MartletError(.defect, "The command ended with an error of its own.", cause: "\(error)")
        }
        return ["output": .string(printed.text), "exit_code": JSONValue(Int(code))]
    }

    /// The time that reading a command line takes grows with the square of its options, so that there are limits to them.
    /// - Throws: `usage`.
    private static func requireModest(_ arguments: [String]) throws(MartletError) {
        guard arguments.count <= 64 else {
            throw MartletError(.usage, "A command for a server has at most 64 words; this one has \(arguments.count).")
        }
        let isHeap = { (word: String) in
            word.hasPrefix("-") && !word.hasPrefix("--") && word.utf8.count > 10 && word.dropFirst().first?.isLetter == true
        }
        guard let heap = arguments.first(where: isHeap) else { return }
        throw MartletError(.usage, "“\(heap.prefix(10))…” is no option. Long options begin with two dashes: see martlet --help.")
    }

    private static func parse(_ arguments: [String]) throws(MartletError) -> any RemoteCommand {
        let parsed: any ParsableCommand
        do { parsed = try Martlet.parseAsRoot(arguments) } catch { throw MartletError(.usage, Martlet.message(for: error)) }
        guard let command = parsed as? any RemoteCommand else {
            throw MartletError(
                .usage, "“martlet \(name(arguments))” does not work through a server. Run it in the project's folder, with -C and without --url.")
        }
        return command
    }

    /// What a command works on, as policies see it: not what its words claim, but what they come to.
    /// - Returns: at least one; nil for the command itself.
    private static func resources(of command: any RemoteCommand, on project: Project) -> [PolicyResource?] {
        switch command {
        case let command as any AliasCommand:
            return [PolicyResource(kind: "model", name: project.file.model, version: try? command.version(on: project).version, alias: "champion")]
        case let command as any SharingCommand:
            let versions = (try? command.versions(on: project)) ?? []
            guard !versions.isEmpty else { return [PolicyResource(kind: "model", name: project.file.serving.model)] }
            return versions.map { PolicyResource(kind: "model", name: $0.model, version: $0.version) }
        case let command as PredictionsListCommand:
            return [PolicyResource(kind: "endpoint", name: command.endpoint ?? project.file.serving.endpoint)]
        case let command as PredictionsCommand.Export:
            return [PolicyResource(kind: "endpoint", name: command.endpoint ?? project.file.serving.endpoint)]
        case let command where command.permissions.contains(.predictionRead):
            let named = (command as? WhyCommand)?.reference ?? (command as? ExplainCommand)?.reference ?? (command as? Show)?.reference ?? ""
            return [PolicyResource(kind: "prediction", name: Reference(named)?.name ?? named)]
        default: return [nil]
        }
    }

    private static func name(_ arguments: [String]) -> String { arguments.prefix { !$0.hasPrefix("-") }.prefix(2).joined(separator: " ") }
}

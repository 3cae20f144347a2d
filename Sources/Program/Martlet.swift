import ArgumentParser
import Foundation
import HTTP
import LightGBM
import Monitoring
import Support

/// The command line.
@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "The whole machine-learning lifecycle in one program: from a raw table to a model that is gated, served, watched and explained.",
        discussion: """
            Begin with a table:
              martlet init customers.csv --target churned   writes martlet.yaml, with what it assumed
              martlet run                                    data, training, comparison, gate
              martlet serve                                  answers requests with the champion
              martlet why prediction:ID                      what stands behind one answer

            Things are named kind:name@version-or-alias, for example model:churn@champion.
            Exit codes: 0 yes, 1 failed, 2 usage, 3 a gate said no, 4 an engine or server is missing.
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Daily work",
                subcommands: [
                    Init.self, RunCommand.self, StatusCommand.self, Serve.self, Predict.self, Show.self, WhyCommand.self, ExplainCommand.self,
                    Check.self, Doctor.self,
                ]),
            CommandGroup(
                name: "Things",
                subcommands: [
                    CharterCommand.self, SourceCommand.self, DataCommand.self, LineageCommand.self, ModelCommand.self, ApprovalCommand.self,
                    EndpointCommand.self,
                    PredictionsCommand.self,
                    FeedbackCommand.self, MonitorCommand.self, ReplayCommand.self, IncidentCommand.self, AlertCommand.self, ExperimentCommand.self,
                ]),
            CommandGroup(
                name: "Access", subcommands: [UserCommand.self, TokenCommand.self, RoleCommand.self, PolicyCommand.self, SecretCommand.self]),
            CommandGroup(
                name: "Keeping",
                subcommands: [
                    AuditCommand.self, BackupCommand.self, AdoptCommand.self, ExportCommand.self, GarbageCommand.self, UpgradeCommand.self,
                ]),
            CommandGroup(name: "Learning", subcommands: [DemoCommand.self]),
            // DVC's spellings, which the help does not show.
            CommandGroup(name: "DVC", subcommands: [ReproCommand.self, MetricsCommand.self, ParamsCommand.self]),
        ])

    static func main() async {
        EventLoops.fitToProcessors()
        LightGBM.letThreadsSleep()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch let error as MartletError {
            Console.standard.fail(error)
        } catch {
            let message = fullMessage(for: error)
            guard exitCode(for: error) != .success else {
                print(message)
                Foundation.exit(0)
            }
            if !message.isEmpty { FileHandle.standardError.write(Data((message + "\n").utf8)) }
            if CommandLine.arguments.contains("--nagios") { NagiosPlugin.finish(NagiosAnswer(.unknown, "the command line is wrong: \(message)")) }
            Foundation.exit(error is ExitCode ? exitCode(for: error).rawValue : 2)
        }
    }
}

/// The program's version.
enum Version {
    static let current = "0.1.0"
}

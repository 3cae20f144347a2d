import ArgumentParser
import Backup
import Foundation
import Projects
import Support

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Back up a project, check its backups, restore one.",
        subcommands: [Create.self, List.self, Verify.self, Restore.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Make a backup: metadata, datasets, models, predictions, martlet.yaml and policies.",
            discussion: """
                Servers and runs go on meanwhile. Each file is stored once, so that the next backup adds only what is new. Predictions that were
                not on the disk yet are not part of it. The tables that martlet.yaml reads are yours and stay where they are.

                Examples:
                  martlet backup create /mnt/backups/churn
                  MARTLET_BACKUP_PASSPHRASE=... martlet backup create /mnt/backups/churn --encrypt --keep 30
                """)

        @Argument(help: "The folder of backups; beside the project's folder where it is left out.", completion: .directory)
        var folder: String?
        @Flag(help: "Seal the backups with a passphrase: MARTLET_BACKUP_PASSPHRASE, or asked for, or a line of standard input.")
        var encrypt = false
        @Option(help: "How many backups stay, the new one included; all where it is left out.")
        var keep: Int?
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            if let keep, keep < 1 { throw ValidationError("--keep is at least 1.") }
        }

        func run() throws {
            let project = try options.open()
            let path = folder.map(BackupPlace.absolute) ?? "\(options.folder)-backups"
            let backups = try BackupFolder(making: path, encrypts: encrypt) { () throws(MartletError) in try Passphrase.ask(isNew: true) }
            let outcome = try project.backUp(
                to: backups, program: Version.current, keep: keep,
                observer: BackupProgress(interruption: Interruption(), isQuiet: options.quiet || options.json))
            let manifest = outcome.manifest
            guard !options.json else {
                return Console.standard.json([
                    "id": .string(manifest.id), "folder": .string(path), "files": JSONValue(manifest.entries.count),
                    "bytes": JSONValue(manifest.bytes),
                    "new_files": JSONValue(outcome.newFiles), "new_bytes": JSONValue(outcome.newBytes),
                    "removed_files": JSONValue(outcome.removedFiles),
                    "encrypted": .bool(backups.isEncrypted),
                    "audit": ["sequence": JSONValue(manifest.facts.auditSequence), "hash": .string(manifest.facts.auditHash)],
                ])
            }
            Console.standard.line(
                "\(path)@\(manifest.id): \(manifest.entries.count) files, \(ByteText.text(manifest.bytes)); \(outcome.newFiles) of them new, \(ByteText.text(outcome.newBytes))."
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the backups in a folder, oldest first.",
            discussion: "Of encrypted backups only the times are shown, unless MARTLET_BACKUP_PASSPHRASE is set.")

        @Argument(help: "The folder of backups.", completion: .directory)
        var folder: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let backups = try BackupFolder(opening: BackupPlace.absolute(folder)) { Passphrase.given }
            let isClosed = backups.isEncrypted && Passphrase.given == nil
            let all: [JSONValue] = try backups.ids.map { id in
                guard !isClosed else { return ["id": .string(id), "encrypted": true] }
                let manifest = try backups.manifest(id)
                let erased = try Project.erasures(heldBy: manifest, in: backups).map(\.begun.description)
                return [
                    "id": .string(id), "created": .string(manifest.created.description), "project": .string(manifest.facts.project),
                    "program": .string(manifest.facts.program), "schema": JSONValue(manifest.facts.schema),
                    "files": JSONValue(manifest.entries.count), "bytes": JSONValue(manifest.bytes),
                    "audit_sequence": JSONValue(manifest.facts.auditSequence), "encrypted": .bool(backups.isEncrypted),
                    "holds_erased": JSONValue(erased),
                ]
            }
            guard !options.json else { return Console.standard.json(.array(all)) }
            guard !all.isEmpty else { return Console.standard.line("There is no finished backup in \(backups.path) yet.") }
            var table = TextTable()
            for one in all {
                let size = one["bytes"].int.map { "\(one["files"].int ?? 0) files, \(ByteText.text($0))" } ?? "encrypted"
                table.add(
                    one["id"].text ?? "", one["project"].text ?? "", size, one["audit_sequence"].int.map { "\($0) events" } ?? "",
                    one["holds_erased"].elements.last?.text.map { "may hold data erased on \($0.prefix(10)); goes with --keep" } ?? "")
            }
            table.lines().forEach { Console.standard.line($0) }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Read every byte of a backup and check the record of events in it.",
            discussion: "Ends with exit code 1 where something is missing or has changed.")

        @Argument(help: "The backup: FOLDER@ID; the newest where the ID is left out.")
        var backup: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let place = BackupPlace(backup)
            let backups = try place.open()
            let report = try backups.verify(
                place.id, observer: BackupProgress(interruption: Interruption(), isQuiet: options.quiet || options.json))
            if options.json { Console.standard.json(report.json) } else { report.findings.forEach { Console.standard.line("  \($0)") } }
            guard report.findings.isEmpty else {
                throw MartletError(.corrupted, "The backup \(report.manifest.id) is damaged in \(report.findings.count) places. Use another one.")
            }
            guard !options.json else { return }
            let manifest = report.manifest
            Console.standard.line(
                "\(manifest.id) is whole: \(manifest.entries.count) files, \(ByteText.text(manifest.bytes)), \(manifest.facts.auditSequence) events.")
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Put a backup into a folder.",
            discussion: """
                The folder is empty or new; with --yes what stands there is moved aside. The record of events goes on with one that names the
                backup. Where the backup replaces a project, users, roles and tokens stay as they are now, and a champion that differs from the
                present one is withdrawn: “martlet model promote” gives it back, if the gate agrees. People who were erased since are erased again.

                Examples:
                  martlet backup restore /mnt/backups/churn --into churn
                  martlet backup restore /mnt/backups/churn@20261127T181500Z --into churn --yes
                """)

        @Argument(help: "The backup: FOLDER@ID; the newest where the ID is left out.")
        var backup: String
        @Option(help: "The folder that it is put into.", completion: .directory)
        var into: String
        @Flag(help: "Move aside what stands in the folder.")
        var yes = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let place = BackupPlace(backup)
            let backups = try place.open()
            let restore = ProjectRestore(
                from: backups, clock: SystemClock(), engines: options.engines, actor: GlobalOptions.actor,
                observer: BackupProgress(interruption: Interruption(), isQuiet: options.quiet || options.json))
            let outcome = try restore.restore(place.id, into: BackupPlace.absolute(into), replaces: yes)
            guard !options.json else { return Console.standard.json(outcome.json) }
            Console.standard.line("\(outcome.manifest.id) is restored in \(outcome.folder): \(outcome.manifest.entries.count) files.")
            if !options.quiet {
                Console.standard.note("The tables that martlet.yaml reads are not part of a backup: see that they are in their place.")
            }
            if outcome.erasures > 0 { Console.standard.line("Erasures that were repeated on it: \(outcome.erasures).") }
            if let aside = outcome.movedAside { Console.standard.line("What stood there is now in \(aside).") }
            if let sentence = outcome.withdrawn {
                Console.standard.line("\(sentence) Nobody is champion now: “martlet model promote” asks the gate.")
            }
        }
    }
}

/// `FOLDER` or `FOLDER@ID`.
struct BackupPlace {
    let folder: String
    let id: String?

    init(_ text: String) {
        let at = text.lastIndex(of: "@")
        let tail = at.map { text[text.index(after: $0)...] } ?? ""
        if let at, !tail.isEmpty, !tail.contains("/"), !FileManager.default.fileExists(atPath: Self.absolute(text)) {
            (folder, id) = (Self.absolute(String(text[..<at])), String(tail))
        } else {
            (folder, id) = (Self.absolute(text), nil)
        }
    }

    func open() throws(MartletError) -> BackupFolder {
        try BackupFolder(opening: folder) { () throws(MartletError) in try Passphrase.ask(isNew: false) }
    }

    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

/// The passphrase of encrypted backups: from the environment, hidden from a terminal, or a line of standard input; never an argument.
enum Passphrase {
    static var given: String? { ProcessInfo.processInfo.environment["MARTLET_BACKUP_PASSPHRASE"].flatMap { $0.isEmpty ? nil : $0 } }

    static func ask(isNew: Bool) throws(MartletError) -> String {
        if let given { return given }
        return try SecretPrompt.ask("Passphrase", twice: isNew)
    }
}

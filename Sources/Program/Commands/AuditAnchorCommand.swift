import ArgumentParser
import Audit
import Events
import Projects
import Support

extension AuditCommand {
    struct Anchors: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "anchor", abstract: "Put the end of the record where whoever can change this folder cannot change it.",
            discussion: """
                Without an option it goes into a Git note (refs/notes/martlet). An anchor counts once it is out of reach: push the note, keep the file on
                a volume that others own. “martlet audit verify” holds the record against all of them.

                Examples:
                  martlet audit anchor --git                      then: git push origin refs/notes/martlet
                  martlet audit anchor --file /mnt/worm/anchors.jsonl
                  martlet audit anchor --rfc3161 http://timestamp.example.org
                """)

        @Flag(help: "A note of the commit that the project stands at.")
        var git = false
        @Option(help: "A line at the end of this file, one project a file.", completion: .file())
        var file: String?
        @Option(help: "A time stamp of this authority (RFC 3161).")
        var rfc3161: String?
        @Flag(help: "Say what would be anchored, and write nothing.")
        var dryRun = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let authority = try rfc3161.map { try TimeStampAuthority($0) }
            let project = try options.open()
            let head = try project.recordHead()
            let console = Console.standard
            guard !dryRun else {
                let facts: JSONValue = ["sequence": JSONValue(head.sequence), "hash": .string(head.hash)]
                return options.json ? console.json(facts) : console.line("Would anchor record \(head.sequence), \(head.hash).")
            }
            var anchors: [Anchor] = []
            var notes: [String] = []
            if git || (file == nil && authority == nil) {
                anchors.append(try project.anchorInGit(head))
                notes.append("The note is out of reach once it is pushed: git push origin refs/notes/martlet")
            }
            if let file { anchors.append(try project.anchor(head, inFile: file)) }
            if let authority {
                var random = SystemRandomNumberGenerator()
                let (anchor, path) = try await project.anchor(head, at: authority, random: random.next())
                anchors.append(anchor)
                notes.append("Check its signature: openssl ts -verify -digest \(head.hash) -in \(path) -CAfile AUTHORITY.pem")
            }
            guard !options.json else { return console.json(["anchors": .array(anchors.map(\.json)), "notes": JSONValue(notes)]) }
            for anchor in anchors { console.line("Record \(anchor.head.sequence) is anchored in \(anchor.placeText), \(anchor.at).") }
            notes.forEach { console.line("  \($0)") }
        }
    }
}

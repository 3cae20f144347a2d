import Access
import ArgumentParser
import Digests
import Foundation
import Planning
import Projects
import Registry
import Support

struct ApprovalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approval", abstract: "Ask for approval of a model version, sign it, and see what waits.",
        subcommands: [Request.self, List.self, Approve.self, Reject.self, Revoke.self, Review.self])

    struct Request: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "request",
            abstract: "Ask for approval of a version for champion.",
            discussion: """
                An approval is over the model's bytes, its evaluation and the charter. It lapses when one of them changes; ask anew then. Who must
                approve stands in martlet.yaml: promotion: {champion: {approve: [validator]}}.
                """)

        @Argument(help: "The version: model:NAME@v2.")
        var reference: String
        @Option(help: "A word to those who approve.")
        var note: String = ""
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .approvalRequest }

        func run(on project: Project, console: Console) throws {
            ApprovalText(console: console, options: options).print(try project.requestApproval(reference, note: note))
        }
    }

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the requests with their answers, newest first.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let cases = try project.approvalCases()
            guard !options.json else { return console.json(.array(cases.map(\.json))) }
            guard !cases.isEmpty else { return console.line("Nobody has asked for an approval yet: martlet approval request model:NAME@v2") }
            for found in cases { ApprovalText(console: console, options: options).print(found) }
        }
    }

    struct Approve: SigningCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Sign a request with yes.",
            discussion: """
                Through a server (--url), the signature needs a proof of its own: --password asks for the signer's password (or reads it from
                standard input) and sends it along; without it, MARTLET_TOKEN must be a token that can do nothing but sign:
                  martlet token add ann-signs --for ann --scope approval.give --scope project.read --expires 8h

                In the project's folder the login name signs, which Martlet cannot check: where the project has users, such a signature does not
                count. Nobody approves their own work unless martlet.yaml says author_may_approve: true.
                """)

        @Argument(help: "The number of the request (martlet approval list).")
        var request: Int
        @Option(help: "A word for the record.")
        var reason: String = ""
        @OptionGroup var proof: ProofOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            ApprovalText(console: console, options: options).print(try project.answerApproval(request, .approved, reason: reason))
        }
    }

    struct Reject: SigningCommand {
        static let configuration = CommandConfiguration(
            commandName: "reject",
            abstract: "Sign a request with no.",
            discussion: "A no is not outvoted: it stands until its signer takes it back, or model, evaluation or charter change.")

        @Argument(help: "The number of the request (martlet approval list).")
        var request: Int
        @Option(help: "Why.")
        var reason: String
        @OptionGroup var proof: ProofOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            ApprovalText(console: console, options: options).print(try project.answerApproval(request, .rejected, reason: reason))
        }
    }

    struct Revoke: SigningCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Take one's own answer back.",
            discussion: "The answer stays in the record. Whoever changed their mind answers a new request (martlet approval request).")

        @Argument(help: "The number of the request (martlet approval list).")
        var request: Int
        @Option(help: "Why.")
        var reason: String
        @OptionGroup var proof: ProofOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            ApprovalText(console: console, options: options).print(try project.revokeApproval(request, reason: reason))
        }
    }

    struct Review: SigningCommand {
        static let configuration = CommandConfiguration(
            commandName: "review",
            abstract: "Say that an override was looked at; status names it until then.",
            discussion: "Somebody other than who made the override (martlet model promote --override).")

        @Argument(help: "The number of the override (martlet status).")
        var id: Int
        @Option(help: "What the review found.")
        var note: String
        @OptionGroup var proof: ProofOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let reviewed = try project.approvals.review(id, note: note.onOneLine, by: project.caller)
            let facts: JSONValue = [
                "override": JSONValue(id), "subject": .string(reviewed.subject), "reviewer": JSONValue(reviewed.reviewer), "note": .string(note),
            ]
            options.json ? console.json(facts) : console.line("The override of \(reviewed.subject) is reviewed.")
        }
    }
}

/// A command that signs something.
private protocol SigningCommand: RemoteCommand {
    var proof: ProofOptions { get }
}

extension SigningCommand {
    var permission: Permission { .approvalGive }

    func password() throws(MartletError) -> String? { try proof.ask() }
}

/// How a signer proves who signs.
struct ProofOptions: ParsableArguments {
    @Flag(help: "Send the password along, asked for here; read from standard input where that is no terminal.")
    var password = false

    /// The password; nil where a token is to do.
    func ask() throws(MartletError) -> String? { password ? try SecretPrompt.ask("Password", twice: false) : nil }
}

/// The text of a request.
struct ApprovalText {
    let console: Console
    let options: GlobalOptions

    func print(_ found: ApprovalCase) {
        guard !options.json else { return console.json(found.json) }
        let request = found.request
        let note = request.note.isEmpty ? "" : ": \(request.note)"
        console.line(
            "\(console.paint("request \(request.id)", .bold))  \(request.subject) for \(request.alias), \(found.state.rawValue), by \(request.actor) on \(request.at.date)\(note)"
        )
        console.line(
            "  covers \(request.content.digest.rawValue.prefix(12)): model \(request.content.bytes.short), evaluation \(request.content.report.short)"
        )
        for answer in request.answers { print(answer) }
        if found.state == .open, let sentence = found.decision.approvals.sentence { console.line("  \(console.mark(.yellow)) \(sentence)") }
        if found.state == .approved { console.line("  Next: martlet model promote \(request.subject)") }
    }

    private func print(_ answer: ApprovalAnswer) {
        let proof = answer.isAuthenticated ? answer.via : "not authenticated by Martlet"
        let revoked = answer.revocation.map { ", taken back on \($0.at.date): \($0.reason)" } ?? ""
        let reason = answer.reason.isEmpty ? "" : " (\(answer.reason))"
        console.line(
            "  \(console.mark(answer.verdict == .approved ? .green : .red)) \(answer.name), \(answer.at): “\(answer.meaning)”\(reason), \(proof)\(revoked)"
        )
    }
}

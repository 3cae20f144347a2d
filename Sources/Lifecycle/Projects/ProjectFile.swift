package import Access
package import Data
package import Database
internal import Digests
internal import Foundation
package import LineageEvents
package import Monitoring
internal import Objects
package import Pipelines
package import Planning
package import Registry
package import Serving
internal import Settings
internal import Stages
package import Support
internal import Training

/// `martlet.yaml`, read and checked.
package struct ProjectFile: Sendable {
    package static let name = "martlet.yaml"
    /// Steps that every project has.
    package static let reservedSteps = ["data", "compare", "gate", "pipeline"]

    /// What a project is for.
    package enum Kind: Sendable {
        /// From data to predictions, under a charter.
        case lifecycle
        /// Models from elsewhere are served and watched.
        case serving
        /// A tracking server and a registry for clients.
        case tracking
    }

    package var project: String
    package var kind: Kind
    package var charter: Charter
    package var data: DataPlan
    package var pipeline: [StepDefinition]
    package var serving: EndpointPlan
    /// The endpoints beside the main one that the file names.
    package var beside: [EndpointPlan]
    /// Whether `serving` is an endpoint beside the main one, of which the charter says nothing.
    package var isBesideMain = false
    package var monitoring: MonitoringPlan
    /// What a version must have before it takes `champion`. The gates decide unless the file says `promotion: {champion: {gates: none}}`.
    package var promotion: PromotionRule
    package var access: AccessPlan
    /// How long predictions and labels are kept.
    package var retention: RetentionPlan
    /// What a commit of the metadata survives: `storage: {durability: power}`.
    package var durability = Durability.process
    /// Who is told of runs in OpenLineage's events, and how long those of others are kept.
    package var lineage = LineagePlan()
    /// The digest of the charter's content: what a confirmation covers.
    package var charterDigest: String
    /// The whole text, as it was read.
    package var text: String

    /// Reads a file.
    /// - Throws: `notFound` where there is none; `invalidInput` with line, column and suggestion.
    package init(path: String) throws(MartletError) {
        let bytes: [UInt8]
        do { bytes = try readWhole(path) } catch  where error.code == .notFound {
            if let text = ProjectFile.standIn(path) {
                try self.init(yaml: text, file: ProjectFile.name)
                return
            }
            throw MartletError(
                .notFound,
                "There is no \(ProjectFile.name) here. Make one with “martlet init DATA --target COLUMN” (“martlet init” alone where clients only log to it), or name the project’s folder with -C."
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MartletError(.invalidInput, "\(path) is not UTF-8 text.") }
        try self.init(yaml: text, file: ProjectFile.name)
        try data.loadSuite(in: String(path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")))
    }

    /// Reads the text of a file.
    package init(yaml text: String, file: String) throws(MartletError) {
        self.text = text
        let node = try SettingsNode(yaml: text, file: file)
        _ = try node.mapping(keys: [
            "martlet", "project", "charter", "data", "pipeline", "serving", "monitoring", "promotion", "access", "retention", "storage",
            "openlineage",
        ])
        let format = try node.required("martlet")
        guard try format.int() == 1 else { throw format.failure("This Martlet reads format 1. Use a newer Martlet for this file.") }
        let name = try node.required("project")
        project = try name.string()
        guard ProjectFile.isName(project) else { throw name.failure("A project's name is letters, digits, “-” and “_”, at most 64 of them.") }
        kind = ProjectFile.kind(node)
        let agreed = try ProjectFile.section("charter", of: node, of: kind)
        charter = try agreed.map { node throws(MartletError) in try Charter(node) } ?? .none
        charterDigest = Digest(of: agreed?.json().compact ?? "").rawValue
        let planned = try ProjectFile.section("data", of: node, of: kind)
        data = try planned.map { node throws(MartletError) in try DataPlan(node) } ?? DataPlan(source: SourcePlan(train: []))
        data.places["target"] = node["charter"]?["problem"]?["target"]?.place
        let steps = try ProjectFile.section("pipeline", of: node, of: kind)
        pipeline = try steps.map { node throws(MartletError) in try StepDefinition.list(node, reserved: ProjectFile.reservedSteps) } ?? []
        serving = try ProjectFile.serving(node["serving"], project: project)
        beside = serving.beside
        monitoring = try MonitoringPlan(node["monitoring"])
        retention = try RetentionPlan(node["retention"], logged: serving.log.keep)
        access = try AccessPlan(node["access"])
        lineage = try LineagePlan(node["openlineage"])
        promotion = try PromotionRule(node["promotion"], roles: access.roles)
        if let storage = node["storage"] {
            _ = try storage.mapping(keys: ["durability"])
            if let named = storage["durability"] { durability = try named.choice() }
        }
        try checkTrainers()
    }

    /// What stands for the file in a folder that has none, but a `dvc.yaml` whose stages can be run.
    private static func standIn(_ path: String) -> String? {
        let folder = String(path.dropLast(name.utf8.count + 1))
        guard Foundation.access("\(folder)/\(StageFile.name)", F_OK) == 0 else { return nil }
        return "martlet: 1\nproject: \(ProjectTemplate.name(of: folder))\n"
    }

    /// Whether a text can be a project's, model's or endpoint's name.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F
            }
    }

    /// Any of these makes a project one of the whole lifecycle, which needs all three.
    private static let lifecycle = ["charter", "data", "pipeline"]

    private static func kind(_ node: SettingsNode) -> Kind {
        if lifecycle.contains(where: { node[$0] != nil }) { return .lifecycle }
        return node["serving"] == nil && node["promotion"] == nil ? .tracking : .serving
    }

    private static func section(_ name: String, of node: SettingsNode, of kind: Kind) throws(MartletError) -> SettingsNode? {
        kind == .lifecycle ? try node.required(name) : nil
    }

    /// Whether it only takes what clients log and register.
    package var isTrackingOnly: Bool { kind == .tracking }

    /// Whether it has a charter, data and a pipeline.
    package var hasLifecycle: Bool { kind == .lifecycle }

    /// What can only be done with data and a charter.
    /// - Throws: `usage` where the project has none.
    package func requireLifecycle() throws(MartletError) {
        guard !hasLifecycle else { return }
        throw MartletError(
            .usage,
            "\(project) is for \(isTrackingOnly ? "tracking" : "serving") only: \(ProjectFile.name) has no charter, data and pipeline. Add them with “martlet init DATA --target COLUMN”."
        )
    }

    /// What needs an endpoint.
    /// - Throws: `usage` where the project has none.
    package func requireServing() throws(MartletError) { if isTrackingOnly { try requireLifecycle() } }

    /// The name under which the project's models are registered.
    package var model: String { serving.model }

    /// The endpoint; where the file says nothing, it is called like the project and serves the champion.
    private static func serving(_ node: SettingsNode?, project: String) throws(MartletError) -> EndpointPlan {
        guard let node else { return EndpointPlan(endpoint: project, model: project) }
        return try EndpointPlan(node)
    }

    private func checkTrainers() throws(MartletError) {
        for step in pipeline {
            guard case .builtIn(let name, let parameters) = step.action else { continue }
            do { try Trainers.check(name, parameters: parameters, problem: charter.problem) } catch {
                throw MartletError(error.code, error.message, place: step.place, cause: error.cause)
            }
        }
    }
}

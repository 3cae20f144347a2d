internal import Database
internal import Experiments
internal import Planning
internal import Registry
internal import Support

extension Project {
    /// What is known of a version beside what every version has, where a client registered it: where it came from, what is said of it, and
    /// what its run logged. Empty for one of the project's pipeline.
    func clientFacts(_ version: ModelVersion) throws(MartletError) -> JSONValue {
        try database.read { session in
            guard let known = try ModelCatalog.version(version.model, version.version, in: session), let origin = known.origin else {
                return .object([])
            }
            var facts: JSONValue = [
                "source": .string(origin.source), "logged_model": .string(origin.loggedModel), "registered_by": .string(known.actor),
                "stage": .string(known.stage.rawValue), "description": .string(known.description),
                "tags": .object(known.tags.map { JSONValue.Member($0.key, .string($0.value)) }),
            ]
            // What had been logged by a moment in the past is known of runs only that had ended.
            guard let run = try RunReader.run(version.run, in: session), past == nil || run.ended != nil,
                let content = try RunReader.contents(of: [run], in: session).first
            else { return facts }
            let own = origin.loggedModel.isEmpty ? [] : content.metrics.filter { $0.about?.model == origin.loggedModel }
            let metrics = (own.isEmpty ? content.metrics : own).map { JSONValue.Member($0.name, ["value": JSONValue($0.value)]) }
            facts["metrics"] = metrics.isEmpty ? .object([]) : ["logged": .object(metrics)]
            if version.details.parameters.members.isEmpty {
                facts["parameters"] = .object(content.parameters.map { JSONValue.Member($0.key, .string($0.value)) })
            }
            facts["summary"] = JSONValue(Project.summary(metrics))
            return facts
        }
    }

    /// The first metrics by name.
    private static func summary(_ metrics: [JSONValue.Member]) -> String? {
        let shown = metrics.prefix(2).compactMap { metric in metric.value["value"].double.map { "\(metric.key) \(Objective.text($0))" } }
        return shown.isEmpty ? nil : shown.joined(separator: ", ")
    }
}

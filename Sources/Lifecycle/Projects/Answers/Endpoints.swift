internal import Data
internal import Database
internal import Objects
internal import Registry
package import Serving
package import Support
internal import Tables

/// An endpoint and what its log holds.
package struct EndpointFact: Sendable {
    package var name: String
    package var model: String
    package var predictions: Int
    /// Rows that were answered but died with a process before they were written.
    package var lost: Int
    /// How the requests are shared; nil where the champion answers all.
    package var traffic: TrafficPlan?

    /// The facts for `--json`.
    package var json: JSONValue {
        [
            "name": .string(name), "model": .string(model), "predictions": JSONValue(predictions), "lost": JSONValue(lost),
            "traffic": traffic?.json ?? .null,
        ]
    }
}

extension Project {
    /// The project's endpoints.
    package func endpoints() throws(MartletError) -> [EndpointFact] {
        try endpointPlans().map { plan throws(MartletError) in try serving(plan).endpointFact() }
    }

    private func endpointFact() throws(MartletError) -> EndpointFact {
        let plan = file.serving
        let version = try? servedVersion()
        let log = try predictionLog()
        let made = plan.recipe.map { "\($0.kind.rawValue) of " + $0.parts.map(\.text).joined(separator: ", ") }
        let model = (made ?? "model:\(plan.model)@\(plan.selector)") + (version.map { " (v\($0.version))" } ?? " (none yet)")
        return EndpointFact(
            name: plan.endpoint, model: model, predictions: try log.count(), lost: try log.counts()?.lost ?? 0, traffic: try trafficPlan())
    }

    /// The profile of the columns of a dataset version, the newest where none is named, or of a file.
    package func profile(_ text: String?) throws(MartletError) -> JSONValue {
        if let text, Project.namesFile(text) { return try fileProfile(text) }
        let version = try profiledVersion(text)
        var profile = try JSONValue(parsing: objects.bytes(version.details.profile))
        profile["ref"] = .string(version.reference.description)
        return profile
    }

    /// A request of the Open Inference Protocol that the champion answers: the middle of every range, the most frequent of every text.
    package func exampleRequest() throws(MartletError) -> JSONValue {
        let signature = try models.version(file.serving.model, file.serving.selector).details.request
        let inputs = signature.inputs.map { field -> JSONValue in
            let isText = field.kind == .text || field.kind == .timestamp
            let value: JSONValue =
                isText
                ? .string(field.categories?.first ?? "")
                : JSONValue(field.minimum.flatMap { low in field.maximum.map { ((low + $0) / 2).rounded() } } ?? 0)
            return ["name": .string(field.name), "shape": [1], "datatype": isText ? "BYTES" : "FP64", "data": [value]]
        }
        return ["inputs": .array(inputs)]
    }
}

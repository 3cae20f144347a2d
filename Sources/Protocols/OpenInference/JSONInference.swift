package import Serving
package import Support
import Tables

/// A request of the protocol answered without a connection: for the pages' own forms.
package enum JSONInference {
    /// Answers the JSON body of an infer request with the body of its answer.
    /// - Throws: what the route answers with an error status.
    package static func answer(_ body: JSONValue, at endpoint: Endpoint) async throws(MartletError) -> JSONValue {
        let reader = InferReader(key: endpoint.plan.key)
        var inference = try reader.read(Array(body.compact.utf8), jsonLength: nil, receivedAt: monotonicSeconds())
        // Forms are made of the columns, where there are any.
        inference.request.isTable = try await !endpoint.current().signature.inputs.isEmpty
        let result = try await endpoint.infer(inference.request)
        let answer = InferAnswer(endpoint: endpoint.name, requestID: inference.request.id, result: result)
        return try JSONValue(parsing: try answer.encoded(wishes: inference.wishes, isBinary: false).body)
    }
}

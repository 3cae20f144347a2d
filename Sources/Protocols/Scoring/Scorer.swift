internal import Serving
internal import Support
internal import Tables

/// Asks an endpoint for the predictions of rows, and counts what could not be read as the caller's mistake.
struct Scorer {
    let endpoint: Endpoint
    let receivedAt: Double

    /// - Parameters:
    ///   - dropsUnknown: whether columns that the model does not take are left out.
    ///   - read: makes rows out of a body, given the names of the model's columns in their order.
    func predictions(
        dropsUnknown: Bool = false, _ read: ([String]) throws(MartletError) -> Rows
    ) async throws(MartletError) -> Predictions {
        let inputs: [Tensor]
        do throws(MartletError) {
            let signature = try await endpoint.current().signature
            inputs = try read(signature.inputs.map(\.name)).tensors(for: signature, key: endpoint.plan.key, dropsUnknown: dropsUnknown)
        } catch {
            endpoint.countFailure(error)
            throw error
        }
        return Predictions(result: try await endpoint.infer(InferenceRequest(inputs: inputs, isTable: true, receivedAt: receivedAt)))
    }
}

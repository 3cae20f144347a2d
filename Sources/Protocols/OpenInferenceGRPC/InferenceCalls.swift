import Access
import GRPC
import Serving
import Support

/// Predictions, one message at a time or many on one stream.
struct InferenceCalls: Sendable {
    let endpoints: EndpointSet

    func add(to calls: GuardedCalls) {
        let rule = CallRule<WireModelInferRequest>.needs(.predictionCreate) { "endpoint:\($0.modelName)" }
        calls.on(OpenInferenceCalls.service, "ModelInfer", rule) { (request, _) in try await answer(request) }
        calls.onStream(OpenInferenceCalls.service, "ModelStreamInfer", rule) { (request, _) in await streamed(request) }
    }

    /// The answer to one message of a stream. What is wrong with it is said in the answer, and the stream goes on.
    private func streamed(_ request: WireModelInferRequest) async -> WireModelStreamInferResponse {
        var response = WireModelStreamInferResponse()
        do throws(MartletError) { response.inferResponse = try await answer(request) } catch {
            response.errorMessage = error.message
            response.inferResponse.id = request.id
            response.inferResponse.modelName = request.modelName
        }
        if case .boolParam(true) = request.parameters["triton_enable_empty_final_response"]?.parameterChoice {
            response.inferResponse.parameters["triton_final_response", default: .init()].boolParam = true
        }
        return response
    }

    private func answer(_ request: WireModelInferRequest) async throws(MartletError) -> WireModelInferResponse {
        let receivedAt = monotonicSeconds()
        let endpoint = try endpoints.endpoint(request.modelName)
        let version = try ModelVersion.number(request.modelVersion, of: request.modelName)
        let reader = InferRequestReader(request: request, key: endpoint.plan.key)
        let (inference, names): (InferenceRequest, [String])
        do throws(MartletError) {
            inference = try reader.inference(receivedAt: receivedAt)
            names = try reader.outputs()
            if !names.isEmpty { try await endpoint.model(version).interface.checkOutputs(names) }
        } catch {
            endpoint.countFailure(error)
            throw error
        }
        let result = try await endpoint.infer(inference, version: version)
        return try InferResponseWriter(endpoint: endpoint.name, id: request.id, result: result).response(names, isRaw: reader.wantsRaw)
    }
}

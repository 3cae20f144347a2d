import Serving
import Support
import Tables

/// What the protocol tells of a model.
struct ModelDescription {
    let endpoint: Endpoint
    let model: any ServedModel

    /// Name, versions, inputs and outputs; -1 stands for any number of rows.
    var metadata: WireModelMetadataResponse {
        var answer = WireModelMetadataResponse()
        answer.name = endpoint.name
        answer.versions = endpoint.answeringVersions.map(String.init)
        answer.platform = model.runtime.platform
        answer.inputs = model.interface.inputs.map(ModelDescription.tensor)
        answer.outputs = model.interface.outputs.map(ModelDescription.tensor)
        return answer
    }

    private static func tensor(_ field: TensorField) -> WireModelMetadataResponse.TensorMetadata {
        var tensor = WireModelMetadataResponse.TensorMetadata()
        tensor.name = field.name
        tensor.datatype = field.datatype.rawValue
        tensor.shape = field.shape.map(Int64.init)
        return tensor
    }

    /// The same as a configuration. The dimension of the rows stands among the others, which a `max_batch_size` of 0 says; `parameters` name the
    /// registered model and the input in which callers may send their own key.
    var configuration: WireModelConfig {
        var configuration = WireModelConfig()
        configuration.name = endpoint.name
        configuration.platform = model.runtime.platform
        configuration.backend = model.runtime.backend
        configuration.versionPolicy.specific.versions = endpoint.answeringVersions.map(Int64.init)
        configuration.input = model.interface.inputs.map { field in
            var input = WireModelInput()
            input.name = field.name
            input.dataType = field.datatype.wire
            input.dims = field.shape.map(Int64.init)
            return input
        }
        configuration.output = model.interface.outputs.map { field in
            var output = WireModelOutput()
            output.name = field.name
            output.dataType = field.datatype.wire
            output.dims = field.shape.map(Int64.init)
            return output
        }
        configuration.parameters["model"] = ModelDescription.parameter(model.name)
        if let key = endpoint.plan.key { configuration.parameters["key"] = ModelDescription.parameter(key) }
        return configuration
    }

    private static func parameter(_ text: String) -> WireModelParameter {
        var parameter = WireModelParameter()
        parameter.stringValue = text
        return parameter
    }
}

extension Datatype {
    /// The datatype as configurations name it.
    fileprivate var wire: WireDataType {
        switch self {
        case .bool: .typeBool
        case .uint8: .typeUint8
        case .uint16: .typeUint16
        case .uint32: .typeUint32
        case .uint64: .typeUint64
        case .int8: .typeInt8
        case .int16: .typeInt16
        case .int32: .typeInt32
        case .int64: .typeInt64
        case .fp16: .typeFp16
        case .bf16: .typeBf16
        case .fp32: .typeFp32
        case .fp64: .typeFp64
        case .bytes: .typeString
        }
    }
}

extension WireModelStatistics {
    /// What an endpoint answered since the server began. Times of stages within an answer are not measured, and so not told.
    init(_ endpoint: Endpoint) {
        self.init()
        let figures = endpoint.figures()
        name = endpoint.name
        version = endpoint.held.map { String($0.version) } ?? ""
        lastInference = endpoint.lastAnswer.map { UInt64(max(0, $0.microseconds / 1000)) } ?? 0
        inferenceCount = UInt64(figures.rows)
        executionCount = UInt64(figures.latency.count)
        inferenceStats.success.count = UInt64(figures.latency.count)
        inferenceStats.success.ns = UInt64(max(0, figures.latency.sum * 1000))
        inferenceStats.fail.count = UInt64(figures.refused + figures.failed)
    }
}
